import Columnar
import FileStorage
import Glibc
package import Lakehouse
import QueryLanguage
import Reports

/// The shell: reads statements and dot commands, runs them, goes on after errors when a person is
/// there and stops at the first one when none is.
package final class Repl {
  let console: Console
  let conversation: any Conversation
  let results: ResultWriter
  let isInteractive: Bool
  let completions: LakeCompletionSource
  private var depth = 0
  private var isOver = false
  /// The last statement, without what stood behind its semicolon.
  var lastStatement: String?
  /// For one result only; `results.redirection` then goes back to `output`.
  var once: Redirection?
  /// Of `.output`: for all results.
  var output: Redirection?
  // Drilling.
  var drillState: DrillState?
  var trail: [DrillPlace] = []
  var hierarchy: [String] = []
  var tap: ResultTap?

  /// Files that `.read` each other end here.
  private static let deepestRead = 16

  package init(
    console: Console, conversation: any Conversation, results: ResultWriter, isInteractive: Bool
  ) {
    self.console = console
    self.conversation = conversation
    self.results = results
    self.isInteractive = isInteractive
    completions = LakeCompletionSource(conversation)
  }

  /// Runs until the input ends; returns the exit status.
  package func run() throws(LakeError) -> Int32 {
    defer {
      closeOutput()
      RawMode.leave(STDIN_FILENO)
    }
    guard isInteractive else {
      try consume(PlainStatementReader(console.input))
      return 0
    }
    Interrupts.stayAtPrompt()
    results.note(
      "\(HelpText.version) on \(conversation.options.lakePath) · .help helps, Ctrl-D leaves")
    let reader =
      TerminalStatementReader.make(
        console, usesColor: results.usesColor, completions: completions) ?? plainReader()
    try consume(reader)
    return 0
  }

  private func plainReader() -> any StatementReader {
    PlainStatementReader(console.input) { [console] in console.words($0) }
  }

  private func consume(_ reader: any StatementReader) throws(LakeError) {
    while !isOver {
      let event = reader.next(prompt: prompt) { [self] in isComplete($0) }
      switch event {
      case .endOfInput: return
      case .interrupted: continue
      case .text(let text):
        if text.allSatisfy(\.isWhitespace) { continue }
        reader.remember(text)
        do throws(LakeError) {
          try execute(text)
        } catch {
          if isClosed || !isInteractive { throw error }
          do { try results.flush() } catch {}
          results.report(error)
        }
      }
    }
  }

  /// Whether the reader of the results went away: nothing is left to do.
  private var isClosed: Bool {
    (console.output as? DescriptorOutput)?.isClosedByReader ?? false
  }

  func isComplete(_ text: String) -> Bool {
    let start = text.drop { $0.isWhitespace }
    return start.isEmpty || start.first == "." || start.first == "\\"
      || StatementTail(text) != nil || !conversation.isIncomplete(text)
  }

  /// `bank>`, `bank ⎇ fx-shock T 2025-06-23 ⟲tag:eod › FX_LDN>`: the lake, its branch, the two axes of
  /// time when they are set, and where one has drilled to.
  package var prompt: String {
    var path = conversation.options.lakePath
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    var text = lastComponent(of: path)
    if text.isEmpty || text == "." { text = "tarn" }
    if let branch = conversation.branch { text += " ⎇ \(branch)" }
    if let date = conversation.options.businessDate { text += " T \(date)" }
    if let point = conversation.options.knownAt { text += " ⟲\(point)" }
    if let drillState, !drillState.crumbs.isEmpty {
      text += " › " + drillState.crumbs.joined(separator: " › ")
    }
    return text + "> "
  }

  func execute(_ text: String) throws(LakeError) {
    let start = text.drop { $0.isWhitespace }
    guard start.first == "." || start.first == "\\" else {
      if let tail = StatementTail(text) {
        closeOnce()
        once = try results.redirection(to: tail.target)
        return try runStatements(tail.statement, tracksDrill: true)
      }
      return try runStatements(text, tracksDrill: true)
    }
    let (command, name, argument) = DotCommand.parse(String(start))
    guard let command else {
      let sign = start.first == "\\" ? "\\" : "."
      let nearest = DotCommand.nearest(to: name)
      throw LakeError(
        .usage, "there is no command '\(sign)\(name)'",
        help: nearest.map { "did you mean '.\($0)'?" } ?? ".help lists the commands")
    }
    try perform(command, argument)
    try results.flush()
  }

  private func perform(_ command: DotCommand, _ argument: String) throws(LakeError) {
    switch command {
    case .help: try results.write(DotCommand.help(argument, width: console.width()))
    case .tables: try showTables()
    case .schema: try showSchema(argument)
    case .mode: try setMode(argument)
    case .read: try read(argument)
    case .print: try results.write(argument + "\n")
    case .timer: results.showsTime = try isOn(argument, command)
    case .rows: try setRows(argument)
    case .asof: try setBusinessDate(argument)
    case .knownat: conversation.options.knownAt = try optional(argument, command)
    case .set: try setParameter(argument)
    case .quit, .exit: isOver = true
    case .expand:
      results.isExpanded = argument.isEmpty ? !results.isExpanded : try isOn(argument, command)
    case .units: try setUnits(argument)
    case .bars: results.showsBars = try isOn(argument, command)
    case .last: try showLast()
    case .once: once = try results.redirection(to: try path(argument, command))
    case .output: try setOutput(argument)
    case .excel:
      once = try results.redirection(to: argument.isEmpty ? "result.xlsx" : argument, isExcel: true)
    case .watch: try watch(argument)
    case .edit: try edit(argument)
    case .copy: try copy(argument)
    case .hierarchy, .slice, .down, .up, .across, .compare, .movers, .why, .back:
      try drill(command, argument)
    case .whatif: try whatIf(argument)
    }
  }

  private func showTables() throws(LakeError) {
    for name in try conversation.tableNames() { try results.write(name + "\n") }
  }

  private func showSchema(_ table: String) throws(LakeError) {
    for name in table.isEmpty ? try conversation.tableNames() : [table] {
      var text = name + " (\n"
      let fields = try conversation.describe(name).fields
      for (index, field) in fields.enumerated() {
        text += "  \(field.name) \(field.type.sqlName)\(field.isNullable ? "" : " NOT NULL")"
        text += index + 1 < fields.count ? ",\n" : "\n"
      }
      try results.write(text + ")\n")
    }
  }

  private func setMode(_ argument: String) throws(LakeError) {
    if argument.isEmpty {
      for format in ResultFormat.allCases where !format.isBinary {
        let mark = format == results.format ? "*" : " "
        let padding = String(repeating: " ", count: 10 - format.rawValue.count)
        try results.write("\(mark) \(format.rawValue)\(padding)\(format.summary)\n")
      }
      return
    }
    let format = try ResultWriter.format(named: argument)
    if format.isBinary {
      throw LakeError(
        .usage, "the format '\(argument)' is for files",
        help: "leave the shell and run: tarn -c \"…\" -o result.\(argument)")
    }
    results.format = format
  }

  private func read(_ path: String) throws(LakeError) {
    guard !path.isEmpty else {
      throw LakeError(.usage, "expected .read FILE", help: "for example .read queries/morning.sql")
    }
    guard depth < Repl.deepestRead else {
      throw LakeError(.usage, "'\(path)' is read by files that read each other")
    }
    depth += 1
    defer { depth -= 1 }
    let text = try StatementFile.read(path, files: console.files)
    // The rest of a file is not run after an error, whoever sits at the terminal.
    let reader = PlainStatementReader(LineSource(text: text))
    while !isOver, case .text(let part) = reader.next(prompt: "", isComplete: isComplete) {
      if !part.allSatisfy(\.isWhitespace) { try execute(part) }
    }
  }

  private func setRows(_ argument: String) throws(LakeError) {
    if argument == "all" {
      results.maximumRows = Int.max
    } else if let number = Int(argument), number > 0 {
      results.maximumRows = number
    } else {
      throw LakeError(.usage, "expected .rows N or .rows all, found '\(argument)'")
    }
  }

  private func setBusinessDate(_ argument: String) throws(LakeError) {
    let date = try optional(argument, .asof)
    if let date { try OptionValue.checkDate(date, .asOf) }
    conversation.options.businessDate = date
  }

  private func optional(_ argument: String, _ command: DotCommand) throws(LakeError) -> String? {
    if argument.isEmpty {
      throw LakeError(.usage, "expected .\(command.rawValue) \(command.arguments)")
    }
    return argument == "off" ? nil : argument
  }

  func isOn(_ argument: String, _ command: DotCommand) throws(LakeError) -> Bool {
    switch argument.lowercased() {
    case "on": return true
    case "off": return false
    default:
      throw LakeError(.usage, "expected .\(command.rawValue) on or off, found '\(argument)'")
    }
  }

  private func setParameter(_ argument: String) throws(LakeError) {
    if argument.isEmpty {
      for (name, value) in conversation.options.parameters.sorted(by: { $0.key < $1.key }) {
        try results.write("\(name)=\(value)\n")
      }
      return
    }
    guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
      throw LakeError(
        .usage, "expected .set NAME=VALUE, found '\(argument)'",
        help: "for example .set desk=FX_LDN, then :desk in statements")
    }
    let name = String(argument[..<equals])
    conversation.options.parameters[name] = String(argument[argument.index(after: equals)...])
  }
}
