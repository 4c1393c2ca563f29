import Columnar
import QueryLanguage

// Subqueries become joins of the plan around them.

extension Binder {
  /// A plan with more columns behind its own, and what stands for each subquery over it.
  struct Attached {
    var plan: LogicalPlan
    var values: [Int: BoundExpression] = [:]
  }

  /// `WHERE`: conditions without subqueries first, then EXISTS and IN as semi and anti joins, then
  /// the rest over marks and values.
  func filtered(
    _ plan: LogicalPlan, by condition: BoundExpression, _ subqueries: [Subquery]
  ) throws(QueryError) -> LogicalPlan {
    guard !subqueries.isEmpty else { return .filter(plan, condition) }
    let conjuncts = condition.conjuncts
    var result = plan
    if let plain = BoundExpression.conjunction(conjuncts.filter(\.subqueries.isEmpty)) {
      result = .filter(result, plain)
    }
    let width = plan.schema.count
    var rest: [BoundExpression] = []
    for conjunct in conjuncts where !conjunct.subqueries.isEmpty {
      if let joined = try joinedForFilter(result, conjunct, subqueries) {
        result = joined
      } else {
        rest.append(conjunct)
      }
    }
    guard let rest = BoundExpression.conjunction(rest) else { return result }
    let attached = try self.attached(subqueries, rest.subqueries.sorted(), to: result)
    let kept = LogicalPlan.filter(attached.plan, rest.replacingSubqueries(attached.values))
    let schema = plan.schema
    return .project(
      kept,
      (0..<width).map { ProjectedExpression(schema[$0].name, .column($0, schema[$0].type)) })
  }

  /// A semi or anti join, when the condition is nothing but `[NOT] EXISTS` or `IN`.
  private func joinedForFilter(
    _ plan: LogicalPlan, _ conjunct: BoundExpression, _ subqueries: [Subquery]
  ) throws(QueryError) -> LogicalPlan? {
    var body = conjunct
    var isNegated = false
    while case .not(let operand) = body {
      body = operand
      isNegated.toggle()
    }
    guard case .column(let index, .boolean) = body, ExpressionContext.isSubquery(index) else {
      return nil
    }
    let subquery = subqueries[index - ExpressionContext.subqueryBase]
    guard subquery.outerExpressions.allSatisfy(\.subqueries.isEmpty) else { return nil }
    switch subquery.kind {
    case .scalar: return nil
    // NOT IN is true only where no comparison is null: that takes a mark.
    case .any where isNegated: return nil
    case .any(let comparisons):
      let pulled = try decorrelated(subquery, outer: plan)
      guard pulled.whenEmpty == nil else { return nil }
      let conditions = pulled.joined(comparisons)
      return JoinNode.make(.semi, plan, pulled.plan, conditions, subquery.references)
    case .exists:
      let pulled = try decorrelated(subquery.forExistence, outer: plan)
      guard pulled.whenEmpty == nil, !subquery.plan.isSingleRow else { return nil }
      return JoinNode.make(
        isNegated ? .anti : .semi, plan, pulled.plan, pulled.conditions, subquery.references)
    }
  }

  /// The plan joined with the subqueries numbered in `indices`.
  func attached(
    _ subqueries: [Subquery], _ indices: [Int], to plan: LogicalPlan
  ) throws(QueryError) -> Attached {
    var result = Attached(plan: plan)
    // A subquery may read others that stand before IN or inside it: those come first.
    var wanted = Set(indices)
    var queue = indices
    while let index = queue.popLast() {
      for inner in subqueries[index].outerExpressions.flatMap(\.subqueries)
      where wanted.insert(inner).inserted {
        queue.append(inner)
      }
    }
    for index in wanted.sorted() {
      let subquery = try subqueries[index].mapped { $0.replacingSubqueries(result.values) }
      guard
        subquery.outerExpressions.allSatisfy({ expression in
          !expression.columns.contains(where: ExpressionContext.isWindow)
        })
      else {
        throw QueryError(
          .unsupported, "a subquery cannot be compared with a window function",
          help: "compute the window function in a subquery in FROM", at: subquery.range)
      }
      try attach(subquery, number: index, to: &result)
    }
    return result
  }

