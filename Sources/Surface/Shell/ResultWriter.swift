package import Columnar
package import Lakehouse
import QueryLanguage
package import Reports

/// Where results go and how they look, for one run of the command or one session of the shell.
package final class ResultWriter {
  private let console: Console
  private let isQuiet: Bool
  private let noColor: Bool
  private let file: (any ByteOutput)?
  /// The format of the next result.
  package var format: ResultFormat
  /// Whether the shell tells the time of each statement.
  package var showsTime = true
  /// At most that many rows of a table are shown on a terminal.
  package var maximumRows = 40
  /// Each row as a list of its columns.
  package var isExpanded = false
  package var unit: AmountUnit?
  /// Names of columns that a narrow terminal shows before others, the first of them first.
  package var preferredColumns: [String] = []
  package var showsBars = false
  /// Where results go instead of the screen, in which format; nil goes to the screen.
  package var redirection: Redirection?

  package init(console: Console, invocation: Invocation) throws(LakeError) {
    self.console = console
    isQuiet = invocation.isQuiet
    noColor = invocation.noColor
    let path = invocation.output
    if let name = invocation.format {
      format = try ResultWriter.format(named: name)
    } else if let path {
      format = ResultFormat(fileName: path) ?? .csv
    } else {
      format = console.outputIsTerminal ? .table : .csv
    }
    // Formats known by name only are refused before any work.
    _ = try format.sink(to: MemoryOutput(), style: TableStyle()) { _ in }
    if let path {
      file = try ResultWriter.open(path, console)
    } else {
      file = nil
      if format.isBinary, console.outputIsTerminal {
        throw LakeError(
          .usage, "the format '\(format.rawValue)' would garble the terminal",
          help: "write it to a file with -o FILE, or into a pipe")
      }
    }
  }

  /// The format of that name.
  package static func format(named name: String) throws(LakeError) -> ResultFormat {
    if let format = ResultFormat(rawValue: name) { return format }
    let names = ResultFormat.allCases.map(\.rawValue)
    let nearest = Suggestion.nearest(to: name, among: names)
    throw LakeError(
      .usage, "there is no format '\(name)'",
      help: nearest.map { "did you mean '\($0)'?" }
        ?? "the formats are: \(names.joined(separator: ", "))")
  }

  /// Sends results to `FILE`, or into `|COMMAND`, until the redirection is finished.
  package func redirection(to target: String, isExcel: Bool = false) throws(LakeError)
    -> Redirection
  {
    if target.first == "|" {
      let command = String(target.dropFirst()).trimmedBlanks
      guard !command.isEmpty else { throw LakeError(.usage, "expected a command after '|'") }
      try flush()
      return Redirection(try PipeOutput(command), format: format.isBinary ? .csv : format)
    }
    let path =
      target.count > 1 && target.first == "\"" && target.last == "\""
      ? String(target.dropFirst().dropLast()) : target
    let named = ResultFormat(fileName: path) ?? (format == .table ? .csv : format)
    return Redirection(try ResultWriter.open(path, console), format: named, isExcel: isExcel)
  }

  /// A redirection into the pager that shows everything; nil where nobody could scroll.
  package func pager() throws(LakeError) -> Redirection? {
    guard console.outputIsTerminal, console.inputIsTerminal, console.environment("TERM") != "dumb"
    else { return nil }
    try flush()
    let command = console.environment("TARN_PAGER") ?? console.environment("PAGER") ?? ""
    let usesLess = command.isEmpty || command == "less"
    let output = try PipeOutput(usesLess ? "less -RFXS" : command)
    return Redirection(output, format: .table, isForPeople: true)
  }

  /// A pipe or device is written as it comes; everything else appears whole at the end.
  private static func open(
    _ path: String, _ console: Console
  ) throws(LakeError) -> any ByteOutput {
    if path == "-" || path == "/dev/stdout" { return console.output }
    if let device = DeviceOutput.open(path) { return device }
    return try FileOutput(path: path, store: console.files)
  }

  private var output: any ByteOutput { redirection?.output ?? file ?? console.output }

  /// A renderer for the next results.
  package func sink() throws(LakeError) -> any ResultSink {
    let notes: (String) -> Void = { [self] in note($0) }
    if let redirection { return try redirection.sink(style, notes) }
    if format == .table, isExpanded {
      return RecordSink(output: output, style: style, notes: notes)
    }
    return try format.sink(to: output, style: style, notes: notes)
  }

  /// Whether the terminal takes colours, and nobody asked for none.
  package var usesColor: Bool {
    console.usesColor(isTerminal: console.outputIsTerminal, isForbidden: noColor)
  }

  private var style: TableStyle {
    guard file == nil, console.outputIsTerminal, redirection?.isForPeople ?? true else {
      var style = TableStyle()
      style.showsFooter = !isQuiet
      style.showsTime = showsTime
      return style
    }
    var style = TableStyle.terminal(width: console.width(), usesColor: usesColor)
    style.maximumRows = maximumRows
    style.showsFooter = !isQuiet
    style.showsTime = showsTime
    style.unit = unit
    style.showsBars = showsBars
    style.preferredColumns = preferredColumns
    if redirection != nil { (style.width, style.maximumRows) = (nil, nil) }
    return style
  }

  /// Runs statements with progress and Ctrl-C, and renders their results.
  ///
  /// - Parameter wrap: May put something before the renderer.
  package func run(
    _ text: String, _ conversation: any Conversation,
    wrap: (any ResultSink) -> any ResultSink = { $0 }
  ) throws(LakeError) {
    let isOnScreen = console.outputIsTerminal && file == nil && redirection == nil
    let sink = wrap(
      ProgressClearing(
        try sink(), drawsRows: isOnScreen && (format != .table || isExpanded)))
    try watching(conversation) { () throws(LakeError) in try conversation.run(text, into: sink) }
  }

  /// Runs `body` so that Ctrl-C cancels and a long wait shows progress.
  package func watching<Result>(
    _ conversation: any Conversation, _ body: () throws(LakeError) -> Result
  ) throws(LakeError) -> Result {
    let showsProgress =
      console.wordsAreTerminal && !isQuiet && console.environment("TERM") != "dumb"
      // A pager has the whole screen.
      && !(redirection?.isForPeople ?? false)
    return try Interrupts.cancelling(conversation) { () throws(LakeError) in
      try ProgressLine.showing(conversation, isWanted: showsProgress, body)
    }
  }

  /// Runs `body` so that Ctrl-C cancels and the sentences of its progress are seen.
  package func telling<Result>(
    _ conversation: any Conversation,
    _ body: (@escaping (String) -> Void) throws(LakeError) -> Result
  ) throws(LakeError) -> Result {
    let line = PassingLine(console: console, isQuiet: isQuiet)
    defer { line.clear() }
    return try Interrupts.cancelling(conversation) { () throws(LakeError) in
      try body { line.show($0) }
    }
  }

  /// Renders a table that is there already.
  package func show(_ table: Batch) throws(LakeError) {
    var summary = ResultSummary()
    summary.rowCount = table.rowCount
    let showedTime = showsTime
    showsTime = false
    defer { showsTime = showedTime }
    let sink = try sink()
    try sink.begin(table.schema)
    try sink.rows(table)
    try sink.end(summary)
  }

  /// A sentence for people that --quiet leaves out.
  package func note(_ text: String) { if !isQuiet { say(text) } }

  /// A sentence for people.
  package func say(_ text: String) { console.words(text + "\n") }

  package func write(_ text: String) throws(LakeError) { try output.write(text) }
  package func flush() throws(LakeError) { try output.flush() }
  package func finish() throws(LakeError) { try output.finish() }
  package func abandon() { file?.abandon() }

  /// How the error looks.
  package func report(_ error: LakeError) {
    let usesColor = console.usesColor(isTerminal: console.wordsAreTerminal, isForbidden: noColor)
    console.words(ErrorRenderer(usesColor: usesColor).text(error))
  }
}
