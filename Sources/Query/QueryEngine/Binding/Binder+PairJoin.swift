import Columnar
import QueryLanguage

// Joins whose ON has a subquery that reads both sides: the pairs of rows are made first, the subquery
// is a condition on them, and rows that no pair is left of come behind. Both sides are numbered, so
// that rows with equal values stay apart.

extension Binder {
  /// - Parameter conjuncts: The join's condition, over the left columns and then the right ones.
  func pairJoined(
    _ join: Join, _ left: Bound, _ right: Bound, on conjuncts: [BoundExpression],
    _ subqueries: [Subquery], at range: SourceRange
  ) throws(QueryError) -> LogicalPlan {
    let (leftWidth, rightWidth) = (left.plan.schema.count, right.plan.schema.count)
    let (first, second) = (numbered(left), numbered(right))
    let moved = conjuncts.map { $0.movedReal(from: leftWidth, by: 1) }
    var shifted: [Subquery] = []
    for subquery in subqueries {
      shifted.append(try subquery.mapped { $0.movedReal(from: leftWidth, by: 1) })
    }
    var inner = join
    inner.kind = .inner
    var pairs = LogicalPlan.join(
      try joinNode(inner, first, second, moved.filter(\.subqueries.isEmpty)))
    if let asked = BoundExpression.conjunction(moved.filter { !$0.subqueries.isEmpty }) {
      pairs = try filtered(pairs, by: asked, shifted)
    }
    pairs = shared(pairs, "#pairs")
    let schema = Schema(left.plan.schema.fields + right.plan.schema.fields)
    func rest(_ side: Bound, number: Int, inPairs: Int, _ kind: JoinKind) -> LogicalPlan {
      let key = JoinNode.Key(left: .column(number, .int64), right: .column(inPairs, .int64))
      return .join(JoinNode(kind: kind, left: side.plan, right: pairs, keys: [key]))
    }
    func row(_ place: (Int) -> Int?) -> [ProjectedExpression] {
      schema.fields.enumerated().map { index, field in
        ProjectedExpression(
          field.name, place(index).map { .column($0, field.type) } ?? .constant(.null, field.type))
      }
    }
    let pairNumber = leftWidth + 1 + rightWidth
    switch join.kind {
    case .semi, .anti:
      let kept = rest(
        first, number: leftWidth, inPairs: leftWidth, join.kind == .semi ? .semi : .anti)
      return .project(kept, Array(row { $0 }.prefix(leftWidth)))
    default: break
    }
    var result = LogicalPlan.project(pairs, row { $0 < leftWidth ? $0 : $0 + 1 })
    if join.kind == .left || join.kind == .full {
      let alone = rest(first, number: leftWidth, inPairs: leftWidth, .anti)
      result = union(result, .project(alone, row { $0 < leftWidth ? $0 : nil }))
    }
    if join.kind == .right || join.kind == .full {
      let alone = rest(second, number: rightWidth, inPairs: pairNumber, .anti)
      result = union(result, .project(alone, row { $0 < leftWidth ? nil : $0 - leftWidth }))
    }
    return result
  }

  private func union(_ left: LogicalPlan, _ right: LogicalPlan) -> LogicalPlan {
    .setOperation(SetOperationNode(kind: .unionAll, left: left, right: right))
  }

  /// The rows with their number behind them, computed once.
  private func numbered(_ bound: Bound) -> Bound {
    let call = WindowCall(
      function: .rowNumber, arguments: [], partitionBy: [], orderBy: [],
      frame: WindowCall.Frame(unit: .rows, start: .unboundedPreceding, end: .currentRow),
      type: .int64, name: "#row")
    let plan = LogicalPlan.window(WindowNode(input: bound.plan, calls: [call]))
    var scope = bound.scope
    scope.columns.append(Scope.Column(name: "#row", qualifier: [], type: .int64))
    return Bound(plan: shared(plan, "#rows"), scope: scope)
  }

  private func shared(_ plan: LogicalPlan, _ name: String) -> LogicalPlan {
    commonTableCount += 1
    return .common(CommonNode(id: commonTableCount, name: name, plan: plan))
  }
}
