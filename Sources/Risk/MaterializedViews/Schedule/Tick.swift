package import LakeCatalog
package import QueryEngine

/// One look at the clock: refreshes the views that are due, and remembers it.
///
/// The views that a due view reads are refreshed with it, as `refresh` does. Any number of ticks can
/// run at once: a lease for each view makes each piece of work one tick's.
package struct Tick {
  /// What became of a view that was due.
  package enum End: Sendable, Hashable {
    case refreshed(RunRecord)
    /// It was due, and nothing it reads had changed.
    case upToDate
    /// Its rows are those of before; `retryAt` in microseconds since the epoch.
    case failed(String, retryAt: Int64?)
    /// Another tick is at work on it, or on what it reads.
    case leftToOther
    /// A view that it reads has failed and would fail again: nothing was tried.
    case heldBack(String, retryAt: Int64?)
  }

  package struct Item: Sendable {
    package var view: String
    /// Nil: it was not due itself, but is read by a view that was; or its schedule cannot be read.
    package var due: ViewSchedule.Due?
    package var end: End
  }

  package struct Outcome: Sendable {
    /// Those that were due and what was refreshed with them, by name.
    package var items: [Item]
    /// Views whose numbers are older than they may be now, or whose last refresh failed.
    package var late: [String]
    /// When a view is due next by the clock, in microseconds since the epoch.
    package var wake: Int64?
    /// The lake snapshot that was made.
    package var snapshot: Int64?

    package var hasFailed: Bool {
      items.contains { if case .failed = $0.end { true } else { false } }
    }
  }

  /// A lease that is not prolonged ends by itself after this many microseconds.
  package static let leaseLength: Int64 = 120_000_000

  /// How often one tick begins a refresh again that another commit overtook.
  private static let attemptsMax = 8

  package static func leaseName(of view: String) -> String { "refresh:" + view }
  package static func stateName(of view: String) -> String { "schedule:" + view }

  let host: any TickHost

  package init(_ host: any TickHost) { self.host = host }

  /// Cost: three look-ups when nothing was committed since the last tick and nothing is due.
  ///
  /// - Parameter progress: Called before each view that is refreshed.
  /// - Throws: What kept the tick from looking; what happens to one view is in the outcome.
  package func run(
    progress: (_ view: String, _ index: Int, _ count: Int) -> Void = { _, _, _ in }
  ) throws(QueryError) -> Outcome {
    let now = host.now()
    let head = try host.head()
    let remembered = try host.state(TickSummary.name).flatMap { TickSummary(bytes: $0) }
    if let remembered, remembered.holds(head: head, now: now) {
      return Outcome(
        items: [], late: remembered.lateViews(at: now), wake: remembered.wake, snapshot: nil)
    }
    let before = try TickLook(host, now: now)
    var outcome = Outcome(items: before.unreadable, late: [], wake: nil, snapshot: nil)
    let due = before.due
    if !due.isEmpty {
      let leases = TickLeases(host)
      do throws(QueryError) {
        let breaker = CircuitBreaker(before.views, host)
        try refresh(due, leases, breaker, progress, into: &outcome)
        try leases.releaseAll()
      } catch {
        // What cannot be given back ends by itself.
        try? leases.releaseAll()
        throw error
      }
    }
    let after = due.isEmpty ? before : try TickLook(host, now: host.now())
    let summary = try after.summary()
    try host.setState(TickSummary.name, summary.bytes)
    outcome.items.sort { $0.view < $1.view }
    outcome.late = summary.lateViews(at: after.now)
    outcome.wake = summary.wake
    return outcome
  }

  private func refresh(
    _ due: [TickLook.View], _ leases: TickLeases, _ breaker: CircuitBreaker,
    _ progress: (String, Int, Int) -> Void, into outcome: inout Outcome
  ) throws(QueryError) {
    let taken = try leases.take(due.map(\.view.name))
    for view in due where !taken.contains(view.view.name) {
      outcome.items.append(Item(view: view.view.name, due: view.due, end: .leftToOther))
    }
    // Another tick may have done the work between the look and the lease.
    let start = host.now()
    let fresh = try TickLook(host, now: start, only: taken)
    var work = try hold(fresh.due, breaker, start: start, into: &outcome)
    guard !work.isEmpty else { return }
    let free = try leases.takeInputs(of: work.map(\.view.name))
    for view in work where !free.contains(view.view.name) {
      outcome.items.append(Item(view: view.view.name, due: view.due, end: .leftToOther))
    }
    work.removeAll { !free.contains($0.view.name) }
    guard !work.isEmpty else { return }
    var refreshed: Refresher.Outcome?
    var fault: QueryError?
    do throws(QueryError) {
      refreshed = try refresh(work.map(\.view.name), leases, progress)
    } catch {
      if error.reason == .cancelled { throw error }
      fault = error
    }
    outcome.snapshot = refreshed?.snapshot
    try record(work, refreshed, fault, start: start, into: &outcome)
  }

  /// Sets aside what waits for a failed input, as failed with its own tries.
  ///
  /// - Returns: The views that are to be refreshed.
  private func hold(
    _ due: [TickLook.View], _ breaker: CircuitBreaker, start: Int64, into outcome: inout Outcome
  ) throws(QueryError) -> [TickLook.View] {
    var breaker = breaker
    var work: [TickLook.View] = []
    for view in due {
      guard let message = try breaker.reason(toHold: view.view.name, among: due) else {
        work.append(view)
        continue
      }
      let state = view.schedule.state(
        after: view.state, of: view.view, definedIn: view.definedIn, start: start,
        now: host.now(), snapshot: try host.head(), changes: view.changes,
        fault: (.passing, message))
      try host.setState(Tick.stateName(of: view.view.name), state.bytes)
      outcome.items.append(
        Item(
          view: view.view.name, due: view.due,
          end: .heldBack(message, retryAt: state.failure?.retryAt)))
    }
    return work
  }

  /// Refreshes anew, on top of what came first, when another commit was faster.
  private func refresh(
    _ views: [String], _ leases: TickLeases, _ progress: (String, Int, Int) -> Void
  ) throws(QueryError) -> Refresher.Outcome {
    var attempt = 1
    while true {
      do throws(QueryError) {
        return try Refresher(try host.viewHost()).refresh(RefreshRequest(views: views)) {
          view, index, count in
          try? leases.prolong()
          progress(view, index, count)
        }
      } catch {
        guard error.reason == .conflict, attempt < Tick.attemptsMax else { throw error }
        host.pause(after: attempt)
        attempt += 1
      }
    }
  }

  /// Remembers what became of each view, and says it.
  private func record(
    _ work: [TickLook.View], _ refreshed: Refresher.Outcome?, _ fault: QueryError?,
    start: Int64, into outcome: inout Outcome
  ) throws(QueryError) {
    let head = try host.head()
    let now = host.now()
    var states: [(name: String, value: [UInt8])] = []
    for view in work {
      let name = view.view.name
      let run = refreshed?.runs.first { $0.view == name }
      var failure: (kind: Backoff.Kind, message: String)?
      if let fault {
        failure = (Backoff.Kind(fault.reason), fault.description)
      } else if let run, run.status != RunStatus.succeeded {
        failure = (
          refreshed?.reasons[name].map { Backoff.Kind($0) } ?? .passing, run.message
        )
      }
      let state = view.schedule.state(
        after: view.state, of: view.view, definedIn: view.definedIn, start: start, now: now,
        snapshot: refreshed?.snapshot ?? head, changes: view.changes, fault: failure)
      states.append((Tick.stateName(of: name), state.bytes))
      let end: End
      if let failure {
        end = .failed(failure.message, retryAt: state.failure?.retryAt)
      } else {
        end = run.map { .refreshed($0) } ?? .upToDate
      }
      outcome.items.append(Item(view: name, due: view.due, end: end))
    }
    try host.setStates(states)
    let named = Set(work.map(\.view.name))
    for run in refreshed?.runs ?? [] where !named.contains(run.view) {
      let end =
        run.status == RunStatus.succeeded
        ? End.refreshed(run) : .failed(run.message, retryAt: nil)
      outcome.items.append(Item(view: run.view, due: nil, end: end))
    }
  }
}
