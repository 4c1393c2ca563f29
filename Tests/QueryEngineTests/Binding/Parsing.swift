import QueryLanguage

/// The query, or the test fails with the diagnostic.
func parse(_ text: String) throws -> Query { try SyntaxParser.query(in: text) }
