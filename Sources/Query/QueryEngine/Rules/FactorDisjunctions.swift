import Columnar

/// `(a AND b) OR (a AND c)` becomes `a AND (b OR c)`, so that a join's equality is found when every
/// branch repeats it.
///
/// Holds in three-valued logic too.
package struct FactorDisjunctions: PlanRule {
  package let name = "factor disjunctions"

  package init() {}

  package func apply(to plan: LogicalPlan) throws(QueryError) -> LogicalPlan {
    let inner = try plan.mapInputs { input throws(QueryError) in try apply(to: input) }
    switch inner {
    case .filter(let input, let predicate):
      return .filter(input, FactorDisjunctions.factored(predicate))
    case .join(var node) where node.kind == .inner:
      node.residual = node.residual.map(FactorDisjunctions.factored)
      return .join(node)
    default: return inner
    }
  }

  static func factored(_ predicate: BoundExpression) -> BoundExpression {
    let members = predicate.conjuncts.flatMap { conjunct -> [BoundExpression] in
      guard case .or(let branches) = conjunct else { return [conjunct] }
      return factored(branches) ?? [conjunct]
    }
    return BoundExpression.conjunction(members) ?? predicate
  }

  /// What all branches share, and the rest as a disjunction; nil when they share nothing.
  private static func factored(_ branches: [BoundExpression]) -> [BoundExpression]? {
    let split = branches.map(\.conjuncts)
    guard let first = split.first else { return nil }
    let shared = first.filter { member in split.allSatisfy { $0.contains(member) } }
    guard !shared.isEmpty else { return nil }
    let rests = split.map { $0.filter { !shared.contains($0) } }
    // (a) OR (a AND b) is a.
    if rests.contains(where: \.isEmpty) { return shared }
    return shared + [.or(rests.compactMap { BoundExpression.conjunction($0) })]
  }
}

extension BoundExpression {
  /// What a disjunction says about some of its columns alone: true wherever the whole is true.
  ///
  /// Nil when some branch says nothing about them, or only by an expression that may fail.
  func implied(_ isOwn: (Int) -> Bool) -> BoundExpression? {
    guard case .or(let branches) = self else { return nil }
    var parts: [BoundExpression] = []
    for branch in branches {
      let own = branch.conjuncts.filter { member in
        !member.columns.isEmpty && member.isSafe && member.columns.allSatisfy(isOwn)
      }
      guard let part = BoundExpression.conjunction(own) else { return nil }
      parts.append(part)
    }
    return .or(parts)
  }
}
