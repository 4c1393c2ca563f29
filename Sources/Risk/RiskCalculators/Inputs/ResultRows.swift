import Columnar
import QueryEngine

/// Columns of a result, a value at a time; for results with few columns a row.
struct ResultRows {
  private let calculator: String
  private let schema: Schema
  private var builders: [ColumnBuilder]
  private var count = 0

  init(_ calculator: String, _ schema: Schema) {
    self.calculator = calculator
    self.schema = schema
    builders = schema.fields.map { ColumnBuilder($0.type) }
  }

  /// - Throws: `.arithmetic` naming the column whose type the value does not fit.
  mutating func append(_ row: [Value]) throws(QueryError) {
    for (index, value) in row.enumerated() where !builders[index].append(value) {
      throw QueryError(
        .arithmetic,
        "\(calculator): \(schema[index].name) does not fit \(schema[index].type.sqlName)")
    }
    count += 1
  }

  consuming func batches() -> [Batch] {
    count == 0
      ? []
      : [Batch(schema: schema, columns: builders.map { $0.finish() }, rowCount: count)]
  }
}
