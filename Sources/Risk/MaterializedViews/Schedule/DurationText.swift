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

  /// For people: `850 ms`, `12 s`, `3 min 20 s`, `2 h 5 min`.
  package static func text(microseconds: Int64) -> String {
    let milliseconds = microseconds / 1000
    if milliseconds < 1000 { return "\(milliseconds) ms" }
    let seconds = milliseconds / 1000
    if seconds < 60 { return "\(seconds) s" }
    let minutes = seconds / 60
    if minutes < 60 { return "\(minutes) min \(seconds % 60) s" }
    return "\(minutes / 60) h \(minutes % 60) min"
  }
}
