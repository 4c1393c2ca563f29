import Columnar
import FileStorage
import Glibc
import Lakehouse
import QueryLanguage
import Reports

/// `tarn extract`: saved queries as files for a supervisor, with all that shows where they come from.
struct ExtractCommand {
  let console: Console
  let invocation: Invocation

  private struct Source {
    var name: String
    var statement: String
  }

  /// - Returns: The exit status.
  func run(_ conversation: any Conversation) throws(LakeError) -> Int32 {
    guard let target = invocation.output, target != "-" else {
      throw LakeError(
        .usage, "expected a directory after -o", help: "for example: \(Subcommand.extract.example)")
    }
    let formats = try formats()
    let sources = try sources()
    let version = try ExtractVersion.next(in: target, files: console.files)
    let results = try ResultWriter(console: console, invocation: withoutOutput)
    let stored: ExtractManifest
    do throws(LakeError) {
      try version.begin()
      stored = try write(sources, formats, to: version, conversation, results)
      try version.publish()
    } catch {
      version.discard()
      throw error
    }
    let count = stored.parts.reduce(0) { $0 + $1.files.count }
    results.note(
      "wrote \(Footer.count(count, "file")) of \(Footer.count(stored.parts.count, "statement")) to "
        + version.path)
    return 0
  }

  /// The words of a result writer that writes no result.
  private var withoutOutput: Invocation {
    var copy = invocation
    (copy.output, copy.format) = (nil, nil)
    return copy
  }

  private func formats() throws(LakeError) -> [ResultFormat] {
    guard let name = invocation.format else { return [.csv, .xml] }
    let format = try ResultWriter.format(named: name)
    guard format == .csv || format == .xml else {
      throw LakeError(.usage, "expected --format csv or xml, found '\(name)'")
    }
    return [format]
  }

  // MARK: What to write

  private func sources() throws(LakeError) -> [Source] {
    var sources: [Source] = []
    for path in try StatementFile.list(invocation.arguments, files: console.files) {
      let text = try StatementFile.read(path, files: console.files)
      let base = lastComponent(of: path)
      let stem = base.hasSuffix(".sql") ? String(base.dropLast(4)) : base
      let bytes = Array(text.utf8)
      var end = 0
      var number = 0
      for piece in StatementSplitter.pieces(of: text) {
        let comments = String(decoding: bytes[min(end, piece.offset)..<piece.offset], as: UTF8.self)
        end = piece.offset + piece.text.utf8.count
        number += 1
        let given = ExtractCommand.fileName(in: comments)
        let name = given ?? (number == 1 ? stem : "\(stem)-\(number)")
        try ExtractCommand.check(name)
        guard !sources.contains(where: { $0.name == name }) else {
          throw LakeError(
            .usage, "two statements would be written to '\(name)'",
            help: "name them: -- file: NAME before the statement")
        }
        guard StatementOutline.onlyReads(piece.text) else {
          throw LakeError(
            .usage, "the statement of '\(name)' does not only read",
            help: "an extract changes nothing: keep what does in a file of its own")
        }
        sources.append(Source(name: name, statement: piece.text.trimmedBlanks))
      }
    }
    guard !sources.isEmpty else { throw LakeError(.usage, "there is no statement to extract") }
    return sources
  }

  /// `-- file: NAME`.
  private static func fileName(in comments: String) -> String? {
    for line in comments.split(whereSeparator: \.isNewline) {
      let text = String(line).trimmedBlanks
      guard text.hasPrefix("--") else { continue }
      let parts = text.dropFirst(2).split(separator: ":", maxSplits: 1)
      guard parts.count == 2, String(parts[0]).trimmedBlanks.lowercased() == "file" else {
        continue
      }
      return String(parts[1]).trimmedBlanks
    }
    return nil
  }

