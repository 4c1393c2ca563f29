import Columnar

// Strings and binaries.
extension ColumnChunkReader {
  /// The next `count` rows of a column without lists or groups above.
  ///
  /// Rows come as codes of the chunk's dictionary as long as the pages do; when a page within the
  /// batch brings values instead, the whole batch is packed.
  func readStrings(_ count: Int) throws(ParquetError) -> Column {
    try charge(count * 4)
    var words = [UInt64](
      repeating: 0, count: maximumDefinition > 0 ? Bitmap.wordCount(for: count) : 0)
    var sink = StringSink(dictionary: dictionary)
    try walk(count, &words) { (portion, words) throws(ParquetError) in
      try append(portion.present, to: &sink)
      sink.spread(words, portion)
    }
    let validity = maximumDefinition > 0 ? Bitmap(words: words, count: count) : nil
    return Column(leaf.type, .string(sink.finished()), validity: validity)
  }

  /// The page's next `count` strings as a column without nulls.
  func denseStrings(_ count: Int) throws(ParquetError) -> Column {
    var sink = StringSink(dictionary: dictionary)
    try append(count, to: &sink)
    return Column(leaf.type, .string(sink.finished()))
  }

  private func append(_ count: Int, to sink: inout StringSink) throws(ParquetError) {
    guard count > 0 else { return }
    guard case .dictionary(var indices) = values else {
      try sink.pack(budget)
      let before = sink.packed.bytes.count
      try appendBytes(count, to: &sink.packed)
      return try charge(sink.packed.bytes.count - before)
    }
    guard case .strings(let strings, let longest) = dictionary else { throw missing(count) }
    let codes = try self.codes(&indices, count, entries: strings.count)
    values = .dictionary(indices)
    if longest > 256 {
      var total = 0
      for code in codes { total += strings.range(Int(code)).count }
      try charge(total)
    }
    if sink.isPacked {
      try sink.packed.append(strings, codes, budget)
    } else {
      sink.append(codes, of: strings)
    }
  }

  /// Appends the page's next `count` byte strings.
  func appendBytes(_ count: Int, to packed: inout PackedBytes) throws(ParquetError) {
    guard count > 0 else { return }
    switch values {
    case .plain(let range) where conversion.storedWidth > 0:
      let width = conversion.storedWidth
      guard count <= range.count / width else { throw missing(count) }
      try packed.checkRoom(for: count * width, budget: budget)
      for index in 1...count { packed.offsets.append(Int32(packed.bytes.count + index * width)) }
      try copy(range.lowerBound..<range.lowerBound + count * width, to: &packed.bytes)
      values = .plain(range.lowerBound + count * width..<range.upperBound)
    case .plain(let range):
      values = .plain(try appendPlain(range, count, to: &packed)..<range.upperBound)
    case .lengths(var lengths, let range):
      let total = try appendLengths(&lengths, count, left: range.count, to: &packed)
      try copy(range.lowerBound..<range.lowerBound + total, to: &packed.bytes)
      values = .lengths(lengths, range.lowerBound + total..<range.upperBound)
    case .prefixed(var strings):
      try append(&strings, count, to: &packed)
      values = .prefixed(strings)
    case .split(let start, let total, let next):
      guard count <= total - next else { throw missing(count) }
      let width = conversion.storedWidth
      try packed.checkRoom(for: count * width, budget: budget)
      unsafe try withPage { (page) throws(ParquetError) in
        for index in next..<next + count {
          for byte in 0..<width {
            packed.bytes.append(
              unsafe page.load(fromByteOffset: start + byte * total + index, as: UInt8.self))
          }
          packed.offsets.append(Int32(packed.bytes.count))
        }
      }
      values = .split(start: start, count: total, next: next + count)
    default: throw missing(count)
    }
  }

