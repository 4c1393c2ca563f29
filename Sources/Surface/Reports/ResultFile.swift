package import Columnar
package import FileStorage
package import Lakehouse

/// One result as a file in any of the formats.
package final class ResultFile: FileSink {
  private let output: FileOutput
  private let sink: any ResultSink

  /// - Parameters:
  ///   - format: Nil takes the one that the file's name asks for.
  ///   - text: For CSV only: how it is written.
  package init(
    format: String?, path: String, text: DelimitedText? = nil, store: any SteppedFileStore
  ) throws(LakeError) {
    let known = format.map { ResultFormat(rawValue: $0) } ?? ResultFormat(fileName: path)
    guard let known else {
      let names = ResultFormat.allCases.map(\.rawValue).joined(separator: ", ")
      throw LakeError(
        .statement,
        format.map { "there is no format '\($0)'" }
          ?? "'\(path)' does not say in which format to write",
        help: "the formats are: \(names)")
    }
    guard text == nil || known == .csv else {
      throw LakeError(
        .statement, "HEADER, DELIMITER and NULLSTR are for CSV files, not \(known.rawValue)",
        help: "name the file with .csv, or add FORMAT csv")
    }
    output = try FileOutput(path: path, store: store)
    if let text {
      sink = RowTextSink(output: output, dialect: .delimited(text))
      return
    }
    sink = try known.sink(to: output, style: TableStyle()) { _ in }
  }

  /// For `Session.fileSinks`.
  package static func maker(_ store: any SteppedFileStore) -> FileSinkMaker {
    { format, path, text throws(LakeError) in
      try ResultFile(format: format, path: path, text: text, store: store)
    }
  }

  package func begin(_ schema: Schema) throws(LakeError) { try sink.begin(schema) }
  package func rows(_ batch: Batch) throws(LakeError) { try sink.rows(batch) }

  package func end(_ summary: ResultSummary) throws(LakeError) {
    try sink.end(summary)
    try output.finish()
  }

  package func done(_ message: String, _ summary: ResultSummary) {}
  package func abandon() { output.abandon() }
}
