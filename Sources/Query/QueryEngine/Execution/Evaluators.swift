import Columnar

final class ConstantEvaluator: Evaluator {
  private let value: Value
  init(_ value: Value, _ type: DataType) {
    self.value = value
    super.init(type: type, reads: [])
  }
  override func evaluate(_ chunk: Chunk) -> Datum { .constant(value) }
}

final class ColumnEvaluator: Evaluator {
  private let position: Int
  init(_ position: Int, _ type: DataType) {
    self.position = position
    super.init(type: type, reads: [position])
  }
  override func evaluate(_ chunk: Chunk) -> Datum { .column(chunk.columns[position]) }
}

final class ArithmeticEvaluator: Evaluator {
  private let operation: ArithmeticOperator
  private let left: Evaluator
  private let right: Evaluator
  init(
    _ operation: ArithmeticOperator, _ left: Evaluator, _ right: Evaluator, type: DataType,
    reads: [Int]
  ) {
    self.operation = operation
    self.left = left
    self.right = right
    super.init(type: type, reads: reads)
  }
  override func evaluate(_ chunk: Chunk) throws(QueryError) -> Datum {
    try arithmetic(
      operation, try left.evaluate(chunk), try right.evaluate(chunk), leftType: left.type,
      rightType: right.type, result: type, rowCount: chunk.rowCount)
  }
}

final class NegateEvaluator: Evaluator {
  private let operand: Evaluator
  init(_ operand: Evaluator, type: DataType, reads: [Int]) {
    self.operand = operand
    super.init(type: type, reads: reads)
  }
  override func evaluate(_ chunk: Chunk) throws(QueryError) -> Datum {
    try negated(try operand.evaluate(chunk), type: type, rowCount: chunk.rowCount)
  }
}

final class ComparisonEvaluator: Evaluator {
  private let comparison: ComparisonOperator
  private let left: Evaluator
  private let right: Evaluator
  init(_ comparison: ComparisonOperator, _ left: Evaluator, _ right: Evaluator, reads: [Int]) {
    self.comparison = comparison
    self.left = left
    self.right = right
    super.init(type: .boolean, reads: reads)
  }
  override func evaluate(_ chunk: Chunk) throws(QueryError) -> Datum {
    try compare(
      comparison, try left.evaluate(chunk), try right.evaluate(chunk), type: left.type,
      rowCount: chunk.rowCount)
  }
}

final class DistinctEvaluator: Evaluator {
  private let left: Evaluator
  private let right: Evaluator
  private let isNegated: Bool
  init(_ left: Evaluator, _ right: Evaluator, isNegated: Bool, reads: [Int]) {
    self.left = left
    self.right = right
    self.isNegated = isNegated
    super.init(type: .boolean, reads: reads)
  }
  override func evaluate(_ chunk: Chunk) throws(QueryError) -> Datum {
    let bits = distinctBits(try left.column(chunk), try right.column(chunk))
    return .column(Column(.boolean, .boolean(isNegated ? ~bits : bits)))
  }
}

/// AND and OR. An operand is not evaluated when all rows are decided, and an error of an operand
/// counts only when it also arises on the rows that the operands before it left open.
final class ConnectiveEvaluator: Evaluator {
  private let members: [Evaluator]
  private let isAnd: Bool
  init(_ members: [Evaluator], isAnd: Bool, reads: [Int]) {
    self.members = members
    self.isAnd = isAnd
    super.init(type: .boolean, reads: reads)
  }

  override func evaluate(_ chunk: Chunk) throws(QueryError) -> Datum {
    let rowCount = chunk.rowCount
    var result = Ternary(.constant(.boolean(isAnd)), rowCount: rowCount)
    for (position, member) in members.enumerated() {
      let open = ~(isAnd ? result.isFalse : result.isTrue)
      if position > 0, open.isAllClear { break }
      let next = try ternary(member, chunk, open: open)
      result = isAnd ? Ternary.and(result, next) : Ternary.or(result, next)
    }
    return .column(result.column)
  }

  private func ternary(
    _ member: Evaluator, _ chunk: Chunk, open: Bitmap
  ) throws(QueryError) -> Ternary {
    do {
      return Ternary(try member.evaluate(chunk), rowCount: chunk.rowCount)
    } catch {
      guard error.reason == .arithmetic, !open.isAllSet else { throw error }
      let rows = open.setIndices()
      let part = Ternary(try member.evaluate(chunk, rows: rows), rowCount: rows.count)
      var isTrue = Bitmap(repeating: false, count: chunk.rowCount)
      var isFalse = isTrue
      for (position, row) in rows.enumerated() {
        if part.isTrue[position] { isTrue[Int(row)] = true }
        if part.isFalse[position] { isFalse[Int(row)] = true }
      }
      return Ternary(isTrue: isTrue, isFalse: isFalse)
    }
  }
}

final class NotEvaluator: Evaluator {
  private let operand: Evaluator
  init(_ operand: Evaluator, reads: [Int]) {
    self.operand = operand
    super.init(type: .boolean, reads: reads)
  }
  override func evaluate(_ chunk: Chunk) throws(QueryError) -> Datum {
    switch try operand.evaluate(chunk) {
    case .constant(.boolean(let bit)): return .constant(.boolean(!bit))
    case .constant(let value): return .constant(value)
    case .column(let column):
      let bits = column.storage.boolean ?? Bitmap(repeating: false, count: chunk.rowCount)
      return .column(Column(.boolean, .boolean(~bits), validity: column.validity))
    }
  }
}

