import Columnar
import QueryLanguage

// ACROSS dim [WITH TOTALS]: a dimension's values become columns.

extension Binder {
  func crossed(
    _ query: Query, _ shape: SliceShape, _ across: AcrossSlice, at range: SourceRange
  ) throws(QueryError) -> (Query, SliceShape) {
    guard let select = shape.select, select.having == nil else {
      throw QueryError(
        .unsupported, "ACROSS needs a query with GROUP BY and without HAVING, and comes first",
        help: "SELECT desk, ccy, SUM(x) AS x … GROUP BY ALL ACROSS ccy WITH TOTALS", at: range)
    }
    var axes: [SliceShape.Column] = []
    for expression in across.dimensions {
      guard case .column(let name) = expression.kind, let index = shape.column(name.name),
        shape.columns[index].role == .dimension
      else {
        throw QueryError(
          .name,
          "ACROSS takes grouped columns of the select list, not "
            + SyntaxPrinter.text(of: expression),
          help: "they are " + shape.dimensions.map(\.name).joined(separator: ", "),
          at: expression.range)
      }
      axes.append(shape.columns[index])
    }
    let measures = shape.measures
    guard !measures.isEmpty else {
      throw QueryError(.type, "ACROSS needs an aggregate to show in its columns", at: range)
    }
    let rows = shape.dimensions.filter { row in !axes.contains { $0.name == row.name } }
    let cells = try self.cells(query, axes, measures, across.withTotals, at: range)
    let from = select.from.map { " FROM " + SyntaxPrinter.text(of: $0) } ?? ""
    let filter = select.filter.map { " WHERE " + SyntaxPrinter.text(of: $0) } ?? ""
    func text(_ column: SliceShape.Column) -> String {
      column.expression.map { QueryText.operand($0) } ?? "NULL"
    }
    let isLabelled = across.withTotals && !rows.isEmpty
    func row(isTotal: Bool) -> [String] {
      rows.enumerated().map { index, column in
        let name = QueryText.name(column.name)
        if isTotal { return (index == 0 ? "'TOTAL'" : "NULL") + " AS \(name)" }
        return index == 0 && isLabelled
          ? "CAST(\(text(column)) AS STRING) AS \(name)" : "\(text(column)) AS \(name)"
      }
    }
    func part(isTotal: Bool) -> String {
      let values = cells.map { "\($0.text) AS \(QueryText.name($0.name))" }
      let place = isLabelled ? [(isTotal ? "1" : "0") + " AS total_place"] : []
      let groups =
        isTotal || rows.isEmpty
        ? "" : " GROUP BY " + rows.map(text).joined(separator: ", ")
      return "SELECT \((row(isTotal: isTotal) + values + place).joined(separator: ", "))"
        + from + filter + groups
    }
    var body = part(isTotal: false)
    let names = (rows.map(\.name) + cells.map(\.name)).map(QueryText.name)
    let order = rows.map { QueryText.name($0.name) }.joined(separator: ", ")
    if isLabelled {
      body =
        "SELECT \(names.joined(separator: ", ")) FROM (\(body) UNION ALL \(part(isTotal: true)))"
        + " AS parts ORDER BY total_place, \(order)"
    } else if !rows.isEmpty {
      body += " ORDER BY " + rows.indices.map { String($0 + 1) }.joined(separator: ", ")
    }
    var result = try QueryText.query(body, at: range)
    result.with = query.with
    let columns =
      rows.map {
        SliceShape.Column(name: $0.name, role: .dimension, expression: nil, type: $0.type)
      }
      + cells.map {
        SliceShape.Column(name: $0.name, role: .opaque, expression: nil, type: $0.type)
      }
    return (result, SliceShape(columns: columns))
  }

  /// The aggregates of each value of the axes, and of all of them.
  private func cells(
    _ query: Query, _ axes: [SliceShape.Column], _ measures: [SliceShape.Column],
    _ withTotals: Bool, at range: SourceRange
  ) throws(QueryError) -> [(text: String, name: String, type: DataType)] {
    var cells: [(text: String, name: String, type: DataType)] = []
    func name(_ label: String, _ measure: SliceShape.Column) -> String {
      measures.count == 1 ? label : label + "_" + measure.name
    }
    for member in try members(query, axes, at: range) {
      let conditions = zip(axes, member).map { axis, value in
        let subject = axis.expression.map { QueryText.operand($0) } ?? QueryText.name(axis.name)
        return value.isNull ? "\(subject) IS NULL" : "\(subject) = \(ValueText.sql(value))"
      }
      let condition = try QueryText.query(
        "SELECT " + conditions.joined(separator: " AND "), at: range)
      guard case .select(let select) = condition.body, let test = select.items.first else {
        continue
      }
      let label = member.map(ValueText.label).joined(separator: "_")
      for measure in measures {
        guard let expression = measure.expression else { continue }
        cells.append(
          (
            SyntaxPrinter.text(of: expression.filtering(aggregatesBy: test.expression)),
            name(label, measure), measure.type
          ))
      }
    }
    if withTotals {
      for measure in measures {
        guard let expression = measure.expression else { continue }
        cells.append((SyntaxPrinter.text(of: expression), name("TOTAL", measure), measure.type))
      }
    }
    return cells
  }

  /// The combinations of the axes' values that occur, in order.
  private func members(
    _ query: Query, _ axes: [SliceShape.Column], at range: SourceRange
  ) throws(QueryError) -> [[Value]] {
    guard let evaluate = settings.evaluate else {
      throw QueryError(
        .unsupported, "ACROSS must look up the values of its columns, which cannot be done here",
        help: "use PIVOT with the values listed", at: range)
    }
    let names = axes.map { QueryText.name($0.name) }.joined(separator: ", ")
    let lookUp = try written(
      "SELECT DISTINCT \(names) FROM all_rows ORDER BY ALL LIMIT 1001", with: [("all_rows", query)],
      at: range)
    let known = reads
    defer { reads = known }
    let bound = try bind(lookUp)
    var result: [[Value]] = []
    for batch in try evaluate(try Optimizer.optimized(bound.plan)) {
      for row in 0..<batch.rowCount { result.append(batch.row(row)) }
    }
    guard result.count <= 1_000 else {
      throw QueryError(
        .unsupported, "ACROSS would make more than 1000 columns",
        help: "filter the rows, or group by something coarser", at: range)
    }
    return result
  }
}
