import Columnar
import QueryLanguage

// PIVOT and UNPIVOT, as the plain queries that they stand for.

extension Binder {
  /// Most columns that a PIVOT without listed values makes.
  private static let pivotedColumnsMax = 1_000

  func bind(_ pivot: Pivot, at range: SourceRange) throws(QueryError) -> Bound {
    let scope = try scope(of: pivot.source)
    var axes: [[(condition: String, name: String)]] = []
    for axis in pivot.axes { axes.append(try values(of: axis, in: pivot, at: range)) }
    let groups =
      pivot.groupBy.isEmpty
      ? unused(scope, pivot).map { QueryText.name($0) }
      : pivot.groupBy.map { SyntaxPrinter.text(of: $0) }
    let aggregates =
      pivot.aggregates.isEmpty
      ? [
        SelectItem(
          Expression(.call(FunctionCall(name: QualifiedName([Identifier("count")]), isStar: true))))
      ]
      : pivot.aggregates
    var combinations: [(condition: String, name: String)] = [("", "")]
    for axis in axes {
      combinations = combinations.flatMap { known in
        axis.map { value in
          known.name.isEmpty && known.condition.isEmpty
            ? value : (known.condition + " AND " + value.condition, known.name + "_" + value.name)
        }
      }
    }
    guard combinations.count * aggregates.count <= Binder.pivotedColumnsMax else {
      throw QueryError(
        .unsupported,
        "this PIVOT would make \(combinations.count * aggregates.count) columns, at most "
          + "\(Binder.pivotedColumnsMax) are possible", help: "list the values with IN", at: range)
    }
    var columns = groups
    for value in combinations {
      let condition = try QueryText.query("SELECT " + value.condition, at: range)
      for aggregate in aggregates {
        let cell = aggregate.expression.filtering(aggregatesBy: condition.onlyExpression)
        var name = value.name
        if let alias = aggregate.alias {
          name += "_" + alias.text
        } else if aggregates.count > 1 {
          name += "_" + ExpressionName.of(aggregate.expression)
        }
        columns.append(SyntaxPrinter.text(of: cell) + " AS " + QueryText.name(name))
      }
    }
    guard !columns.isEmpty else {
      throw QueryError(.type, "this PIVOT has no columns", at: range)
    }
    let grouping =
      groups.isEmpty ? "" : " GROUP BY " + groups.joined(separator: ", ")
    var query = try QueryText.query(
      "SELECT \(columns.joined(separator: ", ")) FROM \"#source\"" + grouping, at: range)
    if case .select(var select) = query.body {
      select.from = pivot.source
      query.body = .select(select)
    }
    return try pointing(at: range) { () throws(QueryError) in try bind(query) }
  }

  /// The listed values of an axis, or those that occur.
  private func values(
    of axis: Pivot.Axis, in pivot: Pivot, at range: SourceRange
  ) throws(QueryError) -> [(condition: String, name: String)] {
    let subject = QueryText.operand(axis.expression)
    if !axis.values.isEmpty {
      return axis.values.map { item in
        let text = QueryText.operand(item.expression)
        let condition =
          item.expression.kind == .literal(.null) ? "\(subject) IS NULL" : "\(subject) = \(text)"
        if case .literal(.string(let label)) = item.expression.kind {
          return (condition, item.alias?.text ?? label)
        }
        return (condition, item.alias?.text ?? ExpressionName.of(item.expression))
      }
    }
    guard let evaluate = settings.evaluate else {
      throw QueryError(
        .unsupported, "PIVOT needs its values listed here", help: "write ON column IN ('a', 'b')",
        at: axis.expression.range)
    }
    var query = try QueryText.query(
      "SELECT DISTINCT \(subject) AS v FROM \"#source\" WHERE \(subject) IS NOT NULL ORDER BY 1"
        + " LIMIT \(Binder.pivotedColumnsMax + 1)", at: range)
    if case .select(var select) = query.body {
      select.from = pivot.source
      query.body = .select(select)
    }
    let known = reads
    defer { reads = known }
    let bound = try pointing(at: range) { () throws(QueryError) in try bind(query) }
    var result: [(condition: String, name: String)] = []
    for batch in try evaluate(try Optimizer.optimized(bound.plan)) {
      for row in 0..<batch.rowCount {
        let value = batch.row(row)[0]
        result.append((subject + " = " + ValueText.sql(value), ValueText.label(value)))
      }
    }
    guard !result.isEmpty else {
      throw QueryError(
        .type, "PIVOT finds no value of \(SyntaxPrinter.text(of: axis.expression))", at: range)
    }
    return result
  }

  /// Columns that neither an axis nor an aggregate mentions.
  private func unused(_ scope: Scope, _ pivot: Pivot) -> [String] {
    let mentioned = (pivot.axes.map(\.expression) + pivot.aggregates.map(\.expression))
      .flatMap(\.columnNames)
    return scope.expand(nil).map { scope.columns[$0].name }.filter { name in
      !mentioned.contains { $0.name.matches(name) }
    }
  }

  // MARK: UNPIVOT

  func bind(_ unpivot: Unpivot, at range: SourceRange) throws(QueryError) -> Bound {
    let scope = try scope(of: unpivot.source)
    let items = try expanded(unpivot.columns, over: scope)
    var used: [String] = []
    var names: [String] = []
    var values: [String] = []
    for (index, item) in items.enumerated() {
      guard case .column(let column) = item.expression.kind else {
        throw QueryError(.type, "UNPIVOT takes columns", at: item.expression.range)
      }
      guard let place = try scope.resolve(column) else {
        throw QueryError(
          .name, "there is no column \"\(column.dotted)\"",
          help: Suggestion.nearest(to: column.name.text, among: scope.columns.map(\.name)).map {
            "did you mean \"\($0)\"?"
          }, at: column.range)
      }
      let name = scope.columns[place].name
      used.append(name)
      names.append("WHEN \(index) THEN \(QueryText.string(item.alias?.text ?? name))")
      values.append("WHEN \(index) THEN \(QueryText.name(name))")
    }
    let kept = scope.expand(nil).map { scope.columns[$0].name }.filter { !used.contains($0) }
      .map { QueryText.name($0) }
    let nameColumn = QueryText.name(unpivot.nameColumn.text)
    let valueColumn = QueryText.name(unpivot.valueColumn.text)
    let inner =
      kept + [
        "CASE \"#i\" \(names.joined(separator: " ")) END AS \(nameColumn)",
        "CASE \"#i\" \(values.joined(separator: " ")) END AS \(valueColumn)",
      ]
    let numbers = items.indices.map { "(\($0))" }.joined(separator: ", ")
    let text = """
      SELECT * FROM (SELECT \(inner.joined(separator: ", "))
      FROM "#source" CROSS JOIN (VALUES \(numbers)) v("#i")) u
      """
    return try bind(
      generated: unpivot.includesNulls ? text : text + " WHERE \(valueColumn) IS NOT NULL",
      over: Query(allOf: unpivot.source), at: range)
  }
}

extension Query {
  /// The one expression of a generated `SELECT x`.
  fileprivate var onlyExpression: Expression {
    if case .select(let select) = body, let item = select.items.first { return item.expression }
    return Expression(.literal(.boolean(true)))
  }
}

extension ValueText {
  /// A value as the name of a column.
  static func label(_ value: Value) -> String {
    switch value {
    case .string(let text): text
    case .date(let day): day.description
    case .boolean(let bit): bit ? "true" : "false"
    default: sql(value)
    }
  }
}
