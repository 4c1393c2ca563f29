import Columnar
import QueryLanguage

// Operands brought to one type, and the operators that need it.

extension Binder {
  /// Text constants and untyped NULLs take the type of what they stand beside.
  private func isAdaptable(_ expression: BoundExpression) -> Bool {
    if expression.isFailure { return true }
    guard case .constant(let value, .string) = expression else { return false }
    if case .string = value { return true }
    return value.isNull
  }

  /// The type that all members can have; text constants do not vote.
  func commonType(
    _ members: [BoundExpression], what: String, at range: SourceRange?
  ) throws(QueryError) -> DataType {
    var result: DataType?
    for member in members where !isAdaptable(member) {
      if member.isUntypedList, !members.allSatisfy({ $0.isUntypedList || $0.constantIsNull }) {
        continue
      }
      guard let known = result else {
        result = member.type
        continue
      }
      guard let common = Coercion.common(known, member.type) else {
        throw QueryError(
          .type, "\(what) are of types \(known.sqlName) and \(member.type.sqlName)",
          help: "cast one of them", at: range)
      }
      result = common
    }
    return result ?? members.first { !$0.constantIsNull }?.type ?? members.first?.type ?? .string
  }

  /// The expression as `type`: constants are converted now, others get a cast.
  func coerced(
    _ expression: BoundExpression, to type: DataType, at range: SourceRange?
  ) throws(QueryError) -> BoundExpression {
    if expression.type == type { return expression }
    if case .call(let failure, let words, _) = expression, expression.isFailure {
      return .call(failure, words, type)
    }
    if let value = expression.constant {
      if value.isNull { return .constant(.null, type) }
      if let converted = Coercion.constant(value, to: type) { return .constant(converted, type) }
      if isAdaptable(expression) {
        throw QueryError(
          .type, "\(ValueText.sql(value)) cannot be read as \(type.sqlName)",
          help: helpForText(as: type), at: range)
      }
    }
    if case .constant(.list(let values), _) = expression, let element = type.memberType,
      let converted = Coercion.constants(values, to: element)
    {
      return .constant(.list(converted), type)
    }
    if case .list(let members, _) = expression, let element = type.memberType {
      var converted: [BoundExpression] = []
      for member in members { converted.append(try coerced(member, to: element, at: range)) }
      let list = BoundExpression.list(converted, element: element)
      if list.type == type { return list }
    }
    guard Coercion.isImplicit(expression.type, to: type) else {
      throw QueryError(
        .type, "\(expression.type.sqlName) does not become \(type.sqlName) by itself",
        help: "write CAST(… AS \(type.sqlName))", at: range)
    }
    return .cast(expression, type, isTry: false)
  }

  private func helpForText(as type: DataType) -> String? {
    switch type {
    case .date: "dates are written as '2025-09-30'"
    case .timestamp, .timestampNTZ: "times are written as '2025-09-30T18:00:00Z'"
    case .boolean: "write TRUE or FALSE"
    default:
      type.isNumeric ? "a text beside numbers must be a number, or cast the others to string" : nil
    }
  }

  /// A number written where a text or date is wanted.
  private func helpForMixed(_ left: Expression, _ right: Expression) -> String {
    for side in [right, left] {
      guard case .literal(.number(let number)) = side.kind else { continue }
      let digits = Array(number.digits)
      if digits.count == 8, number.form == .integer {
        let date = "\(String(digits[..<4]))-\(String(digits[4..<6]))-\(String(digits[6...]))"
        if CalendarDate(date) != nil { return "write the date as '\(date)'" }
      }
      return "write '\(number.digits)' to compare texts, or cast the other side to a number"
    }
    return "cast one of them"
  }

  /// Both operands in their common type.
  ///
  /// - Parameter sides: Where the operands stand, for what is wrong with one of them.
  func unified(
    _ left: BoundExpression, _ right: BoundExpression, what: String, at range: SourceRange,
    sides: (SourceRange, SourceRange)? = nil
  ) throws(QueryError) -> (BoundExpression, BoundExpression) {
    let type: DataType
    if let narrowed = constantInColumnType(left, right) {
      type = narrowed
    } else {
      type = try commonType([left, right], what: "the operands of \(what)", at: range)
    }
    return (
      try coerced(left, to: type, at: sides?.0 ?? range),
      try coerced(right, to: type, at: sides?.1 ?? range)
    )
  }

  /// A number constant beside a column takes the column's type when it fits exactly, so that the
  /// column is compared as it is stored.
  private func constantInColumnType(
    _ left: BoundExpression, _ right: BoundExpression
  ) -> DataType? {
    for (constant, other) in [(left, right), (right, left)] {
      guard let value = constant.constant, !value.isNull, other.constant == nil,
        other.type.isNumeric, constant.type.isNumeric,
        let converted = Coercion.constant(value, to: other.type),
        ValueText.isSameNumber(value, converted)
      else { continue }
      return other.type
    }
    return nil
  }

