/// A rewrite of a plan that keeps its meaning.
package protocol PlanRule: Sendable {
  var name: String { get }
  func apply(to plan: LogicalPlan) throws(QueryError) -> LogicalPlan
}

/// Runs the rules in order and verifies the plan after each.
package enum Optimizer {
  package static let rules: [any PlanRule] = [
    FoldConstants(), FactorDisjunctions(), PushDownFilters(), OrderJoins(), PruneColumns(),
    ExtractRanges(),
  ]

  package static func optimized(_ plan: LogicalPlan) throws(QueryError) -> LogicalPlan {
    let schema = plan.schema
    var result = try plan.inliningSingleReferences()
    for rule in rules {
      result = try rule.apply(to: result)
      PlanVerifier.verify(result, gives: schema, after: rule.name)
    }
    return result
  }
}

extension LogicalPlan {
  /// The plan with its direct inputs replaced.
  package func mapInputs(
    _ change: (LogicalPlan) throws(QueryError) -> LogicalPlan
  ) throws(QueryError) -> LogicalPlan {
    switch self {
    case .scan, .values, .working: return self
    case .common(var node):
      node.plan = try change(node.plan)
      return .common(node)
    case .recursive(var node):
      node.anchor = try change(node.anchor)
      node.step = try change(node.step)
      return .recursive(node)
    case .filter(let input, let predicate): return .filter(try change(input), predicate)
    case .project(let input, let expressions): return .project(try change(input), expressions)
    case .aggregate(var node):
      node.input = try change(node.input)
      return .aggregate(node)
    case .join(var node):
      node.left = try change(node.left)
      node.right = try change(node.right)
      return .join(node)
    case .sort(let input, let keys): return .sort(try change(input), keys)
    case .limit(let input, let count, let offset):
      return .limit(try change(input), count: count, offset: offset)
    case .distinct(let input): return .distinct(try change(input))
    case .setOperation(var node):
      node.left = try change(node.left)
      node.right = try change(node.right)
      return .setOperation(node)
    case .window(var node):
      node.input = try change(node.input)
      return .window(node)
    case .unnest(var node):
      node.input = try change(node.input)
      return .unnest(node)
    case .tableFunction(var node):
      for index in node.inputs.indices {
        node.inputs[index].plan = try change(node.inputs[index].plan)
      }
      return .tableFunction(node)
    }
  }

  /// The direct inputs.
  package var inputs: [LogicalPlan] {
    switch self {
    case .scan, .values, .working: []
    case .common(let node): [node.plan]
    case .recursive(let node): [node.anchor, node.step]
    case .filter(let input, _), .project(let input, _), .sort(let input, _),
      .limit(let input, _, _), .distinct(let input):
      [input]
    case .aggregate(let node): [node.input]
    case .join(let node): [node.left, node.right]
    case .setOperation(let node): [node.left, node.right]
    case .window(let node): [node.input]
    case .unnest(let node): [node.input]
    case .tableFunction(let node): node.inputs.map(\.plan)
    }
  }
}
