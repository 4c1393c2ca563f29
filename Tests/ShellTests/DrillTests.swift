import FileStorage
import Lakehouse
import TestSupport
import Testing

@Suite struct DrillTests {
  private static let query =
    "SELECT desk, SUM(lcr) AS total FROM gold.lcr AS OF T WHERE lcr > 0 GROUP BY desk;"

  /// What the commands ran after the query.
  private func run(_ commands: [String]) -> [String] {
    let run = CommandRun([], input: ([DrillTests.query] + commands).joined(separator: "\n") + "\n")
    #expect(run.status == 0, "\(run.words)")
    return Array(run.conversation.statements.dropFirst())
  }

  @Test(arguments: [
    (".slice desk=FX", "WHERE lcr > 0 AND desk = 'FX' GROUP BY desk ORDER BY 1;"),
    (".slice desk=FX,RATES", "WHERE lcr > 0 AND desk IN ('FX', 'RATES') GROUP BY desk ORDER BY 1;"),
    (".slice lcr=1.5", "WHERE lcr > 0 AND lcr = 1.5 GROUP BY desk ORDER BY 1;"),
    (".slice desk=O'Neil", "WHERE lcr > 0 AND desk = 'O''Neil' GROUP BY desk ORDER BY 1;"),
    (".down FX by book", "WHERE lcr > 0 AND desk = 'FX' GROUP BY book ORDER BY 1;"),
    (".down NULL by book", "WHERE lcr > 0 AND desk IS NULL GROUP BY book ORDER BY 1;"),
    (".compare T-1", "WHERE lcr > 0 GROUP BY desk COMPARE T-1 ORDER BY 1;"),
    (".movers 5", "GROUP BY desk COMPARE T-1 TOP 5 BY ABS(total_difference);"),
    (".across book", "GROUP BY desk, book ACROSS book WITH TOTALS;"),
  ])
  func eachStepRunsTheStatementThatItMeans(_ command: String, _ end: String) {
    let statements = run([command])
    #expect(statements.count == 1)
    #expect(statements.first?.hasSuffix(end) == true, "\(statements)")
    #expect(statements.first?.contains("FROM gold.lcr AS OF T") == true)
  }

  @Test func levelsGoDownAndUpAndBack() {
    let statements = run([
      ".hierarchy desk > book > trade", ".down FX", ".compare T-1", ".down B1", ".up", ".back",
    ])
    #expect(statements.count == 5)
    #expect(statements[2].contains("desk = 'FX' AND book = 'B1' GROUP BY trade COMPARE T-1"))
    #expect(statements[3] == statements[1])
    #expect(statements[4] == statements[0])
  }

  @Test func theRowsBehindAGroupAreShown() {
    let conversation = ScriptedConversation()
    let run = CommandRun(
      [], input: "SELECT n, SUM(lcr) AS s FROM gold.lcr GROUP BY n;\n.why 1\n",
      conversation: conversation)
    #expect(run.status == 0, "\(run.words)")
    #expect(run.conversation.statements.last == "SELECT * FROM gold.lcr WHERE n = 1 LIMIT 1000;")
  }

  @Test(arguments: [
    (".down FX", "there is no grouped query"), (".back", "there is no step"),
    (".why 1", "there is no row 1"), (".why x", "expected .why ROW"),
  ])
  func withoutAGroupedQueryThereIsHelp(_ command: String, _ message: String) {
    let run = CommandRun([], input: command + "\n")
    #expect(run.status == 2)
    #expect(run.words.contains(message))
  }

  @Test func thePromptTellsWhereOneIs() {
    let run = CommandRun(
      ["--lake", "/srv/bank"], input: DrillTests.query + "\n.down FX by book\n", isTerminal: true,
      environment: ["TERM": "dumb"])
    #expect(run.words.hasSuffix("bank › FX> "))
  }

  @Test func psqlSpellingsWork() {
    let run = CommandRun([], input: "\\dt\n\\d gold.lcr\n\\echo hi\n\\x on\n\\timing off\n\\q\n")
    #expect(run.status == 0, "\(run.words)")
    #expect(run.output.hasPrefix("gold.lcr\nsilver.positions\ngold.lcr (\n"))
    #expect(run.output.hasSuffix(")\nhi\n"))
  }

  @Test func resultsGoToFilesAndCommands() throws {
    let directory = TemporaryDirectory()
    let (once, tail, piped) = (
      joinPath(directory.path, "a.csv"), joinPath(directory.path, "b.json"),
      joinPath(directory.path, "c")
    )
    let run = CommandRun(
      [],
      input:
        ".once \(once)\nSELECT 1;\nSELECT 1; > \(tail)\nSELECT 1; | cat > \(piped)\nSELECT 2;\n")
    #expect(run.status == 0, "\(run.words)")
    let store = LocalFileStore()
    #expect(try String(decoding: store.read(once), as: UTF8.self) == "n\n1\n")
    #expect(try String(decoding: store.read(tail), as: UTF8.self) == "[\n  {\"n\":1}\n]\n")
    #expect(try String(decoding: store.read(piped), as: UTF8.self) == "n\n1\n")
    #expect(run.output == "n\n1\n")
    #expect(run.conversation.statements == ["SELECT 1;", "SELECT 1;", "SELECT 1;", "SELECT 2;"])
  }

  @Test func completionScriptsAndTheManualNameEveryCommand() {
    for shell in ["bash", "zsh", "fish", "man"] {
      let run = CommandRun(["help", shell])
      #expect(run.status == 0)
      #expect(run.output.contains("verify"))
      #expect(run.output.contains("report"))
    }
  }
}
