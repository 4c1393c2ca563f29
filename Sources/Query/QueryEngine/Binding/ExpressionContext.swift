import Columnar
import QueryLanguage

/// Where an expression stands: which names it sees, and whether aggregates and window functions may
/// be called there.
///
/// Aggregates and window calls are collected while their expression is bound, and stand in it as
/// columns past every real one (`aggregateBase + i`, `windowBase + i`); `Binder+Select` then maps
/// them to the columns that the aggregate and window operators give.
final class ExpressionContext {
  static let aggregateBase = 1 << 20
  static let windowBase = 1 << 21
  /// Subqueries of the expression (see `Subquery`).
  static let subqueryBase = 1 << 22
  /// Lists of the select list that become rows (see `SelectBuilder.unnested`).
  static let unnestBase = 3 << 21
  /// Columns of a subquery, in the comparison with what stands before IN, ANY or ALL.
  static let innerBase = 1 << 23
  /// Columns of the query around the subquery that is being bound.
  static let outerBase = 1 << 24
  /// While a subquery is joined: columns of the plan that it is joined to.
  static let enclosingBase = 1 << 40

  /// Parameters of lambdas.
  static let lambdaBase = 1 << 44

  let scope: Scope
  /// Names of the select list that may be used when no column has the name.
  var aliases: [(name: Identifier, expression: Expression)] = []
  var allowsAggregates = false
  var allowsWindows = false
  /// For the message when they are not allowed: `WHERE`, `GROUP BY` …
  var clause = ""
  var aggregates: [AggregateCall] = []
  var windows: [WindowCall] = []
  var namedWindows: [NamedWindow] = []
  var allowsSubqueries = false
  /// Whether `unnest` may stand here, and the lists it has got.
  var allowsUnnest = false
  var unnests: [BoundExpression] = []
  var subqueries: [Subquery] = []
  /// Where each input column was last written, to point at it in a message.
  var columnRanges: [Int: SourceRange] = [:]
  /// Inside an aggregate's arguments: no aggregate may nest.
  var isInsideAggregate = false
  /// Parameters of the lambdas around, the innermost last; they stand as columns from `lambdaBase` on.
  var lambdaParameters: [(name: Identifier, type: DataType)] = []
  /// Aliases being expanded, against `a: b, b: a`.
  var openAliases: [Identifier] = []

  init(scope: Scope, clause: String = "") {
    self.scope = scope
    self.clause = clause
  }

  /// The column that stands for the call; an equal call is computed once.
  func register(_ call: AggregateCall) -> BoundExpression {
    var unnamed = call
    unnamed.name = ""
    if let index = aggregates.firstIndex(where: { known in
      var other = known
      other.name = ""
      return other == unnamed
    }) {
      return .column(ExpressionContext.aggregateBase + index, call.type)
    }
    aggregates.append(call)
    return .column(ExpressionContext.aggregateBase + aggregates.count - 1, call.type)
  }

  func register(_ subquery: Subquery, type: DataType) -> BoundExpression {
    subqueries.append(subquery)
    return .column(ExpressionContext.subqueryBase + subqueries.count - 1, type)
  }

  static func isSubquery(_ index: Int) -> Bool { (subqueryBase..<unnestBase).contains(index) }
  static func isWindow(_ index: Int) -> Bool { (windowBase..<subqueryBase).contains(index) }
  static func isUnnest(_ index: Int) -> Bool { (unnestBase..<innerBase).contains(index) }
  static func isCall(_ index: Int) -> Bool { (aggregateBase..<innerBase).contains(index) }

  func register(_ call: WindowCall) -> BoundExpression {
    windows.append(call)
    return .column(ExpressionContext.windowBase + windows.count - 1, call.type)
  }
}
