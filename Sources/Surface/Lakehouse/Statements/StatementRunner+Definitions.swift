import Columnar
import FileStorage
import LakeCatalog
import QueryEngine
import QueryLanguage

// CREATE and DROP of hierarchies and measures: versioned and audited as views are.

extension StatementRunner {
  func createHierarchy(_ create: CreateHierarchy) throws(QueryError) -> String {
    let checked = try Binder.checked(create, resolver: resolver(), settings: try settings)
    var stored = checked
    stored.orReplace = false
    return try keep(
      .hierarchy, create.name, orReplace: create.orReplace, .createHierarchy(stored),
      on: checked.table)
  }

  func createMeasure(_ create: CreateMeasure) throws(QueryError) -> String {
    let checked = try Binder.checked(create, resolver: resolver(), settings: try settings)
    var stored = checked
    stored.orReplace = false
    return try keep(
      .measure, create.name, orReplace: create.orReplace, .createMeasure(stored),
      on: checked.table ?? QualifiedName([]))
  }

  private func keep(
    _ kind: DefinitionKind, _ name: Identifier, orReplace: Bool, _ statement: Statement.Kind,
    on table: QualifiedName
  ) throws(QueryError) -> String {
    try refuseDefinitionInTransaction("CREATE \(kind.word.uppercased())")
    let lake = try workspace.lake(for: table)
    if !orReplace, try find(kind, name, in: lake) != nil {
      throw QueryError(
        .name, "there is a \(kind.word) \"\(name.text)\" already",
        help: "CREATE OR REPLACE \(kind.word.uppercased()) changes it", at: name.range)
    }
    let sql = SyntaxPrinter.text(of: Statement(statement))
    let record = ViewRecord(
      schema: kind.rawValue, name: name.key, sql: sql, definitionHash: SHA256.digest(sql),
      outputTable: "",
      lineage: [LineageEdge(outputColumn: nil, inputTable: table.dotted, inputColumn: nil)])
    let committer = session.committer(lake)
    var commit = committer.prepare(
      [], operation: "CREATE \(kind.word.uppercased())", statement: text)
    commit.views = [record]
    _ = try committer.commit(commit)
    return "created \(kind.word) \(name.text)"
  }

  func drop(_ kind: DefinitionKind, _ drop: Drop) throws(QueryError) -> String {
    try refuseDefinitionInTransaction("DROP \(kind.word.uppercased())")
    let lake = try workspace.lake(for: drop.name)
    guard let known = try find(kind, drop.name.name, in: lake) else {
      if drop.ifExists { return "\(drop.name.dotted) is not there" }
      let names = try definitions(kind, in: lake).map(\.name)
      throw QueryError(
        .name, "there is no \(kind.word) \"\(drop.name.dotted)\"",
        help: Suggestion.nearest(to: drop.name.name.key, among: names).map {
          "did you mean \"\($0)\"?"
        } ?? (names.isEmpty ? nil : "there are \(names.joined(separator: ", "))"),
        at: drop.name.range)
    }
    let committer = session.committer(lake)
    var commit = committer.prepare(
      [], operation: "DROP \(kind.word.uppercased())", statement: text)
    commit.droppedViews = [known.qualifiedName]
    _ = try committer.commit(commit)
    return "dropped \(kind.word) \(drop.name.dotted)"
  }

  private func find(
    _ kind: DefinitionKind, _ name: Identifier, in lake: Lake
  ) throws(QueryError) -> ViewRecord? {
    try definitions(kind, in: lake).first { $0.name == name.key }
  }

  private func definitions(
    _ kind: DefinitionKind, in lake: Lake
  ) throws(QueryError) -> [ViewRecord] {
    do throws(CatalogError) {
      return try lake.catalog.definitions(at: try lake.catalog.head().id).filter {
        $0.schema == kind.rawValue
      }
    } catch {
      throw QueryError(error)
    }
  }

  private func refuseDefinitionInTransaction(_ what: String) throws(QueryError) {
    guard session.transaction != nil else { return }
    throw QueryError(
      .unsupported, "\(what) inside a transaction is not supported yet",
      help: "COMMIT or ROLLBACK first", at: statement.range)
  }
}

extension DefinitionKind {
  var word: String {
    switch self {
    case .hierarchy: "hierarchy"
    case .measure: "measure"
    }
  }
}

/// Stored definitions, parsed.
enum DefinitionText {
  static func definitions(_ records: [ViewRecord]) throws(CatalogError) -> Definitions {
    var result = Definitions()
    for record in records {
      switch (try? SyntaxParser.statement(in: record.sql))?.kind {
      case .createHierarchy(let hierarchy): result.hierarchies.append(hierarchy)
      case .createMeasure(let measure): result.measures.append(measure)
      default:
        throw .corrupted("the definition of '\(record.name)' cannot be parsed")
      }
    }
    return result
  }
}

/// `system.hierarchies` and `system.measures`.
enum DefinitionTables {
  static func hierarchies(
    at snapshot: LakeSnapshot, in lake: Lake
  ) throws(CatalogError) -> Batch {
    var rows = RowBuilder([
      ("name", .string), ("table", .string), ("levels", .string), ("valid_from", .string),
      ("valid_to", .string), ("definition", .string), ("since_snapshot", .int64),
    ])
    for record in try lake.catalog.definitions(at: snapshot.id) {
      guard let hierarchy = try DefinitionText.definitions([record]).hierarchies.first else {
        continue
      }
      let levels: String
      switch hierarchy.shape {
      case .levels(let names): levels = names.map(\.text).joined(separator: " > ")
      case .parentChild(let key, let parent): levels = "key \(key.text), parent \(parent.text)"
      }
      rows.append([
        .string(hierarchy.name.text), .string(hierarchy.table.dotted), .string(levels),
        .text(hierarchy.validFrom?.text), .text(hierarchy.validTo?.text), .string(record.sql),
        .int64(record.beginSnapshot),
      ])
    }
    return rows.batch
  }

  static func measures(at snapshot: LakeSnapshot, in lake: Lake) throws(CatalogError) -> Batch {
    var rows = RowBuilder([
      ("name", .string), ("table", .string), ("expression", .string), ("additivity", .string),
      ("unit", .string), ("format", .string), ("definition", .string), ("since_snapshot", .int64),
    ])
    for record in try lake.catalog.definitions(at: snapshot.id) {
      guard let measure = try DefinitionText.definitions([record]).measures.first else { continue }
      rows.append([
        .string(measure.name.text), .text(measure.table?.dotted),
        .string(SyntaxPrinter.text(of: measure.expression)), .string(measure.additivityName),
        .text(measure.unit?.text), .text(measure.format?.text), .string(record.sql),
        .int64(record.beginSnapshot),
      ])
    }
    return rows.batch
  }
}
