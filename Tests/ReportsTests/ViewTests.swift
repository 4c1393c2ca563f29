import Columnar
import Lakehouse
import Reports
import Testing

/// Units, bars, spreadsheets and pages.
@Suite struct ViewTests {
  private func render(
    _ format: ResultFormat, _ batch: Batch, _ style: TableStyle = TableStyle()
  ) throws -> [UInt8] {
    let output = MemoryOutput()
    let sink = try format.sink(to: output, style: style) { _ in }
    try sink.begin(batch.schema)
    try sink.rows(batch)
    try sink.end(ResultSummary())
    return output.bytes
  }

  private let sample = Batch(
    schema: Schema([Field("desk", .string), Field("value", .decimal(precision: 18, scale: 2))]),
    columns: [
      Column(.string, .string(StringColumn(["=FX()", "RATES", "CREDIT"]))),
      Column(.decimal(precision: 18, scale: 2), .int64([123_456_789_12, -99_500_000_00, 0])),
    ])

  @Test func amountsAreShownInUnitsExactly() throws {
    var style = TableStyle()
    style.unit = .millions
    let text = String(decoding: try render(.table, sample, style), as: UTF8.self)
    #expect(text.contains("decimal(18,2) m"))
    #expect(text.contains("│          123.46 │"))
    #expect(text.contains("│          -99.50 │"))
    #expect(text.contains("│            0.00 │"))
    style.unit = .billions
    // Nothing reaches a tenth of the unit but the first.
    #expect(String(decoding: try render(.table, sample, style), as: UTF8.self).contains("0.12 │"))
  }

  @Test(arguments: [
    (0.1 + 0.2, "0.3"), (90564028.51820004, "90,564,028.5182"),
    (-411353939.84349996, "-411,353,939.8435"),
    (9.999999999999999e0, "10.0"),
    (-0.00012345678901234567, "-0.000123456789012346"),
  ])
  func doublesAreShownWithoutTheirNoise(_ value: Double, _ shown: String) throws {
    let batch = Batch(
      schema: Schema([Field("v", .double)]), columns: [Column(.double, .double([value]))])
    let style = TableStyle.terminal(width: 80, usesColor: false)
    let text = String(decoding: try render(.table, batch, style), as: UTF8.self)
    #expect(text.contains(" \(shown) │"), "\(text)")
  }

  @Test func barsAreAsLongAsTheAmounts() throws {
    var style = TableStyle()
    style.showsBars = true
    let text = String(decoding: try render(.table, sample, style), as: UTF8.self)
    #expect(text.contains("│ ██████████ │"))
    #expect(text.contains("│ ████████   │"))
  }

  @Test func spreadsheetsGetNoFormulas() throws {
    let output = MemoryOutput()
    let sink = RowTextSink(output: output, dialect: .excelCSV)
    try sink.begin(sample.schema)
    try sink.rows(sample)
    try sink.end(ResultSummary())
    #expect(output.bytes.starts(with: [0xEF, 0xBB, 0xBF]))
    #expect(output.text.contains("\n'=FX(),123456789.12\n"))
    #expect(output.text.contains("\nRATES,-99500000.00\n"))
  }

  @Test func aLongTableStreamsAndShowsEverything() throws {
    let output = MemoryOutput()
    let sink = StreamingTableSink(output: output, style: TableStyle())
    let schema = Schema([Field("n", .int64)])
    try sink.begin(schema)
    for part in 0..<5 {
      let values = (0..<1000).map { Int64(part * 1000 + $0) }
      try sink.rows(Batch(schema: schema, columns: [Column(.int64, .int64(values))]))
    }
    try sink.end(ResultSummary())
    let lines = output.text.split(separator: "\n")
    #expect(lines.count == 5000 + 6)
    #expect(lines[4] == "│     0 │" || lines[4].hasSuffix("0 │"))
    #expect(lines[5003].contains("4999"))
  }

  @Test func anArrowStreamIsFramed() throws {
    let bytes = try render(.arrow, sample)
    #expect(bytes.starts(with: [0xFF, 0xFF, 0xFF, 0xFF]))
    #expect(bytes.suffix(8) == [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0])
    #expect(bytes.count % 8 == 0)
  }

  @Test func aWorkbookIsAnArchiveOfItsParts() throws {
    let bytes = try render(.xlsx, sample)
    #expect(bytes.starts(with: [0x50, 0x4B, 3, 4]))
    let names = String(decoding: bytes, as: UTF8.self)
    for part in ["xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml", "_rels/.rels"] {
      #expect(names.contains(part))
    }
  }

  private func page(_ chart: ReportSection.Chart, _ batch: Batch) -> String {
    let section = ReportSection(
      title: "<b>&\"", chart: chart, statement: "SELECT '</script>'", schema: batch.schema,
      rows: batch, summary: ResultSummary())
    return ReportPage(title: "</title>", sections: [section], facts: ["snapshot 1"]).html
  }

  @Test(arguments: ReportSection.Chart.allCases)
  func pagesEscapeEverythingAndNeedNoNetwork(_ chart: ReportSection.Chart) {
    let hostile = Batch(
      schema: Schema([Field("<i>", .string), Field("v", .double)]),
      columns: [
        Column(.string, .string(StringColumn(["</script><img src=x>", "b"]))),
        Column(.double, .double([1, -.infinity])),
      ])
    let html = page(chart, hostile)
    #expect(!html.contains("<img"))
    #expect(!html.contains("<i>v"))
    #expect(!html.contains("http://") && !html.contains("https://"))
    #expect(html.contains("default-src 'none'"))
    #expect(!html.contains("unsafe-inline"))
    #expect(html.contains("SHA-256 "))
    // The page's own script and the pivot's data, each ended once.
    let ends = html.split(separator: "</script>", omittingEmptySubsequences: false).count - 1
    #expect(ends == (chart == .pivot ? 2 : 1))
    _ = page(chart, hostile.slice(0..<0))
  }

  @Test("the total of a waterfall is that of all rows, however many are drawn")
  func waterfallTotal() {
    let rows = Batch(
      schema: Schema([Field("step", .string), Field("v", .int64)]),
      columns: [
        Column(.string, .string(StringColumn((0..<1000).map { "s\($0)" }))),
        Column(.int64, .int64(Array(repeating: 1, count: 1000))),
      ])
    let html = page(.waterfall, rows)
    #expect(html.contains("601 others") && html.contains("total: 1.0 k"))
    #expect(!html.contains("the first 400"))
    #expect(page(.bars, rows).contains("the first 400 of 1,000 rows"))
  }

  @Test func commentsSayHowAResultIsShown() throws {
    let found = try ReportSection.directives(in: "-- title: Value: by desk\n-- chart: bars\n\n")
    #expect(found.title == "Value: by desk")
    #expect(found.chart == .bars)
    #expect(throws: LakeError.self) { try ReportSection.directives(in: "-- chart: pie") }
  }
}
