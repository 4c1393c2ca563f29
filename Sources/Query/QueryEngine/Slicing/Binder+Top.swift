import Columnar
import QueryLanguage

// TOP n BY m PER dim [WITH OTHERS] [WITH TOTAL].

extension Binder {
  func topped(
    _ query: Query, _ shape: SliceShape, _ top: TopSlice, at range: SourceRange
  ) throws(QueryError) -> (Query, SliceShape) {
    var per: [String] = []
    for expression in top.per {
      guard case .column(let name) = expression.kind, let index = shape.column(name.name) else {
        throw QueryError(
          .name, "PER takes columns of the select list, not \(SyntaxPrinter.text(of: expression))",
          help: "the columns are " + shape.columns.map(\.name).joined(separator: ", "),
          at: expression.range)
      }
      per.append(shape.columns[index].name)
    }
    for name in top.measure.columnNames where shape.column(name.name) == nil {
      let known = shape.columns.map(\.name)
      throw QueryError(
        .name, "TOP … BY takes columns of the select list, not \(name.dotted)",
        help: Suggestion.nearest(to: name.name.text, among: known).map { "did you mean \($0)?" }
          ?? "the columns are \(known.joined(separator: ", "))", at: name.range)
    }
    let names = shape.columns.map { QueryText.name($0.name) }
    let partition =
      per.isEmpty ? "" : "PARTITION BY \(per.map(QueryText.name).joined(separator: ", ")) "
    // Ties are broken by the other columns, so that the same rows come out every time.
    let tie = shape.columns.filter { !per.contains($0.name) && $0.type.canBeOrdered }
      .map { QueryText.name($0.name) }
    let direction = top.direction == .descending ? "DESC NULLS LAST" : "ASC NULLS LAST"
    let order = (["\(QueryText.operand(top.measure)) \(direction)"] + tie).joined(separator: ", ")
    let ranked =
      "SELECT *, ROW_NUMBER() OVER (\(partition)ORDER BY \(order)) AS top_rank FROM all_rows"
    let count = SyntaxPrinter.text(of: top.count)
    let sorting = (per.map(QueryText.name) + ["top_rank"]).joined(separator: ", ")
    guard top.withOthers || top.withTotal else {
      let text =
        "SELECT \(names.joined(separator: ", ")) FROM ranked_rows WHERE top_rank <= \(count)"
        + " ORDER BY \(sorting)"
      let result = try written(
        text, with: [("all_rows", query), ("ranked_rows", try QueryText.query(ranked, at: range))],
        at: range)
      var rest = shape
      rest.select = nil
      return (result, rest)
    }
    guard let label = shape.dimensions.first(where: { !per.contains($0.name) }) else {
      throw QueryError(
        .unsupported, "WITH OTHERS and WITH TOTAL need a grouped column besides those of PER",
        help: "SELECT desk, cpty, SUM(x) AS x … GROUP BY ALL TOP 5 BY x PER desk WITH OTHERS",
        at: range)
    }
    let parts = TopParts(shape: shape, per: per, label: label.name, count: count)
    var texts = [parts.best]
    if top.withOthers { texts.append(try parts.rest(isTotal: false, at: range)) }
    if top.withTotal { texts.append(try parts.rest(isTotal: true, at: range)) }
    let text =
      "SELECT \(names.joined(separator: ", ")) FROM (\(texts.joined(separator: " UNION ALL ")))"
      + " AS parts ORDER BY \(sorting)"
    let result = try written(
      text, with: [("all_rows", query), ("ranked_rows", try QueryText.query(ranked, at: range))],
      at: range)
    var rest = shape
    rest.select = nil
    if let index = shape.columns.firstIndex(where: { $0.name == label.name }) {
      rest.columns[index].type = .string
    }
    return (try withClause(of: query, movedInto: result), rest)
  }

  /// Tables that the query names in WITH are also read by parts made from its FROM.
  private func withClause(of query: Query, movedInto result: Query) throws(QueryError) -> Query {
    guard let with = query.with, var own = result.with else { return result }
    var moved = result
    own.expressions = with.expressions + own.expressions
    own.isRecursive = with.isRecursive
    if let index = own.expressions.firstIndex(where: { $0.name == Identifier("all_rows") }) {
      own.expressions[index].query.with = nil
    }
    moved.with = own
    return moved
  }
}

