import Columnar
import QueryLanguage

// Rows of values, `(a, b)`, compared member by member.

extension Binder {
  /// `(a, b) operation (c, d)`; nil when neither side is a row.
  func bind(
    rows left: Expression, _ operation: BinaryOperator, _ right: Expression,
    in context: ExpressionContext, at range: SourceRange
  ) throws(QueryError) -> BoundExpression? {
    guard operation.isComparison, let comparison = ComparisonOperator(rawValue: operation.rawValue)
    else { return nil }
    switch (left.kind, right.kind) {
    case (.row(let first), .row(let second)):
      guard first.count == second.count else {
        throw QueryError(
          .type, "a row of \(first.count) values cannot be compared with one of \(second.count)",
          at: range)
      }
      var pairs: [(BoundExpression, BoundExpression)] = []
      for (one, other) in zip(first, second) {
        pairs.append((try bind(one, in: context), try bind(other, in: context)))
      }
      return try compared(pairs[...], comparison, at: range)
    case (.row(let members), .scalarSubquery(let query)):
      return try bind(
        Expression(.row(members), range: left.range), comparison, anyOf: query, in: context,
        at: range)
    default: return nil
    }
  }

  /// Equal in all members, or ordered by the first that differs.
  func compared(
    _ pairs: ArraySlice<(BoundExpression, BoundExpression)>, _ operation: ComparisonOperator,
    at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    guard let (left, right) = pairs.first else { return .constant(.boolean(true), .boolean) }
    switch operation {
    case .equal:
      var members: [BoundExpression] = []
      for (one, other) in pairs { members.append(try comparison(.equal, one, other, at: range)) }
      return members.count == 1 ? members[0] : .and(members)
    case .notEqual: return .not(try compared(pairs, .equal, at: range))
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      if pairs.count == 1 { return try comparison(operation, left, right, at: range) }
      let strict: ComparisonOperator =
        operation == .less || operation == .lessOrEqual ? .less : .greater
      return .or([
        try comparison(strict, left, right, at: range),
        .and([
          try comparison(.equal, left, right, at: range),
          try compared(pairs.dropFirst(), operation, at: range),
        ]),
      ])
    }
  }

  /// `(a, b) IN ((1, 2), (3, 4))`.
  func bind(
    row values: [Expression], in members: [Expression], negated: Bool,
    in context: ExpressionContext, at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    var alternatives: [BoundExpression] = []
    let row = Expression(.row(values), range: range)
    for member in members {
      guard
        let equality = try bind(rows: row, .equal, member, in: context, at: member.range)
      else {
        throw QueryError(
          .type, "a row of \(values.count) values can only be in a list of such rows",
          help: "write (a, b) IN ((1, 2), (3, 4))", at: member.range)
      }
      alternatives.append(equality)
    }
    let any: BoundExpression = alternatives.count == 1 ? alternatives[0] : .or(alternatives)
    return negated ? .not(any) : any
  }

  /// `list[a:b]`.
  func bind(
    slice list: Expression, from: Expression?, to: Expression?, in context: ExpressionContext,
    at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    let first = try from.map { value throws(QueryError) in try bind(value, in: context) }
    let last = try to.map { value throws(QueryError) in try bind(value, in: context) }
    let base = try bind(list, in: context)
    return try bind(
      function: base.type == .string && !base.constantIsNull ? "string_slice" : "list_slice",
      [
        base, first ?? .constant(.int64(1), .int64),
        last ?? .constant(.int64(-1), .int64),
      ], at: range)
  }
}
