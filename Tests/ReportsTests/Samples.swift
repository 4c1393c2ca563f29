import Columnar
import Lakehouse
import Reports

/// Renders a result with one format, as one text.
func rendered(
  _ format: ResultFormat, _ batches: [Batch], schema: Schema, style: TableStyle = TableStyle(),
  summary: ResultSummary = ResultSummary()
) throws -> String {
  let output = MemoryOutput()
  let sink = try format.sink(to: output, style: style) { _ in }
  try sink.begin(schema)
  for batch in batches { try sink.rows(batch) }
  try sink.end(summary)
  return output.text
}

/// Columns of one batch from names, types and boxed storage.
func batch(_ columns: [(String, Column)]) -> Batch {
  Batch(schema: Schema(columns.map { Field($0.0, $0.1.type) }), columns: columns.map(\.1))
}

func decimals(_ mantissas: [Int64], scale: Int, validity: Bitmap? = nil) -> Column {
  Column(.decimal(precision: 18, scale: scale), .int64(mantissas), validity: validity)
}

func texts(_ values: [String], validity: Bitmap? = nil) -> Column {
  Column(.string, .string(StringColumn(values)), validity: validity)
}

func integers(_ values: [Int64], validity: Bitmap? = nil) -> Column {
  Column(.int64, .int64(values), validity: validity)
}

/// Two rows of every type: a value and NULL.
func everyType() -> Batch {
  let second = Bitmap([true, false])
  let element = Field("element", .int32)
  let children = Column(.int32, .int32([1, 0, 3]), validity: Bitmap([true, false, true]))
  return batch([
    ("flag", Column(.boolean, .boolean(Bitmap([true, false])), validity: second)),
    ("small", Column(.int32, .int32([-7, 0]), validity: second)),
    ("big", integers([Int64.min, 0], validity: second)),
    ("single", Column(.float, .float([0.1, 0]), validity: second)),
    ("real", Column(.double, .double([1234.5, 0]), validity: second)),
    ("money", decimals([-1_234_567, 0], scale: 2, validity: second)),
    (
      "wide",
      Column(
        .decimal(precision: 38, scale: 10),
        .int128([12_345_678_901_234_567_890_123_456_789, 0]), validity: second)
    ),
    ("name", texts(["Zoë, \"Q\"", ""], validity: second)),
    (
      "raw",
      Column(
        .binary, .string(StringColumn(values: StringValues([[0, 255], []]), codes: nil)),
        validity: second)
    ),
    ("day", Column(.date, .int32([20_262, 0]), validity: second)),
    ("at", Column(.timestamp, .int64([1_750_000_000_250_000, 0]), validity: second)),
    ("wall", Column(.timestampNTZ, .int64([-1, 0]), validity: second)),
    (
      "items",
      Column(
        .list(element: element), .list(offsets: [0, 3, 3], child: children), validity: second)
    ),
    (
      "pair",
      Column(
        .structure([Field("a", .string), Field("b", .double)]),
        .structure(
          [texts(["x", ""]), Column(.double, .double([.nan, 0]))], count: 2),
        validity: second)
    ),
  ])
}
