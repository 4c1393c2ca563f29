import Columnar
import QueryLanguage

// What a hierarchy's table holds, looked up while the query is bound.

extension Binder {
  /// The number of levels of a parent-child hierarchy.
  func depth(of place: HierarchyInPlace, at range: SourceRange) throws(QueryError) -> Int {
    let members = SyntaxPrinter.text(of: place.column("members"))
    let text =
      "SELECT MAX(len(\(members))) FROM (\(place.relation)) AS "
      + QueryText.name(place.name)
    guard let rows = try lookUp(text, at: range) else {
      throw QueryError(
        .unsupported,
        "the levels of \"\(place.name)\" must be looked up, which cannot be done here",
        help: "name them: \(place.name).level1, \(place.name).level2", at: range)
    }
    if case .int64(let depth)? = rows.first?.first { return Int(depth) }
    return 1
  }

  /// Refuses a node that the hierarchy does not have: a misspelt one would select nothing.
  func checkMember(_ node: Expression, of place: HierarchyInPlace) throws(QueryError) {
    guard case .literal(.string(let text)) = node.kind else { return }
    let columns: [Identifier] =
      switch place.definition.shape {
      case .levels: place.usedLevels.map(\.name)
      case .parentChild(let key, let parent): [key, parent]
      }
    let names = columns.map { "CAST(\(SyntaxPrinter.text(of: $0)) AS STRING)" }
    let table = SyntaxPrinter.text(of: TableReference(.table(place.definition.table)))
    let wanted = QueryText.string(text)
    let count =
      "SELECT COUNT(*) FROM \(table) WHERE \(wanted) IN (\(names.joined(separator: ", ")))"
    guard let found = try lookUp(count, at: node.range), found.first?.first == .int64(0) else {
      return
    }
    let all = names.map { "SELECT DISTINCT \($0) AS node FROM \(table)" }
      .joined(separator: " UNION ")
    let known = try lookUp("\(all) ORDER BY node LIMIT 1000", at: node.range) ?? []
    let members = known.compactMap { row -> String? in
      if case .string(let name)? = row.first { name } else { nil }
    }
    throw QueryError(
      .name, "hierarchy \"\(place.name)\" has no member '\(text)'",
      help: Suggestion.nearest(to: text, among: members).map { "did you mean '\($0)'?" }
        ?? (members.isEmpty
          ? nil
          : "there are " + members.prefix(12).joined(separator: ", ")
            + (members.count > 12 ? ", …" : "")),
      at: node.range)
  }

  /// The rows of a small query of our own; nil where nothing can be run.
  private func lookUp(_ text: String, at range: SourceRange) throws(QueryError) -> [[Value]]? {
    guard let evaluate = settings.evaluate else { return nil }
    let known = reads
    defer { reads = known }
    let query = try QueryText.query(text, at: range)
    return try pointing(at: range) { () throws(QueryError) in
      let plan = try Optimizer.optimized(try bind(query).plan)
      return try evaluate(plan).flatMap { batch in (0..<batch.rowCount).map { batch.row($0) } }
    }
  }
}

extension TableReference {
  /// The conditions of the joins, outermost first.
  var conditions: [Expression] {
    guard case .join(let join) = kind else { return [] }
    var own: [Expression] = []
    if case .on(let condition) = join.condition { own = [condition] }
    return own + join.left.conditions + join.right.conditions
  }

  /// The same columns, whatever the conditions say.
  var withoutConditions: TableReference {
    guard case .join(var join) = kind else { return self }
    join.left = join.left.withoutConditions
    join.right = join.right.withoutConditions
    if case .on = join.condition, !join.isAsOf {
      join.condition = .on(Expression(.literal(.boolean(true))))
    }
    var result = self
    result.kind = .join(join)
    return result
  }

  func mappingConditions(
    _ change: (Expression) throws(QueryError) -> Expression
  ) throws(QueryError) -> TableReference {
    guard case .join(var join) = kind else { return self }
    join.left = try join.left.mappingConditions(change)
    join.right = try join.right.mappingConditions(change)
    if case .on(let condition) = join.condition { join.condition = .on(try change(condition)) }
    var result = self
    result.kind = .join(join)
    return result
  }
}

extension Select {
  /// Names that are a whole item of the list or of GROUP BY, and no alias of the list.
  var wholeNames: Set<String> {
    var names: Set<String> = []
    func note(_ expression: Expression) {
      if case .column(let name) = expression.kind, name.parts.count == 1 {
        names.insert(name.name.key)
      }
    }
    for item in items where item.alias == nil { note(item.expression) }
    if case .elements(let elements)? = groupBy {
      for element in elements {
        let collect = { (expression: Expression) throws(QueryError) -> Expression in
          note(expression)
          return expression
        }
        _ = try? element.mapped(collect)
      }
    }
    return names.subtracting(items.compactMap { $0.alias?.key })
  }
}

extension [Expression] {
  /// Where a name is first written, alone or before a dot.
  func firstRange(of name: Identifier) -> SourceRange? {
    for expression in self {
      if let found = expression.columnNames.first(where: { $0.parts[0] == name }) {
        return found.range
      }
    }
    return nil
  }
}

extension KnowledgePoint {
  /// Whether it counts one table's versions, so that it means nothing for another.
  var isOfOneTable: Bool {
    switch kind {
    case .version, .tableTimestamp: true
    default: false
    }
  }
}
