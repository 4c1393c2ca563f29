/// A name as written: `desk`, `"Trade Id"`.
///
/// Equality folds the case of unquoted names, so `Desk == desk`, and a quoted name equals an
/// unquoted one when its text is the folded spelling.
package struct Identifier: Sendable, Hashable {
  /// The spelling without quotes, case kept.
  package var text: String
  package var isQuoted: Bool
  package var range: SourceRange

  package init(_ text: String, isQuoted: Bool = false, range: SourceRange = .synthesized) {
    self.text = text
    self.isQuoted = isQuoted
    self.range = range
  }

  /// What equality compares: lower case unless quoted.
  package var key: String { isQuoted ? text : text.lowercased() }

  /// Whether this name, as written in a query, means `name` in a schema: exact when quoted,
  /// ignoring case otherwise.
  package func matches(_ name: String) -> Bool {
    if text == name { return true }
    return !isQuoted && text.lowercased() == name.lowercased()
  }

  package static func == (left: Identifier, right: Identifier) -> Bool { left.key == right.key }

  package func hash(into hasher: inout Hasher) { hasher.combine(key) }
}

/// Dotted names: `desk`, `p.desk`, `silver.positions`, `silver.positions.desk`. Never empty.
package struct QualifiedName: Sendable, Hashable {
  package var parts: [Identifier]
  package var range: SourceRange

  package init(_ parts: [Identifier], range: SourceRange = .synthesized) {
    self.parts = parts
    self.range = range
  }

  /// The last part.
  package var name: Identifier { parts.last ?? Identifier("") }

  /// All parts but the last: the schema of a table, the table of a column.
  package var qualifier: [Identifier] { Array(parts.dropLast()) }

  /// The parts joined by dots, unquoted, for messages and for lookups by text.
  package var dotted: String { parts.map(\.text).joined(separator: ".") }
}

/// A string literal where the grammar wants exactly that: a path, a tag, a duration.
package struct TextLiteral: Sendable, Hashable {
  /// The text without quotes and escapes.
  package var text: String
  package var range: SourceRange

  package init(_ text: String, range: SourceRange = .synthesized) {
    self.text = text
    self.range = range
  }
}
