extension SyntaxPrinter {
  mutating func write(_ statement: Statement) {
    switch statement.kind {
    case .query(let query): write(query)
    case .explain(let mode, let inner):
      text += "EXPLAIN "
      if mode != .plan { text += mode.rawValue + " " }
      write(inner)
    case .createSchema(let create):
      text += "CREATE SCHEMA " + (create.ifNotExists ? "IF NOT EXISTS " : "")
      write(create.name)
    case .createTable(let create): write(create)
    case .createView(let create): write(create)
    case .createMaterializedView(let create): write(create)
    case .createHierarchy(let create): write(create)
    case .createMeasure(let create): write(create)
    case .createLimit(let create): write(create)
    case .dropLimit(let name, let ifExists):
      text += "DROP LIMIT " + (ifExists ? "IF EXISTS " : "")
      write(name)
    case .alterTable(let alter): write(alter)
    case .drop(let drop):
      text += "DROP \(drop.kind.rawValue) " + (drop.ifExists ? "IF EXISTS " : "")
      write(drop.name)
    case .insert(let insert): write(insert)
    case .update(let update): write(update)
    case .delete(let delete): write(delete)
    case .merge(let merge): write(merge)
    case .copyFrom(let copy): write(copy)
    case .copyTo(let copy): write(copy)
    case .begin: text += "BEGIN"
    case .commit: text += "COMMIT"
    case .rollback: text += "ROLLBACK"
    default: writeUpkeep(statement)
    }
  }

  private mutating func writeUpkeep(_ statement: Statement) {
    switch statement.kind {
    case .restore(let restore): write(restore)
    case .optimize(let optimize): write(optimize)
    case .vacuum(let vacuum): write(vacuum)
    case .tag(let tag):
      text += "TAG "
      write(tag.name)
      clause("AT SNAPSHOT", tag.snapshot)
      clause("RETAIN", tag.retain)
    case .dropTag(let name, let ifExists):
      text += "DROP TAG " + (ifExists ? "IF EXISTS " : "")
      write(name)
    case .retain(let retain): write(retain)
    case .branch(let branch): write(branch)
    case .refresh(let refresh):
      text += "REFRESH MATERIALIZED VIEW "
      write(refresh.view)
      clause("FOR", refresh.date)
    case .sign(let sign): write(sign)
    case .closeDay(let change): write(change, verb: "CLOSE")
    case .reopenDay(let change): write(change, verb: "REOPEN")
    case .adjust(let adjust): write(adjust)
    case .decideAdjustment(let decision): write(decision)
    case .describe(let describe): write(describe)
    case .show(let show):
      text += "SHOW " + show.kind.rawValue
      if let container = show.container {
        text += " FROM "
        write(container)
      }
      clause("LIKE", show.pattern)
    case .historyOf(let history): write(history)
    case .why(let why): write(why)
    case .explainMove(let move): write(move)
    case .prove(let prove): write(prove)
    case .set(let name, let value):
      text += "SET "
      write(name)
      text += " = "
      write(value)
    default: break
    }
  }

  private mutating func write(_ restore: Restore) {
    text += "RESTORE "
    write(restore.table)
    text += " TO "
    write(restore.point.kind)
  }

  private mutating func write(_ optimize: Optimize) {
    text += "OPTIMIZE "
    write(optimize.table)
    clause("WHERE", optimize.filter)
    if !optimize.zOrderBy.isEmpty {
      text += " ZORDER BY "
      names(optimize.zOrderBy)
    }
  }

  private mutating func write(_ vacuum: Vacuum) {
    text += "VACUUM"
    if let table = vacuum.table {
      text += " TABLE "
      write(table)
    }
    clause("RETAIN", vacuum.retain)
    if vacuum.isDryRun { text += " DRY RUN" }
  }

  private mutating func write(_ describe: Describe) {
    switch describe.target {
    case .table(let name):
      text += "DESCRIBE TABLE "
      write(name)
    case .history(let name):
      text += "DESCRIBE HISTORY "
      write(name)
    case .calculator(let name):
      text += "DESCRIBE CALCULATOR "
      write(name)
    case .query(let query):
      text += "DESCRIBE "
      write(query)
    }
  }
}
