import QueryEngine

/// The leases that one tick holds.
final class TickLeases {
  private let host: any TickHost
  private var held: Set<String> = []

  init(_ host: any TickHost) { self.host = host }

  /// When leases were taken or prolonged last.
  private var takenAt: Int64 = .min

  /// - Returns: Those that were free or are held already.
  func take(_ views: [String]) throws(QueryError) -> Set<String> {
    let missing = views.filter { !held.contains($0) }
    if !missing.isEmpty {
      takenAt = max(takenAt, host.now())
      let names = Dictionary(
        missing.map { (Tick.leaseName(of: $0), $0) }, uniquingKeysWith: { first, _ in first })
      let taken = try host.takeLeases(
        missing.map { Tick.leaseName(of: $0) }, until: host.now() + Tick.leaseLength)
      held.formUnion(taken.compactMap { names[$0] })
    }
    return held.intersection(views)
  }

  /// Takes the leases of all views that these read, too.
  ///
  /// - Returns: The views whose inputs are all free; leases that only others needed are kept until
  ///   the end of the tick.
  func takeInputs(of views: [String]) throws(QueryError) -> Set<String> {
    let plan = try RefreshPlanner(try host.viewHost()).plan(RefreshRequest(views: views))
    let all = plan.steps.map(\.view.name)
    if try take(all).count == all.count { return Set(views) }
    return Set(
      views.filter { view in
        plan.graph.upstream(of: [view]).allSatisfy { held.contains($0) }
      })
  }

  /// Before each of many views: does something only when a quarter of the leases' time is gone.
  func prolong() throws(QueryError) {
    let now = host.now()
    guard now < takenAt || now - takenAt >= Tick.leaseLength / 4 else { return }
    takenAt = now
    _ = try host.takeLeases(
      held.sorted().map { Tick.leaseName(of: $0) }, until: now + Tick.leaseLength)
  }

  func releaseAll() throws(QueryError) {
    guard !held.isEmpty else { return }
    try host.releaseLeases(held.sorted().map { Tick.leaseName(of: $0) })
    held = []
  }
}
