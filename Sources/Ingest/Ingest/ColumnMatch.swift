import Columnar

/// Which columns of a file become which columns of a table.
struct ColumnMatch {
  /// For each column of the table: its position in the file, nil when the file lacks it.
  var positions: [Int?]
  var warnings: [String]

  /// By name, ignoring ASCII case, in any order.
  ///
  /// - Parameter required: Columns that may not be missing.
  init(
    _ schema: Schema, in names: [String], required: [Bool], file: String
  ) throws(IngestError) {
    var byName: [String: Int] = [:]
    for (position, name) in names.enumerated() {
      let key = ColumnMatch.key(name)
      // An empty name is no name: spreadsheets leave trailing delimiters.
      if key.isEmpty { continue }
      guard byName.updateValue(position, forKey: key) == nil else {
        throw IngestError(
          .columns, file: file, line: 1, expected: "each column name once",
          found: "'\(name)' twice (names do not differ by case)", help: "rename one of them")
      }
    }
    positions = schema.fields.map { byName[ColumnMatch.key($0.name)] }
    warnings = []
    let missing = schema.fields.indices.filter { positions[$0] == nil && required[$0] }
    guard missing.isEmpty else {
      throw IngestError(
        .columns, file: file, line: 1,
        expected: "the column\(missing.count == 1 ? "" : "s") "
          + missing.map { schema[$0].name }.joined(separator: ", "),
        found: "the columns " + names.joined(separator: ", "),
        help: "add what is missing to the file, or give it a default in the contract")
    }
    let known = Set(schema.names.map(ColumnMatch.key))
    for name in names where !known.contains(ColumnMatch.key(name)) && !name.isEmpty {
      warnings.append("column '\(name)' of the file is not in the table and was ignored")
    }
    for (index, field) in schema.fields.enumerated() where positions[index] == nil {
      warnings.append("column '\(field.name)' is not in the file")
    }
  }

  static func key(_ name: String) -> String {
    var bytes = Array(name.utf8)[...]
    while let first = bytes.first, first == 32 || first == 9 { bytes.removeFirst() }
    while let last = bytes.last, last == 32 || last == 9 { bytes.removeLast() }
    return String(
      decoding: bytes.map { $0 >= 65 && $0 <= 90 ? $0 | 0x20 : $0 }, as: UTF8.self)
  }
}
