import Columnar

/// Tells each scan which values its conditions allow, so that it can skip files and row groups.
package struct ExtractRanges: PlanRule {
  package let name = "extract ranges"

  package init() {}

  package func apply(to plan: LogicalPlan) throws(QueryError) -> LogicalPlan {
    guard case .scan(var node) = plan else {
      return try plan.mapInputs { input throws(QueryError) in try apply(to: input) }
    }
    node.ranges = (node.filter?.conjuncts ?? []).compactMap { range($0, in: node) }
    return .scan(node)
  }

  private func range(_ condition: BoundExpression, in node: ScanNode) -> ColumnRange? {
    switch condition {
    case .comparison(let operation, .column(let index, _), .constant(let value, _)):
      return range(operation, node.columns[index], value)
    case .comparison(let operation, .constant(let value, _), .column(let index, _)):
      return range(operation.mirrored, node.columns[index], value)
    case .inList(.column(let index, let type), let values, _, negated: false) where !values.isEmpty:
      guard let bounds = ValueOrder.bounds(values, type: type) else { return nil }
      return ColumnRange(column: node.columns[index], lower: bounds.lower, upper: bounds.upper)
    case .isNull(.column(let index, _), negated: true):
      return ColumnRange(column: node.columns[index], lower: nil, upper: nil)
    default: return nil
    }
  }

  private func range(
    _ operation: ComparisonOperator, _ column: Int, _ value: Value
  ) -> ColumnRange? {
    if value.isNull { return nil }
    return switch operation {
    case .equal: ColumnRange(column: column, lower: value, upper: value)
    case .less, .lessOrEqual: ColumnRange(column: column, lower: nil, upper: value)
    case .greater, .greaterOrEqual: ColumnRange(column: column, lower: value, upper: nil)
    case .notEqual: nil
    }
  }
}
