import Columnar
import LakeCatalog
package import QueryEngine
import QueryLanguage

/// Compares what each view read in its last successful run with what there is now.
///
/// Cost: one binding of each view, and one look-up in the catalog for each input that has another
/// version; no rows are read.
package struct RefreshPlanner {
  private let host: any ViewHost

  package init(_ host: any ViewHost) { self.host = host }

  /// A view with its bound query.
  private struct Known {
    var view: ViewDefinition
    var query: BoundQuery
  }

  /// - Throws: `.name` for a view that does not exist, `.constraint` for views in a circle, or what
  ///   binding their queries throws.
  package func plan(_ request: RefreshRequest) throws(QueryError) -> RefreshPlan {
    var known: [String: Known] = [:]
    for record in try host.views(at: nil) {
      let view = try ViewDefinition(record)
      known[view.name] = Known(
        view: view, query: try host.bind(view.query, inputs: .current))
    }
    let graph = try ViewGraph(reads: known.mapValues { Set($0.query.reads.map(\.name)) })
    let named = try names(request.views, among: Array(known.keys))
    let wanted = named.isEmpty ? graph.order : graph.upstream(of: named)
    var scopes: [String: RefreshPlan.Scope] = [:]
    var steps: [RefreshPlan.Step] = []
    for name in wanted {
      guard let one = known[name] else { continue }
      let isForced = request.isForced && (named.isEmpty || named.contains(name))
      let step = try step(one, isForced: isForced, dates: request.dates, upstream: scopes)
      scopes[name] = step.scope
      steps.append(step)
    }
    return RefreshPlan(steps: steps)
  }

  private func names(
    _ asked: [String], among known: [String]
  ) throws(QueryError) -> Set<String> {
    var names: Set<String> = []
    for text in asked {
      let matches = known.filter { name in
        name.lowercased() == text.lowercased()
          || name.lowercased().hasSuffix("." + text.lowercased())
      }
      guard matches.count == 1 else {
        let near = Suggestion.nearest(to: text, among: known.sorted())
        throw QueryError(
          .name,
          matches.isEmpty
            ? "there is no materialized view \"\(text)\""
            : "\"\(text)\" is one of \(matches.sorted().joined(separator: ", "))",
          help: near.map { "did you mean \($0)?" })
      }
      names.insert(matches[0])
    }
    return names
  }

  /// What makes a view stale: all of it, or some dates.
  private struct Staleness {
    var all: [RefreshReason] = []
    var dates: [CalendarDate: [RefreshReason]] = [:]

    mutating func add(_ change: InputChange, _ reason: RefreshReason) {
      switch change {
      case .none: break
      case .all: all.append(reason)
      case .dates(let changed): for date in changed { dates[date, default: []].append(reason) }
      }
    }
  }

  private func step(
    _ known: Known, isForced: Bool, dates: [CalendarDate],
    upstream: [String: RefreshPlan.Scope]
  ) throws(QueryError) -> RefreshPlan.Step {
    let view = known.view
    let locality = Locality(of: known.query, businessDate: view.businessDate)
    var stale = try staleness(known, upstream)
    if isForced, dates.isEmpty || locality != .byDate { stale.all.append(.forced) }
    if isForced, locality == .byDate {
      for date in dates { stale.dates[date, default: []].append(.forced) }
    }
    var step = RefreshPlan.Step(
      view: view, locality: locality, scope: .nothing, reasons: [], pending: .none)
    guard !stale.all.isEmpty || !stale.dates.isEmpty else { return step }
    step.reasons = stale.all.map { RefreshPlan.Reason(nil, $0) }
    for date in stale.dates.keys.sorted() {
      step.reasons += (stale.dates[date] ?? []).map { RefreshPlan.Reason(date, $0) }
    }
    guard locality == .byDate else {
      step.scope = .all
      return step
    }
    guard !dates.isEmpty else {
      step.scope = stale.all.isEmpty ? .dates(stale.dates.keys.sorted()) : .all
      return step
    }
    let asked = Set(dates)
    if let first = stale.all.first {
      step.scope = .dates(asked.sorted())
      step.pending = .all(first.description)
    } else {
      let now = asked.intersection(stale.dates.keys)
      step.scope = now.isEmpty ? .nothing : .dates(now.sorted())
      step.pending = .dates(
        stale.dates.filter { !asked.contains($0.key) }
          .mapValues { $0.map(\.description).joined(separator: "; ") })
    }
    step.reasons.removeAll { reason in reason.date.map { !asked.contains($0) } ?? false }
    return step
  }

  private func staleness(
    _ known: Known, _ upstream: [String: RefreshPlan.Scope]
  ) throws(QueryError) -> Staleness {
    let view = known.view
    var stale = Staleness()
    guard let last = try host.runs(of: view.name, status: RunStatus.succeeded, limit: 1).first
    else {
      stale.all.append(.new)
      return stale
    }
    if last.definitionHash != view.hash { stale.all.append(.definitionChanged) }
    let methods = RunDetail.methods(of: last)
    for (name, version) in known.query.plan.methodVersions.sorted(by: { $0.key < $1.key })
    where methods[name] != version {
      stale.all.append(.methodChanged(calculator: name, from: methods[name], to: version))
    }
    try addInputs(known, last, upstream, to: &stale)
    try addOutput(of: view, last, to: &stale)
    switch try RunDetail(of: last).pending {
    case .all(let reason): stale.all.append(.pending(reason))
    case .dates(let dates):
      for (date, reason) in dates { stale.dates[date, default: []].append(.pending(reason)) }
    }
    return stale
  }

  private func addInputs(
    _ known: Known, _ last: RunRecord, _ upstream: [String: RefreshPlan.Scope],
    to stale: inout Staleness
  ) throws(QueryError) {
    for name in Set(known.query.reads.map(\.name)).sorted() {
      guard let table = try host.table(named: name) else {
        stale.all.append(.unversioned(name))
        continue
      }
      switch upstream[name] {
      case .all: stale.all.append(.upstream(name))
      case .dates(let dates): stale.add(.dates(dates), .upstream(name))
      case .nothing, nil: break
      }
      // A table can be pinned at several versions; those that were read before did not change.
      let before = last.inputs.filter { $0.tableID == table.tableID }.map(\.version)
      for version in Set(known.query.reads.filter { $0.name == name }.map(\.version)) {
        let now = version ?? table.version
        if before.contains(now) { continue }
        let reason = RefreshReason.inputChanged(table: name, from: before.max(), to: now)
        guard let earlier = before.max(), earlier < now else {
          stale.all.append(reason)
          continue
        }
        stale.add(
          try host.change(
            of: TableVersionReference(tableID: table.tableID, version: earlier), upTo: now),
          reason)
      }
    }
  }

  private func addOutput(
    of view: ViewDefinition, _ last: RunRecord, to stale: inout Staleness
  ) throws(QueryError) {
    guard let table = try host.table(named: view.name),
      let written = last.outputs.last(where: { $0.tableID == table.tableID })
    else {
      stale.all.append(.missing)
      return
    }
    if written.version != table.version {
      stale.add(try host.change(of: written, upTo: table.version), .missing)
    }
  }
}

/// How a run ended, as records say it.
package enum RunStatus {
  package static let succeeded = "succeeded"
  /// The query could not be run, or a gate with FAIL was broken: the rows of before are served.
  package static let failed = "failed"
  /// A view that it reads failed in the same refresh.
  package static let blocked = "blocked"
}
