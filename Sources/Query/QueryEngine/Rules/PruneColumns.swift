import Columnar

/// Reads only the columns that somebody needs.
package struct PruneColumns: PlanRule {
  package let name = "prune columns"

  package init() {}

  package func apply(to plan: LogicalPlan) throws(QueryError) -> LogicalPlan {
    let width = plan.schema.count
    return try prune(plan, needed: Set(0..<width)).plan
  }

  /// A plan that gives at least the needed columns, and where each old position now is.
  private struct Pruned {
    var plan: LogicalPlan
    var positions: [Int: Int]
  }

  private func prune(_ plan: LogicalPlan, needed: Set<Int>) throws(QueryError) -> Pruned {
    switch plan {
    case .scan(let node): return prune(node, needed)
    case .values, .tableFunction, .setOperation, .distinct, .common, .recursive, .working:
      return try keepAll(plan)
    case .filter(let input, let predicate):
      let inner = try prune(input, needed: needed.union(predicate.columns))
      return Pruned(
        plan: .filter(inner.plan, predicate.remapped(inner.positions)), positions: inner.positions)
    case .project(let input, let expressions):
      let kept = expressions.indices.filter { needed.contains($0) }
      let used = kept.reduce(into: Set<Int>()) {
        $0.formUnion(expressions[$1].expression.columns)
      }
      let inner = try prune(input, needed: used)
      let plan = LogicalPlan.project(
        inner.plan,
        kept.map {
          ProjectedExpression(
            expressions[$0].name, expressions[$0].expression.remapped(inner.positions))
        })
      return Pruned(plan: plan, positions: map(kept))
    case .aggregate(let node): return try prune(node, needed)
    case .join(let node): return try prune(node, needed)
    case .sort(let input, let keys):
      let used = keys.reduce(into: needed) { $0.formUnion($1.expression.columns) }
      let inner = try prune(input, needed: used)
      return Pruned(
        plan: .sort(inner.plan, keys.map { $0.remapped(inner.positions) }),
        positions: inner.positions)
    case .limit(let input, let count, let offset):
      let inner = try prune(input, needed: needed)
      return Pruned(
        plan: .limit(inner.plan, count: count, offset: offset), positions: inner.positions)
    case .window(let node): return try prune(node, needed)
    case .unnest(let node): return try prune(node, needed)
    }
  }

  private func map(_ kept: [Int]) -> [Int: Int] {
    Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })
  }

  /// Every column stays; inputs are pruned on their own account.
  private func keepAll(_ plan: LogicalPlan) throws(QueryError) -> Pruned {
    let inner = try plan.mapInputs { input throws(QueryError) in
      let width = input.schema.count
      return try exact(input, Array(0..<width))
    }
    return Pruned(plan: inner, positions: map(Array(0..<plan.schema.count)))
  }

  /// Exactly the given columns in that order.
  private func exact(_ plan: LogicalPlan, _ columns: [Int]) throws(QueryError) -> LogicalPlan {
    let schema = plan.schema
    let inner = try prune(plan, needed: Set(columns))
    let positions = columns.map { inner.positions[$0] ?? $0 }
    if positions == Array(0..<inner.plan.schema.count) { return inner.plan }
    return .project(
      inner.plan,
      zip(columns, positions).map {
        ProjectedExpression(schema[$0].name, .column($1, schema[$0].type))
      })
  }

  private func prune(_ node: ScanNode, _ needed: Set<Int>) -> Pruned {
    let used = needed.union(node.filter?.columns ?? [])
    let kept = node.columns.indices.filter { used.contains($0) }
    let positions = map(kept)
    var pruned = node
    pruned.columns = kept.map { node.columns[$0] }
    pruned.filter = node.filter?.remapped(positions)
    return Pruned(plan: .scan(pruned), positions: positions)
  }

  private func prune(_ node: AggregateNode, _ needed: Set<Int>) throws(QueryError) -> Pruned {
    let groupCount = node.groups.count
    let calls = node.aggregates.indices.filter { needed.contains(groupCount + $0) }
    var used = node.groups.reduce(into: Set<Int>()) { $0.formUnion($1.expression.columns) }
    for index in calls { used.formUnion(node.aggregates[index].columns) }
    let inner = try prune(node.input, needed: used)
    var pruned = node
    pruned.input = inner.plan
    pruned.groups = node.groups.map {
      ProjectedExpression($0.name, $0.expression.remapped(inner.positions))
    }
    pruned.aggregates = calls.map { node.aggregates[$0].remapped(inner.positions) }
    return Pruned(
      plan: .aggregate(pruned),
      positions: map(Array(0..<groupCount) + calls.map { groupCount + $0 }))
  }

  private func prune(_ node: JoinNode, _ needed: Set<Int>) throws(QueryError) -> Pruned {
    let width = node.left.schema.count
    // The mark of a mark join is no column of either input.
    let read = node.kind == .mark ? needed.filter { $0 < width } : needed
    var used = read.union(node.residual?.columns ?? [])
    for key in node.keys {
      used.formUnion(key.left.columns)
      used.formUnion(key.right.columns.map { $0 + width })
    }
    if let asOf = node.asOf {
      used.formUnion(asOf.left.columns)
      used.formUnion(asOf.right.columns.map { $0 + width })
    }
    let left = try prune(node.left, needed: used.filter { $0 < width })
    let right = try prune(
      node.right, needed: Set(used.filter { $0 >= width }.map { $0 - width }))
    var pruned = node
    pruned.left = left.plan
    pruned.right = right.plan
    pruned.keys = node.keys.map {
      JoinNode.Key(
        left: $0.left.remapped(left.positions), right: $0.right.remapped(right.positions),
        nullsMatch: $0.nullsMatch)
    }
    pruned.asOf = node.asOf.map {
      JoinNode.AsOf(
        left: $0.left.remapped(left.positions), comparison: $0.comparison,
        right: $0.right.remapped(right.positions))
    }
    let newWidth = left.plan.schema.count
    var positions = left.positions
    for (old, new) in right.positions { positions[width + old] = newWidth + new }
    pruned.residual = node.residual?.remapped(positions)
    if node.kind == .semi || node.kind == .anti { positions = left.positions }
    if node.kind == .mark {
      positions = left.positions
      positions[width] = newWidth
    }
    return Pruned(plan: .join(pruned), positions: positions)
  }

  private func prune(_ node: UnnestNode, _ needed: Set<Int>) throws(QueryError) -> Pruned {
    let width = node.input.schema.count
    let used = node.lists.reduce(into: needed.filter { $0 < width }) {
      $0.formUnion($1.expression.columns)
    }
    let inner = try prune(node.input, needed: used)
    var pruned = node
    pruned.input = inner.plan
    pruned.lists = node.lists.map {
      ProjectedExpression($0.name, $0.expression.remapped(inner.positions))
    }
    var positions = inner.positions
    for added in width..<node.schema.count {
      positions[added] = inner.plan.schema.count + added - width
    }
    return Pruned(plan: .unnest(pruned), positions: positions)
  }

  private func prune(_ node: WindowNode, _ needed: Set<Int>) throws(QueryError) -> Pruned {
    let width = node.input.schema.count
    var used = needed.filter { $0 < width }
    let calls = node.calls.indices.filter { needed.contains(width + $0) }
    for index in calls { used.formUnion(node.calls[index].columns) }
    let inner = try prune(node.input, needed: used)
    let newWidth = inner.plan.schema.count
    var positions = inner.positions
    for (new, old) in calls.enumerated() { positions[width + old] = newWidth + new }
    if calls.isEmpty { return Pruned(plan: inner.plan, positions: positions) }
    let pruned = WindowNode(
      input: inner.plan, calls: calls.map { node.calls[$0].remapped(inner.positions) })
    return Pruned(plan: .window(pruned), positions: positions)
  }
}

