import FileStorage
import Lakehouse
import Shell
import TestSupport
import Testing

@Suite struct ReplTests {
  /// A session at something that looks like a terminal but cannot be edited on.
  private func converse(
    _ input: String, conversation: ScriptedConversation = .init()
  ) -> CommandRun {
    CommandRun(
      ["--lake", "/srv/bank"], input: input, isTerminal: true, environment: ["TERM": "dumb"],
      conversation: conversation)
  }

  @Test func aStatementOverSeveralLinesIsPromptedOn() {
    let run = converse("SELECT\n1\n;\n")
    #expect(run.conversation.statements == ["SELECT\n1\n;"])
    #expect(run.words.contains("bank>     … "))
    #expect(run.status == 0)
  }

  @Test func anErrorKeepsTheSession() {
    let conversation = ScriptedConversation { text, sink throws(LakeError) in
      if text.contains("bad") { throw LakeError(.statement, "no such thing") }
      try ScriptedConversation.numberOne(text, sink)
    }
    let run = converse("bad;\ngood;\n.nonsense\n", conversation: conversation)
    #expect(run.status == 0)
    #expect(conversation.statements == ["bad;", "good;"])
    #expect(run.words.contains("error: no such thing\n"))
    #expect(run.words.contains("error: there is no command '.nonsense'\n"))
  }

  @Test func dotCommandsDoWhatTheySay() throws {
    let directory = TemporaryDirectory()
    let path = joinPath(directory.path, "x.sql")
    try LocalFileStore().replace(Array(".print from the file\nSELECT 1;\n".utf8), at: path)
    let run = CommandRun(
      [],
      input: """
        .tables
        .schema gold.lcr
        .mode json
        .read \(path)
        .set desk=FX
        .asof 2025-06-23
        .knownat tag:eod
        .set
        .quit
        SELECT never;
        """)
    #expect(run.status == 0)
    #expect(
      run.output == """
        gold.lcr
        silver.positions
        gold.lcr (
          desk string NOT NULL,
          lcr decimal(38,6)
        )
        from the file
        [
          {"n":1}
        ]
        desk=FX

        """)
    #expect(run.conversation.options.businessDate == "2025-06-23")
    #expect(run.conversation.options.knownAt == "tag:eod")
    #expect(run.conversation.options.parameters == ["desk": "FX"])
  }

  @Test(arguments: [
    (".tabels", "there is no command '.tabels'", "did you mean '.tables'?"),
    (".mode jsn", "there is no format 'jsn'", "did you mean 'json'?"),
    (".mode parquet", "the format 'parquet' is for files", nil),
    (".asof tomorrow", "expected --as-of YYYY-MM-DD, found 'tomorrow'", nil),
    (".timer maybe", "expected .timer on or off, found 'maybe'", nil),
    (".read", "expected .read FILE", nil),
    (".schema nope", "there is no table 'nope'", nil),
    (".set x", "expected .set NAME=VALUE, found 'x'", nil),
  ])
  func dotCommandsRefuseWithHelp(_ line: String, _ message: String, _ help: String?) {
    let run = CommandRun([], input: line + "\n")
    #expect(run.status != 0)
    #expect(run.words.contains("error: \(message)\n"))
    if let help { #expect(run.words.contains("help: \(help)\n")) }
  }

  @Test func filesThatReadEachOtherEnd() throws {
    let directory = TemporaryDirectory()
    let path = joinPath(directory.path, "loop.sql")
    try LocalFileStore().replace(Array(".read \(path)\n".utf8), at: path)
    let run = CommandRun([], input: ".read \(path)\n")
    #expect(run.status == 2)
    #expect(run.words.contains("files that read each other"))
  }

  @Test func thePromptTellsBothAxesOfTime() {
    let run = converse(".asof 2025-06-23\n.knownat tag:eod\n.asof off\n")
    #expect(run.words.contains("bank T 2025-06-23> "))
    #expect(run.words.contains("bank T 2025-06-23 ⟲tag:eod> "))
    #expect(run.words.hasSuffix("bank ⟲tag:eod> "))
  }
}
