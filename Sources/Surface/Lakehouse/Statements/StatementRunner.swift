import Columnar
import FileStorage
import LakeCatalog
import QueryEngine
import QueryLanguage

/// Runs one statement of a session.
struct StatementRunner {
  let session: Session
  let text: String
  let statement: Statement

  var workspace: Workspace { session.workspace }

  /// What a statement gives: rows as they come, or a sentence.
  enum Answer {
    case done(String)
    case rows
    /// The sink has drawn all there is.
    case drawn
  }

  func run(into sink: any ResultSink) throws(LakeError) {
    let started = SystemClock.monotonicNanoseconds()
    let readBefore = FileTraffic.bytesRead
    var summary = ResultSummary()
    let answer = try answer(sink, &summary)
    summary.nanoseconds = SystemClock.monotonicNanoseconds() - started
    summary.bytesRead = FileTraffic.bytesRead - readBefore
    summary.snapshot = summary.snapshot ?? workspace.usedSnapshot?.id
    switch answer {
    case .rows: try sink.end(summary)
    case .drawn: break
    case .done(let message): try sink.done(message, summary)
    }
  }

  private func answer(
    _ sink: any ResultSink, _ summary: inout ResultSummary
  ) throws(LakeError) -> Answer {
    switch statement.kind {
    case .query(let query):
      try stream(query, sink, &summary)
      return .rows
    case .explain(let mode, let inner):
      try table(explain(mode, inner), sink, &summary)
      return .rows
    case .describe(let describe):
      try table(self.describe(describe), sink, &summary)
      return .rows
    case .show(let show):
      try table(self.show(show), sink, &summary)
      return .rows
    case .historyOf(let history):
      try table(historyOf(history), sink, &summary)
      return .rows
    case .why(let why):
      return try self.why(why, sink, &summary) ? .drawn : .rows
    case .explainMove(let move):
      try table(explainMove(move), sink, &summary)
      return .rows
    case .prove(let prove): return .done(try self.prove(prove, &summary))
    case .copyTo(let copy): return .done(try copyTo(copy, &summary))
    case .vacuum(let vacuum) where vacuum.isDryRun:
      try table(vacuumCandidates(vacuum), sink, &summary)
      return .rows
    default:
      do throws(QueryError) {
        return .done(try change(&summary))
      } catch {
        throw failure(error)
      }
    }
  }

  func failure(_ error: QueryError) -> LakeError { LakeError(error, in: text) }

  // MARK: Queries

  var settings: StatementSettings {
    get throws(QueryError) { try session.statementSettings() }
  }

  func resolver() -> LakeResolver {
    LakeResolver(workspace, transaction: session.transaction)
  }

  var planRunner: PlanRunner { session.planRunner }

  func stream(
    _ query: Query, _ sink: any ResultSink, _ summary: inout ResultSummary
  ) throws(LakeError) {
    let bound: BoundQuery
    do throws(QueryError) {
      bound = try Binder.bind(query, resolver: resolver(), settings: try settings)
    } catch {
      throw failure(error)
    }
    summary.businessDate = bound.businessDate
    summary.reads = bound.reads.map(StatementRunner.text)
    summary.warnings = bound.warnings.map(warning)
    try sink.begin(bound.schema)
    var rowCount = 0
    var refused: LakeError?
    do throws(QueryError) {
      try planRunner.run(bound.plan) { batch throws(QueryError) in
        rowCount += batch.rowCount
        do throws(LakeError) { try sink.rows(batch) } catch {
          refused = error
          throw QueryError(.cancelled, "the output is closed")
        }
      }
    } catch {
      throw refused ?? failure(error)
    }
    summary.rowCount = rowCount
  }

  private func warning(_ warning: QueryError) -> String {
    let place = warning.range.map { Diagnostic.position(of: $0.start, in: text) }
    return warning.message + (place.map { " (line \($0.line), column \($0.column))" } ?? "")
      + (warning.help.map { ": \($0)" } ?? "")
  }

  private static func text(_ read: TableRead) -> String {
    read.version.map { "\(read.name) v\($0)" } ?? read.name
  }

  func table(
    _ batch: Batch, _ sink: any ResultSink, _ summary: inout ResultSummary
  ) throws(LakeError) {
    try sink.begin(batch.schema)
    if batch.rowCount > 0 { try sink.rows(batch) }
    summary.rowCount = batch.rowCount
  }

  private func explain(_ mode: ExplainMode, _ inner: Statement) throws(LakeError) -> Batch {
    guard case .query(let query) = inner.kind else {
      throw failure(
        QueryError(.unsupported, "EXPLAIN shows the plans of queries", at: inner.range))
    }
    var rows = RowBuilder([("plan", .string)])
    do throws(QueryError) {
      if mode == .expand {
        let plain = try Binder.expanded(query, resolver: resolver(), settings: try settings)
        for line in SyntaxPrinter.lines(of: plain).split(separator: "\n") {
          rows.append([.string(String(line))])
        }
        return rows.batch
      }
      let bound = try Binder.bind(query, resolver: resolver(), settings: try settings)
      var text = PlanPrinter.print(bound.plan)
      if mode == .analyze {
        let started = SystemClock.monotonicNanoseconds()
        var count = 0
        let runner = planRunner
        try runner.run(bound.plan) { batch throws(QueryError) in count += batch.rowCount }
        let milliseconds = (SystemClock.monotonicNanoseconds() - started) / 1_000_000
        let scanned = runner.context.progress.rows
        text += "\n\(count) rows in \(milliseconds) ms, \(scanned) rows scanned"
      }
      for line in text.split(separator: "\n") { rows.append([.string(String(line))]) }
    } catch {
      throw failure(error)
    }
    return rows.batch
  }

