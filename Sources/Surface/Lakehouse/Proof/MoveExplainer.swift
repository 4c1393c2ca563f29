import Columnar
import FileStorage
import LakeCatalog
import MaterializedViews
import QueryEngine
import QueryLanguage

/// Why a measure of a materialized view moved: `EXPLAIN MOVE`.
///
/// The view is computed again and again while its inputs are switched from one end's state to the
/// other's, one after the other in a stated order: the method and the definition; restatements of the
/// first date; of each table of positions the rows that are new, cancelled and amended; market data;
/// parameters; the date itself. Each part is the difference of two totals, so the parts add up.
struct MoveExplainer {
  private let runner: StatementRunner
  private let lake: Lake
  private let move: ExplainMove
  private let view: QualifiedName
  private let host: LakeViewHost
  private let from: MoveEnd
  private let to: MoveEnd
  private let measure: MoveMeasure
  private var report: MoveReport
  private var inputs: MoveInputs
  /// What the end's run read.
  private var target: MoveInputs
  private var definition: ViewDefinition
  /// Whose adjustments by hand count.
  private var adjusting: MoveEnd

  init(_ move: ExplainMove, _ runner: StatementRunner, lake: Lake) throws(QueryError) {
    self.runner = runner
    self.lake = lake
    self.move = move
    do throws(CatalogError) { host = try LakeViewHost(runner.session, lake: lake) } catch {
      throw QueryError(error)
    }
    let resolver = runner.resolver()
    if let view = move.view {
      self.view = view
    } else {
      let written = [move.measure, move.filter].compactMap { $0 }
      view = try MeasureTable(resolver: resolver, lake: lake, onlyViews: true).table(of: written)
    }
    (from, to) = try MoveEnd.ends(of: move, view, runner, lake)
    measure = try MoveMeasure(
      move, view: view, stored: to.stored, runner: runner, resolver: resolver, lake: lake)
    report = MoveReport(measure)
    definition = from.definition
    adjusting = from
    inputs = MoveInputs(base: resolver, states: [:])
    target = inputs
    target = try state(of: to)
    inputs = try state(of: from)
  }

  private func state(of end: MoveEnd) throws(QueryError) -> MoveInputs {
    do throws(CatalogError) {
      let past = try lake.catalog.snapshot(id: end.run.inputSnapshot)
      let base = LakeResolver(runner.workspace, transaction: nil, pinned: past)
      var states: [Int64: TableState] = [:]
      for (table, version) in end.versions {
        guard let record = try lake.catalog.table(id: table, at: past.id) else { continue }
        let found = try lake.catalog.version(version, of: record)
        states[table] = try base.state(record, at: found, in: lake)
      }
      return MoveInputs(base: base, states: states)
    } catch {
      throw QueryError(error)
    }
  }

  // MARK: Steps

  mutating func table() throws(QueryError) -> Batch {
    report.add(
      .init(
        part: "start", input: from.stored.name, totals: try stored(from), detail: from.text))
    try add("recomputed", from.run)
    try switchDefinition()
    if from.date != to.date { try restate() }
    for role in MoveRoles.order {
      for table in try roles().tables(of: role) { try change(table, as: role) }
    }
    try switchAdjustments()
    if let date = to.date, from.date != date {
      inputs = target
      report.add(
        .init(
          part: "passage of time", totals: try computed(on: date),
          detail: "the business date itself: \(from.date.map { "\($0)" } ?? "") to \(date)"))
    }
    try close()
    return try report.table()
  }

  /// What this build computes from the run's inputs against what the run published.
  private mutating func add(_ part: String, _ run: RunRecord) throws(QueryError) {
    let totals = try computed(on: from.date)
    guard totals != report.last else { return }
    let causes = try differences(of: run)
    report.add(
      .init(
        part: causes.isEmpty ? "unexplained" : "method", totals: totals,
        detail: causes.isEmpty
          ? "run \(run.id) gives other rows when it is computed again: see `tarn replay \(run.id)`"
          : causes.joined(separator: "; ")))
  }