final class IsNullEvaluator: Evaluator {
  private let operand: Evaluator
  private let isNegated: Bool
  init(_ operand: Evaluator, isNegated: Bool, reads: [Int]) {
    self.operand = operand
    self.isNegated = isNegated
    super.init(type: .boolean, reads: reads)
  }
  override func evaluate(_ chunk: Chunk) throws(QueryError) -> Datum {
    switch try operand.evaluate(chunk) {
    case .constant(let value): return .constant(.boolean(value.isNull != isNegated))
    case .column(let column):
      guard let validity = column.validity else { return .constant(.boolean(isNegated)) }
      return .column(Column(.boolean, .boolean(isNegated ? validity : ~validity)))
    }
  }
}

final class LikeEvaluator: Evaluator {
  private let text: Evaluator
  private let pattern: Evaluator
  private let escape: UInt8?
  private let ignoreCase: Bool
  private let isNegated: Bool
  private var known: (text: String, pattern: LikePattern)?

  init(
    _ text: Evaluator, _ pattern: Evaluator, escape: UInt8?, ignoreCase: Bool, isNegated: Bool,
    reads: [Int]
  ) {
    self.text = text
    self.pattern = pattern
    self.escape = escape
    self.ignoreCase = ignoreCase
    self.isNegated = isNegated
    super.init(type: .boolean, reads: reads)
  }

  override func evaluate(_ chunk: Chunk) throws(QueryError) -> Datum {
    let patterns = try pattern.evaluate(chunk)
    if case .constant(.null) = patterns { return .constant(.null) }
    let column = try text.column(chunk)
    guard let strings = column.storage.string else {
      throw QueryError(.type, "LIKE needs text, found \(column.type.sqlName)")
    }
    if case .constant(.string(let source)) = patterns {
      let compiled = try compiled(source)
      let bits = packBits(chunk.rowCount) { row in
        !column.isNull(row) && compiled.matches(strings.bytes(row)) != isNegated
      }
      return .column(Column(.boolean, .boolean(bits), validity: column.validity))
    }
    let sources = try patterns.column(.string, rowCount: chunk.rowCount)
    let validity = bothValid(column.validity, sources.validity)
    var bits = Bitmap(repeating: false, count: chunk.rowCount)
    for row in 0..<chunk.rowCount where !column.isNull(row) && !sources.isNull(row) {
      guard case .string(let source) = sources.value(row) else { continue }
      bits[row] = try compiled(source).matches(strings.bytes(row)) != isNegated
    }
    return .column(Column(.boolean, .boolean(bits), validity: validity))
  }

  private func compiled(_ source: String) throws(QueryError) -> LikePattern {
    if let known, known.text == source { return known.pattern }
    let made = try LikePattern(source, escape: escape, ignoreCase: ignoreCase)
    known = (source, made)
    return made
  }
}

final class CastEvaluator: Evaluator {
  private let operand: Evaluator
  private let isTry: Bool
  init(_ operand: Evaluator, type: DataType, isTry: Bool, reads: [Int]) {
    self.operand = operand
    self.isTry = isTry
    super.init(type: type, reads: reads)
  }
  override func evaluate(_ chunk: Chunk) throws(QueryError) -> Datum {
    try cast(
      try operand.evaluate(chunk), from: operand.type, to: type, isTry: isTry,
      rowCount: chunk.rowCount)
  }
}

final class CallEvaluator: Evaluator {
  private let function: ScalarFunction
  private let arguments: [Evaluator]
  init(_ function: ScalarFunction, _ arguments: [Evaluator], type: DataType, reads: [Int]) {
    self.function = function
    self.arguments = arguments
    super.init(type: type, reads: reads)
  }
  override func evaluate(_ chunk: Chunk) throws(QueryError) -> Datum {
    var isConstant = true
    var data: [Datum] = []
    for argument in arguments {
      let datum = try argument.evaluate(chunk)
      if datum.constant == nil { isConstant = false }
      data.append(datum)
    }
    let rowCount = isConstant ? min(1, chunk.rowCount) : chunk.rowCount
    var columns: [Column] = []
    for (argument, datum) in zip(arguments, data) {
      columns.append(try datum.column(argument.type, rowCount: rowCount))
    }
    let result = try function.evaluate(columns, type, rowCount)
    if isConstant { return .constant(rowCount == 0 ? .null : result.value(0)) }
    return .column(result)
  }
}

/// `[a, b, c]`: one list a row.
final class ListEvaluator: Evaluator {
  private let members: [Evaluator]
  init(_ members: [Evaluator], type: DataType, reads: [Int]) {
    self.members = members
    super.init(type: type, reads: reads)
  }
  override func evaluate(_ chunk: Chunk) throws(QueryError) -> Datum {
    let rowCount = chunk.rowCount
    let width = members.count
    guard width > 0, case .list(let element) = type else {
      return .column(
        Column(type, ColumnStorage.blank(for: type, count: rowCount)))
    }
    var columns: [Column] = []
    for member in members { columns.append(try member.column(chunk).retyped(element.type)) }
    let order: [Int32] = makeValues(rowCount * width) { index in
      Int32(truncatingIfNeeded: (index % width) * rowCount + index / width)
    }
    let offsets: [Int32] = makeValues(rowCount + 1) { Int32(truncatingIfNeeded: $0 * width) }
    let child = try Column.joined(columns).take(order)
    return .column(
      Column(
        type, .list(offsets: offsets, child: child)))
  }
}
