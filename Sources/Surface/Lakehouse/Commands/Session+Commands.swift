import Columnar
import FileStorage
import Ingest
import LakeCatalog
import MaterializedViews
import QueryEngine
import QueryLanguage

extension Session {
  /// One of the commands `ingest`, `apply`, `refresh` …; `progress` gets a sentence now and then.
  package func perform(
    _ command: LakeCommand, progress: @escaping (String) -> Void
  ) throws(LakeError) -> Outcome {
    workspace.beginStatement()
    importForeignCommits(for: command)
    switch command {
    case .initialize: return try initialize()
    case .apply(let directory, let dryRun, let prune):
      return try Applier(
        session: self, directory: directory, dryRun: dryRun, prunes: prune
      ).run(progress)
    case .ingest(let files, let feed): return try ingest(files, feed: feed, progress)
    case .ingestLanding(let directory, let filter):
      return try ingestLanding(directory, filter: filter, progress)
    case .refresh(let views, let dates, let force):
      do throws(QueryError) { try workspace.checkWritable() } catch { throw LakeError(error) }
      return try ViewCommands(self).refresh(views, dates: dates, force: force, progress)
    case .plan(let views, let dates, let force):
      return try ViewCommands(self).plan(
        RefreshRequest(views: views, dates: dates, isForced: force))
    case .backfill(let request):
      if !request.isDryRun {
        do throws(QueryError) { try workspace.checkWritable() } catch { throw LakeError(error) }
      }
      return try Backfill(self, request).run(progress)
    case .tick(let targets, let landing):
      return try TickCommand(self, landing).run(targets, progress)
    case .replay(let run): return try ViewCommands(self).replay(run, progress)
    case .replayUsing(let run, let method):
      try ReplayCommands(self).checkMethod(method, of: run)
      return try ViewCommands(self).replay(run, progress)
    case .replayAll: return try ReplayCommands(self).all(progress)
    case .replayCertificate(let file): return try ReplayCommands(self).certificate(file, progress)
    case .status(let check): return try ViewCommands(self).status(check: check)
    case .runs: return Outcome(table: try query("SELECT * FROM system.runs ORDER BY run DESC"))
    case .verify(let deep, let known, let exportHead):
      return try Verifier(lake: lake())
        .run(deep: deep, known: known, exportHead: exportHead, progress)
    case .repair(let deep):
      do throws(QueryError) { try workspace.checkWritable() } catch { throw LakeError(error) }
      return try Verifier(lake: lake(), repairs: true).run(deep: deep, progress)
    case .duckLake: return try duckLake()
    case .backup(let directory, let links):
      return try backup(to: directory, links: links, progress)
    case .rebuild: return try rebuild()
    case .history(let table):
      guard let table else {
        return Outcome(
          table: try query(
            """
            SELECT snapshot, time, actor, operation, rows_added, rows_removed, reason, message
            FROM system.snapshots ORDER BY snapshot DESC
            """))
      }
      return Outcome(table: try query("DESCRIBE HISTORY \(table)"))
    case .diff(let table, let from, let to, let view):
      return try UpkeepCommands(self).diff(table, from, to, view)
    case .restore(let table, let point): return try UpkeepCommands(self).restore(table, to: point)
    case .optimize(let table, let condition, let zOrder):
      return try UpkeepCommands(self).optimize(table, condition, zOrder)
    case .compactLog(let table): return try UpkeepCommands(self).compactLog(table)
    case .vacuum(let table, let retain, let dryRun):
      return try UpkeepCommands(self).vacuum(table, retain, dryRun: dryRun)
    case .tag(let name, let snapshot):
      let lake = try lake()
      do throws(QueryError) {
        let message = try Tagging(lake: lake, committer: committer(lake))
          .tag(name, at: snapshot, retainUntil: nil, statement: nil)
        return Outcome(lines: [message])
      } catch {
        throw LakeError(error)
      }
    case .files(let table): return try files(of: table)
    case .calculators(let name):
      guard let name else { return Outcome(table: CalculatorTable.all()) }
      return Outcome(table: try query("DESCRIBE CALCULATOR \(name)"))
    }
  }

  /// Commands that look at the lake as a whole see what other engines committed before them.
  private func importForeignCommits(for command: LakeCommand) {
    switch command {
    case .plan, .refresh, .backfill, .status, .tick, .history, .files, .tag:
      // What keeps the lake from opening is told by the command itself.
      if let lake = try? workspace.lake() { _ = try? workspace.statementSnapshot(of: lake) }
    default: break
    }
  }

  func lake() throws(LakeError) -> Lake {
    do throws(CatalogError) { return try workspace.lake() } catch { throw LakeError(error) }
  }

  private func query(_ text: String) throws(LakeError) -> Batch {
    let sink = CollectingSink()
    try run(text, into: sink)
    return try Batch.gathered(sink.batches, schema: sink.schema)
  }

  private func initialize() throws(LakeError) -> Outcome {
    do throws(CatalogError) {
      let lake = try Lake.create(
        options.lakePath, actor: actor, store: workspace.store, clock: workspace.clock)
      workspace.adopt(lake)
      return Outcome(lines: ["made an empty lake at \(options.lakePath)"])
    } catch {
      throw LakeError(error)
    }
  }

