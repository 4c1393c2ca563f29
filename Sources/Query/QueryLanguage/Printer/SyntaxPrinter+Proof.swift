extension SyntaxPrinter {
  mutating func write(_ history: HistoryOf) {
    text += "HISTORY OF "
    write(history.measure)
    if let table = history.table {
      text += " FROM "
      write(table)
    }
    clause("WHERE", history.filter)
    if let date = history.businessDate {
      text += " AS OF "
      write(date)
    }
  }

  mutating func write(_ why: Why) {
    text += "WHY "
    if let limit = why.limit { text += "LIMIT \(limit) " }
    write(why.query)
  }

  mutating func write(_ prove: Prove) {
    text += "PROVE "
    write(prove.query)
    clause("INTO", prove.file)
  }

  mutating func write(_ move: ExplainMove) {
    text += "EXPLAIN MOVE "
    write(move.measure)
    if let view = move.view {
      text += " OF "
      write(view)
    }
    text += " FROM "
    write(move.from)
    text += " TO "
    write(move.to)
    if !move.dimensions.isEmpty {
      text += " BY "
      list(move.dimensions, by: ", ") { $0.write($1) }
    }
    clause("WHERE", move.filter)
    for declared in move.roles {
      text += " \(declared.role.rawValue) "
      list(declared.tables, by: ", ") { $0.write($1) }
    }
  }

  private mutating func write(_ point: MovePoint) {
    if let date = point.businessDate { write(date) }
    guard let knowledge = point.knowledge else { return }
    if point.businessDate == nil {
      write(knowledge.kind)
    } else {
      write(TimeClause(knowledge: knowledge))
    }
  }
}
