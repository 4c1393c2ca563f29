import Columnar
import FileStorage
import LakeCatalog
import MaterializedViews
import QueryEngine
import QueryLanguage

/// From one row of a result to the files and rows it comes from: `WHY`.
///
/// Plans are traced operator by operator (`RowTrace`); a materialized view is followed to the run that
/// wrote each business date, and on to what that run read.
struct WhyExplainer {
  let runner: StatementRunner
  let lake: Lake
  /// How many rows, files and runs of each table are named.
  let limit: Int
  private var tree = WhyTree()

  private static let deepest = 20

  init(_ runner: StatementRunner, lake: Lake, limit: Int?) {
    self.runner = runner
    self.lake = lake
    self.limit = max(0, limit ?? 5)
  }

  private var inputs: RunInputs { RunInputs(workspace: runner.workspace, lake: lake) }

  mutating func explain(_ query: Query) throws(QueryError) -> Batch {
    let bound = try Binder.bind(query, resolver: runner.resolver(), settings: try runner.settings)
    let few = LogicalPlan.limit(bound.plan, count: 2, offset: 0)
    let result = try Batch.joined(try runner.planRunner.collect(few), schema: bound.schema)
    guard result.rowCount == 1 else {
      throw QueryError(
        .constraint,
        result.rowCount == 0
          ? "the query gives no row to explain" : "WHY explains one row, and this query gives more",
        help: result.rowCount == 0 ? nil : "narrow it with WHERE, or end it with LIMIT 1",
        at: query.range)
    }
    let row = result.row(0)
    tree.add(0, "result", WhyTree.text(row, bound.schema.names), rows: 1)
    describeColumns(bound, row)
    try descend(1, bound.plan, .row(row))
    return tree.rows.batch
  }

  private mutating func describeColumns(_ query: BoundQuery, _ row: [Value]) {
    let edges = QueryLineage.edges(of: query)
    for (name, value) in zip(query.schema.names, row) {
      let sources = edges.filter { $0.outputColumn == name }.compactMap { edge in
        edge.inputColumn.map { "\(edge.inputTable).\($0)" }
      }
      tree.add(
        1, "column", name,
        ValueText.sql(value)
          + (sources.isEmpty ? "" : " from " + sources.joined(separator: ", ")))
    }
  }

  // MARK: Tables

  private mutating func descend(
    _ level: Int, _ plan: LogicalPlan, _ selection: Contributions.Selection
  ) throws(QueryError) {
    let (targets, others) = Contributions.targets(of: plan)
    var named: [String] = []
    for target in targets {
      var deeper = level
      for node in target.calculators {
        let scalars = node.scalars.map { "\($0.parameter) => \(ValueText.sql($0.value))" }
        let text = scalars.joined(separator: ", ")
        if !named.contains(node.name + text) {
          named.append(node.name + text)
          tree.add(
            deeper, "calculator", node.name, version: Int64(node.methodVersion),
            "method \(node.methodVersion)" + (text.isEmpty ? "" : ": " + text))
        }
        deeper += 1
      }
      var contributions = Contributions(runner.planRunner)
      let state = target.source.state
      if try inputs.isView(state.name, at: state.snapshot), let record = state.record {
        let all = Array(state.shape.schema.fields.indices)
        let rows = try contributions.plan(of: target, in: plan, selection, columns: all)
        try view(deeper, state, record, rows, contributions.notes)
      } else {
        let keys = WhyExplainer.keys(of: state)
        let rows = try contributions.plan(of: target, in: plan, selection, columns: keys)
        try table(deeper, state, rows, keys, contributions.notes)
      }
    }
    for name in others {
      tree.add(level, "source", name, "no table of the lake: its rows are not traced")
    }
  }

  /// Positions of the KEY, or of all columns when there is none.
  private static func keys(of state: TableState) -> [Int] {
    let keys = state.definition.key.compactMap { state.shape.schema.index(of: $0) }
    return keys.isEmpty ? Array(state.shape.schema.fields.indices) : keys
  }

