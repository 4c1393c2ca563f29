import Columnar
import FileStorage
import LakeCatalog
import MaterializedViews
import QueryEngine
import QueryLanguage

/// What a bound query is computed from, as certificates name it.
struct CertificateReading {
  let workspace: Workspace

  /// Tables of the lake and files, in the order of the text.
  ///
  /// - Throws: `.unsupported` for a source that nobody could look at again.
  func inputs(of plan: LogicalPlan) throws(QueryError) -> [Certificate.Input] {
    var inputs: [Certificate.Input] = []
    for scan in plan.scans {
      let input: Certificate.Input
      if let source = scan.table.source as? LakeTableSource {
        input = try self.input(scan, source)
      } else {
        input = try file(scan.table.name)
      }
      let known = inputs.firstIndex { $0.name == input.name && $0.version == input.version }
      if let known {
        let more = input.files.filter { !inputs[known].files.contains($0) }
        inputs[known].files += more
      } else {
        inputs.append(input)
      }
    }
    return inputs
  }

  private func input(
    _ scan: ScanNode, _ source: LakeTableSource
  ) throws(QueryError) -> Certificate.Input {
    let state = source.state
    guard let record = state.record else {
      throw QueryError(.unsupported, "\(state.name) is not committed yet")
    }
    let files = try ReadFiles.files(of: scan, source).map {
      Certificate.File(path: $0.path, rows: $0.rows, sha256: $0.sha256.hex)
    }
    do throws(CatalogError) {
      let version = try source.lake.catalog.version(state.version, of: record)
      let run = try source.lake.catalog.runs(of: state.name, status: RunStatus.succeeded).first {
        $0.outputs.contains { $0.tableID == record.id && $0.version == state.version }
      }
      return Certificate.Input(
        name: state.name, version: state.version, commit: version.sha256.hex, run: run?.id,
        files: files)
    } catch {
      throw QueryError(error)
    }
  }

  /// A file outside the lake, named in FROM.
  private func file(_ path: String) throws(QueryError) -> Certificate.Input {
    guard let status = (try? workspace.store.status(path)) ?? nil, !status.isDirectory else {
      throw QueryError(
        .unsupported, "\(path) is no table of the lake and no file",
        help: "a certificate names what anybody can look at again: tables of the lake, and files")
    }
    let file = Certificate.File(path: path, rows: 0, sha256: try digest(path))
    return Certificate.Input(name: path, files: [file])
  }

  func digest(_ path: String) throws(QueryError) -> String {
    do throws(FileError) {
      return try SHA256.digest(of: workspace.store.open(path)).hex
    } catch {
      throw QueryError(error)
    }
  }

  /// The calculators of a plan with their parameters, by name.
  static func methods(of plan: LogicalPlan) -> [Certificate.Method] {
    var found: [Certificate.Method] = []
    if case .tableFunction(let node) = plan {
      let scalars = node.scalars.map { ($0.parameter, ValueText.sql($0.value)) }
      found.append(
        Certificate.Method(
          calculator: node.name, version: node.methodVersion,
          parameters: Dictionary(scalars) { $1 }))
    }
    for input in plan.inputs { found += methods(of: input) }
    var seen: Set<Certificate.Method> = []
    return found.filter { seen.insert($0).inserted }
      .sorted { ($0.calculator, $0.parameters.count) < ($1.calculator, $1.parameters.count) }
  }
}

/// The rows of a result: their hash, their number and the first of them.
struct CertificateResult {
  private var content: ContentHash
  private(set) var rows: [[String]] = []
  /// Rows that are looked for, and how often each is still missing.
  private var missing: [[String]: Int] = [:]

  /// - Parameter wanted: Rows that the result must have.
  init(_ schema: Schema, wanted: [[String]] = []) {
    content = ContentHash(schema)
    for row in wanted { missing[row, default: 0] += 1 }
  }

  mutating func add(_ batch: Batch) {
    content.add(batch, rows: nil)
    for index in 0..<batch.rowCount {
      if rows.count >= Certificate.rowsMax, missing.isEmpty { return }
      let row = batch.row(index).map(ValueText.sql)
      if rows.count < Certificate.rowsMax { rows.append(row) }
      if let count = missing[row] { missing[row] = count > 1 ? count - 1 : nil }
    }
  }

  var hash: String { content.hex }
  var rowCount: Int64 { content.rows }
  var hasAllWanted: Bool { missing.isEmpty }

  static func columns(_ schema: Schema) -> [[String]] {
    schema.fields.map { [$0.name, $0.type.sqlName] }
  }
}
