import LakeCatalog
import QueryEngine
import QueryLanguage

/// The views of a lake with their schedules and states, at one moment.
struct TickLook {
  struct View {
    var view: ViewDefinition
    /// The lake snapshot that defined it.
    var definedIn: Int64
    var schedule: ViewSchedule
    var state: ScheduleState?
    var due: ViewSchedule.Due?
    var wake: Int64?
    var changes: String?
  }

  let now: Int64
  private(set) var views: [View] = []
  /// Those whose schedule cannot be understood, as failed.
  private(set) var unreadable: [Tick.Item] = []
  /// What all views would rebuild, where somebody asked.
  private var plan: RefreshPlan?
  private let host: any TickHost
  /// The snapshot that everything here was seen at.
  private let head: Int64
  private let viewHost: any ViewHost

  var due: [View] { views.filter { $0.due != nil } }

  /// - Parameter only: The views to look at; nil for all.
  init(
    _ host: any TickHost, now: Int64, only: Set<String>? = nil
  ) throws(QueryError) {
    self.host = host
    self.now = now
    viewHost = try host.viewHost()
    head = try viewHost.inputSnapshot()
    for record in try viewHost.views(at: nil) {
      if let only, !only.contains(record.qualifiedName) { continue }
      let view = try ViewDefinition(record, isTrusted: true)
      do throws(QueryError) {
        let schedule = try ViewSchedule(
          view, zone: { name throws(QueryError) in try host.zone(name) },
          holidays: { name throws(QueryError) in try host.holidays(of: name) })
        var state = try host.state(Tick.stateName(of: view.name))
          .flatMap { ScheduleState(bytes: $0) }
        if state?.definedIn != record.beginSnapshot { state = nil }
        views.append(
          View(
            view: view, definedIn: record.beginSnapshot, schedule: schedule, state: state,
            due: nil, wake: nil))
      } catch {
        if error.reason == .cancelled { throw error }
        unreadable.append(
          Tick.Item(view: view.name, due: nil, end: .failed(error.description, retryAt: nil)))
      }
    }
    try judge()
  }

  private mutating func judge() throws(QueryError) {
    var onCommit: [Int] = []
    for index in views.indices {
      if case .onCommit = views[index].schedule.rule { onCommit.append(index) }
      let (due, wake) = views[index].schedule.look(try situation(views[index]))
      views[index].due = due
      views[index].wake = wake
    }
    guard !onCommit.isEmpty else { return }
    let plan = try planned()
    // A view that is not refreshed yet has changed nothing for those that read it.
    var moving = Set(due.map(\.view.name))
    let places = Dictionary(
      onCommit.map { (views[$0].view.name, $0) }, uniquingKeysWith: { first, _ in first })
    for step in plan.steps {
      guard let index = places[step.view.name] else { continue }
      let changes = step.reasons.filter { reason in
        switch reason.reason {
        case .upstream(let name): moving.contains(name)
        case .unversioned, .pending: false
        default: true
        }
      }
      guard !changes.isEmpty else { continue }
      var situation = try situation(views[index])
      situation.changes = Set(changes.map { $0.reason.description }).sorted()
        .joined(separator: "; ")
      views[index].changes = situation.changes
      let (due, wake) = views[index].schedule.look(situation)
      views[index].due = due
      views[index].wake = due == nil ? wake : now
      if due != nil { moving.insert(step.view.name) }
    }
  }

  private func situation(_ view: View) throws(QueryError) -> ViewSchedule.Situation {
    var situation = ViewSchedule.Situation(
      now: now, head: head, state: view.state, definedAt: 0)
    switch view.schedule.rule {
    case .manual, .onCommit: return situation
    case .every, .cron: break
    }
    situation.definedAt = try host.time(of: view.definedIn)
    let last = try viewHost.lastRun(of: view.view.name, status: nil)
    if let last, last.inputSnapshot >= view.definedIn {
      situation.lastRunStart = last.startedMicroseconds
    }
    return situation
  }

  private mutating func planned() throws(QueryError) -> RefreshPlan {
    if let plan { return plan }
    let plan = try RefreshPlanner(viewHost).plan(RefreshRequest())
    self.plan = plan
    return plan
  }

  /// What the next tick needs to know.
  func summary() throws(QueryError) -> TickSummary {
    var look = self
    var late: [String: Int64] = [:]
    for view in views {
      if let failure = view.state?.failure { late[view.view.name] = failure.since }
    }
    for item in unreadable { late[item.view] = now }
    var wakes = views.compactMap(\.wake)
    let judged = views.filter {
      $0.view.statement.freshWithin != nil || $0.view.statement.readyBy != nil
    }
    if !judged.isEmpty {
      let steps = Dictionary(
        try look.planned().steps.map { ($0.view.name, $0) }, uniquingKeysWith: { first, _ in first }
      )
      for view in judged {
        guard let step = steps[view.view.name] else { continue }
        var from = try Freshness.lateFrom(step, viewHost)
        if let due = try Freshness.deadline(of: view.view, now: now, in: host) {
          wakes.append(due.next)
          if try !Freshness.isReady(due.date, step, viewHost) {
            from = min(from ?? due.since, due.since)
          }
        }
        if let from { late[view.view.name] = min(late[view.view.name] ?? from, from) }
      }
    }
    return TickSummary(head: head, at: now, wake: wakes.min(), late: late)
  }
}
