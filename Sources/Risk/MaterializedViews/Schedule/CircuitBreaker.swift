import LakeCatalog
import QueryEngine

/// Keeps a view from being tried while a view that it reads is known to fail.
///
/// Without it each tick would begin the failing input again for every view that reads it. It closes
/// when the input's own tries come round, or when what the input reads has changed.
struct CircuitBreaker {
  private let host: any TickHost
  /// Of views whose last scheduled refresh failed.
  private var failures: [String: ScheduleState.Failure] = [:]
  /// Made when it is asked for first, for all views.
  private var planned: (plan: RefreshPlan, host: any ViewHost)?

  init(_ views: [TickLook.View], _ host: any TickHost) {
    self.host = host
    for view in views { failures[view.view.name] = view.state?.failure }
  }

  /// - Parameter due: What this tick refreshes: an input among it is tried, whatever was before.
  /// - Returns: Why a view is not to be tried now; nil when it is.
  mutating func reason(
    toHold view: String, among due: [TickLook.View]
  ) throws(QueryError) -> String? {
    guard failures.contains(where: { $0.key != view }) else { return nil }
    let tried = Set(due.map(\.view.name))
    let (plan, viewHost) = try plan()
    let upstream = Set(plan.graph.upstream(of: [view]))
    for step in plan.steps where upstream.contains(step.view.name) {
      let input = step.view.name
      guard input != view, step.scope != .nothing, !tried.contains(input),
        let failure = failures[input], try isOpen(failure, step.view, viewHost)
      else { continue }
      return "it reads \(input), which failed: \(failure.message)"
    }
    return nil
  }

  private mutating func plan() throws(QueryError) -> (plan: RefreshPlan, host: any ViewHost) {
    if let planned { return planned }
    let viewHost = try host.viewHost()
    let made = (plan: try RefreshPlanner(viewHost).plan(RefreshRequest()), host: viewHost)
    planned = made
    return made
  }

  private func isOpen(
    _ failure: ScheduleState.Failure, _ view: ViewDefinition, _ viewHost: any ViewHost
  ) throws(QueryError) -> Bool {
    if let retryAt = failure.retryAt { return retryAt > host.now() }
    // What passes by itself may have passed; only what its inputs caused is sure to come again.
    guard failure.kind != .passing else { return false }
    guard let run = try viewHost.runs(of: view.name, status: nil, limit: 1).first,
      run.status == RunStatus.failed
    else { return false }
    if run.inputs.isEmpty { return try host.head() == failure.snapshot }
    for read in try viewHost.bind(view.query, inputs: .current).reads {
      guard let table = try viewHost.table(named: read.name), run.inputs.contains(table) else {
        return false
      }
    }
    return true
  }
}
