import QueryEngine

/// The leases that one tick holds.
final class TickLeases {
  private let host: any TickHost
  private var held: Set<String> = []

  init(_ host: any TickHost) { self.host = host }

  /// - Returns: Those that were free or are held already.
  func take(_ views: [String]) throws(QueryError) -> Set<String> {
    var taken: Set<String> = []
    for view in views where try take(view) { taken.insert(view) }
    return taken
  }

  private func take(_ view: String) throws(QueryError) -> Bool {
    if held.contains(view) { return true }
    let until = host.now() + Tick.leaseLength
    guard try host.takeLease(Tick.leaseName(of: view), until: until) else { return false }
    held.insert(view)
    return true
  }

  /// Takes the leases of all views that these read, too.
  ///
  /// - Returns: The views whose inputs are all free; leases that only others needed are kept until
  ///   the end of the tick.
  func takeInputs(of views: [String]) throws(QueryError) -> Set<String> {
    let plan = try RefreshPlanner(try host.viewHost()).plan(RefreshRequest(views: views))
    let all = plan.steps.map(\.view.name)
    if try take(all).count == all.count { return Set(views) }
    var free: Set<String> = []
    for view in views {
      let own = try RefreshPlanner(try host.viewHost()).plan(RefreshRequest(views: [view]))
      if own.steps.allSatisfy({ held.contains($0.view.name) }) { free.insert(view) }
    }
    return free
  }

  func prolong() throws(QueryError) {
    let until = host.now() + Tick.leaseLength
    for view in held.sorted() {
      _ = try host.takeLease(Tick.leaseName(of: view), until: until)
    }
  }

  func releaseAll() throws(QueryError) {
    for view in held.sorted() {
      try host.releaseLease(Tick.leaseName(of: view))
      held.remove(view)
    }
  }
}
