/// `RETAIN {'7 years' | DEFAULT} [FOR {RUNS | [TABLE] t}]`.
package struct Retain: Sendable, Hashable {
  package enum Subject: Sendable, Hashable {
    /// Every table.
    case lake
    case table(QualifiedName)
    /// The inputs of recorded runs.
    case runs
  }

  /// Nil takes the rule away.
  package var duration: TextLiteral?
  package var subject: Subject

  package init(duration: TextLiteral?, subject: Subject = .lake) {
    self.duration = duration
    self.subject = subject
  }
}

/// `CREATE BRANCH b [FROM {SNAPSHOT n | TAG 'x' | TIMESTAMP 't'}]`, `USE {BRANCH b | MAIN}`,
/// `MERGE BRANCH b`, `DROP BRANCH [IF EXISTS] b`.
package enum BranchStatement: Sendable, Hashable {
  /// Nil takes the newest snapshot.
  case create(Identifier, from: KnowledgePoint?)
  case use(Identifier)
  case useMain
  case merge(Identifier)
  case drop(Identifier, ifExists: Bool)
}
