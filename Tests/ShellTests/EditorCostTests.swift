import Glibc
import Shell
import Testing

/// What keys cost. Processor time, because other work may share the machine; the limits are those
/// of a debug build, several times what a release build takes.
@Suite(.serialized) struct EditorCostTests {
  private func processorSeconds() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  @Test func aKeyInALongStatementIsCheap() {
    var editor = LineEditor(prompt: "bank> ", history: [], usesColor: true)
    let line = "  SUM(CASE WHEN desk = 'FX_LDN' THEN market_value END) AS value, -- note"
    let text = Array(repeating: line, count: 200).joined(separator: "\n")
    _ = editor.take(.paste(text), isComplete: { _ in false })
    _ = editor.draw(width: 120, height: 50)
    var costs: [Double] = []
    for number in 0..<200 {
      let start = processorSeconds()
      let key: Key = number % 5 == 4 ? .up : .text("x")
      _ = editor.take(key, isComplete: { _ in false })
      _ = editor.draw(width: 120, height: 50)
      costs.append(processorSeconds() - start)
    }
    costs.sort()
    print("a key in 200 lines: median \(costs[100] * 1000) ms, 99th of 100 \(costs[198] * 1000) ms")
    #expect(costs[198] < 0.25)
  }

  @Test func completionOverManyTablesIsCheap() {
    let lake = LargeLake()
    let completer = StatementCompleter(lake)
    let text = "SELECT t7.column_1 FROM s.table_7 t7 JOIN s.table_8 USING (k) WHERE column_19"
    var costs: [Double] = []
    for _ in 0..<20 {
      let start = processorSeconds()
      let found = completer.complete(text, "")
      _ = completer.complete("SELECT * FROM s.table_9", "")
      costs.append(processorSeconds() - start)
      #expect(found.candidates.first == "column_19")
    }
    costs.sort()
    print(
      "Tab over 1,000 tables of 200 columns: median \(costs[10] * 1000) ms, most \(costs[19] * 1000) ms"
    )
    #expect(costs[19] < 0.5)
  }
}

private final class LargeLake: CompletionSource {
  let tables = (0..<1000).map { "s.table_\($0)" }
  private let names = (0..<200).map { (name: "column_\($0)", type: "double") }
  let functions = (0..<300).map { "function_\($0)" }
  let tableFunctions: [String] = []
  let tags: [String] = []
  let measures: [String] = []
  let commands: [String] = []
  func columns(of table: String) -> [(name: String, type: String)] { names }
  func values(of column: String, in table: String) -> [String] { [] }
  func files(beginning: String) -> [String] { [] }
}
