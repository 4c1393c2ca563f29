/// Small changes that make another system's statements Tarn's: a table is made in a schema, and
/// nothing is temporary.
enum Dialect {
  static let schema = "main"

  /// The statement as Tarn takes it.
  static func adapted(_ sql: String) -> String {
    let pieces = SQLWords(sql)
    let words = pieces.words
    guard words.first == "create" else { return sql }
    var index = 1
    var replaces = false
    if words.count > 2, words[1] == "or", words[2] == "replace" {
      replaces = true
      index = 3
    }
    while index < words.count, ["temp", "temporary", "recursive"].contains(words[index]) {
      index += 1
    }
    guard index < words.count, words[index] == "table" || words[index] == "view" else { return sql }
    let kind = words[index]
    index += 1
    var head = "CREATE \(replaces && kind == "view" ? "OR REPLACE " : "")\(kind.uppercased()) "
    if index + 2 < words.count, words[index] == "if", words[index + 1] == "not" {
      head += "IF NOT EXISTS "
      index += 3
    }
    guard index < words.count else { return sql }
    let bytes = Array(sql.utf8)
    let isQualified = index + 1 < words.count && words[index + 1] == "."
    let name = String(decoding: bytes[pieces.ranges[index]], as: UTF8.self)
    let rest = String(decoding: bytes[pieces.ranges[index].upperBound...], as: UTF8.self)
    if !isQualified { head += schema + "." }
    let drop =
      replaces && kind == "table"
      ? "DROP TABLE IF EXISTS \(isQualified ? "" : schema + ".")\(name); " : ""
    return drop + head + name + rest
  }
}
