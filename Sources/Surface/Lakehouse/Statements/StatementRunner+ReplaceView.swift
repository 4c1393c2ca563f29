import Columnar
import DeltaLake
import FileStorage
import LakeCatalog
import MaterializedViews
import QueryEngine
import QueryLanguage

// CREATE OR REPLACE MATERIALIZED VIEW: another definition for a view that keeps its table and runs.

extension StatementRunner {
  /// The rows stay until the next refresh, which rebuilds all of them; except where the columns are
  /// others: then the table has none until then.
  func replaceMaterializedView(
    _ create: CreateMaterializedView, in lake: Lake
  ) throws(QueryError) -> String {
    var definition = create
    definition.orReplace = false
    definition.ifNotExists = false
    let sql = SyntaxPrinter.text(of: Statement(.createMaterializedView(definition)))
    let (known, old) = try replaced(create.name, in: lake)
    if known.sql == sql { return "\(known.qualifiedName) is so already" }
    let bound = try Binder.bind(create.query, resolver: resolver(), settings: StatementSettings())
    try checkNames(bound.schema, at: create.name.range)
    try checkStrict(create, bound)
    try checkCircle(known.qualifiedName, bound, in: lake, at: create.name.range)
    let declaration = CreateTable(
      name: create.name, businessDate: create.businessDate,
      key: create.keyedBy.isEmpty ? nil : KeyClause(columns: create.keyedBy))
    var next = try newTable(declaration, schema: bound.schema, in: lake)
    let isSame =
      next.shape.schema.names == old.shape.schema.names
      && next.shape.schema.fields.map(\.type) == old.shape.schema.fields.map(\.type)
      && next.definition.businessDate == old.definition.businessDate
      && next.definition.calendar == old.definition.calendar
      && next.definition.key == old.definition.key
    let committer = session.committer(lake)
    var states: [TableState] = []
    if !isSame {
      next.definition.path = old.definition.path
      next.definition.schema = old.definition.schema
      next.definition.name = old.definition.name
      next.definition.sql = sql
      var metadata = next.shape.metadata
      metadata.id = old.shape.metadata.id
      metadata.createdTime = old.shape.metadata.createdTime
      next.shape = TableShape(metadata: metadata, schema: next.shape.schema)
      (next.record, next.version, next.snapshot) = (old.record, old.version, old.snapshot)
      next.isRedefined = true
      next.staged = try emptied(old, in: lake)
      states = [next]
    }
    var commit = committer.prepare(
      states, operation: "CREATE OR REPLACE MATERIALIZED VIEW", statement: text)
    var record = known
    record.sql = sql
    record.definitionHash = try ViewDefinition(create).hash
    record.lineage = QueryLineage.edges(of: bound)
    commit.views = [record]
    let outcome = try committer.commit(commit)
    return "replaced materialized view \(known.qualifiedName) (snapshot \(outcome.snapshot.id)); "
      + (isSame
        ? "its rows stay until the next refresh, which rebuilds all of them"
        : "its columns are others: it is empty until the next refresh")
  }

  /// The view of that name as it is now, with its table.
  private func replaced(
    _ name: QualifiedName, in lake: Lake
  ) throws(QueryError) -> (ViewRecord, TableState) {
    let key = name.dotted.lowercased()
    let found: ViewRecord?
    do throws(CatalogError) {
      found = try lake.catalog.views(at: try workspace.statementSnapshot(of: lake).id).first {
        $0.qualifiedName.lowercased() == key && !$0.outputTable.isEmpty
      }
      if let found {
        return (found, try resolver().committedState(name, nil, in: lake))
      }
    } catch {
      throw QueryError(error, at: name.range)
    }
    throw QueryError(
      .name, "\(name.dotted) is there and is no materialized view",
      help: "DROP it first, or take another name", at: name.range)
  }

  private func emptied(_ old: TableState, in lake: Lake) throws(QueryError) -> StagedChange {
    var change = StagedChange()
    change.operation = "CREATE OR REPLACE MATERIALIZED VIEW"
    change.isBlindAppend = false
    for file in try LakeTableSource(old, in: lake).dataFiles(dates: nil) {
      change.removed[file.path] = file
      change.rowsRemoved += file.rows
      for (date, count) in try FileDates.counts(of: file, old, in: lake) {
        change.dates[date, default: .init()].removed += count
      }
    }
    return change
  }

  /// INCREMENTAL STRICT promises what only a view that is rebuilt by date or from changes can hold.
  func checkStrict(
    _ create: CreateMaterializedView, _ bound: BoundQuery
  ) throws(QueryError) {
    guard create.isStrict,
      case .allDates(let why) = Locality(
        of: bound, businessDate: create.businessDate?.column.text)
    else { return }
    if Locality.followsChanges(bound) { return }
    throw QueryError(
      .unsupported, "INCREMENTAL STRICT: this view cannot be rebuilt by date: \(why)",
      help: "keep the business date through the query, or leave INCREMENTAL STRICT out",
      at: create.name.range)
  }

  private func checkCircle(
    _ name: String, _ bound: BoundQuery, in lake: Lake, at range: SourceRange
  ) throws(QueryError) {
    var reads: [String: Set<String>] = [:]
    do throws(CatalogError) {
      for view in try lake.catalog.views(at: try workspace.statementSnapshot(of: lake).id)
      where !view.outputTable.isEmpty {
        reads[view.qualifiedName] = Set(view.lineage.map(\.inputTable))
      }
    } catch {
      throw QueryError(error)
    }
    reads[name] = Set(bound.reads.map(\.name))
    do throws(QueryError) { _ = try ViewGraph(reads: reads) } catch {
      throw QueryError(error.reason, error.message, help: error.help, at: range)
    }
  }
}