  private mutating func table(
    _ level: Int, _ state: TableState, _ rows: LogicalPlan, _ keys: [Int], _ notes: [String]
  ) throws(QueryError) {
    let files = try TracedFiles(rows, state, runner.planRunner, lake)
    tree.add(
      level, "table", state.name, version: state.version, rows: files.rows,
      try origin(of: state))
    for note in notes { tree.add(level + 1, "note", state.name, note) }
    for file in files.files.prefix(limit) {
      tree.add(
        level + 1, "file", file.path, rows: file.rows,
        "sha256 \(file.sha256); \(file.rowsInAll) rows in all"
          + (file.landing.map { "; loaded from \($0)" } ?? ""))
    }
    more(level + 1, "file", files.files.count)
    let shown = try first(rows, keys.count)
    let names = keys.map { state.shape.schema[$0].name }
    let landing = try LandingPlaces(state, runner: runner, lake: lake)
    for row in 0..<shown.rowCount {
      let values = shown.row(row)
      let key = Array(values.prefix(keys.count))
      tree.add(
        level + 1, "row", WhyTree.text(key, names), rows: 1,
        WhyExplainer.place(values.suffix(2)))
      if let place = try landing?.place(of: key, names) {
        tree.add(level + 2, "landing", place.file, "line \(place.line)")
      }
    }
    more(level + 1, "row", Int(clamping: files.rows))
  }

  private static func place(_ values: ArraySlice<Value>) -> String? {
    guard case .string(let file)? = values.first, case .int64(let row)? = values.last else {
      return nil
    }
    return "row \(row + 1) of \(file)"
  }

  private mutating func more(_ level: Int, _ what: String, _ count: Int) {
    guard count > limit else { return }
    tree.add(
      level, "more", "\(count - limit) \(what)\(count - limit == 1 ? "" : "s")",
      "WHY LIMIT n names more")
  }

  /// The first rows by place.
  private func first(_ rows: LogicalPlan, _ width: Int) throws(QueryError) -> Batch {
    let keys = [width, width + 1].map {
      SortKey(.column($0, rows.schema[$0].type), isDescending: false, nullsFirst: false)
    }
    let plan = LogicalPlan.limit(.sort(rows, keys), count: limit, offset: 0)
    return try Batch.joined(try runner.planRunner.collect(plan), schema: rows.schema)
  }

  private func origin(of state: TableState) throws(QueryError) -> String {
    guard let record = state.record else { return "not committed yet" }
    do throws(CatalogError) {
      let version = try lake.catalog.version(state.version, of: record)
      let commit = try lake.catalog.history(of: record.id).first { $0.snapshot == version.snapshot }
      return "\(version.operation) at \(Timestamp(microseconds: version.timeMicroseconds))"
        + (commit.map { " by \($0.actor)" } ?? "") + ", snapshot \(version.snapshot)"
    } catch {
      throw QueryError(error)
    }
  }

  // MARK: Views

  private mutating func view(
    _ level: Int, _ state: TableState, _ record: TableRecord, _ plan: LogicalPlan,
    _ notes: [String]
  ) throws(QueryError) {
    let schema = state.shape.schema
    let placed = try Batch.joined(try runner.planRunner.collect(plan), schema: plan.schema)
    let rows = placed.projected(to: Array(schema.fields.indices))
    tree.add(
      level, "view", state.name, version: state.version, rows: Int64(rows.rowCount),
      try origin(of: state))
    for note in notes { tree.add(level + 1, "note", state.name, note) }
    let keys = WhyExplainer.keys(of: state)
    for row in 0..<min(limit, rows.rowCount) {
      let values = rows.row(row)
      tree.add(
        level + 1, "row", WhyTree.text(keys.map { values[$0] }, keys.map { schema[$0].name }),
        rows: 1, keys.count == schema.count ? nil : WhyTree.text(values, schema.names))
    }
    more(level + 1, "row", rows.rowCount)
    guard level < WhyExplainer.deepest else { return }
    let book = try RunBook(lake, of: record)
    let groups = WhyExplainer.byRun(rows, state, book)
    for (run, part) in groups.prefix(limit) {
      guard let run else {
        tree.add(level + 1, "note", state.name, "no run is recorded for \(part.rowCount) rows")
        continue
      }
      try describe(level + 1, run, part, book)
    }
    more(level + 1, "run", groups.count)
  }

