import Columnar
import LakeCatalog
import MaterializedViews
import QueryEngine
import QueryLanguage

/// One end of a move, settled: a business date as it was known at a snapshot, and the run that
/// published it.
struct MoveEnd {
  /// Nil for a view without a business date.
  var date: CalendarDate?
  var snapshot: LakeSnapshot
  /// The view's table at that snapshot.
  var stored: TableState
  var run: RunRecord
  var definition: ViewDefinition
  /// Of the run's inputs, by table.
  var versions: [Int64: Int64]

  /// `2025-06-12, run 3`.
  var text: String {
    (date.map { "\($0), " } ?? "") + "run \(run.id), snapshot \(snapshot.id)"
  }
}

extension MoveEnd {
  /// Both ends; `T` is one day for both, the latest of the end's knowledge unless it is given.
  static func ends(
    of move: ExplainMove, _ view: QualifiedName, _ runner: StatementRunner, _ lake: Lake
  ) throws(QueryError) -> (from: MoveEnd, to: MoveEnd) {
    var settings = try runner.settings
    let needsT = [move.from, move.to].contains { point in
      if case .businessDaysBack? = point.businessDate?.kind { return true }
      return false
    }
    if needsT, settings.businessDate == nil {
      let resolver = try MoveEnd.resolver(move.to, nil, runner, lake, settings)
      let today = BusinessDatePoint(.businessDaysBack(0), range: move.to.range)
      settings.businessDate = try ProofDates.resolve(today, of: view, resolver, settings)
    }
    let from = try MoveEnd(move.from, view, runner, lake, settings)
    let to = try MoveEnd(move.to, view, runner, lake, settings)
    guard (from.date == nil) == (to.date == nil) else {
      throw QueryError(
        .time, "one end of the move has a business date, the other has none",
        help: "give both ends a date, or both a point of knowledge", at: move.from.range)
    }
    return (from, to)
  }

  private static func resolver(
    _ point: MovePoint, _ date: CalendarDate?, _ runner: StatementRunner, _ lake: Lake,
    _ settings: StatementSettings
  ) throws(QueryError) -> LakeResolver {
    let current = runner.resolver()
    var knowledge = settings.knowledge
    if let written = point.knowledge {
      if case .reported = written.kind {
        guard let date else {
          throw QueryError(
            .time, "AS REPORTED at this end of the move needs the business date as a date",
            help: "write DATE '…' AS REPORTED", at: written.range)
        }
        knowledge = .reported(date)
      } else {
        knowledge = try Binder.knowledge(written, resolver: current, settings: settings)
      }
    }
    if case .version? = knowledge { throw versionRefused(point) }
    if case .tableTimestamp? = knowledge { throw versionRefused(point) }
    do throws(CatalogError) {
      let snapshot = try current.snapshot(of: knowledge, in: lake)
      return LakeResolver(runner.workspace, transaction: nil, pinned: snapshot)
    } catch {
      throw QueryError(error, at: point.range)
    }
  }

  private static func versionRefused(_ point: MovePoint) -> QueryError {
    QueryError(
      .unsupported, "a move goes from one point of the lake's knowledge to another",
      help: "write AS KNOWN AT and SNAPSHOT n, TAG 'x', RUN n or TIMESTAMP 't'", at: point.range)
  }

  private init(
    _ point: MovePoint, _ view: QualifiedName, _ runner: StatementRunner, _ lake: Lake,
    _ settings: StatementSettings
  ) throws(QueryError) {
    var settings = settings
    let written = ProofDates.literal(point.businessDate)
    let resolver = try MoveEnd.resolver(point, written, runner, lake, settings)
    settings.knowledge = nil
    do throws(CatalogError) {
      snapshot = try resolver.currentSnapshot(in: lake)
      stored = try resolver.committedState(view, nil, in: lake)
    } catch {
      throw QueryError(error, at: view.range)
    }
    date = try point.businessDate.map { written throws(QueryError) in
      try ProofDates.resolve(written, of: view, resolver, settings)
    }
    guard (date == nil) == (stored.definition.businessDate == nil) else {
      throw QueryError(
        .time,
        date == nil
          ? "\(stored.name) has a business date, and this end of the move names none"
          : "\(stored.name) has no business date",
        help: date == nil
          ? "write FROM T AS KNOWN AT … TO T AS KNOWN AT …, or other dates" : "leave the date out",
        at: point.range)
    }
    let inputs = RunInputs(workspace: runner.workspace, lake: lake)
    guard let record = stored.record,
      let found = try RunBook(lake, of: record).run(upTo: stored.version, covering: date)
    else {
      throw QueryError(
        .unsupported,
        "no run of \(stored.name) published " + (date.map { "\($0)" } ?? "its rows"),
        help: "moves of materialized views are explained; `tarn runs` lists their runs",
        at: point.range)
    }
    run = found
    definition = try inputs.definition(of: found)
    versions = inputs.versions(of: found)
  }
}
