package import Columnar

/// An expression whose names are positions and whose types are settled.
///
/// Guarantees, made by the binder: the two sides of a comparison, the members of an IN list and the
/// branches of a CASE have one type; operands of `arithmetic` are as its case says; a predicate is
/// boolean. A null operand gives null unless the case says otherwise.
package indirect enum BoundExpression: Sendable, Hashable {
  case constant(Value, DataType)
  /// Position in the input batch.
  case column(Int, DataType)
  /// Both operands have the result type, except decimal `*` and `/`, whose operands are decimals of
  /// any scale and whose result type says the scale (× exact, ÷ rounded half to even), and dates
  /// (date ± int days → date, date − date → int).
  /// Overflow and division by zero are errors; doubles follow IEEE but for division by zero.
  case arithmetic(ArithmeticOperator, BoundExpression, BoundExpression, DataType)
  case negate(BoundExpression)
  /// NaN equals itself and is above every number; -0 equals 0.
  case comparison(ComparisonOperator, BoundExpression, BoundExpression)
  /// `IS NOT DISTINCT FROM` (or its negation): never null.
  case isDistinct(BoundExpression, BoundExpression, negated: Bool)
  /// Three-valued; two or more members.
  case and([BoundExpression])
  case or([BoundExpression])
  case not(BoundExpression)
  case isNull(BoundExpression, negated: Bool)
  /// Constants of the operand's type, not null; `hasNull` when the list also held a NULL.
  case inList(BoundExpression, [Value], hasNull: Bool, negated: Bool)
  /// LIKE on text; the pattern is constant or not.
  case like(
    BoundExpression, pattern: BoundExpression, escape: UInt8?, ignoreCase: Bool, negated: Bool)
  /// Searched CASE; no branch and no `otherwise` gives null.
  case caseWhen([CaseBranch], otherwise: BoundExpression?, DataType)
  /// `isTry`: null instead of an error.
  case cast(BoundExpression, DataType, isTry: Bool)
  case call(ScalarFunction, [BoundExpression], DataType)
  case list([BoundExpression], element: DataType)

  package struct CaseBranch: Sendable, Hashable {
    package var condition: BoundExpression
    package var result: BoundExpression
    package init(condition: BoundExpression, result: BoundExpression) {
      self.condition = condition
      self.result = result
    }
  }

  package var type: DataType {
    switch self {
    case .constant(_, let type), .column(_, let type), .arithmetic(_, _, _, let type),
      .caseWhen(_, _, let type), .cast(_, let type, _), .call(_, _, let type):
      type
    case .negate(let operand): operand.type
    case .comparison, .isDistinct, .and, .or, .not, .isNull, .inList, .like: .boolean
    case .list(_, let element): .list(element: Field("element", element))
    }
  }
}

package enum ArithmeticOperator: String, Sendable, Hashable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  /// Doubles and decimals.
  case divide = "/"
  /// Integers, truncating toward zero.
  case integerDivide = "//"
  case modulo = "%"
}

package enum ComparisonOperator: String, Sendable, Hashable {
  case equal = "="
  case notEqual = "<>"
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
}

/// A scalar function of one name, over whole columns.
///
/// Compared by name: there is one definition a name.
package struct ScalarFunction: Sendable, Hashable {
  package var name: String
  /// Result and coerced argument types for the given ones, or nil when no form fits. A nil argument
  /// type is an untyped NULL.
  package var resolve: @Sendable (_ types: [DataType?]) -> Signature?
  /// One column per argument, each with `rowCount` rows and the signature's types; gives `rowCount`
  /// rows of the result type.
  package var evaluate:
    @Sendable (_ arguments: [Column], _ result: DataType, _ rowCount: Int) throws(QueryError) ->
      Column
  /// Forms for messages and docs: `round(x decimal|double, digits int)`.
  package var usage: String

  package struct Signature: Sendable {
    package var arguments: [DataType]
    package var result: DataType
    package init(arguments: [DataType], result: DataType) {
      self.arguments = arguments
      self.result = result
    }
  }

  package init(
    name: String, usage: String,
    resolve: @escaping @Sendable (_ types: [DataType?]) -> Signature?,
    evaluate:
      @escaping @Sendable (_ arguments: [Column], _ result: DataType, _ rowCount: Int)
      throws(QueryError) -> Column
  ) {
    self.name = name
    self.usage = usage
    self.resolve = resolve
    self.evaluate = evaluate
  }

  package static func == (left: ScalarFunction, right: ScalarFunction) -> Bool {
    left.name == right.name
  }
  package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
