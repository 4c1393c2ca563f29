import Columnar

// Plans beside the outer values that their rows belong to: set operations, full joins and recursion,
// whose sides must agree on them.

/// Common tables whose plans were made independent.
final class PulledCommons {
  var byID: [Int: Decorrelation.Pulled] = [:]
}

extension Decorrelation {
  /// The plan's own columns and then the outer values, one column a reference.
  func withOuter(_ plan: LogicalPlan) throws(QueryError) -> LogicalPlan {
    let (pulled, outer) = try withDomain(settled(try pull(plan)))
    let names = plan.schema.names
    let schema = pulled.plan.schema
    var columns = pulled.positions.enumerated().map { index, place in
      ProjectedExpression(names[index], .column(place, schema[place].type))
    }
    for (index, expression) in outer.enumerated() {
      columns.append(ProjectedExpression("#outer\(index)", expression))
    }
    return .project(pulled.plan, columns)
  }

  /// A plan of `width` columns with the outer values behind them.
  func besideOuter(_ plan: LogicalPlan, width: Int) -> Pulled {
    Pulled(
      plan: plan, positions: Array(0..<width),
      conditions: references.enumerated().map { index, reference in
        .isDistinct(
          .column(width + index, reference.type),
          .column(ExpressionContext.outerBase + index, reference.type), negated: true)
      })
  }

  /// The outer values, where conditions tie each of them to a column: no join brings them in then.
  func knownOuter(_ pulled: Pulled) -> (pulled: Pulled, outer: [BoundExpression])? {
    var known: [Int: BoundExpression] = [:]
    var rest: [BoundExpression] = []
    for condition in pulled.conditions {
      if case .isDistinct(.column(let inner, let type), .column(let index, _), negated: true) =
        condition, inner < ExpressionContext.aggregateBase, index >= ExpressionContext.outerBase,
        known[index - ExpressionContext.outerBase] == nil,
        references[index - ExpressionContext.outerBase].type == type
      {
        known[index - ExpressionContext.outerBase] = .column(inner, type)
      } else {
        rest.append(condition)
      }
    }
    var outer: [BoundExpression] = []
    for index in references.indices {
      guard let column = known[index] else { return nil }
      outer.append(column)
    }
    var result = pulled
    if let condition = BoundExpression.conjunction(rest.map { $0.replacingOuter(outer) }) {
      result.plan = .filter(result.plan, condition)
    }
    result.conditions = outer.enumerated().map { index, column in
      .isDistinct(
        column, .column(ExpressionContext.outerBase + index, column.type), negated: true)
    }
    return (result, outer)
  }

  /// Rows of both sides that no row of the other meets belong to their own outer values.
  func pull(full node: JoinNode) throws(QueryError) -> Pulled {
    let (width, other) = (node.left.schema.count, node.right.schema.count)
    let count = references.count
    let (left, right) = (try withOuter(node.left), try withOuter(node.right))
    func outer(from start: Int) -> [BoundExpression] {
      references.enumerated().map { .column(start + $0, $1.type) }
    }
    var result = JoinNode(kind: .full, left: left, right: right, keys: [])
    for key in node.keys {
      result.keys.append(
        .init(
          left: key.left.replacingOuter(outer(from: width)),
          right: key.right.replacingOuter(outer(from: other)), nullsMatch: key.nullsMatch))
    }
    for index in references.indices {
      result.keys.append(
        .init(
          left: outer(from: width)[index], right: outer(from: other)[index], nullsMatch: true))
    }
    result.residual = node.residual?.movedReal(from: width, by: count)
      .replacingOuter(outer(from: width))
    let schema = node.schema
    var columns = schema.fields.enumerated().map { index, field in
      ProjectedExpression(
        field.name, .column(index < width ? index : index + count, field.type))
    }
    for (index, reference) in references.enumerated() {
      let (one, second) = (outer(from: width)[index], outer(from: width + count + other)[index])
      columns.append(
        ProjectedExpression(
          "#outer\(index)",
          .caseWhen(
            [.init(condition: .isNull(one, negated: true), result: one)], otherwise: second,
            reference.type)))
    }
    return besideOuter(.project(.join(result), columns), width: width + other)
  }

  // MARK: Recursion and common tables

  /// Every row of a recursive table carries the outer values that it belongs to.
  func pull(_ node: RecursiveNode) throws(QueryError) -> Pulled {
    var inside = self
    inside.recursions.insert(node.id)
    var result = node
    result.anchor = try withOuter(node.anchor)
    result.step = try inside.withOuter(node.step)
    return besideOuter(.recursive(result), width: node.anchor.schema.count)
  }

  func pull(_ node: WorkingNode) -> Pulled {
    let more = references.enumerated().map { Field("#outer\($0)", $1.type) }
    let schema = Schema(node.schema.fields + more)
    return besideOuter(
      .working(WorkingNode(id: node.id, schema: schema)), width: node.schema.count)
  }

  /// All who read a common table go on reading the same rows of it.
  func pull(_ node: CommonNode) throws(QueryError) -> Pulled {
    if let known = commons.byID[node.id] { return known }
    var pulled = settled(try pull(node.plan))
    pulled.plan = .common(CommonNode(id: node.id, name: node.name, plan: pulled.plan))
    commons.byID[node.id] = pulled
    return pulled
  }
}

extension LogicalPlan {
  /// Whether it reads the rows of a step before of one of these recursive tables.
  func readsWorkingRows(of ids: Set<Int>) -> Bool {
    if ids.isEmpty { return false }
    if case .working(let node) = self { return ids.contains(node.id) }
    return inputs.contains { $0.readsWorkingRows(of: ids) }
  }
}

extension AggregateNode {
  /// Grouping sets with an empty one among them, as an aggregate of the others and one without groups
  /// for each empty one; nil when there is none. Only the latter has a row where there are no rows.
  var splittingEmptySets: LogicalPlan? {
    guard groupingSets.contains([]) else { return nil }
    var rest = self
    rest.groupingSets.removeAll { $0.isEmpty }
    var whole = self
    (whole.groups, whole.groupingSets) = ([], [[]])
    whole.aggregates.removeAll { $0.function == .groupingID }
    var columns = groups.map {
      ProjectedExpression($0.name, .constant(.null, $0.expression.type))
    }
    var place = 0
    for call in aggregates {
      if call.function == .groupingID {
        let all = Int64((UInt64(1) << min(groups.count, 62)) - 1)
        columns.append(ProjectedExpression(call.name, .constant(.int64(all), call.type)))
      } else {
        columns.append(ProjectedExpression(call.name, .column(place, call.type)))
        place += 1
      }
    }
    let single = LogicalPlan.project(.aggregate(whole), columns)
    var parts = rest.groupingSets.isEmpty ? [] : [LogicalPlan.aggregate(rest)]
    parts += Array(repeating: single, count: groupingSets.count - rest.groupingSets.count)
    return parts.dropFirst().reduce(parts[0]) {
      .setOperation(SetOperationNode(kind: .unionAll, left: $0, right: $1))
    }
  }
}
