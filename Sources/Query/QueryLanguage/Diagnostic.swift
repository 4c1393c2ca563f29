/// What is wrong with a statement, where, and what would help. The error of the whole front end;
/// the binder reports through it too.
package struct Diagnostic: Error, Sendable {
  package enum Severity: String, Sendable {
    case error
    case warning
    case note
  }

  /// A change of the text that would probably repair it.
  package struct FixIt: Sendable {
    package var range: SourceRange
    package var replacement: String

    package init(range: SourceRange, replacement: String) {
      self.range = range
      self.replacement = replacement
    }
  }

  package var severity: Severity
  /// One sentence without a full stop: what was expected and what was found.
  package var message: String
  package var range: SourceRange
  /// What would help, as a sentence; nil when nothing is known.
  package var help: String?
  package var fixIt: FixIt?
  /// Keywords and symbols that the grammar allows at `range`, for completion.
  package var expected: [String]

  package init(
    _ message: String, at range: SourceRange, help: String? = nil, fixIt: FixIt? = nil,
    expected: [String] = [], severity: Severity = .error
  ) {
    self.severity = severity
    self.message = message
    self.range = range
    self.help = help
    self.fixIt = fixIt
    self.expected = expected
  }
}
