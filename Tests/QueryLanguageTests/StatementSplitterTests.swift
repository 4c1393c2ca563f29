import QueryLanguage
import Testing

@Suite struct StatementSplitterTests {
  @Test("A script is cut at semicolons outside strings, names and comments")
  func pieces() {
    let script = " SELECT ';' ; -- a;b\n SELECT \"x;y\" /* ; */;; SELECT 'é' AS z"
    let pieces = StatementSplitter.pieces(of: script)
    #expect(pieces.map(\.text) == ["SELECT ';'", "SELECT \"x;y\"", "SELECT 'é' AS z"])
    #expect(pieces.map(\.isTerminated) == [true, true, false])
    let bytes = Array(script.utf8)
    for piece in pieces {
      let there = bytes[piece.offset..<(piece.offset + piece.text.utf8.count)]
      #expect(String(decoding: there, as: UTF8.self) == piece.text)
    }
  }

  @Test("Text that cannot be cut into words is one piece to its end")
  func uncut() {
    let pieces = StatementSplitter.pieces(of: "SELECT 1; SELECT 'abc ; def")
    #expect(pieces.map(\.text) == ["SELECT 1", "SELECT 'abc ; def"])
  }

  @Test(
    "A prompt knows when to read on",
    arguments: [
      ("", .empty), ("  \n -- nothing", .empty), (";", .empty),
      ("SELECT 1;", .complete), ("SELECT 1; -- done", .complete), ("SELECT 1; ;", .complete),
      ("SELECT (1;", .complete), ("SELECT # 1", .complete),
      ("SELECT 1", .incomplete(.missingSemicolon)),
      ("SELECT 1; SELECT 2", .incomplete(.missingSemicolon)),
      ("SELECT (1", .incomplete(.openParenthesis)), ("SELECT [(1)", .incomplete(.openBracket)),
      ("SELECT 'a;", .incomplete(.openString)), ("SELECT \"a;", .incomplete(.openQuotedName)),
      ("SELECT 1 /* ;", .incomplete(.openComment)), ("'", .incomplete(.openString)),
    ] as [(String, StatementSplitter.Completeness)])
  func completeness(_ text: String, _ expected: StatementSplitter.Completeness) {
    #expect(StatementSplitter.completeness(of: text) == expected)
  }
}
