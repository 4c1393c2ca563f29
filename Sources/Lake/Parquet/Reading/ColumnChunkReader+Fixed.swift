import Columnar

// Values of a fixed width in memory.
extension ColumnChunkReader {
  /// The next `count` rows of a column without lists or groups above.
  func readFixed(_ count: Int) throws(ParquetError) -> Column {
    try charge(count * conversion.width)
    var words = [UInt64](
      repeating: 0, count: maximumDefinition > 0 ? Bitmap.wordCount(for: count) : 0)
    let storage = unsafe try fixedStorage(count) { (output) throws(ParquetError) in
      try walk(count, &words) { (portion, words) throws(ParquetError) in
        let target = unsafe output + portion.offset * conversion.width
        unsafe try decodeFixed(portion.present, into: target)
        if portion.present < portion.slots {
          unsafe words.withUnsafeBufferPointer { bits in
            guard let base = bits.baseAddress else { return }
            unsafe NullSpreading.spread(
              target, width: conversion.width, words: base, offset: portion.offset,
              slots: portion.slots, count: portion.present)
          }
        }
      }
    }
    let validity = maximumDefinition > 0 ? Bitmap(words: words, count: count) : nil
    return Column(leaf.type, storage, validity: validity)
  }

  /// Storage of the leaf's type, its `count` values written by `fill`.
  func fixedStorage(
    _ count: Int, _ fill: (UnsafeMutableRawPointer) throws(ParquetError) -> Void
  ) throws(ParquetError) -> ColumnStorage {
    switch leaf.type {
    case .int32, .date:
      return unsafe .int32(
        try uninitialized(count, of: Int32.self) { (output) throws(ParquetError) in
          unsafe try fill(UnsafeMutableRawPointer(output))
        })
    case .float:
      return unsafe .float(
        try uninitialized(count, of: Float.self) { (output) throws(ParquetError) in
          unsafe try fill(UnsafeMutableRawPointer(output))
        })
    case .double:
      return unsafe .double(
        try uninitialized(count, of: Double.self) { (output) throws(ParquetError) in
          unsafe try fill(UnsafeMutableRawPointer(output))
        })
    case .decimal where conversion.width == 16:
      return unsafe .int128(
        try uninitialized(count, of: Int128.self) { (output) throws(ParquetError) in
          unsafe try fill(UnsafeMutableRawPointer(output))
        })
    default:
      return unsafe .int64(
        try uninitialized(count, of: Int64.self) { (output) throws(ParquetError) in
          unsafe try fill(UnsafeMutableRawPointer(output))
        })
    }
  }

  /// The page's next `count` values, densely.
  func decodeFixed(
    _ count: Int, into output: UnsafeMutableRawPointer
  ) throws(ParquetError) {
    guard count > 0 else { return }
    switch values {
    case .plain(let range) where conversion.storedWidth > 0:
      guard count <= range.count / conversion.storedWidth else { throw missing(count) }
      unsafe try withPage { (page) throws(ParquetError) in
        unsafe try conversion.run(page + range.lowerBound, count: count, into: output)
      }
      values = .plain(range.lowerBound + count * conversion.storedWidth..<range.upperBound)
    case .dictionary(var indices):
      unsafe try gather(&indices, count, into: output)
      values = .dictionary(indices)
    case .delta(var deltas):
      unsafe try decode(&deltas, count, into: output)
      values = .delta(deltas)
    case .split(let start, let total, let next):
      guard count <= total - next else { throw missing(count) }
      unsafe try join(start: start + next, stride: total, count, into: output)
      values = .split(start: start, count: total, next: next + count)
    case .plain, .lengths, .prefixed: unsafe try decodeStrings(count, into: output)
    case .none, .bits, .runs: throw missing(count)
    }
  }

  private func decode(
    _ deltas: inout DeltaDecoder, _ count: Int, into output: UnsafeMutableRawPointer
  ) throws(ParquetError) {
    var copy = deltas
    let isNarrow = element.type == .int32
    unsafe try withPage { (page) throws(ParquetError) in
      if conversion.conversion == .copy {
        if isNarrow {
          unsafe try copy.decode(
            page, into: output.assumingMemoryBound(to: Int32.self), count: count)
        } else {
          unsafe try copy.decode(
            page, into: output.assumingMemoryBound(to: Int64.self), count: count)
        }
        return
      }
      var done = 0
      while done < count {
        let taken = min(count - done, 2048)
        if isNarrow {
          let part = unsafe try uninitialized(taken, of: Int32.self) {
            (part) throws(ParquetError) in
            unsafe try copy.decode(page, into: part, count: taken)
          }
          unsafe try convert(part, into: output + done * conversion.width)
        } else {
          let part = unsafe try uninitialized(taken, of: Int64.self) {
            (part) throws(ParquetError) in
            unsafe try copy.decode(page, into: part, count: taken)
          }
          unsafe try convert(part, into: output + done * conversion.width)
        }
        done += taken
      }
    }
    deltas = copy
  }

  private func convert<Stored: BitwiseCopyable>(
    _ stored: [Stored], into output: UnsafeMutableRawPointer
  ) throws(ParquetError) {
    unsafe try stored.withUnsafeBufferPointer { (buffer) throws(ParquetError) in
      guard let base = buffer.baseAddress else { return }
      unsafe try conversion.run(UnsafeRawPointer(base), count: buffer.count, into: output)
    }
  }

