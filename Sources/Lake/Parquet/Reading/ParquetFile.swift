package import Columnar
import Compression
package import FileStorage

/// An open Parquet file: its footer, and its columns as Tarn's types.
///
/// Immutable, so many workers may read its row groups at once, each with a reader of its own.
package final class ParquetFile: Sendable {
  package let file: any ReadableFile
  package let metadata: FileMetaData
  package let budget: ReadBudget
  private let columns: [TopColumn]
  /// The leaves of the schema, in file order.
  let leaves: [SchemaNode]

  /// A column of the table.
  struct TopColumn: Sendable {
    let name: String
    /// Where its leaves are; or why it cannot be read.
    let shape: Result<ColumnShape, ParquetError>
  }

  /// Reads the footer: one or two reads from the end of the file.
  package init(
    file: any ReadableFile, budget: ReadBudget = ReadBudget()
  ) throws(ParquetError) {
    self.file = file
    self.budget = budget
    do throws(ParquetError) {
      metadata = try ParquetFile.footer(file, budget)
      let root = try SchemaNode.tree(metadata.schema)
      var leaves: [SchemaNode] = []
      ParquetFile.collect(root, &leaves)
      self.leaves = leaves
      columns = root.children.map { child in
        let shape: Result<ColumnShape, ParquetError>
        do throws(ParquetError) {
          shape = .success(try ColumnShape(child))
        } catch {
          shape = .failure(error.at(path: file.path, column: child.name))
        }
        return TopColumn(name: child.name, shape: shape)
      }
      try ParquetFile.check(metadata, leaves: leaves.count)
    } catch { throw error.at(path: file.path) }
  }

  /// Rows of all row groups.
  package var rowCount: Int { metadata.rowGroups.reduce(0) { $0 + Int($1.rowCount) } }
  package var rowGroupCount: Int { metadata.rowGroups.count }
  package var columnNames: [String] { columns.map(\.name) }

  package func rowCount(ofRowGroup index: Int) -> Int { Int(metadata.rowGroups[index].rowCount) }

  /// All columns; throws the reason when one of them cannot be read.
  package func schema() throws(ParquetError) -> Schema {
    try schema(of: Array(columns.indices))
  }

  /// The columns at `indices` only.
  package func schema(of indices: [Int]) throws(ParquetError) -> Schema {
    var fields: [Field] = []
    for index in indices { fields.append(try shape(index).field) }
    return Schema(fields)
  }

  /// The position of a column by its exact name, else ignoring ASCII case.
  package func index(of name: String) -> Int? {
    if let exact = columns.firstIndex(where: { $0.name == name }) { return exact }
    let lowered = name.lowercased()
    return columns.firstIndex { $0.name.lowercased() == lowered }
  }

  func shape(_ index: Int) throws(ParquetError) -> ColumnShape {
    try columns[index].shape.get()
  }

  private static func collect(_ node: SchemaNode, _ leaves: inout [SchemaNode]) {
    if node.isLeaf { leaves.append(node) }
    for child in node.children { collect(child, &leaves) }
  }

  private static func check(_ metadata: FileMetaData, leaves: Int) throws(ParquetError) {
    var rows: Int64 = 0
    for (index, group) in metadata.rowGroups.enumerated() {
      guard group.columns.count == leaves else {
        throw ParquetError(
          .damaged, "row group has \(group.columns.count) column chunks, the schema \(leaves)",
          rowGroup: index)
      }
      guard group.rowCount >= 0, group.rowCount <= Int64(Int32.max) << 16 else {
        throw ParquetError(.damaged, "row group of \(group.rowCount) rows", rowGroup: index)
      }
      let (sum, overflow) = rows.addingReportingOverflow(group.rowCount)
      if overflow { throw ParquetError(.damaged, "too many rows", rowGroup: index) }
      rows = sum
    }
    // Some writers leave the footer's count at 0; any other contradiction is damage.
    guard metadata.rowCount == rows || metadata.rowCount == 0 else {
      throw .damaged("footer counts \(metadata.rowCount) rows, its row groups \(rows)")
    }
  }

  /// Bytes read at once from the end, enough for the footer of most files.
  private static let tailBytes = 1 << 16

  private static func footer(
    _ file: any ReadableFile, _ budget: ReadBudget
  ) throws(ParquetError) -> FileMetaData {
    let size = file.size
    guard size >= 12 else {
      throw ParquetError(.notParquet, "no Parquet file: \(size) bytes are too few")
    }
    var tail: [UInt8]
    do throws(FileError) {
      let count = min(size, tailBytes)
      tail = try file.read(at: size - count, count: count)
    } catch { throw ParquetError(error) }
    let magic = Array(tail.suffix(4))
    guard magic == FileMetaData.magic else {
      if magic == Array("PARE".utf8) { throw .unsupported("encrypted footer") }
      throw ParquetError(.notParquet, "no Parquet file: it does not end in PAR1")
    }
    var length = 0
    for index in 0..<4 { length |= Int(tail[tail.count - 8 + index]) << (8 * index) }
    guard length <= size - 12 else {
      throw .damaged("footer of \(length) bytes in a file of \(size)", offset: size - 8)
    }
    guard length <= budget.footerBytes else {
      throw ParquetError(
        .overBudget, "footer of \(length) bytes, more than \(budget.footerBytes)")
    }
    if length + 8 > tail.count {
      do throws(FileError) {
        tail = try file.read(at: size - length - 8, count: length + 8)
      } catch { throw ParquetError(error) }
    }
    let start = tail.count - 8 - length
    var reader = CompactReader(tail, in: start..<start + length)
    do throws(ParquetError) {
      return try FileMetaData(from: &reader)
    } catch {
      throw ParquetError(
        error.reason, error.message,
        offset: error.offset.map { $0 - start + size - 8 - length })
    }
  }
}
