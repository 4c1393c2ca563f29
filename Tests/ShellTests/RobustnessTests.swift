import FileStorage
import Glibc
import TestSupport
import Testing

/// What a terminal, a pipe or a person can do to the shell without breaking it or the terminal.
@Suite(.enabled(if: PseudoTerminal.tarn != nil), .serialized, .timeLimit(.minutes(5)))
struct RobustnessTests {
  private let directory = TemporaryDirectory()

  private func start(
    _ arguments: [String] = [], term: String = "xterm", also environment: [String] = []
  ) throws -> PseudoTerminal {
    let program = try #require(PseudoTerminal.tarn)
    return try #require(
      PseudoTerminal(
        program, ["--lake", "/nowhere/bank"] + arguments,
        environment: ["TERM=\(term)", "TMPDIR=\(directory.path)", "PATH=/usr/bin:/bin"]
          + environment))
  }

  /// A statement that runs until it is stopped.
  private static let endless =
    "SELECT COUNT(*) FROM range(100000000) a, range(100000000) b WHERE a.range * b.range = 7;\r"

  /// Ends a shell that is back at its prompt, and finds the terminal as it was.
  ///
  /// - Parameter word: What it prints first, to show that it still takes commands.
  private func leave(_ terminal: PseudoTerminal, saying word: String? = nil) throws {
    try #require(terminal.expectPrompt())
    if let word {
      terminal.type(".print \(word)\r")
      #expect(terminal.expect("2004l\(word)"))
      try #require(terminal.expectPrompt())
    }
    terminal.type("\u{4}")
    #expect(terminal.wait() == 0)
    #expect(terminal.isCooked)
  }

  @Test func keysTypedWhileAStatementRunsWaitForThePrompt() throws {
    let terminal = try start()
    try #require(terminal.expectPrompt())
    // Ctrl-U and Ctrl-D would be taken by a line discipline; one more key shows that they were not.
    terminal.type("SELECT COUNT(*) AS n FROM range(3000000);\r.print lost\u{15}.print kept\r\u{4}")
    #expect(terminal.expect("3,000,000"))
    #expect(terminal.expect("\u{1b}[?2004lkept\r\n"))
    #expect(terminal.wait() == 0)
    #expect(!terminal.screen.contains("2004llost"))
    #expect(terminal.isCooked)
  }

  @Test func ctrlCStopsAStatementAndKeepsTheSession() throws {
    let terminal = try start()
    try #require(terminal.expectPrompt())
    terminal.type(RobustnessTests.endless)
    // The progress line: it runs.
    #expect(terminal.expect(" s"))
    terminal.type("\u{3}")
    #expect(terminal.expect("cancelled"))
    try leave(terminal, saying: "alive")
  }

  @Test(arguments: [SIGTERM, SIGHUP, SIGQUIT])
  func aSignalWhileAStatementRunsLeavesTheTerminalAsItWas(_ signal: Int32) throws {
    let terminal = try start()
    try #require(terminal.expectPrompt())
    terminal.type(RobustnessTests.endless)
    #expect(terminal.expect(" s"))
    #expect(!terminal.isCooked)
    terminal.send(signal)
    #expect(terminal.wait() == -signal)
    #expect(terminal.isCooked)
  }

  @Test func aStoppedShellGivesTheTerminalBackAndTakesItAgain() throws {
    let terminal = try start()
    try #require(terminal.expectPrompt())
    terminal.type(RobustnessTests.endless)
    #expect(terminal.expect(" s"))
    // A stop by the terminal would find no shell to go on with: the session has none above it.
    terminal.send(SIGTSTP)
    #expect(terminal.waitUntilStopped())
    #expect(terminal.isCooked)
    terminal.send(SIGCONT)
    terminal.send(SIGINT)
    #expect(terminal.expect("cancelled"))
    try #require(terminal.expectPrompt())
    #expect(!terminal.isCooked)
    terminal.type(".quit\r")
    #expect(terminal.wait() == 0)
    #expect(terminal.isCooked)
  }

  @Test func aChildProgramFindsTheTerminalAsItWas() throws {
    let terminal = try start()
    try #require(terminal.expectPrompt())
    terminal.type("SELECT 1 AS n; | cat; stty -a </dev/tty\r")
    #expect(terminal.expect(" icanon "))
    #expect(terminal.expect(" echo "))
    try #require(terminal.expectPrompt())
    #expect(!terminal.isCooked)
    terminal.type(".quit\r")
    #expect(terminal.wait() == 0)
    #expect(terminal.isCooked)
  }

  @Test func theEditorOfTheUserGetsATerminal() throws {
    let editor = joinPath(directory.path, "editor")
    try LocalFileStore().replace(
      Array("#!/bin/sh\nstty -a </dev/tty\necho '.print edited' >\"$1\"\n".utf8), at: editor)
    let terminal = try start(also: ["EDITOR=sh \(editor)"])
    try #require(terminal.expectPrompt())
    terminal.type(".edit\r")
    #expect(terminal.expect(" icanon "))
    #expect(terminal.expect("edited"))
    try #require(terminal.expectPrompt())
    terminal.type(".quit\r")
    #expect(terminal.wait() == 0)
  }

  @Test func anotherSizeOfTheTerminalIsDrawnAtOnce() throws {
    let terminal = try start()
    try #require(terminal.expectPrompt())
    terminal.type(".print " + String(repeating: "x", count: 60) + "end")
    #expect(terminal.expect("end"))
    terminal.resize(width: 30, height: 10)
    // All of it again, on rows of the new width.
    #expect(terminal.expect("\u{1b}[J"))
    #expect(terminal.expect("end"))
    terminal.type("\r")
    #expect(terminal.expect("\u{1b}[?2004lxxx"))
    try leave(terminal)
  }

  @Test func aMegabyteCanBePasted() throws {
    let terminal = try start()
    try #require(terminal.expectPrompt())
    let line = "-- 0123456789 abcdefghij 0123456789 abcdefghij 0123456789 end\n"
    let count = (1 << 20) / line.utf8.count + 1
    let text = String(repeating: line, count: count) + "SELECT \(count) AS lines;"
    #expect(text.utf8.count > 1 << 20)
    terminal.type("\u{1b}[200~" + text + "\u{1b}[201~")
    terminal.type("\r")
    #expect(terminal.expect("│ 16,9"))
    try leave(terminal)
  }

  @Test func allBytesCanBeTyped() throws {
    let terminal = try start()
    try #require(terminal.expectPrompt())
    // Without those that end the line, the prompt or the session, and those that ask for more keys.
    let ends: Set<UInt8> = [0x03, 0x04, 0x0A, 0x0D, 0x12, 0x16, 0x18, 0x1A, 0x1B, 0x1C]
    terminal.type((0...255).filter { !ends.contains($0) })
    terminal.type("\u{3}")
    #expect(terminal.expect("^C"))
    try leave(terminal, saying: "alive")
  }

  @Test func withoutATerminalTypeLinesAreReadAsTheyCome() throws {
    let terminal = try start(term: "dumb")
    #expect(terminal.expect("bank> "))
    terminal.type("SELECT 40 + 2 AS answer;\n")
    #expect(terminal.expect("│     42 │"))
    #expect(terminal.expect("bank> "))
    #expect(terminal.isCooked)
    terminal.type("\u{4}")
    #expect(terminal.wait() == 0)
  }

  // MARK: Without a terminal

  /// - Returns: What `sh` ended with, and what it wrote to standard output.
  private func shell(_ command: String) throws -> (status: Int32, output: String) {
    let program = try #require(PseudoTerminal.tarn)
    let output = joinPath(directory.path, "output")
    let text = "tarn='\(program)'; cd '\(directory.path)'; { \(command)\n} >'\(output)' 2>&1"
    let status = unsafe system(text)
    let shown = try String(decoding: LocalFileStore().read(output), as: UTF8.self)
    return (status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F), shown)
  }

  @Test func aReaderThatHasEnoughIsNoError() throws {
    // The status of the program itself goes to a file: that of a pipe is the last command's.
    let run = try shell(
      "{ \"$tarn\" -c 'SELECT * FROM range(5000000)'; echo \"status $?\" >status; } "
        + "| head -n 2; cat status")
    #expect(run.output == "range\n0\nstatus 0\n")
  }

  @Test func aFullDiskIsAnError() throws {
    let run = try shell("\"$tarn\" -c 'SELECT * FROM range(5000000)' >/dev/full")
    #expect(run.status == 1)
    #expect(run.output.contains("No space left on device"))
  }

  @Test func aLineOfTenMegabytesIsRead() throws {
    let run = try shell(
      "{ printf \"SELECT length('\"; head -c 10000000 /dev/zero | tr '\\0' x; "
        + "printf \"') AS n;\\n\"; } | \"$tarn\"")
    #expect(run.status == 0)
    #expect(run.output == "n\n10000000\n")
  }

  @Test func aLineOfTenMegabytesThatIsWrongIsToldInShort() throws {
    let run = try shell("{ head -c 10000000 /dev/zero | tr '\\0' x; echo ';'; } | \"$tarn\"")
    #expect(run.status == 1)
    #expect(run.output.hasPrefix("error: "))
    #expect(run.output.utf8.count < 10_000)
  }

  @Test func binaryInputIsRefused() throws {
    let run = try shell("head -c 100000 \"$tarn\" | \"$tarn\" query -f -")
    #expect(run.status == 1 || run.status == 2)
    #expect(run.output.hasPrefix("error: "))
    #expect(run.output.utf8.count < 10_000)
    let shell = try shell("head -c 100000 \"$tarn\" | \"$tarn\"")
    #expect(shell.status == 1 || shell.status == 2)
    #expect(shell.output.utf8.count < 10_000)
  }
}
