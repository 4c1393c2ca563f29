import Columnar
import JSONText

extension FileStatistics {
  /// How many characters of a string bound are written.
  package static let stringBoundLength = 32

  /// The statistics as a `stats` text.
  ///
  /// What other readers would take for exact and is not is left out: a decimal bound is written
  /// only when a double holds it exactly, a floating-point one only when finite. String bounds are
  /// cut after 32 characters, the upper one rounded up; times are cut to milliseconds, the upper
  /// one rounded up. Binary, nested and list columns have null counts only.
  package var json: String {
    var root = JSONObject()
    if let rowCount { root["numRecords"] = .integer(rowCount) }
    var minimum = JSONObject()
    var maximum = JSONObject()
    var nullCount = JSONObject()
    for column in columns {
      if let value = column.minimum.flatMap({ StatisticsBound.json($0, isUpper: false) }) {
        FileStatistics.set(value, at: column.path[...], in: &minimum)
      }
      if let value = column.maximum.flatMap({ StatisticsBound.json($0, isUpper: true) }) {
        FileStatistics.set(value, at: column.path[...], in: &maximum)
      }
      if let count = column.nullCount {
        FileStatistics.set(.integer(count), at: column.path[...], in: &nullCount)
      }
    }
    if !columns.isEmpty {
      root["minValues"] = .object(minimum)
      root["maxValues"] = .object(maximum)
      root["nullCount"] = .object(nullCount)
    }
    if !hasTightBounds { root["tightBounds"] = .bool(false) }
    return JSONValue.object(root).text
  }

  private static func set(
    _ value: JSONValue, at path: ArraySlice<String>, in object: inout JSONObject
  ) {
    guard let name = path.first else { return }
    if path.count == 1 {
      object.members.append(JSONObject.Member(key: name, value: value))
      return
    }
    var inner = object[name]?.object ?? JSONObject()
    set(value, at: path.dropFirst(), in: &inner)
    object[name] = .object(inner)
  }
}

extension StatisticsBound {
  /// Nil when the value must not stand in statistics.
  static func json(_ value: Value, isUpper: Bool) -> JSONValue? {
    switch value {
    case .boolean(let bit): .bool(bit)
    case .int32(let number): .integer(number)
    case .int64(let number): .integer(number)
    case .float(let number): JSONNumber(number.description).map { .number($0) }
    case .double(let number): JSONNumber(number.description).map { .number($0) }
    case .decimal(let number):
      isExactDouble(number) ? JSONNumber(number.description).map { .number($0) } : nil
    case .string(let text): bound(text, isUpper: isUpper).map { .string($0) }
    case .date(let date): .string(date.description)
    case .timestamp(let time): milliseconds(time, isUpper: isUpper).map { .string($0 + "Z") }
    case .timestampNTZ(let time): milliseconds(time, isUpper: isUpper).map { .string($0) }
    case .null, .binary, .list, .structure, .map: nil
    }
  }

  /// Whether a double holds the number: `m / 10^s` in lowest terms has only twos below the line,
  /// and at most 53 bits above it.
  static func isExactDouble(_ number: Decimal128) -> Bool {
    var mantissa = number.mantissa.magnitude
    var scale = number.scale
    while scale > 0, mantissa % 5 == 0, mantissa != 0 {
      mantissa /= 5
      scale -= 1
    }
    if mantissa == 0 { return true }
    if scale > 0 { return false }
    return mantissa >> UInt128(mantissa.trailingZeroBitCount) < 1 << 53
  }

  private static func bound(_ text: String, isUpper: Bool) -> String? {
    var scalars = Array(text.unicodeScalars.prefix(FileStatistics.stringBoundLength + 1))
    guard scalars.count > FileStatistics.stringBoundLength else { return text }
    scalars.removeLast()
    if isUpper {
      // The last character that has a successor takes it; those after it go.
      while let last = scalars.popLast() {
        let next = last.value == 0xD7FF ? 0xE000 : last.value + 1
        if let successor = UnicodeScalar(next) {
          scalars.append(successor)
          break
        }
      }
      if scalars.isEmpty { return nil }
    }
    var result = String.UnicodeScalarView()
    result.append(contentsOf: scalars)
    return String(result)
  }

  private static func milliseconds(_ time: Timestamp, isUpper: Bool) -> String? {
    let rest = time.microseconds % 1000
    let down = rest < 0 ? rest + 1000 : rest
    let shift = down == 0 ? 0 : isUpper ? 1000 - down : -down
    let (rounded, overflow) = time.microseconds.addingReportingOverflow(shift)
    if overflow { return nil }
    return Timestamp(microseconds: rounded).text(separator: "T")
  }
}
