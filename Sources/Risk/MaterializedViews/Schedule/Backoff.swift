package import FileStorage
package import QueryEngine
package import QueryLanguage

/// When a refresh that failed is tried again.
package struct Backoff: Sendable, Hashable {
  /// What a failure says about trying again.
  package enum Kind: String, Sendable, Hashable {
    /// Another commit, a disk, memory, a view below: the same work can succeed later.
    case passing
    /// The same inputs fail the same way: worth another try only after a commit.
    case lasting

    package init(_ reason: QueryError.Reason) {
      switch reason {
      case .conflict, .source, .memory, .cancelled, .readOnly: self = .passing
      case .syntax, .name, .type, .time, .arithmetic, .unsupported, .constraint, .integrity:
        self = .lasting
      }
    }
  }

  /// How often it is tried again.
  package var count: Int
  /// In microseconds.
  package var shortest: Int64
  package var longest: Int64

  private static let minute: Int64 = 60_000_000

  /// Without BACKOFF from 1 minute on; without an upper end up to sixteen times the shortest.
  package init(_ policy: RetryPolicy?) {
    count = max(0, policy?.count ?? 0)
    shortest = max(
      0, (policy?.shortest?.text).flatMap(DurationText.microseconds) ?? Backoff.minute)
    let (wide, overflow) = shortest.multipliedReportingOverflow(by: 16)
    let declared = (policy?.longest?.text).flatMap(DurationText.microseconds)
    longest = max(shortest, declared ?? (overflow ? Int64.max : wide))
  }

  /// Microseconds to wait after the n-th failure in a row, counted from 1.
  ///
  /// Twice as long each time, within the shortest and the longest. Where in the upper half it falls
  /// is drawn from the seed, so that views that failed together are not tried again together.
  package func delay(afterFailure failure: Int, seed: FileDigest) -> Int64 {
    var high = shortest
    for _ in 0..<max(1, min(failure, 62)) where high < longest {
      let (doubled, overflow) = high.multipliedReportingOverflow(by: 2)
      high = overflow ? longest : min(longest, doubled)
    }
    let low = max(shortest, high / 2)
    guard high > low else { return low }
    var state = seed.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    state &+= UInt64(clamping: failure) &* 0x9e37_79b9_7f4a_7c15
    state = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
    state = (state ^ state >> 27) &* 0x94d0_49bb_1331_11eb
    state ^= state >> 31
    return low + Int64(state % UInt64(high - low + 1))
  }
}
