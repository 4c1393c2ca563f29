import Columnar
import DeltaLake
import FileStorage
import JSONText
import LakeCatalog
import QueryEngine
import QueryLanguage

// CREATE and DROP.

extension StatementRunner {
  func createSchema(_ create: CreateSchema) throws(QueryError) -> String {
    let lake = try workspace.lake(for: QualifiedName([create.name], range: create.name.range))
    let name = create.name.text
    try refuseSystem(create.name)
    let known: [String]
    do throws(CatalogError) {
      known = try lake.catalog.schemas(at: try lake.catalog.head().id)
    } catch {
      throw QueryError(error)
    }
    if known.contains(where: { $0.lowercased() == name.lowercased() }) {
      if create.ifNotExists { return "schema \(name) is there" }
      throw QueryError(.name, "there is a schema \(name) already", at: create.name.range)
    }
    if let transaction = session.transaction {
      if transaction.schemas.contains(where: { $0.lowercased() == name.lowercased() }) {
        if create.ifNotExists { return "schema \(name) is there" }
        throw QueryError(.name, "there is a schema \(name) already", at: create.name.range)
      }
      transaction.add(schema: name)
      return "created schema \(name), to be committed"
    }
    var commit = session.committer(lake).prepare([], operation: "CREATE SCHEMA", statement: text)
    commit.schemas = [name]
    _ = try session.committer(lake).commit(commit)
    return "created schema \(name)"
  }

  func refuseSystem(_ name: Identifier) throws(QueryError) {
    if name.key == "system" {
      throw QueryError(
        .readOnly, "schema \"system\" is the lake's own", help: "choose another schema",
        at: name.range)
    }
  }

  func createTable(_ create: CreateTable) throws(QueryError) -> String {
    guard create.name.parts.count == 2 else {
      throw QueryError(
        .name, "a table is made in a schema",
        help: "write CREATE TABLE silver.\(create.name.dotted)",
        at: create.name.range)
    }
    try refuseSystem(create.name.parts[0])
    let lake = try workspace.lake(for: create.name)
    if try exists(create.name, in: lake) {
      if create.ifNotExists { return "table \(create.name.dotted) is there" }
      if create.orReplace { return try replaceTable(create, in: lake) }
      throw QueryError(
        .name, "there is a table \(create.name.dotted) already",
        help: "CREATE TABLE IF NOT EXISTS lets it be, CREATE OR REPLACE TABLE gives it other rows",
        at: create.name.range)
    }
    var bound: BoundQuery?
    if let query = create.namedQuery {
      bound = try Binder.bind(query, resolver: resolver(), settings: try settings)
    }
    var state = try newTable(create, schema: try schema(of: create, bound), in: lake)
    let contract = try TableContract(
      state.definition, schema: state.shape.schema, resolver: resolver())
    do throws(FileError) { try lake.store.makeDirectory(directory(of: state, in: lake)) } catch {
      throw QueryError(error)
    }
    var message = "created table \(state.name)"
    if let bound, let query = create.namedQuery {
      do throws(QueryError) {
        state.staged = try rows(
          of: bound, Insert(table: create.name, query: query), as: state, contract, in: lake)
      } catch {
        lake.discardStaged(state)
        throw error
      }
      message += " with \(state.staged?.rowsAdded ?? 0) rows"
    } else {
      var staged = StagedChange()
      staged.operation = "CREATE TABLE"
      state.staged = staged
    }
    return try store([state], operation: "CREATE TABLE", message: message, in: lake)
  }

