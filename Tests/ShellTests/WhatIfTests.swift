import Lakehouse
import Shell
import Testing

@Suite struct WhatIfTests {
  private static let query =
    "SELECT desk, SUM(lcr) AS total FROM gold.lcr AS OF T WHERE lcr > 0 GROUP BY desk;"

  private func run(_ lines: [String]) -> CommandRun {
    CommandRun(
      ["--lake", "/srv/bank"], input: lines.joined(separator: "\n") + "\n", isTerminal: true,
      environment: ["TERM": "dumb"])
  }

  /// What ran besides the shell's own question which branches there are.
  private func statements(_ run: CommandRun) -> [String] {
    run.conversation.statements.filter { !$0.hasPrefix("SELECT name FROM system.branches") }
  }

  @Test func aBranchIsMadeUsedAndTold() {
    let run = run([".whatif fx-shock", "UPDATE gold.lcr SET lcr = 1;"])
    #expect(
      statements(run) == [
        "CREATE BRANCH \"fx-shock\";", "USE BRANCH \"fx-shock\";", "UPDATE gold.lcr SET lcr = 1;",
      ])
    #expect(run.words.hasSuffix("bank ⎇ fx-shock> "))
    #expect(run.words.contains("CREATE BRANCH \"fx-shock\";\n"))
  }

  @Test func withoutANameItGetsOne() {
    #expect(statements(run([".whatif"])).first == "CREATE BRANCH \"whatif-1\";")
  }

  @Test func theLakeIsComparedWithAtTheSnapshotOfTheBranch() {
    let run = run([WhatIfTests.query, ".whatif a", ".compare lake", ".movers 3"])
    #expect(statements(run)[3].hasSuffix("GROUP BY desk COMPARE SNAPSHOT 41 ORDER BY 1;"))
    #expect(
      statements(run)[4].hasSuffix("COMPARE SNAPSHOT 41 TOP 3 BY ABS(total_difference);"))
  }

  @Test func backGoesOutOfTheBranchToWhereOneWas() {
    let run = run([WhatIfTests.query, ".whatif a", ".compare lake", ".back", ".back"])
    let last = Array(statements(run).suffix(3))
    #expect(last[0].hasSuffix("GROUP BY desk ORDER BY 1;"))
    #expect(last[1] == "USE MAIN;")
    #expect(last[2].hasSuffix("GROUP BY desk ORDER BY 1;"))
    #expect(run.words.hasSuffix("bank> "))
  }

  @Test func backGoesOutAlsoAfterAnotherQuery() {
    let run = run([".whatif a", WhatIfTests.query, ".back"])
    #expect(statements(run).last == "USE MAIN;")
    #expect(run.words.hasSuffix("bank> "))
  }

  @Test(arguments: [("merge", "MERGE BRANCH a;"), ("drop", "DROP BRANCH a;")])
  func itEndsOnTheLakeItself(_ word: String, _ statement: String) {
    let run = run([WhatIfTests.query, ".whatif a", ".compare lake", ".whatif \(word)"])
    #expect(Array(statements(run).suffix(2)) == ["USE MAIN;", statement])
    #expect(run.words.hasSuffix("bank> "))
  }

  @Test func aMergeThatFailsStaysOnTheBranch() {
    let conversation = ScriptedConversation { text, sink throws(LakeError) in
      if text.hasPrefix("MERGE") { throw LakeError(.conflict, "both changed it") }
      try ScriptedConversation.numberOne(text, sink)
    }
    let run = CommandRun(
      ["--lake", "/srv/bank"], input: ".whatif a\n.whatif merge\n", isTerminal: true,
      environment: ["TERM": "dumb"], conversation: conversation)
    #expect(run.words.contains("error: both changed it"))
    #expect(run.words.hasSuffix("bank ⎇ a> "))
  }

  @Test func anotherBranchIsReachedThroughTheLake() {
    let run = run([".whatif a", ".whatif b", ".whatif off"])
    #expect(
      statements(run) == [
        "CREATE BRANCH a;", "USE BRANCH a;", "USE MAIN;", "CREATE BRANCH b;", "USE BRANCH b;",
        "USE MAIN;",
      ])
  }

  @Test(arguments: [".whatif merge", ".whatif drop", ".whatif off", ".compare lake"])
  func withoutABranchThereIsHelp(_ command: String) {
    let run = CommandRun([], input: WhatIfTests.query + "\n" + command + "\n")
    #expect(run.status == 2)
    #expect(run.words.contains("there is no branch in use"))
  }
}
