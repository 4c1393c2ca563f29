/// A value expression. Parentheses are not kept: the printer puts back those that matter.
package struct Expression: Sendable, Hashable {
  package var kind: Kind
  package var range: SourceRange

  package init(_ kind: Kind, range: SourceRange = .synthesized) {
    self.kind = kind
    self.range = range
  }

  package indirect enum Kind: Sendable, Hashable {
    case literal(Literal)
    /// A column, optionally qualified by table, or by schema and table.
    case column(QualifiedName)
    /// `:name`; also `$1` with the name `1`.
    case parameter(Identifier)
    /// `*`, `t.*`, `* EXCLUDE (…) REPLACE (…)`; only in a select list (`COUNT(*)` is a call).
    case star(StarExpression)
    /// `DEFAULT` in `VALUES` of an insert and in `SET`.
    case defaultValue

    case unary(UnaryOperator, Expression)
    case binary(Expression, BinaryOperator, Expression)
    /// Two or more operands, flat: `a AND b AND c` has three.
    case and([Expression])
    /// Two or more operands, flat.
    case or([Expression])
    case not(Expression)

    case isNull(Expression, negated: Bool)
    /// `IS [NOT] TRUE | FALSE`; UNKNOWN is `isNull`.
    case isBoolean(Expression, Bool, negated: Bool)
    /// `IS [NOT] DISTINCT FROM`; `negated` means NOT DISTINCT.
    case isDistinct(Expression, Expression, negated: Bool)
    case between(BetweenExpression)
    case like(LikeExpression)
    /// `IN (a, b, …)`, at least one element.
    case inList(Expression, [Expression], negated: Bool)
    case inQuery(Expression, Query, negated: Bool)
    /// `x = ANY (…)`, `x < ALL (…)`.
    case quantified(QuantifiedComparison)
    case exists(Query)
    case scalarSubquery(Query)

    case caseWhen(CaseExpression)
    case cast(CastExpression)
    case call(FunctionCall)

    /// `[1, 2]`, also `ARRAY[1, 2]`.
    case list([Expression])
    /// `(a, b)`: two or more, in comparisons and `IN`.
    case row([Expression])
    /// `list[i]`, counted from 1.
    case element(Expression, index: Expression)
    /// `list[a:b]`, both ends included; a missing end is open.
    case slice(Expression, from: Expression?, to: Expression?)
  }
}

extension Expression {
  /// A star without a table's name and without changes.
  var isPlainStar: Bool { kind == .star(StarExpression()) }
}

package enum UnaryOperator: String, Sendable, Hashable, CaseIterable {
  case minus = "-"
  case plus = "+"
}

/// Raw values are the spelling the printer uses.
package enum BinaryOperator: String, Sendable, Hashable, CaseIterable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  /// `//`: truncating.
  case integerDivide = "//"
  case modulo = "%"
  /// `^`, also `**`: left associative as in PostgreSQL.
  case power = "^"
  case concatenate = "||"
  case equal = "="
  case notEqual = "<>"
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="

  package var isComparison: Bool {
    switch self {
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: true
    default: false
    }
  }
}

package struct BetweenExpression: Sendable, Hashable {
  package var value: Expression
  package var low: Expression
  package var high: Expression
  package var negated: Bool
  /// `BETWEEN SYMMETRIC`: the bounds in either order.
  package var symmetric: Bool

  package init(
    value: Expression, low: Expression, high: Expression, negated: Bool = false,
    symmetric: Bool = false
  ) {
    self.value = value
    self.low = low
    self.high = high
    self.negated = negated
    self.symmetric = symmetric
  }
}

package struct LikeExpression: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case like
    case ilike
    /// `~` or `REGEXP`: matches anywhere in the text.
    case regex
    /// `~*`: as `regex`, ignoring case.
    case regexIgnoringCase
  }
  package var kind: Kind
  package var value: Expression
  package var pattern: Expression
  /// `ESCAPE c`; nil is the backslash.
  package var escape: Expression?
  package var negated: Bool

  package init(
    kind: Kind, value: Expression, pattern: Expression, escape: Expression? = nil,
    negated: Bool = false
  ) {
    self.kind = kind
    self.value = value
    self.pattern = pattern
    self.escape = escape
    self.negated = negated
  }
}

package struct QuantifiedComparison: Sendable, Hashable {
  package enum Quantifier: Sendable, Hashable {
    case any
    case all
  }
  package enum Operand: Sendable, Hashable {
    case query(Query)
    /// An expression of list type.
    case list(Expression)
  }
  package var value: Expression
  package var comparison: BinaryOperator
  package var quantifier: Quantifier
  package var operand: Operand

  package init(
    value: Expression, comparison: BinaryOperator, quantifier: Quantifier, operand: Operand
  ) {
    self.value = value
    self.comparison = comparison
    self.quantifier = quantifier
    self.operand = operand
  }
}

package struct CaseExpression: Sendable, Hashable {
  package struct Branch: Sendable, Hashable {
    package var condition: Expression
    package var result: Expression

    package init(condition: Expression, result: Expression) {
      self.condition = condition
      self.result = result
    }
  }
  /// `CASE operand WHEN value …`; nil for the searched form.
  package var operand: Expression?
  package var branches: [Branch]
  package var otherwise: Expression?

  package init(operand: Expression? = nil, branches: [Branch], otherwise: Expression? = nil) {
    self.operand = operand
    self.branches = branches
    self.otherwise = otherwise
  }
}

/// `CAST(x AS t)`, `x::t`, `TRY_CAST(x AS t)`.
package struct CastExpression: Sendable, Hashable {
  package var value: Expression
  package var type: TypeName
  /// NULL instead of an error when the value does not fit.
  package var isTry: Bool

  package init(value: Expression, type: TypeName, isTry: Bool = false) {
    self.value = value
    self.type = type
    self.isTry = isTry
  }
}

/// `*` with its changes.
package struct StarExpression: Sendable, Hashable {
  package struct Replacement: Sendable, Hashable {
    package var expression: Expression
    package var name: Identifier

    package init(expression: Expression, name: Identifier) {
      self.expression = expression
      self.name = name
    }
  }
  /// `t` of `t.*`.
  package var qualifier: QualifiedName?
  package var exclude: [Identifier]
  package var replace: [Replacement]

  package init(
    qualifier: QualifiedName? = nil, exclude: [Identifier] = [], replace: [Replacement] = []
  ) {
    self.qualifier = qualifier
    self.exclude = exclude
    self.replace = replace
  }
}
