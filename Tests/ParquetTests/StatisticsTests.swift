import Columnar
import Compression
import Parquet
import Testing

@Suite struct StatisticsTests {
  private func file(_ name: String) throws -> ParquetFile? {
    guard let bytes = TestFiles.bytes(TestFiles.conformance + "/data/" + name) else {
      print("skipped: \(TestFiles.conformance) is missing")
      return nil
    }
    return try ParquetFile(file: BytesFile(bytes, path: name))
  }

  @Test(arguments: [
    "alltypes_tiny_pages.parquet", "alltypes_tiny_pages_plain.parquet",
    "data_index_bloom_encoding_stats.parquet", "delta_encoding_required_column.parquet",
    "binary_truncated_min_max.parquet", "nan_in_stats.parquet", "int32_with_null_pages.parquet",
    "floating_orders_nan_count.parquet", "int32_decimal.parquet",
    "sort_columns.parquet", "alltypes_plain.parquet", "delta_byte_array.parquet",
  ])
  func `every value lies within the bounds of its chunk and page`(name: String) throws {
    guard let file = try file(name) else { return }
    var bounded = 0
    for group in 0..<file.rowGroupCount {
      let batch = try RowGroupReader(file, rowGroup: group).rest()
      for column in file.columnNames.indices {
        let values = batch.columns[column]
        if let bounds = file.bounds(rowGroup: group, column: column) {
          check(values, 0..<values.count, bounds)
          if bounds.minimum != nil { bounded += 1 }
        }
        for page in try file.pageBounds(rowGroup: group, column: column) ?? [] {
          check(values, page.rows, page.bounds)
          if page.isNull { #expect(page.rows.allSatisfy(values.isNull)) }
          bounded += 1
        }
      }
    }
    if name != "nan_in_stats.parquet", name != "alltypes_plain.parquet" { #expect(bounded > 0) }
  }

  private func check(_ column: Column, _ rows: Range<Int>, _ bounds: ColumnBounds) {
    var nulls = 0
    for row in rows {
      let value = column.value(row)
      if value.isNull {
        nulls += 1
        continue
      }
      if let minimum = bounds.minimum { #expect(!isLess(value, minimum)) }
      if let maximum = bounds.maximum { #expect(!isLess(maximum, value)) }
    }
    if let count = bounds.nullCount { #expect(count == nulls) }
  }

  private func isLess(_ left: Value, _ right: Value) -> Bool {
    switch (left, right) {
    case (.int32(let left), .int32(let right)): left < right
    case (.int64(let left), .int64(let right)): left < right
    case (.float(let left), .float(let right)): left < right
    case (.double(let left), .double(let right)): left < right
    case (.date(let left), .date(let right)): left < right
    case (.timestamp(let left), .timestamp(let right)): left < right
    case (.decimal(let left), .decimal(let right)): Decimal128.compare(left, right) < 0
    case (.string(let left), .string(let right)):
      left.utf8.lexicographicallyPrecedes(right.utf8)
    case (.binary(let left), .binary(let right)): left.lexicographicallyPrecedes(right)
    case (.boolean(let left), .boolean(let right)): !left && right
    default: true
    }
  }

  private func bounds(
    _ statistics: Statistics, _ type: PhysicalType, _ logical: LogicalType? = nil,
    orders: [ColumnOrder]? = [.typeDefined]
  ) throws -> ColumnBounds {
    let chunk = ColumnChunk(
      fileOffset: 0,
      metaData: ColumnMetaData(
        type: type, encodings: [], path: ["x"], codec: CodecNumber(.none), valueCount: 0,
        totalUncompressedSize: 0, totalCompressedSize: 0, dataPageOffset: 4,
        statistics: statistics))
    let metadata = FileMetaData(
      version: 2,
      schema: [
        SchemaElement(name: "schema", childCount: 1),
        SchemaElement(type: type, repetition: .optional, name: "x", logicalType: logical),
      ],
      rowCount: 0, rowGroups: [RowGroup(columns: [chunk], totalByteSize: 0, rowCount: 0)],
      columnOrders: orders)
    let bytes = FileMetaData.magic + metadata.encodedFooter()
    let file = try ParquetFile(file: BytesFile(bytes))
    return try #require(file.bounds(rowGroup: 0, column: 0))
  }

  @Test func `old bounds of strings and unsigned numbers are ignored`() throws {
    let old = Statistics(deprecatedMax: [9, 0, 0, 0], deprecatedMin: [1, 0, 0, 0])
    #expect(try bounds(old, .int32).minimum == .int32(1))
    #expect(try bounds(old, .int32).maximum == .int32(9))
    #expect(try bounds(old, .byteArray, .string).minimum == nil)
    #expect(try bounds(old, .int32, .integer(bitWidth: 32, isSigned: false)).maximum == nil)
  }

  @Test func `bounds without a known order are ignored`() throws {
    let statistics = Statistics(maxValue: [9, 0, 0, 0], minValue: [1, 0, 0, 0])
    #expect(try bounds(statistics, .int32).minimum == .int32(1))
    #expect(try bounds(statistics, .int32, orders: nil).minimum == nil)
    #expect(try bounds(statistics, .int32, orders: [.other]).minimum == nil)
  }

  @Test func `bounds cut within a character are ignored`() throws {
    let cut = Statistics(maxValue: [0xC3], minValue: [0x61], isMinValueExact: true)
    let found = try bounds(cut, .byteArray, .string)
    #expect(found.minimum == .string("a"))
    #expect(found.isMinimumExact)
    #expect(found.maximum == nil)
    #expect(!found.isMaximumExact)
  }

  @Test func `NaN bounds say nothing and zeros hold both signs`() throws {
    func bytes(_ number: Float) -> [UInt8] {
      (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * UInt32($0))) }
    }
    let nan = Statistics(maxValue: bytes(.nan), minValue: bytes(1))
    #expect(try bounds(nan, .float) == ColumnBounds())
    let zero = try bounds(Statistics(maxValue: bytes(-0.0), minValue: bytes(0.0)), .float)
    guard case .float(let low)? = zero.minimum, case .float(let high)? = zero.maximum else {
      Issue.record("no bounds")
      return
    }
    #expect(low.sign == .minus)
    #expect(high.sign == .plus)
  }
}
