import Columnar
import LakeCatalog
import MaterializedViews
import QueryEngine
import QueryLanguage

/// The lake as the refresher of views sees it: one snapshot, with outputs staged on top of it.
final class LakeViewHost: ViewHost {
  private let session: Session
  private let lake: Lake
  private let snapshot: LakeSnapshot
  /// Staged outputs, by table.
  private let staged: Transaction
  /// Of all views, once they were asked for.
  private var knownAdjustments: [Adjustment]?
  /// Why what is committed is done again, for the audit log.
  private let reason: String?

  init(_ session: Session, lake: Lake, reason: String? = nil) throws(CatalogError) {
    self.session = session
    self.lake = lake
    self.reason = reason
    session.workspace.beginStatement()
    snapshot = try session.workspace.statementSnapshot(of: lake)
    staged = Transaction(at: snapshot)
    resolver = LakeResolver(
      session.workspace, transaction: staged, pinned: snapshot, remembers: true)
  }

  /// Many views read the same tables, which are looked up once.
  private let resolver: LakeResolver

  private func catalog<Result>(
    _ work: (Catalog) throws(CatalogError) -> Result
  ) throws(QueryError) -> Result {
    do throws(CatalogError) { return try work(lake.catalog) } catch { throw QueryError(error) }
  }

  // MARK: What is there

  var engineVersion: String { EngineVersion.name }
  private(set) lazy var user: String? = session.user
  func now() -> Int64 { lake.clock() }
  func inputSnapshot() -> Int64 { snapshot.id }

  func views(at snapshot: Int64?) throws(QueryError) -> [ViewRecord] {
    try catalog { catalog throws(CatalogError) in
      try catalog.views(at: snapshot ?? self.snapshot.id).filter { !$0.outputTable.isEmpty }
    }
  }

  func runs(of view: String, status: String?, limit: Int) throws(QueryError) -> [RunRecord] {
    try catalog { catalog throws(CatalogError) in
      try catalog.runs(of: view, status: status, limit: limit)
    }
  }

  func lastRun(of view: String, status: String?) throws(QueryError) -> RunHead? {
    try catalog { catalog throws(CatalogError) in
      try catalog.lastRun(of: view, status: status)
    }
  }

  func run(id: Int64) throws(QueryError) -> RunRecord? {
    try catalog { catalog throws(CatalogError) in try catalog.run(id: id) }
  }

  func adjustments(of view: String) throws(QueryError) -> [ViewAdjustment] {
    let known: [Adjustment]
    if let kept = knownAdjustments {
      known = kept
    } else {
      known = try catalog { _ throws(CatalogError) in try AdjustmentBook(lake).all() }
      knownAdjustments = known
    }
    return known.filter { one in
      one.view == view && one.decisions.contains { $0.isApproval }
    }.map(\.overlay)
  }

  private static func name(_ text: String) -> QualifiedName {
    QualifiedName(text.split(separator: ".").map { Identifier(String($0), isQuoted: true) })
  }

  func table(named name: String) throws(QueryError) -> TableVersionReference? {
    let written = LakeViewHost.name(name)
    guard written.parts.count == 2, written.parts[0].text != "system" else { return nil }
    if let state = staged.state(named: written), let record = state.record {
      return TableVersionReference(tableID: record.id, version: state.version + 1)
    }
    do throws(CatalogError) {
      let state = try resolver.committedState(written, nil, in: lake)
      return state.record.map { TableVersionReference(tableID: $0.id, version: state.version) }
    } catch {
      if case .unknownTable = error { return nil }
      throw QueryError(error)
    }
  }

  func change(
    of table: TableVersionReference, upTo version: Int64
  ) throws(QueryError) -> InputChange {
    guard version > table.version else { return .none }
    let own = staged.changed.first { $0.record?.id == table.tableID }
    // A staged version is one past what is committed.
    let committed = own.map { min(version, $0.version) } ?? version
    return try catalog { catalog throws(CatalogError) in
      if let metadata = try catalog.metadata(of: table.tableID, version: committed),
        metadata.version > table.version
      {
        return .all
      }
      var dates = Set(
        try catalog.dateChanges(of: table.tableID, after: table.version, upTo: committed)
          .map(\.date))
      if let own, version > own.version {
        dates.formUnion(own.staged?.dateChanges.map(\.date) ?? [])
      }
      let record = try catalog.table(id: table.tableID, at: snapshot.id)
      if record?.definition.businessDate != nil {
        return dates.isEmpty ? .none : .dates(dates.sorted())
      }
      let isTouched = try catalog.versions(of: table.tableID).contains {
        $0.version > table.version && $0.version <= committed
          && ($0.rowsAdded != 0 || $0.rowsRemoved != 0)
      }
      let isStaged = own.map { version > $0.version } ?? false
      return isTouched || isStaged ? .all : .none
    }
  }

