package import Columnar
package import QueryEngine

extension LogicalPlan {
  /// The plan with every table that has a business date read on these dates only.
  ///
  /// The same rows of these dates as the whole plan gives, where `Locality` is `.byDate`.
  package func restricted(to dates: [CalendarDate]) throws(QueryError) -> LogicalPlan {
    try ExtractRanges().apply(to: try selecting(dates))
  }

  private func selecting(_ dates: [CalendarDate]) throws(QueryError) -> LogicalPlan {
    guard case .scan(var node) = self else {
      return try mapInputs { input throws(QueryError) in try input.selecting(dates) }
    }
    guard let dated = node.table.businessDate,
      let column = node.columns.firstIndex(of: dated.column)
    else { return self }
    let condition: BoundExpression =
      dates.isEmpty
      ? .constant(.boolean(false), .boolean)
      : .inList(.column(column, .date), dates.map { .date($0) }, hasNull: false, negated: false)
    node.filter = node.filter.map { .and([$0, condition]) } ?? condition
    return .scan(node)
  }

  /// All scans below, left to right.
  package var scans: [ScanNode] {
    if case .scan(let node) = self { return [node] }
    return inputs.flatMap(\.scans)
  }

  /// Method versions of the calculators below, by name.
  package var methodVersions: [String: Int] {
    var versions: [String: Int] = [:]
    if case .tableFunction(let node) = self { versions[node.name] = node.methodVersion }
    for input in inputs { versions.merge(input.methodVersions) { max($0, $1) } }
    return versions
  }
}
