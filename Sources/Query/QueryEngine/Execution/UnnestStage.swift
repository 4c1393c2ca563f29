import Columnar

/// Repeats each row for every member of its lists (see `UnnestNode`).
struct UnnestStage: Stage {
  let lists: [BoundExpression]
  let hasOrdinality: Bool
  let keepsEmpty: Bool
  /// Of the output columns; nil: all are read above.
  let needed: [Bool]?

  func makeWorker() throws(QueryError) -> any StageWorker {
    var evaluators: [Evaluator] = []
    for list in lists { evaluators.append(try ExpressionCompiler.compile(list)) }
    return Worker(self, evaluators)
  }

  private final class Worker: StageWorker {
    private static let rowsMax = 32_768
    private let stage: UnnestStage
    private let evaluators: [Evaluator]

    init(_ stage: UnnestStage, _ evaluators: [Evaluator]) {
      self.stage = stage
      self.evaluators = evaluators
    }

    func process(
      _ chunk: Chunk, _ emit: (Chunk) throws(QueryError) -> Void
    ) throws(QueryError) {
      var columns: [Column] = []
      for evaluator in evaluators { columns.append(try evaluator.column(chunk)) }
      var rows: [Int32] = []
      var members: [[Int32]] = Array(repeating: [], count: columns.count)
      var numbers: [Int32] = []
      func flush() throws(QueryError) {
        guard !rows.isEmpty else { return }
        try emit(output(chunk, columns, rows, members, numbers))
        rows.removeAll(keepingCapacity: true)
        numbers.removeAll(keepingCapacity: true)
        for index in members.indices { members[index].removeAll(keepingCapacity: true) }
      }
      let offsets = columns.map(\.listOffsets)
      for row in 0..<chunk.rowCount {
        var longest: Int32 = 0
        for (column, offsets) in zip(columns, offsets) where !column.isNull(row) {
          longest = max(longest, offsets[row + 1] - offsets[row])
        }
        if longest == 0, stage.keepsEmpty {
          rows.append(Int32(row))
          numbers.append(-1)
          for index in members.indices { members[index].append(-1) }
        }
        for number in 0..<longest {
          rows.append(Int32(row))
          numbers.append(number)
          for (index, column) in columns.enumerated() {
            let count = column.isNull(row) ? 0 : offsets[index][row + 1] - offsets[index][row]
            members[index].append(number < count ? offsets[index][row] + number : -1)
          }
          if rows.count >= Worker.rowsMax { try flush() }
        }
      }
      try flush()
    }

    private func output(
      _ chunk: Chunk, _ columns: [Column], _ rows: [Int32], _ members: [[Int32]],
      _ numbers: [Int32]
    ) -> Chunk {
      let needed = stage.needed.map { Array($0.prefix(chunk.columns.count)) }
      var result = chunk.take(rows, needed: needed).columns
      for (column, places) in zip(columns, members) {
        guard case .list(_, let child) = column.storage else { continue }
        result.append(child.takeNullable(places))
      }
      if stage.hasOrdinality {
        let present = packBits(rows.count) { numbers[$0] >= 0 }
        result.append(
          Column(.int64, .int64(numbers.map { Int64($0) + 1 }), validity: present))
      }
      return Chunk(columns: result, rowCount: rows.count)
    }
  }
}