  /// The old catalog, if there is one, stays beside the new as `tarn.db.replaced`.
  private func rebuild() throws(LakeError) -> Outcome {
    do throws(CatalogError) {
      let (catalog, report) = try Catalog.rebuild(
        at: workspace.lakePath, store: workspace.store, clock: workspace.clock)
      workspace.adopt(Lake(catalog: catalog, store: workspace.store, clock: workspace.clock))
      let head = "made the catalog again from the logs, up to snapshot \(report.head)"
      guard !report.incomplete.isEmpty else { return Outcome(lines: [head]) }
      return Outcome(
        lines: [head] + report.incomplete.map { "not served: \($0)" }
          + ["until these files are put right the lake can only be read"],
        verdict: .integrity)
    } catch {
      throw LakeError(error)
    }
  }

  // MARK: Ingest

  private func ingest(
    _ files: [String], feed: String?, _ progress: (String) -> Void
  ) throws(LakeError) -> Outcome {
    guard !files.isEmpty else {
      throw LakeError(
        .usage, "ingest needs files", help: "tarn ingest FILE…, or tarn ingest --landing")
    }
    let ingester = Ingester(self, lake: try lake())
    var reports: [Ingester.Report] = []
    for (index, file) in files.enumerated() {
      progress("loading \(index + 1) of \(files.count): \(file)")
      reports.append(try ingester.load(file, feed: feed))
    }
    return IngestOutcome.outcome(reports, misplaced: [])
  }

  private func ingestLanding(
    _ directory: String?, filter: String?, _ progress: (String) -> Void
  ) throws(LakeError) -> Outcome {
    let lake = try lake()
    let landing = directory ?? joinPath(lake.root, "landing")
    let listing: LandingScanner.Listing
    do throws(IngestError) {
      listing = try LandingScanner(landing).list(in: lake.store)
    } catch {
      throw LakeError(QueryError(error))
    }
    let files = listing.files.filter { file in
      guard let filter else { return true }
      return file.relativePath.contains(filter)
    }
    let ingester = Ingester(self, lake: lake)
    var reports: [Ingester.Report] = []
    for (index, file) in files.enumerated() {
      progress("loading \(index + 1) of \(files.count): \(file.relativePath)")
      reports.append(try ingester.load(file))
    }
    return IngestOutcome.outcome(reports, misplaced: listing.misplaced)
  }

  // MARK: Files

  private func files(of table: String) throws(LakeError) -> Outcome {
    let lake = try lake()
    let name = QualifiedName(table.split(separator: ".").map { Identifier(String($0)) })
    guard (1...2).contains(name.parts.count) else {
      throw LakeError(.usage, "'\(table)' is no table's name", help: "write schema.table")
    }
    var rows = RowBuilder([
      ("path", .string), ("rows", .int64), ("bytes", .int64), ("first_date", .date),
      ("last_date", .date), ("sha256", .string),
    ])
    do throws(CatalogError) {
      let state = try LakeResolver(workspace, transaction: nil)
        .committedState(name, nil, in: lake)
      guard let record = state.record else { return Outcome() }
      for file in try lake.catalog.files(of: record, version: state.version) {
        rows.append([
          .string(lake.directory(of: record) + "/" + file.file.path), .int64(file.file.rows),
          .int64(file.file.bytes), .day(file.file.dates?.lowerBound),
          .day(file.file.dates?.upperBound), .string(file.file.sha256.hex),
        ])
      }
      return Outcome(
        lines: [
          "\(state.name) version \(state.version), Delta table at \(lake.directory(of: record))"
        ],
        table: rows.batch)
    } catch {
      throw LakeError(QueryError(error))
    }
  }
}

/// What loading files came to, as a table and a sentence.
enum IngestOutcome {
  static func outcome(_ reports: [Ingester.Report], misplaced: [String]) -> Outcome {
    var rows = RowBuilder([
      ("file", .string), ("status", .string), ("rows_read", .int64), ("rows_loaded", .int64),
      ("replaced", .int64), ("superseded", .int64), ("quarantined", .int64), ("warned", .int64),
      ("quality", .decimal(precision: 7, scale: 6)), ("snapshot", .int64),
    ])
    for report in reports {
      rows.append([
        .string(report.file), .string(report.status.rawValue), .int64(report.rowsRead),
        .int64(report.rowsLoaded), .int64(report.rowsReplaced), .int64(report.rowsSuperseded),
        .int64(report.rejected), .int64(report.warned),
        report.score.map { .decimal($0) } ?? .null, report.snapshot.map { .int64($0) } ?? .null,
      ])
    }
    var lines = [sentence(reports)]
    for report in reports {
      lines += report.notes.map { "\(report.file): \($0)" }
    }
    if !misplaced.isEmpty {
      lines.append(
        "passed over \(misplaced.count) not under <feed>/<region>/YYYY/MM/DD/: "
          + misplaced.prefix(5).joined(separator: ", "))
    }
    return Outcome(lines: lines, table: rows.batch)
  }

  static func sentence(_ reports: [Ingester.Report]) -> String {
    let loaded = reports.filter { $0.status == .loaded }
    let rejected = loaded.reduce(0) { $0 + $1.rejected }
    let total = loaded.reduce(0) { $0 + $1.rowsLoaded }
    return "loaded \(loaded.count) file\(loaded.count == 1 ? "" : "s") with \(total) rows, skipped "
      + "\(reports.count - loaded.count) already loaded"
      + (rejected > 0 ? "; \(rejected) records went to system.quarantine" : "")
  }
}
