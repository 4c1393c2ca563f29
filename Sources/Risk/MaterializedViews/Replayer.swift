package import Columnar
import FileStorage
package import LakeCatalog
package import QueryEngine
import QueryLanguage

/// Does a run again on the recorded versions of its inputs, and compares hashes of the rows.
package struct Replayer {
  package enum Verdict: Sendable, Hashable {
    case identical
    /// Other rows, and what is known to be different.
    case differs([Cause])
  }

  package enum Cause: Sendable, Hashable {
    case engine(recorded: String, now: String)
    case method(calculator: String, recorded: Int?, now: Int)
    /// Definition, methods and engine are the same: an input, or the record, was altered.
    case inputs
    /// What the view's table holds at the run's version is not what the run wrote.
    case storedRows
  }

  package struct Report: Sendable {
    package var run: RunRecord
    package var verdict: Verdict
    package var recordedHash: String
    package var replayedHash: String
    package var recordedRows: Int64
    package var replayedRows: Int64
    /// Dates whose rows differ; nil stands for rows without a date.
    package var differingDates: [CalendarDate?]
  }

  private let host: any ViewHost

  package init(_ host: any ViewHost) { self.host = host }

  /// - Throws: `.name` for an unknown run, `.unsupported` for one that published nothing,
  ///   `.integrity` when its definition is lost.
  package func replay(run id: Int64) throws(QueryError) -> Report {
    guard let run = try host.run(id: id) else {
      throw QueryError(.name, "there is no run \(id)", help: "`tarn runs` lists them")
    }
    guard run.status == RunStatus.succeeded, let recorded = run.contentHash else {
      throw QueryError(
        .unsupported, "run \(id) of \(run.view) \(run.status): it published nothing to compare",
        help: run.message.isEmpty ? nil : run.message)
    }
    let view = try definition(of: run)
    let query = try host.bind(view.query, inputs: .recorded(run))
    let scope: RefreshPlan.Scope = run.dates.isEmpty ? .all : .dates(run.dates)
    let gate = try ViewGate(view, schema: query.schema, host: host)
    var content = ContentByDate(query.schema, businessDate: view.businessDate)
    let detail = try RunDetail(of: run)
    let take = { (batch: Batch) throws(QueryError) in
      let admitted = try gate.admit(batch)
      if admitted.rowCount > 0 { content.add(admitted) }
    }
    try host.execute(try query.plan.part(scope), into: take)
    try host.adjust(
      view, schema: query.schema, numbers: Set(detail.adjustments), scope: scope, into: take)
    let total = content.total
    let causes = try causes(
      run, query, isSame: total.digest == recorded && content.parts == detail.content,
      stored: try stored(view, run, scope))
    return Report(
      run: run, verdict: causes.isEmpty ? .identical : .differs(causes),
      recordedHash: recorded.hex, replayedHash: total.hex, recordedRows: run.rowCount,
      replayedRows: total.rows,
      differingDates: Replayer.differences(content.parts, detail.content))
  }

  /// The view as it was when the run was made.
  private func definition(of run: RunRecord) throws(QueryError) -> ViewDefinition {
    for record in try host.views(at: run.inputSnapshot) where record.qualifiedName == run.view {
      let view = try ViewDefinition(record)
      if view.hash == run.definitionHash { return view }
    }
    throw QueryError(
      .integrity,
      "\(run.view) had another definition at snapshot \(run.inputSnapshot) than run \(run.id) says",
      help: "the catalog or the record was altered; `tarn verify` looks closer")
  }

  private func causes(
    _ run: RunRecord, _ query: BoundQuery, isSame: Bool, stored: FileDigest?
  ) throws(QueryError) -> [Cause] {
    var causes: [Cause] = []
    if !isSame {
      let recorded = RunDetail.methods(of: run)
      for (name, version) in query.plan.methodVersions.sorted(by: { $0.key < $1.key })
      where recorded[name] != version {
        causes.append(.method(calculator: name, recorded: recorded[name], now: version))
      }
      if run.engineVersion != host.engineVersion {
        causes.append(.engine(recorded: run.engineVersion, now: host.engineVersion))
      }
      if causes.isEmpty { causes.append(.inputs) }
    }
    if let stored, stored != run.contentHash { causes.append(.storedRows) }
    return causes
  }

  /// The hash of the run's rows as the view's table holds them; nil when it wrote no version.
  private func stored(
    _ view: ViewDefinition, _ run: RunRecord, _ scope: RefreshPlan.Scope
  ) throws(QueryError) -> FileDigest? {
    guard !run.outputs.isEmpty else { return nil }
    var outputs = run
    outputs.inputs = run.outputs
    let query = try host.bind(view.rowsQuery(), inputs: .recorded(outputs))
    var content = ContentByDate(query.schema, businessDate: view.businessDate)
    try host.execute(try query.plan.part(scope)) { batch throws(QueryError) in
      content.add(batch)
    }
    return content.total.digest
  }

  private static func differences(
    _ now: [RunDetail.Content], _ before: [RunDetail.Content]
  ) -> [CalendarDate?] {
    let all = Set(now).symmetricDifference(before).map(\.date)
    return Set(all).sorted { ($0?.days ?? .min) < ($1?.days ?? .min) }
  }
}

extension ViewDefinition {
  /// `SELECT * FROM` the view's table.
  func rowsQuery() throws(QueryError) -> Query {
    let name = statement.name.parts.map { SyntaxPrinter.text(of: $0) }.joined(separator: ".")
    guard case .query(let query)? = (try? SyntaxParser.statement(in: "SELECT * FROM \(name)"))?.kind
    else { throw QueryError(.name, "the view's name \(name) cannot be read") }
    return query
  }
}
