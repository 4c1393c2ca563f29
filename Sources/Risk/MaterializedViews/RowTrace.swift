package import Columnar
package import QueryEngine

/// Finds the rows of the tables below that the rows of a query come from.
///
/// Columns of one node deep in a plan are carried beside the plan's own up to its root, so that
/// conditions on the result pick what they came from: exactly the rows that met in joins and fell
/// into the groups.
package struct RowTrace {
  /// A place in a plan: which input to take at each node on the way down.
  package typealias Path = [Int]

  /// What is in the way.
  package struct Obstacle: Error, Sendable, Hashable {
    /// `the right side of an anti join shows by what it lacks`.
    package var reason: String
  }

  package enum Failure: Error {
    case obstacle(Obstacle)
    case query(QueryError)
  }

  /// The places of all scans, left to right.
  package static func scans(of plan: LogicalPlan) -> [(path: Path, node: ScanNode)] {
    if case .scan(let node) = plan { return [([], node)] }
    var found: [(path: Path, node: ScanNode)] = []
    for (index, input) in plan.inputs.enumerated() {
      found += scans(of: input).map { ([index] + $0.path, $0.node) }
    }
    return found
  }

  /// The calculators on the way to a place, topmost first.
  package static func calculators(
    of plan: LogicalPlan, on path: Path
  ) -> [(depth: Int, node: TableFunctionNode)] {
    var found: [(depth: Int, node: TableFunctionNode)] = []
    var node = plan
    for (depth, step) in path.enumerated() {
      if case .tableFunction(let function) = node { found.append((depth, function)) }
      node = node.inputs[step]
    }
    return found
  }

  /// The plan with the marked node's added columns behind its own.
  ///
  /// - Parameter mark: Gives the node at the path with `count` columns added at its end.
  package static func carrying(
    _ plan: LogicalPlan, to path: Path, count: Int,
    mark: (LogicalPlan) throws(QueryError) -> LogicalPlan
  ) throws(Failure) -> LogicalPlan {
    guard let step = path.first else {
      do throws(QueryError) { return try mark(plan) } catch { throw .query(error) }
    }
    let rest = Path(path.dropFirst())
    let input = try carrying(plan.inputs[step], to: rest, count: count, mark: mark)
    return try through(plan, step, input, count)
  }

  private static func through(
    _ plan: LogicalPlan, _ step: Int, _ input: LogicalPlan, _ count: Int
  ) throws(Failure) -> LogicalPlan {
    switch plan {
    case .filter(_, let condition): return .filter(input, condition)
    case .sort, .distinct, .common: return input
    case .project(let below, let expressions):
      return .project(input, expressions + carried(input, after: below.schema.count))
    case .limit(let below, _, _): return joined(plan, input, on: below.schema)
    case .window(let node): return joined(plan, input, on: node.input.schema)
    case .aggregate(let node): return try aggregate(plan, node, input)
    case .join(let node): return try join(node, step, input, count)
    case .setOperation(let node): return try setOperation(plan, node, step, input)
    case .unnest(var node):
      let width = node.input.schema.count
      let added = node.schema.count - width
      node.input = input
      let result = LogicalPlan.unnest(node)
      let order = Array(0..<width) + (0..<added).map { width + count + $0 }
      return picking(result, order + (0..<count).map { width + $0 })
    case .recursive(let node):
      throw .obstacle(Obstacle(reason: "the recursive table \(node.name) is not traced"))
    case .working, .values, .scan, .tableFunction:
      throw .obstacle(Obstacle(reason: "rows are not traced through it"))
    }
  }

  // MARK: Operators

  private static func join(
    _ node: JoinNode, _ step: Int, _ input: LogicalPlan, _ count: Int
  ) throws(Failure) -> LogicalPlan {
    let left = node.left.schema.count
    let right = node.right.schema.count
    var node = node
    if step == 0 {
      node.left = input
      let moved = Dictionary(
        uniqueKeysWithValues: (left..<(left + right)).map { ($0, $0 + count) })
      node.residual = node.residual?.remapped(moved)
      let behind = node.schema.count - left - count
      return picking(
        .join(node),
        Array(0..<left) + (0..<behind).map { left + count + $0 } + (0..<count).map { left + $0 })
    }
    switch node.kind {
    case .anti, .mark:
      throw .obstacle(
        Obstacle(
          reason: node.kind == .anti
            ? "the right side of an anti join counts by what it lacks"
            : "a condition with a subquery is not traced into the subquery"))
    case .semi:
      // The matches themselves, which a semi join only asks for.
      node.kind = .inner
      node.right = input
      return picking(.join(node), Array(0..<left) + (0..<count).map { left + right + $0 })
    case .inner, .left, .right, .full:
      node.right = input
      return .join(node)
    }
  }

  /// Each group beside the rows that fell into it.
  private static func aggregate(
    _ plan: LogicalPlan, _ node: AggregateNode, _ input: LogicalPlan
  ) throws(Failure) -> LogicalPlan {
    guard node.groupingSets.count <= 1 else {
      throw .obstacle(Obstacle(reason: "subtotals of several grouping sets are not traced"))
    }
    let rows = LogicalPlan.project(
      input, node.groups + carried(input, after: node.input.schema.count))
    let set = node.groupingSets.first ?? Array(node.groups.indices)
    let width = plan.schema.count
    let join = LogicalPlan.join(
      JoinNode(
        kind: .inner, left: plan, right: rows,
        keys: set.map { group in
          let type = node.groups[group].expression.type
          return JoinNode.Key(
            left: .column(group, type), right: .column(group, type), nullsMatch: true)
        }))
    let behind = rows.schema.count - node.groups.count
    return picking(
      join, Array(0..<width) + (0..<behind).map { width + node.groups.count + $0 })
  }

  private static func setOperation(
    _ plan: LogicalPlan, _ node: SetOperationNode, _ step: Int, _ input: LogicalPlan
  ) throws(Failure) -> LogicalPlan {
    switch node.kind {
    case .union, .unionAll: return input
    case .intersect, .intersectAll: return joined(plan, input, on: plan.schema)
    case .except, .exceptAll:
      guard step == 0 else {
        throw .obstacle(Obstacle(reason: "the right side of EXCEPT counts by what it lacks"))
      }
      return joined(plan, input, on: plan.schema)
    }
  }

  /// The rows of a plan that kept some of its input's rows, each beside the input's equal rows.
  private static func joined(
    _ plan: LogicalPlan, _ input: LogicalPlan, on schema: Schema
  ) -> LogicalPlan {
    let join = LogicalPlan.join(
      JoinNode(kind: .inner, left: plan, right: input, keys: keys(schema)))
    let width = plan.schema.count
    let count = input.schema.count - schema.count
    return picking(join, Array(0..<width) + (0..<count).map { width + schema.count + $0 })
  }

  // MARK: Pieces

  /// Keys that compare all columns of two plans of a schema, as `IS NOT DISTINCT FROM` does.
  package static func keys(_ schema: Schema) -> [JoinNode.Key] {
    schema.fields.enumerated().compactMap { position, field in
      guard !field.type.isNested else { return nil }
      let column = BoundExpression.column(position, field.type)
      return JoinNode.Key(left: column, right: column, nullsMatch: true)
    }
  }

  /// The columns of a plan from a position on, as they are.
  private static func carried(
    _ plan: LogicalPlan, after width: Int
  ) -> [ProjectedExpression] {
    (width..<plan.schema.count).map {
      ProjectedExpression(plan.schema[$0].name, .column($0, plan.schema[$0].type))
    }
  }

  /// Some columns of a plan.
  package static func picking(_ plan: LogicalPlan, _ columns: [Int]) -> LogicalPlan {
    let schema = plan.schema
    return .project(
      plan,
      columns.map { ProjectedExpression(schema[$0].name, .column($0, schema[$0].type)) })
  }

  /// The condition that a plan's row is this one; columns of nested types are not compared.
  package static func condition(_ row: [Value], of schema: Schema) -> BoundExpression? {
    BoundExpression.conjunction(
      schema.fields.enumerated().compactMap { position, field in
        guard !field.type.isNested else { return nil }
        let column = BoundExpression.column(position, field.type)
        if row[position].isNull { return .isNull(column, negated: false) }
        return .comparison(.equal, column, .constant(row[position], field.type))
      })
  }
}
