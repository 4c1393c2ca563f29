import Columnar
import FileStorage
import LakeCatalog
import QueryEngine

/// The data files that hold traced rows of a table, by number of rows.
struct TracedFiles {
  struct File {
    var path: String
    var rows: Int64
    var rowsInAll: Int64
    var sha256: String
    /// The landing file whose commit wrote it, when it wrote nothing else.
    var landing: String?
  }

  let files: [File]
  let rows: Int64

  /// - Parameter plan: Distinct rows, with `$file` and `$row` last.
  init(
    _ plan: LogicalPlan, _ state: TableState, _ runner: PlanRunner, _ lake: Lake
  ) throws(QueryError) {
    let place = plan.schema.count - 2
    let counted = LogicalPlan.aggregate(
      AggregateNode(
        input: plan,
        groups: [ProjectedExpression("file", .column(place, .string))], groupingSets: [[0]],
        aggregates: [AggregateCall(.countStar, [], type: .int64, name: "rows")]))
    var counts: [(path: String, rows: Int64)] = []
    for batch in try runner.collect(counted) {
      for row in 0..<batch.rowCount {
        if case .string(let path) = batch.columns[0].value(row),
          case .int64(let rows) = batch.columns[1].value(row)
        {
          counts.append((path, rows))
        }
      }
    }
    counts.sort { ($1.rows, $0.path) < ($0.rows, $1.path) }
    var known: [String: FileRecord] = [:]
    var origins: [Int64: String] = [:]
    do throws(CatalogError) {
      if let record = state.record, state.version >= 0 {
        for file in try lake.catalog.files(of: record, version: state.version) {
          known[file.file.path] = file
        }
        for count in counts {
          guard let file = known[count.path], origins[file.beginVersion] == nil else { continue }
          origins[file.beginVersion] = try TracedFiles.landing(file, record, lake) ?? ""
        }
      }
    } catch {
      throw QueryError(error)
    }
    files = counts.map { count in
      let file = known[count.path]
      let landing = file.flatMap { origins[$0.beginVersion] } ?? ""
      return File(
        path: count.path, rows: count.rows, rowsInAll: file?.file.rows ?? 0,
        sha256: file?.file.sha256.hex ?? "", landing: landing.isEmpty ? nil : landing)
    }
    rows = counts.reduce(0) { $0 + $1.rows }
  }

  /// Nil where rows of earlier files were written again together with new ones.
  private static func landing(
    _ file: FileRecord, _ record: TableRecord, _ lake: Lake
  ) throws(CatalogError) -> String? {
    let version = try lake.catalog.version(file.beginVersion, of: record)
    guard version.operation == "INGEST", version.rowsRemoved == 0 else { return nil }
    return try lake.catalog.ingests(at: version.snapshot)
      .last { $0.snapshot == version.snapshot }?.path
  }
}
