import Columnar
import DeltaLake
import JSONText
import Testing

@Suite("Scanning a snapshot")
struct DeltaScanTests {
  private func scan(
    _ fields: [DeltaField], partitionedBy: [String] = [], values: StringMap = [:],
    mapping: String? = nil
  ) throws -> DeltaScan {
    var metadata = Metadata(
      id: "m", schemaString: DeltaSchema(fields).text, partitionColumns: partitionedBy,
      createdTime: nil)
    if let mapping { metadata.configuration["delta.columnMapping.mode"] = mapping }
    let builder = DeltaCommit(
      version: 0,
      actions: [
        .protocol(
          DeltaProtocol(minReaderVersion: mapping == nil ? 1 : 2, minWriterVersion: 5)),
        .metaData(metadata),
        .add(
          Add(path: "a%20b.parquet", partitionValues: values, size: 1, modificationTime: 0)),
      ])
    let log = LogFixture()
    log.store.put(builder.bytes, at: log.path(LogPath.commitName(0)))
    return try DeltaScan(log.table.snapshot(), in: log.store)
  }

  private func batch(_ columns: [(String, DataType, [Value])]) throws -> Batch {
    Batch(
      schema: Schema(columns.map { Field($0.0, $0.1) }),
      columns: try columns.map { try #require(Column.of($0.1, $0.2)) })
  }

  @Test("partition columns are constants, missing columns are null, deleted rows go")
  func logical() throws {
    let scan = try scan(
      [
        DeltaField("id", .long), DeltaField("day", .date), DeltaField("late", .string),
        DeltaField("gone", .void),
      ], partitionedBy: ["day"], values: ["day": "2021-09-08"])
    #expect(scan.files[0].path == "t/a b.parquet")
    let physical = try batch([("id", .int64, [.int64(7), .int64(8), .int64(9)])])
    let logical = try scan.logicalBatch(
      from: physical, of: scan.files[0], columns: [1, 0, 2, 3], firstRow: 10,
      deleted: DeletionVector(rows: [11]))
    let day = Value.date(CalendarDate("2021-09-08")!)
    #expect(logical.schema.names == ["day", "id", "late", "gone"])
    #expect(logical.rowCount == 2)
    #expect(logical.row(0) == [day, .int64(7), .null, .null])
    #expect(logical.row(1) == [day, .int64(9), .null, .null])
  }

  @Test(
    "partition values have their column's type; an empty text is null",
    arguments: [
      ("2021-9-8", DeltaType.date, Value.date(CalendarDate("2021-09-08")!)), ("", .long, .null),
      ("-5", .short, .int32(-5)), ("TRUE", .boolean, .boolean(true)),
      ("1.5", .decimal(precision: 5, scale: 2), .decimal(Decimal128("1.50")!)),
      ("1970-01-01 00:00:01", .timestamp, .timestamp(Timestamp(microseconds: 1_000_000))),
      ("1970-01-01T00:00:00.5Z", .timestamp, .timestamp(Timestamp(microseconds: 500_000))),
      ("a b", .string, .string("a b")), ("0.1", .double, .double(0.1)),
    ])
  func partitionValues(text: String, type: DeltaType, expected: Value) throws {
    #expect(PartitionValue.parse(text, type) == expected)
    let scan = try scan(
      [DeltaField("p", type), DeltaField("x", .long)], partitionedBy: ["p"], values: ["p": text])
    #expect(scan.files[0].partitionValues == [expected])
  }

  @Test(
    "a partition value that is none of its type is refused",
    arguments: ["x", "1.555", "2021-13-01"])
  func badPartitionValue(text: String) {
    for type: DeltaType in [.date, .long, .decimal(precision: 3, scale: 2)] {
      #expect(throws: DeltaError.self) {
        try scan([DeltaField("p", type)], partitionedBy: ["p"], values: ["p": text])
      }
    }
  }

  @Test("renamed columns and nested members are found by their physical names")
  func columnMapping() throws {
    let scan = try scan(
      [
        DeltaField("now", .long, metadata: mapped("col-1", 1)),
        DeltaField(
          "st",
          .structure([
            DeltaField("b", .string, metadata: mapped("col-4", 4)),
            DeltaField("a", .long, metadata: mapped("col-3", 3)),
          ]), metadata: mapped("col-2", 2)),
      ], mapping: "name")
    let inner = DataType.structure([Field("col-3", .int32), Field("col-9", .int32)])
    let physical = try batch([
      ("col-2", inner, [.structure([.int32(5), .int32(0)]), .null]),
      ("now", .int64, [.int64(1), .int64(1)]), ("col-1", .int64, [.int64(2), .int64(3)]),
    ])
    let logical = try scan.logicalBatch(from: physical, of: scan.files[0], columns: [0, 1])
    #expect(logical.row(0) == [.int64(2), .structure([.null, .int64(5)])])
    #expect(logical.row(1) == [.int64(3), .null])
  }

  private func mapped(_ name: String, _ id: Int) -> JSONObject {
    JSONObject([
      .init(key: "delta.columnMapping.id", value: .integer(id)),
      .init(key: "delta.columnMapping.physicalName", value: .string(name)),
    ])
  }

  @Test("files written before a type was widened are lifted to it")
  func widening() throws {
    let scan = try scan([
      DeltaField("l", .long), DeltaField("d", .double),
      DeltaField("m", .decimal(precision: 20, scale: 4)), DeltaField("t", .timestampNTZ),
    ])
    let day = CalendarDate("1970-01-02")!
    let physical = try batch([
      ("l", .int32, [.int32(-7), .null]), ("d", .float, [.float(0.5), .null]),
      ("m", .decimal(precision: 5, scale: 2), [.decimal(Decimal128("1.25")!), .null]),
      ("t", .date, [.date(day), .null]),
    ])
    let logical = try scan.logicalBatch(from: physical, of: scan.files[0], columns: [0, 1, 2, 3])
    #expect(
      logical.row(0) == [
        .int64(-7), .double(0.5), .decimal(Decimal128("1.2500")!),
        .timestampNTZ(Timestamp(microseconds: 86_400_000_000)),
      ])
    #expect(logical.row(1) == [.null, .null, .null, .null])
  }

