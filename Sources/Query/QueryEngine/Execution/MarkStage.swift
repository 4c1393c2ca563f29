import Columnar

/// The probe of a mark join: every left row once, with whether some right row meets the condition.
struct MarkStage: Stage {
  let table: JoinTable
  let leftKeys: [BoundExpression]
  let nullsMatch: [Bool]
  let residual: BoundExpression?
  let isNullAware: Bool
  /// Whether some right row has a null key.
  let hasNullKey: Bool
  /// Whether there is no right row at all.
  let isRightEmpty: Bool
  /// Over left then right columns; what is read above or by the residual.
  let needed: [Bool]?

  func makeWorker() throws(QueryError) -> any StageWorker { try Worker(self) }

  private final class Worker: StageWorker {
    private let stage: MarkStage
    private let keys: [Evaluator]
    private let residual: Evaluator?
    private var probe = KeyProbe()

    init(_ stage: MarkStage) throws(QueryError) {
      self.stage = stage
      keys = try ExpressionCompiler.compile(stage.leftKeys)
      residual = try stage.residual.map { expression throws(QueryError) in
        try ExpressionCompiler.compile(expression)
      }
    }

    func process(
      _ chunk: Chunk, _ emit: (Chunk) throws(QueryError) -> Void
    ) throws(QueryError) {
      var columns: [Column] = []
      for key in keys { columns.append(try key.column(chunk)) }
      let numbers = try stage.table.find(
        columns, nullsMatch: stage.nullsMatch, rowCount: chunk.rowCount, probe: &probe)
      let mark: Column
      if let residual {
        mark = try compared(chunk, numbers, residual)
      } else {
        let found = packBits(chunk.rowCount) { !stage.table.range(numbers[$0]).isEmpty }
        mark = Column(.boolean, .boolean(found), validity: known(found, columns.first))
      }
      try emit(Chunk(columns: chunk.columns + [mark], rowCount: chunk.rowCount))
    }

    /// Where the answer is not null: `x IN (…)` without a match is null when x or a member is.
    private func known(_ found: Bitmap, _ key: Column?) -> Bitmap? {
      guard stage.isNullAware, !stage.isRightEmpty, let key else { return nil }
      if stage.hasNullKey { return found }
      return key.validity.map { found | $0 }
    }

    /// True, null or false by the residual over all candidates of a row.
    private func compared(
      _ chunk: Chunk, _ numbers: [Int32], _ residual: Evaluator
    ) throws(QueryError) -> Column {
      var found = Bitmap(repeating: false, count: chunk.rowCount)
      var unknown = Bitmap(repeating: false, count: chunk.rowCount)
      var left: [Int32] = []
      var right: [Int32] = []
      func judge() throws(QueryError) {
        guard !left.isEmpty else { return }
        let answer = try residual.column(pairs(chunk, left, right))
        let bits = answer.storage.boolean ?? Bitmap(repeating: false, count: left.count)
        for (place, row) in left.enumerated() {
          if answer.isNull(place) {
            unknown[Int(row)] = true
          } else if bits[place] {
            found[Int(row)] = true
          }
        }
        left.removeAll(keepingCapacity: true)
        right.removeAll(keepingCapacity: true)
      }
      for row in 0..<chunk.rowCount {
        for member in stage.table.members[stage.table.range(numbers[row])] {
          left.append(Int32(row))
          right.append(member)
          if left.count == JoinWorker.pairsMax { try judge() }
        }
      }
      try judge()
      let null = unknown & ~found
      return Column(
        .boolean, .boolean(found), validity: null.setCount == 0 ? nil : ~null)
    }

    private func pairs(_ chunk: Chunk, _ left: [Int32], _ right: [Int32]) -> Chunk {
      let placeholder = Chunk.placeholder(rowCount: right.count)
      var columns: [Column] = []
      for (position, column) in chunk.columns.enumerated() {
        columns.append(stage.needed?[position] ?? true ? column.take(left) : placeholder)
      }
      for (position, column) in stage.table.rows.columns.enumerated() {
        let isNeeded = stage.needed?[chunk.columns.count + position] ?? true
        columns.append(isNeeded ? column.take(right) : placeholder)
      }
      return Chunk(columns: columns, rowCount: right.count)
    }
  }
}