  /// The rows of `CREATE TABLE … AS SELECT`, written for the table that is made.
  func rows(
    of bound: BoundQuery, _ insert: Insert, as state: TableState, _ contract: TableContract,
    in lake: Lake
  ) throws(QueryError) -> StagedChange {
    let plan = try arranged(bound, insert, contract)
    let schema = state.shape.schema
    let writer = TableWriter(state, contract: contract, lake: lake, runner: planRunner)
    do throws(QueryError) {
      try planRunner.run(plan) { batch throws(QueryError) in
        try writer.write(Batch(schema: schema, columns: batch.columns, rowCount: batch.rowCount))
      }
    } catch {
      writer.abandonUnlessFinished()
      throw error
    }
    let change = try writer.finish(operation: "CREATE TABLE AS SELECT")
    guard let count = writer.gate?.quarantined.count, count > 0 else { return change }
    writer.abandon()
    throw QueryError(
      .constraint, "\(count) rows would go to quarantine",
      help: "CREATE TABLE first, then INSERT INTO \(state.name) SELECT …")
  }

  func directory(of state: TableState, in lake: Lake) -> String {
    lake.catalog.layout.table(state.definition.path)
  }

  func exists(_ name: QualifiedName, in lake: Lake) throws(QueryError) -> Bool {
    if session.transaction?.state(named: name) != nil { return true }
    do throws(QueryError) {
      _ = try resolver().resolve(name, knownAt: nil)
      return true
    } catch {
      if error.reason == .name { return false }
      throw error
    }
  }

  func schema(
    of create: CreateTable, _ bound: BoundQuery?
  ) throws(QueryError) -> Schema {
    if create.columns.isEmpty, let bound { return bound.schema }
    var fields: [Field] = []
    for column in create.columns {
      fields.append(
        Field(column.name.text, try DataType(column.type), isNullable: !column.isNotNull))
    }
    return Schema(fields)
  }

  /// The state of a table that is to be made, checked as far as its declaration goes.
  func newTable(
    _ create: CreateTable, schema: Schema, in lake: Lake
  ) throws(QueryError) -> TableState {
    if let fault = TableProfile.fault(in: DeltaSchema(schema)) {
      throw QueryError(.type, "table \(create.name.dotted): \(fault)", at: create.name.range)
    }
    if let clause = create.businessDate {
      try check(clause.column, in: schema, for: "BUSINESS DATE")
      guard let position = schema.index(of: clause.column.text), schema[position].type == .date
      else {
        throw QueryError(
          .type, "the business date \"\(clause.column.text)\" must be a date",
          at: clause.column.range)
      }
    }
    for column in create.key?.columns ?? [] { try check(column, in: schema, for: "KEY") }
    if let latestBy = create.key?.latestBy { try check(latestBy, in: schema, for: "LATEST BY") }
    let path: String
    do throws(CatalogError) {
      path = try lake.catalog.freePath(
        schema: create.name.parts[0].text, name: create.name.name.text)
    } catch {
      throw QueryError(error)
    }
    let definition = TableDefinition(
      schema: create.name.parts[0].text, name: create.name.name.text, path: path,
      mode: create.isOpen ? .open : .sealed, businessDate: create.businessDate?.column.text,
      calendar: create.businessDate?.calendar?.text,
      key: create.key?.columns.map(\.text) ?? [], latestBy: create.key?.latestBy?.text,
      feed: create.feed?.text,
      sql: SyntaxPrinter.text(of: Statement(.createTable(withoutQuery(create)))))
    return TableState(
      record: nil, definition: definition, version: -1, snapshot: 0,
      shape: TableMetadata.shape(
        name: definition.qualifiedName, schema, mode: definition.mode, clock: lake.clock))
  }

  private func withoutQuery(_ create: CreateTable) -> CreateTable {
    var declaration = create
    declaration.query = nil
    declaration.columnNames = []
    declaration.ifNotExists = false
    return declaration
  }

  private func check(
    _ column: Identifier, in schema: Schema, for clause: String
  ) throws(QueryError) {
    guard schema.fields.contains(where: { column.matches($0.name) }) else {
      throw QueryError(
        .name, "\(clause): there is no column \"\(column.text)\"",
        help: Suggestion.nearest(to: column.text, among: schema.names).map {
          "did you mean \"\($0)\"?"
        }, at: column.range)
    }
  }