  /// Puts together values whose bytes lie in streams of their own.
  private func join(
    start: Int, stride: Int, _ count: Int, into output: UnsafeMutableRawPointer
  ) throws(ParquetError) {
    let width = conversion.storedWidth
    if conversion.conversion == .copy {
      return unsafe try withPage { (page) throws(ParquetError) in
        unsafe ByteStreams.join(
          page + start, stride: stride, width: width, count: count,
          into: output.assumingMemoryBound(to: UInt8.self))
      }
    }
    let part = 1024
    var done = 0
    while done < count {
      let taken = min(part, count - done)
      let stored = unsafe try uninitialized(taken * width, of: UInt8.self) {
        (target) throws(ParquetError) in
        unsafe try withPage { (page) throws(ParquetError) in
          unsafe ByteStreams.join(
            page + start + done, stride: stride, width: width, count: taken, into: target)
        }
      }
      unsafe try convert(stored, count: taken, into: output + done * conversion.width)
      done += taken
    }
  }

  private func convert(
    _ stored: [UInt8], count: Int, into output: UnsafeMutableRawPointer
  ) throws(ParquetError) {
    unsafe try stored.withUnsafeBufferPointer { (buffer) throws(ParquetError) in
      guard let base = buffer.baseAddress else { return }
      unsafe try conversion.run(UnsafeRawPointer(base), count: count, into: output)
    }
  }

  /// Byte strings that stand for numbers: decimals.
  private func decodeStrings(
    _ count: Int, into output: UnsafeMutableRawPointer
  ) throws(ParquetError) {
    var packed = PackedBytes()
    try appendBytes(count, to: &packed)
    let offsets = packed.offsets
    unsafe try packed.bytes.withUnsafeBufferPointer { (buffer) throws(ParquetError) in
      let bytes = UnsafeRawBufferPointer(buffer)
      for index in 0..<count {
        let value = unsafe UnsafeRawBufferPointer(
          rebasing: bytes[Int(offsets[index])..<Int(offsets[index + 1])])
        if conversion.storedWidth > 0 {
          guard value.count == conversion.storedWidth, let base = value.baseAddress else {
            throw .damaged(
              "value of \(value.count) bytes in a column of \(conversion.storedWidth)")
          }
          unsafe try conversion.run(base, count: 1, into: output + index * conversion.width)
        } else {
          unsafe try conversion.bigEndian(value, into: output + index * conversion.width)
        }
      }
    }
  }

  private func gather(
    _ indices: inout HybridDecoder, _ count: Int, into output: UnsafeMutableRawPointer
  ) throws(ParquetError) {
    guard case .fixed(let bytes, let entries) = dictionary else { throw missing(count) }
    let width = conversion.width
    var done = 0
    while done < count {
      let taken = min(count - done, 4096)
      let codes = try self.codes(&indices, taken, entries: entries)
      let target = unsafe output + done * width
      unsafe bytes.withUnsafeBytes { values in
        guard let base = values.baseAddress else { return }
        switch width {
        case 4: unsafe Gather.run(base, UInt32.self, codes, into: target)
        case 8: unsafe Gather.run(base, UInt64.self, codes, into: target)
        default: unsafe Gather.run(base, UInt128.self, codes, into: target)
        }
      }
      done += taken
    }
  }

  /// The next `count` dictionary indices, each checked to be below `entries`.
  func codes(
    _ indices: inout HybridDecoder, _ count: Int, entries: Int
  ) throws(ParquetError) -> [Int32] {
    var copy = indices
    let codes = unsafe try uninitialized(count, of: Int32.self) { (output) throws(ParquetError) in
      unsafe try withPage { (page) throws(ParquetError) in
        unsafe try copy.decode(page, into: output, count: count)
      }
      var largest: UInt32 = 0
      for index in 0..<count {
        largest = unsafe max(largest, UInt32(bitPattern: output[index]))
      }
      guard Int(largest) < entries else {
        throw .damaged("dictionary index \(largest), where the dictionary has \(entries) values")
      }
    }
    indices = copy
    return codes
  }
}

/// Values picked from a dictionary.
private enum Gather {
  /// - Precondition: every code is below the number of values at `base`.
  static func run<Element: BitwiseCopyable>(
    _ base: UnsafeRawPointer, _ type: Element.Type, _ codes: [Int32],
    into output: UnsafeMutableRawPointer
  ) {
    let stride = MemoryLayout<Element>.stride
    for (index, code) in codes.enumerated() {
      let value = unsafe base.loadUnaligned(fromByteOffset: Int(code) &* stride, as: type)
      unsafe output.storeBytes(of: value, toByteOffset: index &* stride, as: type)
    }
  }
}

/// BYTE_STREAM_SPLIT.
private enum ByteStreams {
  static func join(
    _ source: UnsafeRawPointer, stride: Int, width: Int, count: Int,
    into output: UnsafeMutablePointer<UInt8>
  ) {
    for byte in 0..<width {
      let stream = unsafe (source + byte &* stride).assumingMemoryBound(to: UInt8.self)
      var target = byte
      for index in 0..<count {
        unsafe output[target] = stream[index]
        target &+= width
      }
    }
  }
}
