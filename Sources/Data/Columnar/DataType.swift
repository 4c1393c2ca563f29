/// The type of a column: what its values mean, and how they are held in memory.
///
/// Narrow and unsigned integers of foreign files widen on reading to the next type that holds every
/// value (`int8`, `int16`, `uint8`, `uint16` → `int32`; `uint32` → `int64`; `uint64` →
/// `decimal(20, 0)`), so an engine kernel exists once per case below.
package indirect enum DataType: Sendable, Hashable {
  case boolean
  case int32
  case int64
  case float
  case double
  /// Exact; `1 ≤ precision ≤ 38`, `0 ≤ scale ≤ precision`. Held as `Int64` up to 18 digits, as
  /// `Int128` above.
  case decimal(precision: Int, scale: Int)
  /// UTF-8 text; compared and ordered by bytes.
  case string
  case binary
  /// Days since 1970-01-01, proleptic Gregorian.
  case date
  /// An instant: microseconds since 1970-01-01T00:00:00Z.
  case timestamp
  /// A wall-clock time without a zone: microseconds since 1970-01-01T00:00:00 on that clock.
  case timestampNTZ
  case list(element: Field)
  /// A list of doubles without nulls, of one fixed length.
  case vector(length: Int)
  /// Passed through: read, written and shown, not computed on.
  case structure([Field])
  /// Passed through: read, written and shown, not computed on.
  case map(key: Field, value: Field)
}

extension DataType {
  /// Digits that fit the `Int64` storage of a decimal.
  package static let maximumPrecisionInInt64 = 18
  package static let maximumPrecision = 38

  package var isNumeric: Bool {
    switch self {
    case .int32, .int64, .float, .double, .decimal: true
    default: false
    }
  }

  package var isInteger: Bool { self == .int32 || self == .int64 }
  package var isFloating: Bool { self == .float || self == .double }
  package var isDecimal: Bool { if case .decimal = self { true } else { false } }

  package var isNested: Bool {
    switch self {
    case .list, .vector, .structure, .map: true
    default: false
    }
  }

  /// The type as the query language spells it: `decimal(18,2)`, `list<double>`.
  package var sqlName: String {
    switch self {
    case .boolean: "boolean"
    case .int32: "int"
    case .int64: "bigint"
    case .float: "float"
    case .double: "double"
    case .decimal(let precision, let scale): "decimal(\(precision),\(scale))"
    case .string: "string"
    case .binary: "binary"
    case .date: "date"
    case .timestamp: "timestamp"
    case .timestampNTZ: "timestamp_ntz"
    case .list(let element): "list<\(element.type.sqlName)>"
    case .vector(let length): "vector(\(length))"
    case .structure(let fields):
      "struct<" + fields.map { "\($0.name): \($0.type.sqlName)" }.joined(separator: ", ") + ">"
    case .map(let key, let value): "map<\(key.type.sqlName), \(value.type.sqlName)>"
    }
  }
}
