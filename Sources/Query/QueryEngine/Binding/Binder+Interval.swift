import Columnar
import QueryLanguage

// Intervals: no column has one, but dates and timestamps move by them.

/// An interval whose parts may be computed: whole months, days and microseconds.
struct IntervalParts {
  var months: BoundExpression
  var days: BoundExpression
  var microseconds: BoundExpression

  static let zero = BoundExpression.constant(.int64(0), .int64)

  var isWithoutTime: Bool { microseconds == IntervalParts.zero }

  func mapped(
    _ change: (BoundExpression) throws(QueryError) -> BoundExpression
  ) throws(QueryError) -> IntervalParts {
    IntervalParts(
      months: try change(months), days: try change(days), microseconds: try change(microseconds))
  }
}

extension Binder {
  /// `date ± interval`; nil when no operand is an interval.
  func bind(
    interval left: Expression, _ operation: BinaryOperator, _ right: Expression,
    in context: ExpressionContext, at range: SourceRange
  ) throws(QueryError) -> BoundExpression? {
    guard operation == .add || operation == .subtract else { return nil }
    var interval: IntervalParts
    let moment: Expression
    if let parts = try intervalParts(right, in: context) {
      (interval, moment) = (parts, left)
    } else if operation == .add, let parts = try intervalParts(left, in: context) {
      (interval, moment) = (parts, right)
    } else {
      return nil
    }
    if operation == .subtract { interval = try interval.mapped(negative) }
    var base = try bind(moment, in: context)
    if base.type == .string, base.constant != nil {
      base = try coerced(base, to: .timestamp, at: range)
    }
    return try moved(base, by: interval, at: range)
  }

  /// A date or timestamp moved by an interval; a date by whole days stays one.
  func moved(
    _ base: BoundExpression, by interval: IntervalParts, at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    switch base.type {
    case .date where interval.isWithoutTime:
      return try bind(function: "date_plus", [base, interval.months, interval.days], at: range)
    case .date, .timestamp, .timestampNTZ:
      let instant =
        base.type == .date ? BoundExpression.cast(base, .timestamp, isTry: false) : base
      return try bind(
        function: "timestamp_plus",
        [instant, interval.months, interval.days, interval.microseconds], at: range)
    default:
      throw QueryError(
        .type, "an interval is added to a date or timestamp, not to \(base.type.sqlName)",
        at: range)
    }
  }

  private static let makers: [String: String] = [
    "to_years": "YEAR", "to_months": "MONTH", "to_weeks": "WEEK", "to_days": "DAY",
    "to_hours": "HOUR", "to_minutes": "MINUTE", "to_seconds": "SECOND",
    "to_milliseconds": "MILLISECOND", "to_microseconds": "MICROSECOND",
  ]

  /// The parts of an interval: a literal, a multiple of one, a sum, or `to_days(n)` and its kin.
  func intervalParts(
    _ expression: Expression, in context: ExpressionContext
  ) throws(QueryError) -> IntervalParts? {
    switch expression.kind {
    case .literal(.interval(let written)): return parts(written)
    case .unary(.minus, let operand):
      return try intervalParts(operand, in: context)?.mapped(negative)
    case .binary(let left, .multiply, let right):
      if let parts = try intervalParts(right, in: context) {
        return try times(parts, left, in: context)
      }
      guard let parts = try intervalParts(left, in: context) else { return nil }
      return try times(parts, right, in: context)
    case .binary(let left, let operation, let right)
    where operation == .add || operation == .subtract:
      guard let one = try intervalParts(left, in: context),
        var other = try intervalParts(right, in: context)
      else { return nil }
      if operation == .subtract { other = try other.mapped(negative) }
      return IntervalParts(
        months: try sum(one.months, other.months), days: try sum(one.days, other.days),
        microseconds: try sum(one.microseconds, other.microseconds))
    case .call(let call):
      guard let unit = Binder.makers[call.name.name.key], call.arguments.count == 1,
        let count = call.arguments[0].expression, let written = IntervalText.parse("1 \(unit)")
      else { return nil }
      return try times(parts(written), count, in: context)
    case .cast(let cast):
      guard case .interval = cast.type.kind, case .literal(.string(let text)) = cast.value.kind,
        let written = IntervalText.parse(text)
      else { return nil }
      return parts(written)
    default: return nil
    }
  }

  private func parts(_ written: IntervalLiteral) -> IntervalParts {
    IntervalParts(
      months: .constant(.int64(written.months), .int64),
      days: .constant(.int64(written.days), .int64),
      microseconds: .constant(.int64(written.microseconds), .int64))
  }

  private func times(
    _ parts: IntervalParts, _ count: Expression, in context: ExpressionContext
  ) throws(QueryError) -> IntervalParts {
    let factor = try coerced(try bind(count, in: context), to: .int64, at: count.range)
    return try parts.mapped { part throws(QueryError) in
      if part == IntervalParts.zero { return part }
      if part == .constant(.int64(1), .int64) { return factor }
      return .arithmetic(.multiply, factor, part, .int64)
    }
  }

  private func negative(_ part: BoundExpression) throws(QueryError) -> BoundExpression {
    if case .constant(.int64(let value), _) = part { return .constant(.int64(-value), .int64) }
    return .negate(part)
  }

  private func sum(
    _ left: BoundExpression, _ right: BoundExpression
  ) throws(QueryError) -> BoundExpression {
    if left == IntervalParts.zero { return right }
    if right == IntervalParts.zero { return left }
    return .arithmetic(.add, left, right, .int64)
  }
}
