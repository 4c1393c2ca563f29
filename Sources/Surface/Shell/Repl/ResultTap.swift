package import Columnar
package import Lakehouse

/// Lets a result through and keeps its first rows, for `.why`.
package final class ResultTap: ResultSink {
  private let sink: any ResultSink
  private(set) var schema = Schema([])
  private var batches: [Batch] = []
  private var rowCount = 0
  /// Of the whole result, also of what was not kept.
  private(set) var totalRows = 0

  private static let mostRows = 10_000

  init(_ sink: any ResultSink) { self.sink = sink }

  package func begin(_ schema: Schema) throws(LakeError) {
    self.schema = schema
    (batches, rowCount, totalRows) = ([], 0, 0)
    try sink.begin(schema)
  }

  package func rows(_ batch: Batch) throws(LakeError) {
    totalRows += batch.rowCount
    let room = min(batch.rowCount, ResultTap.mostRows - rowCount)
    if room > 0 {
      batches.append(batch.slice(0..<room))
      rowCount += room
    }
    try sink.rows(batch)
  }

  package func end(_ summary: ResultSummary) throws(LakeError) { try sink.end(summary) }

  package func outline(_ tree: Batch) throws(LakeError) -> Bool { try sink.outline(tree) }

  package func done(_ message: String, _ summary: ResultSummary) throws(LakeError) {
    try sink.done(message, summary)
  }

  /// The values of a row of the result, counted from 1; nil when it was not kept.
  func row(_ number: Int) -> [Value]? {
    var index = number - 1
    guard index >= 0 else { return nil }
    for batch in batches {
      if index < batch.rowCount { return batch.row(index) }
      index -= batch.rowCount
    }
    return nil
  }
}
