import Columnar
import Lakehouse
import Reports
import Testing

@Suite struct TableTests {
  private func draw(_ batch: Batch, width: Int? = nil, rows: Int? = nil) throws -> String {
    var style = TableStyle()
    style.width = width
    style.maximumRows = rows
    style.groupsDigits = true
    style.showsTime = false
    return try rendered(.table, [batch], schema: batch.schema, style: style)
  }

  @Test func aTableHasTypesGroupedNumbersVisibleNullsAndAFooter() throws {
    var style = TableStyle()
    style.groupsDigits = true
    var summary = ResultSummary()
    summary.nanoseconds = 3_200_000
    summary.snapshot = 42
    summary.businessDate = CalendarDate(year: 2025, month: 6, day: 23)
    let table = batch([
      ("desk", texts(["FX_LDN", "東京"])),
      ("value", decimals([-123_456_789, 0], scale: 2, validity: Bitmap([true, false]))),
    ])
    let text = try rendered(
      .table, [table], schema: table.schema, style: style, summary: summary)
    #expect(
      text == """
        ┌────────┬───────────────┐
        │ desk   │         value │
        │ string │ decimal(18,2) │
        ├────────┼───────────────┤
        │ FX_LDN │ -1,234,567.89 │
        │ 東京   │          NULL │
        └────────┴───────────────┘
        2 rows · 3.2 ms · snapshot 42 · T 2025-06-23

        """)
  }

  @Test func aWideTableLosesMiddleColumns() throws {
    let columns = (1...9).map { ("column_\($0)", integers([1_000_000])) }
    let text = try draw(batch(columns), width: 60)
    #expect(
      text == """
        ┌───────────┬───────────┬───┬───────────┬───────────┐
        │  column_1 │  column_2 │ … │  column_8 │  column_9 │
        │    bigint │    bigint │ … │    bigint │    bigint │
        ├───────────┼───────────┼───┼───────────┼───────────┤
        │ 1,000,000 │ 1,000,000 │ … │ 1,000,000 │ 1,000,000 │
        └───────────┴───────────┴───┴───────────┴───────────┘
        1 row · 9 columns (4 shown)

        """)
  }

  @Test(arguments: [40, 60, 80, 100, 120, 200])
  func noLineIsWiderThanTheTerminal(_ width: Int) throws {
    let columns = (1...30).map { index in
      (
        "c\(index)",
        index % 2 == 0
          ? texts([String(repeating: "界x", count: index)]) : integers([Int64(index) << 30])
      )
    }
    for line in try draw(batch(columns), width: width).split(separator: "\n") {
      #expect(DisplayWidth.of(String(line)) <= width)
    }
  }

  @Test func longTextIsCutBeforeColumnsGo() throws {
    let text = try draw(
      batch([("a", texts([String(repeating: "x", count: 90)])), ("n", integers([7]))]), width: 50)
    #expect(text.contains("xxx… │      7 │"))
    #expect(!text.contains("shown"))
  }

  @Test(arguments: [
    [0..<100], [0..<7, 7..<30, 30..<31, 31..<100], [0..<39, 39..<100], [0..<99, 99..<100],
  ])
  func aLongTableShowsItsBeginningAndItsEnd(_ parts: [Range<Int64>]) throws {
    let batches = parts.map { batch([("n", integers(Array($0)))]) }
    var style = TableStyle()
    style.maximumRows = 6
    style.showsTime = false
    let text = try rendered(.table, batches, schema: batches[0].schema, style: style)
    let rows = text.split(separator: "\n").dropFirst(4).dropLast(2)
    #expect(
      rows.map { $0.filter { $0 != "│" && $0 != " " } } == ["0", "1", "2", "⋮", "97", "98", "99"])
    #expect(text.hasSuffix("100 rows (6 shown)\n"))
  }

  @Test func aTableOfExactlyTheLimitIsShownWhole() throws {
    let text = try draw(batch([("n", integers([1, 2, 3, 4]))]), rows: 4)
    #expect(!text.contains("⋮"))
    #expect(text.hasSuffix("4 rows\n"))
  }

  @Test func anEmptyResultStillShowsItsColumns() throws {
    let text = try draw(batch([("n", integers([]))]))
    #expect(text.contains("│ bigint │"))
    #expect(text.hasSuffix("0 rows\n"))
  }

  @Test func dataCannotSteerTheTerminal() throws {
    let text = try draw(batch([("a", texts(["\u{1b}[31mred\u{9b}2J\u{7}\nnext"]))]))
    #expect(!text.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x9B || $0 == "\u{7}" })
    #expect(text.contains("\\x1b[31mred\\u009b2J\\x07\\nnext"))
  }

  @Test func coloursMarkNegativesAndNullsWithoutMovingBorders() throws {
    let table = batch([("n", integers([-5, 0], validity: Bitmap([true, false])))])
    let style = TableStyle.terminal(width: 80, usesColor: true)
    let text = try rendered(.table, [table], schema: table.schema, style: style)
    #expect(text.contains("│     \u{1b}[31m-5\u{1b}[0m │"))
    #expect(text.contains("│   \u{1b}[2mNULL\u{1b}[0m │"))
  }

  @Test(arguments: [
    ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("한", 2), ("👩‍👩‍👧", 2), ("❤️", 2), ("ＡＢ", 4),
    ("a\u{200b}b", 2), ("…│─", 3),
  ])
  func widthIsThatOfATerminal(_ text: String, _ width: Int) {
    #expect(DisplayWidth.of(text) == width)
  }

  @Test(arguments: [
    (UInt64(420_000), "0.42 ms"), (3_200_000, "3.2 ms"), (250_000_000, "250 ms"),
    (1_254_000_000, "1.25 s"), (125_000_000_000, "2 min 5 s"),
  ])
  func durationsAreShort(_ nanoseconds: UInt64, _ text: String) {
    #expect(Footer.duration(nanoseconds) == text)
  }

  @Test(arguments: [
    ("1234567", "1,234,567"), ("-123", "-123"), ("-1234.5678", "-1,234.5678"), ("inf", "inf"),
    ("1.5e+20", "1.5e+20"),
    ("123456789012345678901234567890", "123,456,789,012,345,678,901,234,567,890"),
  ])
  func digitsAreGroupedInTheWholePartOnly(_ text: String, _ grouped: String) {
    #expect(Footer.grouped(text) == grouped)
  }
}
