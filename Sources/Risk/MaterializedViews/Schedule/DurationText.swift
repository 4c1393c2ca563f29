import QueryLanguage

/// Durations of clauses such as FRESH WITHIN and EVERY.
package enum DurationText {
  /// In microseconds, a month as 30 days; nil when the text is no interval or too long.
  package static func microseconds(_ text: String) -> Int64? {
    guard let interval = IntervalText.parse(text) else { return nil }
    let (monthDays, tooLong) = interval.months.multipliedReportingOverflow(by: 30)
    let (days, tooMany) = monthDays.addingReportingOverflow(interval.days)
    let (micros, overflow) = days.multipliedReportingOverflow(by: 86_400_000_000)
    let (sum, carry) = micros.addingReportingOverflow(interval.microseconds)
    return tooLong || tooMany || overflow || carry ? nil : sum
  }
}
