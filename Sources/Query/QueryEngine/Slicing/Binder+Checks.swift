import Columnar
package import QueryLanguage

// What CREATE MEASURE and CREATE HIERARCHY check before a definition is kept.

extension Binder {
  /// The measure with its table's full name.
  ///
  /// - Throws: `.name` and `.type` for what the table does not have, for an expression that is no
  ///   aggregate, and for `ADDITIVE` on one that does not add up.
  package static func checked(
    _ measure: CreateMeasure, resolver: any TableResolver, settings: StatementSettings
  ) throws(QueryError) -> CreateMeasure {
    let binder = Binder(resolver: resolver, settings: settings)
    guard let table = measure.table else {
      throw QueryError(
        .name, "measure \"\(measure.name.text)\" belongs to no table",
        help: "CREATE MEASURE \(measure.name.text) ON silver.positions AS …",
        at: measure.name.range)
    }
    let reference = TableReference(.table(table), range: table.range)
    let scope = try binder.scope(of: reference)
    if (try scope.resolve(QualifiedName([measure.name]))) != nil {
      throw QueryError(
        .name, "\(table.dotted) has a column \"\(measure.name.text)\" already",
        help: "give the measure another name: the column would hide it", at: measure.name.range)
    }
    if case .semiAdditive(let column)? = measure.additivity,
      try scope.resolve(QualifiedName([column])) == nil
    {
      throw binder.unknown(column, in: scope, of: table)
    }
    let query = Query(
      body: .select(Select(items: [SelectItem(measure.expression)], from: reference)))
    let plain = try binder.plainQuery(query)
    guard case .select(let select) = plain.body, let written = select.items.first?.expression
    else { return measure }
    if !measure.isStoredColumn, !written.hasAggregate {
      throw QueryError(
        .type, "measure \"\(measure.name.text)\" is no aggregate",
        help: "such as SUM(x), SUM(x) / SUM(y) or var(pnl, 0.99)", at: measure.expression.range)
    }
    if measure.additivity == .additive, !written.addsUp {
      throw QueryError(
        .type, "\(SyntaxPrinter.text(of: measure.expression)) does not add up",
        help: "leave ADDITIVE out, or write NON ADDITIVE", at: measure.expression.range)
    }
    if measure.isStoredColumn, measure.additivity != .nonAdditive {
      throw QueryError(
        .type, "measure \"\(measure.name.text)\" is no aggregate",
        help:
          "write SUM(…) or another aggregate; NON ADDITIVE behind it says that the column holds "
          + "finished numbers that must not be summed", at: measure.expression.range)
    }
    _ = try binder.bind(query)
    var result = measure
    result.table = try binder.fullName(of: table)
    return result
  }

  /// The hierarchy with its table's full name.
  package static func checked(
    _ hierarchy: CreateHierarchy, resolver: any TableResolver, settings: StatementSettings
  ) throws(QueryError) -> CreateHierarchy {
    let binder = Binder(resolver: resolver, settings: settings)
    let table = hierarchy.table
    let scope = try binder.scope(of: TableReference(.table(table), range: table.range))
    let columns: [Identifier]
    switch hierarchy.shape {
    case .levels(let levels): columns = levels
    case .parentChild(let key, let parent): columns = [key, parent]
    }
    for (index, column) in columns.enumerated() {
      guard try scope.resolve(QualifiedName([column], range: column.range)) != nil else {
        throw binder.unknown(column, in: scope, of: table)
      }
      if columns[..<index].contains(column) {
        throw QueryError(
          .name, "column \"\(column.text)\" stands twice in the hierarchy", at: column.range)
      }
    }
    guard columns.count > 1 else {
      throw QueryError(
        .type, "a hierarchy has at least two levels, this one has \"\(columns[0].text)\" only",
        help: "widest first: (region > country > entity)", at: columns[0].range)
    }
    for day in [hierarchy.validFrom, hierarchy.validTo] {
      guard let day else { continue }
      guard let index = try scope.resolve(QualifiedName([day], range: day.range)) else {
        throw binder.unknown(day, in: scope, of: table)
      }
      guard scope.columns[index].type == .date else {
        throw QueryError(
          .type,
          "VALID takes columns of dates, \"\(day.text)\" is "
            + scope.columns[index].type.sqlName, at: day.range)
      }
    }
    var result = hierarchy
    result.table = try binder.fullName(of: table)
    return result
  }

  private func fullName(of table: QualifiedName) throws(QueryError) -> QualifiedName {
    let name: String
    switch try resolver.resolve(table, knownAt: nil) {
    case .table(let pinned): name = pinned.name
    case .view(let view, _, _): name = view
    }
    return QualifiedName(
      name.split(separator: ".").map { Identifier.exact(String($0)) }, range: table.range)
  }

  private func unknown(
    _ column: Identifier, in scope: Scope, of table: QualifiedName
  ) -> QueryError {
    let names = scope.columns.map(\.name)
    return QueryError(
      .name, "\(table.dotted) has no column \"\(column.text)\"",
      help: Suggestion.nearest(to: column.text, among: names).map { "did you mean \"\($0)\"?" }
        ?? "the columns are \(names.prefix(12).joined(separator: ", "))", at: column.range)
  }
}
