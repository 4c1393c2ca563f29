import Columnar

// Joins between a plan and a subquery made independent of it.

extension JoinNode {
  /// A join on conditions over inner columns, outer columns (`references`) and enclosing columns.
  static func make(
    _ kind: JoinKind, _ left: LogicalPlan, _ right: LogicalPlan,
    _ conditions: [BoundExpression], _ references: [BoundExpression]
  ) -> LogicalPlan {
    let width = left.schema.count
    var node = JoinNode(kind: kind, left: left, right: right, keys: [])
    var residual: [BoundExpression] = []
    for condition in conditions {
      let joined = condition.overJoin(width, references)
      if let key = JoinNode.key(joined, width) {
        node.keys.append(key)
      } else {
        residual.append(kind == .mark ? joined.isTrue : joined)
      }
    }
    node.residual = BoundExpression.conjunction(residual)
    return .join(node)
  }

  /// The mark join of `IN`, `ANY` and `ALL`: three-valued in the comparisons, not in the conditions
  /// that the subquery filters by.
  static func mark(
    _ left: LogicalPlan, _ pulled: Decorrelation.Pulled, comparisons: [BoundExpression],
    references: [BoundExpression]
  ) -> LogicalPlan {
    let width = left.schema.count
    var node = JoinNode(kind: .mark, left: left, right: pulled.plan, keys: [])
    let compared = comparisons.map { pulled.comparison($0).overJoin(width, references) }
    if pulled.conditions.isEmpty, compared.count == 1, let key = JoinNode.key(compared[0], width) {
      node.keys = [key]
      node.isNullAware = true
      return .join(node)
    }
    var residual: [BoundExpression] = []
    for condition in pulled.conditions {
      let joined = condition.overJoin(width, references)
      if let key = JoinNode.key(joined, width) {
        node.keys.append(key)
      } else {
        residual.append(joined.isTrue)
      }
    }
    node.residual = BoundExpression.conjunction(residual + compared)
    return .join(node)
  }

  private static func key(_ condition: BoundExpression, _ width: Int) -> JoinNode.Key? {
    guard let sides = JoinSides(condition, leftWidth: width), sides.comparison == .equal else {
      return nil
    }
    return JoinNode.Key(
      left: sides.left, right: sides.right.shifted(by: -width), nullsMatch: sides.nullsMatch)
  }
}

extension BoundExpression {
  /// A condition that the subquery filters by: there null is as good as false.
  fileprivate var isTrue: BoundExpression {
    .isDistinct(self, .constant(.boolean(true), .boolean), negated: true)
  }

  /// Inner columns moved behind `width` left ones; outer and enclosing ones as left columns.
  fileprivate func overJoin(_ width: Int, _ references: [BoundExpression]) -> BoundExpression {
    let result = try? rewritten { node throws(QueryError) in
      guard case .column(let index, let type) = node else { return nil }
      if index >= ExpressionContext.enclosingBase {
        return .column(index - ExpressionContext.enclosingBase, type)
      }
      if index >= ExpressionContext.outerBase {
        return references[index - ExpressionContext.outerBase]
      }
      return .column(width + index, type)
    }
    return result ?? self
  }
}
