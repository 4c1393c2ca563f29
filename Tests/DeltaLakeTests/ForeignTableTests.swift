import Columnar
import DeltaLake
import FileStorage
import Glibc
import JSONText
import Parquet
import Testing

/// Tables that others wrote, beside the repository (`../shared/conformance`); without them these
/// tests are skipped.
@Suite("Tables that others wrote")
struct ForeignTableTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var table: String
    var expected: String
    var version: Int64?

    var testDescription: String { table + (version.map { "@\($0)" } ?? "") }
  }

  /// Delta Acceptance Testing: every table at every version with an expectation.
  static let acceptance: [Case] = {
    guard let root = RealFiles.conformance.map({ $0 + "/dat" }) else { return [] }
    return RealFiles.names(in: root).flatMap { name in
      RealFiles.names(in: "\(root)/\(name)/expected").compactMap { expectation -> Case? in
        let expected = "\(root)/\(name)/expected/\(expectation)"
        let metadata = RealFiles.bytes(of: expected + "/table_version_metadata.json")
        guard let version = (try? JSONValue(parsing: metadata))?["version"]?.int64 else {
          return nil
        }
        return Case(
          table: "\(root)/\(name)/delta", expected: expected + "/table_content.parquet",
          version: version)
      }
    }
  }()

  /// Golden tables, unpacked into the directory that `TARN_GOLDEN_TABLES` names.
  static let golden: [Case] = {
    guard let root = unsafe getenv("TARN_GOLDEN_TABLES").map({ unsafe String(cString: $0) }) else {
      return []
    }
    return RealFiles.names(in: root).compactMap { name in
      RealFiles.isDirectory("\(root)/\(name)/expected")
        ? Case(table: "\(root)/\(name)/delta", expected: "\(root)/\(name)/expected") : nil
    }
  }()

  @Test(
    "hold exactly the expected rows",
    .enabled(if: RealFiles.conformance != nil, "../shared/conformance is missing"),
    arguments: acceptance + golden)
  func rows(_ item: Case) throws {
    let store = LocalFileStore()
    let table = DeltaTable(at: item.table, in: store)
    let snapshot = try table.snapshot(version: item.version)
    let scan = try DeltaScan(snapshot, in: store)
    var found: [String] = []
    for file in scan.files {
      let reader = try DeltaFileReader(file, of: scan, in: store)
      for rowGroup in 0..<reader.rowGroupCount {
        let batch = try reader.read(rowGroup: rowGroup, columns: Array(scan.columns.indices))
        found += ForeignTableTests.texts(batch)
      }
    }
    #expect(snapshot.rowCount.map { $0 == Int64(found.count) } ?? true)
    #expect(found.sorted() == (try ForeignTableTests.expected(item.expected, store)))
  }

  @Test(
    "are refused when their logs are damaged, by the fault",
    .enabled(if: RealFiles.conformance != nil, "../shared/conformance is missing"),
    arguments: [
      ("a", "does not exist"), ("b", "version 7 is missing"), ("c", "version 12 is missing"),
      ("d", "'catalogOwned'"), ("e", "'catalogOwned'"), ("f", "'catalogOwned'"),
      ("g", "versions 14 to 9998 are missing"), ("h", "versions 14 to 9998 are missing"),
      ("i", "versions 14 to 9998 are missing"),
    ])
  func damaged(name: String, fault: String) throws {
    let root = try #require(RealFiles.conformance)
    let store = LocalFileStore()
    let table = DeltaTable(at: "\(root)/delta-broken-logs/table_\(name)", in: store)
    let error = #expect(throws: DeltaError.self) {
      try DeltaScan(table.snapshot(), in: store).checkFiles()
    }
    #expect(error?.description.contains(fault) == true, "\(error?.description ?? "")")
  }

  private static func expected(_ path: String, _ store: LocalFileStore) throws -> [String] {
    let files = RealFiles.all(below: path).map(\.0).filter { $0.hasSuffix(".parquet") }
    let paths = files.isEmpty ? [path] : files.map { path + "/" + $0 }
    var rows: [String] = []
    for path in paths {
      let file = try ParquetFile(file: store.open(path))
      for rowGroup in 0..<file.rowGroupCount {
        rows += texts(try RowGroupReader(file, rowGroup: rowGroup).rest())
      }
    }
    return rows.sorted()
  }

  /// Rows as text, columns by name, so that their order does not matter.
  private static func texts(_ batch: Batch) -> [String] {
    let order = batch.schema.names.indices.sorted {
      batch.schema.names[$0].lowercased() < batch.schema.names[$1].lowercased()
    }
    return (0..<batch.rowCount).map { row in
      order.map { "\(batch.schema.names[$0].lowercased())=\(batch.columns[$0].value(row))" }
        .joined(separator: "; ")
    }
  }
}
