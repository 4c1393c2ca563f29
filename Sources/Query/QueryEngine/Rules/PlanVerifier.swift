package import Columnar

/// Checks what every rule must keep: the same columns come out, and every position is in range.
package enum PlanVerifier {
  /// - Precondition: holds; a failure is a fault of the rule named in the message.
  package static func verify(_ plan: LogicalPlan, gives schema: Schema, after rule: String) {
    precondition(
      plan.schema.fields.map(\.type) == schema.fields.map(\.type)
        && plan.schema.names == schema.names, "\(rule) changed the plan's columns")
    check(plan, after: rule)
  }

  private static func check(_ plan: LogicalPlan, after rule: String) {
    func inRange(_ expressions: [BoundExpression], _ schema: Schema) {
      for expression in expressions {
        precondition(
          isInRange(expression, schema), "\(rule) left a column out of range or of another type")
      }
    }
    switch plan {
    case .scan(let node): inRange(node.filter.map { [$0] } ?? [], node.schema)
    case .values, .limit, .distinct, .setOperation, .tableFunction, .common, .recursive, .working:
      break
    case .filter(let input, let predicate): inRange([predicate], input.schema)
    case .project(let input, let expressions):
      inRange(expressions.map(\.expression), input.schema)
    case .aggregate(let node):
      inRange(
        node.groups.map(\.expression) + node.aggregates.flatMap(\.arguments)
          + node.aggregates.compactMap(\.filter), node.input.schema)
    case .join(let node):
      inRange(node.keys.map(\.left), node.left.schema)
      inRange(node.keys.map(\.right), node.right.schema)
      inRange(
        node.residual.map { [$0] } ?? [],
        Schema(node.left.schema.fields + node.right.schema.fields))
    case .sort(let input, let keys): inRange(keys.map(\.expression), input.schema)
    case .unnest(let node): inRange(node.lists.map(\.expression), node.input.schema)
    case .window(let node):
      inRange(
        node.calls.flatMap(\.expressions),
        node.input.schema)
    }
    for input in plan.inputs { check(input, after: rule) }
  }

  private static func isInRange(_ expression: BoundExpression, _ schema: Schema) -> Bool {
    if case .column(let index, let type) = expression {
      return index < schema.count && schema[index].type == type
    }
    return expression.children.allSatisfy { isInRange($0, schema) }
  }
}
