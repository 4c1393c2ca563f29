package import Columnar
package import FileStorage
import Parquet

/// Checkpoints in Parquet files of a disk.
package struct ParquetCheckpoints: CheckpointStore {
  private let store: any FileStore

  package init(in store: any FileStore) { self.store = store }

  package func read(_ path: String, columns: [String]) throws(CheckpointFault) -> [Batch] {
    let handle: any ReadableFile
    do {
      handle = try store.open(path)
    } catch {
      throw CheckpointFault("the \(error.operation) failed (\(error.reason))")
    }
    do {
      let file = try ParquetFile(file: handle)
      let wanted = file.columnNames.indices.filter { columns.contains(file.columnNames[$0]) }
      var batches: [Batch] = []
      for rowGroup in 0..<file.rowGroupCount {
        batches.append(
          try RowGroupReader(file, rowGroup: rowGroup, columns: Array(wanted)).rest())
      }
      return batches
    } catch {
      throw CheckpointFault("\(error)")
    }
  }

  package func encode(_ batch: Batch) throws(CheckpointFault) -> [UInt8] {
    let sink = GrowingFile()
    do {
      let writer = try ParquetWriter(file: sink, schema: batch.schema)
      try writer.write(batch)
      _ = try writer.finish()
    } catch {
      throw CheckpointFault("\(error)")
    }
    return sink.bytes
  }
}

/// A file in memory, for content that is published whole.
private final class GrowingFile: WritableFile {
  private(set) var bytes: [UInt8] = []

  var size: Int { bytes.count }
  func append(_ bytes: [UInt8]) throws(FileError) { self.bytes += bytes }
  func sync() throws(FileError) {}
  func close() throws(FileError) {}
}
