import Columnar
import QueryLanguage

/// The columns that names can mean at one place of a query, in the order of the plan's output.
struct Scope {
  struct Column {
    var name: String
    /// The table's alias, or its schema and name; empty when it has none.
    var qualifier: [String]
    var type: DataType
    /// Reachable only with its qualifier: the right side's copy of a USING column.
    var isHidden = false
    /// The measure whose values these are, when they do not add up.
    var nonAdditive: String?
  }

  var columns: [Column]

  init(_ columns: [Column]) { self.columns = columns }

  init(schema: Schema, qualifier: [String]) {
    columns = schema.fields.map { Column(name: $0.name, qualifier: qualifier, type: $0.type) }
  }

  static func + (left: Scope, right: Scope) -> Scope { Scope(left.columns + right.columns) }

  /// The position that a written name means; nil when no column has it.
  ///
  /// - Throws: `.name` when several columns have it.
  func resolve(_ name: QualifiedName) throws(QueryError) -> Int? {
    if name.parts.count == 2, name.parts[0].text == Scope.byPosition,
      let index = Int(name.parts[1].text), columns.indices.contains(index)
    {
      return index
    }
    let column = name.name
    let qualifier = name.qualifier
    let matches = columns.indices.filter { index in
      column.matches(columns[index].name) && Scope.qualifies(columns[index], qualifier)
        && !(qualifier.isEmpty && columns[index].isHidden)
    }
    if matches.count > 1 {
      let candidates = matches.map { spelled(columns[$0]) }.joined(separator: ", ")
      throw QueryError(
        .name, "column \"\(name.dotted)\" is ambiguous: it may be \(candidates)",
        help: "write the table's name before it", at: name.range)
    }
    return matches.first
  }

  /// Stands before a column's position where `*` means a column that its name does not tell from
  /// others; no written name has it.
  private static let byPosition = "\u{0}"

  /// What a star writes for a column: its name, or its position where the name is another's too.
  func reference(to index: Int, at range: SourceRange) -> QualifiedName {
    let column = columns[index]
    let parts = (column.qualifier + [column.name]).map {
      Identifier($0, isQuoted: true, range: range)
    }
    let name = QualifiedName(parts, range: range)
    if (try? resolve(name)) == index { return name }
    return QualifiedName(
      [Scope.byPosition, String(index)].map { Identifier($0, isQuoted: true, range: range) },
      range: range)
  }

  /// The positions of `t.*`, or of `*` when there is no qualifier.
  func expand(_ qualifier: QualifiedName?) -> [Int] {
    columns.indices.filter { index in
      guard let qualifier else { return !columns[index].isHidden }
      return Scope.qualifies(columns[index], qualifier.parts)
    }
  }

  /// The one column of the table of that name: `SELECT i FROM range(3) i`.
  func onlyColumn(of name: QualifiedName) -> Int? {
    guard name.parts.count == 1 else { return nil }
    let found = columns.indices.filter {
      columns[$0].qualifier.count == 1 && name.name.matches(columns[$0].qualifier[0])
    }
    return found.count == 1 ? found[0] : nil
  }

  private static func qualifies(_ column: Column, _ written: [Identifier]) -> Bool {
    guard written.count <= column.qualifier.count else { return false }
    return zip(written, column.qualifier.suffix(written.count)).allSatisfy { $0.matches($1) }
  }

  private func spelled(_ column: Column) -> String {
    (column.qualifier + [column.name]).joined(separator: ".")
  }
}
