package import Columnar
import JSONText

/// What a data file holds of one column: its smallest and largest value, and how many nulls.
///
/// A bound that is `.null` is not known; both bounds have the same type.
package struct ColumnRange: Sendable, Hashable {
  package var column: String
  package var minimum: Value
  package var maximum: Value
  /// Nil when not known.
  package var nulls: Int64?

  package init(column: String, minimum: Value, maximum: Value, nulls: Int64?) {
    self.column = column
    self.minimum = minimum
    self.maximum = maximum
    self.nulls = nulls
  }
}

/// How a bound is stored: a kind, a scale for decimals, and a value that SQLite orders rightly.
///
/// Numbers, dates and times are integers or reals; a decimal is its mantissa at its scale, as an
/// integer when it fits 64 bits, else as 16 bytes, sign flipped, highest first. The numbers of the
/// kinds are part of the format.
enum StoredValue {
  static let null: Int64 = 0

  static func kind(_ value: Value) -> (kind: Int64, scale: Int64)? {
    switch value {
    case .null: (null, 0)
    case .boolean: (1, 0)
    case .int32: (2, 0)
    case .int64: (3, 0)
    case .float: (4, 0)
    case .double: (5, 0)
    case .decimal(let number): (6, Int64(number.scale))
    case .string: (7, 0)
    case .binary: (8, 0)
    case .date: (9, 0)
    case .timestamp: (10, 0)
    case .timestampNTZ: (11, 0)
    case .list, .structure, .map: nil
    }
  }

  static func sql(_ value: Value) -> SQLValue {
    switch value {
    case .boolean(let value): .flag(value)
    case .int32(let value): .integer(Int64(value))
    case .int64(let value): .integer(value)
    case .float(let value): .real(Double(value))
    case .double(let value): .real(value)
    case .decimal(let number):
      Int64(exactly: number.mantissa).map { .integer($0) } ?? .blob(ordered(number.mantissa))
    case .string(let text): .text(text)
    case .binary(let bytes): .blob(bytes)
    case .date(let date): .integer(Int64(date.days))
    case .timestamp(let time), .timestampNTZ(let time): .integer(time.microseconds)
    case .null, .list, .structure, .map: .null
    }
  }

  static func value(kind: Int64, scale: Int64, _ stored: SQLValue) throws(CatalogError) -> Value {
    switch (kind, stored) {
    case (_, .null): return .null
    case (1, .integer(let number)): return .boolean(number != 0)
    case (2, .integer(let number)):
      if let number = Int32(exactly: number) { return .int32(number) }
    case (3, .integer(let number)): return .int64(number)
    case (4, .real(let number)): return .float(Float(number))
    case (5, .real(let number)): return .double(number)
    case (6, .integer(let number)):
      return .decimal(Decimal128(mantissa: Int128(number), scale: Int(scale)))
    case (6, .blob(let bytes)) where bytes.count == 16:
      return .decimal(Decimal128(mantissa: mantissa(bytes), scale: Int(scale)))
    case (7, .text(let text)): return .string(text)
    case (8, .blob(let bytes)): return .binary(bytes)
    case (9, .integer(let number)):
      if let days = Int32(exactly: number) { return .date(CalendarDate(days: days)) }
    case (10, .integer(let number)): return .timestamp(Timestamp(microseconds: number))
    case (11, .integer(let number)): return .timestampNTZ(Timestamp(microseconds: number))
    default: break
    }
    throw .corrupted("a column bound of kind \(kind) holds \(stored)")
  }

  private static func ordered(_ mantissa: Int128) -> [UInt8] {
    let flipped = UInt128(bitPattern: mantissa) ^ (1 << 127)
    return (0..<16).map { UInt8(truncatingIfNeeded: flipped >> (120 - 8 * UInt128($0))) }
  }

  private static func mantissa(_ bytes: [UInt8]) -> Int128 {
    Int128(bitPattern: bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) } ^ (1 << 127))
  }
}

extension ColumnRange: LogRecord {
  func write(to json: inout JSONWriter) {
    let known = minimum.isNull ? maximum : minimum
    let (kind, scale) = StoredValue.kind(known) ?? (StoredValue.null, 0)
    json.beginArray()
    json.string(column)
    json.integer(kind)
    json.integer(scale)
    for bound in [minimum, maximum] { ColumnRange.write(StoredValue.sql(bound), to: &json) }
    if let nulls { json.integer(nulls) } else { json.null() }
    json.endArray()
  }

  init(_ json: JSONValue) throws(CatalogError) {
    guard let parts = json.array, parts.count == 6, let column = parts[0].string,
      let kind = parts[1].int64, let scale = parts[2].int64, (0...38).contains(scale)
    else { throw .corrupted("a column range of the lake log is not understood") }
    self.column = column
    minimum = try StoredValue.value(kind: kind, scale: scale, try ColumnRange.read(parts[3], kind))
    maximum = try StoredValue.value(kind: kind, scale: scale, try ColumnRange.read(parts[4], kind))
    nulls = parts[5].int64
  }

  private static func write(_ bound: SQLValue, to json: inout JSONWriter) {
    switch bound {
    case .null: json.null()
    case .integer(let number): json.integer(number)
    case .real(let number): json.double(number)
    case .text(let text): json.string(text)
    case .blob(let bytes): json.string(bytes.hex)
    }
  }

  private static func read(_ bound: JSONValue, _ kind: Int64) throws(CatalogError) -> SQLValue {
    if bound.isNull { return .null }
    if kind == 4 || kind == 5 {
      if let number = bound.double ?? bound.string.flatMap(Double.init) { return .real(number) }
    } else if kind == 7 {
      if let text = bound.string { return .text(text) }
    } else if let number = bound.int64 {
      return .integer(number)
    } else if let bytes = bound.string.flatMap([UInt8].init(hex:)) {
      return .blob(bytes)
    }
    throw .corrupted("a column bound of the lake log is not understood: \(bound.text)")
  }
}

extension [UInt8] {
  /// Two lower-case hexadecimal digits a byte.
  var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// Nil unless the text is pairs of hexadecimal digits.
  init?(hex: String) {
    let digits = hex.utf8.map { Character(UnicodeScalar($0)).hexDigitValue }
    guard digits.count % 2 == 0 else { return nil }
    self = []
    for position in stride(from: 0, to: digits.count, by: 2) {
      guard let high = digits[position], let low = digits[position + 1] else { return nil }
      append(UInt8(high << 4 | low))
    }
  }
}
