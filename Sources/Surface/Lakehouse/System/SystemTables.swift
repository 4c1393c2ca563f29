import Columnar
import FileStorage
import LakeCatalog
import QueryEngine
import QueryLanguage

/// The tables of schema `system`: what the catalog knows, as ordinary tables to a query.
enum SystemTables {
  static let names = [
    "adjustments", "audit", "branches", "breaches", "calculators", "checks", "columns", "days",
    "files", "hierarchies", "history", "ingests", "limits", "lineage", "measures", "quarantine",
    "runs", "signatures", "snapshots", "tables", "tags", "views",
  ]

  /// The system table of that name, as known at a snapshot.
  static func table(
    _ name: Identifier, at snapshot: LakeSnapshot, in lake: Lake, range: SourceRange
  ) throws(QueryError) -> PinnedTable {
    let found: Batch?
    do throws(CatalogError) { found = try rows(name.key, at: snapshot, in: lake) } catch {
      throw QueryError(error, at: range)
    }
    guard let batch = found else {
      throw QueryError(
        .name, "there is no system table \"system.\(name.text)\"",
        help: Suggestion.nearest(to: name.key, among: names).map { "did you mean system.\($0)?" }
          ?? "there are \(names.joined(separator: ", "))", at: range)
    }
    return PinnedTable(
      name: "system.\(name.key)", source: MemoryTable(schema: batch.schema, batches: [batch]),
      snapshot: snapshot.id)
  }

  private static func rows(
    _ name: String, at snapshot: LakeSnapshot, in lake: Lake
  ) throws(CatalogError) -> Batch? {
    switch name {
    case "tables": try tables(at: snapshot, in: lake)
    case "columns": try columns(at: snapshot, in: lake)
    case "files": try files(at: snapshot, in: lake)
    case "snapshots", "audit": try history(lake, upTo: snapshot)
    case "history": try tableHistory(at: snapshot, in: lake)
    case "ingests": try ingests(at: snapshot, in: lake)
    case "quarantine": try quarantine(at: snapshot, in: lake)
    case "checks": try checks(at: snapshot, in: lake)
    case "hierarchies": try DefinitionTables.hierarchies(at: snapshot, in: lake)
    case "measures": try DefinitionTables.measures(at: snapshot, in: lake)
    case "views": try views(at: snapshot, in: lake)
    case "lineage": try lineage(at: snapshot, in: lake)
    case "runs": try runs(at: snapshot, in: lake)
    case "tags": try tags(lake)
    case "branches": try Branches(lake: lake).batch()
    case "calculators": CalculatorTable.all()
    case "limits": try ControlTables.limits(at: snapshot, in: lake)
    case "breaches": try ControlTables.breaches(at: snapshot, in: lake)
    case "signatures": try ControlTables.signatures(at: snapshot, in: lake)
    case "adjustments": try ControlTables.adjustments(at: snapshot, in: lake)
    case "days": try ControlTables.days(at: snapshot, in: lake)
    default: nil
    }
  }

  private static func tables(
    at snapshot: LakeSnapshot, in lake: Lake
  ) throws(CatalogError) -> Batch {
    var rows = RowBuilder([
      ("schema", .string), ("name", .string), ("mode", .string), ("business_date", .string),
      ("calendar", .string), ("key", .string), ("feed", .string), ("version", .int64),
      ("rows", .int64), ("files", .int64), ("bytes", .int64), ("changed_at", .timestamp),
    ])
    for table in try lake.catalog.tables(at: snapshot.id) {
      let definition = table.definition
      guard let version = try lake.catalog.version(of: table.id, at: snapshot.id) else { continue }
      let files = try lake.catalog.files(of: table, version: version.version)
      rows.append([
        .string(definition.schema), .string(definition.name), .string(definition.mode.rawValue),
        .text(definition.businessDate), .text(definition.calendar),
        .text(definition.key.isEmpty ? nil : definition.key.joined(separator: ", ")),
        .text(definition.feed), .int64(version.version),
        .int64(files.reduce(0) { $0 + $1.file.rows }), .int64(Int64(files.count)),
        .int64(files.reduce(0) { $0 + $1.file.bytes }), .time(version.timeMicroseconds),
      ])
    }
    return rows.batch
  }

