package import Columnar

/// Takes the results of statements as they come: a renderer, a file, a test.
///
/// Each statement calls `begin` once, `rows` any number of times, then `end` once; a statement
/// without rows calls only `done`.
package protocol ResultSink: AnyObject {
  func begin(_ schema: Schema) throws(LakeError)
  func rows(_ batch: Batch) throws(LakeError)
  func end(_ summary: ResultSummary) throws(LakeError)
  /// What a statement without rows did: `created table silver.positions`.
  func done(_ message: String, _ summary: ResultSummary) throws(LakeError)
  /// Draws a tree; see the default, which does not.
  func outline(_ tree: Batch) throws(LakeError) -> Bool
}

extension ResultSink {
  /// Draws a tree whose first column is the level of each line, where that reads better than rows.
  ///
  /// - Returns: Whether it did: then nothing follows; else the rows come as of any table.
  package func outline(_ tree: Batch) throws(LakeError) -> Bool { false }
}

/// What the footer under a result tells.
package struct ResultSummary: Sendable {
  package var rowCount = 0
  package var nanoseconds: UInt64 = 0
  /// Of files, by this process while the statement ran.
  package var bytesRead = 0
  /// The lake snapshot that references without a pin were read at.
  package var snapshot: Int64?
  /// `T` of the statement, when it was used.
  package var businessDate: CalendarDate?
  /// Tables read with their versions, in the order of the text.
  package var reads: [String] = []
  /// What is legal and probably a mistake, with its place.
  package var warnings: [String] = []

  package init() {}
}

/// Keeps everything, for callers that want a table at once.
package final class CollectingSink: ResultSink {
  package private(set) var schema = Schema([])
  package private(set) var batches: [Batch] = []
  package private(set) var summary = ResultSummary()
  package private(set) var messages: [String] = []

  package init() {}

  package func begin(_ schema: Schema) {
    self.schema = schema
    batches = []
  }
  package func rows(_ batch: Batch) { batches.append(batch) }
  package func end(_ summary: ResultSummary) { self.summary = summary }
  package func done(_ message: String, _ summary: ResultSummary) {
    messages.append(message)
    self.summary = summary
  }
}
