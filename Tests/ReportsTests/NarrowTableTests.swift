import Columnar
import Lakehouse
import Reports
import Testing

/// What a table leaves out when not all of it fits, and what a page and XML make of it.
@Suite struct NarrowTableTests {
  private func draw(_ names: [String], _ change: (inout TableStyle) -> Void) throws -> String {
    let schema = Schema(names.map { Field($0, .decimal(precision: 18, scale: 2)) })
    let columns = names.indices.map { index in
      Column(.decimal(precision: 18, scale: 2), .int64([Int64(index + 1) * 1_000_000_00]))
    }
    var style = TableStyle()
    change(&style)
    let output = MemoryOutput()
    let sink = try ResultFormat.table.sink(to: output, style: style) { _ in }
    try sink.begin(schema)
    try sink.rows(Batch(schema: schema, columns: columns))
    try sink.end(ResultSummary())
    return output.text
  }

  private let names = ["a", "b", "c", "d", "e", "f", "g", "h"]

  @Test func wantedColumnsStayInTheirOrder() throws {
    let text = try draw(names) {
      $0.width = 50
      $0.preferredColumns = ["f", "B", "missing"]
    }
    let title = text.split(separator: "\n")[1].filter { $0 != "│" && $0 != " " }
    // What is left of the width goes to the others from the left.
    #expect(title == "ab…f…")
  }

  @Test func withoutAnyBothEndsStay() throws {
    let text = try draw(names) { $0.width = 50 }
    #expect(text.split(separator: "\n")[1].filter { $0 != "│" && $0 != " " } == "ab…h")
  }

  @Test(arguments: [40, 50, 60, 70, 80])
  func aBarIsNeverShownWithoutItsNumber(_ width: Int) throws {
    let text = try draw(names) {
      $0.width = width
      $0.showsBars = true
    }
    let lines = text.split(separator: "\n")
    let titles = lines[1].split(separator: "│").map { $0.filter { $0 != " " } }
    for (index, title) in titles.enumerated() where title.isEmpty {
      #expect(index > 0 && !titles[index - 1].isEmpty && titles[index - 1] != "…", "\(text)")
    }
    #expect(lines.dropLast().allSatisfy { $0.count <= width })
  }

  @Test func typesAreCutBeforeColumnsGo() throws {
    let text = try draw(["a", "b"]) { $0.width = 29 }
    #expect(text.contains("│ 1000000.00 │   2000000.00 │"))
    #expect(text.contains("decimal(1…"))
    #expect(!text.contains("shown"))
  }

  @Test func aLongFooterTakesSeveralLines() {
    var summary = ResultSummary()
    (summary.nanoseconds, summary.bytesRead, summary.snapshot) = (3_200_000, 1_400_000, 42)
    let whole = "12 rows · 3.2 ms · 1.40 MB read · snapshot 42"
    #expect(Footer.text(summary, rows: "12 rows") == whole)
    #expect(Footer.text(summary, rows: "12 rows", width: 45) == whole)
    #expect(
      Footer.text(summary, rows: "12 rows", width: 35)
        == "12 rows · 3.2 ms · 1.40 MB read ·\nsnapshot 42")
  }

  @Test func xmlIsWellFormedWhateverIsInIt() throws {
    let schema = Schema([Field("a b", .string), Field("n", .int64), Field("d", .double)])
    let batch = Batch(
      schema: schema,
      columns: [
        Column(.string, .string(StringColumn(["<&>\"]]>\r\n", ""]))),
        Column(.int64, .int64([1, 0]), validity: Bitmap([true, false])),
        Column(.double, .double([.infinity, .nan])),
      ])
    let output = MemoryOutput()
    let sink = XMLSink(output: output, attributes: [("name", "a\"\n<")])
    try sink.begin(schema)
    try sink.rows(batch)
    try sink.end(ResultSummary())
    #expect(
      output.text.hasSuffix(
        """
        <row><a_x0020_b>&lt;&amp;&gt;&quot;]]&gt;&#13;
        </a_x0020_b><n>1</n><d>INF</d></row>
        <row><a_x0020_b></a_x0020_b><n xsi:nil="true"/><d>NaN</d></row>
        </rows>
        </extract>

        """))
    #expect(output.text.contains(" name=\"a&quot;&#10;&lt;\">"))
  }

  @Test(arguments: ["\u{0}", "a\u{1F}", "\u{FFFE}", "x\u{FFFF}"])
  func whatXMLCannotHoldIsRefused(_ text: String) throws {
    let schema = Schema([Field("t", .string)])
    let batch = Batch(
      schema: schema, columns: [Column(.string, .string(StringColumn(["fine", text])))])
    let sink = XMLSink(output: MemoryOutput())
    try sink.begin(schema)
    #expect { try sink.rows(batch) } throws: { error in
      (error as? LakeError)?.message.contains("row 2, column \"t\"") ?? false
    }
  }

  @Test(arguments: [
    ("ON", 1 / 365.0), ("2W", 14 / 365.0), ("3M", 0.25), ("10Y", 10), ("1y6m", 1.5), ("", nil),
    ("Y", nil), ("desk", nil), ("10", nil),
  ])
  func tenorsAreYears(_ text: String, _ years: Double?) {
    guard let found = ReportChart.years(of: text), let years else {
      return #expect(ReportChart.years(of: text) == years)
    }
    #expect(abs(found - years) < 1e-12)
  }

  @Test(arguments: [
    (0.0431, 0.001, "0.0431"), (-0.0005, 0.0005, "-0.00050"), (12_300_000.0, 100_000.0, "12.3 m"),
    (4.5, 0.25, "4.5"), (0.05, 0.05, "0.050"),
  ])
  func axesTellTheirLinesApart(_ value: Double, _ step: Double, _ text: String) {
    #expect(ReportChart.axisText(value, step: step) == text)
  }

  @Test func aCurveStandsByItsTenors() {
    let schema = Schema([Field("tenor", .string), Field("rate", .double)])
    let rows = Batch(
      schema: schema,
      columns: [
        Column(.string, .string(StringColumn(["10Y", "3M", "1Y"]))),
        Column(.double, .double([0.043, 0.041, 0.042])),
      ])
    let section = ReportSection(
      title: "t", chart: .curve, statement: "", schema: schema, rows: rows,
      summary: ResultSummary())
    let page = ReportPage(title: "p", sections: [section], facts: []).html
    let places = page.split(separator: "<circle cx=\"").dropFirst().compactMap {
      Double($0.prefix { $0 != "\"" })
    }
    #expect(places.count == 3)
    #expect(places == places.sorted())
    // To scale: by the root of the years.
    #expect((places[1] - places[0]) * 4 < places[2] - places[0])
  }
}
