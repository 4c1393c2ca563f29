import Columnar
import FileStorage
import LakeCatalog
import MaterializedViews
import QueryEngine
import QueryLanguage
import Workers

/// A lake in memory: every version of every table, views, runs and snapshots.
final class MemoryHost: ViewHost {
  struct Table {
    var id: Int64
    var schema: Schema
    /// Rows of each version.
    var versions: [[[Value]]]

    var isDated: Bool { schema.fields.first?.type == .date }
  }

  var tables: [String: Table] = [:]
  var records: [(since: Int64, record: ViewRecord)] = []
  var allRuns: [RunRecord] = []
  var snapshot: Int64 = 1
  var clock: Int64 = 1_000_000
  var engineVersion = "Tarn/test"
  var functions: [any TableFunction] = []
  /// Whole new rows of views, by name, not committed.
  private var staged: [String: [[Value]]] = [:]
  private let context = ExecutionContext(pool: WorkerPool(threadCount: 1))

  // MARK: Set-up

  /// A table; the business date, if any, is its first column.
  func create(_ name: String, _ fields: [Field], _ rows: [[Value]] = []) {
    tables[name] = Table(
      id: Int64(tables.count + 1), schema: Schema(fields), versions: [rows])
  }

  func write(_ name: String, _ rows: [[Value]]) {
    tables[name]?.versions.append(rows)
    snapshot += 1
  }

  func rows(_ name: String) -> [[Value]] { tables[name]?.versions.last ?? [] }

  /// Defines or redefines a view, as the Lakehouse does: with an empty table for its rows.
  func define(_ text: String) throws {
    guard case .createMaterializedView(let create) = try SyntaxParser.statement(in: text).kind
    else { return }
    let view = try ViewDefinition(create)
    snapshot += 1
    records.removeAll { $0.record.qualifiedName == view.name && $0.since == snapshot }
    records.append(
      (
        snapshot,
        ViewRecord(
          schema: create.name.parts[0].text, name: create.name.parts[1].text, sql: text,
          definitionHash: view.hash, outputTable: view.name)
      ))
    if tables[view.name] == nil {
      let schema = try bind(create.query, inputs: .current).schema
      self.create(view.name, schema.fields)
    }
  }

  // MARK: ViewHost

  func now() -> Int64 { clock }
  func inputSnapshot() -> Int64 { snapshot }

  func views(at snapshot: Int64?) -> [ViewRecord] {
    var latest: [String: ViewRecord] = [:]
    for (since, record) in records where since <= snapshot ?? self.snapshot {
      latest[record.qualifiedName] = record
    }
    return latest.keys.sorted().compactMap { latest[$0] }
  }

  func runs(of view: String, status: String?, limit: Int) -> [RunRecord] {
    let all = allRuns.reversed().filter { run in
      run.view == view && (status.map { $0 == run.status } ?? true)
    }
    return Array(all.prefix(limit))
  }

  func lastRun(of view: String, status: String?) -> RunHead? {
    runs(of: view, status: status, limit: 1).first.map { RunHead(of: $0) }
  }

  func run(id: Int64) -> RunRecord? { allRuns.first { $0.id == id } }

  func table(named name: String) -> TableVersionReference? {
    guard let table = tables[name] else { return nil }
    return TableVersionReference(
      tableID: table.id, version: Int64(table.versions.count - (staged[name] == nil ? 1 : 0)))
  }

  func change(of table: TableVersionReference, upTo version: Int64) -> InputChange {
    guard let found = tables.values.first(where: { $0.id == table.tableID }) else { return .all }
    var counts: [[Value]: Int] = [:]
    for row in found.versions[Int(table.version)] { counts[row, default: 0] += 1 }
    for row in found.versions[Int(version)] { counts[row, default: 0] -= 1 }
    let changed = counts.filter { $0.value != 0 }.keys
    if changed.isEmpty { return .none }
    guard found.isDated, !changed.contains(where: { $0[0].isNull }) else { return .all }
    let dates = changed.compactMap { row in
      if case .date(let date) = row[0] { date } else { nil }
    }
    return .dates(Set(dates).sorted())
  }

  /// Rows that differ, and on both sides one that does not, as if a file were written again.
  func movedRows(
    of table: TableVersionReference, named name: String, dates: [CalendarDate]?
  ) -> MovedRows? {
    guard let found = tables[name], staged[name] == nil, found.id == table.tableID else {
      return nil
    }
    var gone = found.versions[Int(table.version)]
    let now = found.versions[found.versions.count - 1]
    var come: [[Value]] = []
    for row in now {
      if let place = gone.firstIndex(of: row) { gone.remove(at: place) } else { come.append(row) }
    }
    if !gone.isEmpty, let kept = now.first {
      gone.append(kept)
      come.append(kept)
    }
    func side(_ rows: [[Value]]) -> PinnedTable? {
      rows.isEmpty ? nil : MemoryHost.pin(name, found, rows, 0, snapshot)
    }
    return MovedRows(
      removed: side(gone), added: side(come), count: Int64(gone.count + come.count),
      wholeCount: .max)
  }

  func bind(_ query: Query, inputs: ViewInputs) throws(QueryError) -> BoundQuery {
    var pinned: [String: PinnedTable] = [:]
    for (name, table) in tables {
      var version = table.versions.count - 1
      if case .recorded(let run) = inputs {
        let versions = run.inputs.filter { $0.tableID == table.id }.map(\.version)
        guard let latest = versions.max() else { continue }
        version = Int(latest)
      }
      var rows = table.versions[version]
      if case .current = inputs, let new = staged[name] {
        rows = new
        version += 1
      }
      pinned[name] = MemoryHost.pin(name, table, rows, version, snapshot)
    }
    return try Binder.bind(query, resolver: Resolver(tables: pinned, functions: functions))
  }

