import Columnar

/// Common tables that have been computed; one a statement.
final class CommonResults {
  var pipelines: [Int: Pipeline] = [:]
}

// Common tables and recursion.

extension PipelineBuilder {
  /// Steps of one recursive query, against those that never end.
  private static let stepsMax = 10_000

  func common(_ node: CommonNode, _ types: [DataType]) throws(QueryError) -> Pipeline {
    if let known = commonResults.pipelines[node.id] { return known }
    let rows = try materialized(try pipeline(for: node.plan), "the common table \(node.name)")
    commonResults.pipelines[node.id] = rows
    return rows
  }

  func working(_ node: WorkingNode, _ types: [DataType]) throws(QueryError) -> Pipeline {
    guard let rows = workingRows[node.id] else {
      throw QueryError(
        .unsupported, "a recursive query cannot hand its own rows to a calculator")
    }
    return PipelineBuilder.memoryPipeline(rows, types)
  }

  func recursive(_ node: RecursiveNode, _ types: [DataType]) throws(QueryError) -> Pipeline {
    let what = "the recursive table \(node.name)"
    let seen = node.isAll ? nil : SeenRows(types)
    let anchor = try gatherAll(try pipeline(for: node.anchor), what)
    var holds = [anchor.hold]
    var current = try new(anchor.chunks, seen)
    var all = current
    var steps = 0
    while !current.isEmpty {
      steps += 1
      guard steps <= PipelineBuilder.stepsMax else {
        throw QueryError(
          .unsupported,
          "the recursive table \(node.name) has not ended after \(PipelineBuilder.stepsMax) steps",
          help: "UNION instead of UNION ALL stops at rows that were there before")
      }
      try context.checkCancelled()
      var inner = self
      inner.workingRows[node.id] = current
      // What was computed of the rows of the step before is not what these give.
      for id in node.step.commonsReadingWorkingRows { commonResults.pipelines[id] = nil }
      let step = try gatherAll(try inner.pipeline(for: node.step), what)
      holds.append(step.hold)
      current = try new(step.chunks, seen)
      all += current
    }
    return try withExtendedLifetime(holds) { () throws(QueryError) in
      let hold = MemoryHold(memory)
      holds = []
      try hold.set(all.reduce(0) { $0 + $1.byteCount }, what)
      return PipelineBuilder.memoryPipeline(all, types, hold)
    }
  }

  private func new(_ chunks: [Chunk], _ seen: SeenRows?) throws(QueryError) -> [Chunk] {
    var result: [Chunk] = []
    for chunk in chunks where chunk.rowCount > 0 {
      guard let seen else {
        result.append(chunk)
        continue
      }
      let rows = try seen.add(chunk)
      if !rows.isEmpty { result.append(chunk.take(rows)) }
    }
    return result
  }
}

/// The rows that a UNION has given so far.
private final class SeenRows {
  private let table: KeyTable
  private var isSeen: [Bool] = []

  init(_ types: [DataType]) { table = KeyTable(types) }

  /// The rows of the chunk that are new, the first of equals.
  func add(_ chunk: Chunk) throws(QueryError) -> [Int32] {
    let numbers = try table.insert(
      chunk.columns, rowCount: chunk.rowCount, position: { Int64($0) })
    var flags = isSeen
    flags += [Bool](repeating: false, count: max(0, table.count - flags.count))
    var rows: [Int32] = []
    for (row, number) in numbers.enumerated() where !flags[Int(number)] {
      flags[Int(number)] = true
      rows.append(Int32(row))
    }
    isSeen = flags
    return rows
  }
}

extension LogicalPlan {
  /// Common tables in it whose rows differ from step to step of a recursion.
  fileprivate var commonsReadingWorkingRows: Set<Int> {
    var found = inputs.reduce(into: Set<Int>()) { $0.formUnion($1.commonsReadingWorkingRows) }
    if case .common(let node) = self, node.plan.readsWorkingRows { found.insert(node.id) }
    return found
  }
}
