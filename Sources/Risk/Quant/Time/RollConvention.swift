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
    let after = next(after: day)
    let before = previous(before: day)
    let month = CivilDate(dayNumber: day).month
    switch convention {
    case .unadjusted: return day
    case .following: return after
    case .preceding: return before
    case .modifiedFollowing:
      guard let after else { return nil }
      return CivilDate(dayNumber: after).month == month ? after : before
    case .modifiedPreceding:
      guard let before else { return nil }
      return CivilDate(dayNumber: before).month == month ? before : after
    }
  }
}
