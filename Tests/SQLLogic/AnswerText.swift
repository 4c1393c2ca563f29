import Columnar

/// Values as sqllogictest files spell them.
enum AnswerText {
  /// SQLite's way: the column's letter decides (`I` truncates, `R` has three places).
  static func sqlite(_ value: Value, _ letter: Character) -> String {
    if value.isNull { return "NULL" }
    switch letter {
    case "I":
      if let number = number(value) {
        return String(Int64(exactly: number.rounded(.towardZero)) ?? 0)
      }
      if case .boolean(let bit) = value { return bit ? "1" : "0" }
      return "0"
    case "R": return number(value).map { fixed($0) } ?? duckDB(value)
    default:
      let text = duckDB(value)
      return text.isEmpty ? "(empty)" : text
    }
  }

  private static func number(_ value: Value) -> Double? {
    switch value {
    case .int32(let number): Double(number)
    case .int64(let number): Double(number)
    case .float(let number): Double(number)
    case .double(let number): number
    case .decimal(let number): Double(number.description)
    default: nil
    }
  }

  /// Three places, halves away from zero as C's printf gives for these files' numbers.
  private static func fixed(_ number: Double) -> String {
    let thousandths = Int64((number.magnitude * 1000).rounded())
    let places = String(1000 + thousandths % 1000).dropFirst()
    return "\(number < 0 ? "-" : "")\(thousandths / 1000).\(places)"
  }

  /// DuckDB's way: every value as its text.
  static func duckDB(_ value: Value) -> String {
    switch value {
    case .null: return "NULL"
    case .boolean(let bit): return bit ? "true" : "false"
    case .int32(let number): return String(number)
    case .int64(let number): return String(number)
    case .float(let number): return number.description
    case .double(let number): return number.description
    case .decimal(let number): return number.description
    case .string(let text): return text.isEmpty ? "(empty)" : text
    case .binary(let bytes):
      return bytes.map { byte in
        if byte >= 32, byte < 127 { return String(UnicodeScalar(byte)) }
        let digits = String(byte, radix: 16, uppercase: true)
        return "\\x" + (byte < 16 ? "0" : "") + digits
      }.joined()
    case .date(let day): return day.description
    case .timestamp(let time), .timestampNTZ(let time):
      return String(time.description.dropLast()).split(separator: "T").joined(separator: " ")
    case .list(let members): return "[" + members.map(member).joined(separator: ", ") + "]"
    case .structure(let members): return "{" + members.map(member).joined(separator: ", ") + "}"
    case .map(let keys, let values):
      return "{" + zip(keys, values).map { "\(member($0))=\(member($1))" }.joined(separator: ", ")
        + "}"
    }
  }

  private static func member(_ value: Value) -> String {
    if case .string(let text) = value { return text }
    return duckDB(value)
  }
}
