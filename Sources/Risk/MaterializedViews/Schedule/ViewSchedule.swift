package import Columnar
package import QueryEngine
package import QueryLanguage

/// When a view is to be refreshed, as its definition says.
package struct ViewSchedule: Sendable {
  package enum Rule: Sendable {
    case manual
    /// Whenever an input has changed.
    case onCommit
    /// In microseconds from one start to the next.
    case every(Int64)
    case cron(CronSchedule)
  }

  /// Why a view is due.
  package enum Due: Sendable, Hashable {
    /// It was to start at this time, in microseconds since the epoch; later times that passed since
    /// are made good by the same refresh.
    case scheduled(Int64)
    /// It has never been refreshed.
    case first
    case changed
    /// After so many failures.
    case retry(Int)
    /// The last start lies in the future: the clock was set back.
    case clockSetBack
  }

  /// What is known of a view when a tick looks at it.
  package struct Situation: Sendable {
    /// Microseconds since the epoch.
    package var now: Int64
    /// The newest lake snapshot.
    package var head: Int64
    package var state: ScheduleState?
    /// When the view was defined, in microseconds since the epoch.
    package var definedAt: Int64
    /// The start of its last run, scheduled or not.
    package var lastRunStart: Int64?
    /// What changed since the last run, in words; nil: nothing. Only ON COMMIT asks.
    package var changes: String?

    package init(
      now: Int64, head: Int64, state: ScheduleState? = nil, definedAt: Int64,
      lastRunStart: Int64? = nil, changes: String? = nil
    ) {
      self.now = now
      self.head = head
      self.state = state
      self.definedAt = definedAt
      self.lastRunStart = lastRunStart
      self.changes = changes
    }
  }

  package let rule: Rule
  package let backoff: Backoff

  /// A start this far ahead of the clock, a day in microseconds, was not made by a clock that a time
  /// server put right.
  private static let distrust: Int64 = 86_400_000_000

  package init(rule: Rule, backoff: Backoff) {
    self.rule = rule
    self.backoff = backoff
  }

  /// - Parameters:
  ///   - zone: The rules of a zone by its name.
  ///   - holidays: Days off of a calendar by its name, besides weekends.
  /// - Throws: `.syntax` for a schedule that is none, `.time` for one that never comes, and what the
  ///   closures throw.
  package init(
    _ view: ViewDefinition,
    zone: (TextLiteral) throws(QueryError) -> TimeZoneRules,
    holidays: (Identifier) throws(QueryError) -> Set<CalendarDate>
  ) throws(QueryError) {
    let rule: Rule
    switch view.refresh {
    case .manual: rule = .manual
    case .onCommit: rule = .onCommit
    case .every(let text):
      guard let interval = DurationText.microseconds(text.text), interval > 0 else {
        throw QueryError(
          .syntax, "'\(text.text)' is not a duration", help: "write EVERY '30 minutes'",
          at: text.range)
      }
      rule = .every(interval)
    case .cron(let text, let zoneName, let calendar):
      rule = .cron(
        CronSchedule(
          try CronExpression(text),
          zone: try zoneName.map { name throws(QueryError) in try zone(name) } ?? .utc,
          holidays: try calendar.map { name throws(QueryError) in try holidays(name) }))
    }
    self.init(rule: rule, backoff: Backoff(view.statement.retry))
  }

  /// Whether a view is due, and when it has to be looked at again if nothing is committed meanwhile.
  ///
  /// - Returns: `wake` in microseconds since the epoch; nil: not by the clock.
  package func look(_ situation: Situation) -> (due: Due?, wake: Int64?) {
    if let failure = situation.state?.failure, let retryAt = failure.retryAt {
      let isWorth = failure.kind == .passing || situation.head != failure.snapshot
      if retryAt <= situation.now {
        if isWorth { return (.retry(failure.count), situation.now) }
      } else if isWorth {
        let (due, wake) = plain(situation)
        return (due, min(retryAt, wake ?? retryAt))
      }
    }
    return plain(situation)
  }

  private func plain(_ situation: Situation) -> (due: Due?, wake: Int64?) {
    let now = situation.now
    switch rule {
    case .manual: return (nil, nil)
    case .onCommit:
      guard let changes = situation.changes else { return (nil, nil) }
      // What failed for good fails again until something else has changed.
      if let failure = situation.state?.failure {
        let isNews = failure.retryAt == nil && failure.changes != changes
        return (isNews ? .changed : nil, nil)
      }
      return (.changed, nil)
    case .every(let interval):
      guard let start = lastStart(situation) else { return (.first, now) }
      if start > now { return (.clockSetBack, now) }
      let (due, overflow) = start.addingReportingOverflow(interval)
      if overflow { return (nil, nil) }
      return due <= now ? (.scheduled(due), now) : (nil, due)
    case .cron(let schedule):
      let start = situation.state?.start ?? situation.lastRunStart ?? situation.definedAt
      if start > now, start - now > ViewSchedule.distrust { return (.clockSetBack, now) }
      guard let due = schedule.next(after: start) else { return (nil, nil) }
      return due <= now ? (.scheduled(due), now) : (nil, due)
    }
  }

  /// Refreshes by hand count, too: what EVERY promises is how old numbers can be.
  private func lastStart(_ situation: Situation) -> Int64? {
    guard let start = situation.state?.start else { return situation.lastRunStart }
    return max(start, situation.lastRunStart ?? start)
  }

  /// The state after a refresh that was begun at `start`.
  ///
  /// - Parameters:
  ///   - fault: What kept it from being refreshed; nil for a success.
  ///   - snapshot: The newest lake snapshot then.
  ///   - changes: As in the situation.
  package func state(
    after state: ScheduleState?, of view: ViewDefinition, definedIn: Int64, start: Int64,
    now: Int64, snapshot: Int64, changes: String?,
    fault: (kind: Backoff.Kind, message: String)?
  ) -> ScheduleState {
    var next = ScheduleState(definedIn: definedIn, start: start)
    guard let fault else { return next }
    let count = (state?.failure?.count ?? 0) + 1
    // A try that the schedule asked for begins a new series once the last was used up.
    let isNewSeries = state?.failure?.retryAt == nil
    let series = isNewSeries ? 1 : count
    next.failure = ScheduleState.Failure(
      count: series, kind: fault.kind, message: fault.message,
      since: state?.failure?.since ?? start,
      retryAt: series <= backoff.count
        ? now + min(backoff.delay(afterFailure: series, seed: view.hash), Int64.max / 4) : nil,
      snapshot: snapshot, changes: changes ?? "")
    return next
  }
}
