package import Columnar

extension DeltaField {
  /// A data file's column as this column of the table: types widened, nested members in place.
  ///
  /// For tables that do not map columns.
  package func conforming(
    _ column: Column, table: String, file: String
  ) throws(DeltaError) -> Column {
    do {
      return try ColumnConformer(mapping: .none).conform(column, to: self)
    } catch {
      throw DeltaError.corrupt(
        "Consistency Between Table Metadata and Data Files", table: table, file: file,
        "column '\(name)': \(error.detail)")
    }
  }
}

extension DeltaScan {
  /// The table's rows in a batch of a data file's.
  ///
  /// Adds partition columns and nulls for columns that the file does not have, widens narrower
  /// types, renames nested members and drops deleted rows.
  ///
  /// - Parameters:
  ///   - physical: Rows of the file, columns named as in the file. Columns not wanted are passed
  ///     over.
  ///   - columns: The table's columns wanted, in this order.
  ///   - firstRow: The position in the file of the batch's first row, for `deleted`.
  ///   - namesByFieldId: For tables that map columns by id: the file's column names by field id.
  package func logicalBatch(
    from physical: Batch, of file: DeltaScanFile, columns: [Int], firstRow: Int64 = 0,
    deleted: DeletionVector? = nil, namesByFieldId: [Int32: String] = [:]
  ) throws(DeltaError) -> Batch {
    var result: [Columnar.Column] = []
    result.reserveCapacity(columns.count)
    for index in columns {
      let column = self.columns[index]
      switch column.source {
      case .partition(let position):
        result.append(try constant(file.partitionValues[position], column.field, physical.rowCount))
      case .file:
        let name = fileName(of: column.field, names: namesByFieldId)
        guard let position = name.flatMap({ physical.schema.index(of: $0) }) else {
          result.append(.nulls(column.field.columnar.type, count: physical.rowCount))
          continue
        }
        do {
          result.append(
            try ColumnConformer(mapping: mapping, namesByFieldId: namesByFieldId).conform(
              physical.columns[position], to: column.field))
        } catch {
          throw DeltaError.corrupt(
            "Consistency Between Table Metadata and Data Files", table: snapshot.table,
            file: file.add.path, "column '\(column.field.name)': \(error.detail)")
        }
      }
    }
    let batch = Batch(
      schema: schema.projected(to: columns), columns: result, rowCount: physical.rowCount)
    guard let kept = deleted?.keptRows(in: firstRow..<firstRow + Int64(physical.rowCount)) else {
      return batch
    }
    return batch.filter(kept)
  }

  /// The name under which a data file has a column; nil when it has none.
  func fileName(of field: DeltaField, names: [Int32: String]) -> String? {
    mapping.fileName(of: field, names: names)
  }

  private func constant(
    _ value: Value, _ field: DeltaField, _ count: Int
  ) throws(DeltaError) -> Columnar.Column {
    if let column = Columnar.Column.repeating(value, type: field.columnar.type, count: count) {
      return column
    }
    throw DeltaError.corrupt(
      "Partition Value Serialization", table: snapshot.table,
      "a value of partition column '\(field.name)' does not fit its type")
  }
}