  private func attach(
    _ subquery: Subquery, number: Int, to result: inout Attached
  ) throws(QueryError) {
    let width = result.plan.schema.count
    switch subquery.kind {
    case .scalar: result.values[number] = try attach(scalar: subquery, to: &result.plan)
    case .exists:
      if subquery.plan.isSingleRow {
        result.values[number] = .constant(.boolean(true), .boolean)
        return
      }
      let pulled = try settled(subquery.forExistence, outer: result.plan)
      result.plan = JoinNode.make(
        .mark, result.plan, pulled.plan, pulled.conditions, subquery.references)
      result.values[number] = .column(width, .boolean)
    case .any(let comparisons):
      if subquery.plan.isSingleRow {
        // One row: the comparison with its values.
        var conditions = comparisons
        for index in subquery.plan.schema.fields.indices {
          var one = subquery
          one.kind = .scalar
          one.plan = subquery.plan.column(index)
          let value = try attach(scalar: one, to: &result.plan)
          conditions = conditions.map { $0.replacingInner(index, by: value) }
        }
        result.values[number] = conditions.count == 1 ? conditions[0] : .and(conditions)
        return
      }
      let pulled = try settled(subquery, outer: result.plan)
      result.plan = JoinNode.mark(
        result.plan, pulled, comparisons: comparisons, references: subquery.references)
      result.values[number] = .column(width, .boolean)
    }
  }

  /// Joins the one value of a subquery; what stands for it is given.
  private func attach(
    scalar subquery: Subquery, to plan: inout LogicalPlan
  ) throws(QueryError) -> BoundExpression {
    let width = plan.schema.count
    let type = subquery.plan.schema[0].type
    var pulled = try decorrelated(subquery, outer: plan)
    if pulled.conditions.isEmpty, pulled.whenEmpty == nil {
      let value = BoundExpression.column(pulled.positions[0], type)
      if subquery.plan.isSingleRow {
        let one = LogicalPlan.project(pulled.plan, [ProjectedExpression("#value", value)])
        plan = .join(JoinNode(kind: .inner, left: plan, right: one, keys: []))
        return .column(width, type)
      }
      let counted = LogicalPlan.singleRow(pulled.plan, value: value, groups: [])
      plan = .join(JoinNode(kind: .inner, left: plan, right: counted, keys: []))
      return SingleRow.value(count: width, value: width + 1, type, at: subquery.range)
    }
    if let whenEmpty = pulled.whenEmpty {
      // The groups are unique: a row without a group has the value of no rows.
      let found = pulled.plan.schema.count
      pulled.plan = pulled.plan.appending([
        ProjectedExpression("#found", .constant(.boolean(true), .boolean))
      ])
      plan = JoinNode.make(.left, plan, pulled.plan, pulled.conditions, subquery.references)
      let value = BoundExpression.column(width + pulled.positions[0], type)
      let otherwise = whenEmpty[0].replacingOuter(subquery.references)
      if otherwise.constantIsNull { return value }
      return .caseWhen(
        [.init(condition: .isNull(.column(width + found, .boolean), negated: true), result: value)],
        otherwise: otherwise, type)
    }
    let keyed = try Decorrelation(
      outer: plan, references: subquery.references, range: subquery.range
    ).keyed(pulled)
    let groups = keyed.keys.map(\.inner)
    let counted = LogicalPlan.singleRow(
      keyed.pulled.plan, value: .column(keyed.pulled.positions[0], type), groups: groups)
    let conditions = keyed.keys.enumerated().map { index, key in
      key.condition(inner: .column(index, key.inner.type))
    }
    plan = JoinNode.make(.left, plan, counted, conditions, subquery.references)
    return SingleRow.value(
      count: width + groups.count, value: width + groups.count + 1, type, at: subquery.range)
  }

  private func settled(
    _ subquery: Subquery, outer: LogicalPlan
  ) throws(QueryError) -> Decorrelation.Pulled {
    Decorrelation(outer: outer, references: subquery.references, range: subquery.range)
      .settled(try decorrelated(subquery, outer: outer))
  }

  private func decorrelated(
    _ subquery: Subquery, outer: LogicalPlan
  ) throws(QueryError) -> Decorrelation.Pulled {
    try Decorrelation(outer: outer, references: subquery.references, range: subquery.range)
      .pull(subquery.plan)
  }
}

