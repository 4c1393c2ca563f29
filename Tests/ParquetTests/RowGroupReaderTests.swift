import Columnar
import Compression
import Parquet
import Testing

@Suite struct RowGroupReaderTests {
  private func open(_ bytes: [UInt8]) throws -> RowGroupReader {
    try RowGroupReader(ParquetFile(file: BytesFile(bytes)), rowGroup: 0)
  }

  private func codedFile() throws -> FileBuilder {
    var builder = FileBuilder(.byteArray, logical: .string, codec: .zstd)
    try builder.dictionary(count: 2, FileBuilder.plain(["FX", "Rates"]))
    try builder.page(count: 5, encoding: .rleDictionary, FileBuilder.run(of: 1, count: 5))
    try builder.page(count: 4, encoding: .rleDictionary, FileBuilder.run(of: 0, count: 4))
    return builder
  }

  @Test func `coded strings keep one shared dictionary`() throws {
    let reader = try open(codedFile().file())
    var dictionaries: [StringValues] = []
    var rows: [String] = []
    while let batch = try reader.next(maxRows: 2) {
      let strings = try #require(batch.columns[0].storage.string)
      #expect(strings.codes != nil)
      dictionaries.append(strings.values)
      rows += (0..<batch.rowCount).map(strings.string)
    }
    #expect(rows == [String](repeating: "Rates", count: 5) + [String](repeating: "FX", count: 4))
    #expect(dictionaries.allSatisfy { $0 === dictionaries[0] })
  }

