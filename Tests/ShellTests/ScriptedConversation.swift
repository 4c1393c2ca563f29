import Columnar
import FileStorage
import Lakehouse
import Reports
import Shell

/// A session whose answers a test wrote.
final class ScriptedConversation: Conversation {
  var options: Session.Options
  var progress = (done: 0, planned: 0, rows: 0)
  /// What was run, in order.
  private(set) var statements: [String] = []
  private(set) var commands: [String] = []
  var answer: (String, any ResultSink) throws(LakeError) -> Void
  var outcome: (LakeCommand) throws(LakeError) -> Outcome = { _ throws(LakeError) in
    Outcome(lines: ["done"])
  }

  init(
    options: Session.Options = Session.Options(lakePath: "bank"),
    answer: @escaping (String, any ResultSink) throws(LakeError) -> Void =
      ScriptedConversation.numberOne
  ) {
    self.options = options
    self.answer = answer
  }

  func run(_ text: String, into sink: any ResultSink) throws(LakeError) {
    statements.append(text)
    if text == "USE MAIN;" { branch = nil }
    if text.hasPrefix("USE BRANCH ") {
      branch = String(text.dropFirst(11).dropLast()).filter { $0 != "\"" }
    }
    try answer(text, sink)
  }

  func isIncomplete(_ text: String) -> Bool { !text.contains(";") }
  func cancel() {}
  var functionNames: [String] { ["sum", "substring", "upper"] }
  var tableFunctionNames: [String] { ["lcr"] }
  func tagNames() -> [String] { ["eod", "eom"] }
  func measureNames() -> [String] { ["net_value"] }
  /// As `USE` said last.
  private(set) var branch: String?
  func branchStart() -> Int64 { 41 }
  func tableNames() -> [String] { ["gold.lcr", "silver.positions"] }

  func describe(_ table: String) throws(LakeError) -> Schema {
    guard table == "gold.lcr" || table == "silver.positions" else {
      throw LakeError(.statement, "there is no table '\(table)'")
    }
    return Schema([
      Field("desk", .string, isNullable: false), Field("lcr", .decimal(precision: 38, scale: 6)),
    ])
  }

  func perform(
    _ command: LakeCommand, progress: @escaping (String) -> Void
  ) throws(LakeError) -> Outcome {
    commands.append("\(command)")
    return try outcome(command)
  }

  /// One row, one column: `n` = 1.
  static func numberOne(_ text: String, _ sink: any ResultSink) throws(LakeError) {
    let schema = Schema([Field("n", .int64)])
    try sink.begin(schema)
    try sink.rows(Batch(schema: schema, columns: [Column(.int64, .int64([1]))]))
    try sink.end(ResultSummary())
  }
}

/// A run of the command with everything caught.
struct CommandRun {
  var status: Int32
  var output: String
  var words: String
  var conversation: ScriptedConversation

  /// - Parameters:
  ///   - input: What stands on standard input.
  ///   - isTerminal: Whether input and output are one.
  init(
    _ arguments: [String], input: String = "", isTerminal: Bool = false,
    environment: [String: String] = [:], conversation: ScriptedConversation = .init()
  ) {
    let output = MemoryOutput()
    var words = ""
    var console = Console(
      output: output, words: { words += $0 }, environment: { environment[$0] },
      input: LineSource(text: input))
    console.outputIsTerminal = isTerminal
    console.inputIsTerminal = isTerminal
    let tool = CommandLineTool(console: console) { options in
      conversation.options = options
      return conversation
    }
    status = tool.run(arguments)
    self.output = output.text
    self.words = words
    self.conversation = conversation
  }
}
