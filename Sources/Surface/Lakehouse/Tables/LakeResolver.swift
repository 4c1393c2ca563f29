import Columnar
import LakeCatalog
import QueryEngine
import QueryLanguage
import RiskCalculators
import Synchronization

/// Resolves the names of one statement: every reference without a pin sees one lake snapshot.
final class LakeResolver: TableResolver {
  private let workspace: Workspace
  /// What the statement's open transaction has changed.
  private let transaction: Transaction?
  /// The snapshot of references without a pin; nil takes the head when it is first asked for.
  private let pinned: LakeSnapshot?
  /// Whether `known` is used.
  private let remembers: Bool
  /// Tables as committed at `pinned`, by name.
  private let known = Mutex<[String: TableState]>([:])

  /// - Parameter remembers: For many statements at one pinned snapshot.
  init(
    _ workspace: Workspace, transaction: Transaction?, pinned: LakeSnapshot? = nil,
    remembers: Bool = false
  ) {
    self.workspace = workspace
    self.transaction = transaction
    self.pinned = pinned ?? transaction?.snapshot
    self.remembers = remembers && self.pinned != nil
  }

  // MARK: TableResolver

  func resolve(
    _ name: QualifiedName, knownAt point: ResolvedKnowledge?
  ) throws(QueryError) -> ResolvedTable {
    guard name.parts.count <= 2 else {
      throw QueryError(
        .name, "\"\(name.dotted)\" has too many parts", help: "a table is named schema.table",
        at: name.range)
    }
    let lake = try workspace.lake(for: name)
    if name.parts.count == 2, name.parts[0].key == "system" {
      let at = try snapshot(of: point, in: lake, at: name.range)
      return .table(
        try SystemTables.table(name.name, at: at, in: lake, range: name.range))
    }
    if let state = transaction?.state(named: name), point == nil {
      return .table(pinnedTable(state, in: lake))
    }
    do throws(CatalogError) {
      let state = try committedState(name, point, in: lake)
      return .table(pinnedTable(state, in: lake))
    } catch {
      if case .unknownTable = error, let view = try plainView(name, point, in: lake) {
        return view
      }
      throw QueryError(error, at: name.range)
    }
  }

  func file(_ path: String, at range: SourceRange) throws(QueryError) -> PinnedTable {
    try ForeignTables.file(path, workspace: workspace, at: range)
  }

  func reader(_ call: ReaderCall) throws(QueryError) -> PinnedTable? {
    if call.name == "changes" {
      return try ChangeFeed(workspace: workspace, resolver: self).table(for: call)
    }
    if call.name == "diff" {
      return try TableDiff.table(for: call, workspace: workspace, resolver: self)
    }
    return try ForeignTables.reader(call, workspace: workspace)
  }

  func tableFunction(named name: String) -> (any TableFunction)? {
    Calculators.all.first { $0.name == name }
  }

  var tableFunctionNames: [String] {
    (Calculators.all.map(\.name) + ForeignTables.readerNames + ["changes", "diff"]).sorted()
  }

  func definitions(knownAt point: ResolvedKnowledge?) throws(QueryError) -> Definitions {
    // A table that is named without a lake is told by its own reference.
    guard let lake = try? workspace.lake() else { return .none }
    do throws(CatalogError) {
      let snapshot = try snapshot(of: point, in: lake)
      return try DefinitionText.definitions(try lake.catalog.definitions(at: snapshot.id))
    } catch {
      throw QueryError(error)
    }
  }

  // MARK: States

  /// The snapshot that references without a pin see.
  func currentSnapshot(in lake: Lake) throws(CatalogError) -> LakeSnapshot {
    if let pinned { return pinned }
    return try workspace.statementSnapshot(of: lake)
  }

  /// The table of that name as committed, at a point of knowledge.
  func committedState(
    _ name: QualifiedName, _ point: ResolvedKnowledge?, in lake: Lake
  ) throws(CatalogError) -> TableState {
    if remembers, point == nil {
      let key = name.parts.map(\.text).joined(separator: "\0")
      if let state = known.withLock({ $0[key] }) { return state }
      let state = try lookedUp(name, point, in: lake)
      known.withLock { $0[key] = state }
      return state
    }
    return try lookedUp(name, point, in: lake)
  }

  private func lookedUp(
    _ name: QualifiedName, _ point: ResolvedKnowledge?, in lake: Lake
  ) throws(CatalogError) -> TableState {
    let schema = name.parts.count == 2 ? name.parts[0].text : nil
    let catalog = lake.catalog
    switch point {
    case .version(let number):
      let head = try currentSnapshot(in: lake)
      let record = try catalog.table(schema: schema, name: name.name.text, at: head.id)
      let version = try catalog.version(number, of: record)
      return try state(record, at: version, in: lake)
    case .tableTimestamp(let time):
      let head = try currentSnapshot(in: lake)
      let record = try catalog.table(schema: schema, name: name.name.text, at: head.id)
      let version = try catalog.version(of: record, atMicroseconds: time.microseconds)
      return try state(record, at: version, in: lake)
    default:
      let snapshot = try self.snapshot(of: point, in: lake)
      let record = try catalog.table(schema: schema, name: name.name.text, at: snapshot.id)
      guard let version = try catalog.version(of: record.id, at: snapshot.id) else {
        throw .corrupted("'\(record.qualifiedName)' has no version at snapshot \(snapshot.id)")
      }
      // Without a pin the newest rows are asked for, and those are not known.
      if point == nil, let fault = workspace.importFault(of: record.id) {
        throw .commitContent(table: record.qualifiedName, fault)
      }
      return try state(record, version: version.version, snapshot: snapshot.id, in: lake)
    }
  }

