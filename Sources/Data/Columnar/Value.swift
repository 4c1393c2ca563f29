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

extension Value {
  /// Whether both are the same value; a NaN is itself, so that an expression with one equals itself.
  package static func == (left: Value, right: Value) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.boolean(let a), .boolean(let b)): a == b
    case (.int32(let a), .int32(let b)): a == b
    case (.int64(let a), .int64(let b)): a == b
    case (.float(let a), .float(let b)): a == b || a.bitPattern == b.bitPattern
    case (.double(let a), .double(let b)): a == b || a.bitPattern == b.bitPattern
    case (.decimal(let a), .decimal(let b)): a == b
    case (.string(let a), .string(let b)): a == b
    case (.binary(let a), .binary(let b)): a == b
    case (.date(let a), .date(let b)): a == b
    case (.timestamp(let a), .timestamp(let b)): a == b
    case (.timestampNTZ(let a), .timestampNTZ(let b)): a == b
    case (.list(let a), .list(let b)): a == b
    case (.structure(let a), .structure(let b)): a == b
    case (.map(let a, let x), .map(let b, let y)): a == b && x == y
    default: false
    }
  }
}
