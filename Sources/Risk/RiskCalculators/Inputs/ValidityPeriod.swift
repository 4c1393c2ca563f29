import Columnar

/// The days on which a row of a parameter table holds, both ends included.
struct ValidityPeriod: Sendable, Hashable {
  var from: CalendarDate
  /// Nil: until further notice.
  var to: CalendarDate?

  func contains(_ date: CalendarDate) -> Bool {
    if date < from { return false }
    if let to, date > to { return false }
    return true
  }
}
