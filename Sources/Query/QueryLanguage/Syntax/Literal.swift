/// A constant as written. Numbers and dates keep their text: no value passes through a double.
package enum Literal: Sendable, Hashable {
  case null
  case boolean(Bool)
  case number(NumberLiteral)
  case string(String)
  /// `DATE '2025-09-30'`; the parser has checked that the day exists.
  case date(String)
  /// `TIMESTAMP '2025-10-01T18:00:00Z'`, text as written.
  case timestamp(String)
  case interval(IntervalLiteral)
}

/// An unsigned number as written, without `_` separators.
package struct NumberLiteral: Sendable, Hashable {
  package enum Form: Sendable, Hashable {
    /// Digits only.
    case integer
    /// Has a decimal point and no exponent: an exact decimal.
    case decimal
    /// Has an exponent: a double.
    case double
  }
  /// Digits, point and exponent, separators removed; parses with `Int64`, `Decimal128` or `Double`.
  package var digits: String
  package var form: Form

  package init(digits: String, form: Form) {
    self.digits = digits
    self.form = form
  }

  package init(_ value: Int) {
    self.init(digits: String(value), form: .integer)
  }
}

/// A span of time in the three units that do not convert into each other.
package struct IntervalLiteral: Sendable, Hashable {
  package var months: Int64
  package var days: Int64
  package var microseconds: Int64

  package init(months: Int64 = 0, days: Int64 = 0, microseconds: Int64 = 0) {
    self.months = months
    self.days = days
    self.microseconds = microseconds
  }
}
