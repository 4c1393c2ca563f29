import Columnar
import Glibc
import Lakehouse
import QueryLanguage
import Reports

/// The commands about where results go and how they look.
extension Repl {
  /// Runs statements, with their result where `.once` and `.output` say.
  func runStatements(_ text: String, tracksDrill: Bool) throws(LakeError) {
    let redirection = once ?? output
    let isOnce = once != nil
    once = nil
    results.redirection = redirection
    defer { results.redirection = nil }
    var newTap: ResultTap?
    do throws(LakeError) {
      try results.run(text, conversation) { sink in
        let tap = ResultTap(sink)
        newTap = tap
        return tap
      }
      if isOnce {
        try redirection?.finish()
        if let path = redirection?.path, let newTap, newTap.schema.count > 0 {
          results.note("wrote \(Footer.count(newTap.totalRows, "row")) to \(path)")
        }
      } else {
        try results.flush()
      }
    } catch {
      let isQuietEnd = redirection?.isClosedByReader ?? false
      if isOnce { redirection?.abandon() }
      if isQuietEnd {
        if !isOnce { output = nil }
      } else {
        throw error
      }
    }
    tap = newTap
    lastStatement = text
    guard tracksDrill, let piece = StatementSplitter.pieces(of: text).last else { return }
    if let state = DrillState(piece.text) {
      drillState = state
      trail = []
    }
    if !StatementOutline.onlyReads(piece.text) { completions.forget() }
  }

  func closeOnce() {
    once?.abandon()
    once = nil
  }

  func closeOutput() {
    closeOnce()
    do { try output?.finish() } catch { results.report(LakeError(.storage, "\(error)")) }
    output = nil
  }

  func path(_ argument: String, _ command: DotCommand) throws(LakeError) -> String {
    var text = argument
    if text.hasPrefix("\"|"), text.hasSuffix("\""), text.count > 2 {
      text = String(text.dropFirst().dropLast())
    }
    if text.isEmpty {
      throw LakeError(
        .usage, "expected .\(command.rawValue) \(command.arguments)",
        help: command.example.map { "for example \($0)" })
    }
    return text
  }

  func setOutput(_ argument: String) throws(LakeError) {
    do throws(LakeError) { try output?.finish() } catch {
      output = nil
      throw error
    }
    output = nil
    if argument.isEmpty || argument == "stdout" { return }
    output = try results.redirection(to: try path(argument, .output))
  }

  func setUnits(_ argument: String) throws(LakeError) {
    if argument == "off" || argument == "1" {
      results.unit = nil
    } else if let unit = AmountUnit(rawValue: argument.lowercased()) {
      results.unit = unit
    } else {
      throw LakeError(.usage, "expected .units k, m, bn or off, found '\(argument)'")
    }
  }

  /// The last statement again, whole, in the pager; nothing of it is kept in memory.
  func showLast() throws(LakeError) {
    guard let lastStatement else { throw LakeError(.usage, "there is no result yet") }
    guard StatementOutline.onlyReads(lastStatement) else {
      throw LakeError(.usage, "the last statement changes the lake: it is not run again")
    }
    let pager = try results.pager()
    let rows = results.maximumRows
    results.maximumRows = Int.max
    defer { results.maximumRows = rows }
    closeOnce()
    once = pager
    try runStatements(lastStatement, tracksDrill: false)
  }

  func watch(_ argument: String) throws(LakeError) {
    let words = argument.split(separator: " ").map(String.init)
    let seconds = words.isEmpty ? 2 : Double(words[0]) ?? -1
    let times = words.count > 1 ? Int(words[1]) ?? -1 : Int.max
    guard seconds >= 0, seconds <= 86_400, times > 0, words.count <= 2 else {
      throw LakeError(.usage, "expected .watch SECONDS [TIMES], found '\(argument)'")
    }
    guard let lastStatement else { throw LakeError(.usage, "there is no statement to watch") }
    guard StatementOutline.onlyReads(lastStatement) else {
      throw LakeError(.usage, "the last statement changes the lake: it is not run again")
    }
    for round in 0..<times {
      if round > 0 {
        // In small steps, so that Ctrl-C is noticed at once.
        try results.telling(conversation) { _ throws(LakeError) in
          var left = Int(seconds * 20)
          while left > 0, !Interrupts.wasInterrupted {
            usleep(50_000)
            left -= 1
          }
          if Interrupts.wasInterrupted { throw LakeError(.cancelled, "the watch was ended") }
        }
      }
      try runStatements(lastStatement, tracksDrill: false)
      try results.flush()
    }
  }

  func edit(_ argument: String) throws(LakeError) {
    guard console.inputIsTerminal else {
      throw LakeError(.usage, "an editor needs a terminal")
    }
    if !argument.isEmpty {
      try ExternalEditor.open(argument, console)
      return try execute(".read \(argument)")
    }
    let text = try ExternalEditor.edit(lastStatement ?? "", console)
    if text.isEmpty { return }
    results.note(text)
    try execute(text)
  }

  /// `\copy t to 'file'`, as a statement.
  func copy(_ argument: String) throws(LakeError) {
    let words = argument.split(separator: " ")
    guard let place = words.lastIndex(where: { $0.lowercased() == "to" }), place > 0,
      place + 1 < words.count
    else {
      throw LakeError(
        .usage, "expected .copy TABLE|(QUERY) to FILE, found '\(argument)'",
        help: "for example .copy silver.positions to positions.parquet")
    }
    var source = words[..<place].joined(separator: " ")
    var path = words[(place + 1)...].joined(separator: " ")
    if source.first != "(" { source = source.trimmedBlanks }
    if path.first != "'" { path = SyntaxPrinter.literal(path) }
    try runStatements("COPY \(source) TO \(path);", tracksDrill: false)
  }
}

extension StatementOutline {
  /// Whether a statement can be run again without harm.
  static func onlyReads(_ text: String) -> Bool {
    let pieces = StatementSplitter.pieces(of: text)
    return pieces.allSatisfy { piece in
      guard let statements = try? SyntaxParser.statements(in: piece.text) else { return false }
      return statements.allSatisfy { statement in
        switch statement.kind {
        case .query, .describe, .explain, .show: true
        default: false
        }
      }
    }
  }
}
