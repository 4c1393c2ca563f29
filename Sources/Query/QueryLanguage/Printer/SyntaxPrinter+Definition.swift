extension SyntaxPrinter {
  private mutating func create(_ what: String, orReplace: Bool, ifNotExists: Bool = false) {
    text += orReplace ? "CREATE OR REPLACE " : "CREATE "
    text += what + " "
    if ifNotExists { text += "IF NOT EXISTS " }
  }

  mutating func write(_ table: CreateTable) {
    create("TABLE", orReplace: table.orReplace, ifNotExists: table.ifNotExists)
    write(table.name)
    if !table.columns.isEmpty || !table.constraints.isEmpty {
      text += " ("
      list(table.columns) { $0.write($1) }
      if !table.columns.isEmpty, !table.constraints.isEmpty { text += ", " }
      list(table.constraints) { $0.write($1) }
      text += ")"
    }
    if !table.columnNames.isEmpty {
      text += " "
      names(table.columnNames)
    }
    if let date = table.businessDate { write(date) }
    if let key = table.key {
      text += " KEY "
      names(key.columns)
      clause("LATEST BY", key.latestBy)
    }
    clause("FROM FEED", table.feed)
    for expectation in table.expectations {
      text += " "
      write(expectation)
    }
    if table.isOpen { text += " OPEN" }
    if let query = table.query {
      text += " AS "
      write(query)
    }
  }

  private mutating func write(_ column: ColumnDefinition) {
    write(column.name)
    text += " "
    write(column.type)
    if column.isNotNull { text += " NOT NULL" }
    if let value = column.defaultValue {
      text += " DEFAULT "
      write(value, .otherOperator)
    }
  }

  private mutating func write(_ constraint: CheckConstraint) {
    text += "CONSTRAINT "
    write(constraint.name)
    text += " CHECK ("
    write(constraint.condition)
    text += ")"
  }

  private mutating func write(_ date: BusinessDateClause) {
    clause("BUSINESS DATE", date.column)
    clause("CALENDAR", date.calendar)
  }

  private mutating func write(_ expectation: Expectation) {
    text += "EXPECT "
    write(expectation.name)
    text += " CHECK ("
    write(expectation.condition)
    text += ") ON VIOLATION \(expectation.onViolation.rawValue)"
  }

  mutating func write(_ view: CreateView) {
    create("VIEW", orReplace: view.orReplace, ifNotExists: view.ifNotExists)
    write(view.name)
    if !view.columns.isEmpty {
      text += " "
      names(view.columns)
    }
    text += " AS "
    write(view.query)
  }

  mutating func write(_ view: CreateMaterializedView) {
    create("MATERIALIZED VIEW", orReplace: view.orReplace, ifNotExists: view.ifNotExists)
    write(view.name)
    if let date = view.businessDate { write(date) }
    if !view.keyedBy.isEmpty {
      text += " KEYED BY "
      names(view.keyedBy)
    }
    write(view.refresh)
    if view.isStrict { text += " INCREMENTAL STRICT" }
    clause("FRESH WITHIN", view.freshWithin)
    clause("READY BY", view.readyBy)
    if let retry = view.retry {
      text += " RETRY \(retry.count)"
      clause("BACKOFF", retry.shortest)
      if let longest = retry.longest {
        text += ".."
        write(longest)
      }
    }
    for expectation in view.expectations {
      text += " "
      write(expectation)
    }
    clause("RETAIN", view.retain)
    text += " AS "
    write(view.query)
  }

  private mutating func write(_ policy: RefreshPolicy) {
    switch policy {
    case .manual: text += " REFRESH MANUAL"
    case .onCommit: text += " REFRESH ON COMMIT"
    case .every(let duration): clause("REFRESH EVERY", duration)
    case .cron(let schedule, let zone, let calendar):
      clause("REFRESH CRON", schedule)
      clause("TIMEZONE", zone)
      clause("CALENDAR", calendar)
    }
  }

  mutating func write(_ hierarchy: CreateHierarchy) {
    create("HIERARCHY", orReplace: hierarchy.orReplace)
    write(hierarchy.name)
    text += " ON "
    write(hierarchy.table)
    switch hierarchy.shape {
    case .levels(let levels):
      text += " ("
      list(levels, by: " > ") { $0.write($1) }
      text += ")"
    case .parentChild(let key, let parent):
      text += " (KEY "
      write(key)
      clause("PARENT", parent)
      text += ")"
    }
    clause("VALID FROM", hierarchy.validFrom)
    clause("TO", hierarchy.validTo)
  }

  mutating func write(_ measure: CreateMeasure) {
    create("MEASURE", orReplace: measure.orReplace)
    write(measure.name)
    if let table = measure.table {
      text += " ON "
      write(table)
    }
    clause("AS", measure.expression)
    clause("UNIT", measure.unit)
    clause("FORMAT", measure.format)
    switch measure.additivity {
    case nil: break
    case .additive: text += " ADDITIVE"
    case .nonAdditive: text += " NON ADDITIVE"
    case .semiAdditive(let column): clause("SEMI ADDITIVE OVER", column)
    }
  }

  mutating func write(_ alter: AlterTable) {
    text += "ALTER TABLE " + (alter.ifExists ? "IF EXISTS " : "")
    write(alter.table)
    text += " "
    write(alter.action)
  }

  private mutating func write(_ action: AlterTable.Action) {
    switch action {
    case .addColumn(let column, let ifNotExists):
      text += "ADD COLUMN " + (ifNotExists ? "IF NOT EXISTS " : "")
      write(column)
    case .dropColumn(let column, let ifExists): dropping("COLUMN", column, ifExists)
    case .renameColumn(let column, let name):
      text += "RENAME COLUMN "
      write(column)
      clause("TO", name)
    case .renameTable(let name):
      text += "RENAME TO "
      write(name)
    case .alterType(let column, let type):
      altering(column, "TYPE ")
      write(type)
    case .setNotNull(let column): altering(column, "SET NOT NULL")
    case .dropNotNull(let column): altering(column, "DROP NOT NULL")
    case .setDefault(let column, let value):
      altering(column, "SET DEFAULT ")
      write(value)
    case .dropDefault(let column): altering(column, "DROP DEFAULT")
    case .addConstraint(let constraint):
      text += "ADD "
      write(constraint)
    case .dropConstraint(let name, let ifExists): dropping("CONSTRAINT", name, ifExists)
    case .addExpectation(let expectation):
      text += "ADD "
      write(expectation)
    case .dropExpectation(let name, let ifExists): dropping("EXPECT", name, ifExists)
    case .setProperties(let properties):
      let pairs = properties.map {
        SyntaxPrinter.literal($0.key) + " = " + SyntaxPrinter.literal($0.value)
      }
      text += "SET TBLPROPERTIES (" + pairs.joined(separator: ", ") + ")"
    case .unsetProperties(let keys, let ifExists):
      text += "UNSET TBLPROPERTIES " + (ifExists ? "IF EXISTS " : "")
      text += "(" + keys.map { SyntaxPrinter.literal($0) }.joined(separator: ", ") + ")"
    }
  }

  private mutating func altering(_ column: Identifier, _ change: String) {
    text += "ALTER COLUMN "
    write(column)
    text += " " + change
  }

  private mutating func dropping(_ what: String, _ name: Identifier, _ ifExists: Bool) {
    text += "DROP \(what) " + (ifExists ? "IF EXISTS " : "")
    write(name)
  }
}
