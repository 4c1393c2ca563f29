package import Columnar

/// Builds small tables row by row: system tables, DESCRIBE, SHOW.
package struct RowBuilder {
  private let schema: Schema
  private var builders: [ColumnBuilder]
  private var count = 0

  package init(_ columns: [(name: String, type: DataType)]) {
    schema = Schema(columns.map { Field($0.name, $0.type) })
    builders = columns.map { ColumnBuilder($0.type) }
  }

  /// - Precondition: One value a column, of its type or null.
  package mutating func append(_ values: [Value]) {
    precondition(values.count == builders.count)
    for (index, value) in values.enumerated() {
      let fits = builders[index].append(value)
      precondition(fits, "a value does not fit column \(schema[index].name)")
    }
    count += 1
  }

  package var batch: Batch {
    Batch(schema: schema, columns: builders.map { $0.finish() }, rowCount: count)
  }
}
