import Columnar
import DeltaLake
import FileStorage

/// Checkpoints as rows in memory, keyed by path: what Parquet holds on a real disk.
struct RowCheckpoints: CheckpointStore {
  var batches: [String: Batch] = [:]

  func read(_ path: String, columns: [String]) throws(CheckpointFault) -> [Batch] {
    guard let batch = batches[path] else { throw CheckpointFault("not a Parquet file") }
    return [batch]
  }

  func encode(_ batch: Batch) throws(CheckpointFault) -> [UInt8] {
    Array("rows: \(batch.rowCount)".utf8)
  }
}

/// A table `t` in memory whose log is written line by line.
struct LogFixture {
  let store = MemoryStore()
  var checkpoints = RowCheckpoints()

  static let protocolLine = #"{"protocol":{"minReaderVersion":1,"minWriterVersion":2}}"#
  static let metadataLine =
    #"{"metaData":{"id":"m","format":{"provider":"parquet","options":{}},"schemaString":"#
    + #""{\"type\":\"struct\",\"fields\":[{\"name\":\"id\",\"type\":\"long\",\"nullable\":true,"#
    + #"\"metadata\":{}}]}","partitionColumns":[],"configuration":{},"createdTime":1}}"#

  static func add(_ path: String, size: Int = 10, rows: Int = 1) -> String {
    #"{"add":{"path":"\#(path)","partitionValues":{},"size":\#(size),"modificationTime":1,"#
      + #""dataChange":true,"stats":"{\"numRecords\":\#(rows)}"}}"#
  }

  static func remove(_ path: String) -> String {
    #"{"remove":{"path":"\#(path)","deletionTimestamp":5,"dataChange":true}}"#
  }

  static func name(_ version: Int) -> String {
    let digits = String(version)
    return String(repeating: "0", count: 20 - digits.utf8.count) + digits
  }

  func commit(_ version: Int, _ lines: String...) {
    store.put(
      lines.map { $0 + "\n" }.joined(), at: "t/_delta_log/\(LogFixture.name(version)).json",
      modified: Int64(version) * 1_000_000)
  }

  /// Versions 0 … `newest`, each but the first adding one file `f<version>`.
  func commits(upTo newest: Int) {
    commit(0, LogFixture.protocolLine, LogFixture.metadataLine)
    for version in 1...newest { commit(version, LogFixture.add("f\(version)", rows: version)) }
  }

  var table: DeltaTable { DeltaTable(at: "t", in: store, checkpoints: checkpoints) }

  func paths(at version: Int64? = nil) throws -> [String] {
    try table.snapshot(version: version).files.map(\.path)
  }

  func path(_ name: String) -> String { "t/_delta_log/" + name }
}
