import Lakehouse
import Shell
import Testing

@Suite struct ArgumentTests {
  private func read(_ line: String) throws -> Invocation {
    let arguments = line.split(separator: " ").map(String.init)
    return try ArgumentReader.read(arguments) { $0 == "existing" }
  }

  @Test(arguments: [
    ("-c A -c B", [Invocation.Source.text("A"), .text("B")]),
    ("-cA", [.text("A")]),
    ("--command=A", [.text("A")]),
    ("-c A -f x.sql -", [.text("A"), .file("x.sql"), .standardInput]),
    ("morning.sql", [.file("morning.sql")]),
    ("existing", [.file("existing")]),
    ("query a b", [.file("a"), .file("b")]),
    ("-f -", [.standardInput]),
    ("query -- -c", [.file("-c")]),
  ])
  func statementsKeepTheirOrder(_ line: String, _ sources: [Invocation.Source]) throws {
    #expect(try read(line).sources == sources)
  }

  @Test func optionsStandAnywhere() throws {
    let invocation = try read(
      "--lake /l ingest -q a.csv --format json b.csv -o out --feed positions --no-color")
    #expect(invocation.subcommand == .ingest)
    #expect(invocation.arguments == ["a.csv", "b.csv"])
    #expect(invocation.lake == "/l")
    #expect(invocation.format == "json")
    #expect(invocation.output == "out")
    #expect(invocation.isQuiet && invocation.noColor)
    #expect(invocation.value(.feed) == "positions")
  }

  @Test func valuesAreUnderstood() throws {
    let invocation = try read(
      "-c A --param desk=FX=1 --param d= --threads 3 --memory-limit 2GiB --as-of 2025-06-23 "
        + "--known-at tag:eod --actor me --errors json")
    #expect(invocation.parameters == ["desk": "FX=1", "d": ""])
    #expect(invocation.threads == 3)
    #expect(invocation.memoryLimit == 2 << 30)
    #expect(invocation.businessDate == "2025-06-23")
    #expect(invocation.knownAt == "tag:eod")
    #expect(invocation.actor == "me")
    #expect(invocation.errorsAsJSON)
  }

  @Test(arguments: [
    ("100", 100), ("1k", 1024), ("512MB", 512 << 20), ("3m", 3 << 20), ("1TiB", 1 << 40), ("7B", 7),
  ])
  func sizesHaveUnits(_ text: String, _ bytes: Int) throws {
    #expect(try read("-c A --memory-limit \(text)").memoryLimit == bytes)
  }

  @Test(arguments: [
    ("qurey", "there is no command or file 'qurey'", "did you mean 'query'?"),
    ("--formt csv", "there is no option '--formt'", "did you mean '--format'?"),
    ("-x", "there is no option '-x'", "tarn help lists the options"),
    ("-c", "the option '-c' needs a value", "write -c SQL"),
    ("--quiet=1", "the option '--quiet' takes no value", nil),
    ("--threads 0", "expected a whole number above 0 after --threads, found '0'", nil),
    (
      "--memory-limit 99999999999t", "expected a size after --memory-limit, found '99999999999t'",
      "for example --memory-limit 512MB or 2GB"
    ),
    (
      "--as-of 2025-02-30", "expected --as-of YYYY-MM-DD, found '2025-02-30'",
      "for example --as-of 2025-06-23"
    ),
    (
      "--param x", "expected --param NAME=VALUE, found 'x'",
      "for example --param desk=FX_LDN, then :desk in the statement"
    ),
    ("status --deep", "the option '--deep' does not belong to 'status'", "it belongs to: verify"),
    ("replay", "the command 'replay' needs RUN", "for example: tarn replay 12"),
    (
      "diff", "the command 'diff' needs TABLE [FROM [TO]]",
      "for example: tarn diff silver.positions eod-2025-06-20 eod-2025-06-23 --by-date"
    ),
    (
      "restore t", "the command 'restore' needs TABLE VERSION|TAG|TIME",
      "for example: tarn restore silver.positions 11"
    ),
    ("dif t", "there is no command or file 'dif'", "did you mean 'diff'?"),
    (
      "diff t --dry-run", "the option '--dry-run' does not belong to 'diff'",
      "it belongs to: apply, refresh, backfill, restate, vacuum"
    ),
    ("files a b", "there is no place for 'b'", "the command is written: tarn files TABLE"),
    (
      "ingest", "the command 'ingest' needs files, or --landing",
      "for example: tarn ingest --landing --filter positions/EMEA/2025/06/23"
    ),
  ])
  func refusalsSayWhatWasExpected(_ line: String, _ message: String, _ help: String?) {
    let error = #expect(throws: LakeError.self) { try read(line) }
    #expect(error?.message == message)
    #expect(error?.help == help)
    #expect(error?.exitStatus == 2)
  }

  @Test func aStatementWithoutItsOptionIsRecognised() {
    let error = #expect(throws: LakeError.self) {
      try ArgumentReader.read(["SELECT 1"]) { _ in false }
    }
    #expect(error?.help == "a statement goes after -c: tarn -c \"SELECT 1\"")
  }

  @Test(arguments: Subcommand.allCases)
  func everyCommandHasHelpWithAnExample(_ command: Subcommand) {
    let run = CommandRun([command.rawValue, "--help"])
    #expect(run.status == 0)
    #expect(run.output.contains("example: tarn"))
    #expect(run.output.contains(command.summary))
    #expect(run.words.isEmpty)
  }

  @Test func noLineOfHelpIsWiderThanATerminal() {
    for command in Subcommand.allCases {
      let lines = HelpText.text(for: command).split(separator: "\n")
      #expect(lines.allSatisfy { $0.count <= 100 }, "\(command)")
    }
    #expect(HelpText.overview().split(separator: "\n").allSatisfy { $0.count <= 100 })
  }
}
