import Columnar
import FileStorage
import Lakehouse
import QueryLanguage
import Reports

/// `tarn report`: saved queries as one page.
struct ReportCommand {
  let console: Console
  let invocation: Invocation

  /// - Returns: The exit status.
  func run(_ conversation: any Conversation) throws(LakeError) -> Int32 {
    // A path that cannot be written fails before any work.
    let output: any ByteOutput
    if let path = invocation.output, path != "-" {
      output = try FileOutput(path: path, store: console.files)
    } else {
      output = console.output
    }
    do throws(LakeError) {
      try Interrupts.cancelling(conversation) { () throws(LakeError) in
        try write(to: output, conversation)
      }
      try output.finish()
    } catch {
      output.abandon()
      throw error
    }
    return 0
  }

  private func write(
    to output: any ByteOutput, _ conversation: any Conversation
  ) throws(LakeError) {
    var sections: [ReportSection] = []
    for path in try StatementFile.list(invocation.arguments, files: console.files) {
      let text = try StatementFile.read(path, files: console.files)
      let name = title(of: path)
      let bytes = Array(text.utf8)
      var end = 0
      for piece in StatementSplitter.pieces(of: text) {
        // A statement's piece begins behind the comments that say how it is shown.
        let comments = String(decoding: bytes[min(end, piece.offset)..<piece.offset], as: UTF8.self)
        end = piece.offset + piece.text.utf8.count
        let section = try section(piece.text, comments, name, conversation)
        if let section { sections.append(section) }
      }
    }
    guard !sections.isEmpty else {
      throw LakeError(.usage, "no statement of the report gave rows")
    }
    let names = invocation.arguments.map(title)
    var facts = [HelpText.version, "lake \(conversation.options.lakePath)"]
    let snapshots = Set(sections.compactMap(\.summary.snapshot)).sorted()
    if !snapshots.isEmpty {
      facts.append("snapshot " + snapshots.map(String.init).joined(separator: ", "))
    }
    if let date = sections.compactMap(\.summary.businessDate).first { facts.append("T \(date)") }
    if let point = conversation.options.knownAt { facts.append("known at \(point)") }
    let page = ReportPage(
      title: names.joined(separator: ", "), sections: sections, facts: facts)
    try output.write(page.html)
  }

  /// Nil for statements without rows.
  private func section(
    _ text: String, _ comments: String, _ name: String, _ conversation: any Conversation
  ) throws(LakeError) -> ReportSection? {
    let sink = CollectingSink()
    let (title, chart) = try ReportSection.directives(in: comments)
    try conversation.run(text, into: sink)
    guard sink.schema.count > 0 else { return nil }
    let rows = try Batch.gathered(sink.batches, schema: sink.schema)
    return ReportSection(
      title: title ?? name, chart: chart ?? .table, statement: text.trimmedBlanks,
      schema: sink.schema, rows: rows, summary: sink.summary)
  }

  private func title(of path: String) -> String {
    let name = lastComponent(of: path)
    return name.hasSuffix(".sql") ? String(name.dropLast(4)) : name
  }
}