  private static func columns(
    at snapshot: LakeSnapshot, in lake: Lake
  ) throws(CatalogError) -> Batch {
    var rows = RowBuilder([
      ("schema", .string), ("table", .string), ("position", .int32), ("name", .string),
      ("type", .string), ("nullable", .boolean),
    ])
    for table in try lake.catalog.tables(at: snapshot.id) {
      guard let version = try lake.catalog.version(of: table.id, at: snapshot.id) else { continue }
      let shape = try lake.schemas.shape(of: table, version: version.version, in: lake.catalog)
      for (position, field) in shape.schema.fields.enumerated() {
        rows.append([
          .string(table.definition.schema), .string(table.definition.name),
          .int32(Int32(position + 1)), .string(field.name), .string(field.type.sqlName),
          .boolean(field.isNullable),
        ])
      }
    }
    return rows.batch
  }

  private static func files(
    at snapshot: LakeSnapshot, in lake: Lake
  ) throws(CatalogError) -> Batch {
    var rows = RowBuilder([
      ("schema", .string), ("table", .string), ("path", .string), ("rows", .int64),
      ("bytes", .int64), ("first_date", .date), ("last_date", .date), ("since_version", .int64),
      ("sha256", .string),
    ])
    for table in try lake.catalog.tables(at: snapshot.id) {
      guard let version = try lake.catalog.version(of: table.id, at: snapshot.id) else { continue }
      for file in try lake.catalog.files(of: table, version: version.version) {
        rows.append([
          .string(table.definition.schema), .string(table.definition.name),
          .string(table.definition.path + "/" + file.file.path), .int64(file.file.rows),
          .int64(file.file.bytes), .day(file.file.dates?.lowerBound),
          .day(file.file.dates?.upperBound), .int64(file.beginVersion),
          .string(file.file.sha256.hex),
        ])
      }
    }
    return rows.batch
  }

  private static func history(
    _ lake: Lake, upTo snapshot: LakeSnapshot
  ) throws(CatalogError) -> Batch {
    var rows = RowBuilder([
      ("snapshot", .int64), ("time", .timestamp), ("actor", .string), ("operation", .string),
      ("statement", .string), ("statement_hash", .string), ("reason", .string),
      ("message", .string), ("rows_added", .int64), ("rows_removed", .int64),
      ("previous_hash", .string), ("hash", .string),
    ])
    for row in try lake.catalog.history().reversed() where row.snapshot <= snapshot.id {
      rows.append([
        .int64(row.snapshot), .time(row.timeMicroseconds), .string(row.actor),
        .string(row.operation), .text(row.statement), .text(row.statementHash?.hex),
        .text(row.reason), .text(row.message), .int64(row.rowsAdded), .int64(row.rowsRemoved),
        .string(row.previousHash.hex), .string(row.hash.hex),
      ])
    }
    return rows.batch
  }

  private static func tableHistory(
    at snapshot: LakeSnapshot, in lake: Lake
  ) throws(CatalogError) -> Batch {
    var rows: [Batch] = []
    for table in try lake.catalog.tables(at: snapshot.id) {
      rows.append(try TableHistory.batch(of: table, upTo: snapshot, in: lake))
    }
    do throws(ColumnOverflow) {
      return try Batch.concatenate(rows, schema: TableHistory.schema)
    } catch {
      throw .invalid("\(error.message); \(ColumnOverflow.help)")
    }
  }

  private static func ingests(
    at snapshot: LakeSnapshot, in lake: Lake
  ) throws(CatalogError) -> Batch {
    var rows = RowBuilder([
      ("snapshot", .int64), ("feed", .string), ("region", .string), ("arrival_date", .date),
      ("path", .string), ("rows", .int64), ("rejected", .int64), ("sha256", .string),
    ])
    for file in try lake.catalog.ingests(at: snapshot.id) {
      rows.append([
        .int64(file.snapshot), .string(file.feed), .string(file.region), .day(file.pathDate),
        .string(file.path), .int64(file.rows), .int64(file.rejected), .string(file.sha256.hex),
      ])
    }
    return rows.batch
  }

  private static func quarantine(
    at snapshot: LakeSnapshot, in lake: Lake
  ) throws(CatalogError) -> Batch {
    var rows = RowBuilder([
      ("snapshot", .int64), ("feed", .string), ("file", .string), ("line", .int64),
      ("column", .string), ("rule", .string), ("reason", .string), ("raw_text", .string),
    ])
    for row in try lake.catalog.quarantine(at: snapshot.id) {
      rows.append([
        .int64(row.snapshot), .string(row.feed), .string(row.file), .int64(row.line),
        .text(row.column), .string(row.rule), .string(row.reason), .string(row.rawText),
      ])
    }
    return rows.batch
  }

