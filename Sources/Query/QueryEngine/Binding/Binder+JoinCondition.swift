import Columnar
import QueryLanguage

// Subqueries in the ON of an outer join: each is a value of the side that it reads.

extension Binder {
  /// - Parameter conjuncts: The join's condition, over the left columns and then the right ones.
  func joined(
    _ join: Join, _ left: Bound, _ right: Bound, on conjuncts: [BoundExpression],
    _ subqueries: [Subquery]
  ) throws(QueryError) -> LogicalPlan {
    let width = left.scope.columns.count
    var (onLeft, onRight): ([Int], [Int]) = ([], [])
    for (index, subquery) in subqueries.enumerated() {
      let read = subquery.outerExpressions.flatMap(\.columns).filter {
        $0 < ExpressionContext.innerBase
      }
      guard read.allSatisfy({ $0 < ExpressionContext.aggregateBase }) else {
        return try pairJoined(join, left, right, on: conjuncts, subqueries, at: subquery.range)
      }
      if read.allSatisfy({ $0 < width }) {
        onLeft.append(index)
      } else if read.allSatisfy({ $0 >= width }) {
        onRight.append(index)
      } else {
        return try pairJoined(join, left, right, on: conjuncts, subqueries, at: subquery.range)
      }
    }
    let first = try attached(subqueries, onLeft, to: left.plan)
    var shifted: [Subquery] = []
    for subquery in subqueries { shifted.append(try subquery.mapped { $0.movedReal(by: -width) }) }
    let second = try attached(shifted, onRight, to: right.plan)
    let newWidth = first.plan.schema.count
    var values = first.values
    for (index, value) in second.values { values[index] = value.movedReal(by: newWidth) }
    let conditions = conjuncts.map { conjunct in
      conjunct.movedReal(from: width, by: newWidth - width).replacingSubqueries(values)
    }
    let node = try joinNode(
      join, extended(left, to: first.plan), extended(right, to: second.plan), conditions)
    let isLeftOnly = join.kind == .semi || join.kind == .anti
    let kept =
      Array(0..<width) + (isLeftOnly ? [] : right.scope.columns.indices.map { newWidth + $0 })
    let schema = node.schema
    return .project(
      .join(node),
      kept.map { ProjectedExpression(schema[$0].name, .column($0, schema[$0].type)) })
  }

  private func extended(_ bound: Bound, to plan: LogicalPlan) -> Bound {
    var result = Bound(plan: plan, scope: bound.scope)
    for field in plan.schema.fields.dropFirst(bound.scope.columns.count) {
      result.scope.columns.append(Scope.Column(name: field.name, qualifier: [], type: field.type))
    }
    return result
  }
}

extension BoundExpression {
  /// Real columns from `start` on at another place; all others as they are.
  func movedReal(from start: Int = 0, by offset: Int) -> BoundExpression {
    let result = try? rewritten { node throws(QueryError) in
      guard case .column(let index, let type) = node,
        index >= start, index < ExpressionContext.aggregateBase
      else { return nil }
      return .column(index + offset, type)
    }
    return result ?? self
  }
}
