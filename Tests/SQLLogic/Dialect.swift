/// Small changes that make another system's statements Tarn's: a table is made in a schema, and
/// nothing is temporary.
enum Dialect {
  static let schema = "main"

  /// The statements as Tarn takes them.
  static func adapted(_ sql: String) -> String {
    let pieces = SQLWords(sql)
    let ends = pieces.words.indices.filter { pieces.words[$0] == ";" && pieces.depths[$0] == 0 }
    guard let first = ends.first, first + 1 < pieces.words.count else { return adapted(one: sql) }
    let bytes = Array(sql.utf8)
    var parts: [String] = []
    var start = 0
    for end in ends.map({ pieces.ranges[$0].upperBound }) + [bytes.count] {
      parts.append(adapted(one: String(decoding: bytes[start..<end], as: UTF8.self)))
      start = end
    }
    return parts.joined()
  }

  private static func adapted(one sql: String) -> String {
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
