package import Columnar

/// Records of a file that passed its contract, with those among them that did not.
package struct AcceptedBatch: Sendable {
  /// Under the contract's schema, in the order of the file.
  package var rows: Batch
  /// For each of `rows`: the line on which its record starts, 1-based.
  package var lines: [Int64]
  /// What the contract's `receivedColumns` asked for, as strings, of every record that could be
  /// split into fields.
  package var received: ReceivedText?
  package var rejected: [RejectedRecord]
}

/// What a check that only warns has found.
package struct CheckWarning: Sendable, Hashable {
  /// Lines that are kept.
  package static let samplesMax = 10

  package var check: String
  package var rowCount: Int
  /// The first lines, at most `samplesMax`.
  package var sampleLines: [Int64]
}

/// What became of a file.
package struct IngestSummary: Sendable {
  /// Records of the file; a header and blank lines are none.
  package var recordsRead = 0
  package var rowsAccepted = 0
  package var recordsRejected = 0
  /// Accepted rows that break at least one check that warns.
  package var rowsWarned = 0
  /// By check, in the contract's order; only checks that were broken.
  package var warnings: [CheckWarning] = []
  /// What is odd about the file as a whole.
  package var notes: [String] = []
  /// As on the disk, before decompression.
  package var bytesRead = 0

  /// Accepted rows without a warning ÷ records read, to six digits, half to even; 1 for a file
  /// without records.
  package var qualityScore: Decimal128 {
    guard recordsRead > 0 else { return Decimal128(mantissa: 1_000_000, scale: 6) }
    let good = Int128(rowsAccepted - rowsWarned) * 1_000_000
    return Decimal128(
      mantissa: Decimal128.divideHalfEven(good, by: Int128(recordsRead)), scale: 6)
  }
}

/// A whole file in memory.
package struct IngestResult: Sendable {
  package var batches: [Batch]
  /// For each batch, the lines of its rows.
  package var lines: [[Int64]]
  package var received: [ReceivedText]
  package var rejected: [RejectedRecord]
  package var summary: IngestSummary
}
