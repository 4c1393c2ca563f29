import Columnar

/// Computes expressions without columns once, so that scans can prune by them.
///
/// What fails is left as it is: an error belongs to the row that needs the value.
package struct FoldConstants: PlanRule {
  package let name = "fold constants"

  package init() {}

  package func apply(to plan: LogicalPlan) throws(QueryError) -> LogicalPlan {
    let inner = try plan.mapInputs { input throws(QueryError) in try apply(to: input) }
    switch inner {
    case .filter(let input, let predicate):
      let folded = FoldConstants.fold(predicate)
      return folded == .constant(.boolean(true), .boolean) ? input : .filter(input, folded)
    case .project(let input, let expressions):
      return .project(
        input,
        expressions.map { ProjectedExpression($0.name, FoldConstants.fold($0.expression)) })
    case .scan(var node):
      node.filter = node.filter.map(FoldConstants.fold)
      return .scan(node)
    case .join(var node):
      node.residual = node.residual.map(FoldConstants.fold)
      return .join(node)
    case .aggregate(var node):
      node.aggregates = node.aggregates.map { $0.mapped(FoldConstants.fold) }
      return .aggregate(node)
    default: return inner
    }
  }

  /// The expression with its constant parts computed.
  static func fold(_ expression: BoundExpression) -> BoundExpression {
    let folded = try? expression.rewritten { node throws(QueryError) in
      if node.children.isEmpty { return node }
      if node.columns.isEmpty { return value(of: node) ?? simplified(node) }
      return simplified(node)
    }
    return folded ?? expression
  }

  /// AND and OR without the members that do not matter.
  private static func simplified(_ expression: BoundExpression) -> BoundExpression? {
    switch expression {
    case .and(let members):
      return connective(members, neutral: true) { .and($0) }
    case .or(let members):
      return connective(members, neutral: false) { .or($0) }
    default: return nil
    }
  }

  private static func connective(
    _ members: [BoundExpression], neutral: Bool,
    _ make: ([BoundExpression]) -> BoundExpression
  ) -> BoundExpression {
    var kept: [BoundExpression] = []
    for member in members.map(fold) {
      switch member.constant {
      case .boolean(neutral)?: continue
      case .boolean? where kept.allSatisfy(\.isSafe): return member
      default: kept.append(member)
      }
    }
    if kept.isEmpty { return .constant(.boolean(neutral), .boolean) }
    return kept.count == 1 ? kept[0] : make(kept)
  }

  private static func value(of expression: BoundExpression) -> BoundExpression? {
    let type = expression.type
    guard !type.isNested else { return nil }
    let row = Chunk(columns: [], rowCount: 1)
    guard let column = try? ExpressionCompiler.compile(expression).column(row), column.count == 1,
      column.type == type
    else { return nil }
    return .constant(column.value(0), type)
  }
}
