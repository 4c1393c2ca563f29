/// A call: scalar, aggregate or window function, or a table function in FROM.
///
/// `EXTRACT(f FROM x)`, `SUBSTRING(s FROM a FOR n)`, `POSITION(a IN s)`, `TRIM(BOTH c FROM s)` and
/// `x AT TIME ZONE z` arrive here as `date_part('f', x)`, `substring(s, a, n)`, `strpos(s, a)`,
/// `trim | ltrim | rtrim(s, c)` and `timezone(z, x)`.
package struct FunctionCall: Sendable, Hashable {
  package var name: QualifiedName
  package var arguments: [Argument]
  /// `f(*)`: `arguments` is empty.
  package var isStar: Bool
  package var isDistinct: Bool
  /// `string_agg(x, ',' ORDER BY y)`.
  package var orderBy: [OrderItem]
  /// `percentile_cont(0.5) WITHIN GROUP (ORDER BY x)`.
  package var withinGroup: [OrderItem]
  package var filter: Expression?
  package var nulls: NullTreatment?
  package var over: WindowReference?
  /// Of a table function: `WITH ORDINALITY`.
  package var hasOrdinality = false

  package init(
    name: QualifiedName, arguments: [Argument] = [], isStar: Bool = false,
    isDistinct: Bool = false, orderBy: [OrderItem] = [], withinGroup: [OrderItem] = [],
    filter: Expression? = nil, nulls: NullTreatment? = nil, over: WindowReference? = nil
  ) {
    self.name = name
    self.arguments = arguments
    self.isStar = isStar
    self.isDistinct = isDistinct
    self.orderBy = orderBy
    self.withinGroup = withinGroup
    self.filter = filter
    self.nulls = nulls
    self.over = over
  }

  package enum NullTreatment: Sendable, Hashable {
    case ignore
    case respect
  }
}

/// Parameters and what is made of them; `lambda x: x * 2` arrives here too.
package struct Lambda: Sendable, Hashable {
  package var parameters: [Identifier]
  package var body: Expression

  package init(_ parameters: [Identifier], _ body: Expression) {
    self.parameters = parameters
    self.body = body
  }
}

/// One argument, positional or `name => value`.
package struct Argument: Sendable, Hashable {
  package indirect enum Value: Sendable, Hashable {
    case expression(Expression)
    /// `TABLE silver.x AS OF T-1`, `TABLE (SELECT …)`: a table handed to a table function.
    case table(TableReference)
    /// `x -> x * 2`, `(x, i) -> x + i`: what a function does with each member of a list.
    case lambda(Lambda)
  }
  package var name: Identifier?
  package var value: Value
  package var range: SourceRange

  package init(name: Identifier? = nil, value: Value, range: SourceRange = .synthesized) {
    self.name = name
    self.value = value
    self.range = range
  }

  package init(_ expression: Expression) {
    self.init(value: .expression(expression), range: expression.range)
  }

  /// The expression, when this is neither a table nor a lambda.
  package var expression: Expression? {
    if case .expression(let expression) = value { return expression }
    return nil
  }
}