  @Test("a vector's rows all have its length and no nulls")
  func vectors() throws {
    let scan = try scan([DeltaField(Field("v", .vector(length: 2)))])
    let list = DataType.list(element: Field("element", .double))
    func read(_ values: [Value]) throws -> Batch {
      let physical = try batch([("v", list, values)])
      return try scan.logicalBatch(from: physical, of: scan.files[0], columns: [0])
    }
    let good = try read([.list([.double(1), .double(2)]), .null])
    #expect(good.schema[0].type == .vector(length: 2))
    #expect(good.row(0) == [.list([.double(1), .double(2)])])
    #expect(good.row(1) == [.null])
    #expect(throws: DeltaError.self) { try read([.list([.double(1)])]) }
    #expect(throws: DeltaError.self) { try read([.list([.double(1), .null])]) }
  }

  @Test("a file whose type does not widen to the table's is refused by column")
  func mismatch() throws {
    let scan = try scan([DeltaField("n", .integer)])
    let physical = try batch([("n", .string, [.string("1")])])
    let error = #expect(throws: DeltaError.self) {
      try scan.logicalBatch(from: physical, of: scan.files[0], columns: [0])
    }
    #expect(error?.description.contains("column 'n'") == true)
  }

  @Test("a data file that is not on disk, or has another size, is refused by name")
  func missingFiles() throws {
    let log = LogFixture()
    log.commits(upTo: 1)
    let scan = try DeltaScan(log.table.snapshot(), in: log.store)
    let error = #expect(throws: DeltaError.self) { try scan.checkFiles() }
    #expect(error?.file == "f1")
    log.store.put([UInt8](repeating: 0, count: 10), at: "t/f1")
    try scan.checkFiles()
    log.store.put([0], at: "t/f1")
    #expect(throws: DeltaError.self) { try scan.checkFiles() }
  }
}
