import Shell
import Testing

/// The editor on a screen: after every key, what is drawn bit by bit equals a drawing from scratch.
@Suite struct EditorScreenTests {
  private let candidates = Completion(
    replaced: 2, candidates: ["desk", "desk_head", "description"])

  private func press(_ keys: [Key], width: Int, height: Int) -> (LineEditor, ScreenModel) {
    var editor = LineEditor(
      prompt: "bank> ", history: ["SELECT 1;", "SELECT desk FROM t;"], usesColor: true)
    var screen = ScreenModel(width: width, height: height)
    screen.take(editor.draw(width: width, height: height))
    for key in keys {
      _ = editor.take(key, isComplete: { $0.hasSuffix(";") }) { _, _ in candidates }
      screen.take(editor.draw(width: width, height: height))
    }
    return (editor, screen)
  }

  @Test(arguments: [(80, 24), (12, 24), (20, 4), (200, 50)])
  func incrementalDrawingEqualsAFullOne(_ width: Int, _ height: Int) {
    let keys: [Key] = [
      .text("S"), .text("ELECT (日本語, 'é'"), .enter, .text("FROM silver.positions -- note"),
      .up, .left, .left, .text("x"), .backspace, .home, .delete, .down, .end, .enter,
      .text("wide 漢字 and \u{1F600}"), .killWord, .yank, .undo, .up, .up, .killToEnd, .text(")"),
      .paste("a\nb\nc\nd\ne\nf\n"), .up, .up, .up, .wordLeft, .killToStart,
    ]
    for count in 1...keys.count {
      let (pressed, screen) = press(Array(keys.prefix(count)), width: width, height: height)
      var editor = pressed
      var fresh = ScreenModel(width: width, height: height)
      editor.drawAnew()
      fresh.take(editor.draw(width: width, height: height))
      let shown = Array(screen.lines.suffix(fresh.lines.count))
      #expect(shown == fresh.lines, "after key \(count)")
      #expect(screen.unknown.isEmpty)
    }
  }

  @Test func aTallStatementShowsTheRowsAroundTheCursor() {
    let text = (1...50).map { "line \($0)" }.joined(separator: "\n")
    let (_, screen) = press([.paste(text)], width: 40, height: 10)
    #expect(screen.lines.count == 10)
    #expect(screen.lines.last == "    … line 50")
    let (_, above) = press([.paste(text)] + Array(repeating: .up, count: 30), width: 40, height: 10)
    #expect(above.lines.contains("    … line 20"))
    #expect(above.scrolledOff == 0)
  }

  @Test func tabShowsWhatFitsAndGoesThroughIt() {
    let (one, first) = press([.text("SELECT de"), .tab], width: 60, height: 24)
    #expect(one.text == "SELECT des")
    #expect(first.lines[0] == "bank> SELECT des")
    #expect(first.lines[1] == "desk         desk_head    description")
    #expect(press([.text("SELECT de"), .tab, .tab], width: 60, height: 24).0.text == "SELECT desk")
    #expect(
      press([.text("SELECT de"), .tab, .tab, .tab], width: 60, height: 24).0.text
        == "SELECT desk_head")
    #expect(
      press([.text("SELECT de"), .tab, .backTab], width: 60, height: 24).0.text
        == "SELECT description")
    let (_, after) = press([.text("SELECT de"), .tab, .tab, .text(",")], width: 60, height: 24)
    #expect(after.lines == ["bank> SELECT desk,"])
  }

  @Test func searchingFindsOlderStatements() {
    let (_, screen) = press([.search, .text("select")], width: 60, height: 24)
    #expect(screen.lines == ["(search) select▏ SELECT desk FROM t;"])
    let (_, older) = press([.search, .text("SELECT"), .search], width: 60, height: 24)
    #expect(older.lines == ["(search) SELECT▏ SELECT 1;"])
    #expect(
      press([.search, .text("desk"), .left], width: 60, height: 24).0.text == "SELECT desk FROM t;")
    #expect(
      press([.text("x"), .search, .text("desk"), .cancel], width: 60, height: 24).0.text == "x")
    let (_, none) = press([.search, .text("nothing")], width: 60, height: 24)
    #expect(none.lines == ["(no match) nothing▏"])
  }

  @Test func bracketsStringsAndKeywordsAreColoured() {
    var editor = LineEditor(prompt: "> ", history: [], usesColor: true)
    _ = editor.take(.text("SELECT sum(x) FROM 'f'"), isComplete: { _ in false })
    let drawn = editor.draw(width: 80)
    #expect(drawn.contains("\u{1b}[1;34mSELECT\u{1b}[0m"))
    #expect(drawn.contains("\u{1b}[35msum\u{1b}[0m"))
    #expect(drawn.contains("\u{1b}[32m'f'\u{1b}[0m"))
    for _ in 0..<9 { _ = editor.take(.left, isComplete: { _ in false }) }
    // The cursor stands behind the closing bracket.
    let matched = editor.draw(width: 80)
    #expect(matched.contains("\u{1b}[1;7m(\u{1b}[0m"))
    #expect(matched.contains("\u{1b}[1;7m)\u{1b}[0m"))
    var plain = LineEditor(prompt: "> ", history: [], usesColor: false)
    _ = plain.take(.text("SELECT ("), isComplete: { _ in false })
    #expect(!plain.draw(width: 80).contains("m"))
  }

  @Test func controlCharactersOfAPasteNeverReachTheTerminal() {
    var editor = LineEditor(prompt: "> ", history: [])
    _ = editor.take(.paste("a\u{9b}31mb"), isComplete: { _ in false })
    #expect(!editor.draw(width: 80).unicodeScalars.contains("\u{9b}"))
  }
}
