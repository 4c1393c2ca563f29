/// How the bounds of a column's statistics are ordered.
package enum ColumnOrder: Sendable, Hashable {
  /// By the order that the column's type defines.
  case typeDefined
  /// IEEE 754 total order of floating-point numbers.
  case totalOrder
  /// One that is not known here: the bounds must not be used.
  case other
}

extension ColumnOrder: CompactStructure {
  package init(from reader: inout CompactReader) throws(ParquetError) {
    self = .other
    try reader.beginStructure()
    var last = 0
    while let field = try reader.nextField(&last) {
      switch field.id {
      case 1: self = .typeDefined
      case 2: self = .totalOrder
      default: self = .other
      }
      try reader.skip(field)
    }
  }

  package func write(to writer: inout CompactWriter) {
    writer.structure { writer in
      switch self {
      case .typeDefined: writer.emptyField(1)
      case .totalOrder: writer.emptyField(2)
      case .other: break
      }
    }
  }
}
