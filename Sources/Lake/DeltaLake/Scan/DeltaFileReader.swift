package import Columnar
package import FileStorage
package import Parquet

/// One data file of a scan, opened: gives the table's rows that are in it.
///
/// Immutable, so several workers may read its row groups at once.
package final class DeltaFileReader: Sendable {
  package let scan: DeltaScan
  package let file: DeltaScanFile
  package let parquet: ParquetFile
  /// The rows of the file that no longer count.
  package let deleted: DeletionVector?
  /// The names of the file's columns, nested ones included, by Parquet field id; empty unless the
  /// table maps columns by id.
  package let namesByFieldId: [Int32: String]

  /// Opens the file and loads its deletion vector.
  package init(
    _ file: DeltaScanFile, of scan: DeltaScan, in store: some FileStore
  ) throws(DeltaError) {
    self.scan = scan
    self.file = file
    let table = scan.snapshot.table
    let handle: any ReadableFile
    do {
      handle = try store.open(file.path)
    } catch {
      if error.reason == .notFound {
        throw DeltaError(
          .unreadableFile, table: table, file: file.add.path,
          "version \(scan.snapshot.version) needs this data file, and it does not exist")
      }
      throw .disk(error, table: table, file: file.add.path)
    }
    do {
      parquet = try ParquetFile(file: handle)
    } catch {
      throw DeltaFileReader.translated(error, table: table, file: file)
    }
    deleted = try scan.deletedRows(of: file)
    var names: [Int32: String] = [:]
    if scan.mapping == .id {
      for element in parquet.metadata.schema {
        if let id = element.fieldID { names[id] = element.name }
      }
      guard !names.isEmpty else {
        throw DeltaError(
          .unreadableFile, table: table, file: file.add.path,
          "the table maps columns by id, and the data file has no field ids")
      }
    }
    namesByFieldId = names
  }

  package var rowGroupCount: Int { parquet.rowGroupCount }

  /// The position in the file of a row group's first row.
  package func firstRow(ofRowGroup index: Int) -> Int64 {
    (0..<index).reduce(0) { $0 + Int64(parquet.rowCount(ofRowGroup: $1)) }
  }

  /// The positions among the file's columns of the table's `columns`; partition columns and columns
  /// that the file does not have are left out.
  package func filePositions(of columns: [Int]) -> [Int] {
    var positions: [Int] = []
    for index in columns where scan.columns[index].source == .file {
      guard let name = scan.fileName(of: scan.columns[index].field, names: namesByFieldId),
        let position = parquet.index(of: name), !positions.contains(position)
      else { continue }
      positions.append(position)
    }
    return positions
  }

  /// The rows of a row group that count, with the table's `columns` in that order.
  package func read(rowGroup: Int, columns: [Int]) throws(DeltaError) -> Batch {
    let physical: Batch
    do {
      physical = try RowGroupReader(
        parquet, rowGroup: rowGroup, columns: filePositions(of: columns)
      ).rest()
    } catch {
      throw DeltaFileReader.translated(error, table: scan.snapshot.table, file: file)
    }
    return try logicalBatch(
      from: physical, columns: columns, firstRow: firstRow(ofRowGroup: rowGroup))
  }

  /// The rows that count of a batch which the caller has read with the columns `filePositions`.
  ///
  /// - Parameter firstRow: The position in the file of the batch's first row.
  package func logicalBatch(
    from physical: Batch, columns: [Int], firstRow: Int64
  ) throws(DeltaError) -> Batch {
    try scan.logicalBatch(
      from: physical, of: file, columns: columns, firstRow: firstRow, deleted: deleted,
      namesByFieldId: namesByFieldId)
  }

  private static func translated(
    _ error: ParquetError, table: String, file: DeltaScanFile
  ) -> DeltaError {
    if case .file(let reason) = error.reason {
      return .disk(reason, table: table, file: file.add.path)
    }
    return DeltaError(.unreadableFile, table: table, file: file.add.path, "\(error)")
  }
}