  /// Commits the tables' changes, or leaves them to the open transaction.
  func store(
    _ tables: [TableState], operation: String, message: String, in lake: Lake
  ) throws(QueryError) -> String {
    if let transaction = session.transaction {
      for table in tables { transaction.put(table) }
      return message + ", to be committed"
    }
    let committer = session.committer(lake)
    let outcome = try committer.commit(
      committer.prepare(tables, operation: operation, statement: text))
    return message + " (snapshot \(outcome.snapshot.id))"
  }

  func drop(_ drop: Drop) throws(QueryError) -> String {
    if drop.kind == .hierarchy { return try self.drop(DefinitionKind.hierarchy, drop) }
    if drop.kind == .measure { return try self.drop(DefinitionKind.measure, drop) }
    let lake = try workspace.lake(for: drop.name)
    guard session.transaction == nil else {
      throw QueryError(.unsupported, "DROP inside a transaction is not supported yet")
    }
    let committer = session.committer(lake)
    var commit = committer.prepare(
      [], operation: "DROP \(drop.kind.rawValue)", statement: text)
    do throws(CatalogError) {
      let head = try lake.catalog.head()
      let schema = drop.name.parts.count == 2 ? drop.name.parts[0].text : nil
      switch drop.kind {
      case .table:
        let record = try lake.catalog.table(
          schema: schema, name: drop.name.name.text, at: head.id)
        let isView = try lake.catalog.views(at: head.id).contains {
          $0.outputTable == record.qualifiedName
        }
        if isView {
          throw CatalogError.invalid(
            "'\(record.qualifiedName)' is a materialized view: DROP MATERIALIZED VIEW takes it away"
          )
        }
        commit.droppedTables = [record.id]
      case .view, .materializedView:
        let views = try lake.catalog.views(at: head.id)
        let written = drop.name.dotted.lowercased()
        let found = views.filter { view in
          written == (schema == nil ? view.name : view.qualifiedName).lowercased()
        }
        if found.count > 1 {
          throw CatalogError.invalid(
            "DROP of '\(drop.name.dotted)' may mean "
              + found.map(\.qualifiedName).joined(separator: " or ") + ": write its schema")
        }
        guard let view = found.first else {
          throw CatalogError.unknownTable(
            name: drop.name.dotted, candidates: views.map(\.qualifiedName))
        }
        commit.droppedViews = [view.qualifiedName]
        if !view.outputTable.isEmpty {
          let record = try lake.catalog.table(schema: view.schema, name: view.name, at: head.id)
          commit.droppedTables = [record.id]
        }
      case .schema, .hierarchy, .measure:
        throw CatalogError.invalid("DROP \(drop.kind.rawValue) is not supported yet")
      }
    } catch {
      if drop.ifExists, case .unknownTable = error { return "\(drop.name.dotted) is not there" }
      throw QueryError(error, at: drop.name.range)
    }
    _ = try committer.commit(commit)
    return "dropped \(drop.kind.rawValue.lowercased()) \(drop.name.dotted)"
  }
}

/// Delta metadata of new tables.
enum TableMetadata {
  static func shape(
    name: String, _ schema: Schema, mode: LakeCatalog.TableMode = .sealed,
    clock: @Sendable () -> Int64
  ) -> TableShape {
    var generator = SystemRandomNumberGenerator()
    let words = [generator.next(), generator.next()].map(hexadecimal).joined()
    let id = uuid(words)
    let metadata = Metadata(
      id: id, name: name, schemaString: DeltaSchema(schema).text,
      createdTime: Timestamp(microseconds: clock()).milliseconds,
      configuration: TableProfile.configuration(mode == .open ? .open : .sealed))
    return TableShape(metadata: metadata, schema: schema)
  }

  /// 32 hexadecimal digits in the form of a version 4 UUID.
  private static func uuid(_ digits: String) -> String {
    var characters = Array(digits.utf8)
    characters[12] = UInt8(ascii: "4")
    characters[16] = UInt8(ascii: "a")
    let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
    return parts.map { String(decoding: characters[$0], as: UTF8.self) }.joined(separator: "-")
  }
}
