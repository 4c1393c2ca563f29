import Columnar
import FileStorage
import Parquet
import Testing

@Suite("Foreign files, rewritten")
struct RewriteTests {
  private static let folder = TestFiles.conformance + "/data"
  private static let names = TestFiles.names(in: folder, suffix: ".parquet")

  /// Every type and nesting that others write goes through reader, writer and reader.
  @Test(
    "hold the same rows",
    .enabled(if: !names.isEmpty, "needs ../shared/conformance"), arguments: names)
  func rewrite(name: String) throws {
    let bytes = try #require(TestFiles.bytes(RewriteTests.folder + "/" + name))
    // What cannot be read is the reader's business, and a structure without members no file's.
    guard let source = try? ParquetFile(file: BytesFile(bytes)), let schema = try? source.schema(),
      let batches = try? RewriteTests.batches(source), schema.count > 0
    else { return }
    var options = WriterOptions()
    options.rowGroupRows = 1000
    options.pageRows = 64
    let written = try WrittenBytes(batches, schema: schema, options: options)
    let copies = try RewriteTests.batches(try written.open())
    // Members of lists and maps get the names of the format, so only columns are compared.
    let copied = try written.open().schema()
    #expect(copied.names == schema.names)
    #expect(copied.fields.map(\.isNullable) == schema.fields.map(\.isNullable))
    let before = batches.flatMap { batch in (0..<batch.rowCount).map(batch.row) }
    let after = copies.flatMap { batch in (0..<batch.rowCount).map(batch.row) }
    #expect(before.count == after.count)
    for (row, (expected, found)) in zip(before, after).enumerated() {
      guard expected.map(bits) == found.map(bits) else {
        Issue.record("row \(row): expected \(expected), found \(found)")
        return
      }
    }
  }

  private static func batches(_ file: ParquetFile) throws(ParquetError) -> [Batch] {
    var batches: [Batch] = []
    for group in 0..<file.rowGroupCount {
      let reader = try RowGroupReader(file, rowGroup: group)
      // Small batches, so that row groups are put together from parts.
      while let batch = try reader.next(maxRows: 300) { batches.append(batch) }
    }
    return batches
  }
}
