package import Columnar
package import Lakehouse

/// Writes one result as an Arrow IPC stream, batch by batch: for pandas, Polars, DuckDB and others.
package final class ArrowSink: ResultSink {
  private let output: any ByteOutput
  private let notes: (String) -> Void
  private var results = 0

  /// Rows of one record batch at most; bytes stay far below what 32-bit offsets can address.
  private static let batchRows = 65_536
  private static let batchBytes = 1 << 30

  package init(output: any ByteOutput, notes: @escaping (String) -> Void = { _ in }) {
    self.output = output
    self.notes = notes
  }

  package func begin(_ schema: Schema) throws(LakeError) {
    results += 1
    guard results == 1 else {
      throw LakeError(
        .usage, "an Arrow stream holds one result, found a second one",
        help: "run the statements one at a time")
    }
    try output.write(ArrowSchema.message(schema))
  }

  package func rows(_ batch: Batch) throws(LakeError) {
    var start = 0
    while start < batch.rowCount {
      let end = min(start + ArrowSink.batchRows, batch.rowCount)
      let isWhole = start == 0 && end == batch.rowCount
      try write(isWhole ? batch : batch.slice(start..<end))
      start = end
    }
  }

  private func write(_ batch: Batch) throws(LakeError) {
    if batch.rowCount > 1, ArrowSink.textBytes(batch) > ArrowSink.batchBytes {
      let half = batch.rowCount / 2
      try write(batch.slice(0..<half))
      return try write(batch.slice(half..<batch.rowCount))
    }
    let body = ArrowBody(batch)
    try output.write(
      ArrowSchema.message(
        rows: batch.rowCount, nodes: body.nodes, buffers: body.buffers,
        bodyLength: body.bytes.count))
    try output.write(body.bytes)
  }

  /// The bytes that the largest text column has when every row is written in full.
  private static func textBytes(_ batch: Batch) -> Int {
    batch.columns.reduce(0) { most, column in
      guard case .string(let strings) = column.storage, let codes = strings.codes else {
        return most
      }
      let offsets = strings.values.offsets
      return max(
        most, codes.reduce(0) { $0 + Int(offsets[Int($1) + 1] - offsets[Int($1)]) })
    }
  }

  package func end(_ summary: ResultSummary) throws(LakeError) {
    try output.write([0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0])
  }

  package func done(_ message: String, _ summary: ResultSummary) throws(LakeError) {
    notes(message)
  }
}
