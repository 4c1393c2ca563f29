import Columnar
import FileStorage

/// What an index says about one data page of a column without lists or groups above.
package struct PageBounds: Sendable, Hashable {
  /// Rows of the row group.
  package var rows: Range<Int>
  /// Whether the page holds only nulls.
  package var isNull: Bool
  package var bounds: ColumnBounds
}

extension ParquetFile {
  /// Bounds and null count of a column in a row group; nil when the column is nested, or nothing is
  /// known.
  ///
  /// Old statistics of strings and unsigned numbers are ignored: they were compared as signed.
  package func bounds(rowGroup: Int, column: Int) -> ColumnBounds? {
    guard let leaf = flatLeaf(column), let decoder = boundsDecoder(leaf, column: column),
      let statistics = metadata.rowGroups[rowGroup].columns[leaf].metaData?.statistics
    else { return nil }
    var bounds = decoder.bounds(statistics)
    if leaves[leaf].definitionLevel == 0 { bounds.nullCount = 0 }
    return bounds
  }

  /// Bounds of the data pages of a column in a row group, in order; nil when the file has no index
  /// for it or the column is nested.
  ///
  /// Costs two small reads.
  package func pageBounds(
    rowGroup: Int, column: Int
  ) throws(ParquetError) -> [PageBounds]? {
    guard let leaf = flatLeaf(column), let decoder = boundsDecoder(leaf, column: column) else {
      return nil
    }
    do throws(ParquetError) {
      guard let pages = try pageRows(rowGroup: rowGroup, leaf: leaf),
        let index = try columnIndex(rowGroup: rowGroup, leaf: leaf)
      else { return nil }
      guard index.isNullPage.count == pages.count, index.minValues.count == pages.count,
        index.maxValues.count == pages.count, index.nullCounts?.count ?? pages.count == pages.count
      else { throw .damaged("column index and offset index count different pages") }
      return pages.indices.map { page in
        var bounds = ColumnBounds()
        if !index.isNullPage[page], decoder.isOrdered {
          bounds = decoder.bounds(
            minimum: index.minValues[page], maximum: index.maxValues[page])
        }
        bounds.nullCount = index.nullCounts.flatMap { Int(exactly: $0[page]) }
        return PageBounds(rows: pages[page].rows, isNull: index.isNullPage[page], bounds: bounds)
      }
    } catch {
      throw error.at(
        path: file.path, rowGroup: rowGroup, column: leafName(rowGroup, leaf))
    }
  }

  /// Where the data pages of a leaf are and which rows they hold; nil without an index.
  func pageRows(
    rowGroup: Int, leaf: Int
  ) throws(ParquetError) -> [(rows: Range<Int>, offset: Int)]? {
    let chunk = metadata.rowGroups[rowGroup].columns[leaf]
    guard let bytes = try indexBytes(chunk.offsetIndexOffset, chunk.offsetIndexLength) else {
      return nil
    }
    var reader = CompactReader(bytes)
    let locations = try OffsetIndex(from: &reader).pageLocations
    let rowCount = metadata.rowGroups[rowGroup].rowCount
    var pages: [(rows: Range<Int>, offset: Int)] = []
    for (index, location) in locations.enumerated() {
      let end = index + 1 < locations.count ? locations[index + 1].firstRow : rowCount
      guard location.firstRow >= 0, location.firstRow <= end, end <= rowCount,
        location.offset >= 0, location.offset <= Int64(file.size),
        index > 0 || location.firstRow == 0
      else { throw .damaged("offset index: page \(index) at row \(location.firstRow)") }
      if let before = pages.last, Int(location.offset) <= before.offset {
        throw .damaged("offset index: page \(index) lies before its predecessor")
      }
      pages.append((Int(location.firstRow)..<Int(end), Int(location.offset)))
    }
    return pages
  }

  private func columnIndex(rowGroup: Int, leaf: Int) throws(ParquetError) -> ColumnIndex? {
    let chunk = metadata.rowGroups[rowGroup].columns[leaf]
    guard let bytes = try indexBytes(chunk.columnIndexOffset, chunk.columnIndexLength) else {
      return nil
    }
    var reader = CompactReader(bytes)
    return try ColumnIndex(from: &reader)
  }

  private func indexBytes(_ offset: Int64?, _ length: Int32?) throws(ParquetError) -> [UInt8]? {
    guard let offset, let length, length > 0 else { return nil }
    guard offset >= 0, Int(length) <= budget.footerBytes else {
      throw .damaged("page index of \(length) bytes at \(offset)")
    }
    do throws(FileError) {
      return try file.read(at: Int(offset), count: Int(length))
    } catch { throw ParquetError(error) }
  }

  /// The leaf of a column that is not nested.
  private func flatLeaf(_ column: Int) -> Int? {
    guard let shape = try? shape(column), case .leaf(let leaf, _) = shape.kind,
      leaves[leaf].repetitionLevel == 0
    else { return nil }
    return leaf
  }

  private func boundsDecoder(_ leaf: Int, column: Int) -> BoundsDecoder? {
    guard let shape = try? shape(column), case .leaf(_, let type) = shape.kind else { return nil }
    let orders = metadata.columnOrders ?? []
    return BoundsDecoder(
      type, element: leaves[leaf].element, order: leaf < orders.count ? orders[leaf] : nil)
  }
}
