import Columnar
import QueryEngine

/// Finds, among rows that went and rows that came, those of one key: these changed.
struct RowPairing {
  let gone: Batch
  let come: Batch
  let schema: Schema
  /// Empty for a table without a KEY: nothing pairs then.
  let keys: [Int]

  struct Result {
    var removed: Batch
    var added: Batch
    var before: Batch
    var after: Batch
    /// For each pair the columns that differ, joined by commas.
    var changes: [String]
  }

  func paired(_ runner: PlanRunner) throws(QueryError) -> Result {
    guard !keys.isEmpty, gone.rowCount > 0, come.rowCount > 0 else {
      return Result(
        removed: gone, added: come, before: .empty(schema), after: .empty(schema), changes: [])
    }
    let left = MemoryTable(schema: schema, batches: [gone])
    let right = MemoryTable(schema: schema, batches: [come])
    func alone(_ a: MemoryTable, _ b: MemoryTable) throws(QueryError) -> Batch {
      try Batch.joined(
        try runner.collect(KeyedJoin.plan(.anti, a, b, keys: keys)), schema: schema)
    }
    let both = try pairs(left, right, runner)
    let width = schema.count
    return Result(
      removed: try alone(left, right), added: try alone(right, left),
      before: both.part(0..<width, schema), after: both.part(width..<2 * width, schema),
      changes: changes(in: both))
  }

  /// Both rows of each key, and for each column whether it differs.
  private func pairs(
    _ left: MemoryTable, _ right: MemoryTable, _ runner: PlanRunner
  ) throws(QueryError) -> Batch {
    func scan(_ source: MemoryTable) -> LogicalPlan {
      .scan(
        ScanNode(
          table: PinnedTable(name: "rows", source: source), columns: Array(0..<schema.count)))
    }
    let join = LogicalPlan.join(
      JoinNode(
        kind: .inner, left: scan(left), right: scan(right),
        keys: keys.map { key in
          JoinNode.Key(
            left: .column(key, schema[key].type), right: .column(key, schema[key].type),
            nullsMatch: true)
        }))
    let width = schema.count
    var columns: [ProjectedExpression] = []
    for position in 0..<2 * width {
      let field = schema[position % width]
      columns.append(ProjectedExpression("c\(position)", .column(position, field.type)))
    }
    for position in 0..<width {
      let type = schema[position].type
      columns.append(
        ProjectedExpression(
          "d\(position)",
          .isDistinct(.column(position, type), .column(width + position, type), negated: false)))
    }
    let plan = LogicalPlan.sort(
      .project(join, columns),
      keys.map {
        SortKey(.column($0, schema[$0].type), isDescending: false, nullsFirst: false)
      })
    return try Batch.joined(try runner.collect(plan), schema: plan.schema)
  }

  private func changes(in pairs: Batch) -> [String] {
    let width = schema.count
    let differs = (0..<width).map { pairs.columns[2 * width + $0].storage.boolean }
    return (0..<pairs.rowCount).map { row in
      differs.indices.filter { differs[$0]?[row] ?? false }.map { schema[$0].name }
        .joined(separator: ", ")
    }
  }
}

extension RowPairing.Result {
  /// All rows under their kind: those removed, the pairs, those added.
  func table(_ schema: Schema) throws(QueryError) -> Batch {
    let kinds = ["removed", "before", "after", "added"]
    let pairs = changes.count
    var codes = [Int32](repeating: 0, count: removed.rowCount)
    codes += (0..<2 * pairs).map { Int32(1 + $0 % 2) }
    codes += [Int32](repeating: 3, count: added.rowCount)
    var texts: [String] = [""]
    var known: [String: Int32] = [:]
    var changed = [Int32](repeating: 0, count: removed.rowCount)
    for text in changes {
      let code = known[text] ?? Int32(texts.count)
      if known.updateValue(code, forKey: text) == nil { texts.append(text) }
      changed += [code, code]
    }
    changed += [Int32](repeating: 0, count: added.rowCount)
    let inner = before.schema
    let order = (0..<Int32(pairs)).flatMap { [$0, $0 + Int32(pairs)] }
    let turns = try Batch.joined([before, after], schema: inner).take(order)
    let rows = try Batch.joined([removed, turns, added], schema: inner)
    return Batch(
      schema: schema,
      columns: [
        Column(.string, .string(StringColumn(values: StringValues(kinds), codes: codes))),
        Column(.string, .string(StringColumn(values: StringValues(texts), codes: changed))),
      ] + rows.columns, rowCount: rows.rowCount)
  }
}

extension Batch {
  /// Some of the columns, as those of a schema.
  fileprivate func part(_ range: Range<Int>, _ schema: Schema) -> Batch {
    Batch(schema: schema, columns: Array(columns[range]), rowCount: rowCount)
  }
}
