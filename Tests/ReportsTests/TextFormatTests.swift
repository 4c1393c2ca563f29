import Columnar
import Lakehouse
import Reports
import Testing

@Suite struct TextFormatTests {
  private func render(_ format: ResultFormat, _ batch: Batch) throws -> String {
    try rendered(format, [batch], schema: batch.schema)
  }

  @Test func csvWritesEveryTypeExactlyAndNullAsNothing() throws {
    #expect(
      try render(.csv, everyType()) == """
        flag,small,big,single,real,money,wide,name,raw,day,at,wall,items,pair
        true,-7,-9223372036854775808,0.1,1234.5,-12345.67,1234567890123456789.0123456789,\
        "Zoë, ""Q""\",00ff,2025-06-23,2025-06-15T15:06:40.25Z,1969-12-31T23:59:59.999999,\
        "[1,null,3]","{""a"":""x"",""b"":""NaN""}"
        ,,,,,,,,,,,,,

        """)
  }

  @Test func csvTellsEmptyTextFromNullAndQuotesLineBreaks() throws {
    let column = texts(["", "a\nb", "c\rd", "plain"], validity: Bitmap([true, true, true, false]))
    #expect(try render(.csv, batch([("t", column)])) == "t\n\"\"\n\"a\nb\"\n\"c\rd\"\n\n")
  }

  @Test func csvOfDictionaryStringsIsThatOfPlainOnes() throws {
    let values = StringValues(["a,b", "c"])
    let codes: [Int32] = [1, 0, 0, 1, 0]
    let validity = Bitmap([true, true, false, true, true])
    let column = Column(
      .string, .string(StringColumn(values: values, codes: codes)), validity: validity)
    #expect(
      try render(.csv, batch([("t", column)])) == "t\nc\n\"a,b\"\n\nc\n\"a,b\"\n")
  }

  @Test func csvOfManyRowsIsWholeAcrossChunksAndBatches() throws {
    let part = batch([("n", integers(Array(0..<5000))), ("s", texts((0..<5000).map { "r\($0)" }))])
    let text = try rendered(.csv, [part, part], schema: part.schema)
    let lines = text.split(separator: "\n")
    #expect(lines.count == 10_001)
    #expect(lines[4097] == "4096,r4096")
    #expect(lines[10_000] == "4999,r4999")
  }

  @Test(arguments: [
    (0.0, "0.0"), (-0.0, "-0.0"), (0.1, "0.1"), (100, "100.0"), (-1234.5, "-1234.5"),
    (0.30000000000000004, "0.30000000000000004"), (1e-5, "1e-05"), (0.0001, "0.0001"),
    (1e22, "1e+22"), (99999999999.9999, "99999999999.9999"), (.leastNonzeroMagnitude, "5e-324"),
    (.infinity, "inf"), (-.infinity, "-inf"), (.nan, "nan"),
    (123456789.123456789, "123456789.12345679"),
  ])
  func doublesTakeTheShortestTextThatReadsBack(_ value: Double, _ expected: String) throws {
    let text = try render(.csv, batch([("x", Column(.double, .double([value])))]))
    #expect(text == "x\n\(expected)\n")
  }

  @Test func doublesOfFewDecimalsAgreeWithTheLibrary() throws {
    let values = (0..<20_000).map { Double(($0 * 7919) % 1_000_003 - 500_000) / 10_000 }
    let text = try render(.csv, batch([("x", Column(.double, .double(values)))]))
    let lines = text.split(separator: "\n").dropFirst()
    #expect(zip(lines, values).allSatisfy { $0 == $1.description })
  }

  @Test func tsvEscapesItsSeparators() throws {
    let text = try render(.tsv, batch([("a\tb", texts(["x\ty\\z\nw"])), ("n", integers([1]))]))
    #expect(text == "a\\tb\tn\nx\\ty\\\\z\\nw\t1\n")
  }

  @Test func jsonIsAnArrayOfObjectsWithExactNumbers() throws {
    let text = try render(.json, everyType())
    #expect(text.hasPrefix("[\n  {\"flag\":true,\"small\":-7,\"big\":-9223372036854775808,"))
    #expect(text.contains("\"money\":-12345.67,\"wide\":1234567890123456789.0123456789,"))
    #expect(text.contains("\"name\":\"Zoë, \\\"Q\\\"\""))
    #expect(text.contains("\"day\":\"2025-06-23\",\"at\":\"2025-06-15T15:06:40.25Z\""))
    #expect(text.contains("\"items\":[1,null,3],\"pair\":{\"a\":\"x\",\"b\":\"NaN\"}},\n"))
    #expect(text.contains("  {\"flag\":null,\"small\":null,"))
    #expect(text.hasSuffix("\"pair\":null}\n]\n"))
  }

  @Test func jsonOfNumbersThatAreNoneIsText() throws {
    let values: [Double] = [.nan, .infinity, -.infinity]
    let text = try render(.json, batch([("x", Column(.double, .double(values)))]))
    #expect(
      text == """
        [
          {"x":"NaN"},
          {"x":"Infinity"},
          {"x":"-Infinity"}
        ]

        """)
  }

  @Test func jsonOfNothingIsAnEmptyArray() throws {
    #expect(try render(.json, batch([("x", integers([]))])) == "[]\n")
  }

  @Test func jsonSeparatesRowsAcrossBatches() throws {
    let part = batch([("x", integers([1, 2]))])
    let text = try rendered(.json, [part, part], schema: part.schema)
    #expect(text == "[\n  {\"x\":1},\n  {\"x\":2},\n  {\"x\":1},\n  {\"x\":2}\n]\n")
  }

  @Test func ndjsonIsOneObjectALine() throws {
    let text = try render(
      .ndjson, batch([("a", texts(["x\u{1}"])), ("b", Column.nulls(.date, count: 1))]))
    #expect(text == "{\"a\":\"x\\u0001\",\"b\":null}\n")
  }

  @Test func markdownAlignsNumbersAndEscapesBars() throws {
    let text = try render(.markdown, batch([("a|b", texts(["x|y"])), ("n", integers([5]))]))
    #expect(text == "| a\\|b | n |\n| --- | ---: |\n| x\\|y | 5 |\n")
  }

  @Test func htmlEscapesEverything() throws {
    let text = try render(.html, batch([("<b>", texts(["<script>alert('x')&\"</script>"]))]))
    #expect(!text.contains("<script>"))
    #expect(
      text.contains("<td>&lt;script&gt;alert(&#39;x&#39;)&amp;&quot;&lt;/script&gt;</td></tr>\n"))
    #expect(text.contains("<th>&lt;b&gt;</th>"))
    #expect(text.hasSuffix("</tbody>\n</table>\n"))
  }
}
