import Columnar
import QueryLanguage

// Subqueries inside expressions: bound on their own, collected in the context they stand in.

extension Binder {
  func bind(
    scalar query: Query, in context: ExpressionContext, at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    var subquery = try bind(subquery: query, .scalar, in: context, at: range)
    let schema = subquery.plan.schema
    guard schema.count == 1 else {
      throw QueryError(
        .type, "a subquery used as a value has \(schema.count) columns, not one",
        help: "keep one, or write a subquery for each", at: range)
    }
    subquery.range = range
    return context.register(subquery, type: schema[0].type)
  }

  func bind(
    exists query: Query, in context: ExpressionContext, at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    let subquery = try bind(subquery: query, .exists, in: context, at: range)
    return context.register(subquery, type: .boolean)
  }

  /// `value operation ANY (query)`; the value may be a row of as many members as the query's columns.
  func bind(
    _ value: Expression, _ operation: ComparisonOperator, anyOf query: Query,
    in context: ExpressionContext, at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    let written: [Expression] = if case .row(let members) = value.kind { members } else { [value] }
    var values: [BoundExpression] = []
    for member in written { values.append(try bind(member, in: context)) }
    var subquery = try bind(subquery: query, .exists, in: context, at: range)
    let schema = subquery.plan.schema
    guard schema.count == values.count else {
      throw QueryError(
        .type,
        "\(values.count) value\(values.count == 1 ? "" : "s") cannot be compared with a subquery "
          + "of \(schema.count) columns",
        help: "the subquery gives one column a value: (a, b) IN (SELECT a, b …)", at: range)
    }
    var comparisons: [BoundExpression] = []
    if values.count > 1, operation != .equal {
      let pairs = values.enumerated().map { index, member in
        let column = BoundExpression.column(
          ExpressionContext.innerBase + index, schema[index].type)
        return (member, column)
      }
      subquery.kind = .any([try compared(pairs[...], operation, at: range)])
      return context.register(subquery, type: .boolean)
    }
    for (index, member) in values.enumerated() {
      var column = BoundExpression.column(
        ExpressionContext.innerBase + index, schema[index].type)
      if subquery.plan.isUntypedNull(index), member.type != .string {
        column = .cast(column, member.type, isTry: true)
      }
      comparisons.append(try comparison(operation, member, column, at: range))
    }
    subquery.kind = .any(comparisons)
    return context.register(subquery, type: .boolean)
  }

  func bind(
    _ quantified: QuantifiedComparison, in context: ExpressionContext, at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    guard let operation = ComparisonOperator(rawValue: quantified.comparison.rawValue) else {
      throw QueryError(.type, "ANY and ALL take a comparison", at: range)
    }
    let isAll = quantified.quantifier == .all
    switch quantified.operand {
    case .query(let query):
      // For all rows it holds when for no row the opposite does.
      let any = try bind(
        quantified.value, isAll ? operation.negated : operation, anyOf: query, in: context,
        at: range)
      return isAll ? .not(any) : any
    case .list(let list):
      guard case .list(let members) = list.kind, !members.isEmpty else {
        guard operation == .equal, !isAll else {
          throw QueryError(
            .unsupported, "\(isAll ? "ALL" : "ANY") of a list column takes = ANY only", at: range)
        }
        return try bind(
          function: "list_contains",
          [try bind(list, in: context), try bind(quantified.value, in: context)], at: range)
      }
      let value = try bind(quantified.value, in: context)
      var comparisons: [BoundExpression] = []
      for member in members {
        comparisons.append(
          try comparison(operation, value, try bind(member, in: context), at: range))
      }
      return comparisons.count == 1
        ? comparisons[0] : isAll ? .and(comparisons) : .or(comparisons)
    }
  }

  private func bind(
    subquery query: Query, _ kind: Subquery.Kind, in context: ExpressionContext,
    at range: SourceRange
  ) throws(QueryError) -> Subquery {
    guard context.allowsSubqueries else {
      let place = context.clause.isEmpty ? "this place" : context.clause
      throw QueryError(
        .unsupported, "\(place) cannot have a subquery",
        help: "subqueries stand in WHERE, HAVING, QUALIFY, ORDER BY and the select list", at: range)
    }
    let frame = OuterFrame(context)
    outerFrames.append(frame)
    defer { outerFrames.removeLast() }
    let bound = try bind(query)
    return Subquery(
      kind: kind, plan: bound.plan, references: frame.references,
      isInsideAggregate: context.isInsideAggregate, range: range)
  }

  /// A name that only a query around the subquery knows; nil when none does.
  ///
  /// - Parameter byTable: The name is a table's, and means its only column.
  func outerColumn(
    _ name: QualifiedName, level: Int, byTable: Bool = false
  ) throws(QueryError) -> BoundExpression? {
    guard level >= 0 else { return nil }
    let frame = outerFrames[level]
    let scope = frame.context.scope
    if let index = try byTable ? scope.onlyColumn(of: name) : scope.resolve(name) {
      frame.context.columnRanges[index] = name.range
      return frame.marker(.column(index, scope.columns[index].type))
    }
    return try outerColumn(name, level: level - 1, byTable: byTable).map { frame.marker($0) }
  }
}

extension ComparisonOperator {
  /// What holds exactly when this does not, nulls aside.
  var negated: ComparisonOperator {
    switch self {
    case .equal: .notEqual
    case .notEqual: .equal
    case .less: .greaterOrEqual
    case .lessOrEqual: .greater
    case .greater: .lessOrEqual
    case .greaterOrEqual: .less
    }
  }
}

extension LogicalPlan {
  /// Whether a column is nothing but a NULL that was not cast.
  fileprivate func isUntypedNull(_ column: Int) -> Bool {
    guard case .project(_, let expressions) = self, expressions.indices.contains(column),
      case .constant(.null, .string) = expressions[column].expression
    else { return false }
    return true
  }
}
