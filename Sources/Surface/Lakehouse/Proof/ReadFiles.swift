import LakeCatalog
import MaterializedViews
import QueryEngine

/// The data files that a plan touches.
enum ReadFiles {
  /// Sorted paths behind each scan; nil when the plan reads what is no table of the lake, or nothing.
  static func paths(of plan: LogicalPlan) throws(QueryError) -> [String]? {
    var paths: [String] = []
    let scans = plan.scans
    for scan in scans {
      guard let source = scan.table.source as? LakeTableSource else { return nil }
      let table = "\(source.state.record?.id ?? -1)"
      paths += try files(of: scan, source).map { table + "/" + $0.path }.sorted()
      paths.append("")
    }
    return scans.isEmpty ? nil : paths
  }

  static func files(
    of scan: ScanNode, _ source: LakeTableSource
  ) throws(QueryError) -> [FileRow] {
    let request = ScanRequest(columns: scan.columns, ranges: scan.ranges)
    return try source.dataFiles(dates: source.dates(of: request), ranges: scan.ranges)
  }
}
