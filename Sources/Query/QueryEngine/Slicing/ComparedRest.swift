import QueryLanguage

/// OTHERS and TOTAL behind COMPARE: both sides are computed anew from their rows and compared, so
/// that numbers that do not add up are right there too.
struct ComparedRest {
  /// The two sides, each a grouped SELECT at its point in time.
  var now: Query
  var before: Query
  /// The columns of the query before COMPARE.
  var columns: [SliceShape.Column]
}

extension ComparedRest {
  /// One row for the groups behind the best, or for all of them (for each value of `per`).
  ///
  /// - Parameter compared: The columns of the comparison over `n` and `b`, as text with its name.
  func text(
    _ compared: [(name: String, text: String)], label: String, word: String, per: [String],
    count: String?, rank: String
  ) -> String {
    let list = compared.map { column -> String in
      let name = QueryText.name(column.name)
      if column.name == label { return "\(word) AS \(name)" }
      if column.name == "status" { return "CAST(NULL AS STRING) AS \(name)" }
      let isDimension = columns.contains { $0.role == .dimension && $0.name == column.name }
      if isDimension, !per.contains(column.name) { return "NULL AS \(name)" }
      return "\(column.text) AS \(name)"
    }
    let keys = per.map { "n.\(QueryText.name($0)) IS NOT DISTINCT FROM b.\(QueryText.name($0))" }
    let join = keys.isEmpty ? "CROSS JOIN" : "FULL JOIN"
    let condition = keys.isEmpty ? "" : " ON " + keys.joined(separator: " AND ")
    // Without groups each side is one row, also when no row is left over.
    let exists =
      per.isEmpty
      ? " WHERE (SELECT COUNT(*) FROM ranked_rows" + (count.map { " WHERE top_rank > \($0)" } ?? "")
        + ") > 0" : ""
    return "SELECT \(list.joined(separator: ", ")), \(rank) AS top_rank FROM "
      + "(\(side(now, per, count))) AS n \(join) (\(side(before, per, count))) AS b"
      + condition + exists
  }

  private func side(_ query: Query, _ per: [String], _ count: String?) -> String {
    guard case .select(let select) = query.body else { return "" }
    func text(_ column: SliceShape.Column) -> String {
      column.expression.map { QueryText.operand($0) } ?? "NULL"
    }
    let dimensions = columns.filter { $0.role == .dimension }
    let shown = columns.filter { $0.role != .dimension || per.contains($0.name) }
    let list = shown.map { "\(text($0)) AS \(QueryText.name($0.name))" }
    let keys = dimensions.enumerated().map { "\(QueryText.name($1.name)) AS top_key\($0)" }
    let matches = dimensions.enumerated().map {
      "\(text($1)) IS NOT DISTINCT FROM top_ranks.top_key\($0)"
    }
    let ranks =
      "(SELECT \((keys + ["top_rank AS top_place"]).joined(separator: ", ")) FROM ranked_rows)"
    var conditions: [String] = []
    if let filter = select.filter { conditions.append("(\(SyntaxPrinter.text(of: filter)))") }
    if let count { conditions.append("top_ranks.top_place > \(count)") }
    let from = select.from.map { SyntaxPrinter.text(of: $0) } ?? "(VALUES (1)) AS one"
    let groups = dimensions.filter { per.contains($0.name) }.map(text)
    return (query.with.map { Self.text(of: $0) + " " } ?? "")
      + "SELECT \(list.joined(separator: ", ")) FROM \(from) JOIN \(ranks) AS top_ranks ON "
      + matches.joined(separator: " AND ")
      + (conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND "))
      + (groups.isEmpty ? "" : " GROUP BY " + groups.joined(separator: ", "))
  }

  /// A WITH clause alone: what stands before the body of a query that has it.
  private static func text(of with: WithClause) -> String {
    let body = "SELECT 1"
    let whole = SyntaxPrinter.text(
      of: Query(
        with: with,
        body: .select(
          Select(items: [
            SelectItem(
              Expression(.literal(.number(NumberLiteral(digits: "1", form: .integer)))))
          ]))))
    return whole.hasSuffix(body) ? String(whole.dropLast(body.count)) : ""
  }
}