  func comparison(
    _ operation: ComparisonOperator, _ left: BoundExpression, _ right: BoundExpression,
    at range: SourceRange, sides: (SourceRange, SourceRange)? = nil
  ) throws(QueryError) -> BoundExpression {
    let (first, second) = try unified(
      left, right, what: operation.rawValue, at: range, sides: sides)
    switch first.type {
    case .structure, .map:
      throw QueryError(.type, "\(first.type.sqlName) cannot be compared", at: range)
    default: return .comparison(operation, first, second)
    }
  }

  /// `x = NULL` is legal and never true: worth a warning.
  private func noteNull(_ left: Expression, _ operation: BinaryOperator, _ right: Expression) {
    guard operation == .equal || operation == .notEqual else { return }
    for side in [left, right] {
      guard case .literal(.null) = side.kind else { continue }
      let test = operation == .equal ? "IS NULL" : "IS NOT NULL"
      warnings.append(
        QueryError(
          .type, "a comparison with NULL is never true", help: "write \(test)",
          at: SourceRange(
            min(left.range.start, right.range.start), max(left.range.end, right.range.end))))
      return
    }
  }

  func negated(
    _ operand: BoundExpression, by operation: UnaryOperator, at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    guard operand.type.isNumeric || operand.constantIsNull else {
      throw QueryError(
        .type, "\(operation.rawValue) wants a number, this is \(operand.type.sqlName)", at: range)
    }
    guard operation == .minus else { return operand }
    switch operand.constant {
    case .int32(let value)? where value != .min: return .constant(.int32(-value), .int32)
    case .int64(let value)? where value != .min:
      // -2147483648 is an int though its digits alone are not.
      return Int32(exactly: -value).map { .constant(.int32($0), .int32) }
        ?? .constant(.int64(-value), .int64)
    case .decimal(let value)?:
      if value.scale == 0, let whole = Int64(exactly: -value.mantissa) {
        return .constant(.int64(whole), .int64)
      }
      return .constant(
        .decimal(Decimal128(mantissa: -value.mantissa, scale: value.scale)), operand.type)
    case .double(let value)?: return .constant(.double(-value), .double)
    default: return .negate(operand)
    }
  }

  func bind(
    binary left: Expression, _ operation: BinaryOperator, _ right: Expression,
    in context: ExpressionContext, at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    if let shifted = try bind(interval: left, operation, right, in: context, at: range) {
      return shifted
    }
    if let rows = try bind(rows: left, operation, right, in: context, at: range) { return rows }
    let first = try bind(left, in: context)
    let second = try bind(right, in: context)
    if operation.isComparison {
      noteNull(left, operation, right)
      let comparison = ComparisonOperator(rawValue: operation.rawValue) ?? .equal
      guard
        isAdaptable(first) || isAdaptable(second) || first.constantIsNull
          || second.constantIsNull || first.isUntypedList || second.isUntypedList
          || Coercion.common(first.type, second.type) != nil
      else {
        throw QueryError(
          .type,
          "the operands of \(operation.rawValue) are of types \(first.type.sqlName) and "
            + second.type.sqlName, help: helpForMixed(left, right), at: range)
      }
      return try self.comparison(
        comparison, first, second, at: range, sides: (left.range, right.range))
    }
    switch operation {
    case .concatenate:
      let texts = try [first, second].map { operand throws(QueryError) in
        guard !operand.type.isNested else {
          throw QueryError(
            .type, "|| joins texts, this is \(operand.type.sqlName)", at: range)
        }
        return operand.type == .string ? operand : .cast(operand, .string, isTry: false)
      }
      return try bind(function: "concat_operator", texts, at: range)
    case .power: return try bind(function: "power", [first, second], at: range)
    default:
      guard let arithmetic = ArithmeticOperator(rawValue: operation.rawValue) else {
        throw QueryError(.unsupported, "operator \(operation.rawValue)", at: range)
      }
      return try self.arithmetic(arithmetic, first, second, at: range)
    }
  }

  func arithmetic(
    _ operation: ArithmeticOperator, _ left: BoundExpression, _ right: BoundExpression,
    at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    if let dates = try dateArithmetic(operation, left, right, at: range) { return dates }
    var first = left
    var second = right
    // A text constant beside a number is read as that number's type.
    if isAdaptable(first), second.type.isNumeric {
      first = try coerced(first, to: second.type, at: range)
    } else if isAdaptable(second), first.type.isNumeric {
      second = try coerced(second, to: first.type, at: range)
    }
    guard first.type.isNumeric, second.type.isNumeric else {
      let other = first.type.isNumeric ? second.type : first.type
      throw QueryError(
        .type,
        "\(operation.rawValue) wants numbers, found \(first.type.sqlName) and "
          + "\(second.type.sqlName)",
        help: "cast the \(other.sqlName) to a number", at: range)
    }
    if first.type.isFloating || second.type.isFloating {
      if operation == .integerDivide {
        throw QueryError(.type, "// divides whole numbers", help: "use / for doubles", at: range)
      }
      return .arithmetic(
        operation, try coerced(first, to: .double, at: range),
        try coerced(second, to: .double, at: range), .double)
    }
    if first.type.isInteger, second.type.isInteger {
      if operation == .divide {
        return .arithmetic(
          operation, try coerced(first, to: .double, at: range),
          try coerced(second, to: .double, at: range), .double)
      }
      let type: DataType = first.type == .int64 || second.type == .int64 ? .int64 : .int32
      return .arithmetic(
        operation, try coerced(first, to: type, at: range),
        try coerced(second, to: type, at: range), type)
    }
    return try decimalArithmetic(operation, first, second, at: range)
  }

