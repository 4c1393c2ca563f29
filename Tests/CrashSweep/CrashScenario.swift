package import Lakehouse
import QueryLanguage

/// A lake, and a change of it that is crashed everywhere.
package struct CrashScenario: Sendable {
  /// Something a user does; when it returns, what it did is acknowledged.
  package enum Step: Sendable {
    case sql(String)
    case command(LakeCommand)
    /// Makes the lake.
    case create
  }

  package let name: String
  /// Files below the lake's directory, by path.
  package var files: [String: String] = [:]
  /// Makes the state before the change.
  package var prepare: [Step]
  package var change: [Step]

  package init(_ name: String, prepare: [Step], change: [Step]) {
    self.name = name
    self.prepare = prepare
    self.change = change
  }

  /// Where the lake lies on the disk in memory.
  package static let root = "/lake"
  /// Where its backups lie.
  package static let copy = "/copy"
}

extension Session {
  func take(_ step: CrashScenario.Step) throws(LakeError) {
    switch step {
    case .sql(let text): try run(text, into: CollectingSink())
    case .create: _ = try perform(.initialize) { _ in }
    case .command(let command):
      let outcome = try perform(command) { _ in }
      if let verdict = outcome.verdict {
        throw LakeError(verdict, outcome.lines.joined(separator: "\n"))
      }
    }
  }
}
