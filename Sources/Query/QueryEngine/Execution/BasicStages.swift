import Columnar

/// Keeps the rows where the predicate is true; of the columns only those that are read above.
struct FilterStage: Stage {
  let predicate: BoundExpression
  /// Nil: all columns are needed above.
  let needed: [Bool]?

  func makeWorker() throws(QueryError) -> any StageWorker {
    Worker(try ExpressionCompiler.compile(predicate), needed)
  }

  private final class Worker: StageWorker {
    private let predicate: Evaluator
    private let needed: [Bool]?
    init(_ predicate: Evaluator, _ needed: [Bool]?) {
      self.predicate = predicate
      self.needed = needed
    }

    func process(
      _ chunk: Chunk, _ emit: (Chunk) throws(QueryError) -> Void
    ) throws(QueryError) {
      let mask = selection(try predicate.evaluate(chunk), rowCount: chunk.rowCount)
      let kept = mask.setCount
      if kept == 0 { return }
      if kept == chunk.rowCount { return try emit(chunk) }
      try emit(chunk.take(mask.setIndices(), needed: needed))
    }
  }
}

/// New columns from expressions; those that are not read above are not computed.
struct ProjectStage: Stage {
  let expressions: [BoundExpression]
  let needed: [Bool]?

  func makeWorker() throws(QueryError) -> any StageWorker {
    var evaluators: [Evaluator?] = []
    for (position, expression) in expressions.enumerated() {
      evaluators.append(
        needed?[position] ?? true ? try ExpressionCompiler.compile(expression) : nil)
    }
    return Worker(evaluators)
  }

  private final class Worker: StageWorker {
    private let evaluators: [Evaluator?]
    init(_ evaluators: [Evaluator?]) { self.evaluators = evaluators }

    func process(
      _ chunk: Chunk, _ emit: (Chunk) throws(QueryError) -> Void
    ) throws(QueryError) {
      var columns: [Column] = []
      for evaluator in evaluators {
        columns.append(
          try evaluator?.column(chunk) ?? Chunk.placeholder(rowCount: chunk.rowCount))
      }
      try emit(Chunk(columns: columns, rowCount: chunk.rowCount))
    }
  }
}

/// The members of a set as flags, nil for all.
func flags(_ needed: Set<Int>?, count: Int) -> [Bool]? {
  needed.map { needed in (0..<count).map { needed.contains($0) } }
}