  func bind(_ condition: Expression, over schema: Schema) throws(QueryError) -> BoundExpression {
    try Binder.bind(
      condition, over: schema, resolver: Resolver(tables: [:], functions: functions))
  }

  func execute(
    _ plan: LogicalPlan, into sink: (Batch) throws(QueryError) -> Void
  ) throws(QueryError) {
    try Executor().run(plan, context: context, into: sink)
  }

  func output(
    of view: ViewDefinition, schema: Schema, replacing: ViewReplacement
  ) -> any ViewOutput {
    var kept: [[Value]] = []
    if case .dates(let dates) = replacing {
      kept = rows(view.name).filter { row in
        if case .date(let date) = row[0] { !dates.contains(date) } else { true }
      }
    }
    return Output(host: self, view: view.name, rows: kept)
  }

  func commit(
    _ runs: [RunRecord], checks: [CheckResult], quarantine: [QuarantinedRow]
  ) -> [RunRecord] {
    snapshot += 1
    let recorded = runs.map { run in
      var run = run
      run.id = Int64(allRuns.count + 1)
      run.snapshot = snapshot
      if let rows = staged[run.view] {
        tables[run.view]?.versions.append(rows)
        let table = tables[run.view]
        run.outputs = [
          TableVersionReference(
            tableID: table?.id ?? 0, version: Int64((table?.versions.count ?? 0) - 1))
        ]
      }
      allRuns.append(run)
      return run
    }
    staged = [:]
    return recorded
  }

  private final class Output: ViewOutput {
    let host: MemoryHost
    let view: String
    var rows: [[Value]]

    init(host: MemoryHost, view: String, rows: [[Value]]) {
      (self.host, self.view, self.rows) = (host, view, rows)
    }

    func write(_ batch: Batch) { rows += (0..<batch.rowCount).map { batch.row($0) } }
    func stage() { host.staged[view] = rows }
    func discard() { rows = [] }
  }

  // MARK: Tables

  static func batch(_ rows: [[Value]], _ schema: Schema) -> Batch {
    let columns = schema.fields.indices.map { index in
      var builder = ColumnBuilder(schema[index].type)
      for row in rows { builder.append(row[index]) }
      return builder.finish()
    }
    return Batch(schema: schema, columns: columns, rowCount: rows.count)
  }

  private static func pin(
    _ name: String, _ table: Table, _ rows: [[Value]], _ version: Int, _ snapshot: Int64
  ) -> PinnedTable {
    let source = MemoryTable(schema: table.schema, batches: [batch(rows, table.schema)])
    let days = Set(
      rows.compactMap { row in if case .date(let date) = row[0] { date } else { nil } }
    ).sorted()
    let dated = BusinessDateColumn(
      column: 0, calendar: "weekends", dates: { days }, holidays: { [] })
    return PinnedTable(
      name: name, source: source, businessDate: table.isDated ? dated : nil,
      version: Int64(version), snapshot: snapshot)
  }

  private struct Resolver: TableResolver {
    let tables: [String: PinnedTable]
    let functions: [any TableFunction]

    func resolve(
      _ name: QualifiedName, knownAt point: ResolvedKnowledge?
    ) throws(QueryError) -> ResolvedTable {
      guard let table = tables[name.dotted] else {
        throw QueryError(.name, "there is no table \"\(name.dotted)\"", at: name.range)
      }
      return .table(table)
    }

    func file(_ path: String, at range: SourceRange) throws(QueryError) -> PinnedTable {
      throw QueryError(.source, "no files here", at: range)
    }

    func reader(_ call: ReaderCall) -> PinnedTable? { nil }
    func tableFunction(named name: String) -> (any TableFunction)? {
      functions.first { $0.name == name }
    }
    var tableFunctionNames: [String] { functions.map(\.name) }
  }
}

/// A calculator that multiplies `total`, with a method version and a window that can be chosen.
struct Multiplied: TableFunction {
  var factor: Int64 = 2
  var methodVersion = 1
  var window = BusinessDateWindow.same
  var name: String { "multiplied" }
  var documentation: String { "" }
  var parameters: [TableFunctionParameter] {
    [TableFunctionParameter("rows", .table(defaultName: nil), "rows with as_of_date and total")]
  }

  func bind(_ arguments: TableFunctionArguments) throws(QueryError) -> BoundTableFunction {
    guard let input = arguments.tables["rows"], let date = input.index(of: "as_of_date"),
      let total = input.index(of: "total")
    else { throw QueryError(.name, "multiplied needs as_of_date and total") }
    let schema = Schema([Field("as_of_date", .date), Field("total", .int64)])
    let factor = factor
    return BoundTableFunction(schema: schema, columns: ["rows": [date, total]], businessDate: 0) {
      inputs, _ throws(QueryError) in
      (inputs["rows"] ?? []).map { batch in
        MemoryHost.batch(
          (0..<batch.rowCount).map { row in
            let values = batch.row(row)
            guard case .int64(let total) = values[1] else { return [values[0], .null] }
            return [values[0], .int64(total * factor)]
          }, schema)
      }
    }
  }
}
