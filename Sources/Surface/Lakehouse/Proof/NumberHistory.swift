import Columnar
import LakeCatalog
import MaterializedViews
import QueryEngine
import QueryLanguage

/// Every value that one number ever had: `HISTORY OF`.
///
/// The number is computed at each lake snapshot that changed what it reads. A snapshot that changed
/// other business dates or other files only is not read: the plan is bound, and when it would touch
/// the same files as before, the value is the one before.
struct NumberHistory {
  let runner: StatementRunner
  let history: HistoryOf
  let lake: Lake

  /// The number at one snapshot.
  private enum State: Equatable {
    case value(Value)
    /// No row, or no such column yet.
    case none
    /// A vacuum took the files.
    case unreadable

    var value: Value { if case .value(let value) = self { value } else { .null } }
  }

  /// A lake snapshot and its time.
  private struct Point {
    var id: Int64
    var timeMicroseconds: Int64
  }

  private struct Entry {
    var state: State
    var snapshot: Point
    var version: Int64?
  }

  func table() throws(QueryError) -> Batch {
    let resolver = runner.resolver()
    let written = [history.measure, history.filter].compactMap { $0 }
    var name = history.table ?? QualifiedName([])
    if history.table == nil {
      name = try MeasureTable(resolver: resolver, lake: lake).table(of: written)
    }
    let date = try businessDate(of: name, resolver)
    let query = query(of: name, date)
    var type: DataType?
    do throws(QueryError) {
      type = try Binder.bind(query, resolver: resolver, settings: runner.settings).schema[0].type
    } catch {
      // A date whose rows are gone by now has a history all the same.
      guard error.reason == .time, date != nil else { throw error }
    }
    let subject = try subject(name, resolver, upTo: try runner.settings.knowledge)
    let entries = try entries(query, subject, date, &type)
    return try batch(entries, type ?? .double, subject, date)
  }

  // MARK: What is asked

  /// What stands behind the name: a stored table, or the tables that a plain view reads.
  private struct Subject {
    var record: TableRecord?
    var candidates: [Point]
    /// By snapshot.
    var versions: [Int64: TableVersion] = [:]
  }

  private func businessDate(
    of name: QualifiedName, _ resolver: LakeResolver
  ) throws(QueryError) -> BusinessDatePoint? {
    guard let point = history.businessDate, case .businessDaysBack = point.kind else {
      return history.businessDate
    }
    // T is settled once, by what is known now.
    let day = try ProofDates.resolve(point, of: name, resolver, try runner.settings)
    return ProofDates.point(day, at: point.range)
  }

  private func query(of name: QualifiedName, _ date: BusinessDatePoint?) -> Query {
    let time = date.map { TimeClause(businessDate: $0, range: $0.range) }
    let select = Select(
      items: [SelectItem(history.measure, alias: Identifier("value"))],
      from: TableReference(.table(name), time: time, range: name.range), filter: history.filter)
    // One row is right, and two are enough to know that it is not one.
    let two = Expression(.literal(.number(NumberLiteral(2))))
    return Query(body: .select(select), limit: Limit(count: two))
  }

  /// - Parameter knowledge: Nothing that came later is looked at.
  private func subject(
    _ name: QualifiedName, _ resolver: LakeResolver, upTo knowledge: ResolvedKnowledge?
  ) throws(QueryError) -> Subject {
    do throws(CatalogError) {
      let now = try resolver.snapshot(of: knowledge, in: lake)
      do throws(CatalogError) {
        let record = try resolver.committedState(name, nil, in: lake).record
        guard let record else { throw CatalogError.invalid("not committed yet") }
        let versions = try lake.catalog.versions(of: record.id).filter { $0.snapshot <= now.id }
        return Subject(
          record: record,
          candidates: versions.reversed().map {
            Point(id: $0.snapshot, timeMicroseconds: $0.timeMicroseconds)
          }, versions: Dictionary(versions.map { ($0.snapshot, $0) }) { $1 })
      } catch {
        guard case .unknownTable = error else { throw error }
      }
      // A plain view: what it reads can change with any snapshot.
      let all = try lake.catalog.history().filter { $0.snapshot <= now.id }
      return Subject(
        record: nil,
        candidates: all.reversed().map {
          Point(id: $0.snapshot, timeMicroseconds: $0.timeMicroseconds)
        })
    } catch {
      throw QueryError(error, at: name.range)
    }
  }

  // MARK: Values

