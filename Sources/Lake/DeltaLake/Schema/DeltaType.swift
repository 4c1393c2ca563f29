/// A type as Delta names it ("Schema Serialization Format").
///
/// Wider than `Columnar.DataType` where Delta is narrower: `byte` and `short` are held as `int32`
/// in memory but stay what they are in the schema.
package indirect enum DeltaType: Sendable, Hashable {
  case boolean
  case byte
  case short
  case integer
  case long
  case float
  case double
  case decimal(precision: Int, scale: Int)
  case string
  case binary
  case date
  case timestamp
  case timestampNTZ
  /// Only nulls, never in a data file.
  case void
  case structure([DeltaField])
  case array(element: DeltaType, containsNull: Bool)
  case map(key: DeltaType, value: DeltaType, valueContainsNull: Bool)

  /// The spelling of a type without parts; nil for nested ones.
  package var primitiveName: String? {
    switch self {
    case .boolean: "boolean"
    case .byte: "byte"
    case .short: "short"
    case .integer: "integer"
    case .long: "long"
    case .float: "float"
    case .double: "double"
    case .decimal(let precision, let scale): "decimal(\(precision),\(scale))"
    case .string: "string"
    case .binary: "binary"
    case .date: "date"
    case .timestamp: "timestamp"
    case .timestampNTZ: "timestamp_ntz"
    case .void: "void"
    case .structure, .array, .map: nil
    }
  }

  /// The primitive type of that spelling; nil when there is none.
  package init?(primitive name: String) {
    switch name {
    case "boolean": self = .boolean
    case "byte": self = .byte
    case "short": self = .short
    case "integer": self = .integer
    case "long": self = .long
    case "float": self = .float
    case "double": self = .double
    case "string": self = .string
    case "binary": self = .binary
    case "date": self = .date
    case "timestamp": self = .timestamp
    case "timestamp_ntz": self = .timestampNTZ
    case "void", "null": self = .void
    case "decimal": self = .decimal(precision: 10, scale: 0)
    default:
      guard name.hasPrefix("decimal("), name.hasSuffix(")") else { return nil }
      let parts = name.dropFirst("decimal(".count).dropLast().split(
        separator: ",", omittingEmptySubsequences: false)
      guard parts.count == 2, let precision = Int(parts[0].filter { $0 != " " }),
        let scale = Int(parts[1].filter { $0 != " " }), (1...38).contains(precision),
        (0...precision).contains(scale)
      else { return nil }
      self = .decimal(precision: precision, scale: scale)
    }
  }
}
