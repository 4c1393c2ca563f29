import Columnar
import LakeCatalog
import MaterializedViews
import QueryEngine

/// Which run made which version of a view's table, and what the commits say of themselves.
struct RunBook {
  private let lake: Lake
  private let commits: [Int64: HistoryRow]
  /// Of the table, oldest first, with the version each made.
  private let runs: [(run: RunRecord, version: Int64)]

  /// - Parameter table: Whose runs are wanted; nil: none.
  init(_ lake: Lake, of table: TableRecord?) throws(QueryError) {
    self.lake = lake
    do throws(CatalogError) {
      var commits: [Int64: HistoryRow] = [:]
      for row in try lake.catalog.history() { commits[row.snapshot] = row }
      self.commits = commits
      var runs: [(run: RunRecord, version: Int64)] = []
      if let table {
        let all = try lake.catalog.runs(of: table.qualifiedName, status: RunStatus.succeeded)
        for run in all.reversed() {
          guard let output = run.outputs.first(where: { $0.tableID == table.id }) else { continue }
          runs.append((run, output.version))
        }
      }
      self.runs = runs
    } catch {
      throw QueryError(error)
    }
  }

  func commit(_ snapshot: Int64) -> HistoryRow? { commits[snapshot] }

  func run(ofVersion version: Int64) -> RunRecord? { runs.last { $0.version == version }?.run }

  /// The last run up to a version that wrote rows of a date; nil stands for rows without one.
  func run(upTo version: Int64, covering date: CalendarDate?) -> RunRecord? {
    runs.last { entry in
      guard entry.version <= version else { return false }
      return entry.run.dates.isEmpty || date.map { entry.run.dates.contains($0) } ?? false
    }?.run
  }

  /// Why a snapshot came to be: its own reason, and those of the run for the dates (empty: all).
  func reason(of snapshot: Int64, _ run: RunRecord?, _ dates: [CalendarDate]) -> String? {
    var words: [String] = []
    let commit = commits[snapshot]
    if let reason = commit?.reason { words.append(reason) }
    if let run, let detail = try? RunDetail(of: run) {
      for reason in detail.reasons
      where dates.isEmpty || reason.date.map(dates.contains) ?? true {
        if !words.contains(reason.text) { words.append(reason.text) }
      }
      if words.count > 4 { words = Array(words.prefix(3)) + ["and \(words.count - 3) more"] }
    }
    if words.isEmpty, let text = commit?.statement ?? commit?.message { words.append(text) }
    return words.isEmpty ? nil : words.joined(separator: "; ")
  }
}
