import Columnar
import QueryLanguage

// SUMMARIZE: one row a column, from one pass over the rows.

extension Binder {
  func bind(summarize query: Query) throws(QueryError) -> Bound {
    let schema = try schema(of: query)
    guard schema.count > 0 else {
      throw QueryError(.type, "SUMMARIZE needs at least one column", at: query.range)
    }
    var aggregates = ["COUNT(*) AS \"#n\""]
    for (index, field) in schema.fields.enumerated() {
      aggregates += Binder.measures(field, index)
    }
    func pick(_ kind: String, _ isWanted: (DataType) -> Bool, cast: String) -> String {
      let branches = schema.fields.indices.filter { isWanted(schema[$0].type) }.map {
        "WHEN \($0) THEN CAST(\"#\(kind)\($0)\" AS \(cast))"
      }
      return branches.isEmpty
        ? "CAST(NULL AS \(cast))" : "CASE i " + branches.joined(separator: " ") + " END"
    }
    func label(_ text: (Field) -> String) -> String {
      "CASE i "
        + schema.fields.enumerated().map { "WHEN \($0) THEN \(QueryText.string(text($1)))" }
        .joined(separator: " ") + " END"
    }
    var columns = [
      label(\.name) + " AS column_name", label(\.type.sqlName) + " AS column_type",
      pick("min", Binder.isOrdered, cast: "string") + " AS min",
      pick("max", Binder.isOrdered, cast: "string") + " AS max",
      pick("distinct", Binder.isOrdered, cast: "bigint") + " AS \"distinct\"",
    ]
    for kind in ["avg", "std", "q25", "q50", "q75"] {
      columns.append(pick(kind, \.isNumeric, cast: "double") + " AS \(kind)")
    }
    let present = pick("count", { _ in true }, cast: "bigint")
    columns += [
      "\"#n\" AS \"count\"",
      "CAST(100.0 * (\"#n\" - \(present)) / NULLIF(\"#n\", 0) AS DECIMAL(9,2))"
        + " AS null_percentage",
    ]
    let numbers = schema.fields.indices.map { "(\($0))" }.joined(separator: ", ")
    let text = """
      SELECT \(columns.joined(separator: ", "))
      FROM (SELECT \(aggregates.joined(separator: ", ")) FROM "#source") s
      CROSS JOIN (VALUES \(numbers)) v(i)
      """
    return try bind(generated: text, over: query, at: query.range)
  }

  private static func measures(_ field: Field, _ index: Int) -> [String] {
    let name = QueryText.name(field.name)
    var result = ["COUNT(\(name)) AS \"#count\(index)\""]
    if isOrdered(field.type) {
      result += [
        "MIN(\(name)) AS \"#min\(index)\"", "MAX(\(name)) AS \"#max\(index)\"",
        "COUNT(DISTINCT \(name)) AS \"#distinct\(index)\"",
      ]
    }
    if field.type.isNumeric {
      result += [
        "AVG(\(name)) AS \"#avg\(index)\"", "STDDEV_SAMP(\(name)) AS \"#std\(index)\"",
        "QUANTILE_CONT(\(name), 0.25) AS \"#q25\(index)\"",
        "QUANTILE_CONT(\(name), 0.5) AS \"#q50\(index)\"",
        "QUANTILE_CONT(\(name), 0.75) AS \"#q75\(index)\"",
      ]
    }
    return result
  }

  private static func isOrdered(_ type: DataType) -> Bool {
    switch type {
    case .list, .vector, .structure, .map, .binary: false
    default: true
    }
  }
}
