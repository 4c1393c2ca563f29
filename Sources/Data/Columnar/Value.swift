/// One value of any type: for literals, statistics, defaults and single rows; never per row in a
/// kernel.
///
/// Equality is structural: NaN differs from itself here, 1 from 1.0.
package indirect enum Value: Sendable, Hashable {
  case null
  case boolean(Bool)
  case int32(Int32)
  case int64(Int64)
  case float(Float)
  case double(Double)
  case decimal(Decimal128)
  case string(String)
  case binary([UInt8])
  case date(CalendarDate)
  case timestamp(Timestamp)
  case timestampNTZ(Timestamp)
  case list([Value])
  case structure([Value])
  case map(keys: [Value], values: [Value])

  package var isNull: Bool { if case .null = self { true } else { false } }
}