extension SortKey {
  func remapped(_ positions: [Int: Int]) -> SortKey {
    SortKey(
      expression.remapped(positions), isDescending: isDescending, nullsFirst: nullsFirst)
  }
}

extension AggregateCall {
  /// Input positions that the call reads.
  var columns: Set<Int> {
    (arguments + (filter.map { [$0] } ?? []) + orderBy.map(\.expression))
      .reduce(into: []) { $0.formUnion($1.columns) }
  }

  func remapped(_ positions: [Int: Int]) -> AggregateCall {
    var result = self
    result.arguments = arguments.map { $0.remapped(positions) }
    result.filter = filter?.remapped(positions)
    result.orderBy = orderBy.map { $0.remapped(positions) }
    return result
  }
}

extension WindowCall {
  var columns: Set<Int> {
    expressions.reduce(into: []) { $0.formUnion($1.columns) }
  }

  func remapped(_ positions: [Int: Int]) -> WindowCall {
    var result = self
    result.arguments = arguments.map { $0.remapped(positions) }
    result.partitionBy = partitionBy.map { $0.remapped(positions) }
    result.orderBy = orderBy.map { $0.remapped(positions) }
    result.filter = filter?.remapped(positions)
    result.distances = distances.map { $0.remapped(positions) }
    return result
  }
}
