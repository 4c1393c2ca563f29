extension Parser {
  /// After `INSERT`.
  func insert() throws(Diagnostic) -> Insert {
    try expect("INTO")
    let table = try qualifiedName("a table")
    var columns: [Identifier] = []
    if isSymbol(.leftParenthesis), !startsParenthesizedQuery() { columns = try columnNames() }
    let isByName = columns.isEmpty && accept("BY", "NAME")
    if accept("DEFAULT", "VALUES") {
      throw Diagnostic(
        "DEFAULT VALUES is not supported", at: range(from: index - 2),
        help: "write VALUES (DEFAULT, …)")
    }
    return Insert(table: table, columns: columns, isByName: isByName, query: try query())
  }

  func assignments() throws(Diagnostic) -> [Assignment] {
    try list { () throws(Diagnostic) in
      let column = try identifier("a column")
      try expect(.equal)
      return Assignment(column: column, value: try expression())
    }
  }

  /// After `UPDATE`.
  func update() throws(Diagnostic) -> Update {
    let table = try qualifiedName("a table")
    let alias = try alias("a name for the table")
    try expect("SET")
    var update = Update(table: table, alias: alias, assignments: try assignments())
    if accept("FROM") { update.from = try fromClause() }
    if accept("WHERE") { update.filter = try expression() }
    return update
  }

  /// After `DELETE`.
  func delete() throws(Diagnostic) -> Delete {
    try expect("FROM")
    let table = try qualifiedName("a table")
    var delete = Delete(table: table, alias: try alias("a name for the table"))
    if accept("USING") { delete.using = try fromClause() }
    if accept("WHERE") { delete.filter = try expression() }
    return delete
  }

  /// After `MERGE`.
  func merge() throws(Diagnostic) -> Merge {
    try expect("INTO")
    let table = try qualifiedName("a table")
    let alias = try alias("a name for the table")
    try expect("USING")
    let source = try tablePrimary()
    try expect("ON")
    let condition = try expression()
    var branches: [Merge.Branch] = []
    while isWord("WHEN") { branches.append(try mergeBranch()) }
    if branches.isEmpty { throw unexpected("WHEN MATCHED or WHEN NOT MATCHED") }
    return Merge(
      table: table, alias: alias, source: source, condition: condition, branches: branches)
  }

  private func mergeBranch() throws(Diagnostic) -> Merge.Branch {
    let start = index
    try expect("WHEN")
    var match = Merge.Match.matched
    if accept("NOT") { match = .notMatched }
    try expect("MATCHED")
    if match == .notMatched, accept("BY") {
      if accept("SOURCE") { match = .notMatchedBySource } else { try expect("TARGET") }
    }
    let condition = accept("AND") ? try expression() : nil
    try expect("THEN")
    let actionStart = token
    let action = try mergeAction()
    if let fault = Parser.fault(action, when: match) {
      throw Diagnostic(fault, at: actionStart.range)
    }
    return Merge.Branch(
      match: match, condition: condition, action: action, range: range(from: start))
  }

  private static func fault(_ action: Merge.Action, when match: Merge.Match) -> String? {
    switch action {
    case .insert, .insertAll:
      match == .notMatched ? nil : "only rows that are not matched can be inserted"
    case .update, .updateAll, .delete:
      match == .notMatched ? "there is no row of the target to change here" : nil
    case .doNothing: nil
    }
  }

  private func mergeAction() throws(Diagnostic) -> Merge.Action {
    if accept("DELETE") { return .delete }
    if accept("DO", "NOTHING") { return .doNothing }
    if accept("UPDATE") {
      try expect("SET")
      return accept(.star) ? .updateAll : .update(try assignments())
    }
    guard accept("INSERT") else { throw unexpected("UPDATE, DELETE, INSERT or DO NOTHING") }
    if accept(.star) { return .insertAll }
    let columns = isSymbol(.leftParenthesis) ? try columnNames() : []
    try expect("VALUES")
    let start = index
    let values = try parenthesized { () throws(Diagnostic) in try expression() }
    if !columns.isEmpty, columns.count != values.count {
      throw Diagnostic(
        "\(columns.count) columns and \(values.count) values", at: range(from: start))
    }
    return .insert(columns: columns, values: values)
  }

  // MARK: Copy

  /// After `COPY`.
  func copy() throws(Diagnostic) -> Statement.Kind {
    if isSymbol(.leftParenthesis) {
      let query = try parenthesizedQuery()
      try expect("TO")
      return .copyTo(try copyTo(query))
    }
    let start = index
    let table = try qualifiedName("a table or a query in parentheses")
    let columns = isSymbol(.leftParenthesis) ? try columnNames() : []
    if accept("FROM") {
      let path = try textLiteral("a file name")
      return .copyFrom(
        CopyFrom(table: table, columns: columns, path: path, options: try copyOptions()))
    }
    let range = range(from: start)
    guard accept("TO") else { throw unexpected("FROM or TO") }
    var select = allRows(of: TableReference(.table(table), range: table.range), from: start)
    if !columns.isEmpty {
      select.items = columns.map { column in
        SelectItem(
          Expression(.column(QualifiedName([column], range: column.range)), range: column.range))
      }
    }
    return .copyTo(try copyTo(Query(body: .select(select), range: range)))
  }

  private func copyTo(_ query: Query) throws(Diagnostic) -> CopyTo {
    let path = try textLiteral("a file name")
    return CopyTo(query: query, path: path, options: try copyOptions())
  }

  private func copyOptions() throws(Diagnostic) -> [CopyOption] {
    _ = accept("WITH")
    guard isSymbol(.leftParenthesis) else { return [] }
    return try parenthesized { () throws(Diagnostic) in
      let name = try label("an option such as FORMAT or HEADER")
      if isSymbol(.comma) || isSymbol(.rightParenthesis) { return CopyOption(name: name) }
      if !accept(.equal) { _ = accept(.arrow) }
      if token.kind == .word, !["TRUE", "FALSE", "NULL"].contains(token.keyword) {
        let word = advance()
        let value = Expression(.literal(.string(word.text)), range: word.range)
        return CopyOption(name: name, value: value)
      }
      let value = try expression()
      switch value.kind {
      case .literal, .parameter, .list: return CopyOption(name: name, value: value)
      default:
        throw Diagnostic(
          "the value of an option is a literal or a parameter", at: value.range,
          help: "write for example (FORMAT csv, HEADER true)")
      }
    }
  }
}
