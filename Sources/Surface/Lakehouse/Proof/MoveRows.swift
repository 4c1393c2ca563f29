import Columnar
import LakeCatalog
import QueryEngine

/// What became of the rows of a table between the two ends of a move, by key.
struct MoveRows {
  let before: MemoryTable
  /// Rows whose key the beginning does not have.
  let new: [Batch]
  /// The beginning's rows whose key the end has too, and the end's.
  let kept: [Batch]
  let amended: [Batch]
  let newCount: Int
  let cancelledCount: Int
  let amendedCount: Int

  /// Nil where rows have no key, or other columns than before.
  init?(
    _ before: MemoryTable, _ after: MemoryTable, key state: TableState, runner: PlanRunner
  ) throws(QueryError) {
    let schema = after.schema
    let keys = state.definition.key.compactMap { schema.index(of: $0) }
    guard !keys.isEmpty, keys.count == state.definition.key.count, before.schema == schema else {
      return nil
    }
    self.before = before
    func joined(
      _ kind: JoinKind, _ left: MemoryTable, _ right: MemoryTable
    ) throws(QueryError) -> [Batch] {
      try runner.collect(KeyedJoin.plan(kind, left, right, keys: keys))
    }
    new = try joined(.anti, after, before)
    kept = try joined(.semi, before, after)
    amended = try joined(.semi, after, before)
    newCount = MoveRows.count(new)
    cancelledCount = MoveRows.count(before.batches) - MoveRows.count(kept)
    amendedCount = MoveRows.count(
      try MoveRows.difference(
        MemoryTable(schema: schema, batches: amended), MemoryTable(schema: schema, batches: kept),
        runner))
  }

  private static func count(_ batches: [Batch]) -> Int { batches.reduce(0) { $0 + $1.rowCount } }

  /// How many rows one has and the other lacks, both ways.
  static func changed(
    _ before: MemoryTable, _ after: MemoryTable, _ runner: PlanRunner
  ) throws(QueryError) -> Int {
    guard before.schema == after.schema else { return max(1, after.rowCount ?? 1) }
    return count(try difference(after, before, runner))
      + count(try difference(before, after, runner))
  }

  private static func difference(
    _ left: MemoryTable, _ right: MemoryTable, _ runner: PlanRunner
  ) throws(QueryError) -> [Batch] {
    func scan(_ table: MemoryTable) -> LogicalPlan {
      .scan(
        ScanNode(
          table: PinnedTable(name: "rows", source: table),
          columns: Array(0..<table.schema.count)))
    }
    return try runner.collect(
      .setOperation(SetOperationNode(kind: .exceptAll, left: scan(left), right: scan(right))))
  }

  static func scan(_ state: TableState, resolver: LakeResolver, _ lake: Lake) -> LogicalPlan {
    let table = resolver.pinnedTable(state, in: lake)
    return .scan(ScanNode(table: table, columns: Array(0..<table.source.schema.count)))
  }
}

extension MemoryTable {
  /// With another date in the business date's column.
  func redated(_ column: Int?, _ date: CalendarDate?) -> MemoryTable {
    guard let column, let date else { return self }
    let moved = batches.map { batch in
      var columns = batch.columns
      columns[column] = Column(
        .date, .int32([Int32](repeating: date.days, count: batch.rowCount)))
      return Batch(schema: batch.schema, columns: columns, rowCount: batch.rowCount)
    }
    return MemoryTable(schema: schema, batches: moved)
  }
}
