import Columnar
import Parquet
import Testing

@Suite("Statistics of the Parquet writer")
struct WriterStatisticsTests {
  private static let pages: WriterOptions = {
    var options = WriterOptions()
    options.pageRows = 100
    return options
  }()

  @Test("bounds of every type are those of the values")
  func bounds() throws {
    let cases: [(DataType, [Value], Value, Value)] = [
      (.boolean, [.boolean(true), .boolean(false)], .boolean(false), .boolean(true)),
      (.int32, [.int32(-5), .int32(.max)], .int32(-5), .int32(.max)),
      (.int64, [.int64(3), .int64(.min)], .int64(.min), .int64(3)),
      (.float, [.float(2.5), .float(-1)], .float(-1), .float(2.5)),
      (
        .date, [.date(CalendarDate(days: 5)), .date(CalendarDate(days: -5))],
        .date(CalendarDate(days: -5)), .date(CalendarDate(days: 5))
      ),
      (.string, [.string("b"), .string("ab"), .string("")], .string(""), .string("b")),
      // Bytes are compared unsigned, UTF-8 by its bytes.
      (.binary, [.binary([0x7F]), .binary([0x80])], .binary([0x7F]), .binary([0x80])),
      (.string, [.string("z"), .string("é")], .string("z"), .string("é")),
    ]
    for (type, values, minimum, maximum) in cases {
      let column = try WrittenBytes(type, values + [.null]).summary.columns[0]
      #expect(column.minimum == minimum)
      #expect(column.maximum == maximum)
      #expect(column.nullCount == 1)
      #expect(column.valueCount == values.count + 1)
    }
  }

  @Test("wide decimals have signed big-endian bounds")
  func wideDecimals() throws {
    let values = [-1, 256].map { Value.decimal(Decimal128(mantissa: $0, scale: 3)) }
    let written = try WrittenBytes(.decimal(precision: 20, scale: 3), values)
    let statistics = try #require(try written.metadata().statistics)
    #expect(statistics.minValue == [UInt8](repeating: 0xFF, count: 9))
    #expect(statistics.maxValue == [0, 0, 0, 0, 0, 0, 0, 1, 0])
    #expect(written.summary.columns[0].minimum == values[0])
  }

  @Test("NaN is counted, never a bound", arguments: [1, 7, 8, 9, 33])
  func nan(count: Int) throws {
    var values = [Value](repeating: .double(.nan), count: count)
    #expect(try WrittenBytes(.double, values).summary.columns[0].minimum == nil)
    #expect(try WrittenBytes(.double, values).metadata().statistics?.minValue == nil)
    for position in 0..<count {
      values = [Value](repeating: .double(.nan), count: count)
      values[position] = .double(-3)
      let column = try WrittenBytes(.double, values).summary.columns[0]
      #expect(column.minimum == .double(-3))
      #expect(column.maximum == .double(-3))
      #expect(column.nanCount == count - 1)
    }
  }

  @Test("a zero bound covers the other zero")
  func zeros() throws {
    for zero in [0.0, -0.0] {
      let written = try WrittenBytes(.double, [.double(zero)])
      let statistics = try #require(try written.metadata().statistics)
      #expect(statistics.minValue == [0, 0, 0, 0, 0, 0, 0, 0x80])
      #expect(statistics.maxValue == [0, 0, 0, 0, 0, 0, 0, 0])
    }
  }

