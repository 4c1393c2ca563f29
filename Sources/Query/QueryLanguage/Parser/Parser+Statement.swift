extension Parser {
  func script() throws(Diagnostic) -> [Statement] {
    var statements: [Statement] = []
    while true {
      while accept(.semicolon) {}
      if token.kind == .endOfText { return statements }
      bareAlias = nil
      statements.append(try statement())
      if token.kind != .endOfText, !isSymbol(.semicolon) {
        throw unexpected("the end of the statement")
      }
    }
  }

  func onlyStatement() throws(Diagnostic) -> Statement {
    if token.kind == .endOfText || isSymbol(.semicolon) { throw unexpected("a statement") }
    let statement = try statement()
    try expectEnd()
    return statement
  }

  func statement() throws(Diagnostic) -> Statement {
    try nested { () throws(Diagnostic) in
      let start = index
      let kind = try statementKind()
      return Statement(kind, range: range(from: start))
    }
  }

  private func statementKind() throws(Diagnostic) -> Statement.Kind {
    if let proof = try proofStatement() { return proof }
    if let query = try queryStatement() { return query }
    if let change = try changeStatement() { return change }
    if let definition = try definitionStatement() { return definition }
    if let upkeep = try upkeepStatement() { return upkeep }
    throw unknownStatement()
  }

  private func queryStatement() throws(Diagnostic) -> Statement.Kind? {
    if isWord("WITH") { return try withStatement() }
    if isSymbol(.leftParenthesis) || isWord("SELECT") || isWord("FROM") || isWord("VALUES")
      || isWord("TABLE") || isWord("SUMMARIZE") || isWord("PIVOT")
      || isWord("UNPIVOT")
    {
      return .query(try query())
    }
    if accept("EXPLAIN") {
      var mode = ExplainMode.plan
      if accept("ANALYZE") { mode = .analyze } else if accept("EXPAND") { mode = .expand }
      return .explain(mode, try statement())
    }
    if accept("DESCRIBE") || accept("DESC") { return .describe(try describe()) }
    if accept("SHOW") { return .show(try show()) }
    return nil
  }

  /// A query, or a change that reads the queries of the WITH.
  private func withStatement() throws(Diagnostic) -> Statement.Kind {
    let start = index
    let with = try withClause()
    if accept("DELETE") {
      var delete = try delete()
      delete.with = with
      return .delete(delete)
    }
    if accept("UPDATE") {
      var update = try update()
      update.with = with
      return .update(update)
    }
    guard accept("INSERT") else { return .query(try query(with: with, from: start)) }
    var insert = try insert()
    if insert.query.with != nil {
      throw Diagnostic(
        "this INSERT has two WITH clauses", at: with.range, help: "join them into one")
    }
    insert.query.with = with
    return .insert(insert)
  }

  private func changeStatement() throws(Diagnostic) -> Statement.Kind? {
    if accept("INSERT") { return .insert(try insert()) }
    if accept("UPDATE") { return .update(try update()) }
    if accept("DELETE") { return .delete(try delete()) }
    if accept("MERGE", "BRANCH") {
      return .branch(.merge(try identifier("the name of a branch")))
    }
    if accept("MERGE") { return .merge(try merge()) }
    if accept("COPY") { return try copy() }
    if accept("BEGIN") {
      if !accept("TRANSACTION") { _ = accept("WORK") }
      return .begin
    }
    if accept("START", "TRANSACTION") { return .begin }
    if accept("COMMIT") {
      if !accept("TRANSACTION") { _ = accept("WORK") }
      return .commit
    }
    if accept("ROLLBACK") {
      if !accept("TRANSACTION") { _ = accept("WORK") }
      return .rollback
    }
    return nil
  }

  private func definitionStatement() throws(Diagnostic) -> Statement.Kind? {
    if accept("CREATE", "BRANCH") { return .branch(try createBranch()) }
    if accept("DROP", "BRANCH") { return .branch(try dropBranch()) }
    if accept("CREATE") { return try create() }
    if accept("ALTER") { return .alterTable(try alterTable()) }
    if accept("DROP") { return try drop() }
    return nil
  }

  private func upkeepStatement() throws(Diagnostic) -> Statement.Kind? {
    if accept("RESTORE") { return .restore(try restore()) }
    if accept("OPTIMIZE") { return .optimize(try optimize()) }
    if accept("VACUUM") { return .vacuum(try vacuum()) }
    if accept("TAG") { return .tag(try tag()) }
    if accept("RETAIN") { return .retain(try retain()) }
    if accept("USE") { return .branch(try use()) }
    if accept("REFRESH") { return .refresh(try refresh()) }
    if accept("SIGN") { return .sign(try sign()) }
    if accept("CLOSE", "DAY") { return .closeDay(try dayChange(needsReason: false)) }
    if accept("REOPEN", "DAY") { return .reopenDay(try dayChange(needsReason: true)) }
    if accept("ADJUST") { return .adjust(try adjust()) }
    if accept("APPROVE", "ADJUSTMENT") {
      return .decideAdjustment(try decision(isApproval: true))
    }
    if accept("REJECT", "ADJUSTMENT") {
      return .decideAdjustment(try decision(isApproval: false))
    }
    if accept("SET") {
      let name = try qualifiedName("a setting")
      if !accept(.equal) { try expect("TO") }
      return .set(name, try expression())
    }
    return nil
  }

  private func unknownStatement() -> Diagnostic {
    var fault = unexpected("a statement")
    if fault.help == nil, token.kind == .word {
      fault.help = "a statement begins with a word such as SELECT, FROM, CREATE, INSERT or SHOW"
    }
    return fault
  }

  // MARK: Looking at the lake

  private func describe() throws(Diagnostic) -> Describe {
    let isTable = isWord("TABLE") && peek().isName
    if !isTable, startsQuery() || startsParenthesizedQuery() {
      return Describe(target: .query(try query()))
    }
    if isWord("HISTORY"), peek().isName {
      advance()
      return Describe(target: .history(try qualifiedName("a table")))
    }
    if isWord("CALCULATOR"), peek().isName {
      advance()
      return Describe(target: .calculator(try identifier("the name of a calculator")))
    }
    if isTable { advance() }
    return Describe(target: .table(try qualifiedName("a table")))
  }

  private func show() throws(Diagnostic) -> Show {
    let names = Show.Kind.allCases.map(\.rawValue)
    var found: Show.Kind?
    for name in names where found == nil && accept(name) { found = Show.Kind(rawValue: name) }
    if found == nil, accept("MATERIALIZED", "VIEWS") { found = .views }
    guard let found else {
      throw unexpected("what to show", help: "one of \(names.joined(separator: ", "))")
    }
    var show = Show(kind: found)
    if accept("FROM") || accept("IN") {
      show.container = try qualifiedName(found == .columns ? "a table" : "a schema")
    }
    if accept("LIKE") { show.pattern = try textLiteral("a pattern") }
    return show
  }
}