  @Test(arguments: [1, 2, 3, 7, 100])
  func `a chunk that leaves its dictionary reads on`(batchRows: Int) throws {
    var builder = try codedFile()
    try builder.page(count: 3, encoding: .plain, FileBuilder.plain(["Credit", "", "Equity"]))
    try builder.page(count: 2, encoding: .rleDictionary, FileBuilder.run(of: 1, count: 2))
    let reader = try open(builder.file())
    var rows: [String] = []
    while let batch = try reader.next(maxRows: batchRows) {
      let strings = try #require(batch.columns[0].storage.string)
      rows += (0..<batch.rowCount).map(strings.string)
    }
    #expect(
      rows == [String](repeating: "Rates", count: 5) + [String](repeating: "FX", count: 4)
        + ["Credit", "", "Equity", "Rates", "Rates"])
  }

  @Test func `an index beyond the dictionary is refused`() throws {
    var builder = try codedFile()
    try builder.page(count: 1, encoding: .rleDictionary, FileBuilder.run(of: 2, count: 1))
    let error = #expect(throws: ParquetError.self) { try open(builder.file()).rest() }
    #expect(error?.reason == .damaged)
    #expect(error?.column == "x")
    #expect(error?.rowGroup == 0)
  }

  @Test(arguments: [8, 10, 1_000_000_000_000])
  func `another row count than the pages have is refused`(claimed: Int) throws {
    let bytes = try codedFile().file(claimedRows: claimed)
    let error = #expect(throws: ParquetError.self) { try open(bytes).rest() }
    #expect(error?.reason == .damaged)
  }

  @Test func `a small dictionary behind a long run is stopped by the budget`() throws {
    var builder = FileBuilder(.byteArray, logical: .string, codec: .zstd)
    let long = String(repeating: "x", count: 1_000_000)
    try builder.dictionary(count: 1, FileBuilder.plain([long]))
    for _ in 0..<10 {
      try builder.page(
        count: 10_000, encoding: .rleDictionary, FileBuilder.run(of: 0, count: 10_000))
    }
    let bytes = builder.file()
    #expect(bytes.count < 3000)
    let error = #expect(throws: ParquetError.self) { try open(bytes).rest() }
    #expect(error?.reason == .overBudget)
  }

  @Test func `a run of numbers without end is stopped by the budget`() throws {
    var builder = FileBuilder(.int64, codec: .zstd)
    try builder.dictionary(count: 1, [UInt8](repeating: 1, count: 8))
    for _ in 0..<20 {
      try builder.page(
        count: 500_000_000, encoding: .rleDictionary, FileBuilder.run(of: 0, count: 500_000_000))
    }
    var budget = ReadBudget()
    budget.chunkBytes = 1 << 20
    let file = try ParquetFile(file: BytesFile(builder.file()), budget: budget)
    let reader = try RowGroupReader(file, rowGroup: 0)
    let error = #expect(throws: ParquetError.self) {
      while try reader.next() != nil {}
    }
    #expect(error?.reason == .overBudget)
  }

  @Test func `a page larger than the budget is refused before memory is taken`() throws {
    var builder = FileBuilder(.int64, codec: .zstd)
    try builder.page(count: 131_072, encoding: .plain, [UInt8](repeating: 0, count: 1 << 20))
    var budget = ReadBudget()
    budget.pageBytes = 1 << 19
    let file = try ParquetFile(file: BytesFile(builder.file()), budget: budget)
    let error = #expect(throws: ParquetError.self) {
      try RowGroupReader(file, rowGroup: 0).rest()
    }
    #expect(error?.reason == .overBudget)
  }

  @Test func `an encoding that is not known is refused by name`() throws {
    var builder = FileBuilder(.double)
    try builder.page(count: 1, encoding: Encoding(rawValue: 10), [0, 1, 2])
    let error = #expect(throws: ParquetError.self) { try open(builder.file()).rest() }
    #expect(error?.reason == .unsupported)
    #expect(error?.message.contains("ALP") == true)
  }

  @Test(arguments: [
    (Int64(1_700_000_000_123_456_000), true), (1_700_000_000_123_456_001, false),
    (-1000, true), (-1, false),
  ])
  func `nanoseconds are kept exactly or refused`(nanos: Int64, isExact: Bool) throws {
    var builder = FileBuilder(
      .int64, logical: .timestamp(isAdjustedToUTC: true, unit: .nanos))
    let bits = UInt64(bitPattern: nanos)
    try builder.page(
      count: 1, encoding: .plain,
      (0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt64($0))) })
    let bytes = builder.file()
    if isExact {
      let value = try open(bytes).rest().columns[0].value(0)
      #expect(value == .timestamp(Timestamp(microseconds: nanos / 1000)))
    } else {
      let error = #expect(throws: ParquetError.self) { try open(bytes).rest() }
      #expect(error?.reason == .notRepresentable)
    }
  }

  @Test func `what is no Parquet file is told apart from damage`() {
    for bytes in [[], Array("PAR1".utf8), Array("id,desk\n1,FX\n2,Rates\n".utf8)] {
      let error = #expect(throws: ParquetError.self) { try ParquetFile(file: BytesFile(bytes)) }
      #expect(error?.reason == .notParquet)
    }
  }

  @Test(arguments: [
    "alltypes_tiny_pages.parquet", "alltypes_tiny_pages_plain.parquet",
    "delta_encoding_optional_column.parquet", "nested_structs.rust.parquet",
    "datapage_v2.snappy.parquet", "list_columns.parquet",
  ])
  func `skipping gives the rows that reading gives`(name: String) throws {
    guard let bytes = TestFiles.bytes(TestFiles.conformance + "/data/" + name) else {
      return print("skipped: \(TestFiles.conformance) is missing")
    }
    let file = try ParquetFile(file: BytesFile(bytes))
    let whole = try RowGroupReader(file, rowGroup: 0).rest()
    for skipped in [1, 3, whole.rowCount / 2, whole.rowCount - 1, 6000]
    where skipped > 0 && skipped < whole.rowCount {
      let reader = try RowGroupReader(file, rowGroup: 0)
      _ = try reader.next(maxRows: 1)
      try reader.skip(skipped - 1)
      let rest = try reader.rest()
      #expect(rest.rowCount == whole.rowCount - skipped)
      for row in [0, rest.rowCount / 2, rest.rowCount - 1] {
        #expect(
          rest.row(row).map(ValueDump.text) == whole.row(row + skipped).map(ValueDump.text))
      }
    }
  }
}
