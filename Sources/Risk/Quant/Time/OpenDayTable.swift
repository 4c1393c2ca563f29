/// The open days of some years of a calendar, by number.
struct OpenDayTable: Sendable {
  private let first: Int32
  /// Open days before each day, counted from `first`; one more entry than there are days.
  private let before: [Int32]
  private let openDays: [Int32]

  init(_ calendar: BusinessCalendar, from first: Int32, to last: Int32) {
    self.first = first
    var before: [Int32] = [0]
    var openDays: [Int32] = []
    if first <= last {
      for day in first...last {
        if calendar.isBusinessDay(day) { openDays.append(day) }
        before.append(Int32(openDays.count))
      }
    }
    self.before = before
    self.openDays = openDays
  }

  /// - Returns: `nil` for a day that is not in the table.
  func isOpen(_ day: Int32) -> Bool? {
    let index = Int(day) - Int(first)
    guard index >= 0, index < before.count - 1 else { return nil }
    return before[index] != before[index + 1]
  }

  /// As `BusinessCalendar.advance`; `nil` when the day or the answer is not in the table.
  func advance(_ day: Int32, by count: Int) -> Int32? {
    let index = Int(day) - Int(first)
    guard index >= 0, index < before.count - 1 else { return nil }
    let isOpen = before[index] != before[index + 1]
    let (sum, overflow) = Int(before[index]).addingReportingOverflow(count)
    guard !overflow else { return nil }
    // A closed day moves first: one step forward is spent on reaching the next open day.
    let target = !isOpen && count > 0 ? sum - 1 : sum
    guard target >= 0, target < openDays.count else { return nil }
    return openDays[target]
  }
}