/// The parts of a TOP that ties out: the best rows, the others together, all together.
private struct TopParts {
  let shape: SliceShape
  let per: [String]
  let label: String
  let count: String

  var best: String {
    let columns = shape.columns.map { column in
      let name = QueryText.name(column.name)
      return column.name == label ? "CAST(\(name) AS STRING) AS \(name)" : name
    }
    return "SELECT \(columns.joined(separator: ", ")), top_rank FROM ranked_rows"
      + " WHERE top_rank <= \(count)"
  }

  /// One row for the rows behind the best, or for all of them.
  func rest(isTotal: Bool, at range: SourceRange) throws(QueryError) -> String {
    let word = isTotal ? "'TOTAL'" : "'OTHERS'"
    // Behind every rank.
    let rank = "CAST(\(isTotal ? "9223372036854775807" : "9223372036854775806") AS BIGINT)"
    let isSummed = shape.select == nil
    if isSummed, let compared = shape.compared {
      return compared.text(
        Binder.compared(compared.columns), label: label, word: word, per: per,
        count: isTotal ? nil : count, rank: rank)
    }
    if isSummed,
      let column = shape.measures.first(where: { $0.role == .opaque && $0.type.isNumeric })
    {
      throw QueryError(
        .unsupported, "the others have no \"\(column.name)\": it does not add up",
        help: "WITH OTHERS behind COMPARE sums sums and counts; leave the others out here",
        at: range)
    }
    let columns = shape.columns.map { column -> String in
      let name = QueryText.name(column.name)
      if column.name == label { return "\(word) AS \(name)" }
      switch column.role {
      case .dimension:
        return per.contains(column.name)
          ? "\(isSummed ? name : text(column)) AS \(name)" : "NULL AS \(name)"
      default: return (isSummed ? summed(column) : text(column)) + " AS \(name)"
      }
    }
    let groups = per.map { name in
      isSummed
        ? QueryText.name(name)
        : text(shape.columns.first { $0.name == name })
    }
    let body =
      isSummed
      ? "ranked_rows" + (isTotal ? "" : " WHERE top_rank > \(count)")
      : source(isTotal: isTotal)
    let grouping = groups.isEmpty ? "" : " GROUP BY \(groups.joined(separator: ", "))"
    // Without groups an aggregate of no rows is still a row.
    let having = " HAVING COUNT(*) > 0"
    return "SELECT \(columns.joined(separator: ", ")), \(rank) AS top_rank FROM \(body)"
      + grouping + having
  }

  private func text(_ column: SliceShape.Column?) -> String {
    column?.expression.map { QueryText.operand($0) } ?? "NULL"
  }

  private func summed(_ column: SliceShape.Column) -> String {
    switch column.role {
    case .additive: return "SUM(\(QueryText.name(column.name)))"
    case .percent(let value, let base):
      return QueryText.percent(
        "SUM(\(QueryText.name(value)))", by: "SUM(\(QueryText.name(base)))")
    default: return "NULL"
    }
  }

  /// The query's own FROM and WHERE, with the rank of the group that each row belongs to: measures
  /// are computed from its rows, never from other results.
  private func source(isTotal: Bool) -> String {
    guard let select = shape.select else { return "ranked_rows" }
    let dimensions = shape.dimensions
    let keys = dimensions.enumerated().map { "\(QueryText.name($1.name)) AS top_key\($0)" }
    let ranks =
      "(SELECT \((keys + ["top_rank AS top_place"]).joined(separator: ", ")) FROM ranked_rows)"
    let matches = dimensions.enumerated().map {
      "\(text($1)) IS NOT DISTINCT FROM top_ranks.top_key\($0)"
    }
    let from = select.from.map { SyntaxPrinter.text(of: $0) } ?? "(VALUES (1)) AS one"
    var result =
      "\(from) JOIN \(ranks) AS top_ranks ON \(matches.joined(separator: " AND "))"
    var conditions: [String] = []
    if let filter = select.filter { conditions.append("(\(SyntaxPrinter.text(of: filter)))") }
    if !isTotal { conditions.append("top_ranks.top_place > \(count)") }
    if !conditions.isEmpty { result += " WHERE " + conditions.joined(separator: " AND ") }
    return result
  }
}

extension DataType {
  /// Whether rows can be sorted by it.
  var canBeOrdered: Bool {
    switch self {
    case .list, .vector, .structure, .map: false
    default: true
    }
  }
}
