import Columnar

/// INTERSECT and EXCEPT of sides that do not fit into memory: both are cut by the hash of their
/// rows, and the parts are matched one by one.
struct SpilledSetOperation: Sendable {
  private let kind: SetOperationNode.Kind
  private let types: [DataType]
  private let layout: RowLayout
  private let spiller: Spiller

  init(_ kind: SetOperationNode.Kind, _ types: [DataType], _ spiller: Spiller) {
    self.kind = kind
    self.types = types
    self.spiller = spiller
    var layout = RowLayout(keeping: types)
    for index in types.indices { layout.hash(.column(index, types[index])) }
    self.layout = layout
  }

  func run(_ left: Pipeline, _ right: Pipeline) throws(QueryError) -> Pipeline {
    let theirs = try spiller.partitions(of: right, layout)
    let ours = try spiller.partitions(of: left, layout)
    let runs = try spiller.forEach(ours.count) { part throws(QueryError) in
      try matched(ours[part], theirs[part], 0)
    }
    return try spiller.pipeline(runs, keys: [RunKey(place: types.count)], types: types)
  }

  private func matched(
    _ ours: SpilledPartition, _ theirs: SpilledPartition, _ level: Int
  ) throws(QueryError) -> [SpillStream] {
    if ours.rowCount == 0 { return [] }
    let bytes = (ours.rawBytes + theirs.rawBytes) * 3
    if bytes > spiller.partitionMemory.limit, level + 1 < PartitionWriter.levelsMax {
      let left = try ours.cut(layout, level: level + 1, spiller)
      let right = try theirs.cut(layout, level: level + 1, spiller)
      if left.allSatisfy({ $0.rowCount < ours.rowCount }) {
        var runs: [SpillStream] = []
        for (ours, theirs) in zip(left, right) {
          runs += try matched(ours, theirs, level + 1)
        }
        return runs
      }
    }
    let left = try ours.load(layout.types)
    let right = try theirs.load(layout.types)
    let rows = try PipelineBuilder.matchedRows(kind, left, right, types)
    return [
      try spiller.write(layout.types) { writer, compressor throws(QueryError) in
        try writer.writeCut(left.take(rows), compressor)
      }
    ]
  }
}
