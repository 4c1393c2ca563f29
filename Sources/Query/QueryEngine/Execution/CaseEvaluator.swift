import Columnar

/// Rows of a result that come from different places, put together at the end.
struct PiecewiseResult {
  private let type: DataType
  private let rowCount: Int
  private var pieces: [Column] = []
  private var origin: [Int32]
  private var length = 0

  init(type: DataType, rowCount: Int) {
    self.type = type
    self.rowCount = rowCount
    origin = [Int32](repeating: 0, count: rowCount)
  }

  mutating func add(_ datum: Datum, rows: [Int32]) throws(QueryError) {
    guard !rows.isEmpty else { return }
    switch datum {
    case .constant:
      pieces.append(try datum.column(type, rowCount: 1))
      for row in rows { origin[Int(row)] = Int32(length) }
      length += 1
    case .column(let column):
      pieces.append(column.retyped(type))
      for (position, row) in rows.enumerated() { origin[Int(row)] = Int32(length + position) }
      length += column.count
    }
  }

  consuming func finish() throws(QueryError) -> Column {
    pieces.isEmpty ? .nulls(type, count: rowCount) : try Column.joined(pieces).take(origin)
  }
}

/// CASE: a branch sees only the rows that no branch before took, its result only the rows it takes.
final class CaseEvaluator: Evaluator {
  private let branches: [(condition: Evaluator, result: Evaluator)]
  private let otherwise: Evaluator?
  /// Whether the results are columns and constants: they cost nothing where they are not wanted.
  private let isBlend: Bool

  init(
    _ branches: [(Evaluator, Evaluator)], otherwise: Evaluator?, type: DataType, reads: [Int]
  ) {
    self.branches = branches
    self.otherwise = otherwise
    isBlend =
      branches.count == 1 && branches[0].1.isPlain && (otherwise?.isPlain ?? true)
    super.init(type: type, reads: reads)
  }

  override func evaluate(_ chunk: Chunk) throws(QueryError) -> Datum {
    if isBlend, let blended = try blended(chunk) { return blended }
    let rowCount = chunk.rowCount
    var result = PiecewiseResult(type: type, rowCount: rowCount)
    // Nil stands for all rows.
    var open: [Int32]?
    for branch in branches {
      let openCount = open?.count ?? rowCount
      if openCount == 0 { break }
      let condition: Datum
      if let open {
        condition = try branch.condition.evaluate(chunk, rows: open)
      } else {
        condition = try branch.condition.evaluate(chunk)
      }
      let mask = selection(condition, rowCount: openCount)
      if mask.isAllClear { continue }
      if mask.isAllSet, open == nil { return try branch.result.evaluate(chunk).retyped(type) }
      let taken = mask.setIndices().map { open?[Int($0)] ?? $0 }
      try result.add(try branch.result.evaluate(chunk, rows: taken), rows: taken)
      open = (~mask).setIndices().map { open?[Int($0)] ?? $0 }
    }
    let rest = open ?? Array(0..<Int32(rowCount))
    if let otherwise {
      if open == nil { return try otherwise.evaluate(chunk).retyped(type) }
      if !rest.isEmpty {
        try result.add(try otherwise.evaluate(chunk, rows: rest), rows: rest)
      }
    } else {
      try result.add(.constant(.null), rows: rest)
    }
    return .column(try result.finish())
  }

  /// One condition between two plain results: each row from one of them, without moving rows.
  private func blended(_ chunk: Chunk) throws(QueryError) -> Datum? {
    let mask = selection(try branches[0].condition.evaluate(chunk), rowCount: chunk.rowCount)
    if mask.isAllSet { return try branches[0].result.evaluate(chunk).retyped(type) }
    let count = chunk.rowCount
    let first = try branches[0].result.evaluate(chunk).column(type, rowCount: count)
    let second = try otherwise?.evaluate(chunk).column(type, rowCount: count)
    return blend(
      mask, first.retyped(type), second?.retyped(type) ?? .nulls(type, count: count)
    ).map { .column($0) }
  }
}

/// COALESCE: an argument is evaluated only for the rows where all before it are null.
final class CoalesceEvaluator: Evaluator {
  private let arguments: [Evaluator]

  init(_ arguments: [Evaluator], type: DataType, reads: [Int]) {
    self.arguments = arguments
    super.init(type: type, reads: reads)
  }

  override func evaluate(_ chunk: Chunk) throws(QueryError) -> Datum {
    let first = try arguments[0].evaluate(chunk)
    switch first {
    case .constant(.null): if arguments.count == 1 { return first }
    case .constant: return first
    case .column(let column): if column.validity == nil { return first.retyped(type) }
    }
    var result = PiecewiseResult(type: type, rowCount: chunk.rowCount)
    var open = Array(0..<Int32(chunk.rowCount))
    for argument in arguments {
      if open.isEmpty { break }
      let datum = try argument.evaluate(chunk, rows: open)
      switch datum {
      case .constant(.null): continue
      case .constant:
        try result.add(datum, rows: open)
        open = []
      case .column(let column):
        guard let validity = column.validity else {
          try result.add(datum, rows: open)
          open = []
          continue
        }
        let present = validity.setIndices()
        try result.add(.column(column.take(present)), rows: present.map { open[Int($0)] })
        open = (~validity).setIndices().map { open[Int($0)] }
      }
    }
    try result.add(.constant(.null), rows: open)
    return .column(try result.finish())
  }
}
