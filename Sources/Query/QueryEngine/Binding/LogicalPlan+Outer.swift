import Columnar

// A plan that was bound in one query and stands in a subquery of it.

extension LogicalPlan {
  /// The plan inside the subqueries of `frames`, outermost first: what it reads of outer queries goes
  /// through each of them.
  func reading(through frames: [OuterFrame]) throws(QueryError) -> LogicalPlan {
    guard hasOuterColumns else { return self }
    return try mapExpressions { expression throws(QueryError) in
      try expression.rewritten { node throws(QueryError) in
        guard case .column(let index, _) = node, index >= ExpressionContext.outerBase else {
          return nil
        }
        return frames.reduce(node) { $1.marker($0) }
      }
    }
  }

  /// Every expression of it and of its inputs replaced by another of the same type.
  func mapExpressions(
    _ change: (BoundExpression) throws(QueryError) -> BoundExpression
  ) throws(QueryError) -> LogicalPlan {
    func all(
      _ items: [ProjectedExpression]
    ) throws(QueryError) -> [ProjectedExpression] {
      var result: [ProjectedExpression] = []
      for item in items {
        result.append(ProjectedExpression(item.name, try change(item.expression)))
      }
      return result
    }
    let plan = try mapInputs { input throws(QueryError) in try input.mapExpressions(change) }
    switch plan {
    case .values, .limit, .distinct, .setOperation, .tableFunction, .common, .recursive, .working:
      return plan
    case .scan(var node):
      if let filter = node.filter { node.filter = try change(filter) }
      return .scan(node)
    case .filter(let input, let predicate): return .filter(input, try change(predicate))
    case .project(let input, let expressions): return .project(input, try all(expressions))
    case .unnest(var node):
      node.lists = try all(node.lists)
      return .unnest(node)
    case .sort(let input, var keys):
      for index in keys.indices { keys[index].expression = try change(keys[index].expression) }
      return .sort(input, keys)
    case .aggregate(var node):
      node.groups = try all(node.groups)
      for index in node.aggregates.indices {
        node.aggregates[index] = try node.aggregates[index].replaced(change)
      }
      return .aggregate(node)
    case .join(let node): return .join(try node.replaced(change))
    case .window(var node):
      for index in node.calls.indices { node.calls[index] = try node.calls[index].mapped(change) }
      return .window(node)
    }
  }
}

extension AggregateCall {
  fileprivate func replaced(
    _ change: (BoundExpression) throws(QueryError) -> BoundExpression
  ) throws(QueryError) -> AggregateCall {
    var result = self
    for index in arguments.indices { result.arguments[index] = try change(arguments[index]) }
    if let filter { result.filter = try change(filter) }
    for index in orderBy.indices {
      result.orderBy[index].expression = try change(orderBy[index].expression)
    }
    return result
  }
}

extension JoinNode {
  fileprivate func replaced(
    _ change: (BoundExpression) throws(QueryError) -> BoundExpression
  ) throws(QueryError) -> JoinNode {
    var result = self
    for index in keys.indices {
      result.keys[index].left = try change(keys[index].left)
      result.keys[index].right = try change(keys[index].right)
    }
    if let residual { result.residual = try change(residual) }
    if let near = asOf {
      result.asOf = .init(
        left: try change(near.left), comparison: near.comparison, right: try change(near.right))
    }
    return result
  }
}
