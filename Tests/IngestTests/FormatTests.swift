import Columnar
import Compression
import FileStorage
import Ingest
import Parquet
import Testing
import TestSupport

@Suite("Formats and compressions")
struct FormatTests {
  @Test(
    "are told by the first bytes, whatever the name", arguments: [CompressionCodec.gzip, .zstd])
  func compressed(codec: CompressionCodec) throws {
    let text = "a,b\n" + (0..<5000).map { "row \($0),\($0)\n" }.joined()
    let half = Array(text.utf8).count / 2
    let compressor = Compressor()
    // Two members or frames, one after the other, are one text.
    let bytes =
      try compressor.compress(codec, Array(text.utf8.prefix(half)))
      + compressor.compress(codec, Array(text.utf8.dropFirst(half)))
    for pieceBytes in [17, 1 << 20] {
      var options = ReadOptions()
      options.pieceBytes = pieceBytes
      let reading = try Reading(bytes: bytes, contract("a string,b int"), options: options)
      #expect(reading.rows.count == 5000)
      #expect(reading.rows.last?.map(shown) == ["row 4999", "4999"])
      #expect(reading.lines.last == 5001)
      #expect(reading.result.summary.bytesRead == bytes.count)
    }
    #expect {
      try Reading(bytes: Array(bytes.dropLast(9)), contract("a string,b int"))
    } throws: { error in
      (error as? IngestError)?.kind == .damaged && "\(error)".contains("ends too early")
    }
  }

  private func parquet(_ schema: Schema, _ rows: [[Value]]) throws -> [UInt8] {
    let store = MemoryFileStore()
    try store.makeDirectory("/in")
    let file = try store.create("/in/x")
    let writer = try ParquetWriter(file: file, schema: schema)
    let columns = schema.fields.indices.map { index in
      Column.of(schema[index].type, rows.map { $0[index] })
        ?? .nulls(schema[index].type, count: rows.count)
    }
    try writer.write(Batch(schema: schema, columns: columns, rowCount: rows.count))
    _ = try writer.finish()
    return try store.read("/in/x")
  }

  @Test("Parquet rows are cast where that loses nothing; the line is the row")
  func parquetRows() throws {
    let bytes = try parquet(
      Schema([
        Field("B", .int64), Field("a", .string), Field("m", .decimal(precision: 20, scale: 4)),
        Field("extra", .boolean),
      ]),
      [
        [.int64(1), .string("x"), .decimal(Decimal128(mantissa: 12500, scale: 4)), .null],
        [.int64(1 << 40), .string("y"), .null, .null],
        [.int64(-3), .null, .null, .boolean(true)],
        [.int64(4), .string("z"), .decimal(Decimal128(mantissa: 12345, scale: 4)), .null],
        [.null, .string("w"), .null, .null],
      ])
    var contract = contract("a string!,b int,m money")
    contract.receivedColumns = ["b", "m"]
    let reading = try Reading(bytes: bytes, contract)
    #expect(reading.rows.map { $0.map(shown) } == [["x", "1", "1.25"], ["w", "-", "-"]])
    #expect(reading.lines == [1, 5])
    #expect(reading.rejects == ["2 type b", "3 not null a", "4 type m"])
    #expect(reading.result.rejected[0].rawText == "1099511627776,y,")
    let received = reading.result.received.flatMap { part in
      (0..<part.rows.rowCount).map { part.rows.row($0).map(shown).joined(separator: "|") }
    }
    #expect(received == ["1|1.2500", "1099511627776|-", "-3|-", "4|1.2345", "-|-"])
    #expect(
      reading.result.summary.notes == [
        "column 'extra' of the file is not in the table and was ignored"
      ])
  }

  @Test("a Parquet column of another kind, or a truncated file, is a file error")
  func parquetErrors() throws {
    let bytes = try parquet(Schema([Field("a", .string)]), [[.string("x")]])
    #expect {
      try Reading(bytes: bytes, contract("a date"))
    } throws: { error in
      "\(error)".contains("expected a as date, found string")
    }
    #expect {
      try Reading(bytes: Array(bytes.dropLast(5)), contract("a string"))
    } throws: { error in
      (error as? IngestError)?.kind == .damaged
    }
  }
}
