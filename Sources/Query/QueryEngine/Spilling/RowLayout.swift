import Columnar

/// The columns that rows have on disk: those of the chunk or some expressions over it, and the place
/// of the row in the operator's input as the last.
struct RowLayout: Sendable {
  /// Whether the chunk's own columns come first.
  let keepsColumns: Bool
  /// Types of the chunk's columns, when they are kept.
  let columnTypes: [DataType]
  private(set) var expressions: [BoundExpression] = []
  /// The columns whose hash decides the partition.
  private(set) var hashed: [Int] = []

  /// - Parameter keeping: Types of the chunk's columns; nil leaves them out.
  init(keeping types: [DataType]?) {
    keepsColumns = types != nil
    columnTypes = types ?? []
  }

  /// The place of an expression's values; a new column unless it is there.
  mutating func place(of expression: BoundExpression) -> Int {
    if keepsColumns, case .column(let index, _) = expression { return index }
    if let known = expressions.firstIndex(of: expression) { return columnTypes.count + known }
    expressions.append(expression)
    return columnTypes.count + expressions.count - 1
  }

  /// The expression as a column of the rows on disk.
  mutating func column(of expression: BoundExpression) -> BoundExpression {
    .column(place(of: expression), expression.type)
  }

  mutating func hash(_ expression: BoundExpression) { hashed.append(place(of: expression)) }

  var types: [DataType] { columnTypes + expressions.map(\.type) + [.int64] }
  var positionPlace: Int { columnTypes.count + expressions.count }
}

/// Brings a worker's chunks into a layout.
final class RowShaper {
  private let keepsColumns: Bool
  private let evaluators: [Evaluator]

  init(_ layout: RowLayout) throws(QueryError) {
    keepsColumns = layout.keepsColumns
    evaluators = try ExpressionCompiler.compile(layout.expressions)
  }

  func rows(_ chunk: Chunk, position: Int64) throws(QueryError) -> Chunk {
    var columns = keepsColumns ? chunk.columns : []
    for evaluator in evaluators { columns.append(try evaluator.column(chunk)) }
    columns.append(
      Column(.int64, .int64(makeValues(chunk.rowCount) { position &+ Int64($0) })))
    return Chunk(columns: columns, rowCount: chunk.rowCount)
  }
}
