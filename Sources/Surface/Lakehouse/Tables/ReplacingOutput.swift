import Columnar
import LakeCatalog
import MaterializedViews
import QueryEngine

/// Rows that take the place of all rows of a table, or of those of some business dates.
final class ReplacingOutput: ViewOutput {
  private let state: TableState
  private let replacing: ViewReplacement
  private let lake: Lake
  private let runner: PlanRunner
  private let files: DataFileWriter
  private let put: (TableState) -> Void

  /// - Parameter put: Gets the table's new state when the output is staged.
  init(
    _ state: TableState, replacing: ViewReplacement, lake: Lake, runner: PlanRunner,
    put: @escaping (TableState) -> Void
  ) {
    self.state = state
    self.replacing = replacing
    self.lake = lake
    self.runner = runner
    self.put = put
    files = DataFileWriter(state, lake: lake, runner: runner)
  }

  func write(_ batch: Batch) throws(QueryError) {
    try files.write(
      Batch(schema: state.shape.schema, columns: batch.columns, rowCount: batch.rowCount))
  }

  func discard() { files.abandon() }

  func stage() throws(QueryError) {
    do throws(QueryError) {
      var change = try replaced()
      change.merge(try files.finish(operation: "REFRESH", isBlindAppend: false))
      for (date, count) in carried { change.dates[date, default: .init()].added -= count }
      change.rowsAdded -= carried.values.reduce(0, +)
      change.operation = "REFRESH"
      change.isBlindAppend = false
      var next = state
      if var known = state.staged {
        known.merge(change)
        next.staged = known
      } else {
        next.staged = change
      }
      put(next)
    } catch {
      files.abandon()
      throw error
    }
  }

  /// Rows of files that lose others and were written again, by date.
  private var carried: [CalendarDate: Int64] = [:]

  /// The files that go, with the rows of theirs that stay written to new ones.
  private func replaced() throws(QueryError) -> StagedChange {
    var change = StagedChange()
    let table = LakeTableSource(state, in: lake)
    guard case .dates(let dates) = replacing, let column = state.businessDateColumn else {
      for file in try table.dataFiles(dates: nil) {
        change.removed[file.path] = file
        change.rowsRemoved += file.rows
        for (date, count) in try FileDates.counts(of: file, state, in: lake) {
          change.dates[date, default: .init()].removed += count
        }
      }
      return change
    }
    guard let first = dates.min(), let last = dates.max() else { return change }
    for file in try table.dataFiles(dates: first...last) {
      let counts = try FileDates.counts(of: file, state, in: lake)
      let gone = counts.filter { dates.contains($0.key) }
      guard !gone.isEmpty else { continue }
      change.removed[file.path] = file
      for (date, count) in gone {
        change.dates[date, default: .init()].removed += count
        change.rowsRemoved += count
      }
      if gone.count < counts.count {
        try carryOver(file, without: dates, column: column)
        for (date, count) in counts where !dates.contains(date) {
          carried[date, default: 0] += count
        }
      }
    }
    return change
  }

  private func carryOver(
    _ file: FileRow, without dates: [CalendarDate], column: Int
  ) throws(QueryError) {
    let source = LakeTableSource(state.only([file]), in: lake)
    let width = source.schema.count
    let scan = LogicalPlan.scan(
      ScanNode(
        table: PinnedTable(name: state.name, source: source), columns: Array(0..<width),
        filter: .or([
          .isNull(.column(column, .date), negated: false),
          .inList(
            .column(column, .date), dates.map { .date($0) }, hasNull: false, negated: true),
        ])))
    try runner.run(scan) { batch throws(QueryError) in try files.write(batch) }
  }
}
