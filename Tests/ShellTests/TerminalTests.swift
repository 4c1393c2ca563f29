import Glibc
import Testing

@Suite(.enabled(if: PseudoTerminal.tarn != nil), .serialized, .timeLimit(.minutes(1)))
struct TerminalTests {
  private func start(term: String = "xterm") throws -> PseudoTerminal {
    let program = try #require(PseudoTerminal.tarn)
    return try #require(
      PseudoTerminal(program, ["--lake", "/nowhere/bank"], environment: ["TERM=\(term)"]))
  }

  @Test func aPersonTypesEditsAndLeaves() throws {
    let terminal = try start()
    #expect(terminal.expect("bank> "))
    terminal.type(".print hellp\u{7F}o\r")
    #expect(terminal.expect("\u{1b}[?2004lhello\r\n"))
    // Before the prompt is back the terminal itself would take the Ctrl-C.
    #expect(terminal.expect("bank> "))
    terminal.type("half a statement\u{3}")
    #expect(terminal.expect("^C"))
    terminal.type("\u{4}")
    #expect(terminal.wait() == 0)
    #expect(terminal.isCooked)
  }

  @Test func aMissingTerminalTypeStillReadsLines() throws {
    let terminal = try start(term: "")
    #expect(terminal.expect("bank> "))
    terminal.type(".print plain\n")
    #expect(terminal.expect("plain\r\nplain\r\n"))
    terminal.type(".quit\n")
    #expect(terminal.wait() == 0)
  }

  @Test func aKilledShellLeavesTheTerminalAsItWas() throws {
    let terminal = try start()
    #expect(terminal.expect("bank> "))
    #expect(!terminal.isCooked)
    terminal.send(SIGTERM)
    #expect(terminal.wait() == -SIGTERM)
    #expect(terminal.isCooked)
  }
}