  /// Names stand in a file that a shell reads, and on other people's disks.
  private static func check(_ name: String) throws(LakeError) {
    let isPlain = name.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || byte == 0x2D || byte == 0x2E || byte == 0x5F
    }
    guard isPlain, !name.isEmpty, name.first != ".", name.first != "-", name.utf8.count <= 200
    else {
      throw LakeError(
        .usage, "'\(name)' is no name for a file of an extract",
        help: "letters, digits, '.', '_' and '-'; name it: -- file: NAME before the statement")
    }
  }

  // MARK: Writing

  private func write(
    _ sources: [Source], _ formats: [ResultFormat], to version: ExtractVersion,
    _ conversation: any Conversation, _ results: ResultWriter
  ) throws(LakeError) -> ExtractManifest {
    let knownAt = conversation.options.knownAt
    let snapshot = try knownAt == nil ? head(conversation) : nil
    if let snapshot { conversation.options.knownAt = "snapshot:\(snapshot.number)" }
    var manifest = ExtractManifest(
      name: lastComponent(of: version.target), version: version.number,
      superseded: version.superseded,
      created: ExtractCommand.now(), actor: conversation.actor,
      engine: EngineVersion.name, build: try build(), snapshot: snapshot, knownAt: knownAt,
      parameters: conversation.options.parameters, parts: [])
    for source in sources {
      let part = try results.watching(conversation) { () throws(LakeError) in
        try self.part(source, formats, version, conversation, results, snapshot)
      }
      manifest.parts.append(part)
    }
    let text = Array(manifest.text.utf8)
    try version.put(text, "manifest.json")
    let listed = ExtractManifest.File(
      name: "manifest.json", bytes: text.count, digest: SHA256.digest(text))
    let sums = ExtractManifest.sums(manifest.parts.flatMap(\.files) + [listed])
    try version.put(Array(sums.utf8), "SHA256SUMS")
    return manifest
  }

  private func part(
    _ source: Source, _ formats: [ResultFormat], _ version: ExtractVersion,
    _ conversation: any Conversation, _ results: ResultWriter,
    _ snapshot: (number: Int64, hash: String)?
  ) throws(LakeError) -> ExtractManifest.Part {
    var outputs: [(name: String, output: HashedOutput)] = []
    var sinks: [any ResultSink] = []
    for format in formats {
      let name = "\(source.name).\(format.rawValue)"
      let output = try HashedOutput(path: joinPath(version.draft, name), store: console.files)
      outputs.append((name, output))
      if format == .csv {
        sinks.append(RowTextSink(output: output, dialect: .safeCSV))
      } else {
        var attributes = [("name", source.name), ("version", String(version.number))]
        if let snapshot { attributes.append(("snapshot", String(snapshot.number))) }
        if let date = conversation.options.businessDate { attributes.append(("asOf", date)) }
        sinks.append(XMLSink(output: output, attributes: attributes))
      }
    }
    let fork = ForkSink(sinks)
    do throws(LakeError) {
      try conversation.run(source.statement, into: fork)
      for (_, output) in outputs { try output.finish() }
    } catch {
      for (_, output) in outputs { output.abandon() }
      throw error
    }
    guard let summary = fork.summary else {
      throw LakeError(
        .usage, "the statement of '\(source.name)' gives no rows to extract",
        help: fork.message)
    }
    if fork.rowCount > 1, !ExtractCommand.isOrdered(source.statement) {
      results.note(
        "\(source.name): without ORDER BY another run may give the rows in another order")
    }
    for warning in summary.warnings { results.note("\(source.name): warning: \(warning)") }
    return ExtractManifest.Part(
      statement: source.statement, rows: fork.rowCount, columns: fork.schema.count,
      businessDate: summary.businessDate?.description, reads: summary.reads,
      files: outputs.map { name, output in
        ExtractManifest.File(
          name: name, bytes: output.byteCount, digest: output.digest ?? .zero)
      })
  }

  private static func isOrdered(_ statement: String) -> Bool {
    guard case .query(let query)? = (try? SyntaxParser.statement(in: statement))?.kind else {
      return true
    }
    return query.orderBy != nil
  }

  /// The newest snapshot with its link of the chain; nil without a lake, as when files are queried.
  private func head(
    _ conversation: any Conversation
  ) throws(LakeError) -> (number: Int64, hash: String)? {
    let sink = CollectingSink()
    do throws(LakeError) {
      try conversation.run(
        "SELECT snapshot, hash FROM system.snapshots ORDER BY snapshot DESC LIMIT 1;", into: sink)
    } catch {
      // A statement over files alone needs no lake; one that needs it says so itself.
      return nil
    }
    guard let batch = sink.batches.first, batch.rowCount == 1, batch.columns.count == 2,
      case .int64(let number) = batch.columns[0].value(0),
      case .string(let hash) = batch.columns[1].value(0)
    else { return nil }
    return (number, hash)
  }

  /// Of the program that runs.
  private func build() throws(LakeError) -> FileDigest? {
    guard let program = try? console.files.open("/proc/self/exe") else { return nil }
    return try? SHA256.digest(of: program)
  }

  private static func now() -> String {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return "\(Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000))"
  }
}