  /// Strings with four bytes of length before each; returns where the next one starts.
  private func appendPlain(
    _ range: Range<Int>, _ count: Int, to packed: inout PackedBytes
  ) throws(ParquetError) -> Int {
    let first = packed.offsets.count
    // Each string takes four bytes at least, so the count cannot claim memory beyond the page.
    guard count <= range.count / 4 else { throw missing(count) }
    var total = packed.bytes.count
    let room = min(Int(Int32.max), budget.batchBytes)
    var cursor = range.lowerBound
    packed.offsets.append(contentsOf: repeatElement(0, count: count))
    var offsets = packed.offsets
    packed.offsets = []
    unsafe try withPage { (page) throws(ParquetError) in
      for index in 0..<count {
        guard range.upperBound - cursor >= 4 else { throw missing(count - index) }
        let length = unsafe Int(
          UInt32(littleEndian: page.loadUnaligned(fromByteOffset: cursor, as: UInt32.self)))
        guard length <= range.upperBound - cursor - 4 else {
          throw .damaged(
            "string of \(length) bytes where \(range.upperBound - cursor - 4) are left in the page")
        }
        total += length
        guard total <= room else {
          throw ParquetError(.overBudget, "strings of a batch take more than \(room) bytes")
        }
        offsets[first + index] = Int32(truncatingIfNeeded: total)
        cursor += 4 + length
      }
      packed.bytes.append(
        addingCapacity: total - packed.bytes.count + PageReader.spareBytes
      ) { (span: inout OutputSpan<UInt8>) in
        unsafe span.withUnsafeMutableBufferPointer { buffer, filled in
          guard let base = buffer.baseAddress else { return }
          var target = UnsafeMutableRawPointer(base)
          var position = range.lowerBound
          while position < cursor {
            let length = unsafe Int(
              UInt32(littleEndian: page.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
            // Short strings move as two words: page and target have that much to spare.
            if length <= 16 {
              let low = unsafe page.loadUnaligned(fromByteOffset: position + 4, as: UInt64.self)
              let high = unsafe page.loadUnaligned(fromByteOffset: position + 12, as: UInt64.self)
              unsafe target.storeBytes(of: low, as: UInt64.self)
              unsafe target.storeBytes(of: high, toByteOffset: 8, as: UInt64.self)
            } else {
              unsafe target.copyMemory(from: page + position + 4, byteCount: length)
            }
            unsafe target += length
            filled += length
            position += 4 + length
          }
        }
      }
    }
    packed.offsets = offsets
    return cursor
  }

  /// Appends offsets for the next lengths; returns the bytes they sum to.
  private func appendLengths(
    _ lengths: inout DeltaDecoder, _ count: Int, left: Int, to packed: inout PackedBytes
  ) throws(ParquetError) -> Int {
    let values = try numbers(&lengths, count)
    var total = 0
    let base = packed.bytes.count
    for length in values {
      guard length >= 0, Int(length) <= left - total else {
        throw .damaged("string of \(length) bytes where \(left - total) are left in the page")
      }
      total += Int(length)
      try packed.checkRoom(for: total, budget: budget)
      packed.offsets.append(Int32(base + total))
    }
    return total
  }

  private func append(
    _ strings: inout PrefixedStrings, _ count: Int, to packed: inout PackedBytes
  ) throws(ParquetError) {
    let prefixes = try numbers(&strings.prefixes, count)
    let suffixes = try numbers(&strings.suffixes, count)
    let (total, taken) = try sizes(strings, prefixes, suffixes, to: &packed)
    let start = strings.bytes.lowerBound
    let first = strings.previous
    unsafe try withPage { (page) throws(ParquetError) in
      packed.bytes.append(addingCapacity: total + PageReader.spareBytes) {
        (span: inout OutputSpan<UInt8>) in
        unsafe span.withUnsafeMutableBufferPointer { buffer, filled in
          guard let base = buffer.baseAddress else { return }
          unsafe first.withUnsafeBytes { first in
            // Safe: the sizes are checked; page and target have room behind them for whole words.
            unsafe Prefixed.join(
              UnsafeMutableRawPointer(base), page + start, previous: first, prefixes, suffixes)
          }
          filled = total
        }
      }
    }
    strings.bytes = start + taken..<strings.bytes.upperBound
    let last = Int(prefixes[count - 1]) + Int(suffixes[count - 1])
    strings.previous = Array(packed.bytes.suffix(last))
  }

  /// Checks the next values and appends their offsets; the bytes of all, and those of their suffixes.
  private func sizes(
    _ strings: PrefixedStrings, _ prefixes: [Int32], _ suffixes: [Int32],
    to packed: inout PackedBytes
  ) throws(ParquetError) -> (total: Int, taken: Int) {
    var offsets = packed.offsets
    packed.offsets = []
    defer { packed.offsets = offsets }
    offsets.reserveCapacity(offsets.count + prefixes.count)
    let base = packed.bytes.count
    var previous = strings.previous.count
    var total = 0
    var taken = 0
    for index in prefixes.indices {
      let prefix = Int(prefixes[index])
      let suffix = Int(suffixes[index])
      guard prefix >= 0, prefix <= previous else {
        throw .damaged("string that repeats \(prefix) bytes of one of \(previous)")
      }
      guard suffix >= 0, suffix <= strings.bytes.count - taken else {
        throw .damaged(
          "string of \(suffix) bytes where \(strings.bytes.count - taken) are left in the page")
      }
      previous = prefix + suffix
      total += previous
      taken += suffix
      try packed.checkRoom(for: total, budget: budget)
      offsets.append(Int32(base + total))
    }
    return (total, taken)
  }

  private func numbers(
    _ decoder: inout DeltaDecoder, _ count: Int
  ) throws(ParquetError) -> [Int32] {
    guard count <= decoder.left else { throw missing(count - decoder.left) }
    var copy = decoder
    let numbers = unsafe try uninitialized(count, of: Int32.self) { (output) throws(ParquetError) in
      unsafe try withPage { (page) throws(ParquetError) in
        unsafe try copy.decode(page, into: output, count: count)
      }
    }
    decoder = copy
    return numbers
  }

  private func copy(_ range: Range<Int>, to bytes: inout [UInt8]) throws(ParquetError) {
    unsafe try withPage { (page) throws(ParquetError) in
      unsafe bytes.append(
        contentsOf: UnsafeRawBufferPointer(start: page + range.lowerBound, count: range.count))
    }
  }
}

/// DELTA_BYTE_ARRAY.
private enum Prefixed {
  /// Writes each string: the beginning of the one before, then its own bytes.
  ///
  /// - Precondition: the lengths fit the source, and both sides have 16 bytes to spare behind them.
  static func join(
    _ output: UnsafeMutableRawPointer, _ source: UnsafeRawPointer,
    previous: UnsafeRawBufferPointer, _ prefixes: [Int32], _ suffixes: [Int32]
  ) {
    var target = unsafe output
    var source = unsafe source
    var before = unsafe previous.baseAddress ?? UnsafeRawPointer(output)
    for index in prefixes.indices {
      let prefix = Int(prefixes[index])
      let suffix = Int(suffixes[index])
      // The string before the first one has nothing to spare.
      if prefix <= 16, index > 0 {
        unsafe moveWords(from: before, to: target)
      } else {
        unsafe target.copyMemory(from: before, byteCount: prefix)
      }
      if suffix <= 16 {
        unsafe moveWords(from: source, to: target + prefix)
      } else {
        unsafe (target + prefix).copyMemory(from: source, byteCount: suffix)
      }
      unsafe before = UnsafeRawPointer(target)
      unsafe target += prefix + suffix
      unsafe source += suffix
    }
  }

  @inline(__always)
  private static func moveWords(from source: UnsafeRawPointer, to target: UnsafeMutableRawPointer) {
    let low = unsafe source.loadUnaligned(as: UInt64.self)
    let high = unsafe source.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    unsafe target.storeBytes(of: low, as: UInt64.self)
    unsafe target.storeBytes(of: high, toByteOffset: 8, as: UInt64.self)
  }
}

/// Strings of a batch, as codes while that is possible.
private struct StringSink {
  private(set) var isPacked = false
  var packed = PackedBytes()
  private var codes: [Int32] = []
  private var values: StringValues?

  init(dictionary: ChunkDictionary) {
    if case .strings(let values, _) = dictionary { self.values = values }
  }

  mutating func append(_ codes: [Int32], of values: StringValues) {
    self.values = values
    if self.codes.isEmpty { self.codes = codes } else { self.codes.append(contentsOf: codes) }
  }

  /// Makes the portion that was just appended have a slot a row.
  mutating func spread(_ words: [UInt64], _ portion: ColumnChunkReader.Portion) {
    guard portion.present < portion.slots else { return }
    if isPacked {
      packed.spread(
        words, offset: portion.offset, slots: portion.slots, present: portion.present)
      return
    }
    codes.append(contentsOf: repeatElement(0, count: portion.slots - portion.present))
    let start = codes.count - portion.slots
    unsafe codes.withUnsafeMutableBufferPointer { codes in
      unsafe words.withUnsafeBufferPointer { words in
        guard let codes = codes.baseAddress, let words = words.baseAddress else { return }
        unsafe NullSpreading.spread(
          codes + start, words: words, offset: portion.offset, slots: portion.slots,
          count: portion.present)
      }
    }
  }

  /// Goes over to packed strings.
  mutating func pack(_ budget: ReadBudget) throws(ParquetError) {
    guard !isPacked else { return }
    isPacked = true
    guard !codes.isEmpty else { return }
    let codes = self.codes
    self.codes = []
    if let values, values.count > 0 {
      try packed.append(values, codes, budget)
    } else {
      packed.offsets.append(contentsOf: repeatElement(0, count: codes.count))
    }
  }

  func finished() -> StringColumn {
    if isPacked { return StringColumn(values: packed.finished(), codes: nil) }
    let values = self.values ?? StringValues([""] as [String])
    return StringColumn(values: values, codes: codes)
  }
}

extension PackedBytes {
  /// Appends the values that `codes` name; null rows among them bring any value.
  mutating func append(
    _ values: StringValues, _ codes: [Int32], _ budget: ReadBudget
  ) throws(ParquetError) {
    for code in codes {
      let range = values.range(Int(code))
      try checkRoom(for: range.count, budget: budget)
      bytes.append(contentsOf: values.bytes[range])
      offsets.append(Int32(bytes.count))
    }
  }
}
