import Columnar
import FileStorage
import LakeCatalog
import MaterializedViews
import QueryEngine
import QueryLanguage

// CREATE MATERIALIZED VIEW and REFRESH.

extension StatementRunner {
  /// Registers the view and makes the empty table of its rows; the first refresh fills it.
  func createMaterializedView(_ create: CreateMaterializedView) throws(QueryError) -> String {
    guard create.name.parts.count == 2 else {
      throw QueryError(
        .name, "a view is made in a schema",
        help: "write CREATE MATERIALIZED VIEW gold.\(create.name.dotted) …", at: create.name.range)
    }
    guard session.transaction == nil else {
      throw QueryError(
        .unsupported, "CREATE MATERIALIZED VIEW inside a transaction is not supported yet",
        at: create.name.range)
    }
    let lake = try workspace.lake(for: create.name)
    try checkSchedule(create, in: lake)
    if try exists(create.name, in: lake) {
      if create.ifNotExists { return "\(create.name.dotted) is there" }
      if create.orReplace { return try replaceMaterializedView(create, in: lake) }
      throw QueryError(
        .name, "there is a table or view \(create.name.dotted) already",
        help: "CREATE OR REPLACE MATERIALIZED VIEW gives a view another definition",
        at: create.name.range)
    }
    let bound = try Binder.bind(create.query, resolver: resolver(), settings: StatementSettings())
    try checkNames(bound.schema, at: create.name.range)
    try checkStrict(create, bound)
    // The output is declared like a table, so that queries find its business date and key.
    let declaration = CreateTable(
      name: create.name, businessDate: create.businessDate,
      key: create.keyedBy.isEmpty ? nil : KeyClause(columns: create.keyedBy))
    var state = try newTable(declaration, schema: bound.schema, in: lake)
    var definition = create
    definition.orReplace = false
    definition.ifNotExists = false
    state.definition.sql = SyntaxPrinter.text(of: Statement(.createMaterializedView(definition)))
    var staged = StagedChange()
    staged.operation = "CREATE MATERIALIZED VIEW"
    state.staged = staged
    do throws(FileError) { try lake.store.makeDirectory(directory(of: state, in: lake)) } catch {
      throw QueryError(error)
    }
    let committer = session.committer(lake)
    var commit = committer.prepare(
      [state], operation: "CREATE MATERIALIZED VIEW", statement: text)
    commit.views = [
      ViewRecord(
        schema: state.definition.schema, name: state.definition.name, sql: state.definition.sql,
        definitionHash: try ViewDefinition(create).hash, outputTable: state.name,
        lineage: QueryLineage.edges(of: bound))
    ]
    let outcome = try committer.commit(commit)
    return "created materialized view \(state.name) (snapshot \(outcome.snapshot.id)); "
      + "REFRESH MATERIALIZED VIEW \(state.name) fills it"
  }

  /// Calendars are not asked for: their days can be loaded after the views are defined.
  private func checkSchedule(
    _ create: CreateMaterializedView, in lake: Lake
  ) throws(QueryError) {
    _ = try ViewSchedule(
      try ViewDefinition(create),
      zone: { name throws(QueryError) in try ZoneFiles.rules(name, in: lake.store) },
      holidays: { _ throws(QueryError) in [] })
  }

  func checkNames(_ schema: Schema, at range: SourceRange) throws(QueryError) {
    var seen: Set<String> = []
    for name in schema.names where !seen.insert(name.lowercased()).inserted {
      throw QueryError(
        .name, "two columns of the view are named \"\(name)\"", help: "name one with AS",
        at: range)
    }
  }

  func refresh(_ refresh: Refresh) throws(QueryError) -> String {
    var dates: [CalendarDate] = []
    if let written = refresh.date {
      let bound = try Binder.bind(written, over: Schema([]), resolver: resolver())
      guard let value = bound.constant,
        case .date(let date)? = Coercion.constant(value, to: .date)
      else { throw QueryError(.type, "FOR DATE takes a date", at: written.range) }
      dates = [date]
    }
    let outcome: Outcome
    do throws(LakeError) {
      outcome = try ViewCommands(session).refresh(
        [refresh.view.dotted], dates: dates, force: false
      ) { _ in }
    } catch {
      throw QueryError(.source, error.message, help: error.help, at: refresh.view.range)
    }
    if outcome.verdict != nil {
      throw QueryError(
        .constraint, outcome.lines.joined(separator: "; "), at: refresh.view.range)
    }
    return outcome.lines.joined(separator: "; ")
  }
}
