import Lakehouse
import Shell
import Testing

@Suite struct ErrorRendererTests {
  private let plain = ErrorRenderer(usesColor: false)

  @Test func aCaretStandsUnderThePlace() {
    let error = LakeError(
      .statement, "there is no column 'dsk'", help: "did you mean 'desk'?",
      source: "SELECT\n\tdsk, SUM(x)\nFROM t", position: 8..<11)
    #expect(
      plain.text(error) == """
        error: there is no column 'dsk'
          → line 2, column 2
         2 │  dsk, SUM(x)
           │  ^~~
        help: did you mean 'desk'?

        """)
  }

  @Test func wideCharactersMoveTheCaret() {
    let source = "SELECT '東京' x"
    let error = LakeError(.statement, "no", source: source, position: 16..<17)
    #expect(plain.text(error).contains("\n 1 │ SELECT '東京' x\n   │               ^\n"))
  }

  @Test func aPlaceBehindTheEndIsItsEnd() {
    let error = LakeError(.statement, "more expected", source: "SELECT", position: 6..<99)
    #expect(plain.text(error).contains(" 1 │ SELECT\n   │       ^\n"))
  }

  @Test func aVeryLongLineIsCutAroundThePlace() {
    let source = String(repeating: "a", count: 5000) + "!" + String(repeating: "b", count: 5000)
    let text = plain.text(LakeError(.statement, "no", source: source, position: 5000..<5001))
    #expect(text.split(separator: "\n").allSatisfy { $0.count < 140 })
    #expect(text.contains("a!b"))
  }

  @Test func withoutAPlaceThereIsTheMessageAlone() {
    #expect(plain.text(LakeError(.noLake, "no lake in './lake'")) == "error: no lake in './lake'\n")
  }

  @Test func coloursAreOnlyForTerminals() {
    let colored = ErrorRenderer(usesColor: true)
    #expect(colored.text(LakeError(.data, "x", help: "y")).contains("\u{1b}[1;31merror:\u{1b}[0m"))
    let run = CommandRun(["qurey"], isTerminal: false)
    #expect(!run.words.contains("\u{1b}"))
  }

  @Test func whatWasFoundMayBeVeryLong() {
    let run = CommandRun([], input: ".\(String(repeating: "x", count: 1_000_000))\n")
    #expect(run.status == 2)
    #expect(run.words.utf8.count < 5000)
  }
}