  private func differences(of run: RunRecord) throws(QueryError) -> [String] {
    let resolver = MoveResolver(inputs: inputs, lake: lake)
    let now = try Binder.bind(definition.query, resolver: resolver).plan.methodVersions
    let then = RunDetail.methods(of: run)
    var causes = now.filter { then[$0.key] != $0.value }.sorted { $0.key < $1.key }.map {
      "\($0.key) had method \(then[$0.key].map(String.init) ?? "none") in run \(run.id), "
        + "and has \($0.value) now"
    }
    if run.engineVersion != EngineVersion.name {
      causes.append("run \(run.id) was made by \(run.engineVersion), this is \(EngineVersion.name)")
    }
    return causes
  }

  /// Rows by hand that one end has and the other has not.
  private mutating func switchAdjustments() throws(QueryError) {
    adjusting = to
    let totals = try computed(on: from.date)
    guard totals != report.last else { return }
    func text(_ end: MoveEnd) throws(QueryError) -> String {
      let numbers = Set(try RunDetail(of: end.run).adjustments)
      let own = try host.adjustments(of: end.stored.name).filter {
        numbers.contains($0.number) && $0.date == end.date
      }
      return own.isEmpty
        ? "none" : own.map { "\($0.number) (\($0.reason))" }.joined(separator: ", ")
    }
    report.add(
      .init(
        part: "adjustments", input: to.stored.name, totals: totals,
        detail: "\(try text(from)) to \(try text(to))"))
  }

  private mutating func switchDefinition() throws(QueryError) {
    let next = target
    // Tables that only one of the definitions reads come with it.
    inputs.base = next.base
    inputs.states.merge(next.states) { known, _ in known }
    let changed = from.definition.hash != to.definition.hash
    definition = to.definition
    let totals = try computed(on: from.date)
    guard changed || totals != report.last else { return }
    report.add(
      .init(
        part: "definition", input: to.stored.name, totals: totals,
        detail: "\(from.definition.hash.hex.prefix(12)) to \(to.definition.hash.hex.prefix(12))"))
  }

  /// The first date as the end's run knew it.
  private mutating func restate() throws(QueryError) {
    for (id, state) in target.states.sorted(by: { $0.value.name < $1.value.name }) {
      // What the end's run did not know yet comes with the change of dates.
      guard let known = inputs.states[id], known.version < state.version,
        state.definition.businessDate != nil
      else { continue }
      let before = try rows(of: known, from.date)
      let after = try rows(of: state, from.date)
      inputs.states[id] = state
      let count = try MoveRows.changed(before, after, runner.planRunner)
      guard count > 0 else { continue }
      report.add(
        .init(
          part: "restatement", input: state.name, totals: try computed(on: from.date),
          rows: count,
          detail: "\(from.date.map { "\($0), " } ?? "")version \(known.version) to \(state.version)"
        ))
    }
  }

  private func roles() throws(QueryError) -> MoveRoles {
    try MoveRoles(move, inputs.states.values.sorted { $0.name < $1.name })
  }

  private mutating func change(
    _ known: TableState, as role: ExplainMove.Role
  ) throws(QueryError) {
    guard let id = known.record?.id, let state = target.states[id] else { return }
    let isDated = known.definition.businessDate != nil
    let moves = isDated && from.date != to.date
    guard moves || known.version != state.version else { return }
    let before = try rows(of: known, from.date)
    let after = try rows(of: state, to.date).redated(state.businessDateColumn, from.date)
    let count = try MoveRows.changed(before, after, runner.planRunner)
    guard count > 0 else {
      if !moves { inputs.states[id] = state }
      return
    }
    let detail =
      (moves ? "\(from.date.map { "\($0)" } ?? "") to \(to.date.map { "\($0)" } ?? "")" : "")
      + (known.version == state.version
        ? "" : (moves ? ", " : "") + "version \(known.version) to \(state.version)")
    // Positions are told apart by key; other columns would make every row another.
    if role == .positions,
      let parts = try MoveRows(before, after, key: state, runner: runner.planRunner)
    {
      try add(parts, id, known, state, detail)
    } else {
      try put(after, id, state)
      report.add(
        .init(
          part: MoveRoles.name(role), input: state.name,
          totals: try computed(on: from.date), rows: count, detail: detail))
    }
  }