  private func decimalArithmetic(
    _ operation: ArithmeticOperator, _ left: BoundExpression, _ right: BoundExpression,
    at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    let first = try asDecimal(left, at: range)
    let second = try asDecimal(right, at: range)
    guard let one = Coercion.decimal(first.type), let two = Coercion.decimal(second.type) else {
      throw QueryError(.type, "decimal arithmetic wants decimals", at: range)
    }
    let type = Coercion.decimalResult(operation, one, two)
    if operation == .multiply || operation == .divide {
      return .arithmetic(operation, first, second, type)
    }
    return .arithmetic(
      operation, try coerced(first, to: type, at: range), try coerced(second, to: type, at: range),
      type)
  }

  /// Integers become decimals of scale 0: constants with just their digits.
  private func asDecimal(
    _ expression: BoundExpression, at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    guard expression.type.isInteger else { return expression }
    if let value = expression.constant,
      case .decimal(let number)? = Coercion.constant(value, to: .decimal(precision: 19, scale: 0))
    {
      return .constant(.decimal(number), .decimal(precision: number.digits, scale: 0))
    }
    let precision = expression.type == .int32 ? 10 : 19
    return try coerced(expression, to: .decimal(precision: precision, scale: 0), at: range)
  }

  /// `date ± days` and `date − date`; nil when no date takes part.
  private func dateArithmetic(
    _ operation: ArithmeticOperator, _ left: BoundExpression, _ right: BoundExpression,
    at range: SourceRange
  ) throws(QueryError) -> BoundExpression? {
    switch (left.type, operation, right.type) {
    case (.date, .subtract, .date): return .arithmetic(.subtract, left, right, .int32)
    case (.date, .subtract, .string) where isAdaptable(right):
      return .arithmetic(.subtract, left, try coerced(right, to: .date, at: range), .int32)
    case (.date, .add, .int32), (.date, .subtract, .int32):
      return .arithmetic(operation, left, right, .date)
    case (.int32, .add, .date): return .arithmetic(.add, right, left, .date)
    case (.date, _, _), (_, _, .date), (.timestamp, _, _), (_, _, .timestamp):
      throw QueryError(
        .type,
        "\(left.type.sqlName) \(operation.rawValue) \(right.type.sqlName) has no meaning",
        help: "days or an INTERVAL can be added to a date; two dates can be subtracted", at: range)
    default: return nil
    }
  }
}

extension BoundExpression {
  /// A list without members that have a type: `[]`, `[NULL]`, `[[]]`.
  var isUntypedList: Bool {
    switch self {
    case .list(let members, _):
      return members.allSatisfy { $0.constant == .null || $0.isUntypedList }
    case .constant(.list(let values), _): return values.allSatisfy(\.isUntyped)
    default: return false
    }
  }

  var constantIsNull: Bool { constant?.isNull ?? false }
}

extension Value {
  /// NULL, or a list of nothing else.
  fileprivate var isUntyped: Bool {
    if case .list(let members) = self { return members.allSatisfy(\.isUntyped) }
    return isNull
  }
}

extension Coercion {
  /// The members of a list as values of another type; nil when one is none.
  fileprivate static func constants(_ values: [Value], to type: DataType) -> [Value]? {
    var result: [Value] = []
    for value in values {
      if case .list(let members) = value, let element = type.memberType {
        guard let converted = constants(members, to: element) else { return nil }
        result.append(.list(converted))
      } else {
        guard let converted = constant(value, to: type) else { return nil }
        result.append(converted)
      }
    }
    return result
  }
}

extension ValueText {
  /// Whether two numeric constants are the same number, whatever their types.
  static func isSameNumber(_ left: Value, _ right: Value) -> Bool {
    switch (number(left), number(right)) {
    case (let first?, let second?): Decimal128.compare(first, second) == 0
    default:
      switch (left, right) {
      case (.double(let first), .double(let second)): first == second
      case (.decimal, .double), (.int32, .double), (.int64, .double): true
      default: false
      }
    }
  }

  private static func number(_ value: Value) -> Decimal128? {
    switch value {
    case .int32(let number): Decimal128(mantissa: Int128(number), scale: 0)
    case .int64(let number): Decimal128(mantissa: Int128(number), scale: 0)
    case .decimal(let number): number
    default: nil
    }
  }
}

extension BoundExpression {
  /// `error(…)`, which has no value and so any type.
  fileprivate var isFailure: Bool {
    if case .call(let function, _, _) = self { function.name == "error" } else { false }
  }
}
