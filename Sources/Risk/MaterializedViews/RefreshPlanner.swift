package import Columnar
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

  /// A view whose query names what is no longer there, or the like.
  private struct Broken {
    var view: ViewDefinition
    var fault: QueryError
  }

  /// A view whose query cannot be bound is planned as a whole, so that its run fails by itself and
  /// does not keep others from being refreshed.
  ///
  /// - Throws: `.name` for a view that does not exist, `.constraint` for views in a circle.
  package func plan(_ request: RefreshRequest) throws(QueryError) -> RefreshPlan {
    var known: [String: Known] = [:]
    var broken: [String: Broken] = [:]
    var reads: [String: Set<String>] = [:]
    for record in try host.views(at: nil) {
      let view = try ViewDefinition(record, isTrusted: true)
      do throws(QueryError) {
        let query = try host.bind(view.query, inputs: .current)
        known[view.name] = Known(view: view, query: query)
        reads[view.name] = Set(query.reads.map(\.name))
      } catch {
        if error.reason == .cancelled { throw error }
        broken[view.name] = Broken(view: view, fault: error)
        reads[view.name] = Set(record.lineage.map(\.inputTable))
      }
    }
    let graph = try ViewGraph(reads: reads)
    let named = try names(request.views, among: Array(reads.keys))
    let wanted = named.isEmpty ? graph.order : graph.upstream(of: named)
    var scopes: [String: RefreshPlan.Scope] = [:]
    var steps: [RefreshPlan.Step] = []
    for name in wanted {
      let force = named.isEmpty || named.contains(name) ? request.force : nil
      let step: RefreshPlan.Step
      if let one = known[name] {
        step = try self.step(one, force: force, dates: request.dates, upstream: scopes)
      } else if let one = broken[name] {
        step = RefreshPlan.Step(
          view: one.view, locality: .allDates("its query cannot be bound"), scope: .all,
          reasons: [RefreshPlan.Reason(nil, .unbound(one.fault.description))], pending: .none)
      } else {
        continue
      }
      scopes[name] = step.scope
      steps.append(step)
    }
    return RefreshPlan(steps: steps, graph: graph)
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
    _ known: Known, force: RefreshReason?, dates: [CalendarDate],
    upstream: [String: RefreshPlan.Scope]
  ) throws(QueryError) -> RefreshPlan.Step {
    var step = try rebuilding(known, force: force, dates: dates, upstream: upstream)
    if force == nil { step.changes = try changedInput(known, step) }
    return step
  }

  /// The one table that changed, when the rows follow from its changes and those are few.
  private func changedInput(
    _ known: Known, _ step: RefreshPlan.Step
  ) throws(QueryError) -> ChangedInput? {
    guard step.scope != .nothing, known.view.hasNoQuarantine,
      let last = try host.lastRun(of: known.view.name, status: RunStatus.succeeded),
      try RunDetail(of: last).pending == .none, let merge = ChangeMerge(known.query)
    else { return nil }
    let name = merge.table.name
    for reason in step.reasons {
      guard case .inputChanged(table: name, .some, _) = reason.reason else { return nil }
    }
    guard let now = try host.table(named: name),
      let from = last.inputs.last(where: { $0.tableID == now.tableID })
    else { return nil }
    var dates: [CalendarDate]?
    if case .dates(let stale) = step.scope { dates = stale }
    guard let moved = try host.movedRows(of: from, named: name, dates: dates),
      moved.isWorthwhile, moved.removed == nil || merge.takesRemovals
    else { return nil }
    return ChangedInput(
      name: name, from: from, movedRows: moved.count, wholeRows: moved.wholeCount)
  }

  private func rebuilding(
    _ known: Known, force: RefreshReason?, dates: [CalendarDate],
    upstream: [String: RefreshPlan.Scope]
  ) throws(QueryError) -> RefreshPlan.Step {
    let view = known.view
    let locality = Locality(of: known.query, businessDate: view.businessDate)
    var stale = try staleness(known, upstream)
    if let force {
      if dates.isEmpty || locality != .byDate { stale.all.append(force) }
      if locality == .byDate {
        for date in dates { stale.dates[date, default: []].append(force) }
      }
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
      step.pending = try pending(known, all: first, stale: stale.dates, besides: asked)
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

  /// What is left of a view of which all dates are stale when only some are rebuilt: each other date
  /// that its inputs or its rows have, so that rebuilding one after the other comes to an end.
  private func pending(
    _ known: Known, all reason: RefreshReason, stale: [CalendarDate: [RefreshReason]],
    besides asked: Set<CalendarDate>
  ) throws(QueryError) -> RunDetail.Pending {
    let dates = try RefreshPlanner.dates(of: known.view, host).union(stale.keys)
    let text = reason.description
    return .dates(Dictionary(uniqueKeysWithValues: dates.subtracting(asked).map { ($0, text) }))
  }

  /// The business dates that the inputs of a view or its own rows have.
  package static func dates(
    of view: ViewDefinition, _ host: any ViewHost
  ) throws(QueryError) -> Set<CalendarDate> {
    var dates: Set<CalendarDate> = []
    var scans = try host.bind(view.query, inputs: .current).plan.scans
    if try host.table(named: view.name) != nil {
      scans += try host.bind(view.rowsQuery(), inputs: .current).plan.scans
    }
    for scan in scans { dates.formUnion(try scan.table.businessDate?.dates() ?? []) }
    return dates
  }

  private func staleness(
    _ known: Known, _ upstream: [String: RefreshPlan.Scope]
  ) throws(QueryError) -> Staleness {
    let view = known.view
    var stale = Staleness()
    guard let last = try host.lastRun(of: view.name, status: RunStatus.succeeded) else {
      stale.all.append(.new)
      return stale
    }
    if last.definitionHash != view.hash { stale.all.append(.definitionChanged) }
    let methods = RunDetail.methods(in: last.methods)
    for (name, version) in known.query.plan.methodVersions.sorted(by: { $0.key < $1.key })
    where methods[name] != version {
      stale.all.append(.methodChanged(calculator: name, from: methods[name], to: version))
    }
    let detail = try RunDetail(of: last)
    if let before = detail.uses {
      let now = RunDetail.uses(of: known.query)
      for name in Set(before.keys).union(now.keys).sorted() where before[name] != now[name] {
        stale.all.append(.useChanged(name))
      }
    }
    try addInputs(known, last, upstream, to: &stale)
    try addOutput(of: view, last, to: &stale)
    switch detail.pending {
    case .all(let reason): stale.all.append(.pending(reason))
    case .dates(let dates):
      for (date, reason) in dates { stale.dates[date, default: []].append(.pending(reason)) }
    }
    return stale
  }

  private func addInputs(
    _ known: Known, _ last: RunHead, _ upstream: [String: RefreshPlan.Scope],
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
    of view: ViewDefinition, _ last: RunHead, to stale: inout Staleness
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