  func movedRows(
    of table: TableVersionReference, named name: String, dates: [CalendarDate]?
  ) throws(QueryError) -> MovedRows? {
    let written = LakeViewHost.name(name)
    guard written.parts.count == 2, staged.state(named: written) == nil else { return nil }
    do throws(CatalogError) {
      let state = try resolver.committedState(written, nil, in: lake)
      guard let record = state.record, record.id == table.tableID,
        state.version > table.version,
        let columns = try lake.catalog.metadata(of: record.id, version: state.version),
        columns.version <= table.version
      else { return nil }
      // Files that only the earlier version has may not go meanwhile.
      session.workspace.leases.hold(
        try lake.catalog.version(table.version, of: record).snapshot)
      let range = dates.flatMap { dates in
        dates.min().flatMap { first in dates.max().map { first...$0 } }
      }
      let before = try lake.catalog.files(of: record, version: table.version, dates: range)
      let now = try lake.catalog.files(of: record, version: state.version, dates: range)
      let paths = (before: Set(before.map(\.file.path)), now: Set(now.map(\.file.path)))
      let gone = before.map(\.file).filter { !paths.now.contains($0.path) }
      let come = now.map(\.file).filter { !paths.before.contains($0.path) }
      let asked = dates.map { Set($0) }
      let whole =
        try asked.map { asked throws(CatalogError) in
          try lake.catalog.dates(of: record.id, version: state.version)
            .reduce(0) { asked.contains($1.date) ? $0 + $1.rows : $0 }
        } ?? now.reduce(0) { $0 + $1.file.rows }
      return MovedRows(
        removed: gone.isEmpty ? nil : resolver.pinnedTable(state.only(gone), in: lake),
        added: come.isEmpty ? nil : resolver.pinnedTable(state.only(come), in: lake),
        count: (gone + come).reduce(0) { $0 + $1.rows }, wholeCount: whole)
    } catch {
      if case .vacuumed = error { return nil }
      throw QueryError(error)
    }
  }

  // MARK: Queries

  func bind(_ query: Query, inputs: ViewInputs) throws(QueryError) -> BoundQuery {
    switch inputs {
    case .current: return try Binder.bind(query, resolver: resolver)
    case .recorded(let run):
      let past = try catalog { catalog throws(CatalogError) in
        try catalog.snapshot(id: run.inputSnapshot)
      }
      let base = LakeResolver(session.workspace, transaction: nil, pinned: past)
      var versions: [Int64: Int64] = [:]
      for input in run.inputs {
        versions[input.tableID] = max(versions[input.tableID] ?? 0, input.version)
      }
      return try Binder.bind(
        query, resolver: RecordedResolver(base: base, versions: versions, lake: lake))
    }
  }

  func bind(
    _ condition: Expression, over schema: Schema
  ) throws(QueryError) -> BoundExpression {
    try Binder.bind(condition, over: schema, resolver: resolver)
  }

  func execute(
    _ plan: LogicalPlan, into sink: (Batch) throws(QueryError) -> Void
  ) throws(QueryError) {
    try session.planRunner.run(plan, into: sink)
  }

  // MARK: Outputs

  func output(
    of view: ViewDefinition, schema: Schema, replacing: ViewReplacement
  ) throws(QueryError) -> any ViewOutput {
    let name = LakeViewHost.name(view.name)
    let state: TableState
    if let known = staged.state(named: name) {
      state = known
    } else {
      do throws(CatalogError) {
        state = try resolver.committedState(name, nil, in: lake)
      } catch {
        throw QueryError(error)
      }
    }
    guard state.shape.schema.fields.map(\.type) == schema.fields.map(\.type),
      state.shape.schema.names == schema.names
    else {
      throw QueryError(
        .type, "the columns of \(view.name) are no longer those of its table",
        help: "DROP MATERIALIZED VIEW \(view.name), and create it again")
    }
    let staged = self.staged
    return ReplacingOutput(
      state, replacing: replacing, lake: lake, runner: session.planRunner
    ) { staged.put($0) }
  }

  func commit(
    _ runs: [RunRecord], checks: [CheckResult], quarantine: [QuarantinedRow]
  ) throws(QueryError) -> [RunRecord] {
    let committer = session.committer(lake)
    let tables = staged.changed
    var commit = LakeCommit(
      actor: session.actor, operation: reason == nil ? "REFRESH" : "RESTATE", reason: reason)
    var positions: [String: Int] = [:]
    for table in tables {
      positions[table.name.lowercased()] = commit.changes.count
      commit.changes.append(committer.change(of: table))
    }
    commit.message = runs.map(\.view).joined(separator: ", ")
    // Utilisation is of the rows that this commit publishes.
    commit.checks = checks + (try LimitBook(lake).measure(runs, with: self))
    commit.quarantine = quarantine
    commit.runs = runs.map { run in
      let output = run.status == "succeeded" ? positions[run.view.lowercased()] : nil
      return NewRun(run, outputChanges: output.map { [$0] } ?? [])
    }
    let outcome = try committer.commit(commit)
    var records: [RunRecord] = []
    for id in outcome.runs { if let record = try run(id: id) { records.append(record) } }
    return records
  }
}

/// Every table at the version that a run recorded, except where a reference has its own pin.
struct RecordedResolver: ForwardingResolver {
  let base: LakeResolver
  let versions: [Int64: Int64]
  let lake: Lake

  func resolve(
    _ name: QualifiedName, knownAt point: ResolvedKnowledge?
  ) throws(QueryError) -> ResolvedTable {
    guard point == nil else { return try base.resolve(name, knownAt: point) }
    do throws(CatalogError) {
      let state = try base.committedState(name, nil, in: lake)
      if let record = state.record, let version = versions[record.id], version != state.version {
        let pinned = try base.committedState(name, .version(version), in: lake)
        return .table(base.pinnedTable(pinned, in: lake))
      }
    } catch {
      guard case .unknownTable = error else { throw QueryError(error, at: name.range) }
    }
    return try base.resolve(name, knownAt: nil)
  }
}
