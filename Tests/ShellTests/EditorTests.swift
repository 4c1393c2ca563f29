import FileStorage
import Shell
import TestSupport
import Testing

@Suite struct EditorTests {
  /// Types the bytes at a prompt; what Enter made of them.
  private func type(_ bytes: String, history: [String] = []) -> PromptEvent {
    var rest = Array(bytes.utf8)
    var keys = KeyReader { _ in
      defer { rest = [] }
      return rest
    }
    var editor = LineEditor(prompt: "bank> ", history: history)
    while true {
      let step = editor.take(keys.next()) { $0.hasSuffix(";") || $0.isEmpty }
      if case .finished(let event) = step { return event }
    }
  }

  @Test(arguments: [
    ("SELECT 1;\r", "SELECT 1;"),
    ("SELECT\r1;\r", "SELECT\n1;"),
    ("1;\u{1b}[D\u{1b}[D9\r", "91;"),
    ("abc\u{7F}d;\r", "abd;"),
    ("bc\u{1}a\u{5};\r", "abc;"),
    ("bc\u{1b}[Ha\u{1b}[F;\r", "abc;"),
    ("abc\u{1}\u{4}\u{1b}[3~\u{5};\r", "c;"),
    ("one two\u{17}six;\r", "one six;"),
    ("rubbish\u{15}x;\r", "x;"),
    ("ab\u{1b}[D\u{b};\r", "a;"),
    ("one two\u{1b}bX\u{5};\r", "one Xtwo;"),
    ("é日\u{7F};\r", "é;"),
    ("e\u{301}\u{7F}x;\r", "x;"),
    ("\u{1b}[200~SELECT\r\n'a\tb'\r;\u{1b}[201~\r", "SELECT\n'a\tb'\n;"),
    ("\u{1b}[99;5~\u{1b}Qx;\r", "x;"),
    ("a\r;\u{1b}[A!\u{5}\u{1b}[B\u{5}\r", "a!\n;"),
  ])
  func keysEditTheStatement(_ typed: String, _ text: String) {
    #expect(type(typed) == .text(text))
  }

  @Test func arrowsRecallOlderStatements() {
    let history = ["first;", "second\nline;"]
    #expect(type("\u{1b}[A\u{1b}[A\u{1b}[A\r", history: history) == .text("first;"))
    #expect(type("draft;\u{10}\u{e}\u{5}\r", history: history) == .text("draft;"))
  }

  @Test func controlKeysEndThePrompt() {
    #expect(type("half\u{3}") == .interrupted)
    #expect(type("\u{4}") == .endOfInput)
    #expect(type("") == .endOfInput)
  }

  @Test func bytesThatAreNoUTF8DoNotEndTheEditor() {
    var rest: [UInt8] = [0xFF, 0xC3, 0x28, 0xE2, 0x82, UInt8(ascii: ";"), 0x0D]
    var keys = KeyReader { _ in
      defer { rest = [] }
      return rest
    }
    var editor = LineEditor(prompt: "> ", history: [])
    var event: PromptEvent?
    while event == nil {
      if case .finished(let found) = editor.take(keys.next(), isComplete: { $0.hasSuffix(";") }) {
        event = found
      }
    }
    #expect(event == .text("\u{FFFD}\u{FFFD}(\u{FFFD};"))
  }

  @Test func drawingPutsTheCursorWhereItBelongs() {
    var editor = LineEditor(prompt: "> ", history: [])
    _ = editor.take(.text("abcdefgh")) { _ in false }
    var screen = ScreenModel(width: 6, height: 24)
    screen.take(editor.draw(width: 6))
    #expect(screen.lines == ["> abcd", "efgh"])
    #expect(screen.cursor == ScreenModel.Place(row: 1, column: 4))
    _ = editor.take(.home) { _ in false }
    screen.take(editor.draw(width: 6))
    #expect(screen.lines == ["> abcd", "efgh"])
    #expect(screen.cursor == ScreenModel.Place(row: 0, column: 2))
  }

  @Test func aLargePasteIsTakenAtOnce() {
    let body = String(repeating: "SELECT 1 -- x\n", count: 75_000)
    #expect(type("\u{1b}[200~\(body);\u{1b}[201~\r") == .text(body + ";"))
  }

  @Test func historyIsPrivateAndSurvives() throws {
    let directory = TemporaryDirectory()
    let path = joinPath(directory.path, "history")
    var history = History(path: path)
    for text in ["SELECT 1;", "SELECT 1;", "a\nb\\n;", " secret;", ""] { history.add(text) }
    #expect(history.entries == ["SELECT 1;", "a\nb\\n;"])
    #expect(History(path: path).entries == ["SELECT 1;", "a\nb\\n;"])
    #expect(fileMode(path) == 0o600)
  }
}
