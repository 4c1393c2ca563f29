package import QueryLanguage

/// Why a statement cannot be understood, planned or run.
package struct QueryError: Error, Sendable {
  package enum Reason: Sendable, Hashable {
    /// The words are not of the language; the diagnostics point at them.
    case syntax
    /// A table, column, function, tag or parameter that does not exist, or is ambiguous.
    case name
    /// Types that do not go together, or a value that is not of its type.
    case type
    /// A point in time outside the valid range, or a date without rows.
    case time
    /// A value that arithmetic cannot give: overflow, division by zero, a failed cast.
    case arithmetic
    /// The language has it; this build does not.
    case unsupported
    /// A table or file that could not be read.
    case source
    /// A constraint or expectation is broken.
    case constraint
    /// Another commit came first; the statement can be tried again.
    case conflict
    /// The memory limit, and nothing left to spill.
    case memory
    case cancelled
    /// The lake refuses writes: read-only disk, sealed, system schema.
    case readOnly
    /// Checksums or chains do not agree.
    case integrity
  }

  package var reason: Reason
  /// One sentence: what was expected and what was found.
  package var message: String
  /// What would help, as one sentence.
  package var help: String?
  /// The place in the statement's text, when there is one.
  package var range: SourceRange?

  package init(
    _ reason: Reason, _ message: String, help: String? = nil, at range: SourceRange? = nil
  ) {
    self.reason = reason
    self.message = message
    self.help = help
    self.range = range
  }
}

extension QueryError: CustomStringConvertible {
  package var description: String { help.map { message + " (" + $0 + ")" } ?? message }
}