extension Subquery {
  /// The same without what does not matter for whether there is a row.
  fileprivate var forExistence: Subquery {
    var result = self
    while true {
      switch result.plan {
      case .project(let input, _): result.plan = input
      case .sort(let input, _), .distinct(let input): result.plan = input
      case .limit(let input, let count, 0) where count.map({ $0 > 0 }) ?? true:
        result.plan = input
      default:
        // Without a condition one row says it all.
        if references.isEmpty { result.plan = .limit(result.plan, count: 1, offset: 0) }
        return result
      }
    }
  }
}

extension Decorrelation.Pulled {
  /// Comparisons with the subquery's columns, beside the conditions it was correlated by.
  func joined(_ comparisons: [BoundExpression]) -> [BoundExpression] {
    conditions
      + comparisons.map { comparison in
        self.comparison(comparison)
      }
  }

  /// A comparison over inner columns and, marked as outer, the enclosing query's own.
  func comparison(_ comparison: BoundExpression) -> BoundExpression {
    let result = try? comparison.rewritten { node throws(QueryError) in
      guard case .column(let index, let type) = node else { return nil }
      if (ExpressionContext.innerBase..<ExpressionContext.outerBase).contains(index) {
        return .column(positions[index - ExpressionContext.innerBase], type)
      }
      // A column of the enclosing query, told apart from the inner ones until the join is made.
      return .column(ExpressionContext.enclosingBase + index, type)
    }
    return result ?? comparison
  }
}

extension BoundExpression {
  fileprivate func replacingInner(_ number: Int, by value: BoundExpression) -> BoundExpression {
    let result = try? rewritten { node throws(QueryError) in
      guard case .column(ExpressionContext.innerBase + number, _) = node else { return nil }
      return value
    }
    return result ?? self
  }
}

extension LogicalPlan {
  /// Whether it gives exactly one row whatever it reads: an aggregate without groups.
  var isSingleRow: Bool {
    switch self {
    case .aggregate(let node): node.groups.isEmpty && node.groupingSets == [[]]
    case .project(let input, _), .sort(let input, _), .distinct(let input): input.isSingleRow
    case .limit(let input, let count, 0): input.isSingleRow && (count ?? 1) > 0
    case .values(let batch): batch.rowCount == 1
    default: false
    }
  }

  /// One column of it.
  fileprivate func column(_ index: Int) -> LogicalPlan {
    let field = schema[index]
    return .project(self, [ProjectedExpression(field.name, .column(index, field.type))])
  }

  /// All columns and more behind them.
  func appending(_ more: [ProjectedExpression]) -> LogicalPlan {
    let schema = self.schema
    return .project(
      self,
      schema.fields.indices.map {
        ProjectedExpression(schema[$0].name, .column($0, schema[$0].type))
      } + more)
  }

  /// For each group the number of rows and one value.
  fileprivate static func singleRow(
    _ plan: LogicalPlan, value: BoundExpression, groups: [BoundExpression]
  ) -> LogicalPlan {
    .aggregate(
      AggregateNode(
        input: plan,
        groups: groups.enumerated().map { ProjectedExpression("#key\($0)", $1) },
        groupingSets: [Array(groups.indices)],
        aggregates: [
          AggregateCall(.countStar, [], type: .int64, name: "#rows"),
          AggregateCall(.anyValue, [value], type: value.type, name: "#value"),
        ]))
  }
}

/// The value of a subquery that may have one row at most.
enum SingleRow {
  static func value(
    count: Int, value: Int, _ type: DataType, at range: SourceRange
  ) -> BoundExpression {
    let function = ScalarFunction(
      name: "single_row", usage: "single_row(rows, value)",
      resolve: { _ in nil },
      evaluate: { arguments, _, rowCount throws(QueryError) in
        let counts = arguments[0].longs
        for row in 0..<rowCount where !arguments[0].isNull(row) && counts[row] > 1 {
          throw QueryError(
            .type, "a subquery used as a value gave \(counts[row]) rows, not one",
            help: "use an aggregate, or ORDER BY … LIMIT 1", at: range)
        }
        return arguments[1]
      })
    return .call(function, [.column(count, .int64), .column(value, type)], type)
  }
}
