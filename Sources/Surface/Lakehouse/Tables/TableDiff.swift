import Columnar
import LakeCatalog
import QueryEngine

/// What lies between two versions of a table: its columns, and its rows by key.
///
/// Columns of `rows`: `_change` (`removed`, `before`, `after`, `added`), `_changed` (the names of the
/// columns that differ between `before` and `after`), then the later version's. Rows that are equal
/// in all columns did not change, whatever files they are in. Without a KEY a changed row is one
/// removed and one added.
struct TableDiff {
  let record: TableRecord
  let from: TableVersion
  let to: TableVersion
  let columns: [ColumnDifference]
  let rows: Batch
  let rowsAdded: Int
  let rowsRemoved: Int
  let rowsChanged: Int
  private let dateColumn: Int?

  /// - Parameter date: Rows of this business date only; all when nil.
  /// - Complexity: Reads the files that one of the versions does not have.
  init(
    _ record: TableRecord, from: TableVersion, to: TableVersion, date: CalendarDate? = nil,
    resolver: LakeResolver, in lake: Lake, runner: PlanRunner
  ) throws(QueryError) {
    self.record = record
    self.from = from
    self.to = to
    let pair = VersionPair(record, from: from.version, to: to.version, in: lake)
    let state: TableState
    let sides: (removed: LogicalPlan, added: LogicalPlan)?
    do throws(CatalogError) {
      state = try resolver.state(record, at: to, in: lake)
      let lineage = try ColumnLineage(record, upTo: max(from.version, to.version), in: lake)
      columns = lineage.differences(from: from.version, to: to.version)
      sides = try pair.differingFiles(lineage, resolver)
    } catch {
      throw QueryError(error)
    }
    dateColumn = state.businessDateColumn
    let schema = state.shape.schema
    guard let sides else {
      rows = .empty(TableDiff.schema(of: schema))
      (rowsAdded, rowsRemoved, rowsChanged) = (0, 0, 0)
      return
    }
    func filtered(_ plan: LogicalPlan) -> LogicalPlan {
      guard let date, let dateColumn = state.businessDateColumn else { return plan }
      return .filter(
        plan, .comparison(.equal, .column(dateColumn, .date), .constant(.date(date), .date)))
    }
    let removed = filtered(sides.removed)
    let added = filtered(sides.added)
    let keys = try pair.keys()
    let parts = RowPairing(
      gone: try TableDiff.difference(removed, added, schema, keys, runner),
      come: try TableDiff.difference(added, removed, schema, keys, runner), schema: schema,
      keys: keys)
    let paired = try parts.paired(runner)
    rowsRemoved = paired.removed.rowCount
    rowsAdded = paired.added.rowCount
    rowsChanged = paired.changes.count
    rows = try paired.table(TableDiff.schema(of: schema))
  }

  static func schema(of table: Schema) -> Schema {
    Schema([Field("_change", .string), Field("_changed", .string)] + table.fields)
  }

  /// The rows of the one that the other lacks, in the order of their keys.
  private static func difference(
    _ left: LogicalPlan, _ right: LogicalPlan, _ schema: Schema, _ keys: [Int],
    _ runner: PlanRunner
  ) throws(QueryError) -> Batch {
    let plan = LogicalPlan.setOperation(
      SetOperationNode(kind: .exceptAll, left: left, right: right))
    let order = keys + schema.fields.indices.filter { !keys.contains($0) }
    let sorted = LogicalPlan.sort(
      plan,
      order.filter { schema[$0].type.hasOrder }.map {
        SortKey(.column($0, schema[$0].type), isDescending: false, nullsFirst: false)
      })
    return try Batch.joined(try runner.collect(sorted), schema: schema)
  }

  /// One line a business date: rows added, removed and changed (under the date they have now).
  func byDate() -> Batch {
    var counts: [Int32?: [Int64]] = [:]
    let kinds = rows.columns[0]
    for row in 0..<rows.rowCount {
      guard case .string(let kind) = kinds.value(row),
        let place = ["added", "removed", "after"].firstIndex(of: kind)
      else { continue }
      var day: Int32?
      if let dateColumn, case .date(let date) = rows.columns[dateColumn + 2].value(row) {
        day = date.days
      }
      counts[day, default: [0, 0, 0]][place] += 1
    }
    var table = RowBuilder([
      ("business_date", .date), ("added", .int64), ("removed", .int64), ("changed", .int64),
    ])
    for day in counts.keys.sorted(by: { ($0 ?? .max) < ($1 ?? .max) }) {
      let count = counts[day] ?? [0, 0, 0]
      table.append(
        [day.map { .date(CalendarDate(days: $0)) } ?? .null] + count.map { .int64($0) })
    }
    return table.batch
  }

  /// One line a column that differs.
  func columnTable() -> Batch {
    var table = RowBuilder([
      ("change", .string), ("column", .string), ("before", .string), ("after", .string),
    ])
    for column in columns {
      table.append([
        .string(column.kind), .string((column.after ?? column.before)?.name ?? ""),
        column.before.map { .string(TableDiff.text($0)) } ?? .null,
        column.after.map { .string(TableDiff.text($0)) } ?? .null,
      ])
    }
    return table.batch
  }

  private static func text(_ field: Field) -> String {
    "\(field.name) \(field.type.sqlName)\(field.isNullable ? "" : " NOT NULL")"
  }

  var sentences: [String] {
    let head =
      "\(record.qualifiedName) from version \(from.version) (snapshot \(from.snapshot)) to "
      + "\(to.version) (snapshot \(to.snapshot)): \(rowsAdded) rows added, \(rowsRemoved) removed, "
      + "\(rowsChanged) changed"
    return [head]
      + columns.map { column in
        switch (column.before, column.after) {
        case (nil, let after?): "column added: \(TableDiff.text(after))"
        case (let before?, nil): "column dropped: \(TableDiff.text(before))"
        case (let before?, let after?):
          "column \(column.kind): \(TableDiff.text(before)) is \(TableDiff.text(after)) now"
        case (nil, nil): ""
        }
      }
  }
}

extension ColumnDifference {
  /// `added`, `dropped`, `renamed`, or `changed` (type or NOT NULL).
  var kind: String {
    guard let before else { return "added" }
    guard let after else { return "dropped" }
    return before.name == after.name ? "changed" : "renamed"
  }
}

extension DataType {
  fileprivate var hasOrder: Bool {
    switch self {
    case .list, .vector, .structure, .map: false
    default: true
    }
  }
}
