// What a number was, where it comes from, why it moved, and the proof of it.

extension Parser {
  /// `HISTORY OF`, `WHY`, `PROVE` and `EXPLAIN MOVE`; nil where another statement begins.
  func proofStatement() throws(Diagnostic) -> Statement.Kind? {
    if accept("HISTORY", "OF") { return .historyOf(try historyOf()) }
    if accept("WHY") {
      let limit = accept("LIMIT") ? try count("a number of rows") : nil
      return .why(Why(query: try query(), limit: limit))
    }
    if accept("EXPLAIN", "MOVE") { return .explainMove(try explainMove()) }
    if accept("PROVE") {
      let query = try query()
      try expect("INTO")
      return .prove(Prove(query: query, file: try textLiteral("the file of the certificate")))
    }
    return nil
  }

  private func historyOf() throws(Diagnostic) -> HistoryOf {
    var history = HistoryOf(measure: try expression())
    var time: TimeClause?
    if accept("FROM") {
      history.table = try qualifiedName("a table or view")
      try timeClause(into: &time)
    }
    if accept("WHERE") { history.filter = try expression() }
    try timeClause(into: &time)
    if let knowledge = time?.knowledge {
      throw Diagnostic(
        "HISTORY OF looks at every point of knowledge", at: knowledge.range,
        help: "leave this pin out; AS OF chooses the business date")
    }
    history.businessDate = time?.businessDate
    return history
  }

  private func explainMove() throws(Diagnostic) -> ExplainMove {
    let measure = try expression()
    let view = accept("OF") ? try qualifiedName("a materialized view") : nil
    try expect("FROM")
    let from = try movePoint()
    try expect("TO")
    var move = ExplainMove(measure: measure, view: view, from: from, to: try movePoint())
    if accept("BY") {
      move.dimensions = try list { () throws(Diagnostic) in try identifier("a column") }
    }
    if accept("WHERE") { move.filter = try expression() }
    while let role = ExplainMove.Role.allCases.first(where: { isWord($0.rawValue) }) {
      let word = advance()
      if move.roles.contains(where: { $0.role == role }) { throw repeated(word) }
      let tables = try list { () throws(Diagnostic) in try qualifiedName("a table") }
      move.roles.append(.init(role: role, tables: tables))
    }
    return move
  }

  private func movePoint() throws(Diagnostic) -> MovePoint {
    let start = index
    if ["TAG", "SNAPSHOT", "RUN", "TIMESTAMP"].contains(token.keyword) {
      let kind = try namedPoint("T-n, DATE 'd', TIMESTAMP, TAG, SNAPSHOT or RUN")
      let range = range(from: start)
      return MovePoint(knowledge: KnowledgePoint(kind, range: range), range: range)
    }
    var time: TimeClause? = TimeClause(businessDate: try businessDatePoint())
    try timeClause(into: &time)
    return MovePoint(
      businessDate: time?.businessDate, knowledge: time?.knowledge, range: range(from: start))
  }
}
