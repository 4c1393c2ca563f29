import Columnar

/// What an expression gives for a chunk: a column, or one value for all rows.
enum Datum: Sendable {
  case column(Column)
  case constant(Value)

  /// As a column of `rowCount` rows.
  func column(_ type: DataType, rowCount: Int) throws(QueryError) -> Column {
    switch self {
    case .column(let column): return column
    case .constant(let value):
      guard let column = Column.repeating(value, type: type, count: rowCount) else {
        throw QueryError(.type, "the constant \(value) is not of type \(type.sqlName)")
      }
      return column
    }
  }

  var constant: Value? { if case .constant(let value) = self { value } else { nil } }

  /// The same under another type of the same storage.
  func retyped(_ type: DataType) -> Datum {
    if case .column(let column) = self { .column(column.retyped(type)) } else { self }
  }
}

/// One operand of a binary kernel.
enum Operand<Element: BitwiseCopyable> {
  case values([Element])
  case scalar(Element)
}
