package import Columnar
package import Compression
import FileStorage

/// Reads chosen columns of one row group, a batch at a time.
///
/// Memory is bounded by one page and one window of file a leaf, besides the batch. Belongs to one
/// worker; a dictionary column's batches share one `StringValues` as long as its pages are coded.
package final class RowGroupReader {
  package let schema: Schema
  package let rowCount: Int
  /// Rows given out or skipped so far.
  package private(set) var position = 0
  private let file: ParquetFile
  private let rowGroup: Int
  private let columns: [Column]

  private struct Column {
    let shape: ColumnShape
    let readers: [ColumnChunkReader]
    /// One leaf without lists or groups above.
    let isFlat: Bool
  }

  /// - Parameters:
  ///   - columns: Positions among the file's columns; all when nil.
  ///   - decompressor: The worker's own.
  /// - Throws: When a chosen column cannot be read, naming the feature.
  package init(
    _ file: ParquetFile, rowGroup: Int, columns: [Int]? = nil,
    decompressor: Decompressor = Decompressor()
  ) throws(ParquetError) {
    let indices = columns ?? Array(file.columnNames.indices)
    precondition(rowGroup >= 0 && rowGroup < file.rowGroupCount)
    self.file = file
    self.rowGroup = rowGroup
    rowCount = file.rowCount(ofRowGroup: rowGroup)
    schema = try file.schema(of: indices)
    var opened: [Column] = []
    for index in indices {
      let shape = try file.shape(index)
      var readers: [ColumnChunkReader] = []
      for leaf in shape.leaves {
        do throws(ParquetError) {
          readers.append(
            try file.chunkReader(
              rowGroup: rowGroup, leaf: leaf, type: try shape.leafType(leaf),
              decompressor: decompressor))
        } catch {
          throw error.at(
            path: file.file.path, rowGroup: rowGroup, column: file.leafName(rowGroup, leaf))
        }
      }
      let isFlat: Bool
      if case .leaf = shape.kind { isFlat = shape.definition <= 1 } else { isFlat = false }
      opened.append(Column(shape: shape, readers: readers, isFlat: isFlat))
    }
    self.columns = opened
  }

  package static let defaultBatchRows = 16_384

  /// Skipping at least so many rows reads the page index, where there is one.
  private static let indexedSkipRows = 4096

  /// The next rows, nil behind the last one.
  package func next(
    maxRows: Int = RowGroupReader.defaultBatchRows
  ) throws(ParquetError) -> Batch? {
    let count = min(max(1, maxRows), rowCount - position)
    guard count > 0 else { return nil }
    position += count
    var values: [Columnar.Column] = []
    for column in columns {
      do throws(ParquetError) {
        values.append(try read(column, count))
        if position == rowCount { for reader in column.readers { try reader.finish() } }
      } catch {
        throw error.at(path: file.file.path, rowGroup: rowGroup, column: column.shape.field.name)
      }
    }
    return Batch(schema: schema, columns: values, rowCount: count)
  }

  /// All rows that are left, as one batch.
  package func rest() throws(ParquetError) -> Batch {
    guard schema.count > 0 else {
      let count = rowCount - position
      position = rowCount
      return Batch(schema: schema, columns: [], rowCount: count)
    }
    var batches: [Batch] = []
    // Rows are read in batches, so that a false row count is found out before memory is taken for it.
    while let batch = try next(maxRows: 1 << 17) { batches.append(batch) }
    if batches.count == 1 { return batches[0] }
    do throws(ColumnOverflow) { return try Batch.concatenate(batches, schema: schema) } catch {
      throw ParquetError(error)
    }
  }

  /// Passes over `count` rows (at most the ones left); whole pages are not even decompressed.
  package func skip(_ count: Int) throws(ParquetError) {
    let count = min(max(0, count), rowCount - position)
    position += count
    for column in columns {
      do throws(ParquetError) {
        try skip(column, count)
      } catch {
        throw error.at(path: file.file.path, rowGroup: rowGroup, column: column.shape.field.name)
      }
    }
  }

  private func read(_ column: Column, _ count: Int) throws(ParquetError) -> Columnar.Column {
    if column.isFlat { return try column.readers[0].readFlat(count) }
    var leaves: [Int: LeafEntries] = [:]
    for (offset, reader) in column.readers.enumerated() {
      leaves[column.shape.leaves.lowerBound + offset] = try reader.readEntries(rows: count)
    }
    return try NestedAssembly(leaves: leaves).column(column.shape, count: count)
  }

  private func skip(_ column: Column, _ count: Int) throws(ParquetError) {
    for reader in column.readers {
      var left = count
      if column.isFlat, left >= RowGroupReader.indexedSkipRows, reader.isBetweenPages,
        let pages = try file.pageRows(rowGroup: rowGroup, leaf: column.shape.leaves.lowerBound)
      {
        left -= try reader.jump(rows: left, pages: pages)
      }
      while left > 0 {
        left -= try reader.skipPages(rows: left)
        let part = min(left, RowGroupReader.defaultBatchRows)
        guard part > 0 else { break }
        if column.isFlat {
          let inPage = reader.rowsInPage > 0 ? min(part, reader.rowsInPage) : part
          _ = try reader.readFlat(inPage)
          left -= inPage
        } else {
          _ = try reader.readEntries(rows: part)
          left -= part
        }
      }
    }
  }
}

