package import Columnar

/// Reads and writes the Parquet files of checkpoints: what this module asks of Parquet.
package protocol CheckpointStore: Sendable {
  /// All rows of a Parquet file, of the top-level columns that are in `columns` and in the file.
  ///
  /// Structs come as `.structure` columns with whatever members the file has.
  func read(_ path: String, columns: [String]) throws(CheckpointFault) -> [Batch]

  /// The rows as a Parquet file compressed by zstd.
  func encode(_ batch: Batch) throws(CheckpointFault) -> [UInt8]
}

/// Why a checkpoint's Parquet file cannot be read or written.
package struct CheckpointFault: Error, Sendable {
  package var detail: String

  package init(_ detail: String) { self.detail = detail }
}