  private static func checks(
    at snapshot: LakeSnapshot, in lake: Lake
  ) throws(CatalogError) -> Batch {
    var rows = RowBuilder([
      ("snapshot", .int64), ("subject", .string), ("name", .string), ("status", .string),
      ("business_date", .date), ("rows_checked", .int64), ("rows_failed", .int64),
      ("score", .double), ("detail", .string),
    ])
    for check in try lake.catalog.checks(at: snapshot.id) {
      rows.append([
        .int64(check.snapshot), .string(check.subject), .string(check.name),
        .string(check.status), .day(check.businessDate), .int64(check.rowsChecked),
        .int64(check.rowsFailed), check.score.map { .double($0) } ?? .null, .string(check.detail),
      ])
    }
    return rows.batch
  }

  private static func views(
    at snapshot: LakeSnapshot, in lake: Lake
  ) throws(CatalogError) -> Batch {
    var rows = RowBuilder([
      ("schema", .string), ("name", .string), ("materialized", .boolean), ("definition", .string),
      ("definition_hash", .string), ("since_snapshot", .int64),
    ])
    for view in try lake.catalog.views(at: snapshot.id) {
      rows.append([
        .string(view.schema), .string(view.name), .boolean(!view.outputTable.isEmpty),
        .string(view.sql), .string(view.definitionHash.hex), .int64(view.beginSnapshot),
      ])
    }
    return rows.batch
  }

  private static func lineage(
    at snapshot: LakeSnapshot, in lake: Lake
  ) throws(CatalogError) -> Batch {
    var rows = RowBuilder([
      ("view", .string), ("output_column", .string), ("input_table", .string),
      ("input_column", .string),
    ])
    for view in try lake.catalog.views(at: snapshot.id) {
      for edge in view.lineage {
        rows.append([
          .string(view.qualifiedName), .text(edge.outputColumn), .string(edge.inputTable),
          .text(edge.inputColumn),
        ])
      }
    }
    return rows.batch
  }

  private static func runs(
    at snapshot: LakeSnapshot, in lake: Lake
  ) throws(CatalogError) -> Batch {
    var rows = RowBuilder([
      ("run", .int64), ("view", .string), ("status", .string), ("started", .timestamp),
      ("finished", .timestamp), ("input_snapshot", .int64), ("snapshot", .int64),
      ("dates", .string), ("rows", .int64), ("content_hash", .string),
      ("definition_hash", .string), ("engine", .string), ("methods", .string),
      ("parameters", .string), ("checks", .string), ("message", .string),
    ])
    for run in try lake.catalog.runs().reversed() where run.snapshot <= snapshot.id {
      rows.append([
        .int64(run.id), .string(run.view), .string(run.status), .time(run.startedMicroseconds),
        .time(run.finishedMicroseconds), .int64(run.inputSnapshot), .int64(run.snapshot),
        .string(run.dates.map(\.description).joined(separator: ", ")), .int64(run.rowCount),
        .text(run.contentHash?.hex), .string(run.definitionHash.hex), .string(run.engineVersion),
        .string(run.methods), .string(run.parameters), .string(run.checks), .string(run.message),
      ])
    }
    return rows.batch
  }

  private static func tags(_ lake: Lake) throws(CatalogError) -> Batch {
    var rows = RowBuilder([
      ("name", .string), ("snapshot", .int64), ("created", .timestamp),
      ("retain_until", .timestamp),
    ])
    for tag in try lake.catalog.tags() {
      rows.append([
        .string(tag.name), .int64(tag.snapshot), .time(tag.createdMicroseconds),
        tag.retainUntilMicroseconds.map { .time($0) } ?? .null,
      ])
    }
    return rows.batch
  }
}

extension Value {
  static func text(_ text: String?) -> Value { text.map { .string($0) } ?? .null }
  static func day(_ date: CalendarDate?) -> Value { date.map { .date($0) } ?? .null }
  static func time(_ microseconds: Int64) -> Value {
    .timestamp(Timestamp(microseconds: microseconds))
  }
}
