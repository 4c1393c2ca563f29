import Columnar

/// `x IN (constants)`.
final class InListEvaluator: Evaluator {
  private let operand: Evaluator
  private let hasNull: Bool
  private let isNegated: Bool
  /// The members as a column of the operand's type.
  private let members: Column
  private var words: Set<UInt64> = []
  private var wide: Set<Int128> = []
  private var texts: Set<[UInt8]> = []

  init(
    _ operand: Evaluator, _ values: [Value], hasNull: Bool, isNegated: Bool, reads: [Int]
  ) throws(QueryError) {
    self.operand = operand
    self.hasNull = hasNull
    self.isNegated = isNegated
    guard let members = Column.of(operand.type, values) else {
      throw QueryError(.type, "a member of the IN list is not of type \(operand.type.sqlName)")
    }
    self.members = members
    super.init(type: .boolean, reads: reads)
    switch members.storage {
    case .int32(let values): words = Set(values.map(\.identityWord))
    case .int64(let values): words = Set(values.map(\.identityWord))
    case .float(let values): words = Set(values.map(\.identityWord))
    case .double(let values): words = Set(values.map(\.identityWord))
    case .int128(let values): wide = Set(values)
    case .string(let strings): texts = Set((0..<strings.count).map { Array(strings.bytes($0)) })
    default: break
    }
  }

  override func evaluate(_ chunk: Chunk) throws(QueryError) -> Datum {
    let datum = try operand.evaluate(chunk)
    if case .constant(.null) = datum { return .constant(.null) }
    let isConstant = datum.constant != nil
    let column = try datum.column(operand.type, rowCount: isConstant ? 1 : chunk.rowCount)
    let found = members.count == 0 ? Bitmap(repeating: false, count: column.count) : bits(column)
    // Not found in a list that holds a NULL is unknown.
    let validity = hasNull ? bothValid(column.validity, found) : column.validity
    let result = Column(.boolean, .boolean(isNegated ? ~found : found), validity: validity)
    return isConstant ? .constant(result.value(0)) : .column(result)
  }

  private func bits(_ column: Column) -> Bitmap {
    if members.count <= 8 {
      var found = Bitmap(repeating: false, count: column.count)
      for member in 0..<members.count {
        found = found | compareBits(.equal, column, members.take([Int32(member)]), isScalar: true)
      }
      return found
    }
    switch column.storage {
    case .int32(let values): return packBits(values) { words.contains($0.identityWord) }
    case .int64(let values): return packBits(values) { words.contains($0.identityWord) }
    case .float(let values): return packBits(values) { words.contains($0.identityWord) }
    case .double(let values): return packBits(values) { words.contains($0.identityWord) }
    case .int128(let values): return packBits(values) { wide.contains($0) }
    case .string(let strings):
      return packBits(column.count) { row in
        !column.isNull(row) && texts.contains(Array(strings.bytes(row)))
      }
    default:
      return packBits(column.count) { row in
        !column.isNull(row)
          && (0..<members.count).contains { compareRows(column, row, members, $0) == 0 }
      }
    }
  }
}
