import Shell
import Testing

/// What keys cost, in work done: bytes sent to the terminal, questions to the lake. Times stand in
/// `Benchmarks/shell`, which drives the release build on a terminal.
@Suite struct EditorCostTests {
  private func longStatement() -> LineEditor {
    var editor = LineEditor(prompt: "bank> ", history: [], usesColor: true)
    let line = "  SUM(CASE WHEN desk = 'FX_LDN' THEN market_value END) AS value, -- note"
    let text = Array(repeating: line, count: 200).joined(separator: "\n")
    _ = editor.take(.paste(text), isComplete: { _ in false })
    _ = editor.draw(width: 120, height: 50)
    return editor
  }

  @Test func aKeyInALongStatementDrawsItsOwnRow() {
    var editor = longStatement()
    for number in 0..<100 {
      _ = editor.take(.text("x"), isComplete: { _ in false })
      let drawn = editor.draw(width: 120, height: 50)
      // One row with its colours, of fifty on the screen and two hundred in the text.
      #expect(drawn.utf8.count < 600, "key \(number)")
      #expect(!drawn.contains("\n"), "key \(number)")
      if number % 10 == 9 { _ = editor.take(.killToStart, isComplete: { _ in false }) }
    }
  }

  @Test func movingDrawsNothingButTheCursor() {
    var editor = longStatement()
    for key in Array(repeating: Key.up, count: 40) + Array(repeating: .left, count: 40) {
      _ = editor.take(key, isComplete: { _ in false })
      #expect(editor.draw(width: 120, height: 50).utf8.count < 600)
    }
  }

  @Test func completionAsksOnlyForTheTablesOfTheStatement() {
    let lake = LargeLake()
    let completer = StatementCompleter(lake)
    let text = "SELECT t7.column_1 FROM s.table_7 t7 JOIN s.table_8 USING (k) WHERE column_19"
    let found = completer.complete(text, "")
    #expect(found.candidates.first == "column_19")
    #expect(lake.asked == ["s.table_7", "s.table_8"])
    #expect(lake.listings == 0)
    let tables = completer.complete("SELECT * FROM s.table_9", "")
    #expect(tables.candidates.count == 111)
    #expect(lake.asked == ["s.table_7", "s.table_8"])
    #expect(lake.listings == 1)
  }

  @Test func withoutTablesALargeLakeIsNotSearched() {
    let lake = LargeLake()
    _ = StatementCompleter(lake).complete("SELECT col", "")
    #expect(lake.asked.isEmpty)
  }
}

private final class LargeLake: CompletionSource {
  private let names = (0..<200).map { (name: "column_\($0)", type: "double") }
  private let allTables = (0..<1000).map { "s.table_\($0)" }
  /// Whose columns were asked for, in order.
  private(set) var asked: [String] = []
  /// How often all tables were.
  private(set) var listings = 0

  var tables: [String] {
    listings += 1
    return allTables
  }
  let functions = (0..<300).map { "function_\($0)" }
  let tableFunctions: [String] = []
  let tags: [String] = []
  let measures: [String] = []
  let commands: [String] = []
  func columns(of table: String) -> [(name: String, type: String)] {
    asked.append(table)
    return names
  }
  func values(of column: String, in table: String) -> [String] { [] }
  func files(beginning: String) -> [String] { [] }
}
