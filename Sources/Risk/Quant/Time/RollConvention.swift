/// Where a date goes that is no business day. The raw value is the spelling in tables.
package enum RollConvention: String, Sendable, Hashable, CaseIterable {
  case unadjusted
  /// The next business day.
  case following
  /// The next business day, unless it is in another month: then the one before.
  case modifiedFollowing = "modified_following"
  /// The business day before.
  case preceding
  /// The business day before, unless it is in another month: then the next one.
  case modifiedPreceding = "modified_preceding"
}

extension BusinessCalendar {
  /// The day itself when it is open.
  ///
  /// - Returns: `nil` when the result is no day number.
  package func roll(_ day: Int32, _ convention: RollConvention) -> Int32? {
    if convention == .unadjusted || isBusinessDay(day) { return day }
    switch convention {
    case .unadjusted: return day
    case .following: return next(after: day)
    case .preceding: return previous(before: day)
    case .modifiedFollowing:
      guard let after = next(after: day) else { return nil }
      return isSameMonth(day, after) ? after : previous(before: day)
    case .modifiedPreceding:
      guard let before = previous(before: day) else { return nil }
      return isSameMonth(day, before) ? before : next(after: day)
    }
  }

  private func isSameMonth(_ left: Int32, _ right: Int32) -> Bool {
    CivilDate(dayNumber: left).month == CivilDate(dayNumber: right).month
  }
}
