import Columnar
import QueryLanguage

// LATERAL: a right side of a join that reads the left side's columns.

extension Binder {
  /// The right side of a join, and what it reads of the left one. A name means a column of the left
  /// side only where LATERAL says so or nothing else has it, as with functions in FROM.
  func bind(
    besides left: Bound, _ join: Join
  ) throws(QueryError) -> (right: Bound, references: [BoundExpression]) {
    if case .query(_, isLateral: true) = join.right.kind {
      return try bind(lateral: join.right, over: left)
    }
    let (known, dated) = (reads, firstDated)
    do throws(QueryError) { return (try bind(join.right), []) } catch {
      guard error.reason == .name, !left.scope.columns.isEmpty else { throw error }
      (reads, firstDated) = (known, dated)
      do throws(QueryError) { return try bind(lateral: join.right, over: left) } catch let second {
        // Where the left side does not help either, the first message says it better.
        throw second.reason == .name ? error : second
      }
    }
  }

  private func bind(
    lateral reference: TableReference, over left: Bound
  ) throws(QueryError) -> (right: Bound, references: [BoundExpression]) {
    let frame = OuterFrame(ExpressionContext(scope: left.scope))
    outerFrames.append(frame)
    defer { outerFrames.removeLast() }
    return (try bind(reference), frame.references)
  }

  /// Joins a right side that reads the left one.
  func bind(
    lateral join: Join, _ left: Bound, _ right: Bound, _ references: [BoundExpression]
  ) throws(QueryError) -> Bound {
    guard [.inner, .cross, .left].contains(join.kind), !join.isAsOf else {
      throw QueryError(
        .unsupported, "only an inner, left or cross join can have a right side that reads the left",
        at: join.keywordRange)
    }
    var scope = left.scope + right.scope
    var conditions: [BoundExpression] = []
    let merged = try mergedColumns(join, left.scope, right.scope)
    for pair in merged {
      let place = left.scope.columns.count + pair.right
      conditions.append(
        try comparison(
          .equal, .column(pair.left, scope.columns[pair.left].type),
          .column(place, scope.columns[place].type), at: join.keywordRange))
      scope.columns[place].isHidden = true
    }
    if case .on(let condition) = join.condition {
      let context = ExpressionContext(scope: scope, clause: "ON of a lateral join")
      conditions += try predicate(condition, in: context).conjuncts
      conditions.removeAll { $0 == .constant(.boolean(true), .boolean) }
    }
    let plan = try joined(
      left.plan, right.plan, references, isOuter: join.kind == .left, conditions,
      at: join.keywordRange)
    return Bound(plan: plan, scope: scope)
  }

  private func mergedColumns(
    _ join: Join, _ left: Scope, _ right: Scope
  ) throws(QueryError) -> [(left: Int, right: Int)] {
    var merged: [(left: Int, right: Int)] = []
    switch join.condition {
    case .none, .on: break
    case .using(let names): for name in names { merged.append(try usingPair(name, left, right)) }
    case .natural:
      for (index, column) in left.columns.enumerated() where !column.isHidden {
        let name = Identifier(column.name, isQuoted: true)
        if let match = right.columns.firstIndex(where: { name.matches($0.name) }) {
          merged.append((index, match))
        }
      }
    }
    return merged
  }

  /// - Parameter conditions: Over the left columns, then the right ones.
  private func joined(
    _ left: LogicalPlan, _ right: LogicalPlan, _ references: [BoundExpression], isOuter: Bool,
    _ conditions: [BoundExpression], at range: SourceRange
  ) throws(QueryError) -> LogicalPlan {
    let width = left.schema.count
    if case .unnest(var node) = right, case .values(let batch) = node.input, batch.rowCount == 1,
      batch.columns.isEmpty, !isOuter || conditions.isEmpty
    {
      node.input = left
      node.keepsEmpty = isOuter
      node.lists = node.lists.map {
        ProjectedExpression($0.name, $0.expression.replacingOuter(references))
      }
      return BoundExpression.conjunction(conditions).map { .filter(.unnest(node), $0) }
        ?? .unnest(node)
    }
    var pulled = try Decorrelation(outer: left, references: references, range: range).pull(right)
    if let whenEmpty = pulled.whenEmpty {
      return try joined(left, right, pulled, whenEmpty, references, isOuter, conditions)
    }
    let moved = conditions.map { condition in
      condition.enclosing(width, pulled.positions)
    }
    pulled.conditions += moved
    let plan = JoinNode.make(
      isOuter ? .left : .inner, left, pulled.plan, pulled.conditions, references)
    return projected(plan, left, right, pulled.positions)
  }

  /// An aggregate without groups has a row for every left row, found or not.
  private func joined(
    _ left: LogicalPlan, _ right: LogicalPlan, _ pulled: Decorrelation.Pulled,
    _ whenEmpty: [BoundExpression], _ references: [BoundExpression], _ isOuter: Bool,
    _ conditions: [BoundExpression]
  ) throws(QueryError) -> LogicalPlan {
    let width = left.schema.count
    let found = pulled.plan.schema.count
    let marked = pulled.plan.appending([
      ProjectedExpression("#found", .constant(.boolean(true), .boolean))
    ])
    let plan = JoinNode.make(.left, left, marked, pulled.conditions, references)
    let isFound = BoundExpression.isNull(.column(width + found, .boolean), negated: true)
    var expressions = left.schema.fields.enumerated().map { index, field in
      ProjectedExpression(field.name, .column(index, field.type))
    }
    for (index, field) in right.schema.fields.enumerated() {
      let value = BoundExpression.column(width + pulled.positions[index], field.type)
      let otherwise = whenEmpty[index].replacingOuter(references)
      expressions.append(
        ProjectedExpression(
          field.name,
          otherwise.constantIsNull
            ? value
            : .caseWhen(
              [.init(condition: isFound, result: value)], otherwise: otherwise, field.type)))
    }
    let all = LogicalPlan.project(plan, expressions)
    guard let condition = BoundExpression.conjunction(conditions) else { return all }
    guard isOuter else { return .filter(all, condition) }
    // The row stays; where the condition does not hold its right columns are null.
    return .project(
      all,
      all.schema.fields.enumerated().map { index, field in
        let value = BoundExpression.column(index, field.type)
        return ProjectedExpression(
          field.name,
          index < width
            ? value
            : .caseWhen([.init(condition: condition, result: value)], otherwise: nil, field.type))
      })
  }

  /// The left columns, then the right side's own in their order.
  private func projected(
    _ plan: LogicalPlan, _ left: LogicalPlan, _ right: LogicalPlan, _ positions: [Int]
  ) -> LogicalPlan {
    let width = left.schema.count
    let own = left.schema.fields.enumerated().map { index, field in
      ProjectedExpression(field.name, .column(index, field.type))
    }
    let others = right.schema.fields.enumerated().map { index, field in
      ProjectedExpression(field.name, .column(width + positions[index], field.type))
    }
    return .project(plan, own + others)
  }
}

extension BoundExpression {
  /// Over left then right columns; given with the left ones marked as enclosing and the right ones
  /// where the pulled plan has them.
  fileprivate func enclosing(_ width: Int, _ positions: [Int]) -> BoundExpression {
    let result = try? rewritten { node throws(QueryError) in
      guard case .column(let index, let type) = node, index < ExpressionContext.aggregateBase else {
        return nil
      }
      return index < width
        ? .column(ExpressionContext.enclosingBase + index, type)
        : .column(positions[index - width], type)
    }
    return result ?? self
  }
}
