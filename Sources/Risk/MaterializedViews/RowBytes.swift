import Columnar
import FileStorage

/// The canonical bytes of some rows, written column by column; `ContentHash` defines them.
struct RowBytes {
  private var bytes: [UInt8]
  /// `count + 1` positions in `bytes`.
  private var starts: [Int]

  init(_ columns: [Column], count: Int) {
    var sizes = [Int](repeating: 0, count: count)
    for column in columns { RowBytes.addSizes(of: column, to: &sizes) }
    starts = [0]
    starts.reserveCapacity(count + 1)
    var total = 0
    for size in sizes {
      total += size
      starts.append(total)
    }
    bytes = [UInt8](repeating: 0, count: total)
    var ends = Array(starts.dropLast())
    for column in columns { RowBytes.write(column, to: &bytes, at: &ends) }
  }

  func digest(of row: Int) -> FileDigest {
    var hash = SHA256()
    let range = starts[row]..<starts[row + 1]
    // Safe: the range lies within the bytes, by construction.
    unsafe bytes.withUnsafeBytes { buffer in
      unsafe hash.update(UnsafeRawBufferPointer(rebasing: buffer[range]))
    }
    return hash.finalize()
  }

  static func append(text: [UInt8], tag: UInt8, to bytes: inout [UInt8]) {
    bytes.append(tag)
    append(UInt32(text.count), to: &bytes)
    bytes += text
  }

  // MARK: Sizes

  /// Bytes after the tag, for types whose values all have the same length.
  private static func width(_ type: DataType) -> Int? {
    switch type {
    case .boolean: 1
    case .int32, .float, .date: 4
    case .int64, .double, .timestamp, .timestampNTZ: 8
    case .decimal: 16
    default: nil
    }
  }

  private static func addSizes(of column: Column, to sizes: inout [Int]) {
    if let width = width(column.type) {
      for row in sizes.indices { sizes[row] += 1 + width }
    } else if case .string(let strings) = column.storage {
      let offsets = strings.values.offsets
      if let codes = strings.codes {
        let lengths = (0..<strings.values.count).map { Int(offsets[$0 + 1] - offsets[$0]) }
        for row in sizes.indices {
          sizes[row] += 5 + (lengths.isEmpty ? 0 : lengths[Int(codes[row])])
        }
      } else {
        for row in sizes.indices { sizes[row] += 5 + Int(offsets[row + 1] - offsets[row]) }
      }
    } else {
      for row in sizes.indices { sizes[row] += encoded(column, row).count }
      return
    }
    guard column.validity != nil else { return }
    for row in sizes.indices where column.isNull(row) {
      sizes[row] -= (width(column.type) ?? (4 + length(column, row)))
    }
  }

  private static func length(_ column: Column, _ row: Int) -> Int {
    guard case .string(let strings) = column.storage, strings.values.count > 0 else { return 0 }
    return strings.values.range(strings.code(row)).count
  }

  // MARK: Values

  private static func write(_ column: Column, to bytes: inout [UInt8], at ends: inout [Int]) {
    let tag = tag(column.type)
    switch column.storage {
    case .boolean(let bits):
      put(column, tag, to: &bytes, at: &ends) { [UInt8](arrayLiteral: bits[$0] ? 1 : 0) }
    case .int32(let values):
      fixed(column, tag, values.map { UInt32(bitPattern: $0) }, to: &bytes, at: &ends)
    case .int64(let values):
      if column.type.isDecimal {
        fixed(
          column, tag, values.map { UInt128(bitPattern: Int128($0)) }, to: &bytes, at: &ends)
      } else {
        fixed(column, tag, values.map { UInt64(bitPattern: $0) }, to: &bytes, at: &ends)
      }
    case .int128(let values):
      fixed(column, tag, values.map { UInt128(bitPattern: $0) }, to: &bytes, at: &ends)
    case .float(let values):
      fixed(
        column, tag, values.map { $0.isNaN ? 0x7fc0_0000 : $0.bitPattern }, to: &bytes, at: &ends)
    case .double(let values):
      fixed(
        column, tag, values.map { $0.isNaN ? 0x7ff8_0000_0000_0000 : $0.bitPattern }, to: &bytes,
        at: &ends)
    case .string(let strings): write(strings, of: column, tag, to: &bytes, at: &ends)
    case .list, .structure:
      for row in ends.indices {
        let value = encoded(column, row)
        for (offset, byte) in value.enumerated() { bytes[ends[row] + offset] = byte }
        ends[row] += value.count
      }
    }
  }

  private static func fixed<Word: FixedWidthInteger>(
    _ column: Column, _ tag: UInt8, _ words: [Word], to bytes: inout [UInt8], at ends: inout [Int]
  ) {
    let width = Word.bitWidth / 8
    let validity = column.validity
    for row in words.indices {
      var place = ends[row]
      if let validity, !validity[row] {
        bytes[place] = 0
        ends[row] = place + 1
        continue
      }
      bytes[place] = tag
      place += 1
      var word = words[row].bigEndian
      for _ in 0..<width {
        bytes[place] = UInt8(truncatingIfNeeded: word)
        word >>= 8
        place += 1
      }
      ends[row] = place
    }
  }

  private static func put(
    _ column: Column, _ tag: UInt8, to bytes: inout [UInt8], at ends: inout [Int],
    _ value: (Int) -> [UInt8]
  ) {
    for row in ends.indices {
      if column.isNull(row) {
        bytes[ends[row]] = 0
        ends[row] += 1
        continue
      }
      bytes[ends[row]] = tag
      ends[row] += 1
      for byte in value(row) {
        bytes[ends[row]] = byte
        ends[row] += 1
      }
    }
  }

  private static func write(
    _ strings: StringColumn, of column: Column, _ tag: UInt8, to bytes: inout [UInt8],
    at ends: inout [Int]
  ) {
    let text = strings.values.bytes
    let validity = column.validity
    for row in ends.indices {
      var place = ends[row]
      if let validity, !validity[row] {
        bytes[place] = 0
        ends[row] = place + 1
        continue
      }
      bytes[place] = tag
      let range = strings.values.range(strings.code(row))
      let count = UInt32(range.count)
      for shift in 0..<4 {
        bytes[place + 1 + shift] = UInt8(truncatingIfNeeded: count >> UInt32(24 - 8 * shift))
      }
      place += 5
      for index in range {
        bytes[place] = text[index]
        place += 1
      }
      ends[row] = place
    }
  }

  private static func tag(_ type: DataType) -> UInt8 {
    switch type {
    case .boolean: 1
    case .int32: 2
    case .int64: 3
    case .float: 4
    case .double: 5
    case .decimal: 6
    case .string: 7
    case .binary: 8
    case .date: 9
    case .timestamp: 10
    case .timestampNTZ: 11
    case .list, .vector, .map: 12
    case .structure: 13
    }
  }

  // MARK: Nested values, one by one

  private static func encoded(_ column: Column, _ row: Int) -> [UInt8] {
    if column.isNull(row) { return [0] }
    var result = [tag(column.type)]
    switch column.storage {
    case .list(let offsets, let child):
      append(UInt32(offsets[row + 1] - offsets[row]), to: &result)
      for member in offsets[row]..<offsets[row + 1] { result += encoded(child, Int(member)) }
    case .structure(let children, _):
      for child in children { result += encoded(child, row) }
    default:
      let one = RowBytes([column.slice(row..<(row + 1))], count: 1)
      result = one.bytes
    }
    return result
  }

  private static func append(_ number: UInt32, to bytes: inout [UInt8]) {
    for shift in stride(from: UInt32(24), through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }
}
