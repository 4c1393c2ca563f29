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
    for index in 0..<count {
      let prefix = Int(prefixes[index])
      let suffix = Int(suffixes[index])
      guard prefix >= 0, prefix <= strings.previous.count else {
        throw .damaged(
          "string that repeats \(prefix) bytes of one of \(strings.previous.count)")
      }
      guard suffix >= 0, suffix <= strings.bytes.count else {
        throw .damaged(
          "string of \(suffix) bytes where \(strings.bytes.count) are left in the page")
      }
      try packed.checkRoom(for: prefix + suffix, budget: budget)
      strings.previous.removeLast(strings.previous.count - prefix)
      let start = strings.bytes.lowerBound
      try copy(start..<start + suffix, to: &strings.previous)
      strings.bytes = start + suffix..<strings.bytes.upperBound
      packed.bytes.append(contentsOf: strings.previous)
      packed.offsets.append(Int32(packed.bytes.count))
    }
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
