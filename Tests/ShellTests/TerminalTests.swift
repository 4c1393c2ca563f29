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
    #expect(terminal.expect("bank> "))
    terminal.type("\u{4}")
    #expect(terminal.wait() == 0)
    #expect(terminal.isCooked)
  }

  @Test func aMissingTerminalTypeStillReadsLines() throws {
    let terminal = try start(term: "")
    #expect(terminal.expect("bank> "))
    terminal.type(".print plain\n")
    #expect(terminal.expect("plain\r\nplain\r\n"))
    #expect(terminal.expect("bank> "))
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

  @Test func theEditorColoursCompletesAndSearches() throws {
    let program = try #require(PseudoTerminal.tarn)
    let terminal = try #require(
      PseudoTerminal(program, ["--lake", "/nowhere/bank"], environment: ["TERM=xterm-256color"]))
    #expect(terminal.expect("bank> "))
    terminal.type("SELECT 1 AS answer;\r")
    #expect(terminal.expect("answer"))
    #expect(terminal.expect("1 row"))
    #expect(terminal.expect("bank> "))
    terminal.type("\u{12}answ")
    #expect(terminal.expect("(search) answ"))
    terminal.type("\u{7}.mov\t")
    #expect(terminal.expect("ers"))
    terminal.type("\u{3}")
    #expect(terminal.expect("^C"))
    #expect(terminal.expect("bank> "))
    terminal.type(".quit\r")
    #expect(terminal.wait() == 0)
    #expect(terminal.isCooked)
  }

  @Test func aClosedTerminalEndsTheShell() throws {
    var terminal: PseudoTerminal? = try start()
    #expect(terminal?.expect("bank> ") == true)
    terminal?.type("\u{1b}[200~half a paste")
    terminal?.send(SIGHUP)
    #expect(terminal?.wait() == -SIGHUP)
    #expect(terminal?.isCooked == true)
    terminal = nil
  }

  @Test func bytesThatAreNoTextKeepTheShell() throws {
    let terminal = try start()
    #expect(terminal.expect("bank> "))
    terminal.type("\u{0}\u{1}\u{2}\u{1b}\u{1b}[[[\u{1b}O\u{1b}[999999999999999A\u{1c}\u{1d}\u{1e}")
    terminal.type("\u{3}")
    #expect(terminal.expect("^C"))
    #expect(terminal.expect("bank> "))
    terminal.type(".print alive\r")
    #expect(terminal.expect("\u{1b}[?2004lalive"))
    // Before the prompt is back the terminal itself would take the Ctrl-D.
    #expect(terminal.expect("bank> "))
    terminal.type("\u{4}")
    #expect(terminal.wait() == 0)
  }
}
