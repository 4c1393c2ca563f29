import Columnar
import FileStorage
import LakeCatalog
import TestSupport
import Testing

@Suite("Column ranges")
struct ColumnRangeTests {
  private static let ranges: [ColumnRange] = {
    func range(_ minimum: Value, _ maximum: Value) -> ColumnRange {
      ColumnRange(column: "c\"é", minimum: minimum, maximum: maximum, nulls: 3)
    }
    let huge = Decimal128.powersOfTen[37]
    return [
      range(.boolean(false), .boolean(true)),
      range(.int32(.min), .int32(.max)),
      range(.int64(.min), .int64(.max)),
      range(.float(-0.1), .float(3.4e38)),
      range(.double(-.infinity), .double(0.1)),
      range(
        .decimal(Decimal128(mantissa: -huge, scale: 10)),
        .decimal(Decimal128(mantissa: 5, scale: 10))),
      range(.string(""), .string("ü\u{0}\n")),
      range(.binary([]), .binary([0, 255])),
      range(.date(CalendarDate(days: -1)), .date(CalendarDate(days: 20_000))),
      range(.timestamp(Timestamp(microseconds: 1)), .timestamp(Timestamp(microseconds: 2))),
      range(.null, .timestampNTZ(Timestamp(microseconds: 2))),
      ColumnRange(column: "unknown", minimum: .null, maximum: .null, nulls: nil),
    ]
  }()

  @Test("bounds of every type come back as they were, from the catalog and from the lake log")
  func roundTrip() throws {
    let lake = TestLake()
    let catalog = try lake.create()
    let id = try catalog.commit(.creating("trades")).versions[0].tableID
    var commit = LakeCommit.appending(to: [id], base: 0)
    commit.changes[0].filesAdded[0].ranges = ColumnRangeTests.ranges
    try catalog.commit(commit)
    let table = try catalog.table(schema: nil, name: "trades", at: 2)
    let files = try catalog.files(of: table, version: 1, detail: .ranges)
    #expect(files[0].file.ranges == ColumnRangeTests.ranges)
    // `verify` reads the log entry as `rebuild` does.
    #expect(try catalog.verify().faults.isEmpty)
  }
}
