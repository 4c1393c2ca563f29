extension SyntaxPrinter {
  mutating func write(_ insert: Insert) {
    text += "INSERT INTO "
    write(insert.table)
    text += " "
    if !insert.columns.isEmpty {
      names(insert.columns)
      text += " "
    }
    if insert.isByName { text += "BY NAME " }
    write(insert.query)
  }

  private mutating func write(_ assignment: Assignment) {
    write(assignment.column)
    text += " = "
    write(assignment.value)
  }

  mutating func write(_ update: Update) {
    if let with = update.with { write(with) }
    text += "UPDATE "
    write(update.table)
    clause("AS", update.alias)
    text += " SET "
    list(update.assignments) { $0.write($1) }
    if let from = update.from {
      text += " FROM "
      write(from)
    }
    clause("WHERE", update.filter)
  }

  mutating func write(_ delete: Delete) {
    if let with = delete.with { write(with) }
    text += "DELETE FROM "
    write(delete.table)
    clause("AS", delete.alias)
    if let using = delete.using {
      text += " USING "
      write(using)
    }
    clause("WHERE", delete.filter)
  }

  mutating func write(_ merge: Merge) {
    text += "MERGE INTO "
    write(merge.table)
    clause("AS", merge.alias)
    text += " USING "
    operand(merge.source)
    clause("ON", merge.condition)
    for branch in merge.branches {
      switch branch.match {
      case .matched: text += " WHEN MATCHED"
      case .notMatched: text += " WHEN NOT MATCHED"
      case .notMatchedBySource: text += " WHEN NOT MATCHED BY SOURCE"
      }
      clause("AND", branch.condition)
      text += " THEN "
      write(branch.action)
    }
  }

  private mutating func write(_ action: Merge.Action) {
    switch action {
    case .update(let assignments):
      text += "UPDATE SET "
      list(assignments) { $0.write($1) }
    case .updateAll: text += "UPDATE SET *"
    case .delete: text += "DELETE"
    case .insert(let columns, let values):
      text += "INSERT "
      if !columns.isEmpty {
        names(columns)
        text += " "
      }
      text += "VALUES ("
      expressions(values)
      text += ")"
    case .insertAll: text += "INSERT *"
    case .doNothing: text += "DO NOTHING"
    }
  }

  mutating func write(_ copy: CopyFrom) {
    text += "COPY "
    write(copy.table)
    if !copy.columns.isEmpty {
      text += " "
      names(copy.columns)
    }
    clause("FROM", copy.path)
    write(copy.options)
  }

  mutating func write(_ copy: CopyTo) {
    text += "COPY "
    subquery(copy.query)
    clause("TO", copy.path)
    write(copy.options)
  }

  private mutating func write(_ options: [CopyOption]) {
    if options.isEmpty { return }
    text += " ("
    list(options) { printer, option in
      printer.write(option.name)
      if let value = option.value {
        printer.write(" ")
        printer.write(value)
      }
    }
    text += ")"
  }
}
