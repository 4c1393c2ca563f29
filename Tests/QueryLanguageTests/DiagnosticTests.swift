import QueryLanguage
import Testing

/// A wrong statement with the place of its fault between ⟦ and ⟧.
struct WrongStatement: Sendable, CustomTestStringConvertible {
  var marked: String
  var message: String
  var help: String?

  init(_ marked: String, _ message: String, _ help: String? = nil) {
    self.marked = marked
    self.message = message
    self.help = help
  }

  var text: String { marked.filter { $0 != "⟦" && $0 != "⟧" } }

  var testDescription: String { marked }

  /// `text` with the marks put around a range.
  func marking(_ range: SourceRange) -> String {
    let bytes = Array(text.utf8)
    let parts = [bytes[..<range.start], bytes[range.start..<range.end], bytes[range.end...]]
    let texts = parts.map { String(decoding: $0, as: UTF8.self) }
    return "\(texts[0])⟦\(texts[1])⟧\(texts[2])"
  }
}

@Suite struct DiagnosticTests {
  @Test("A fault is pointed at, named, and met with help", arguments: WrongStatement.all)
  func fault(_ wrong: WrongStatement) {
    do throws(Diagnostic) {
      _ = try SyntaxParser.statements(in: wrong.text)
      Issue.record("parsed")
    } catch {
      #expect(wrong.marking(error.range) == wrong.marked)
      #expect(error.message == wrong.message)
      #expect(error.help == wrong.help)
    }
  }

  @Test("A diagnostic is shown under its line")
  func rendering() throws {
    let text = "SELECT desk,\n\tSUM(größe) AS \"é\"\nFROM t WHRE x = 1\nLIMIT 1"
    let fault = try #require(throws: Diagnostic.self) {
      try SyntaxParser.statement(in: text)
    }
    let expected = """
      error: unexpected "WHRE"
       at 3:8
        FROM t WHRE x = 1
               ^~~~
      help: did you mean "WHERE"?
      """
    #expect(fault.rendered(in: text) == expected)
    #expect(fault.fixIt?.replacement == "WHERE")
  }

  @Test("Columns count characters, and tabs are one column")
  func columns() throws {
    let text = "SELECT\n\t'größe' + )"
    let fault = try #require(throws: Diagnostic.self) {
      try SyntaxParser.statement(in: text)
    }
    let expected = """
      error: expected an expression, found ")"
       at 2:12
         'größe' + )
                   ^
      """
    #expect(fault.rendered(in: text) == expected)
  }

  @Test("A fault at the end of the text points behind the last word")
  func endOfText() throws {
    let text = "SELECT a FROM  "
    let fault = try #require(throws: Diagnostic.self) {
      try SyntaxParser.statement(in: text)
    }
    #expect(
      fault.rendered(in: text)
        == "error: expected a table, found the end of the statement\n at 1:14\n  SELECT a FROM  \n"
        + "               ^")
  }

  @Test("Any range can be rendered in any text", arguments: [-3, 0, 2, 3, 7, 100])
  func foreignRange(_ start: Int) {
    let fault = Diagnostic("m", at: SourceRange(start, start + 4))
    for text in ["", "é", "a\r\nb\n", "\n\n\n\n", "größe größe"] {
      #expect(fault.rendered(in: text).contains("^"))
    }
  }

  @Test("What the grammar allows is listed for completion")
  func expected() throws {
    let fault = try #require(throws: Diagnostic.self) {
      try SyntaxParser.statement(in: "SELECT a FROM t 5")
    }
    for keyword in ["WHERE", "GROUP", "ORDER", "LIMIT", "JOIN", "AS", "UNION"] {
      #expect(fault.expected.contains(keyword))
    }
  }
}
