import Columnar
import DeltaLake
import LakeCatalog
import QueryEngine
import QueryLanguage

// CREATE OR REPLACE TABLE: another declaration and other rows for a table that keeps its history.

extension StatementRunner {
  func replaceTable(_ create: CreateTable, in lake: Lake) throws(QueryError) -> String {
    let old = try target(create.name, in: lake, verb: "replaced")
    guard let record = old.record, old.staged == nil, !old.isRedefined else {
      throw QueryError(
        .unsupported, "\(old.name) has changes of this transaction and cannot be replaced",
        help: "COMMIT first", at: create.name.range)
    }
    let bound = try create.namedQuery.map { query throws(QueryError) in
      try Binder.bind(query, resolver: resolver(), settings: try settings)
    }
    var next = try newTable(create, schema: try schema(of: create, bound), in: lake)
    try refuseBrokenViews(old, next, lake, at: create.name.range)
    (next.definition.schema, next.definition.name) = (old.definition.schema, old.definition.name)
    next.definition.path = old.definition.path
    var metadata = next.shape.metadata
    metadata.id = old.shape.metadata.id
    metadata.createdTime = old.shape.metadata.createdTime
    next.shape = TableShape(metadata: metadata, schema: next.shape.schema)
    let contract = try TableContract(
      next.definition, schema: next.shape.schema, resolver: resolver())
    var change = StagedChange()
    if let bound, let query = create.namedQuery {
      // The rows meet none of the old ones: `next` has no version yet.
      change = try rows(
        of: bound, Insert(table: create.name, query: query), as: next, contract, in: lake)
    }
    do throws(QueryError) {
      try remove(all: old, record, from: &change, in: lake)
    } catch {
      next.staged = change
      lake.discardStaged(next)
      throw error
    }
    change.operation = "CREATE OR REPLACE TABLE" + (bound == nil ? "" : " AS SELECT")
    change.isBlindAppend = false
    (next.record, next.version, next.snapshot) = (record, old.version, old.snapshot)
    next.isRedefined = true
    next.staged = change
    return try store(
      [next], operation: "CREATE OR REPLACE TABLE",
      message: "replaced table \(next.name): \(change.rowsAdded) rows for \(change.rowsRemoved)",
      in: lake)
  }

  private func remove(
    all old: TableState, _ record: TableRecord, from change: inout StagedChange, in lake: Lake
  ) throws(QueryError) {
    for file in try LakeTableSource(old, in: lake).dataFiles(dates: nil) {
      change.removed[file.path] = file
      change.rowsRemoved += file.rows
    }
    guard old.businessDateColumn != nil else { return }
    do throws(CatalogError) {
      for day in try lake.catalog.dates(of: record.id, version: old.version) {
        change.dates[day.date, default: .init()].removed += day.rows
      }
    } catch {
      throw QueryError(error)
    }
  }

  /// Columns that stay what they are break no view.
  private func refuseBrokenViews(
    _ old: TableState, _ new: TableState, _ lake: Lake, at range: SourceRange
  ) throws(QueryError) {
    for (position, field) in old.shape.schema.fields.enumerated()
    where !new.shape.schema.fields.contains(where: {
      $0.name == field.name && $0.type == field.type
    }) {
      try ColumnReaders.refuse(old, position, "replaced", lake, at: range)
    }
  }
}
