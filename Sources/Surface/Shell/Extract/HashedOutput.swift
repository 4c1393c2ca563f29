import Columnar
import FileStorage
import Lakehouse
import Reports

/// A file that is written and hashed at once.
final class HashedOutput: ByteOutput {
  let path: String
  private let file: FileOutput
  private var hash: SHA256? = SHA256()
  private(set) var byteCount = 0
  /// Known once the file is finished.
  private(set) var digest: FileDigest?

  init(path: String, store: any SteppedFileStore) throws(LakeError) {
    self.path = path
    file = try FileOutput(path: path, store: store)
  }

  func write(_ bytes: [UInt8]) throws(LakeError) {
    hash?.update(bytes)
    byteCount += bytes.count
    try file.write(bytes)
  }

  func flush() throws(LakeError) { try file.flush() }

  func finish() throws(LakeError) {
    try file.finish()
    if let hash = hash.take() { digest = hash.finalize() }
  }

  func abandon() { file.abandon() }
}

/// Gives every row to several renderers.
final class ForkSink: ResultSink {
  private let sinks: [any ResultSink]
  private(set) var schema = Schema([])
  private(set) var rowCount = 0
  private(set) var summary: ResultSummary?
  private(set) var message: String?

  init(_ sinks: [any ResultSink]) { self.sinks = sinks }

  func begin(_ schema: Schema) throws(LakeError) {
    self.schema = schema
    for sink in sinks { try sink.begin(schema) }
  }

  func rows(_ batch: Batch) throws(LakeError) {
    rowCount += batch.rowCount
    for sink in sinks { try sink.rows(batch) }
  }

  func end(_ summary: ResultSummary) throws(LakeError) {
    self.summary = summary
    for sink in sinks { try sink.end(summary) }
  }

  func done(_ message: String, _ summary: ResultSummary) throws(LakeError) {
    self.message = message
  }
}
