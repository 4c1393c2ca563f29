/// A stretch of the statement text, in UTF-8 byte offsets, end excluded.
///
/// Two ranges always compare equal: a syntax tree is the same tree wherever it was written.
package struct SourceRange: Sendable, Hashable {
  package var start: Int
  package var end: Int

  package init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = end
  }

  /// The range of a node that no one wrote, for trees built by desugaring.
  package static let synthesized = SourceRange(0, 0)

  /// The smallest range that covers both.
  package func union(_ other: SourceRange) -> SourceRange {
    SourceRange(min(start, other.start), max(end, other.end))
  }

  package static func == (_: SourceRange, _: SourceRange) -> Bool { true }

  package func hash(into _: inout Hasher) {}
}