  @Test("long strings have cut bounds that say so")
  func longStrings() throws {
    let low = String(repeating: "a", count: 100)
    let high = String(repeating: "x", count: 100)
    let written = try WrittenBytes(.string, [.string(low), .string(high)])
    let statistics = try #require(try written.metadata().statistics)
    #expect(statistics.minValue == Array(repeating: UInt8(ascii: "a"), count: 64))
    #expect(statistics.isMinValueExact == false)
    #expect(
      statistics.maxValue
        == Array(repeating: UInt8(ascii: "x"), count: 63) + [UInt8(ascii: "y")])
    #expect(statistics.isMaxValueExact == false)
    #expect(written.summary.columns[0].isMaximumExact == false)
  }

  @Test("each page has its bounds, place and first row")
  func pageIndex() throws {
    let values = (0..<450).map { $0 / 100 == 3 ? Value.null : .int32(Int32($0)) }
    let written = try WrittenBytes(.int32, values, options: WriterStatisticsTests.pages)
    let index = try #require(try written.columnIndex())
    #expect(index.isNullPage == [false, false, false, true, false])
    #expect(index.minValues[1] == [100, 0, 0, 0])
    #expect(index.maxValues[4] == [0xC1, 1, 0, 0])
    #expect(index.nullCounts == [0, 0, 0, 100, 0])
    #expect(index.boundaryOrder == 1)
    let pages = try written.offsetIndex().pageLocations
    #expect(pages.map(\.firstRow) == [0, 100, 200, 300, 400])
    for (before, after) in zip(pages, pages.dropFirst()) {
      #expect(before.offset + Int64(before.compressedSize) == after.offset)
    }
  }

  @Test("falling and unordered pages are told apart")
  func boundaryOrder() throws {
    func order(_ value: (Int) -> Int) throws -> Int32? {
      try WrittenBytes(
        .int64, (0..<300).map { .int64(Int64(value($0))) }, options: WriterStatisticsTests.pages
      ).columnIndex()?.boundaryOrder
    }
    #expect(try order { -$0 } == 2)
    #expect(try order { $0 / 100 == 1 ? $0 + 1000 : $0 } == 0)
    #expect(try order { _ in 1 } == 1)
  }

  @Test("a page of only NaN leaves the chunk without a column index")
  func nanPage() throws {
    let values = (0..<300).map { Value.double($0 / 100 == 1 ? .nan : Double($0)) }
    let written = try WrittenBytes(.double, values, options: WriterStatisticsTests.pages)
    #expect(try written.columnIndex() == nil)
    #expect(try written.offsetIndex().pageLocations.count == 3)
  }

  @Test("pages of lists start with rows")
  func listPages() throws {
    var options = WriterStatisticsTests.pages
    options.pageValues = 150
    let values = (0..<200).map { row in Value.list((0..<(row % 5)).map { .int32(Int32($0)) }) }
    let written = try WrittenBytes(
      .list(element: Field("element", .int32)), values, options: options)
    let rows = try written.offsetIndex().pageLocations.map(\.firstRow)
    #expect(rows.count > 2)
    #expect(rows == rows.sorted())
    #expect(try written.rows() == values.map { [$0] })
  }

  @Test("long strings end a page early")
  func longPages() throws {
    var options = WriterOptions()
    options.pageBytes = 1000
    var random = SplitMix(state: 3)
    let values = (0..<40).map { _ in
      Value.string(String(repeating: String(random.next()), count: 10))
    }
    let written = try WrittenBytes(.string, values, options: options)
    #expect(try written.offsetIndex().pageLocations.count > 5)
    #expect(try written.rows() == values.map { [$0] })
  }

  @Test("summaries of row groups add up to the file's")
  func rowGroups() throws {
    var options = WriterOptions()
    options.rowGroupRows = 100
    let written = try WrittenBytes(
      .int64, (0..<250).map { .int64(Int64(abs($0 - 120))) }, options: options)
    let groups = written.summary.rowGroups
    #expect(groups.map { $0.columns[0].minimum } == [.int64(21), .int64(0), .int64(80)])
    #expect(groups.map { $0.columns[0].maximum } == [.int64(120), .int64(79), .int64(129)])
    #expect(written.summary.columns[0].minimum == .int64(0))
    #expect(written.summary.columns[0].maximum == .int64(129))
    #expect(groups[0].fileOffset == 4)
    #expect(groups[1].fileOffset == 4 + groups[0].byteCount)
    #expect(written.summary.byteCount == written.bytes.count)
  }

  @Test("the footer names types in both vocabularies, ids and the writer")
  func schema() throws {
    var options = WriterOptions()
    options.fieldIDs = [7]
    options.keyValueMetadata = [("key", "value")]
    let written = try WrittenBytes(
      .timestamp, [.timestamp(Timestamp(microseconds: 1))], isNullable: false, options: options)
    let metadata = try written.open().metadata
    let element = metadata.schema[1]
    #expect(element.fieldID == 7)
    #expect(element.repetition == .required)
    #expect(element.logicalType == .timestamp(isAdjustedToUTC: true, unit: .micros))
    #expect(element.convertedType == .timestampMicros)
    #expect(metadata.createdBy?.hasPrefix("tarn version ") == true)
    #expect(metadata.columnOrders == [.typeDefined])
    #expect(metadata.keyValueMetadata == [KeyValue(key: "key", value: "value")])
  }

  @Test("decimals take the smallest physical type", arguments: [(1, 4), (9, 4), (10, 8), (18, 8)])
  func decimalWidth(precision: Int, width: Int) throws {
    let written = try WrittenBytes(
      .decimal(precision: precision, scale: 0), [.decimal(Decimal128(mantissa: 3, scale: 0))])
    #expect(try written.metadata().type == (width == 4 ? .int32 : .int64))
  }

  @Test("wide decimals take the fewest bytes", arguments: [(19, 9), (21, 9), (22, 10), (38, 16)])
  func wideDecimalWidth(precision: Int, bytes: Int32) throws {
    let written = try WrittenBytes(
      .decimal(precision: precision, scale: 0), [.decimal(Decimal128(mantissa: 3, scale: 0))])
    #expect(try written.open().metadata.schema[1].typeLength == bytes)
  }
}
