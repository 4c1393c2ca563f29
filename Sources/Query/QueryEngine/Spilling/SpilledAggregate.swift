import Columnar

/// GROUP BY with more groups or larger states than fit into memory: the rows that the aggregate
/// reads are cut by the hash of their group, and the parts are aggregated one by one.
///
/// The states do not depend on the order of rows, and groups are put in the order of their first
/// row, so the result is that of the operator in memory to the bit.
struct SpilledAggregate: Sendable {
  let spiller: Spiller
  let types: [DataType]
  private let layout: RowLayout
  /// The aggregate over the columns on disk; one grouping set with all its groups.
  private let node: AggregateNode

  /// - Precondition: the node has one grouping set, with all its groups.
  init(_ node: AggregateNode, _ spiller: Spiller) {
    var layout = RowLayout(keeping: nil)
    var own = node
    for index in own.groups.indices {
      let expression = own.groups[index].expression
      layout.hash(expression)
      own.groups[index].expression = layout.column(of: expression)
    }
    for index in own.aggregates.indices {
      own.aggregates[index] = own.aggregates[index].mapped { layout.column(of: $0) }
    }
    self.node = own
    self.layout = layout
    self.spiller = spiller
    types = node.schema.fields.map(\.type)
  }

  func run(_ pipeline: Pipeline) throws(QueryError) -> Pipeline {
    let partitions = try spiller.partitions(of: pipeline, layout)
    let runs = try spiller.forEach(partitions.count) { part throws(QueryError) in
      try results(of: partitions[part], level: 0)
    }
    return try spiller.pipeline(runs, keys: [RunKey(place: types.count)], types: types)
  }

  /// The groups of a partition with the places of their first rows, in that order.
  private func results(
    of partition: SpilledPartition, level: Int
  ) throws(QueryError) -> [SpillStream] {
    if partition.rowCount == 0 { return [] }
    let memory = spiller.partitionMemory
    do throws(QueryError) {
      let sink = try AggregateSink(node, memory)
      for stream in partition.streams {
        let reader = stream.reader
        while let chunk = try reader.read() {
          try spiller.context.checkCancelled()
          try sink.add(chunk, positions: chunk.columns[layout.positionPlace].storage.int64 ?? [])
        }
      }
      return [try write(sink, memory)]
    } catch {
      guard error.reason == .memory, memory.isExceeded else { throw error }
      guard level + 1 < PartitionWriter.levelsMax, !node.groups.isEmpty else {
        return try CollectedGroups(node, layout, spiller).results(of: partition)
      }
    }
    var runs: [SpillStream] = []
    for part in try partition.cut(layout, level: level + 1, spiller) {
      if part.rowCount == partition.rowCount {
        // One group alone does not get smaller.
        return try CollectedGroups(node, layout, spiller).results(of: part)
      }
      runs += try results(of: part, level: level + 1)
    }
    return runs
  }

  private func write(
    _ sink: AggregateSink, _ memory: MemoryAccount
  ) throws(QueryError) -> SpillStream {
    try spiller.write(types + [.int64]) { writer, compressor throws(QueryError) in
      let order = sink.table.order()
      // A stretch at a time: the finished columns of all groups would not fit beside the states.
      for start in stride(from: 0, to: order.count, by: 65_536) {
        let part = Array(order[start..<min(order.count, start + 65_536)])
        var columns = sink.table.columns(part)
        for (index, call) in node.aggregates.enumerated() {
          columns.append(
            call.function == .groupingID
              ? AggregateOperator.groupingID([Int](node.groups.indices), node, call, part.count)
              : try sink.accumulators[index].finish(part).retyped(call.type))
        }
        columns.append(Column(.int64, .int64(sink.table.positions(part))))
        try writer.writeCut(Chunk(columns: columns, rowCount: part.count), compressor)
      }
    }
  }
}
