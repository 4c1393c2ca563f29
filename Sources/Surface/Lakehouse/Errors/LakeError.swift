/// What went wrong, for a person and for a program.
public struct LakeError: Error, Sendable {
  /// The kinds of failure, by what the caller can do.
  public enum Reason: Sendable, Hashable {
    /// The words are not of the language, or name what does not exist.
    case statement
    /// A command line or option that is not understood.
    case usage
    /// A value, constraint or file content that is not as it must be.
    case data
    /// No lake there, or the wrong one.
    case noLake
    /// The lake or its disk refuses writes.
    case readOnly
    /// Another commit or process came first: try again.
    case conflict
    /// A check or limit is breached.
    case breached
    /// Numbers are older than they may be.
    case stale
    /// Checksums, chains or replays do not agree.
    case integrity
    /// The disk failed.
    case storage
    case cancelled
  }

  /// What the caller can do about it.
  public var reason: Reason
  /// One sentence: what was expected, what was found, where.
  public var message: String
  /// What would help.
  public var help: String?
  /// The text that `position` points into, when a statement is at fault.
  public var source: String?
  /// UTF-8 offsets into `source`.
  public var position: Range<Int>?

  /// An error with everything that is known about it.
  public init(
    _ reason: Reason, _ message: String, help: String? = nil, source: String? = nil,
    position: Range<Int>? = nil
  ) {
    self.reason = reason
    self.message = message
    self.help = help
    self.source = source
    self.position = position
  }

  /// The process's exit status for it (DESIGN §8).
  public var exitStatus: Int32 {
    switch reason {
    case .statement, .data, .noLake, .readOnly, .storage: 1
    case .usage: 2
    case .breached: 3
    case .stale: 4
    case .integrity: 5
    case .conflict: 75
    case .cancelled: 130
    }
  }
}
