extension SyntaxPrinter {
  mutating func write(_ table: TableReference) {
    switch table.kind {
    case .table(let name): write(name)
    case .file(let path): write(path)
    case .function(let call):
      write(call)
      if call.hasOrdinality { text += " WITH ORDINALITY" }
    case .query(let query, let isLateral):
      if isLateral { text += "LATERAL " }
      subquery(query)
    case .join(let join):
      if table.alias != nil { text += "(" }
      write(join)
      if table.alias != nil { text += ")" }
    case .pivot(let pivot): write(pivot)
    case .unpivot(let unpivot): write(unpivot)
    }
    if let time = table.time { write(time) }
    if let alias = table.alias {
      // Behind a table these words would begin a pin in time.
      let isPin = ["of", "known", "reported"].contains(alias.name.key)
      clause("AS", isPin ? Identifier(alias.name.key, isQuoted: true) : alias.name)
      if !alias.columns.isEmpty {
        text += " "
        names(alias.columns)
      }
    }
  }

  /// A table where a join needs parentheses.
  mutating func operand(_ table: TableReference) {
    var isOpenJoin = false
    if case .join = table.kind, table.alias == nil { isOpenJoin = true }
    if isOpenJoin { text += "(" }
    write(table)
    if isOpenJoin { text += ")" }
  }

  private mutating func write(_ join: Join) {
    write(join.left)
    breakLine()
    text += join.condition == .natural ? "NATURAL " : ""
    text += join.isAsOf ? "ASOF " : ""
    switch join.kind {
    case .inner: text += "JOIN "
    case .left: text += "LEFT JOIN "
    case .right: text += "RIGHT JOIN "
    case .full: text += "FULL JOIN "
    case .cross: text += "CROSS JOIN "
    case .semi: text += "SEMI JOIN "
    case .anti: text += "ANTI JOIN "
    }
    operand(join.right)
    switch join.condition {
    case .none, .natural: break
    case .on(let condition):
      text += " ON "
      write(condition)
    case .using(let columns):
      text += " USING "
      names(columns)
    }
  }

  private mutating func write(_ pivot: Pivot) {
    operand(pivot.source)
    text += " PIVOT ("
    if !pivot.aggregates.isEmpty {
      list(pivot.aggregates) { $0.write($1) }
      text += " "
    }
    list(pivot.axes, by: " ") { printer, axis in
      printer.write("FOR ")
      printer.write(axis.expression, .otherOperator)
      if !axis.values.isEmpty {
        printer.write(" IN (")
        printer.list(axis.values) { $0.write($1) }
        printer.write(")")
      }
    }
    if !pivot.groupBy.isEmpty {
      text += " GROUP BY "
      expressions(pivot.groupBy)
    }
    text += ")"
  }

  private mutating func write(_ unpivot: Unpivot) {
    operand(unpivot.source)
    text += unpivot.includesNulls ? " UNPIVOT INCLUDE NULLS (" : " UNPIVOT ("
    write(unpivot.valueColumn)
    clause("FOR", unpivot.nameColumn)
    text += " IN ("
    list(unpivot.columns) { $0.write($1) }
    text += "))"
  }

  // MARK: Time

  mutating func write(_ time: TimeClause) {
    if let date = time.businessDate {
      text += " AS OF "
      write(date)
    }
    guard let knowledge = time.knowledge else { return }
    switch knowledge.kind {
    case .reported: text += " AS REPORTED"
    case .version(let number): clause("VERSION AS OF", number)
    case .tableTimestamp(let time):
      text += " TIMESTAMP AS OF "
      write(timestamp: time)
    case .timestamp, .tag, .snapshot, .run:
      text += " AS KNOWN AT "
      write(knowledge.kind)
    }
  }

  mutating func write(_ point: BusinessDatePoint) {
    switch point.kind {
    case .businessDaysBack(let days): text += days == 0 ? "T" : "T-\(days)"
    case .date(let date): write(date)
    }
  }

  /// The form without `AS OF`, as COMPARE, RESTORE and `AS KNOWN AT` have it.
  mutating func write(_ point: KnowledgePoint.Kind) {
    switch point {
    case .reported: text += "REPORTED"
    case .version(let operand):
      text += "VERSION "
      write(operand)
    case .tag(let operand):
      text += "TAG "
      write(operand)
    case .snapshot(let operand):
      text += "SNAPSHOT "
      write(operand)
    case .run(let operand):
      text += "RUN "
      write(operand)
    case .timestamp(let operand):
      text += "TIMESTAMP "
      write(timestamp: operand)
    case .tableTimestamp(let operand):
      text += "TIMESTAMP AS OF "
      write(timestamp: operand)
    }
  }

  /// The word TIMESTAMP stands before already.
  private mutating func write(timestamp operand: Expression) {
    if case .literal(.timestamp(let time)) = operand.kind {
      text += SyntaxPrinter.literal(time)
    } else {
      write(operand)
    }
  }
}
