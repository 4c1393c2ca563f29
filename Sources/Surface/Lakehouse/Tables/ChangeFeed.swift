import Columnar
import LakeCatalog
import QueryEngine
import QueryLanguage

/// `changes('schema.table', a, b)`: the rows that came and went after `a`, up to and including `b`.
///
/// `a` and `b` are versions of the table, or tags of the lake as text. Columns: `_change_type`
/// (`insert`, `delete`, `update_preimage`, `update_postimage`), `_commit_version`, `_commit_time`,
/// then the table's. A row that a commit only moved to another file did not change. With a KEY the
/// two sides of an update are told from an insert beside a delete.
struct ChangeFeed {
  let workspace: Workspace
  let resolver: LakeResolver

  func table(for call: ReaderCall) throws(QueryError) -> PinnedTable {
    guard call.named.isEmpty, call.positional.count == 3,
      case .string(let text) = call.positional[0]
    else {
      throw QueryError(
        .type, "changes takes a table's name and two versions or tags",
        help: "write changes('silver.positions', 11, 12)", at: call.range)
    }
    let name = QualifiedName(
      text.split(separator: ".").map { Identifier(String($0), range: call.range) },
      range: call.range)
    guard (1...2).contains(name.parts.count) else {
      throw QueryError(.name, "'\(text)' is no table's name", at: call.range)
    }
    let lake = try workspace.lake(for: name)
    do throws(CatalogError) {
      let head = try resolver.committedState(name, nil, in: lake)
      guard let record = head.record else { throw CatalogError.invalid("not committed yet") }
      let first = try version(call.positional[1], of: record, in: lake)
      let last = try version(call.positional[2], of: record, in: lake)
      guard first <= last else {
        throw CatalogError.invalid("changes: version \(first) comes after version \(last)")
      }
      var batches: [Batch] = []
      let lineage = try ColumnLineage(record, upTo: head.version, in: lake)
      for number in (first + 1)..<(last + 1) {
        batches += try changes(in: number, of: record, head: head, lineage, lake)
      }
      return PinnedTable(
        name: "changes(\(record.qualifiedName), \(first), \(last))",
        source: MemoryTable(schema: ChangeFeed.schema(of: head.shape.schema), batches: batches),
        version: last)
    } catch {
      throw QueryError(error, at: call.range)
    }
  }

  static func schema(of table: Schema) -> Schema {
    Schema(
      [
        Field("_change_type", .string), Field("_commit_version", .int64),
        Field("_commit_time", .timestamp),
      ] + table.fields)
  }

  private func version(
    _ value: Value, of record: TableRecord, in lake: Lake
  ) throws(CatalogError) -> Int64 {
    switch value {
    // Before the first version there was nothing.
    case .int32(-1), .int64(-1): return -1
    case .int32(let number): return try lake.catalog.version(Int64(number), of: record).version
    case .int64(let number): return try lake.catalog.version(number, of: record).version
    case .string(let tag):
      let snapshot = try lake.catalog.tag(tag).snapshot
      guard let version = try lake.catalog.version(of: record.id, at: snapshot) else {
        throw .invalid("'\(record.qualifiedName)' did not exist at tag '\(tag)'")
      }
      return version.version
    default: throw .invalid("changes takes versions (numbers) or tags (text)")
    }
  }

