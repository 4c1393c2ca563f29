import Glibc

/// Commits of others that were faster than ours.
enum Conflicts {
  /// How often a statement or file is tried before its user is told to try again later.
  static let attemptsMax = 24

  /// Waits a random while, longer from time to time, so that of several writers of one table each
  /// gets its turn.
  static func pause(after attempt: Int) {
    usleep(UInt32.random(in: 0...(1000 << UInt32(min(attempt, 6)))))
  }
}
