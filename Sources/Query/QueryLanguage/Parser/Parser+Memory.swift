extension Parser {
  /// After `RETAIN`.
  func retain() throws(Diagnostic) -> Retain {
    var retain = Retain(duration: nil)
    if !accept("DEFAULT") { retain.duration = try duration(orZero: true) }
    guard accept("FOR") else { return retain }
    if isWord("TABLE"), peek().isName {
      advance()
    } else if accept("RUNS") {
      retain.subject = .runs
      return retain
    }
    retain.subject = .table(try qualifiedName("a table, or RUNS"))
    return retain
  }

  /// After `CREATE BRANCH`.
  func createBranch() throws(Diagnostic) -> BranchStatement {
    let name = try identifier("a name for the branch")
    guard accept("FROM") else { return .create(name, from: nil) }
    let start = index
    let kind = try namedPoint("SNAPSHOT, TAG or RUN")
    return .create(name, from: KnowledgePoint(kind, range: range(from: start)))
  }

  /// After `USE`.
  func use() throws(Diagnostic) -> BranchStatement {
    if accept("MAIN") { return .useMain }
    guard accept("BRANCH") else {
      throw unexpected("what to use", help: "USE BRANCH name, or USE MAIN")
    }
    return .use(try identifier("the name of a branch"))
  }

  /// After `DROP BRANCH`.
  func dropBranch() throws(Diagnostic) -> BranchStatement {
    let ifExists = accept("IF", "EXISTS")
    return .drop(try identifier("the name of a branch"), ifExists: ifExists)
  }
}
