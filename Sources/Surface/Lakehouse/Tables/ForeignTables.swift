import Columnar
import DeltaLake
import FileStorage
import Parquet
import QueryEngine
import QueryLanguage

/// Tables and files that others wrote, read where they lie: no lake needed.
enum ForeignTables {
  static let readerNames = ["read_csv", "read_delta", "read_json", "read_parquet"]

  /// A file named in FROM; what it is follows from its name, or from a `_delta_log` inside.
  static func file(
    _ path: String, workspace: Workspace, at range: SourceRange
  ) throws(QueryError) -> PinnedTable {
    var name = path.lowercased()
    for suffix in [".gz", ".zst"] where name.hasSuffix(suffix) {
      name = String(name.dropLast(suffix.utf8.count))
    }
    if name.hasSuffix(".parquet") { return try parquet(path, workspace, at: range) }
    if [".csv", ".tsv", ".txt"].contains(where: name.hasSuffix) {
      return try TextTables.csv(path, named: [], workspace, at: range)
    }
    if [".json", ".ndjson", ".jsonl"].contains(where: name.hasSuffix) {
      return try TextTables.json(path, workspace, at: range)
    }
    let log = joinPath(path, LogPath.directory)
    if let status = try? workspace.store.status(log), status.isDirectory {
      return try delta(path, version: nil, workspace, at: range)
    }
    guard (try? workspace.store.status(path)) != nil else {
      throw QueryError(
        .source, "there is no file '\(path)'",
        help: "paths are relative to the working directory", at: range)
    }
    throw QueryError(
      .source, "it is not clear what '\(path)' is",
      help: "use read_parquet, read_csv, read_json or read_delta", at: range)
  }

  /// `read_parquet('…')` and its kin; nil for any other name.
  static func reader(
    _ call: ReaderCall, workspace: Workspace
  ) throws(QueryError) -> PinnedTable? {
    guard readerNames.contains(call.name) else { return nil }
    guard call.positional.count == 1, case .string(let path) = call.positional[0] else {
      throw QueryError(
        .type, "\(call.name) takes the path of a file as its first argument",
        help: "write \(call.name)('path')", at: call.range)
    }
    switch call.name {
    case "read_parquet":
      try allow([], in: call)
      return try parquet(path, workspace, at: call.range)
    case "read_delta":
      try allow(["version"], in: call)
      return try delta(path, version: try version(in: call), workspace, at: call.range)
    case "read_csv": return try TextTables.csv(path, named: call.named, workspace, at: call.range)
    default:
      try allow([], in: call)
      return try TextTables.json(path, workspace, at: call.range)
    }
  }

  private static func allow(_ names: [String], in call: ReaderCall) throws(QueryError) {
    for argument in call.named where !names.contains(argument.name) {
      throw QueryError(
        .name, "\(call.name) has no argument \"\(argument.name)\"",
        help: names.isEmpty ? "it takes only a path" : "it has \(names.joined(separator: ", "))",
        at: call.range)
    }
  }

  private static func version(in call: ReaderCall) throws(QueryError) -> Int64? {
    guard let value = call.named.first(where: { $0.name == "version" })?.value, !value.isNull else {
      return nil
    }
    guard case .int64(let version)? = Coercion.constant(value, to: .int64), version >= 0 else {
      throw QueryError(.type, "version is a whole number from 0 on", at: call.range)
    }
    return version
  }

  static func parquet(
    _ path: String, _ workspace: Workspace, at range: SourceRange
  ) throws(QueryError) -> PinnedTable {
    do throws(ParquetError) {
      let file = try workspace.footers.file(path, in: workspace.store)
      let source = ForeignParquetSource(
        file: file, schema: try file.schema(), decompressors: workspace.decompressors)
      return PinnedTable(name: path, source: source)
    } catch {
      throw QueryError(error.at(path: path), at: range)
    }
  }

