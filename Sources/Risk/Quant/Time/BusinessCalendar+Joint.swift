extension BusinessCalendar {
  /// Open where all of several centres are open: what a payment in each of them needs.
  ///
  /// - Throws: `invalidParameter` when there is no calendar, or their weekends leave no day open.
  package init(openInAllOf calendars: [BusinessCalendar]) throws(QuantError) {
    guard let first = calendars.first else {
      throw QuantError.invalidParameter(
        name: "calendars", found: "none", expected: "one or more")
    }
    var weekend = first.weekend
    var holidays = first.holidays
    for calendar in calendars.dropFirst() {
      weekend.formUnion(calendar.weekend)
      holidays += calendar.holidays
    }
    try self.init(weekend: weekend, holidays: holidays)
  }

  /// Open where at least one of two centres is open.
  ///
  /// - Throws: `invalidParameter` when the weekends differ: a day that is closed in one centre by
  ///   its weekend and in the other by a holiday has no place in this type.
  package init(openInEither left: BusinessCalendar, _ right: BusinessCalendar) throws(QuantError) {
    guard left.weekend == right.weekend else {
      throw QuantError.invalidParameter(
        name: "calendars", found: "different weekends", expected: "equal weekends")
    }
    let both = Set(left.holidays).intersection(right.holidays)
    try self.init(weekend: left.weekend, holidays: both)
  }

  /// BUS/252: business days from `start`, included, to `end` over 252.
  package func business252(from start: Int32, to end: Int32) -> Double {
    Double(businessDays(from: start, to: end)) / 252
  }
}
