import Columnar

/// Turns the columns of one position of a result into text, batch by batch.
///
/// Dictionary strings are escaped once a dictionary and stay codes.
final class CellEncoder {
  private let dialect: TextDialect
  private let null: [UInt8]
  private var dictionary: StringValues?
  private var dictionaryText = CellText(bytes: [], offsets: [0], codes: nil)

  init(_ dialect: TextDialect) {
    self.dialect = dialect
    null = Array(dialect.null.utf8)
  }

  func encode(_ column: Column) -> CellText {
    if case .string(let strings) = column.storage, column.type == .string {
      return encode(strings, validity: column.validity)
    }
    guard let width = NumberText.width(of: column.type) else { return encodeBoxed(column) }
    // JSON has no dates, times, infinities: they are strings there.
    let isQuoted = dialect.isJSON && !(column.type.isInteger || column.type.isDecimal)
    switch column.storage {
    case .boolean(let bits):
      let (yes, no) = (Array("true".utf8), Array("false".utf8))
      return unsafe numbers(column, width) { row, place in
        unsafe NumberText.write(bits[row] ? yes : no, at: place)
      }
    case .int32(let values):
      if column.type == .date {
        return unsafe numbers(column, width, isQuoted: isQuoted) { row, place in
          unsafe NumberText.write(days: values[row], at: place)
        }
      }
      return unsafe numbers(column, width) { row, place in
        unsafe NumberText.write(Int64(values[row]), at: place)
      }
    case .int64(let values): return integers(values, column, width, isQuoted: isQuoted)
    case .int128(let values):
      guard case .decimal(_, let scale) = column.type else { return encodeBoxed(column) }
      return unsafe numbers(column, width) { row, place in
        unsafe NumberText.write(values[row], scale: scale, at: place)
      }
    case .float(let values):
      return unsafe numbers(column, width + 2) { [isJSON = dialect.isJSON] row, place in
        isJSON && !values[row].isFinite
          ? unsafe NumberText.write(CellEncoder.notFinite(Double(values[row])), at: place)
          : unsafe NumberText.write(values[row], at: place)
      }
    case .double(let values):
      return unsafe numbers(column, width + 2) { [isJSON = dialect.isJSON] row, place in
        isJSON && !values[row].isFinite
          ? unsafe NumberText.write(CellEncoder.notFinite(values[row]), at: place)
          : unsafe NumberText.write(values[row], at: place)
      }
    case .string, .list, .structure: return encodeBoxed(column)
    }
  }

  private func integers(
    _ values: [Int64], _ column: Column, _ width: Int, isQuoted: Bool
  ) -> CellText {
    switch column.type {
    case .decimal(_, let scale):
      return unsafe numbers(column, width) { row, place in
        unsafe NumberText.write(values[row], scale: scale, at: place)
      }
    case .timestamp, .timestampNTZ:
      let suffix = column.type == .timestamp ? "Z" : ""
      return unsafe numbers(column, width, isQuoted: isQuoted) { row, place in
        let text = Timestamp(microseconds: values[row]).text(separator: "T") + suffix
        return unsafe NumberText.write(Array(text.utf8), at: place)
      }
    default:
      return unsafe numbers(column, width) { row, place in
        unsafe NumberText.write(values[row], at: place)
      }
    }
  }

  private static func notFinite(_ value: Double) -> [UInt8] {
    Array((value.isNaN ? "\"NaN\"" : value < 0 ? "\"-Infinity\"" : "\"Infinity\"").utf8)
  }

  /// Cells of at most `width` bytes each, written by `body` at the place it is given.
  @inline(__always)
  private func numbers(
    _ column: Column, _ width: Int, isQuoted: Bool = false,
    _ body: (Int, UnsafeMutablePointer<UInt8>) -> Int
  ) -> CellText {
    let room = max(width + (isQuoted ? 2 : 0), null.count)
    var offsets = [Int32](repeating: 0, count: column.count + 1)
    let validity = column.validity
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: column.count * room) { buffer, used in
      guard let base = buffer.baseAddress else { return }
      var position = 0
      for row in 0..<column.count {
        // Safe: `room` bytes a row were reserved, and no cell is longer.
        var place = unsafe base + position
        if let validity, !validity[row] {
          position &+= unsafe NumberText.write(null, at: place)
        } else if isQuoted {
          unsafe place.pointee = 0x22
          unsafe place += 1
          let length = unsafe body(row, place)
          unsafe place[length] = 0x22
          position &+= length &+ 2
        } else {
          position &+= unsafe body(row, place)
        }
        offsets[row &+ 1] = Int32(truncatingIfNeeded: position)
      }
      used = position
    }
    return CellText(bytes: bytes, offsets: offsets, codes: nil)
  }

  private func encode(_ strings: StringColumn, validity: Bitmap?) -> CellText {
    let isShared = strings.codes != nil && strings.values.count <= 4 * strings.count
    guard let codes = strings.codes, isShared || dictionary === strings.values else {
      return encodeEach(strings, validity: validity)
    }
    if dictionary !== strings.values {
      dictionary = strings.values
      dictionaryText = encodeAll(strings.values)
    }
    var text = dictionaryText
    guard let validity else {
      text.codes = codes
      return text
    }
    // The last value of the encoded dictionary is NULL's text.
    let nullCode = Int32(strings.values.count)
    text.codes = codes.indices.map { validity[$0] ? codes[$0] : nullCode }
    return text
  }

  private func encodeAll(_ values: StringValues) -> CellText {
    var text = CellText(bytes: [], offsets: [0], codes: nil)
    text.bytes.reserveCapacity(values.bytes.count + 64)
    text.offsets.reserveCapacity(values.count + 2)
    let bytes = values.bytes
    let source = bytes.span
    for index in 0..<values.count {
      dialect.append(source.extracting(values.range(index)), to: &text.bytes)
      text.offsets.append(Int32(truncatingIfNeeded: text.bytes.count))
    }
    text.bytes += null
    text.offsets.append(Int32(truncatingIfNeeded: text.bytes.count))
    return text
  }

  private func encodeEach(_ strings: StringColumn, validity: Bitmap?) -> CellText {
    var text = CellText(bytes: [], offsets: [0], codes: nil)
    text.offsets.reserveCapacity(strings.count + 1)
    let bytes = strings.values.bytes
    let source = bytes.span
    for row in 0..<strings.count {
      if let validity, !validity[row] {
        text.bytes += null
      } else {
        dialect.append(
          source.extracting(strings.values.range(strings.code(row))), to: &text.bytes)
      }
      text.offsets.append(Int32(truncatingIfNeeded: text.bytes.count))
    }
    return text
  }

  /// Binaries and nested values, one boxed value at a time.
  private func encodeBoxed(_ column: Column) -> CellText {
    var text = CellText(bytes: [], offsets: [0], codes: nil)
    for row in 0..<column.count {
      if column.isNull(row) {
        text.bytes += null
      } else if column.type.isNested {
        let json = NestedText.json(column.value(row), type: column.type)
        if dialect.isJSON { text.bytes += json.utf8 } else { dialect.append(json, to: &text.bytes) }
      } else if case .binary(let bytes) = column.value(row) {
        dialect.append(NestedText.hex(bytes), to: &text.bytes)
      }
      text.offsets.append(Int32(truncatingIfNeeded: text.bytes.count))
    }
    return text
  }
}
