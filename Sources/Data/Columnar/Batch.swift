/// Some rows of a table: columns of equal length under a schema.
package struct Batch: Sendable {
  package let schema: Schema
  package let columns: [Column]
  package let rowCount: Int

  /// - Precondition: one column a field, of its type, all with `rowCount` rows.
  package init(schema: Schema, columns: [Column], rowCount: Int) {
    precondition(schema.count == columns.count)
    precondition(columns.allSatisfy { $0.count == rowCount })
    self.schema = schema
    self.columns = columns
    self.rowCount = rowCount
  }

  /// - Precondition: there is at least one column; a batch without columns needs its row count.
  package init(schema: Schema, columns: [Column]) {
    self.init(schema: schema, columns: columns, rowCount: columns[0].count)
  }

  package func slice(_ range: Range<Int>) -> Batch {
    Batch(schema: schema, columns: columns.map { $0.slice(range) }, rowCount: range.count)
  }

  package func take(_ indices: [Int32]) -> Batch {
    Batch(schema: schema, columns: columns.map { $0.take(indices) }, rowCount: indices.count)
  }

  package func filter(_ mask: Bitmap) -> Batch {
    mask.isAllSet ? self : take(mask.setIndices())
  }

  package func projected(to indices: [Int]) -> Batch {
    Batch(
      schema: schema.projected(to: indices), columns: indices.map { columns[$0] },
      rowCount: rowCount)
  }

  /// The values of one row, boxed: for display and tests.
  package func row(_ index: Int) -> [Value] { columns.map { $0.value(index) } }

  /// All rows of all parts under one schema.
  package static func concatenate(
    _ parts: [Batch], schema: Schema
  ) throws(ColumnOverflow) -> Batch {
    guard !parts.isEmpty else {
      return Batch(
        schema: schema, columns: schema.fields.map { .nulls($0.type, count: 0) }, rowCount: 0)
    }
    var columns: [Column] = []
    for index in schema.fields.indices {
      columns.append(try Column.concatenate(parts.map { $0.columns[index] }))
    }
    return Batch(
      schema: schema, columns: columns,
      rowCount: parts.reduce(0) { $0 + $1.rowCount })
  }
}
