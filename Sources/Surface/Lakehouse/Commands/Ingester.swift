import Columnar
import FileStorage
import Ingest
import LakeCatalog
import QueryEngine
import QueryLanguage

/// Loads landing files: each at most once, each with everything it changes in one snapshot.
struct Ingester {
  let session: Session
  let lake: Lake
  /// What became of one file.
  struct Report {
    enum Status: String {
      case loaded
      /// The same bytes were loaded for the same feed, region and day before.
      case skipped
    }
    var file: String
    var feed: String
    var status: Status
    var rowsRead: Int64 = 0
    var rowsLoaded: Int64 = 0
    var rowsReplaced: Int64 = 0
    var rowsSuperseded: Int64 = 0
    var rejected: Int64 = 0
    var warned: Int64 = 0
    var score: Decimal128?
    var snapshot: Int64?
    /// What is odd about the file and no fault of a record.
    var notes: [String] = []
  }

  init(_ session: Session, lake: Lake) {
    self.session = session
    self.lake = lake
  }

  private var resolver: LakeResolver { LakeResolver(session.workspace, transaction: nil) }

  /// Loads one file; `feed` overrides what its path says.
  func load(_ path: String, feed: String?) throws(LakeError) -> Report {
    try load(path, feed: feed, landing: LandingFile.parse(path))
  }

  /// Loads a file of a landing folder, whatever the folder is called.
  func load(_ file: LandingFile) throws(LakeError) -> Report {
    try load(file.path, feed: file.feed, landing: file)
  }

  private func load(
    _ path: String, feed: String?, landing: LandingFile?
  ) throws(LakeError) -> Report {
    guard let feed = feed ?? landing?.feed else {
      throw LakeError(
        .usage, "the feed of '\(path)' is not known",
        help: "give it with --feed, or put the file under landing/<feed>/<region>/YYYY/MM/DD/")
    }
    let name = landing?.relativePath ?? path
    let digest: FileDigest
    let before: FileStatus?
    do throws(FileError) {
      before = try lake.store.status(path)
      digest = try SHA256.digest(of: lake.store.open(path))
    } catch {
      throw LakeError(error)
    }
    let region = landing?.region ?? ""
    let record = IngestedFile(
      feed: feed, region: region, pathDate: landing?.arrivalDate, sha256: digest, path: name,
      rows: 0, rejected: 0)
    do throws(QueryError) {
      try session.workspace.checkWritable()
      return try loadOnce(path, as: record, arrival: landing?.arrivalDate, before)
    } catch {
      throw LakeError(error)
    }
  }

  /// Loads the file unless it was loaded; again when another commit was faster.
  private func loadOnce(
    _ path: String, as record: IngestedFile, arrival: CalendarDate?, _ before: FileStatus?
  ) throws(QueryError) -> Report {
    if let report = try skipped(record) { return report }
    for attempt in 1... {
      do throws(QueryError) {
        return try load(path, as: record, arrival: arrival, before)
      } catch {
        // Another process may have loaded the very file meanwhile.
        if let report = try skipped(record) { return report }
        guard error.reason == .conflict, attempt < Conflicts.attemptsMax else { throw error }
        Conflicts.pause(after: attempt)
      }
    }
    throw QueryError(.conflict, "\(record.path): other commits were faster each time")
  }

  /// What is said of a file that was loaded before; nil when it was not.
  private func skipped(_ record: IngestedFile) throws(QueryError) -> Report? {
    do throws(CatalogError) {
      let known = try lake.catalog.ingest(
        feed: record.feed, region: record.region, pathDate: record.pathDate, sha256: record.sha256)
      return known.map {
        Report(file: record.path, feed: record.feed, status: .skipped, snapshot: $0.snapshot)
      }
    } catch {
      throw QueryError(error)
    }
  }

  // MARK: One file

  /// A table that the feed fills.
  private struct Target {
    var state: TableState
    var contract: TableContract
    var writer: TableWriter
  }

  private func load(
    _ path: String, as record: IngestedFile, arrival: CalendarDate?, _ before: FileStatus?
  ) throws(QueryError) -> Report {
    // Each file builds on what the one before it made.
    session.workspace.beginStatement()
    let runner = session.planRunner
    let (typed, bronze) = try targets(of: record.feed, runner)
    defer {
      // After a commit there is nothing left to abandon.
      typed.writer.abandonUnlessFinished()
      bronze?.writer.abandonUnlessFinished()
    }
    let job = IngestJob(contract(typed, bronze, arrival, runner))
    var rejected: [RejectedRecord] = []
    let summary: IngestSummary
    do {
      summary = try job.run(path, in: lake.store, as: record.path) { batch in
        if runner.context.isCancelled { throw QueryError(.cancelled, "cancelled") }
        try typed.writer.write(batch.rows)
        if let bronze, let received = batch.received {
          try bronze.writer.write(self.received(received, as: bronze, file: record.path))
        }
        rejected += batch.rejected
      }
    } catch let error as QueryError {
      throw error
    } catch let error as IngestError {
      throw QueryError(error)
    } catch {
      throw QueryError(.source, "\(record.path): \(error)")
    }
    try checkUnchanged(path, as: record, since: before)
    return try commit(record, typed, bronze, rejected, summary)
  }

