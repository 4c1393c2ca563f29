/// Turns syntax trees back into text. Parsing the text gives an equal tree.
///
/// Sugar that the parser resolves (`x::t`, `EXTRACT`, the commas of FROM) comes out in its plain
/// form; keywords are upper case; parentheses stand only where they change the meaning.
package struct SyntaxPrinter {
  var text = ""
  /// How far lines are moved in; nil puts everything on one line.
  private var indent: Int?
  /// Subqueries up to this many characters stay on their line.
  private static let shortSubquery = 60

  /// The text with every clause on its own line and long subqueries moved in.
  package static func lines(of statement: Statement) -> String {
    var printer = SyntaxPrinter()
    printer.indent = 0
    printer.write(statement)
    return printer.text
  }

  package static func lines(of query: Query) -> String {
    lines(of: Statement(.query(query)))
  }

  package static func text(of statement: Statement) -> String {
    var printer = SyntaxPrinter()
    printer.write(statement)
    return printer.text
  }

  package static func text(of query: Query) -> String {
    var printer = SyntaxPrinter()
    printer.write(query)
    return printer.text
  }

  package static func text(of expression: Expression) -> String {
    var printer = SyntaxPrinter()
    printer.write(expression)
    return printer.text
  }

  package static func text(of table: TableReference) -> String {
    var printer = SyntaxPrinter()
    printer.write(table)
    return printer.text
  }

  package static func text(of type: TypeName) -> String {
    var printer = SyntaxPrinter()
    printer.write(type)
    return printer.text
  }

  /// `name` as it can be written in a statement: in double quotes unless it is a plain name.
  package static func text(of identifier: Identifier) -> String {
    let isPlain = !identifier.isQuoted && Keywords.isPlainName(identifier.text)
    return isPlain ? identifier.text : quoted(identifier.text, by: "\"")
  }

  /// `text` as a string literal.
  package static func literal(_ text: String) -> String { quoted(text, by: "'") }

  private static func quoted(_ text: String, by quote: Character) -> String {
    var result = String(quote)
    for character in text.unicodeScalars {
      if character == quote.unicodeScalars.first { result.append(quote) }
      result.unicodeScalars.append(character)
    }
    result.append(quote)
    return result
  }

  // MARK: Pieces

  /// Between clauses: a space, or a new line.
  mutating func breakLine() {
    guard let indent else {
      text += " "
      return
    }
    text += "\n" + String(repeating: " ", count: indent)
  }

  mutating func subquery(_ query: Query) {
    var flat = SyntaxPrinter()
    flat.write(query)
    guard let outer = indent, flat.text.count > SyntaxPrinter.shortSubquery else {
      text += "(\(flat.text))"
      return
    }
    indent = outer + 2
    text += "("
    breakLine()
    write(query)
    indent = outer
    breakLine()
    text += ")"
  }

  mutating func write(_ piece: String) { text += piece }

  mutating func write(_ identifier: Identifier) { text += SyntaxPrinter.text(of: identifier) }

  mutating func write(_ name: QualifiedName) {
    list(name.parts, by: ".") { $0.write($1) }
  }

  mutating func write(_ literal: TextLiteral) { text += SyntaxPrinter.literal(literal.text) }

  /// The elements with a separator between them.
  mutating func list<Element>(
    _ elements: [Element], by separator: String = ", ",
    _ write: (inout SyntaxPrinter, Element) -> Void
  ) {
    var isFirst = true
    for element in elements {
      if !isFirst { text += separator }
      isFirst = false
      write(&self, element)
    }
  }

  mutating func names(_ names: [Identifier]) {
    text += "("
    list(names) { $0.write($1) }
    text += ")"
  }

  mutating func expressions(_ expressions: [Expression]) {
    list(expressions) { $0.write($1) }
  }

  /// Keyword and expression, when there is one.
  mutating func clause(_ keyword: String, _ expression: Expression?) {
    guard let expression else { return }
    text += " \(keyword) "
    write(expression)
  }

  /// Keyword and literal, when there is one.
  mutating func clause(_ keyword: String, _ literal: TextLiteral?) {
    guard let literal else { return }
    text += " \(keyword) "
    write(literal)
  }

  /// Keyword and name, when there is one.
  mutating func clause(_ keyword: String, _ name: Identifier?) {
    guard let name else { return }
    text += " \(keyword) "
    write(name)
  }

  mutating func write(_ type: TypeName) {
    switch type.kind {
    case .boolean: text += "boolean"
    case .int32: text += "int"
    case .int64: text += "bigint"
    case .float: text += "float"
    case .double: text += "double"
    case .decimal(let precision, let scale): text += "decimal(\(precision), \(scale))"
    case .string: text += "string"
    case .date: text += "date"
    case .timestamp: text += "timestamp"
    case .binary: text += "binary"
    case .interval: text += "interval"
    case .list(let element):
      text += "list<"
      write(element)
      text += ">"
    case .vector(let length): text += "vector(\(length))"
    }
  }
}
