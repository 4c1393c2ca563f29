import Columnar
import FileStorage
import Lakehouse
import Shell
import TestSupport
import Testing

@Suite struct CommandTests {
  @Test func aPipeGetsCSVAndATerminalABoxTable() {
    #expect(CommandRun(["-c", "SELECT 1"]).output == "n\n1\n")
    let terminal = CommandRun(["-c", "SELECT 1"], isTerminal: true)
    #expect(terminal.output.hasPrefix("┌"))
    #expect(terminal.output.contains("1 row · "))
  }

  @Test func standardInputIsRunStatementByStatement() {
    let run = CommandRun([], input: "SELECT\n1;\n.print hello\nSELECT 2")
    #expect(run.status == 0)
    #expect(run.conversation.statements == ["SELECT\n1;", "SELECT 2"])
    #expect(run.output == "n\n1\nhello\nn\n1\n")
  }

  @Test func theFirstErrorEndsABatch() {
    let conversation = ScriptedConversation { text, sink throws(LakeError) in
      if text.contains("bad") { throw LakeError(.statement, "no") }
      try ScriptedConversation.numberOne(text, sink)
    }
    let run = CommandRun([], input: "good;\nbad;\nnever;\n", conversation: conversation)
    #expect(run.status == 1)
    #expect(conversation.statements == ["good;", "bad;"])
    #expect(run.words == "error: no\n")
    #expect(run.output == "n\n1\n")
  }

  @Test(arguments: [
    (LakeError.Reason.statement, Int32(1)), (.usage, 2), (.data, 1), (.noLake, 1), (.readOnly, 1),
    (.conflict, 75), (.breached, 3), (.stale, 4), (.integrity, 5), (.storage, 1), (.cancelled, 130),
  ])
  func exitStatusSaysWhatTheCallerCanDo(_ reason: LakeError.Reason, _ status: Int32) {
    let failing = ScriptedConversation { _, _ throws(LakeError) in throw LakeError(reason, "x") }
    #expect(CommandRun(["-c", "A"], conversation: failing).status == status)
    let judging = ScriptedConversation()
    judging.outcome = { _ in Outcome(lines: ["x"], verdict: reason) }
    #expect(CommandRun(["status", "--check"], conversation: judging).status == status)
  }

  @Test func aCommandPrintsItsTableAndSaysItsWords() {
    let conversation = ScriptedConversation()
    conversation.outcome = { _ in
      let schema = Schema([Field("run", .int64)])
      let table = Batch(schema: schema, columns: [Column(.int64, .int64([7]))])
      return Outcome(lines: ["1 run"], table: table)
    }
    let run = CommandRun(["runs"], conversation: conversation)
    #expect(run.output == "run\n7\n")
    #expect(run.words == "1 run\n")
  }

  @Test(arguments: [
    ("apply lake --dry-run", "apply(directory: \"lake\", dryRun: true, prune: false)"),
    ("ingest a b --feed f", "ingest(files: [\"a\", \"b\"], feed: Optional(\"f\"))"),
    ("ingest --landing", "ingestLanding(directory: nil, filter: nil)"),
    (
      "ingest --landing d --filter x",
      "ingestLanding(directory: Optional(\"d\"), filter: Optional(\"x\"))"
    ),
    ("verify --deep", "verify(deep: true, known: nil, exportHead: nil)"),
    (
      "verify --known a --export-head b",
      "verify(deep: false, known: Optional(\"a\"), exportHead: Optional(\"b\"))"
    ),
    ("backup /b --link", "backup(directory: \"/b\", links: true)"),
    ("tag eod --snapshot 4", "tag(name: \"eod\", snapshot: Optional(4))"),
    ("history", "history(table: nil)"),
    ("replay 12", "replay(run: 12)"),
    ("replay 12 --using lcr=2", "replayUsing(run: 12, method: \"lcr=2\")"),
    ("replay --all", "replayAll"),
    ("replay cert.json", "replayCertificate(file: \"cert.json\")"),
    ("init", "initialize"),
  ])
  func argumentsBecomeTheLakeCommand(_ line: String, _ command: String) {
    let run = CommandRun(line.split(separator: " ").map(String.init))
    #expect(run.status == 0)
    #expect(run.conversation.commands.map { $0.replacing("Lakehouse.", with: "") } == [command])
  }

  @Test func theLakeIsTheOptionElseTheVariableElseHere() {
    let environment = ["TARN_LAKE": "/env"]
    func lake(_ arguments: [String], _ environment: [String: String] = [:]) -> String {
      CommandRun(arguments, environment: environment).conversation.options.lakePath
    }
    #expect(lake(["-c", "A", "--lake", "/x"], environment) == "/x")
    #expect(lake(["-c", "A"], environment) == "/env")
    #expect(lake(["-c", "A"]) == "./lake")
  }

  @Test func aFileOfResultsIsWholeOrNotThere() throws {
    let directory = TemporaryDirectory()
    let path = joinPath(directory.path, "r.json")
    let good = CommandRun(["-c", "A", "-o", path])
    #expect(good.status == 0)
    #expect(good.output.isEmpty)
    let store = LocalFileStore()
    #expect(String(decoding: try store.read(path), as: UTF8.self) == "[\n  {\"n\":1}\n]\n")

    let broken = ScriptedConversation { _, sink throws(LakeError) in
      try sink.begin(Schema([Field("n", .int64)]))
      throw LakeError(.data, "in the middle")
    }
    let other = joinPath(directory.path, "s.csv")
    #expect(CommandRun(["-c", "A", "-o", other], conversation: broken).status == 1)
    #expect(try store.list(directory.path).map(\.name) == ["r.json"])
  }

  @Test func binaryFormatsDoNotGoToTerminals() {
    let run = CommandRun(["-c", "A", "--format", "parquet"], isTerminal: true)
    #expect(run.status == 2)
    #expect(run.words.contains("-o FILE"))
    #expect(run.conversation.statements.isEmpty)
  }

  @Test func aFileThatIsNoTextIsRefused() throws {
    let directory = TemporaryDirectory()
    let path = joinPath(directory.path, "x.sql")
    try LocalFileStore().replace([0xFF, 0xFE, 0], at: path)
    let run = CommandRun([path])
    #expect(run.status == 1)
    #expect(run.words.contains("expected statements as UTF-8 text in '\(path)'"))
    #expect(CommandRun(["no-such.sql"]).status == 2)
  }

  @Test func errorsCanBeJSON() {
    let failing = ScriptedConversation { _, _ throws(LakeError) in
      throw LakeError(
        .statement, "no \"x\"", help: "try y", source: "SELECT\n  x", position: 9..<10)
    }
    let run = CommandRun(["-c", "A", "--errors", "json"], conversation: failing)
    #expect(
      run.words == """
        {"reason":"statement","exit":1,"message":"no \\"x\\"","help":"try y","line":2,"column":3}

        """)
  }

  @Test func notesAreLeftOutWhenQuiet() {
    let conversation = ScriptedConversation { _, sink throws(LakeError) in
      try sink.done("created table a.b", ResultSummary())
    }
    #expect(CommandRun(["-c", "A"], conversation: conversation).words == "created table a.b\n")
    #expect(CommandRun(["-c", "A", "-q"], conversation: conversation).words == "")
  }
}
