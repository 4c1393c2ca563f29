import Columnar
import LakeCatalog
import QueryEngine

/// Stores rows into a table: appended, or by key where the table has one.
///
/// Rows go through the gate first; files are written and durable when `finish` returns, and belong to
/// nothing until they are committed.
final class TableWriter {
  private let lake: Lake
  private let state: TableState
  private let contract: TableContract
  private let runner: PlanRunner
  private let files: DataFileWriter
  /// What keeps bad rows out; nil when the rows have been through one already.
  let gate: RowGate?
  /// Keyed tables need all new rows at hand to tell which win.
  private var held: [Batch] = []
  /// Rows dropped because the table has an equal or later version of their key.
  private(set) var rowsSuperseded: Int64 = 0
  private var isFinished = false

  init(
    _ state: TableState, contract: TableContract, lake: Lake, runner: PlanRunner,
    isChecked: Bool = false
  ) {
    self.lake = lake
    self.state = state
    self.contract = contract
    self.runner = runner
    gate = isChecked ? nil : RowGate(contract, runner: runner)
    files = DataFileWriter(state, lake: lake, runner: runner)
  }

  /// Takes rows in the table's columns and types.
  func write(_ batch: Batch) throws(QueryError) {
    let admitted = try gate?.admit(batch) ?? batch
    guard admitted.rowCount > 0 else { return }
    if contract.key.isEmpty {
      try files.write(admitted)
    } else {
      held.append(admitted)
    }
  }

  /// The change that stores all rows.
  func finish(operation: String) throws(QueryError) -> StagedChange {
    isFinished = true
    do throws(QueryError) {
      guard !contract.key.isEmpty else {
        return try files.finish(operation: operation, isBlindAppend: true)
      }
      return try upsert(operation: operation)
    } catch {
      files.abandon()
      throw error
    }
  }

  /// Removes what was written, when nothing was made of it.
  func abandonUnlessFinished() {
    if !isFinished { files.abandon() }
  }

  /// Removes what was written, finished or not; nothing may refer to it.
  func abandon() { files.abandon() }

  // MARK: By key

  private var schema: Schema { state.shape.schema }

  private func upsert(operation: String) throws(QueryError) -> StagedChange {
    let offered = held.reduce(0) { $0 + $1.rowCount }
    let newest = try newestOfEach(held)
    held = []
    let table = LakeTableSource(state, in: lake)
    let candidates = try table.dataFiles(dates: dates(of: newest))
    let winners = try winners(newest, against: candidates)
    rowsSuperseded = Int64(offered - winners.reduce(0) { $0 + $1.rowCount })
    var change = StagedChange()
    var carried = DateTally()
    if !winners.isEmpty {
      for file in candidates { try replaceRows(of: file, by: winners, &change, &carried) }
    }
    for batch in winners { try files.write(batch) }
    change.merge(try files.finish(operation: operation, isBlindAppend: false))
    // Rows that only moved into a new file neither came nor went.
    change.discount(carried: carried)
    change.isBlindAppend = false
    return change
  }

  /// Of new rows with equal keys the one with the highest version; of equal versions the last.
  private func newestOfEach(_ batches: [Batch]) throws(QueryError) -> [Batch] {
    guard !batches.isEmpty else { return [] }
    let source = MemoryTable(schema: schema, batches: batches)
    let width = schema.count
    let scan = LogicalPlan.scan(
      ScanNode(
        table: PinnedTable(name: "new rows", source: source), columns: Array(0..<width)))
    // Row numbers tell which of equal versions arrived last.
    let arrival = WindowCall(
      function: .rowNumber, arguments: [], partitionBy: [], orderBy: [],
      frame: .init(unit: .rows, start: .unboundedPreceding, end: .unboundedFollowing),
      type: .int64, name: "#arrival")
    let numbered = LogicalPlan.window(WindowNode(input: scan, calls: [arrival]))
    var order: [SortKey] = []
    if let latestBy = contract.latestBy {
      order.append(
        SortKey(.column(latestBy, schema[latestBy].type), isDescending: true, nullsFirst: false))
    }
    order.append(SortKey(.column(width, .int64), isDescending: true, nullsFirst: false))
    let rank = WindowCall(
      function: .rowNumber, arguments: [],
      partitionBy: contract.key.map { .column($0, schema[$0].type) }, orderBy: order,
      frame: .init(unit: .rows, start: .unboundedPreceding, end: .unboundedFollowing),
      type: .int64, name: "#rank")
    let ranked = LogicalPlan.window(WindowNode(input: numbered, calls: [rank]))
    let first = LogicalPlan.filter(
      ranked,
      .comparison(.equal, .column(width + 1, .int64), .constant(.int64(1), .int64)))
    return try runner.collect(
      .project(
        first,
        schema.fields.enumerated().map { ProjectedExpression($1.name, .column($0, $1.type)) }))
  }

  /// New rows whose key the table does not have at an equal or higher version.
  private func winners(
    _ rows: [Batch], against files: [FileRow]
  ) throws(QueryError) -> [Batch] {
    guard let latestBy = contract.latestBy, !files.isEmpty, !rows.isEmpty else { return rows }
    let width = schema.count
    let isNotLater = BoundExpression.comparison(
      .greaterOrEqual, .column(width + latestBy, schema[latestBy].type),
      .column(latestBy, schema[latestBy].type))
    return try runner.collect(
      KeyedJoin.plan(
        .anti, MemoryTable(schema: schema, batches: rows), source(of: files), keys: contract.key,
        residual: isNotLater))
  }

  /// Writes the rows of a file that stay, when some of its rows are replaced.
  private func replaceRows(
    of file: FileRow, by winners: [Batch], _ change: inout StagedChange,
    _ carried: inout DateTally
  ) throws(QueryError) {
    let own = source(of: [file])
    let new = MemoryTable(schema: schema, batches: winners)
    let replaced = try runner.collect(KeyedJoin.plan(.semi, own, new, keys: contract.key))
    guard !replaced.isEmpty else { return }
    change.removed[file.path] = file
    var gone = DateTally()
    for batch in replaced { gone.add(batch, dateColumn: state.businessDateColumn) }
    change.count(removed: gone)
    var kept: [Batch] = []
    try runner.run(KeyedJoin.plan(.anti, own, new, keys: contract.key)) {
      batch throws(QueryError) in kept.append(batch)
    }
    for batch in kept {
      carried.add(batch, dateColumn: state.businessDateColumn)
      try files.write(batch)
    }
  }

  private func source(of files: [FileRow]) -> LakeTableSource {
    LakeTableSource(state.only(files), in: lake)
  }

  /// The span of business dates of some rows, when the key holds the date: other dates' files cannot
  /// have equal keys.
  private func dates(of batches: [Batch]) -> ClosedRange<CalendarDate>? {
    guard let column = state.businessDateColumn, contract.key.contains(column) else { return nil }
    var first = Int32.max
    var last = Int32.min
    for batch in batches {
      let dates = batch.columns[column]
      for (row, day) in (dates.storage.int32 ?? []).enumerated() {
        // A row of no date may meet one of no date, which can be in any file.
        guard dates.validity?[row] ?? true else { return nil }
        first = min(first, day)
        last = max(last, day)
      }
    }
    return first <= last ? CalendarDate(days: first)...CalendarDate(days: last) : nil
  }
}