  // MARK: Changes

  /// Statements that change the lake or the session; gives the sentence that says what was done.
  private func change(_ summary: inout ResultSummary) throws(QueryError) -> String {
    switch statement.kind {
    case .begin: return try session.begin()
    case .commit: return try session.commit(statement: text)
    case .rollback: return try session.rollback()
    case .set(let name, let value): return try set(name, value)
    case .branch(.use(let name)): return try use(name)
    case .branch(.useMain): return try use(nil)
    default:
      try workspace.checkWritable()
      return try changeLake()
    }
  }

  private func changeLake() throws(QueryError) -> String {
    switch statement.kind {
    case .createSchema(let create): return try createSchema(create)
    case .createTable(let create): return try createTable(create)
    case .createView(let create):
      try refuseInTransaction("CREATE VIEW")
      return try createView(create)
    case .createMaterializedView(let create): return try createMaterializedView(create)
    case .drop(let drop): return try self.drop(drop)
    case .insert(let insert):
      return try retrying { () throws(QueryError) in try self.insert(insert) }
    case .update(let update):
      return try retrying { () throws(QueryError) in try self.update(update) }
    case .delete(let delete):
      return try retrying { () throws(QueryError) in try self.delete(delete) }
    case .merge(let merge):
      return try retrying { () throws(QueryError) in try self.merge(merge) }
    case .tag(let tag):
      try refuseInTransaction("TAG")
      return try self.tag(tag)
    case .dropTag(let name, let ifExists):
      try refuseInTransaction("DROP TAG")
      return try dropTag(name, ifExists: ifExists)
    case .retain(let retain):
      try refuseInTransaction("RETAIN")
      return try self.retain(retain)
    case .branch(let branch):
      try refuseInTransaction("a change of branches")
      return try self.branch(branch)
    case .refresh(let refresh):
      try refuseInTransaction("REFRESH")
      return try self.refresh(refresh)
    case .restore(let restore):
      return try retrying { () throws(QueryError) in try self.restore(restore) }
    case .optimize(let optimize):
      return try retrying { () throws(QueryError) in try self.optimize(optimize) }
    case .vacuum(let vacuum):
      try refuseInTransaction("VACUUM")
      return try self.vacuum(vacuum)
    case .copyFrom(let copy):
      return try retrying { () throws(QueryError) in try self.copyFrom(copy) }
    case .createLimit(let create):
      try refuseInTransaction("CREATE LIMIT")
      return try createLimit(create)
    case .dropLimit(let name, let ifExists):
      try refuseInTransaction("DROP LIMIT")
      return try dropLimit(name, ifExists: ifExists)
    case .sign(let sign):
      try refuseInTransaction("SIGN")
      return try self.sign(sign)
    case .closeDay(let change):
      try refuseInTransaction("CLOSE DAY")
      return try closeDay(change)
    case .reopenDay(let change):
      try refuseInTransaction("REOPEN DAY")
      return try reopenDay(change)
    case .alterTable(let alter):
      return try retrying { () throws(QueryError) in try self.alter(alter) }
    case .createHierarchy(let create): return try createHierarchy(create)
    case .createMeasure(let create): return try createMeasure(create)
    case .query, .explain, .describe, .show, .begin, .commit, .rollback, .set, .copyTo,
      .historyOf, .why, .explainMove, .prove:
      throw QueryError(.unsupported, "this statement changes no table", at: statement.range)
    }
  }

  /// What would be true for everybody at once has no place between BEGIN and COMMIT.
  func refuseInTransaction(_ what: String) throws(QueryError) {
    guard session.transaction != nil else { return }
    throw QueryError(
      .unsupported, "\(what) inside a transaction is not supported yet",
      help: "COMMIT or ROLLBACK first", at: statement.range)
  }

  /// Runs a change anew, on top of what came first, when another commit was faster. Inside a
  /// transaction nothing is compared before its COMMIT, whose statements cannot be run again.
  private func retrying(
    _ work: () throws(QueryError) -> String
  ) throws(QueryError) -> String {
    for attempt in 1..<Conflicts.attemptsMax {
      do throws(QueryError) { return try work() } catch {
        guard error.reason == .conflict else { throw error }
        Conflicts.pause(after: attempt)
        workspace.beginStatement()
      }
    }
    return try work()
  }

  private func set(_ name: QualifiedName, _ value: Expression) throws(QueryError) -> String {
    let bound = try Binder.bind(value, over: Schema([]), resolver: resolver())
    guard let constant = bound.constant else {
      throw QueryError(.type, "SET takes a constant", at: value.range)
    }
    return try session.set(name, to: constant)
  }
}
