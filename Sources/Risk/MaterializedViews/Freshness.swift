package import Columnar
import LakeCatalog
package import QueryEngine
import QueryLanguage

/// How old the numbers of a view are, judged by business date: a refresh of one date says nothing
/// about another.
package enum Freshness {
  /// Runs that are looked back at; what none of them covers counts as never built.
  private static let runsMax = 64

  /// From when on the view is later than FRESH WITHIN allows, in microseconds since the epoch; nil
  /// without the clause, or when nothing is stale.
  package static func lateFrom(
    _ step: RefreshPlan.Step, _ host: any ViewHost
  ) throws(QueryError) -> Int64? {
    guard let limit = step.view.freshWithinMicroseconds, step.scope != .nothing else { return nil }
    let runs = try host.runs(
      of: step.view.name, status: RunStatus.succeeded, limit: runsMax)
    guard !runs.isEmpty else { return 0 }
    // The last time when nothing was left stale.
    var whole: Int64 = 0
    for run in runs where try RunDetail(of: run).pending == .none {
      whole = run.startedMicroseconds
      break
    }
    var oldest = whole
    if case .dates(let dates) = step.scope {
      oldest =
        dates.map { date in
          max(whole, runs.first { $0.dates.contains(date) }?.startedMicroseconds ?? 0)
        }.min() ?? whole
    }
    let (from, overflow) = oldest.addingReportingOverflow(limit)
    return overflow ? nil : from
  }

  /// What `READY BY` asks for at a moment.
  package struct Deadline: Sendable, Hashable {
    /// The business date whose rows must be published and not be stale.
    package var date: CalendarDate
    /// Since when they must be; and when the next date is due, in microseconds since the epoch.
    package var since: Int64
    package var next: Int64
  }

  /// On each business day at the time of `READY BY` the rows of the business day before are due, by
  /// the clocks and the calendar of the view's CRON, else in UTC and by weekends or the calendar of
  /// its BUSINESS DATE.
  ///
  /// - Returns: Nil without the clause.
  package static func deadline(
    of view: ViewDefinition, now: Int64, in host: any TickHost
  ) throws(QueryError) -> Deadline? {
    guard let text = view.statement.readyBy, let second = secondOfDay(text.text) else { return nil }
    var zone = TimeZoneRules.utc
    var calendar = view.statement.businessDate?.calendar
    if case .cron(_, let zoneName, let own) = view.refresh {
      if let zoneName { zone = try host.zone(zoneName) }
      calendar = own ?? calendar
    }
    let holidays =
      try calendar.map { name throws(QueryError) in try host.holidays(of: name) } ?? []
    let isOpen = { (day: CalendarDate) in !day.isWeekend && !holidays.contains(day) }
    let today = zone.date(at: Int64((Double(now) / 1_000_000).rounded(.down)))
    var due: CalendarDate?
    var day = today
    for _ in 0..<60 where due == nil {
      if isOpen(day), zone.instant(of: day, second: second) * 1_000_000 <= now { due = day }
      if due == nil { day.days -= 1 }
    }
    guard let due else { return nil }
    var before = due
    repeat { before.days -= 1 } while !isOpen(before) && due.days - before.days < 60
    var next = due
    repeat { next.days += 1 } while !isOpen(next) && next.days - due.days < 60
    return Deadline(
      date: before, since: zone.instant(of: due, second: second) * 1_000_000,
      next: zone.instant(of: next, second: second) * 1_000_000)
  }

  /// Whether rows of the date are published and are not stale.
  package static func isReady(
    _ date: CalendarDate, _ step: RefreshPlan.Step, _ host: any ViewHost
  ) throws(QueryError) -> Bool {
    switch step.scope {
    case .all: return false
    case .dates(let stale): if stale.contains(date) { return false }
    case .nothing: break
    }
    let rows = try host.bind(step.view.rowsQuery(), inputs: .current)
    return try rows.plan.scans.first?.table.businessDate?.dates().contains(date) ?? true
  }

  private static func secondOfDay(_ text: String) -> Int64? {
    let parts = text.split(separator: ":").compactMap { Int64($0) }
    guard (2...3).contains(parts.count), (0...23).contains(parts[0]), (0...59).contains(parts[1])
    else { return nil }
    return parts[0] * 3600 + parts[1] * 60 + (parts.count == 3 ? parts[2] : 0)
  }
}