  private mutating func add(
    _ parts: MoveRows, _ id: Int64, _ known: TableState, _ state: TableState, _ detail: String
  ) throws(QueryError) {
    let steps: [(name: String, rows: [Batch], count: Int)] = [
      ("new", parts.before.batches + parts.new, parts.newCount),
      ("cancelled", parts.kept + parts.new, parts.cancelledCount),
      ("amended", parts.amended + parts.new, parts.amendedCount),
    ]
    for (name, rows, count) in steps where count > 0 {
      try put(MemoryTable(schema: state.shape.schema, batches: rows), id, state)
      report.add(
        .init(
          part: "positions \(name)", input: state.name, totals: try computed(on: from.date),
          rows: count, detail: detail))
    }
  }

  /// Lets rows of the first date stand for a table's; other dates stay as they are.
  private mutating func put(
    _ rows: MemoryTable, _ id: Int64, _ state: TableState
  ) throws(QueryError) {
    inputs.states[id] = state
    inputs.rows[id] = rows.batches
    guard let column = state.businessDateColumn, let date = from.date, !isLocal() else { return }
    let others = LogicalPlan.filter(
      MoveRows.scan(state, resolver: inputs.base, lake),
      .comparison(.notEqual, .column(column, .date), .constant(.date(date), .date)))
    inputs.rows[id] = rows.batches + (try runner.planRunner.collect(others))
  }

  /// Whether a date is computed from rows of that date alone.
  private func isLocal() -> Bool {
    let resolver = MoveResolver(inputs: inputs, lake: lake)
    guard let bound = try? Binder.bind(definition.query, resolver: resolver) else { return false }
    return Locality(of: bound, businessDate: definition.businessDate) == .byDate
  }

  private mutating func close() throws(QueryError) {
    let published = try stored(to)
    if published != report.last {
      let causes = try differences(of: to.run)
      report.add(
        .init(
          part: causes.isEmpty ? "unexplained" : "method", totals: published,
          detail: causes.isEmpty
            ? "run \(to.run.id) gives other rows when it is computed again: "
              + "see `tarn replay \(to.run.id)`" : causes.joined(separator: "; ")))
    }
    report.add(.init(part: "end", input: to.stored.name, totals: published, detail: to.text))
  }

  // MARK: Totals

  /// As published.
  private func stored(_ end: MoveEnd) throws(QueryError) -> MoveMeasure.Totals {
    try measure.totals(of: inputs.base.pinnedTable(end.stored, in: lake), date: end.date)
  }

  private func computed(on date: CalendarDate?) throws(QueryError) -> MoveMeasure.Totals {
    let bound = try Binder.bind(
      definition.query, resolver: MoveResolver(inputs: inputs, lake: lake))
    let rows =
      try ViewRows.computed(definition, bound, date: date, host: host)
      + ViewRows.adjusted(
        definition, schema: bound.schema, by: adjusting.run, on: adjusting.date, placedOn: date,
        host: host)
    var table = inputs.base.pinnedTable(to.stored, in: lake)
    table.source = MemoryTable(schema: bound.schema, batches: rows)
    table.businessDate = nil
    return try measure.totals(of: table, date: date)
  }

  private func rows(of state: TableState, _ date: CalendarDate?) throws(QueryError) -> MemoryTable {
    var plan = MoveRows.scan(state, resolver: inputs.base, lake)
    if let column = state.businessDateColumn, let date {
      plan = try ExtractRanges().apply(
        to: try PushDownFilters().apply(
          to: .filter(
            plan,
            .comparison(.equal, .column(column, .date), .constant(.date(date), .date)))))
    }
    return MemoryTable(
      schema: state.shape.schema, batches: try runner.planRunner.collect(plan))
  }
}