extension ColumnShape {
  /// The type of one of its leaves.
  func leafType(_ leaf: Int) throws(ParquetError) -> LeafType {
    switch kind {
    case .leaf(_, let type): return type
    case .list(_, _, let element): return try element.leafType(leaf)
    case .structure(let members):
      guard let member = members.first(where: { $0.leaves.contains(leaf) }) else {
        throw .damaged("'\(field.name)' has no leaf \(leaf)")
      }
      return try member.leafType(leaf)
    }
  }
}

extension ParquetFile {
  /// The leaf's path in the schema, for messages.
  func leafName(_ rowGroup: Int, _ leaf: Int) -> String {
    metadata.rowGroups[rowGroup].columns[leaf].metaData?.path.joined(separator: ".")
      ?? leaves[leaf].name
  }

  /// A reader of one leaf's chunk, after its metadata has been checked against the schema and file.
  func chunkReader(
    rowGroup: Int, leaf: Int, type: LeafType, decompressor: Decompressor
  ) throws(ParquetError) -> ColumnChunkReader {
    let chunk = metadata.rowGroups[rowGroup].columns[leaf]
    let node = leaves[leaf]
    guard !chunk.hasEncryption, let column = chunk.metaData else {
      throw .unsupported("encrypted column")
    }
    if let other = chunk.filePath, !other.isEmpty {
      throw .unsupported("column chunk in another file ('\(other)')")
    }
    guard column.type == node.element.type else {
      throw .damaged("column chunk of another type (\(column.type)) than the schema's")
    }
    guard let codec = column.codec.codec else {
      throw .unsupported("compression codec number \(column.codec.rawValue)")
    }
    guard codec.isReadable else { throw .unsupported("compression codec \(codec.name)") }
    let rows = metadata.rowGroups[rowGroup].rowCount
    guard column.valueCount >= 0, node.repetitionLevel > 0 || column.valueCount == rows else {
      throw .damaged("column chunk of \(column.valueCount) values in a row group of \(rows) rows")
    }
    guard let entries = Int(exactly: column.valueCount) else {
      throw .damaged("column chunk of \(column.valueCount) values")
    }
    let pages = PageReader(
      file, range: try pageRange(column), codec: codec, budget: budget,
      decompressor: decompressor)
    return ColumnChunkReader(node, leaf: type, entries: entries, pages: pages, budget: budget)
  }

  /// Where the chunk's pages lie in the file.
  private func pageRange(_ column: ColumnMetaData) throws(ParquetError) -> Range<Int> {
    if column.valueCount == 0 { return 0..<0 }
    var start = Int(column.dataPageOffset)
    // Some writers put 0 where there is no dictionary.
    if let dictionary = column.dictionaryPageOffset, dictionary > 0 {
      start = min(start, Int(dictionary))
    }
    let size = column.totalCompressedSize
    guard start >= 4, size >= 0, start <= file.size - 8, size <= Int64(file.size - 8 - start) else {
      throw .damaged(
        "column chunk of \(size) bytes at \(start) lies outside the file of \(file.size)")
    }
    // Old writers forgot to count a header: pages may reach a little farther than they say.
    return start..<min(start + Int(size) + 128, file.size - 8)
  }
}
