import Columnar

/// The buffers of one record batch (Arrow "Columnar Format").
struct ArrowBody {
  private(set) var bytes: [UInt8] = []
  /// Rows and nulls of each column and child, depth first.
  private(set) var nodes: [Int64] = []
  /// Place and length of each buffer.
  private(set) var buffers: [Int64] = []

  init(_ batch: Batch) {
    for column in batch.columns { append(column) }
  }

  private mutating func append(_ column: Column) {
    nodes += [Int64(column.count), Int64(column.nullCount)]
    if let validity = column.validity {
      appendBuffer(bits: validity)
    } else {
      buffers += [Int64(bytes.count), 0]
    }
    switch column.storage {
    case .boolean(let bits): appendBuffer(bits: bits)
    case .int32(let values): appendBuffer(values)
    case .int64(let values):
      // Decimals of few digits are held narrower than Arrow's 16 bytes.
      if column.type.isDecimal {
        appendBuffer(values.map { Int128($0) })
      } else {
        appendBuffer(values)
      }
    case .int128(let values): appendBuffer(values)
    case .float(let values): appendBuffer(values)
    case .double(let values): appendBuffer(values)
    case .string(let strings): append(strings)
    case .list(let offsets, let child):
      appendBuffer(offsets)
      if case .map = column.type, case .structure = child.storage {
        append(child)
      } else {
        append(child)
      }
    case .structure(let children, _): for child in children { append(child) }
    }
  }

  /// Every row's text in full: readers then need no dictionaries.
  private mutating func append(_ strings: StringColumn) {
    guard let codes = strings.codes else {
      let offsets = strings.values.offsets
      appendBuffer(offsets)
      appendBuffer(strings.values.bytes)
      return
    }
    let source = strings.values.offsets
    var offsets = [Int32](repeating: 0, count: codes.count + 1)
    var total: Int32 = 0
    for row in codes.indices {
      let code = Int(codes[row])
      total &+= source[code &+ 1] &- source[code]
      offsets[row &+ 1] = total
    }
    appendBuffer(offsets)
    let start = bytes.count
    let values = strings.values.bytes
    bytes.reserveCapacity(start + Int(total) + 8)
    for code in codes {
      bytes += values[Int(source[Int(code)])..<Int(source[Int(code) &+ 1])]
    }
    endBuffer(from: start)
  }

  private mutating func appendBuffer(bits: Bitmap) {
    let start = bytes.count
    for word in bits.words {
      for shift in stride(from: UInt64(0), to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: word >> shift))
      }
    }
    endBuffer(from: start, length: (bits.count + 7) / 8)
  }

  /// Numbers as they lie in memory: little-endian on every platform that this runs on.
  private mutating func appendBuffer<Number: BitwiseCopyable>(_ values: [Number]) {
    let start = bytes.count
    // Safe: the bytes are copied while the array is held, and the numbers have no padding.
    unsafe values.withUnsafeBytes { raw in unsafe bytes.append(contentsOf: raw) }
    endBuffer(from: start)
  }

  private mutating func endBuffer(from start: Int, length: Int? = nil) {
    buffers += [Int64(start), Int64(length ?? bytes.count - start)]
    while bytes.count % 64 != 0 { bytes.append(0) }
  }
}
