import Columnar

// Aggregate and window calls over other expressions.

extension AggregateCall {
  /// The call with every expression replaced.
  func mapped(_ change: (BoundExpression) -> BoundExpression) -> AggregateCall {
    var result = self
    result.arguments = arguments.map(change)
    result.filter = filter.map(change)
    for index in orderBy.indices {
      result.orderBy[index].expression = change(orderBy[index].expression)
    }
    return result
  }
}

extension WindowCall {
  /// Everything it computes per row.
  var expressions: [BoundExpression] {
    arguments + partitionBy + orderBy.map(\.expression) + (filter.map { [$0] } ?? []) + distances
  }

  /// The call with every expression replaced.
  func mapped(
    _ change: (BoundExpression) throws(QueryError) -> BoundExpression
  ) throws(QueryError) -> WindowCall {
    var result = self
    for index in arguments.indices { result.arguments[index] = try change(arguments[index]) }
    for index in partitionBy.indices { result.partitionBy[index] = try change(partitionBy[index]) }
    for index in orderBy.indices {
      result.orderBy[index].expression = try change(orderBy[index].expression)
    }
    if let filter { result.filter = try change(filter) }
    for index in distances.indices { result.distances[index] = try change(distances[index]) }
    return result
  }
}