  /// A table at one of its versions, declared as it was then.
  func state(
    _ record: TableRecord, at version: TableVersion, in lake: Lake
  ) throws(CatalogError) -> TableState {
    let then = try lake.catalog.table(id: record.id, at: version.snapshot) ?? record
    return try state(then, version: version.version, snapshot: version.snapshot, in: lake)
  }

  private func state(
    _ record: TableRecord, version: Int64, snapshot: Int64, in lake: Lake
  ) throws(CatalogError) -> TableState {
    workspace.leases.hold(snapshot)
    return TableState(
      record: record, definition: record.definition, version: version, snapshot: snapshot,
      shape: try lake.schemas.shape(of: record, version: version, in: lake.catalog), staged: nil)
  }

  /// The lake snapshot that a point of knowledge means.
  func snapshot(
    of point: ResolvedKnowledge?, in lake: Lake
  ) throws(CatalogError) -> LakeSnapshot {
    let catalog = lake.catalog
    switch point {
    case nil, .version, .tableTimestamp: return try currentSnapshot(in: lake)
    case .timestamp(let time): return try catalog.snapshot(atMicroseconds: time.microseconds)
    case .tag(let name): return try catalog.snapshot(id: try catalog.tag(name).snapshot)
    case .snapshot(let id): return try catalog.snapshot(id: id)
    case .run(let id):
      guard let run = try catalog.run(id: id) else {
        throw .invalid("there is no run \(id); `tarn runs` lists them")
      }
      return try catalog.snapshot(id: run.inputSnapshot)
    case .reported(let date):
      guard let seal = try catalog.seal(of: date) else {
        throw .invalid("business date \(date) is not closed, so nothing was reported for it yet")
      }
      return try catalog.snapshot(id: seal.snapshot)
    }
  }

  private func snapshot(
    of point: ResolvedKnowledge?, in lake: Lake, at range: SourceRange
  ) throws(QueryError) -> LakeSnapshot {
    do throws(CatalogError) {
      return try snapshot(of: point, in: lake)
    } catch {
      throw QueryError(error, at: range)
    }
  }

  private func plainView(
    _ name: QualifiedName, _ point: ResolvedKnowledge?, in lake: Lake
  ) throws(QueryError) -> ResolvedTable? {
    do throws(CatalogError) {
      let snapshot = try self.snapshot(of: point, in: lake)
      let views = try lake.catalog.views(at: snapshot.id).filter { view in
        view.outputTable.isEmpty && name.name.matches(view.name)
          && (name.parts.count == 1 || name.parts[0].matches(view.schema))
      }
      guard views.count <= 1 else {
        throw CatalogError.ambiguousTable(
          name: name.dotted, candidates: views.map(\.qualifiedName))
      }
      guard let view = views.first else { return nil }
      guard let query = ViewText.query(of: view.sql) else {
        throw CatalogError.corrupted("the view '\(view.qualifiedName)' cannot be parsed")
      }
      return .view(name: view.qualifiedName, query: query, text: view.sql)
    } catch {
      throw QueryError(error, at: name.range)
    }
  }

  // MARK: Pinned tables

  func pinnedTable(_ state: TableState, in lake: Lake) -> PinnedTable {
    let source = LakeTableSource(state, in: lake)
    var dated: BusinessDateColumn?
    if let column = state.businessDateColumn {
      let calendar = state.definition.calendar
      dated = BusinessDateColumn(
        column: column, calendar: calendar ?? "weekends",
        dates: { () throws(QueryError) in try BusinessDates.dates(of: state, in: lake) },
        holidays: { () throws(QueryError) in
          try BusinessDates.holidays(of: calendar, resolver: self, in: lake)
        })
    }
    return PinnedTable(
      name: state.name, source: source, businessDate: dated, version: version(of: state),
      snapshot: state.snapshot)
  }
}

extension LakeResolver {
  /// What the history will call the state: a staged change that read the table is committed as the
  /// version after its base or not at all, an append as whatever version is next by then.
  private func version(of state: TableState) -> Int64? {
    guard state.record != nil else { return nil }
    guard let staged = state.staged else { return state.version }
    return staged.isBlindAppend ? nil : state.version + 1
  }
}

/// The query inside a stored `CREATE VIEW` or `CREATE MATERIALIZED VIEW`.
enum ViewText {
  static func query(of statement: String) -> Query? {
    switch (try? SyntaxParser.statement(in: statement))?.kind {
    case .createView(let view): view.namedQuery
    case .createMaterializedView(let view): view.query
    default: nil
    }
  }
}