  /// The changes of one commit, deletes before inserts, each side in file order.
  ///
  /// They are found in the columns that the commit left behind, and told in the newest columns.
  private func changes(
    in number: Int64, of record: TableRecord, head: TableState, _ lineage: ColumnLineage,
    _ lake: Lake
  ) throws(CatalogError) -> [Batch] {
    let version = try lake.catalog.version(number, of: record)
    if ChangeFeed.keepsRows(version) { return [] }
    let sides = VersionPair(record, from: number - 1, to: number, in: lake)
    guard let (removed, added) = try sides.differingFiles(lineage, resolver) else { return [] }
    do throws(QueryError) {
      let runner = workspace.runner(threads: nil, memoryLimit: nil)
      let gone = try runner.collect(difference(removed, added))
      let come = try runner.collect(difference(added, removed))
      let keys = try sides.keys()
      let types = try label(gone, come, schema: removed.schema, keys: keys, runner)
      let schema = ChangeFeed.schema(of: head.shape.schema)
      var batches: [Batch] = []
      for (type, batch) in types {
        var newest = [batch]
        if let columns = lineage.expressions(from: number, to: head.version) {
          newest = try runner.collect(.project(.values(batch), columns))
        }
        batches += newest.map { ChangeFeed.labelled($0, type, version, schema: schema) }
      }
      return batches
    } catch {
      throw .commitContent(table: record.qualifiedName, error)
    }
  }

  /// Whether a commit only moved rows to other files or other columns.
  static func keepsRows(_ version: TableVersion) -> Bool {
    let isUpkeep =
      version.operation == Compactor.operation || version.operation == StagedChange.alteration
    return isUpkeep && version.rowsAdded == 0 && version.rowsRemoved == 0
  }

  private func difference(_ left: LogicalPlan, _ right: LogicalPlan) -> LogicalPlan {
    .setOperation(SetOperationNode(kind: .exceptAll, left: left, right: right))
  }

  /// Rows with the kind of change each is.
  private func label(
    _ gone: [Batch], _ come: [Batch], schema: Schema, keys: [Int], _ runner: PlanRunner
  ) throws(QueryError) -> [(String, Batch)] {
    guard !keys.isEmpty, !gone.isEmpty, !come.isEmpty else {
      return gone.map { ("delete", $0) } + come.map { ("insert", $0) }
    }
    func matched(
      _ kind: JoinKind, _ left: [Batch], _ right: [Batch]
    ) throws(QueryError) -> [Batch] {
      try runner.collect(
        KeyedJoin.plan(
          kind, MemoryTable(schema: schema, batches: left),
          MemoryTable(schema: schema, batches: right), keys: keys))
    }
    return try matched(.anti, gone, come).map { ("delete", $0) }
      + matched(.semi, gone, come).map { ("update_preimage", $0) }
      + matched(.semi, come, gone).map { ("update_postimage", $0) }
      + matched(.anti, come, gone).map { ("insert", $0) }
  }

  private static func labelled(
    _ batch: Batch, _ type: String, _ version: TableVersion, schema: Schema
  ) -> Batch {
    let count = batch.rowCount
    let zeros = [Int32](repeating: 0, count: count)
    let columns: [Column] = [
      Column(.string, .string(StringColumn(values: StringValues([type]), codes: zeros))),
      Column(.int64, .int64([Int64](repeating: version.version, count: count))),
      Column(.timestamp, .int64([Int64](repeating: version.timeMicroseconds, count: count))),
    ]
    return Batch(schema: schema, columns: columns + batch.columns, rowCount: count)
  }
}

/// Joins of two tables of one schema on some of its columns.
enum KeyedJoin {
  /// Rows of `left` with (`semi`) or without (`anti`) a row of equal keys in `right`.
  static func plan(
    _ kind: JoinKind, _ left: any TableSource, _ right: any TableSource, keys: [Int],
    residual: BoundExpression? = nil, leftColumns: [Int]? = nil
  ) -> LogicalPlan {
    func scan(_ source: any TableSource, _ columns: [Int]) -> LogicalPlan {
      .scan(ScanNode(table: PinnedTable(name: "rows", source: source), columns: columns))
    }
    let all = Array(0..<left.schema.count)
    let allRight = Array(0..<right.schema.count)
    return .join(
      JoinNode(
        kind: kind, left: scan(left, leftColumns ?? all), right: scan(right, allRight),
        keys: keys.map { key in
          let position = (leftColumns ?? all).firstIndex(of: key) ?? key
          return JoinNode.Key(
            left: .column(position, left.schema[key].type),
            right: .column(key, right.schema[key].type), nullsMatch: true)
        },
        residual: residual))
  }
}