  private func entries(
    _ query: Query, _ subject: Subject, _ date: BusinessDatePoint?, _ type: inout DataType?
  ) throws(QueryError) -> [Entry] {
    var entries: [Entry] = []
    var known: [String]?
    for snapshot in subject.candidates {
      let version = subject.versions[snapshot.id]
      if !entries.isEmpty, let version, try isUntouched(version, date) { continue }
      var state = State.none
      var files: [String]?
      do throws(QueryError) {
        let pinned = try resolver(at: snapshot.id)
        let bound = try Binder.bind(query, resolver: pinned, settings: try settings())
        type = type ?? bound.schema[0].type
        files = try ReadFiles.paths(of: bound.plan)
        if let files, files == known { continue }
        state = try value(bound, type ?? bound.schema[0].type)
      } catch {
        // Before the table, the column or the date was there.
        switch error.reason {
        case .name, .type, .time: state = error.isVacuumed ? .unreadable : .none
        default: throw error
        }
      }
      known = files
      if entries.last?.state == state { continue }
      if entries.isEmpty, state == .none { continue }
      entries.append(Entry(state: state, snapshot: snapshot, version: version?.version))
    }
    return entries
  }

  private func resolver(at snapshot: Int64) throws(QueryError) -> LakeResolver {
    do throws(CatalogError) {
      return LakeResolver(
        runner.workspace, transaction: nil, pinned: try lake.catalog.snapshot(id: snapshot))
    } catch {
      throw QueryError(error)
    }
  }

  /// The statement's settings without a point of knowledge: all points are looked at.
  private func settings() throws(QueryError) -> StatementSettings {
    var settings = try runner.settings
    settings.knowledge = nil
    return settings
  }

  /// Whether a version surely left the rows of the business date as they were.
  private func isUntouched(
    _ version: TableVersion, _ date: BusinessDatePoint?
  ) throws(QueryError) -> Bool {
    if ChangeFeed.keepsRows(version), version.operation == Compactor.operation { return true }
    guard let day = ProofDates.literal(date) else { return false }
    do throws(CatalogError) {
      let changed = try lake.catalog.dateChanges(
        of: version.tableID, after: version.version - 1, upTo: version.version)
      let metadata = try lake.catalog.metadata(of: version.tableID, version: version.version)
      return metadata?.version != version.version && !changed.contains { $0.date == day }
    } catch {
      throw QueryError(error)
    }
  }

  private func value(_ query: BoundQuery, _ type: DataType) throws(QueryError) -> State {
    let rows = try Batch.joined(try runner.planRunner.collect(query.plan), schema: query.schema)
    guard rows.rowCount < 2 else {
      throw QueryError(
        .constraint, "the condition takes several rows, which have no one value",
        help: "narrow WHERE to one row, or write an aggregate such as SUM(…)",
        at: history.filter?.range ?? history.measure.range)
    }
    guard rows.rowCount == 1 else { return .none }
    let value = rows.columns[0].value(0)
    if value.isNull { return .value(.null) }
    return .value(
      query.schema[0].type == type ? value : Coercion.constant(value, to: type) ?? .null)
  }

  // MARK: The result

  private func batch(
    _ entries: [Entry], _ type: DataType, _ subject: Subject, _ date: BusinessDatePoint?
  ) throws(QueryError) -> Batch {
    let differences = Amount.type(ofDifferences: type)
    var rows = RowBuilder([
      ("valid_from", .timestamp), ("valid_until", .timestamp), ("value", type),
      ("difference", differences ?? .string), ("version", .int64), ("run", .int64),
      ("snapshot", .int64), ("actor", .string), ("operation", .string), ("reason", .string),
    ])
    let book = try RunBook(lake, of: subject.record)
    for (index, entry) in entries.enumerated() {
      let next = index + 1 < entries.count ? entries[index + 1].snapshot : nil
      var difference = Value.null
      if let differences, index > 0,
        let now = Amount.widened(entry.state.value, to: differences),
        let before = Amount.widened(entries[index - 1].state.value, to: differences)
      {
        difference = try Amount.difference(now, before)
      }
      let run = entry.version.flatMap { book.run(ofVersion: $0) }
      let commit = book.commit(entry.snapshot.id)
      var reason = book.reason(
        of: entry.snapshot.id, run, ProofDates.literal(date).map { [$0] } ?? [])
      if entry.state == .unreadable { reason = "not readable any more: VACUUM took its files" }
      if entry.state == .none { reason = "no row" + (reason.map { ": " + $0 } ?? "") }
      rows.append([
        .time(entry.snapshot.timeMicroseconds), next.map { .time($0.timeMicroseconds) } ?? .null,
        entry.state.value, difference, entry.version.map { .int64($0) } ?? .null,
        run.map { .int64($0.id) } ?? .null, .int64(entry.snapshot.id), .text(commit?.actor),
        .text(commit?.operation), .text(reason),
      ])
    }
    return rows.batch
  }
}

extension QueryError {
  /// Whether a version cannot be read because its files were removed.
  var isVacuumed: Bool { reason == .time && message.contains("vacuum") }
}
