import Columnar

/// A join whose right side does not fit into memory: both sides are cut by the hash of their keys,
/// and the parts are joined one by one. Rows come out in the order of the join in memory.
struct SpilledJoin: Sendable {
  private let node: JoinNode
  private let spiller: Spiller
  private let left: RowLayout
  private let right: RowLayout
  private let leftKeys: [BoundExpression]
  private let rightKeys: [BoundExpression]
  private let residual: BoundExpression?
  private let types: [DataType]
  /// Over left then right columns as they lie on disk.
  private let needed: [Bool]?

  /// Rows without a partner on the left come after all others.
  private static let tailBit: Int64 = 1 << 62

  /// - Parameters:
  ///   - pairs: What is read above or by the residual, over left then right columns; nil for all.
  init(
    _ node: JoinNode, pairs: [Bool]?, _ leftTypes: [DataType], _ rightTypes: [DataType],
    types: [DataType], _ spiller: Spiller
  ) {
    self.node = node
    self.spiller = spiller
    self.types = types
    var left = RowLayout(keeping: leftTypes)
    var right = RowLayout(keeping: rightTypes)
    var leftKeys: [BoundExpression] = []
    var rightKeys: [BoundExpression] = []
    for key in node.keys {
      left.hash(key.left)
      right.hash(key.right)
      leftKeys.append(left.column(of: key.left))
      rightKeys.append(right.column(of: key.right))
    }
    self.left = left
    self.right = right
    self.leftKeys = leftKeys
    self.rightKeys = rightKeys
    let shift = left.types.count - leftTypes.count
    var places: [Int: Int] = [:]
    for index in rightTypes.indices {
      places[leftTypes.count + index] = leftTypes.count + shift + index
    }
    residual = node.residual?.remapped(places)
    needed = pairs.map { pairs in
      var all = [Bool](repeating: false, count: left.types.count + right.types.count)
      for index in leftTypes.indices { all[index] = pairs[index] }
      for index in rightTypes.indices {
        all[left.types.count + index] = pairs[leftTypes.count + index]
      }
      all[left.positionPlace] = true
      all[left.types.count + right.positionPlace] = true
      return all
    }
  }

  func run(_ leftSide: Pipeline, _ rightSide: Pipeline) throws(QueryError) -> Pipeline {
    let builds = try spiller.partitions(of: rightSide, right)
    let hasNullKey = node.kind == .mark ? try hasNullKey(builds) : false
    let isEmpty = builds.allSatisfy { $0.rowCount == 0 }
    let probes = try spiller.partitions(of: leftSide, left)
    let runs = try spiller.forEach(builds.count) { part throws(QueryError) in
      try join(probes[part], builds[part], 0, hasNullKey: hasNullKey, isEmpty: isEmpty)
    }
    return try spiller.pipeline(runs, keys: [RunKey(place: types.count)], types: types)
  }

  /// Whether some row of the right side has a null key, whatever its partition.
  private func hasNullKey(_ builds: [SpilledPartition]) throws(QueryError) -> Bool {
    for build in builds {
      for stream in build.streams {
        let reader = stream.reader
        while let chunk = try reader.read() {
          for key in rightKeys.flatMap(\.columns) where chunk.columns[key].validity != nil {
            return true
          }
        }
      }
    }
    return false
  }

  private func join(
    _ probe: SpilledPartition, _ build: SpilledPartition, _ level: Int, hasNullKey: Bool,
    isEmpty: Bool
  ) throws(QueryError) -> [SpillStream] {
    let keepsRight = node.kind == .right || node.kind == .full
    if probe.rowCount == 0, !keepsRight || build.rowCount == 0 { return [] }
    let limit = spiller.partitionMemory.limit
    // The rows, their copy in order, and the table of keys.
    if build.rawBytes * 2 + build.rowCount * 64 > limit, level + 1 < PartitionWriter.levelsMax {
      let builds = try build.cut(right, level: level + 1, spiller)
      if builds.allSatisfy({ $0.rowCount < build.rowCount }) {
        let probes = try probe.cut(left, level: level + 1, spiller)
        var runs: [SpillStream] = []
        for (probe, build) in zip(probes, builds) {
          runs += try join(probe, build, level + 1, hasNullKey: hasNullKey, isEmpty: isEmpty)
        }
        return runs
      }
    }
    let rows = try build.load(right.types)
    var keys: [Column] = []
    for key in rightKeys { keys.append(try ExpressionCompiler.compile(key).column(rows)) }
    let asOfColumn = try node.asOf.map { asOf throws(QueryError) in
      try ExpressionCompiler.compile(asOf.right).column(rows)
    }
    let nullsMatch = node.keys.map(\.nullsMatch)
    let table = try JoinTable(rows, keys: keys, nullsMatch: nullsMatch, order: asOfColumn)
    if node.kind == .mark {
      let stage = MarkStage(
        table: table, leftKeys: leftKeys, nullsMatch: nullsMatch, residual: residual,
        isNullAware: node.isNullAware, hasNullKey: hasNullKey, isRightEmpty: isEmpty,
        needed: needed)
      return try probed(probe, stage, hasTail: false)
    }
    let stage = JoinStage(
      kind: node.kind, table: table, leftKeys: leftKeys, nullsMatch: nullsMatch,
      residual: residual, asOf: node.asOf, asOfColumn: asOfColumn, leftTypes: left.types,
      rightTypes: right.types, needed: needed)
    return try probed(probe, stage, hasTail: stage.hasTail)
  }

  /// The rows that a partition's left side finds, a run a stream, and a run of those that no row
  /// found.
  private func probed(
    _ probe: SpilledPartition, _ stage: any Stage, hasTail: Bool
  ) throws(QueryError) -> [SpillStream] {
    let worker = try stage.makeWorker()
    var runs: [SpillStream] = []
    for stream in probe.streams {
      runs.append(
        try spiller.write(types + [.int64]) { writer, compressor throws(QueryError) in
          let reader = stream.reader
          while let chunk = try reader.read() {
            try spiller.context.checkCancelled()
            try worker.process(chunk) { joined throws(QueryError) in
              try writer.writeCut(output(joined, isTail: false), compressor)
            }
          }
        })
    }
    if hasTail {
      let tail = try stage.finish([worker])
      runs.append(
        try spiller.write(types + [.int64]) { writer, compressor throws(QueryError) in
          for chunk in tail { try writer.writeCut(output(chunk, isTail: true), compressor) }
        })
    }
    return runs
  }

  /// The columns of the join's result and the place of the row in it.
  private func output(_ joined: Chunk, isTail: Bool) -> Chunk {
    var columns = Array(joined.columns.prefix(left.columnTypes.count))
    switch node.kind {
    case .semi, .anti: break
    case .mark: columns.append(joined.columns[left.types.count])
    default:
      columns += joined.columns[left.types.count...].prefix(right.columnTypes.count)
    }
    let place = isTail ? left.types.count + right.positionPlace : left.positionPlace
    let positions = joined.columns[place].storage.int64 ?? []
    let bit: Int64 = isTail ? SpilledJoin.tailBit : 0
    columns.append(Column(.int64, .int64(mapValues(positions) { $0 | bit })))
    return Chunk(columns: columns, rowCount: joined.rowCount)
  }
}
