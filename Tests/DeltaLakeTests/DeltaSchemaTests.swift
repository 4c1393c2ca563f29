import Columnar
import DeltaLake
import JSONText
import Testing

@Suite("Schemas in the log")
struct DeltaSchemaTests {
  @Test("a schema of every type is printed as it was read")
  func roundTrip() throws {
    let text =
      #"{"type":"struct","fields":["#
      + #"{"name":"a","type":"integer","nullable":false,"metadata":{"comment":"é","x":[1.50]}},"#
      + #"{"name":"b","type":{"type":"struct","fields":[{"name":"d","type":"decimal(38,10)","nullable":true,"metadata":{}}]},"nullable":true,"metadata":{}},"#
      + #"{"name":"c","type":{"type":"array","elementType":"timestamp_ntz","containsNull":false},"nullable":true,"metadata":{}},"#
      + #"{"name":"f","type":{"type":"map","keyType":"string","valueType":"short","valueContainsNull":true},"nullable":true,"metadata":{}},"#
      + #"{"name":"v","type":"void","nullable":true,"metadata":{}}]}"#
    let schema = try DeltaSchema(parsing: text)
    #expect(schema.text == text)
    #expect(schema.fields[0].metadata["x"] == .array([.number(JSONNumber("1.50")!)]))
    #expect(
      schema.columnar.fields.map(\.type) == [
        .int32, .structure([Field("d", .decimal(precision: 38, scale: 10))]),
        .list(element: Field("element", .timestampNTZ, isNullable: false)),
        .map(
          key: Field("key", .string, isNullable: false), value: Field("value", .int32)), .string,
      ])
  }

  @Test("columns of the engine survive the log, vectors included")
  func fromEngine() throws {
    let columns = Schema([
      Field("flag", .boolean), Field("n", .int64, isNullable: false), Field("f", .float),
      Field("amount", .decimal(precision: 18, scale: 2)), Field("day", .date),
      Field("at", .timestamp), Field("raw", .binary), Field("pnl", .vector(length: 250)),
      Field("tags", .list(element: Field("element", .string))),
    ])
    let schema = DeltaSchema(columns)
    #expect(try DeltaSchema(parsing: schema.text).columnar == columns)
  }

  @Test(
    "what is no schema is refused",
    arguments: [
      "", "[]", #""long""#, #"{"type":"struct"}"#, #"{"type":"struct","fields":[{"name":"a"}]}"#,
      #"{"type":"struct","fields":[{"name":"a","type":"decimal(39,0)"}]}"#,
      #"{"type":"struct","fields":[{"name":"a","type":"variant"}]}"#,
      #"{"type":"struct","fields":[{"name":"a","type":"long"},{"name":"A","type":"long"}]}"#,
    ])
  func refused(text: String) {
    #expect(throws: DeltaSchema.Fault.self) { try DeltaSchema(parsing: text) }
  }

  @Test(
    "names that Parquet without column mapping cannot carry are found",
    arguments: ["a b", "a,b", "a;b", "{a}", "(a)", "a\tb", "a=b", ""])
  func names(name: String) {
    #expect(TableProfile.fault(in: DeltaSchema([DeltaField(name, .long)])) != nil)
    #expect(TableProfile.fault(in: DeltaSchema([DeltaField("as_of_date", .long)])) == nil)
  }
}