  static func delta(
    _ path: String, version: Int64?, _ workspace: Workspace, at range: SourceRange
  ) throws(QueryError) -> PinnedTable {
    do throws(DeltaError) {
      let table = DeltaTable(
        at: path, in: workspace.store, checkpoints: ParquetCheckpoints(in: workspace.store))
      let snapshot = try table.snapshot(version: version)
      let scan = try DeltaScan(snapshot, in: workspace.store)
      try scan.checkFiles()
      let source = ForeignDeltaSource(scan: scan, workspace: workspace)
      return PinnedTable(name: path, source: source, version: snapshot.version)
    } catch {
      throw QueryError(error, at: range)
    }
  }
}

/// One Parquet file.
struct ForeignParquetSource: TableSource {
  let file: ParquetFile
  let schema: Schema
  let decompressors: DecompressorPool

  var rowCount: Int? { file.rowCount }

  func scan(_ request: ScanRequest) throws(QueryError) -> any TableScan {
    let pruner = RowGroupPruner(file, request.ranges, schema: schema)
    var units: [ParquetScan.Unit] = []
    var firstRow = 0
    for rowGroup in 0..<file.rowGroupCount {
      for rows in pruner.rows(ofRowGroup: rowGroup) {
        units.append(
          ParquetScan.Unit(
            file: file, rowGroup: rowGroup, firstRow: firstRow, columns: request.columns,
            conform: nil, rows: rows))
      }
      firstRow += file.rowCount(ofRowGroup: rowGroup)
    }
    return ParquetScan(
      schema: schema.projected(to: request.columns), units: units, decompressors: decompressors)
  }
}

/// A Delta table of anybody's, at one version.
struct ForeignDeltaSource: TableSource {
  let scan: DeltaScan
  let workspace: Workspace

  var schema: Schema { scan.schema }
  var rowCount: Int? { scan.snapshot.rowCount.map { Int($0) } }

  func scan(_ request: ScanRequest) throws(QueryError) -> any TableScan {
    var units: [ParquetScan.Unit] = []
    do throws(DeltaError) {
      for file in scan.files where mayMatch(file, request.ranges) {
        units += try self.units(of: file, request)
      }
    } catch {
      throw QueryError(error)
    }
    return ParquetScan(
      schema: schema.projected(to: request.columns), units: units,
      decompressors: workspace.decompressors)
  }

  /// False only when the log's statistics rule the file out.
  private func mayMatch(_ file: DeltaScanFile, _ ranges: [ColumnRange]) -> Bool {
    if ranges.isEmpty { return true }
    let statistics = scan.statistics(of: file)
    return ranges.allSatisfy { range in
      guard let bounds = statistics.bounds(of: schema[range.column].name) else { return true }
      return range.mayMeet(bounds.minimum, bounds.maximum)
    }
  }

  private func units(
    of file: DeltaScanFile, _ request: ScanRequest
  ) throws(DeltaError) -> [ParquetScan.Unit] {
    let reader = try DeltaFileReader(file, of: scan, in: workspace.store)
    let columns = request.columns
    let conform: ParquetScan.Conform = { physical, firstRow throws(QueryError) in
      do throws(DeltaError) {
        return try reader.logicalBatch(
          from: physical, columns: columns, firstRow: Int64(firstRow))
      } catch {
        throw QueryError(error)
      }
    }
    let pruner = RowGroupPruner(reader.parquet, request.ranges) { column in
      reader.filePositions(of: [column]).first
    }
    let positions = reader.filePositions(of: columns)
    var units: [ParquetScan.Unit] = []
    var firstRow = 0
    for rowGroup in 0..<reader.rowGroupCount {
      for rows in pruner.rows(ofRowGroup: rowGroup) {
        units.append(
          ParquetScan.Unit(
            file: reader.parquet, rowGroup: rowGroup, firstRow: firstRow, columns: positions,
            conform: conform, rows: rows))
      }
      firstRow += reader.parquet.rowCount(ofRowGroup: rowGroup)
    }
    return units
  }
}
