import Columnar
import DeltaLake
import Testing

@Suite("File statistics")
struct FileStatisticsTests {
  private let schema = DeltaSchema([
    DeltaField("n", .long), DeltaField("s", .string), DeltaField("d", .double),
    DeltaField("m", .decimal(precision: 20, scale: 10)), DeltaField("t", .timestamp),
    DeltaField("day", .date), DeltaField("in", .structure([DeltaField("x", .integer)])),
  ])

  @Test("foreign bounds are read so that they hold for every row")
  func foreign() throws {
    let text =
      #"{"numRecords":5,"minValues":{"n":9223372036854775807,"s":"a","d":0.5,"m":3333333333.3333333333,"t":"2021-09-08T11:11:11.000-07:00","day":"2021-09-08","in":{"x":-1}},"#
      + #""maxValues":{"n":9223372036854775807,"s":"b","d":1e3,"m":1.5,"t":"2021-09-08T11:11:11.001Z","day":"2021-09-09","in":{"x":4}},"#
      + #""nullCount":{"n":0,"s":1,"in":{"x":2}}}"#
    let statistics = try #require(FileStatistics(parsing: text, schema: schema))
    #expect(statistics.rowCount == 5)
    #expect(FileStatistics.rowCount(in: text) == 5)
    #expect(statistics.bounds(of: "n")?.minimum == .int64(.max))
    #expect(statistics.bounds(of: "s")?.maximum == .string("b"))
    // NaN is left out by writers and sorts above all.
    #expect(statistics.bounds(of: "d")?.minimum == .double(0.5))
    #expect(statistics.bounds(of: "d")?.maximum == nil)
    // Twenty digits may have gone through a double: one unit of the fifteenth digit lower.
    let decimal = try #require(statistics.bounds(of: "m"))
    #expect(decimal.minimum == .decimal(Decimal128("3333333333.3333233333")!))
    #expect(decimal.maximum == .decimal(Decimal128("1.5000000000")!))
    let time = try #require(statistics.bounds(of: "t"))
    #expect(time.minimum == .timestamp(Timestamp(microseconds: 1_631_124_671_000_000)))
    #expect(time.maximum == .timestamp(Timestamp(microseconds: 1_631_099_471_001_999)))
    #expect(statistics.columns.last?.path == ["in", "x"])
    #expect(statistics.columns.last?.nullCount == 2)
  }

  @Test("null counts of loose statistics count only at their two ends")
  func loose() throws {
    let text =
      #"{"numRecords":5,"tightBounds":false,"nullCount":{"n":0,"s":3,"day":5},"minValues":{"n":1}}"#
    let statistics = try #require(FileStatistics(parsing: text, schema: schema))
    #expect(!statistics.hasTightBounds)
    #expect(statistics.bounds(of: "n")?.nullCount == 0)
    #expect(statistics.bounds(of: "s") == nil)
    #expect(statistics.bounds(of: "day")?.nullCount == 5)
  }

  @Test("bounds that make no sense are left out, and never an error")
  func malformed() throws {
    #expect(FileStatistics(parsing: "nonsense", schema: schema) == nil)
    let odd = #"{"numRecords":"x","minValues":{"n":1.5,"t":"yesterday","day":7},"maxValues":[]}"#
    let statistics = try #require(FileStatistics(parsing: odd, schema: schema))
    #expect(statistics == FileStatistics(rowCount: nil))
  }

  @Test("decimals are written only when a double holds them exactly")
  func decimals() {
    let written = FileStatistics(
      rowCount: 1,
      columns: [
        .init(
          path: ["m"], nullCount: 0, minimum: .decimal(Decimal128("-4.50")!),
          maximum: .decimal(Decimal128("0.1")!))
      ]
    ).json
    #expect(
      written == #"{"numRecords":1,"minValues":{"m":-4.50},"maxValues":{},"nullCount":{"m":0}}"#)
  }

  @Test("string bounds are cut, the upper one rounded up; times are cut to milliseconds")
  func cut() {
    let long = String(repeating: "a", count: 40)
    let top = String(repeating: "\u{10FFFF}", count: 40)
    let time = Timestamp(microseconds: 1_000_001)
    let written = FileStatistics(
      rowCount: nil,
      columns: [
        .init(path: ["s"], minimum: .string(long), maximum: .string(long)),
        .init(path: ["u"], minimum: .string("x"), maximum: .string(top)),
        .init(path: ["t"], minimum: .timestamp(time), maximum: .timestamp(time)),
        .init(path: ["d"], minimum: .double(.nan), maximum: .double(0.1)),
        .init(path: ["in", "x"], nullCount: 1, minimum: .int32(1)),
      ]
    ).json
    let cut = String(repeating: "a", count: 32)
    let up = String(repeating: "a", count: 31) + "b"
    #expect(
      written
        == #"{"minValues":{"s":"\#(cut)","u":"x","t":"1970-01-01T00:00:01Z","in":{"x":1}},"#
        + #""maxValues":{"s":"\#(up)","t":"1970-01-01T00:00:01.001Z","d":0.1},"nullCount":{"in":{"x":1}}}"#
    )
  }

  @Test("what is written is read as bounds that hold", arguments: ["2.25", "-7", "0", "1048576.5"])
  func roundTrip(text: String) throws {
    let number = Decimal128(text)!
    let json = FileStatistics(
      rowCount: 1,
      columns: [.init(path: ["m"], minimum: .decimal(number), maximum: .decimal(number))]
    ).json
    let bounds = try #require(FileStatistics(parsing: json, schema: schema)?.bounds(of: "m"))
    guard case .decimal(let low) = bounds.minimum, case .decimal(let high) = bounds.maximum else {
      Issue.record("no bounds in \(json)")
      return
    }
    #expect(Decimal128.compare(low, number) == 0)
    #expect(Decimal128.compare(high, number) == 0)
  }
}