  /// What was read must be what the digest is of: a file that grows meanwhile is none of ours yet.
  private func checkUnchanged(
    _ path: String, as record: IngestedFile, since before: FileStatus?
  ) throws(QueryError) {
    let now: FileStatus?
    do throws(FileError) { now = try lake.store.status(path) } catch { throw QueryError(error) }
    guard now?.size == before?.size, now?.modifiedMicroseconds == before?.modifiedMicroseconds
    else {
      throw QueryError(
        .source, "\(record.path) changed while it was read; nothing of it was loaded",
        help: "write it under a name that ends in .tmp and rename it when it is whole")
    }
  }

  private func commit(
    _ record: IngestedFile, _ typed: Target, _ bronze: Target?, _ rejected: [RejectedRecord],
    _ summary: IngestSummary
  ) throws(QueryError) -> Report {
    var states: [TableState] = []
    var report = Report(file: record.path, feed: record.feed, status: .loaded)
    for target in [typed, bronze].compactMap({ $0 }) {
      var state = target.state
      do throws(QueryError) { state.staged = try target.writer.finish(operation: "INGEST") } catch {
        typed.writer.abandon()
        throw error
      }
      states.append(state)
    }
    let committer = session.committer(lake)
    var commit = committer.prepare(states, operation: "INGEST", statement: nil)
    commit.message = record.path
    var loaded = record
    loaded.rows = Int64(summary.rowsAccepted)
    loaded.rejected = Int64(summary.recordsRejected)
    commit.ingests = [loaded]
    commit.quarantine = rejected.map { record in
      QuarantinedRow(
        feed: loaded.feed, file: record.file, line: Int64(record.line), column: record.column,
        rule: record.rule, rawText: record.rawText, reason: record.reason)
    }
    commit.checks = checks(loaded, typed, summary)
    let outcome = try committer.commit(commit)
    report.rowsRead = Int64(summary.recordsRead)
    report.rowsLoaded = states.first?.staged?.rowsAdded ?? 0
    report.rowsReplaced = states.first?.staged?.rowsRemoved ?? 0
    report.rowsSuperseded = typed.writer.rowsSuperseded
    report.rejected = loaded.rejected
    report.warned = Int64(summary.rowsWarned)
    report.score = summary.qualityScore
    report.notes = summary.notes
    report.snapshot = outcome.snapshot.id
    return report
  }

  /// The file's quality score, and what each expectation that only warns has found.
  private func checks(
    _ file: IngestedFile, _ typed: Target, _ summary: IngestSummary
  ) -> [CheckResult] {
    let score = summary.qualityScore
    var results = [
      CheckResult(
        subject: file.feed, name: "quality score",
        status: file.rejected > 0 || summary.rowsWarned > 0 ? "warn" : "pass",
        businessDate: file.pathDate, rowsChecked: Int64(summary.recordsRead),
        rowsFailed: file.rejected + Int64(summary.rowsWarned), score: score.double,
        detail: file.path)
    ]
    for warning in summary.warnings {
      let lines = warning.sampleLines.map(String.init).joined(separator: ", ")
      results.append(
        CheckResult(
          subject: typed.state.name, name: warning.check, status: "warn",
          businessDate: file.pathDate, rowsChecked: Int64(summary.recordsRead),
          rowsFailed: Int64(warning.rowCount), detail: "\(file.path), lines \(lines)"))
    }
    return results
  }

  // MARK: Tables of a feed

