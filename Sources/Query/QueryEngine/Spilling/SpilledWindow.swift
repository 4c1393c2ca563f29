import Columnar

/// Windows over more rows than fit into memory: the rows are cut by the hash of their PARTITION BY,
/// and each part is computed by itself; the rows come out in the order of the input.
struct SpilledWindow: Sendable {
  private let spiller: Spiller
  private let types: [DataType]
  /// Calls of one PARTITION BY each, with their places in the node.
  private let steps: [(calls: [WindowCall], places: [Int])]
  private let inputTypes: [DataType]

  init(_ node: WindowNode, _ inputTypes: [DataType], types: [DataType], _ spiller: Spiller) {
    self.spiller = spiller
    self.types = types
    self.inputTypes = inputTypes
    var steps: [(calls: [WindowCall], places: [Int])] = []
    for (place, call) in node.calls.enumerated() {
      if let known = steps.firstIndex(where: {
        Set($0.calls[0].partitionBy) == Set(call.partitionBy)
      }) {
        steps[known].calls.append(call)
        steps[known].places.append(place)
      } else {
        steps.append(([call], [place]))
      }
    }
    self.steps = steps
  }

  func run(_ source: Pipeline) throws(QueryError) -> Pipeline {
    var current = source
    for step in steps { current = try run(step.calls, current) }
    // The calls stand by step; put them where the node has them.
    let order = steps.flatMap(\.places)
    let expressions =
      inputTypes.indices.map { BoundExpression.column($0, inputTypes[$0]) }
      + order.indices.map { place in
        let type = types[inputTypes.count + place]
        return .column(inputTypes.count + (order.firstIndex(of: place) ?? place), type)
      }
    return current.adding(
      ProjectStage(expressions: expressions, needed: nil), types: types)
  }

  private func run(_ calls: [WindowCall], _ source: Pipeline) throws(QueryError) -> Pipeline {
    var layout = RowLayout(keeping: source.types)
    for expression in calls[0].partitionBy { layout.hash(expression) }
    let (fixed, types) = (layout, source.types + calls.map(\.type))
    let partitions = try spiller.partitions(of: source, layout)
    let runs = try spiller.forEach(partitions.count) { part throws(QueryError) in
      try results(of: partitions[part], calls, fixed, types, 0)
    }
    return try spiller.pipeline(runs, keys: [RunKey(place: types.count)], types: types)
  }

  private func results(
    of partition: SpilledPartition, _ calls: [WindowCall], _ layout: RowLayout,
    _ types: [DataType], _ level: Int
  ) throws(QueryError) -> [SpillStream] {
    if partition.rowCount == 0 { return [] }
    let limit = spiller.partitionMemory.limit
    let bytes = partition.rawBytes * 2 + partition.rowCount * WindowOperator.bytesPerRow
    if bytes > limit {
      let parts =
        level + 1 < PartitionWriter.levelsMax && !calls[0].partitionBy.isEmpty
        ? try partition.cut(layout, level: level + 1, spiller) : []
      guard !parts.isEmpty, parts.allSatisfy({ $0.rowCount < partition.rowCount }) else {
        throw QueryError(
          .memory,
          "one partition of a window has \(partition.rowCount) rows, more than fit into the memory "
            + "limit of \(spiller.context.memoryLimit >> 20) MiB",
          help: "raise --memory-limit, or use a finer PARTITION BY")
      }
      var runs: [SpillStream] = []
      for part in parts { runs += try results(of: part, calls, layout, types, level + 1) }
      return runs
    }
    let all = try partition.load(layout.types)
    let computed = try WindowOperator(calls: calls, context: spiller.context).run(all)
    let count = types.count - calls.count
    return [
      try spiller.write(types + [.int64]) { writer, compressor throws(QueryError) in
        for chunk in computed {
          let columns =
            Array(chunk.columns.prefix(count)) + Array(chunk.columns.suffix(calls.count))
            + [chunk.columns[layout.positionPlace]]
          try writer.writeCut(Chunk(columns: columns, rowCount: chunk.rowCount), compressor)
        }
      }
    ]
  }
}
