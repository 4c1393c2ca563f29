import Columnar
import QueryLanguage

/// What functions of other systems are called here.
enum ForeignFunctions {
  private static let names: [String: String] = [
    "getdate": "a query does not ask the clock: name the date, or use AS OF T",
    "now": "a query does not ask the clock: name the date, or use AS OF T",
    "sysdate": "a query does not ask the clock: name the date, or use AS OF T",
    "isnull": "write x IS NULL for the test, coalesce(x, y) for a replacement",
    "nvl2": "write CASE WHEN x IS NULL THEN b ELSE a END",
    "iif": "write if(condition, then, else)",
    "decode": "write CASE x WHEN a THEN b … END",
    "charindex": "write strpos(text, part)",
    "dateadd": "write date + INTERVAL '1 day'",
    "date_sub": "write date - INTERVAL '1 day'",
    "to_date": "write CAST(text AS DATE)",
    "to_number": "write CAST(text AS DECIMAL(18, 2))",
    "to_char": "write CAST(x AS STRING), or strftime for dates",
    "convert": "write CAST(x AS type)",
    "countif": "write count(*) FILTER (WHERE condition)",
    "sumif": "write sum(x) FILTER (WHERE condition)",
    "avgif": "write avg(x) FILTER (WHERE condition)",
    "total": "write sum(x)",
    "percentile": "write quantile_cont(x, 0.95)",
    "stdev": "write stddev(x)",
    "nth": "write nth_value(x, n) OVER (ORDER BY …)",
  ]

  /// Help about a function that is not there.
  static func help(for name: String) -> String? {
    if Binder.windowNames.contains(name) {
      return "\(name) is a window function: \(name)(…) OVER (PARTITION BY … ORDER BY …)"
    }
    if let known = names[name], ScalarFunctions.named(name) == nil { return known }
    let known =
      ScalarFunctions.names + Aggregates.names + LambdaFunction.names
      + ["var", "es", "component", "incremental"]
    return Suggestion.nearest(to: name, among: known).map { "did you mean \($0)?" }
  }
}

extension Binder {
  /// Constants that decide what a function does are checked while their place in the text is known.
  func checkConstants(
    _ name: String, _ arguments: [BoundExpression], at range: SourceRange
  ) throws(QueryError) {
    func text(_ index: Int) -> String? {
      guard index < arguments.count, case .string(let text)? = arguments[index].constant else {
        return nil
      }
      return text
    }
    switch name {
    case "date_trunc":
      guard let unit = text(0) else { return }
      try pointing(at: range) { () throws(QueryError) in _ = try DateUnit.named(unit) }
    case "date_part":
      guard let part = text(0) else { return }
      try pointing(at: range) { () throws(QueryError) in _ = try DatePart.named(part) }
    case "vector_var", "vector_es", "vector_component_var", "vector_component_es",
      "vector_incremental_var", "vector_incremental_es":
      let first = name.hasPrefix("vector_var") || name.hasPrefix("vector_es") ? 1 : 2
      let isShortfall = name.hasSuffix("es")
      if let level = arguments.dropFirst(first).first?.constant,
        case .double(let value)? = Coercion.constant(level, to: .double), !(value > 0 && value < 1)
      {
        throw QueryError(
          .type, "the level of a risk measure lies between 0 and 1, not \(ValueText.sql(level))",
          help: value >= 1 && value < 100
            ? "\(ValueText.sql(level)) % is written \(value / 100)" : nil,
          at: range)
      }
      guard let convention = text(first + 1)?.lowercased() else { return }
      let known =
        isShortfall
        ? ShortfallConvention.allCases.map(\.rawValue) : QuantileConvention.allCases.map(\.rawValue)
      guard !known.contains(convention) else { return }
      throw QueryError(
        .name, "there is no convention '\(convention)'",
        help: Suggestion.nearest(to: convention, among: known).map { "did you mean '\($0)'?" }
          ?? "there are \(known.joined(separator: ", "))", at: range)
    default: return
    }
  }
}
