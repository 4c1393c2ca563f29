import Columnar

/// A bound expression made ready to run over chunks; owned by one worker, because it keeps caches.
class Evaluator {
  let type: DataType
  /// Positions of the input that it reads, ascending.
  let reads: [Int]
  private let needed: [Bool]

  init(type: DataType, reads: [Int]) {
    self.type = type
    self.reads = reads
    var needed = [Bool](repeating: false, count: (reads.max() ?? -1) + 1)
    for position in reads { needed[position] = true }
    self.needed = needed
  }

  func evaluate(_ chunk: Chunk) throws(QueryError) -> Datum {
    throw QueryError(.unsupported, "an expression without an evaluator")
  }

  /// Whether it is a column or a constant: its values cost nothing and cannot fail.
  final var isPlain: Bool { self is ConstantEvaluator || self is ColumnEvaluator }

  final func column(_ chunk: Chunk) throws(QueryError) -> Column {
    try evaluate(chunk).column(type, rowCount: chunk.rowCount)
  }

  /// Over some rows of the chunk only: errors of other rows cannot arise.
  final func evaluate(_ chunk: Chunk, rows: [Int32]) throws(QueryError) -> Datum {
    if rows.count == chunk.rowCount { return try evaluate(chunk) }
    return try evaluate(chunk.take(rows, needed: needed))
  }
}

/// Turns bound expressions into evaluators.
struct ExpressionCompiler {
  /// False inside an expression that already runs over dictionary entries.
  private let usesDictionaries: Bool

  init() { usesDictionaries = true }
  private init(usesDictionaries: Bool) { self.usesDictionaries = usesDictionaries }

  static func compile(_ expression: BoundExpression) throws(QueryError) -> Evaluator {
    try ExpressionCompiler().compile(expression)
  }

  static func compile(_ expressions: [BoundExpression]) throws(QueryError) -> [Evaluator] {
    var compiled: [Evaluator] = []
    for expression in expressions { compiled.append(try compile(expression)) }
    return compiled
  }

  func compile(_ expression: BoundExpression) throws(QueryError) -> Evaluator {
    let reads = expression.columns.sorted()
    if usesDictionaries, reads.count == 1, !expression.children.isEmpty,
      expression.readsText(at: reads[0]), !expression.type.isNested
    {
      let inner = try ExpressionCompiler(usesDictionaries: false).compile(expression)
      return DictionaryEvaluator(inner, position: reads[0])
    }
    switch expression {
    case .constant(let value, let type): return ConstantEvaluator(value, type)
    case .column(let position, let type): return ColumnEvaluator(position, type)
    case .arithmetic(let operation, let left, let right, let type):
      return ArithmeticEvaluator(
        operation, try compile(left), try compile(right), type: type, reads: reads)
    case .negate(let operand):
      return NegateEvaluator(try compile(operand), type: expression.type, reads: reads)
    case .comparison(let comparison, let left, let right):
      return ComparisonEvaluator(comparison, try compile(left), try compile(right), reads: reads)
    case .isDistinct(let left, let right, let isNegated):
      return DistinctEvaluator(
        try compile(left), try compile(right), isNegated: isNegated, reads: reads)
    case .and(let members):
      return ConnectiveEvaluator(try compileAll(members), isAnd: true, reads: reads)
    case .or(let members):
      return ConnectiveEvaluator(try compileAll(members), isAnd: false, reads: reads)
    case .not(let operand): return NotEvaluator(try compile(operand), reads: reads)
    case .isNull(let operand, let isNegated):
      return IsNullEvaluator(try compile(operand), isNegated: isNegated, reads: reads)
    case .inList(let operand, let values, let hasNull, let isNegated):
      return try InListEvaluator(
        try compile(operand), values, hasNull: hasNull, isNegated: isNegated, reads: reads)
    case .like(let text, let pattern, let escape, let ignoreCase, let isNegated):
      return LikeEvaluator(
        try compile(text), try compile(pattern), escape: escape, ignoreCase: ignoreCase,
        isNegated: isNegated, reads: reads)
    case .caseWhen(let branches, let otherwise, let type):
      var compiled: [(Evaluator, Evaluator)] = []
      for branch in branches {
        compiled.append((try compile(branch.condition), try compile(branch.result)))
      }
      var last: Evaluator?
      if let otherwise { last = try compile(otherwise) }
      return CaseEvaluator(compiled, otherwise: last, type: type, reads: reads)
    case .cast(let operand, let type, let isTry):
      return CastEvaluator(try compile(operand), type: type, isTry: isTry, reads: reads)
    case .call(let function, let arguments, let type):
      return try compileCall(function, arguments, type, reads)
    case .list(let members, _):
      return ListEvaluator(try compileAll(members), type: expression.type, reads: reads)
    }
  }

  /// The conditional functions evaluate lazily, as CASE does; the others get whole columns.
  private func compileCall(
    _ function: ScalarFunction, _ arguments: [BoundExpression], _ type: DataType, _ reads: [Int]
  ) throws(QueryError) -> Evaluator {
    let compiled = try compileAll(arguments)
    switch function.name {
    case "coalesce", "ifnull":
      guard !compiled.isEmpty else { break }
      return CoalesceEvaluator(compiled, type: type, reads: reads)
    case "if", "iff":
      guard compiled.count == 3 else { break }
      return CaseEvaluator(
        [(compiled[0], compiled[1])], otherwise: compiled[2], type: type, reads: reads)
    default: break
    }
    return CallEvaluator(function, compiled, type: type, reads: reads)
  }

  private func compileAll(_ expressions: [BoundExpression]) throws(QueryError) -> [Evaluator] {
    var compiled: [Evaluator] = []
    for expression in expressions { compiled.append(try compile(expression)) }
    return compiled
  }
}

extension BoundExpression {
  /// Whether the column at `position` is text or binary, as far as the expression knows.
  fileprivate func readsText(at position: Int) -> Bool {
    switch self {
    case .column(let own, let type): own == position && (type == .string || type == .binary)
    default: children.contains { $0.readsText(at: position) }
    }
  }
}
