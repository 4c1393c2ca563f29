import Columnar
import FileStorage
package import LakeCatalog
package import QueryEngine
import QueryLanguage

/// Rebuilds what is stale, in the order of the inputs, and publishes it in one commit.
///
/// A view whose query fails, or that breaks a gate with FAIL, keeps its rows of before; its run is
/// recorded as failed, and the views that read it as blocked. All others are published together.
package struct Refresher {
  /// What a refresh did.
  package struct Outcome: Sendable {
    package var plan: RefreshPlan
    /// One for each view that had something to do, in order.
    package var runs: [RunRecord]
    /// The lake snapshot that was made; nil when nothing had to be done.
    package var snapshot: Int64?
    /// Why views failed, by name; `.constraint` for a gate; nothing for those that were blocked.
    package var reasons: [String: QueryError.Reason] = [:]

    package var failed: [RunRecord] { runs.filter { $0.status != RunStatus.succeeded } }
  }

  private let host: any ViewHost

  package init(_ host: any ViewHost) { self.host = host }

  /// - Parameter progress: Called before each view with its name and its place among those to do.
  /// - Throws: What planning or the commit throws, or `.cancelled`; nothing is published then.
  package func refresh(
    _ request: RefreshRequest,
    progress: (_ view: String, _ index: Int, _ count: Int) -> Void = { _, _, _ in }
  ) throws(QueryError) -> Outcome {
    try refresh(try RefreshPlanner(host).plan(request), progress: progress)
  }

  /// - Parameter plan: Made with the same host.
  package func refresh(
    _ plan: RefreshPlan,
    progress: (_ view: String, _ index: Int, _ count: Int) -> Void = { _, _, _ in }
  ) throws(QueryError) -> Outcome {
    let steps = plan.steps.filter { $0.scope != .nothing }
    guard !steps.isEmpty else { return Outcome(plan: plan, runs: [], snapshot: nil) }
    var runs: [RunRecord] = []
    var checks: [CheckResult] = []
    var quarantine: [QuarantinedRow] = []
    var failed: Set<String> = []
    var reasons: [String: QueryError.Reason] = [:]
    for (index, step) in steps.enumerated() {
      progress(step.view.name, index, steps.count)
      let result = try run(step, failed: failed)
      if result.record.status != RunStatus.succeeded { failed.insert(step.view.name) }
      reasons[step.view.name] = result.reason
      runs.append(result.record)
      checks += result.checks
      quarantine += result.quarantine
    }
    let recorded = try host.commit(runs, checks: checks, quarantine: quarantine)
    return Outcome(plan: plan, runs: recorded, snapshot: recorded.first?.snapshot, reasons: reasons)
  }

  private struct Result {
    var record: RunRecord
    var reason: QueryError.Reason?
    var checks: [CheckResult] = []
    var quarantine: [QuarantinedRow] = []
  }

  private func run(
    _ step: RefreshPlan.Step, failed: Set<String>
  ) throws(QueryError) -> Result {
    var record = RunRecord(
      view: step.view.name, status: RunStatus.succeeded, startedMicroseconds: host.now(),
      finishedMicroseconds: 0, inputSnapshot: try host.inputSnapshot(),
      definitionHash: step.view.hash, engineVersion: host.engineVersion)
    if case .dates(let dates) = step.scope { record.dates = dates }
    record.parameters = detail(step, content: []).json
    var result: Result
    do throws(QueryError) {
      result = try build(step, record, failed)
    } catch {
      if error.reason == .cancelled { throw error }
      record.status = RunStatus.failed
      record.message = error.description
      result = Result(record: record, reason: error.reason)
    }
    result.record.finishedMicroseconds = max(host.now(), record.startedMicroseconds)
    return result
  }

  private func build(
    _ step: RefreshPlan.Step, _ started: RunRecord, _ failed: Set<String>
  ) throws(QueryError) -> Result {
    var record = started
    let query = try host.bind(step.view.query, inputs: .current)
    record.inputs = try inputs(of: query)
    record.methods = RunDetail.json(methods: query.plan.methodVersions)
    let broken = Set(query.reads.map(\.name)).intersection(failed).sorted()
    guard broken.isEmpty else {
      record.status = RunStatus.blocked
      record.message = "\(broken.joined(separator: ", ")) failed in the same refresh"
      return Result(record: record)
    }
    if let built = try merged(step, query, record) { return built }
    try checkStrict(step)
    return try build(step, query, try query.plan.part(step.scope), record, changesOf: nil)
  }

  /// The rows from the changes of one table alone, where the plan says that they follow.
  ///
  /// - Returns: Nil when there are no such changes, or when merging them failed, so that whatever is
  ///   wrong is told by computing all of it.
  private func merged(
    _ step: RefreshPlan.Step, _ query: BoundQuery, _ record: RunRecord
  ) throws(QueryError) -> Result? {
    var dates: [CalendarDate]?
    if case .dates(let stale) = step.scope { dates = stale }
    do throws(QueryError) {
      guard let changes = step.changes, let merge = ChangeMerge(query),
        let moved = try host.movedRows(of: changes.from, named: changes.name, dates: dates),
        let plan = merge.plan(
          published: try host.bind(step.view.rowsQuery(), inputs: .current).plan, moved)
      else { return nil }
      return try build(
        step, query, try plan.part(step.scope), record, changesOf: changes.name,
        rowCount: merge.rowCountColumn)
    } catch {
      if error.reason == .cancelled { throw error }
      return nil
    }
  }

  /// - Parameters:
  ///   - plan: Gives the rows of the scope.
  ///   - rowCount: The column that counts the rows of a group.
  private func build(
    _ step: RefreshPlan.Step, _ query: BoundQuery, _ plan: LogicalPlan, _ started: RunRecord,
    changesOf: String?, rowCount: Int? = nil
  ) throws(QueryError) -> Result {
    var record = started
    let adjustments = Set(
      try host.adjustments(of: step.view.name).filter(\.isInForce).map(\.number))
    let gate = try ViewGate(step.view, schema: query.schema, host: host)
    var content = ContentByDate(query.schema, businessDate: step.view.businessDate)
    let output = try host.output(
      of: step.view, schema: query.schema, replacing: step.replacement)
    do throws(QueryError) {
      let take = { (batch: Batch) throws(QueryError) in
        if let rowCount, (batch.columns[rowCount].storage.int64 ?? []).contains(where: { $0 < 0 }) {
          throw QueryError(
            .integrity, "the changes of \(changesOf ?? "") take rows that \(step.view.name) has not"
          )
        }
        let admitted = try gate.admit(batch)
        guard admitted.rowCount > 0, gate.failure == nil else { return }
        content.add(admitted)
        try output.write(admitted)
      }
      try host.execute(plan, into: take)
      try host.adjust(
        step.view, schema: query.schema, numbers: adjustments, scope: step.scope, into: take)
      try check(content, against: step)
      record.checks = gate.json
      if let failure = gate.failure {
        output.discard()
        record.status = RunStatus.failed
        record.message = failure
        return Result(record: record, reason: .constraint, checks: gate.results)
      }
      try output.stage()
    } catch {
      output.discard()
      throw error
    }
    let total = content.total
    record.rowCount = total.rows
    record.contentHash = total.digest
    var detail = detail(
      step, content: content.parts, uses: RunDetail.uses(of: query), changesOf: changesOf)
    detail.adjustments = adjustments.sorted()
    record.parameters = detail.json
    return Result(record: record, checks: gate.results, quarantine: gate.quarantined)
  }

  /// INCREMENTAL STRICT: all dates are rebuilt only when somebody asked for that.
  private func checkStrict(_ step: RefreshPlan.Step) throws(QueryError) {
    guard step.view.statement.isStrict, step.scope == .all else { return }
    let whole = step.reasons.filter { $0.date == nil }.map(\.reason)
    let isAsked = whole.contains { reason in
      if case .restated = reason { return true }
      return [.new, .definitionChanged, .forced].contains(reason)
    }
    if isAsked { return }
    throw QueryError(
      .constraint,
      "INCREMENTAL STRICT: all dates of \(step.view.name) would have to be rebuilt: "
        + Set(step.reasons.map(\.reason.description)).sorted().joined(separator: "; "),
      help: "`tarn refresh --force \(step.view.name)` rebuilds them")
  }

  /// What replacing by date relies on: every row has a date, and it is one that was asked for. The
  /// proof of locality says the latter, and is not taken on trust.
  private func check(
    _ content: ContentByDate, against step: RefreshPlan.Step
  ) throws(QueryError) {
    let undated = content.undatedRows
    guard undated == 0 else {
      throw QueryError(
        .constraint,
        "\(undated) \(undated == 1 ? "row" : "rows") of \(step.view.name) "
          + "\(undated == 1 ? "has" : "have") no \(step.view.businessDate ?? "date")",
        help: "leave them out with WHERE, or define the view without BUSINESS DATE")
    }
    guard case .dates(let asked) = step.scope,
      let other = content.dates.first(where: { !asked.contains($0) })
    else { return }
    throw QueryError(
      .integrity,
      "\(step.view.name) gave rows of \(other), which is none of the \(asked.count) dates to rebuild",
      help: "refresh it as a whole, and report this view: its locality was proved wrongly")
  }

  private func inputs(of query: BoundQuery) throws(QueryError) -> [TableVersionReference] {
    var inputs: Set<TableVersionReference> = []
    for read in query.reads {
      guard let table = try host.table(named: read.name) else { continue }
      inputs.insert(
        TableVersionReference(tableID: table.tableID, version: read.version ?? table.version))
    }
    return inputs.sorted { ($0.tableID, $0.version) < ($1.tableID, $1.version) }
  }

  private func detail(
    _ step: RefreshPlan.Step, content: [RunDetail.Content], uses: [String: String]? = nil,
    changesOf: String? = nil
  ) -> RunDetail {
    var detail = RunDetail(
      content: content,
      reasons: step.reasons.map { RunDetail.Reason(date: $0.date, text: $0.reason.description) },
      pending: step.pending, uses: uses, changesOf: changesOf)
    detail.user = host.user
    return detail
  }
}

extension RefreshPlan.Step {
  fileprivate var replacement: ViewReplacement {
    if case .dates(let dates) = scope { .dates(dates) } else { .all }
  }
}

extension LogicalPlan {
  /// The plan over the dates of a scope.
  func part(_ scope: RefreshPlan.Scope) throws(QueryError) -> LogicalPlan {
    if case .dates(let dates) = scope { try restricted(to: dates) } else { self }
  }
}
