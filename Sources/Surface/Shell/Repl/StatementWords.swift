/// The words of the language, for colours and completion; the parser has the last word.
///
/// A word that tables or columns are often named is left out, or stands here with the word behind it:
/// a name that is taken for a keyword is not completed.
package enum StatementWords {
  package static let keywords: [String] = [
    "ACROSS", "ALL", "ALTER", "AND", "ANTI", "ANY", "AS", "ASC", "ASOF", "BACKFILL", "BEGIN",
    "BETWEEN", "BY",
    "CASE", "CAST", "COLUMN", "COMMIT", "COMPARE", "CONSTRAINT", "COPY", "CREATE", "CROSS", "CUBE",
    "CURRENT", "DATE", "DELETE", "DESC", "DESCRIBE", "DISTINCT", "DROP", "ELSE", "END", "EXCEPT",
    "EXCLUDE", "EXISTS", "EXPAND", "EXPLAIN", "FALSE", "FILTER", "FIRST", "FOLLOWING", "FOR",
    "FROM", "FULL", "GROUP", "GROUPING", "HAVING", "HISTORY OF", "ILIKE", "IN", "INNER", "INSERT",
    "INTERSECT", "INTERVAL", "INTO", "IS", "JOIN", "KNOWN", "LAST", "LEFT", "LIKE", "LIMIT",
    "MATCHED", "MATERIALIZED", "MERGE", "MOVE", "NATURAL", "NOT", "NULL", "NULLS", "OF", "OFFSET",
    "ON", "OPTIMIZE", "OR", "ORDER", "OTHERS", "OUTER", "OVER", "PARTITION", "PER", "PIVOT",
    "PRECEDING", "PROVE", "QUALIFY",
    "RANGE", "RECURSIVE", "REFRESH", "REPLACE", "REPORTED", "RESTORE", "RIGHT", "ROLLBACK",
    "ROLLUP", "ROWS", "RUN", "SELECT", "SEMI", "SET", "SETS", "SHOW", "SNAPSHOT", "SUMMARIZE",
    "TABLE", "TABLES", "TAG", "THEN", "TIMESTAMP", "TO", "TOP", "TOTAL", "TOTALS", "TRUE",
    "UNBOUNDED", "UNION", "UNPIVOT", "UPDATE", "USING", "VACUUM", "VALUES", "VERSION", "VIEW",
    "WHEN", "WHERE", "WHY", "WINDOW", "WITH", "WITHIN", "ZORDER",
  ]

  private static let set = Set(keywords.map { Array($0.utf8) })
  private static let longest = 12

  static func isKeyword(_ codes: ArraySlice<UInt8>) -> Bool {
    guard (2...longest).contains(codes.count) else { return false }
    return set.contains(codes.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 })
  }
}