  private func targets(
    of feed: String, _ runner: PlanRunner
  ) throws(QueryError) -> (typed: Target, bronze: Target?) {
    var typed: [Target] = []
    var bronze: [Target] = []
    var feeds: Set<String> = []
    do throws(CatalogError) {
      let head = try lake.catalog.head()
      for record in try lake.catalog.tables(at: head.id) {
        guard let own = record.definition.feed else { continue }
        feeds.insert(own)
        guard own.lowercased() == feed.lowercased() else { continue }
        let name = QualifiedName([
          Identifier(record.definition.schema), Identifier(record.definition.name),
        ])
        let state = try resolver.committedState(name, nil, in: lake)
        let target = try target(state, runner)
        if Ingester.isBronze(state.shape.schema) {
          bronze.append(target)
        } else {
          typed.append(target)
        }
      }
    } catch {
      throw QueryError(error)
    }
    guard typed.count == 1, bronze.count <= 1 else {
      if typed.count + bronze.count == 0 {
        throw QueryError(
          .name, "no table is declared FROM FEED \(feed)",
          help: Suggestion.nearest(to: feed, among: feeds).map { "did you mean \($0)?" }
            ?? (feeds.isEmpty
              ? "`tarn apply DIR` creates tables"
              : "the feeds are \(feeds.sorted().joined(separator: ", "))"))
      }
      throw QueryError(
        .name,
        "feed \(feed) fills \(typed.count) typed tables and \(bronze.count) of text as received",
        help: "a feed fills one typed table, and at most one with all columns as text")
    }
    return (typed[0], bronze.first)
  }

  private func target(
    _ state: TableState, _ runner: PlanRunner
  ) throws(CatalogError) -> Target {
    do throws(QueryError) {
      let contract = try TableContract(
        state.definition, schema: state.shape.schema, resolver: resolver)
      let writer = TableWriter(
        state, contract: contract, lake: lake, runner: runner, isChecked: true)
      return Target(state: state, contract: contract, writer: writer)
    } catch {
      throw .commitContent(table: state.name, error)
    }
  }

  private static let placeColumns = ["source_file", "source_line"]

  /// Text as received: every column is a string, but for the place it came from.
  private static func isBronze(_ schema: Schema) -> Bool {
    schema.index(of: placeColumns[0]) != nil
      && schema.fields.allSatisfy {
        $0.type == .string || placeColumns.contains($0.name.lowercased())
      }
  }

  private func contract(
    _ typed: Target, _ bronze: Target?, _ arrival: CalendarDate?, _ runner: PlanRunner
  ) -> Contract {
    let schema = typed.state.shape.schema
    let dateColumn = typed.state.businessDateColumn
    let columns = schema.fields.enumerated().map { position, field in
      Contract.Column(
        field,
        defaultValue: defaultValue(
          of: position, field, typed.contract, position == dateColumn ? arrival : nil, runner))
    }
    let checks = typed.contract.checks.map { check in
      RowCheck(name: check.name, action: Ingester.action(check.action)) { batch in
        let rows = try runner.collect(
          .project(.values(batch), [ProjectedExpression(check.name, check.condition)]))
        return try Batch.joined(rows, schema: Schema([Field(check.name, .boolean)])).columns[0]
      }
    }
    let received = bronze?.state.shape.schema.names.filter {
      !Ingester.placeColumns.contains($0.lowercased())
    }
    return Contract(columns: columns, checks: checks, receivedColumns: received)
  }

  private static func action(_ action: TableContract.Check.Action) -> RowCheck.Action {
    switch action {
    case .fail: .fail
    case .quarantine: .quarantine
    case .warn: .warn
    }
  }

  /// A column that the file does not have: its DEFAULT, or the day of arrival for the business date.
  private func defaultValue(
    of position: Int, _ field: Field, _ contract: TableContract, _ arrival: CalendarDate?,
    _ runner: PlanRunner
  ) -> (@Sendable (Int) throws -> Column)? {
    if let arrival {
      return { count in
        Column(.date, .int32([Int32](repeating: arrival.days, count: count)))
      }
    }
    guard let expression = contract.defaults[position] else { return nil }
    return { count in
      let rows = Batch(schema: Schema([]), columns: [], rowCount: count)
      let result = try runner.collect(
        .project(.values(rows), [ProjectedExpression(field.name, expression)]))
      return try Batch.joined(result, schema: Schema([field])).columns[0]
    }
  }

  /// Records as received, with the place each came from.
  private func received(
    _ text: ReceivedText, as bronze: Target, file: String
  ) -> Batch {
    let schema = bronze.state.shape.schema
    let count = text.rows.rowCount
    let zeros = [Int32](repeating: 0, count: count)
    let columns = schema.fields.map { field -> Column in
      switch field.name.lowercased() {
      case Ingester.placeColumns[0]:
        return Column(
          .string, .string(StringColumn(values: StringValues([file]), codes: zeros)))
      case Ingester.placeColumns[1]: return Column(.int64, .int64(text.lines))
      default:
        return text.rows.schema.index(of: field.name).map { text.rows.columns[$0] }
          ?? .nulls(.string, count: count)
      }
    }
    return Batch(schema: schema, columns: columns, rowCount: count)
  }
}
