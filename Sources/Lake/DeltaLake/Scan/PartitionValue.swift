package import Columnar

/// A partition column's value as the log spells it ("Partition Value Serialization").
package enum PartitionValue {
  /// The typed value; nil when the text does not fit the type.
  ///
  /// An absent value and an empty text are null. A time without a zone is taken for UTC.
  package static func parse(_ text: String?, _ type: DeltaType) -> Value? {
    guard let text, !text.isEmpty else { return .null }
    switch type {
    case .string: return .string(text)
    case .boolean:
      switch text.lowercased() {
      case "true": return .boolean(true)
      case "false": return .boolean(false)
      default: return nil
      }
    case .byte, .short, .integer: return Int32(text).map { .int32($0) }
    case .long: return Int64(text).map { .int64($0) }
    case .float: return Float(text).map { .float($0) }
    case .double: return Double(text).map { .double($0) }
    case .decimal(let precision, let scale):
      guard let number = Decimal128(text), let rescaled = number.rescaled(to: scale),
        Decimal128.compare(number, rescaled) == 0, rescaled.fits(precision: precision)
      else { return nil }
      return .decimal(rescaled)
    case .date: return date(text).map { .date($0) }
    case .timestamp:
      return TimestampText(text).map { .timestamp(Timestamp(microseconds: $0.microseconds)) }
    case .timestampNTZ:
      return TimestampText(text).map { .timestampNTZ(Timestamp(microseconds: $0.microseconds)) }
    case .binary: return .binary(Array(text.utf8))
    case .void, .structure, .array, .map: return nil
    }
  }

  /// `2021-09-08`, also as `2021-9-8`.
  private static func date(_ text: String) -> CalendarDate? {
    if let date = CalendarDate(text) { return date }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, let year = Int(parts[0]), let month = Int(parts[1]),
      let day = Int(parts[2])
    else { return nil }
    return CalendarDate(year: year, month: month, day: day)
  }
}
