import Columnar
import JSONText

extension FileStatistics {
  /// Reads a `stats` text under the table's schema.
  ///
  /// Bounds are loosened where writers are known to be imprecise, so that they hold for every row:
  /// times are cut to milliseconds, decimals may have gone through a double. The maximum of a
  /// floating-point column is dropped, because writers leave NaN out and NaN sorts above all. A
  /// bound that cannot be understood is left out; statistics never make a table unreadable.
  ///
  /// - Returns: nil when the text is not a JSON object.
  package init?(parsing text: String, schema: DeltaSchema, mapping: ColumnMapping = .none) {
    guard let root = try? JSONValue(parsing: text), root.object != nil else { return nil }
    self.init(
      rowCount: root["numRecords"]?.int64,
      hasTightBounds: root["tightBounds"]?.bool ?? true)
    let parts = Parts(
      nullCount: Parts.members(root["nullCount"]), minimum: Parts.members(root["minValues"]),
      maximum: Parts.members(root["maxValues"]))
    collect(schema.fields, parts, path: [], mapping: mapping)
  }

  /// The three parallel objects at one level of nesting.
  private struct Parts {
    var nullCount: [String: JSONValue]
    var minimum: [String: JSONValue]
    var maximum: [String: JSONValue]

    var isEmpty: Bool { nullCount.isEmpty && minimum.isEmpty && maximum.isEmpty }

    static func members(_ value: JSONValue?) -> [String: JSONValue] {
      guard let members = value?.object?.members else { return [:] }
      return Dictionary(members.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    }
  }

  /// With loose bounds only "no nulls" and "nothing but nulls" mean anything.
  private func nullCount(_ json: JSONValue?) -> Int64? {
    guard let count = json?.int64, count >= 0 else { return nil }
    return hasTightBounds || count == 0 || count == rowCount ? count : nil
  }

  private mutating func collect(
    _ fields: [DeltaField], _ parts: Parts, path: [String], mapping: ColumnMapping
  ) {
    if parts.isEmpty { return }
    for field in fields {
      let name = mapping == .none ? field.name : field.physicalName
      if case .structure(let members) = field.type {
        let inner = Parts(
          nullCount: Parts.members(parts.nullCount[name]),
          minimum: Parts.members(parts.minimum[name]),
          maximum: Parts.members(parts.maximum[name]))
        collect(members, inner, path: path + [field.name], mapping: mapping)
        continue
      }
      let bounds = ColumnBounds(
        path: path + [field.name], nullCount: nullCount(parts.nullCount[name]),
        minimum: parts.minimum[name].flatMap { StatisticsBound.lower($0, field.type) },
        maximum: parts.maximum[name].flatMap { StatisticsBound.upper($0, field.type) })
      if bounds.nullCount != nil || bounds.minimum != nil || bounds.maximum != nil {
        columns.append(bounds)
      }
    }
  }
}

/// One bound of one column, between JSON and `Value`.
enum StatisticsBound {
  static func lower(_ json: JSONValue, _ type: DeltaType) -> Value? {
    switch type {
    case .decimal(let precision, let scale): decimal(json, precision, scale, isUpper: false)
    case .float: json.double.flatMap { $0.isFinite ? .float(Float($0).nextDown) : nil }
    case .double: json.double.flatMap { $0.isFinite ? .double($0) : nil }
    default: exact(json, type)
    }
  }

  static func upper(_ json: JSONValue, _ type: DeltaType) -> Value? {
    switch type {
    case .decimal(let precision, let scale): return decimal(json, precision, scale, isUpper: true)
    case .float, .double: return nil
    case .timestamp, .timestampNTZ:
      guard let value = exact(json, type) else { return nil }
      switch value {
      case .timestamp(let time): return loosened(time).map { .timestamp($0) }
      case .timestampNTZ(let time): return loosened(time).map { .timestampNTZ($0) }
      default: return nil
      }
    default: return exact(json, type)
    }
  }

  /// A time that shows no microseconds may have been cut to its millisecond.
  private static func loosened(_ time: Timestamp) -> Timestamp? {
    guard time.microseconds % 1000 == 0 else { return time }
    let (sum, overflow) = time.microseconds.addingReportingOverflow(999)
    return overflow ? nil : Timestamp(microseconds: sum)
  }

  private static func exact(_ json: JSONValue, _ type: DeltaType) -> Value? {
    switch type {
    case .boolean: json.bool.map { .boolean($0) }
    case .byte, .short, .integer:
      json.int64.flatMap { Int32(exactly: $0) }.map { .int32($0) }
    case .long: json.int64.map { .int64($0) }
    case .string: json.string.map { .string($0) }
    case .date: json.string.flatMap { CalendarDate(String($0.prefix(10))) }.map { .date($0) }
    case .timestamp:
      json.string.flatMap { TimestampText($0) }.map {
        .timestamp(Timestamp(microseconds: $0.microseconds))
      }
    case .timestampNTZ:
      json.string.flatMap { TimestampText($0) }.map {
        .timestampNTZ(Timestamp(microseconds: $0.microseconds))
      }
    default: nil
    }
  }

  /// Up to 15 digits survive a double unharmed; longer numbers may be off in what follows, and are
  /// moved outwards by one unit of the fifteenth digit.
  private static func decimal(
    _ json: JSONValue, _ precision: Int, _ scale: Int, isUpper: Bool
  ) -> Value? {
    guard let text = json.decimalText ?? json.string, var number = Decimal128(text) else {
      return nil
    }
    let excess = number.digits - 15
    if excess > 0 {
      let unit = Decimal128.powersOfTen[min(excess, 38)]
      let (moved, overflow) =
        isUpper
        ? number.mantissa.addingReportingOverflow(unit)
        : number.mantissa.subtractingReportingOverflow(unit)
      if overflow { return nil }
      number.mantissa = moved
    }
    if number.scale > scale {
      // Round outwards: the digits that go must not tighten the bound.
      guard number.scale - scale <= 38 else { return nil }
      let divisor = Decimal128.powersOfTen[number.scale - scale]
      let (quotient, remainder) = number.mantissa.quotientAndRemainder(dividingBy: divisor)
      let step: Int128 =
        remainder == 0 ? 0 : isUpper ? (remainder > 0 ? 1 : 0) : (remainder < 0 ? -1 : 0)
      number = Decimal128(mantissa: quotient + step, scale: scale)
    } else {
      guard let rescaled = number.rescaled(to: scale) else { return nil }
      number = rescaled
    }
    return .decimal(number)
  }
}
