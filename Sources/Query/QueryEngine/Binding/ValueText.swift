package import Columnar

/// Values as the query language writes them, for messages and plans.
package enum ValueText {
  package static func sql(_ value: Value) -> String {
    switch value {
    case .null: "NULL"
    case .boolean(let bit): bit ? "TRUE" : "FALSE"
    case .int32(let number): String(number)
    case .int64(let number): String(number)
    case .float(let number): String(number)
    case .double(let number): String(number)
    case .decimal(let number): number.description
    case .string(let text): "'" + escaped(text) + "'"
    case .binary(let bytes): "x'" + bytes.map(hex).joined() + "'"
    case .date(let date): "DATE '\(date)'"
    case .timestamp(let time): "TIMESTAMP '\(time)'"
    case .timestampNTZ(let time): "TIMESTAMP '\(time.text(separator: " "))'"
    case .list(let members), .structure(let members):
      "[" + members.map(sql).joined(separator: ", ") + "]"
    case .map(let keys, let values):
      "{" + zip(keys, values).map { sql($0) + ": " + sql($1) }.joined(separator: ", ") + "}"
    }
  }

  private static func escaped(_ text: String) -> String {
    text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
  }

  private static func hex(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return digits.utf8.count == 1 ? "0" + digits : digits
  }
}
