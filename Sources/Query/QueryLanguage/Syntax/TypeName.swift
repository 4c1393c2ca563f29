/// A type as written in a column definition or a cast.
package struct TypeName: Sendable, Hashable {
  package indirect enum Kind: Sendable, Hashable {
    case boolean
    case int32
    case int64
    case float
    case double
    /// `decimal(p, s)`, 1 ≤ p ≤ 38, 0 ≤ s ≤ p; a bare `decimal` is `decimal(18, 3)`.
    case decimal(precision: Int, scale: Int)
    case string
    case date
    /// Microseconds, UTC.
    case timestamp
    case binary
    case interval
    case list(TypeName)
    /// A list of doubles of this length.
    case vector(Int)
  }
  package var kind: Kind
  package var range: SourceRange

  package init(_ kind: Kind, range: SourceRange = .synthesized) {
    self.kind = kind
    self.range = range
  }
}
