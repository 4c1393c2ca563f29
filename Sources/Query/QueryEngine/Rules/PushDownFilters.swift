import Columnar

/// Moves every condition as near to the scans as its columns allow.
///
/// A condition passes a projection when the expressions it reads cannot fail, an aggregate when it
/// reads only groups of all sets, a join on the sides whose rows it cannot bring back as nulls. Inner
/// joins take equalities between their sides as keys.
package struct PushDownFilters: PlanRule {
  package let name = "push down filters"

  package init() {}

  package func apply(to plan: LogicalPlan) throws(QueryError) -> LogicalPlan {
    try push([], into: plan)
  }

  private func push(
    _ conditions: [BoundExpression], into plan: LogicalPlan
  ) throws(QueryError) -> LogicalPlan {
    switch plan {
    case .filter(let input, let predicate):
      return try push(conditions + predicate.conjuncts, into: input)
    case .scan(var node):
      node.filter = BoundExpression.conjunction((node.filter?.conjuncts ?? []) + conditions)
      return .scan(node)
    case .project(let input, let expressions):
      let bodies = expressions.map(\.expression)
      let (down, stay) = split(conditions) { condition in
        condition.columns.allSatisfy { bodies[$0].isSafe }
      }
      let inner = try push(down.map { $0.inlined(bodies) }, into: input)
      return keep(stay, over: .project(inner, expressions))
    case .aggregate(var node):
      let always = node.groups.indices.filter { index in
        node.groupingSets.allSatisfy { $0.contains(index) } && node.groups[index].expression.isSafe
      }
      let (down, stay) = split(conditions) { condition in
        !condition.columns.isEmpty && condition.columns.allSatisfy { always.contains($0) }
      }
      let bodies = node.groups.map(\.expression)
      node.input = try push(down.map { $0.inlined(bodies) }, into: node.input)
      return keep(stay, over: .aggregate(node))
    case .join(let node): return try push(conditions, into: node)
    case .sort(let input, let keys): return .sort(try push(conditions, into: input), keys)
    case .distinct(let input): return .distinct(try push(conditions, into: input))
    case .setOperation(var node) where node.kind == .unionAll || node.kind == .union:
      node.left = try push(conditions, into: node.left)
      node.right = try push(conditions, into: node.right)
      return .setOperation(node)
    case .unnest(var node):
      let width = node.input.schema.count
      let (down, stay) = split(conditions) { condition in
        !condition.columns.isEmpty && condition.columns.allSatisfy { $0 < width }
      }
      node.input = try push(down, into: node.input)
      return keep(stay, over: .unnest(node))
    case .limit, .values, .window, .tableFunction, .setOperation, .common, .recursive, .working:
      let inner = try plan.mapInputs { input throws(QueryError) in try push([], into: input) }
      return keep(conditions, over: inner)
    }
  }

  private func push(
    _ conditions: [BoundExpression], into node: JoinNode
  ) throws(QueryError) -> LogicalPlan {
    var node = node
    let width = node.left.schema.count
    let isInner = node.kind == .inner && node.asOf == nil
    let keepsLeft = node.kind != .right && node.kind != .full
    let keepsRight = node.kind == .inner || node.kind == .right
    var left: [BoundExpression] = []
    var right: [BoundExpression] = []
    var stay: [BoundExpression] = []
    for condition in conditions {
      let columns = condition.columns
      if keepsLeft, !columns.isEmpty, columns.allSatisfy({ $0 < width }) {
        left.append(condition)
      } else if keepsRight, node.asOf == nil, !columns.isEmpty,
        columns.allSatisfy({ $0 >= width })
      {
        right.append(condition.shifted(by: -width))
      } else if isInner, take(condition, into: &node, width) {
        continue
      } else {
        if isInner, !columns.isEmpty {
          // The join sees each pair before it makes a row of it.
          node.residual = BoundExpression.conjunction(
            (node.residual?.conjuncts ?? []) + [condition])
        } else {
          stay.append(condition)
        }
        // Rows that no branch of an OR admits need not be joined.
        if keepsLeft, let own = condition.implied({ $0 < width }) { left.append(own) }
        if keepsRight, node.asOf == nil, let own = condition.implied({ $0 >= width }) {
          right.append(own.shifted(by: -width))
        }
      }
    }
    if isInner {
      // Conditions of ON that concern one side only filter that side.
      var residual: [BoundExpression] = []
      for condition in node.residual?.conjuncts ?? [] {
        let columns = condition.columns
        if !columns.isEmpty, columns.allSatisfy({ $0 < width }) {
          left.append(condition)
        } else if !columns.isEmpty, columns.allSatisfy({ $0 >= width }) {
          right.append(condition.shifted(by: -width))
        } else {
          residual.append(condition)
        }
      }
      node.residual = BoundExpression.conjunction(residual)
    }
    node.left = try push(left, into: node.left)
    node.right = try push(right, into: node.right)
    return keep(stay, over: .join(node))
  }

  /// An equality between the sides of an inner join becomes a key.
  private func take(
    _ condition: BoundExpression, into node: inout JoinNode, _ width: Int
  ) -> Bool {
    guard let sides = JoinSides(condition, leftWidth: width), sides.comparison == .equal else {
      return false
    }
    node.keys.append(
      JoinNode.Key(
        left: sides.left, right: sides.right.shifted(by: -width), nullsMatch: sides.nullsMatch))
    return true
  }

  private func split(
    _ conditions: [BoundExpression], _ test: (BoundExpression) -> Bool
  ) -> (down: [BoundExpression], stay: [BoundExpression]) {
    (conditions.filter(test), conditions.filter { !test($0) })
  }

  private func keep(_ conditions: [BoundExpression], over plan: LogicalPlan) -> LogicalPlan {
    BoundExpression.conjunction(conditions).map { .filter(plan, $0) } ?? plan
  }
}

extension BoundExpression {
  /// Whether evaluating it on more rows than asked for can neither fail nor cost much: columns,
  /// constants, and comparisons of them.
  var isSafe: Bool {
    switch self {
    case .column, .constant: true
    case .comparison, .isDistinct, .and, .or, .not, .isNull, .inList: children.allSatisfy(\.isSafe)
    default: false
    }
  }

  /// Every column position moved by `offset`.
  func shifted(by offset: Int) -> BoundExpression {
    remapped(Dictionary(uniqueKeysWithValues: columns.map { ($0, $0 + offset) }))
  }
}