  /// The rows by the run that wrote them, oldest run first.
  private static func byRun(
    _ rows: Batch, _ state: TableState, _ book: RunBook
  ) -> [(RunRecord?, Batch)] {
    var found: [Int64: (run: RunRecord?, rows: [Int32])] = [:]
    var runs: [CalendarDate?: RunRecord?] = [:]
    for row in 0..<rows.rowCount {
      var date: CalendarDate?
      if let column = state.businessDateColumn,
        case .date(let day) = rows.columns[column].value(row)
      {
        date = day
      }
      let known = runs[date] ?? book.run(upTo: state.version, covering: date)
      runs[date] = known
      found[known?.id ?? 0, default: (known, [])].rows.append(Int32(row))
    }
    return found.sorted { $0.key < $1.key }.map { ($0.value.run, rows.take($0.value.rows)) }
  }

  private mutating func describe(
    _ level: Int, _ run: RunRecord, _ rows: Batch, _ book: RunBook
  ) throws(QueryError) {
    let commit = book.commit(run.snapshot)
    let definition = try inputs.definition(of: run)
    let dates = WhyExplainer.dates(rows, definition.businessDate)
    let methods = RunDetail.methodText(of: run)
    var detail =
      "definition \(definition.hash.hex.prefix(12)), "
      + (methods.isEmpty ? "" : "methods \(methods), ")
    detail += "\(run.engineVersion), \(Timestamp(microseconds: run.finishedMicroseconds))"
    detail += (commit.map { " by \($0.actor)" } ?? "") + ", read at snapshot \(run.inputSnapshot)"
    if let reason = book.reason(of: run.snapshot, run, dates) { detail += ": \(reason)" }
    tree.add(
      level, "run", run.view, version: run.outputs.first?.version, run: run.id,
      rows: Int64(rows.rowCount), detail)
    let rows = try withoutAdjustments(level + 1, run, rows)
    if rows.rowCount == 0 { return }
    let bound = try Binder.bind(definition.query, resolver: try inputs.resolver(of: run))
    var plan = bound.plan
    if !dates.isEmpty,
      Locality(of: bound, businessDate: definition.businessDate) == .byDate
    {
      plan = try plan.restricted(to: dates)
    }
    try descend(level + 1, plan, .rows(rows))
  }

  /// Names the rows that were added by hand, and gives those that the query made.
  private mutating func withoutAdjustments(
    _ level: Int, _ run: RunRecord, _ rows: Batch
  ) throws(QueryError) -> Batch {
    let numbers = try RunDetail(of: run).adjustments
    if numbers.isEmpty { return rows }
    let known: [Adjustment]
    do throws(CatalogError) { known = try AdjustmentBook(lake).all() } catch {
      throw QueryError(error)
    }
    var left = (0..<rows.rowCount).map { rows.row($0) }
    var places = Array(0..<Int32(rows.rowCount))
    for adjustment in known where numbers.contains(adjustment.number) {
      guard adjustment.view == run.view else { continue }
      let plan = try adjustment.overlay.plan(over: rows.schema, of: run.view)
      let added = try Batch.joined(try runner.planRunner.collect(plan), schema: rows.schema)
      var count: Int64 = 0
      for row in 0..<added.rowCount {
        guard let place = left.firstIndex(of: added.row(row)) else { continue }
        left.remove(at: place)
        places.remove(at: place)
        count += 1
      }
      if count > 0 {
        tree.add(
          level, "adjustment", "\(adjustment.number)", rows: count,
          "\(adjustment.reason): proposed by "
            + Signature.name(adjustment.maker, adjustment.makerUser)
            + ", \(adjustment.state) by "
            + (adjustment.decisions.last?.checker ?? "nobody"))
      }
    }
    return rows.take(places)
  }

  private static func dates(_ rows: Batch, _ column: String?) -> [CalendarDate] {
    guard let column, let position = rows.schema.index(of: column) else { return [] }
    var dates: Set<CalendarDate> = []
    for row in 0..<rows.rowCount {
      if case .date(let date) = rows.columns[position].value(row) { dates.insert(date) }
    }
    return dates.sorted()
  }
}
