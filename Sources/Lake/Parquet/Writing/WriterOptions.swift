package import Columnar

/// Calls `body` with `0..<count`, in any order and on any threads, and returns when all are done.
package typealias ParallelLoop =
  @Sendable (_ count: Int, _ body: @Sendable (Int) -> Void) -> Void

/// How a Parquet file is laid out. The defaults are Tarn's profile.
package struct WriterOptions: Sendable {
  /// Rows of a full row group: the unit of parallel scans.
  package var rowGroupRows = 131_072
  /// Rows of a full page. At 16,384 a page of doubles is one 128 KiB block of zstd and fits the
  /// second cache beside its output, the page index prunes to an eighth of a row group, and the
  /// costs of a page (header, codec start-up: about 1 µs) stay under 0.1 ns a value.
  package var pageRows = 16_384
  /// A page ends early at this many bytes (long strings) …
  package var pageBytes = 1 << 20
  /// … or values (lists).
  package var pageValues = 131_072
  /// A row group ends early when the batches waiting for it hold about this many bytes.
  package var rowGroupBytes = 256 << 20
  /// Negative levels are faster and larger.
  package var zstdLevel = 1
  /// A column chunk stays uncompressed when zstd saves less than this part of it.
  package var minimumGain = 0.1
  /// Bounds of strings and binaries are cut to this many bytes.
  package var boundBytes = 64
  /// Field ids of the top-level columns, in order; nil numbers them from 1.
  package var fieldIDs: [Int32]?
  /// Key-value metadata of the file.
  package var keyValueMetadata: [(key: String, value: String)] = []
  /// Who is named as the writer, in the form `application version X`.
  package var createdBy = "tarn version 0.1.0"
  /// Encodes the columns of a row group; nil does so one after the other.
  package var parallelLoop: ParallelLoop?
  /// Sees the numbers of every column chunk as they are written, nulls left out: for exact sums.
  ///
  /// Called once a row group and numeric leaf column with the number of the row group, the position
  /// of the leaf and its values (decimals as mantissas); from the threads of `parallelLoop`.
  package var observer: (@Sendable (_ rowGroup: Int, _ leaf: Int, _ values: ColumnStorage) -> Void)?

  package init() {}
}
