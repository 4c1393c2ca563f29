import Columnar
import QueryLanguage

// What ties rows of a subquery to those of the query around it: equalities, or the distinct outer
// values themselves.

extension Decorrelation {
  /// The rows with each condition an equality between an inner and an outer value.
  func keyed(_ pulled: Pulled) throws(QueryError) -> (pulled: Pulled, keys: [Key]) {
    try keyed(pulled, isForced: false).keyed
  }

  func keyed(
    _ pulled: Pulled, isForced: Bool
  ) throws(QueryError) -> (outer: [BoundExpression]?, keyed: (pulled: Pulled, keys: [Key])) {
    let keys = pulled.conditions.compactMap(key)
    if !isForced, keys.count == pulled.conditions.count { return (nil, (pulled, keys)) }
    let (joined, outerColumns) = try withDomain(pulled)
    return (outerColumns, (joined, joined.conditions.compactMap(key)))
  }

  private func key(_ condition: BoundExpression) -> Key? {
    let (one, other): (BoundExpression, BoundExpression)
    var nullsMatch = false
    switch condition {
    case .comparison(.equal, let left, let right): (one, other) = (left, right)
    case .isDistinct(let left, let right, negated: true):
      (one, other) = (left, right)
      nullsMatch = true
    default: return nil
    }
    func isOuter(_ side: BoundExpression) -> Bool {
      let columns = side.columns
      return !columns.isEmpty && columns.allSatisfy { $0 >= ExpressionContext.outerBase }
    }
    if isOuter(other), !one.hasOuterColumns {
      return Key(inner: one, outer: other, nullsMatch: nullsMatch)
    }
    if isOuter(one), !other.hasOuterColumns {
      return Key(inner: other, outer: one, nullsMatch: nullsMatch)
    }
    return nil
  }

  /// The rows joined with the distinct outer values that they belong to, which stand behind them.
  func withDomain(
    _ pulled: Pulled
  ) throws(QueryError) -> (pulled: Pulled, outer: [BoundExpression]) {
    if let known = knownOuter(pulled) { return known }
    let width = pulled.plan.schema.count
    let domain = LogicalPlan.distinct(
      .project(
        outer, references.enumerated().map { ProjectedExpression("#outer\($0)", $1) }))
    let columns = references.enumerated().map { index, reference in
      BoundExpression.column(width + index, reference.type)
    }
    let conditions = pulled.conditions.map { $0.replacingOuter(columns) }
    var keys: [JoinNode.Key] = []
    var residual: [BoundExpression] = []
    for condition in conditions {
      if let sides = JoinSides(condition, leftWidth: width), sides.comparison == .equal {
        keys.append(
          .init(
            left: sides.left, right: sides.right.shifted(by: -width),
            nullsMatch: sides.nullsMatch))
      } else {
        residual.append(condition)
      }
    }
    var result = pulled
    result.plan = .join(
      JoinNode(
        kind: .inner, left: pulled.plan, right: domain, keys: keys,
        residual: BoundExpression.conjunction(residual)))
    result.conditions = columns.enumerated().map { index, column in
      .isDistinct(
        column, .column(ExpressionContext.outerBase + index, column.type), negated: true)
    }
    return (result, columns)
  }

  /// An aggregate without groups as rows that are all there: one for each combination of the outer
  /// values, found or not.
  func settled(_ pulled: Pulled) -> Pulled {
    guard let whenEmpty = pulled.whenEmpty else { return pulled }
    let width = references.count
    let domain = LogicalPlan.distinct(
      .project(
        outer, references.enumerated().map { ProjectedExpression("#outer\($0)", $1) }))
    let columns = references.enumerated().map { BoundExpression.column($0, $1.type) }
    let schema = pulled.plan.schema
    let marked = pulled.plan.appending([
      ProjectedExpression("#found", .constant(.boolean(true), .boolean))
    ])
    var node = JoinNode(kind: .left, left: domain, right: marked, keys: [])
    node.add(pulled.conditions.map { $0.movedBehind(width).replacingOuter(columns) }, width)
    let isFound = BoundExpression.isNull(.column(width + schema.count, .boolean), negated: true)
    var expressions: [ProjectedExpression] = []
    for (index, place) in pulled.positions.enumerated() {
      let field = schema[place]
      expressions.append(
        ProjectedExpression(
          field.name,
          .caseWhen(
            [.init(condition: isFound, result: .column(width + place, field.type))],
            otherwise: whenEmpty[index].replacingOuter(columns), field.type)))
    }
    let count = expressions.count
    for (index, column) in columns.enumerated() {
      expressions.append(ProjectedExpression("#outer\(index)", column))
    }
    return Pulled(
      plan: .project(.join(node), expressions), positions: Array(0..<count),
      conditions: columns.enumerated().map { index, column in
        .isDistinct(
          .column(count + index, column.type),
          .column(ExpressionContext.outerBase + index, column.type), negated: true)
      })
  }

  func innerColumns(_ conditions: [BoundExpression]) -> [Int] {
    let all = conditions.reduce(into: Set<Int>()) { $0.formUnion($1.columns) }
    return all.filter { $0 < ExpressionContext.outerBase }.sorted()
  }
}
