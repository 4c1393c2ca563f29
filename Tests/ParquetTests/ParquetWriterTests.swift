import Columnar
import FileStorage
import Parquet
import Synchronization
import Testing

/// A column type with a recipe for its values.
struct TypeCase: Sendable, CustomTestStringConvertible {
  var name: String
  var type: DataType
  var value: @Sendable (_ row: Int, _ noise: UInt64) -> Value

  var testDescription: String { name }

  init(
    _ name: String, _ type: DataType, _ value: @escaping @Sendable (Int, UInt64) -> Value
  ) {
    self.name = name
    self.type = type
    self.value = value
  }

  static let scalars: [TypeCase] = [
    TypeCase("boolean noise", .boolean) { _, noise in .boolean(noise & 1 == 0) },
    TypeCase("boolean runs", .boolean) { row, _ in .boolean(row / 900 % 2 == 0) },
    TypeCase("int32 noise", .int32) { _, noise in .int32(Int32(truncatingIfNeeded: noise)) },
    TypeCase("int32 few", .int32) { _, noise in .int32(Int32(noise % 5) - 2) },
    TypeCase("int64 rising", .int64) { row, _ in .int64(Int64(row) * 1_000_003 - 5) },
    TypeCase("int64 noise", .int64) { _, noise in .int64(Int64(bitPattern: noise)) },
    TypeCase("int64 constant", .int64) { _, _ in .int64(.min) },
    TypeCase("float", .float) { row, noise in
      .float(row % 11 == 4 ? .nan : Float(noise % 1000) / 8)
    },
    TypeCase("double noise", .double) { _, noise in .double(Double(noise) / 1e7) },
    TypeCase("double money", .double) { _, noise in .double(Double(noise % 1_000_000) / 100) },
    TypeCase("double zeros and NaN", .double) { row, _ in
      .double([.nan, -0.0, 0.0, .infinity, -.infinity][row % 5])
    },
    TypeCase("double whole", .double) { _, noise in .double(Double(noise % 1_000_000_000)) },
    TypeCase("decimal(9,2)", .decimal(precision: 9, scale: 2)) { _, noise in
      .decimal(Decimal128(mantissa: Int128(noise % 1_999_999_999) - 999_999_999, scale: 2))
    },
    TypeCase("decimal(18,4)", .decimal(precision: 18, scale: 4)) { _, noise in
      .decimal(Decimal128(mantissa: Int128(noise % 1_000_000_000_000) - 7, scale: 4))
    },
    TypeCase("decimal(19,0)", .decimal(precision: 19, scale: 0)) { row, noise in
      .decimal(Decimal128(mantissa: Int128(noise >> 1) * (row % 2 == 0 ? 1 : -1), scale: 0))
    },
    TypeCase("decimal(38,10)", .decimal(precision: 38, scale: 10)) { row, _ in
      let largest = Decimal128.powersOfTen[38] - 1
      return .decimal(Decimal128(mantissa: row % 2 == 0 ? largest - 3 : -largest, scale: 10))
    },
    TypeCase("string few", .string) { _, noise in .string("desk-\(noise % 40)") },
    TypeCase("string rising", .string) { row, _ in .string("TRADE\(100_000_000 + row)") },
    TypeCase("string noise", .string) { row, noise in
      .string(String(repeating: "é€😀", count: row % 9) + String(noise))
    },
    TypeCase("binary", .binary) { row, noise in
      .binary([UInt8](repeating: UInt8(truncatingIfNeeded: noise), count: row % 4))
    },
    TypeCase("date", .date) { _, noise in .date(CalendarDate(days: Int32(noise % 20_000) - 3000)) },
    TypeCase("timestamp", .timestamp) { row, noise in
      .timestamp(Timestamp(microseconds: Int64(row) * 1_000_000 + Int64(noise % 999_983)))
    },
    TypeCase("timestamp_ntz", .timestampNTZ) { _, noise in
      .timestampNTZ(Timestamp(microseconds: Int64(noise >> 12) - 1 << 50))
    },
  ]

  static let nested: [TypeCase] = [
    TypeCase("list", .list(element: Field("element", .int32))) { row, noise in
      .list((0..<Int(noise % 4)).map { ($0 + row) % 3 == 0 ? .null : .int32(Int32(row + $0)) })
    },
    TypeCase("list of present", .list(element: Field("element", .string, isNullable: false))) {
      row, noise in .list((0..<Int(noise % 3)).map { .string("v\($0 + row % 7)") })
    },
    // Nothing is missing: the shredder keeps no entry apart.
    TypeCase("list without gaps", .list(element: Field("element", .double))) { row, noise in
      .list((0...Int(noise % 3)).map { .double(Double(row) + Double($0)) })
    },
    TypeCase(
      "lists without gaps",
      .list(element: Field("element", .list(element: Field("element", .int64))))
    ) { row, noise in
      .list(
        (0...Int(noise % 3)).map { outer in
          .list((0...(row + outer) % 2).map { .int64(Int64($0 + row)) })
        })
    },
    TypeCase(
      "structure", .structure([Field("x", .int64), Field("y", .string, isNullable: false)])
    ) { row, noise in
      .structure([noise % 4 == 0 ? .null : .int64(Int64(row)), .string("y\(row % 9)")])
    },
    TypeCase(
      "map", .map(key: Field("key", .string, isNullable: false), value: Field("value", .double))
    ) { row, noise in
      let count = Int(noise % 3)
      return .map(
        keys: (0..<count).map { .string("k\($0)") },
        values: (0..<count).map { ($0 + row) % 2 == 0 ? .null : .double(Double($0) + 0.5) })
    },
    TypeCase(
      "list of lists of structures of lists",
      .list(
        element: Field(
          "element",
          .list(
            element: Field(
              "element",
              .structure([
                Field("a", .list(element: Field("element", .date))), Field("b", .boolean),
              ])))))
    ) { row, noise in
      .list(
        (0..<Int(noise % 3)).map { outer in
          guard (row + outer) % 4 != 0 else { return .null }
          return .list(
            (0..<(row + outer) % 3).map { inner in
              guard (row + inner) % 5 != 0 else { return .null }
              let dates = (0..<(row % 3)).map { Value.date(CalendarDate(days: Int32($0))) }
              return .structure([
                row % 7 == 0 ? .null : .list(dates), inner == 0 ? .null : .boolean(row % 2 == 0),
              ])
            })
        })
    },
  ]

  /// `count` values; `nulls` in a thousand are null.
  func values(_ count: Int, nulls: Int) -> [Value] {
    var random = SplitMix(state: 42)
    return (0..<count).map { row in
      let noise = random.next()
      return Int(random.next() % 1000) < nulls ? .null : value(row, noise)
    }
  }
}

@Suite("Parquet writer")
struct ParquetWriterTests {
  private static let small: WriterOptions = {
    var options = WriterOptions()
    options.rowGroupRows = 1700
    options.pageRows = 300
    return options
  }()

  @Test(
    "what is written is read back, bit for bit", arguments: TypeCase.scalars + TypeCase.nested,
    [0, 200, 1000])
  func roundTrip(of type: TypeCase, nulls: Int) throws {
    let values = type.values(4000, nulls: nulls)
    let written = try WrittenBytes(
      type.type, values, isNullable: nulls > 0, options: ParquetWriterTests.small)
    #expect(written.summary.rowGroups.map(\.rowCount) == [1700, 1700, 600])
    let rows = try written.rows()
    #expect(rows.count == values.count)
    let firstDifference = zip(rows, values).enumerated().first { bits($1.0[0]) != bits($1.1) }
    #expect(firstDifference == nil, "row \(firstDifference?.offset ?? 0)")
    #expect(try written.open().schema()[0].type == type.type)
  }

  @Test("a vector is read back as the list it is")
  func vector() throws {
    let values: [Value] = [
      .list([.double(1), .double(2)]), .null, .list([.double(3), .double(4)]),
    ]
    let written = try WrittenBytes(.vector(length: 2), values)
    #expect(try written.rows() == values.map { [$0] })
  }

  @Test("a table without rows keeps its schema")
  func noRows() throws {
    let schema = Schema(TypeCase.scalars.map { Field($0.name, $0.type) })
    let written = try WrittenBytes([], schema: schema)
    #expect(try written.open().rowGroupCount == 0)
    #expect(try written.open().schema() == schema)
    #expect(written.summary.rowCount == 0)
    #expect(written.summary.columns.allSatisfy { $0.minimum == nil && $0.valueCount == 0 })
  }

  @Test("strings of many dictionaries share one in the file")
  func dictionaries() throws {
    let schema = Schema([Field("desk", .string, isNullable: false)])
    let batches = (0..<10).map { number in
      // Each batch has its own order, and an entry that no row uses.
      let names = (0..<4).map { "desk-\(($0 + number) % 4)" } + ["unused-\(number)"]
      let codes = (0..<500).map { Int32($0 % 4) }
      return Batch(
        schema: schema,
        columns: [
          Column(.string, .string(StringColumn(values: StringValues(names), codes: codes)))
        ])
    }
    let written = try WrittenBytes(batches, schema: schema)
    let expected = batches.flatMap { batch in (0..<500).map { batch.row($0) } }
    #expect(try written.rows() == expected)
    #expect(try written.metadata().encodings.contains(.rleDictionary))
    let batch = try RowGroupReader(written.open(), rowGroup: 0).next()
    #expect(batch?.columns[0].storage.string?.values.count == 4)
  }

  @Test("the same batches give the same bytes, in parallel too")
  func parallel() throws {
    let types = TypeCase.scalars + TypeCase.nested
    let schema = Schema(types.map { Field($0.name, $0.type) })
    let columns = types.compactMap { Column.of($0.type, $0.values(2000, nulls: 100)) }
    let batch = Batch(schema: schema, columns: columns)
    var options = ParquetWriterTests.small
    let sequential = try WrittenBytes([batch], schema: schema, options: options)
    options.parallelLoop = { count, body in for index in (0..<count).reversed() { body(index) } }
    let parallel = try WrittenBytes([batch], schema: schema, options: options)
    #expect(sequential.bytes == parallel.bytes)
  }

  @Test("the observer sees every number once, without nulls")
  func observer() throws {
    let seen = Mutex<[Int: [Double]]>([:])
    var options = ParquetWriterTests.small
    options.observer = { rowGroup, leaf, storage in
      guard leaf == 0, let values = storage.double else { return }
      seen.withLock { $0[rowGroup] = values }
    }
    let values = (0..<2000).map { $0 % 3 == 0 ? Value.null : .double(Double($0)) }
    _ = try WrittenBytes(.double, values, options: options)
    let all = seen.withLock { ($0[0] ?? []) + ($0[1] ?? []) }
    #expect(all == (0..<2000).filter { $0 % 3 != 0 }.map(Double.init))
  }

  @Test("text that hardly compresses stays uncompressed, other chunks are zstd")
  func codec() throws {
    var random = SplitMix(state: 1)
    let noise = (0..<5000).map { _ in Value.double(Double(bitPattern: random.next() >> 2)) }
    let steps = (0..<5000).map { Value.double(Double($0)) }
    #expect(try WrittenBytes(.double, noise).metadata().codec == CodecNumber(rawValue: 0))
    #expect(try WrittenBytes(.double, steps).metadata().codec == CodecNumber(rawValue: 6))
  }

  @Test("encodings follow the values")
  func encodings() throws {
    func encoding(_ name: String) throws -> Encoding? {
      let type = try #require(TypeCase.scalars.first { $0.name == name })
      return try WrittenBytes(type.type, type.values(20_000, nulls: 0)).metadata().encodings.first
    }
    #expect(try encoding("int64 rising") == .deltaBinaryPacked)
    #expect(try encoding("int64 noise") == .plain)
    #expect(try encoding("decimal(18,4)") == .deltaBinaryPacked)
    #expect(try encoding("string few") == .rleDictionary)
    #expect(try encoding("string rising") == .deltaByteArray)
    #expect(try encoding("double noise") == .plain)
    #expect(try encoding("double whole") == .byteStreamSplit)
    #expect(try encoding("boolean runs") == .rle)
  }

  @Test("a damaged page is noticed by its checksum")
  func checksums() throws {
    let written = try WrittenBytes(.int64, (0..<100).map { .int64($0 * $0 * 7919) })
    let page = try #require(try written.offsetIndex().pageLocations.first)
    var bytes = written.bytes
    bytes[Int(page.offset) + Int(page.compressedSize) - 1] ^= 1
    let file = try ParquetFile(file: BytesFile(bytes))
    #expect(throws: ParquetError.self) { try RowGroupReader(file, rowGroup: 0).rest() }
  }

  @Test("a null where the schema has none is refused, by name")
  func unexpectedNull() throws {
    let schema = Schema([Field("amount", .int32, isNullable: false)])
    let column = try #require(Column.of(.int32, [.int32(1), .null]))
    let error = #expect(throws: ParquetError.self) {
      try WrittenBytes([Batch(schema: schema, columns: [column])], schema: schema)
    }
    #expect(error?.reason == .invalidInput)
    #expect(error?.column == "amount")
  }

  @Test("a batch of other types is refused before anything is written")
  func otherTypes() throws {
    let schema = Schema([Field("amount", .int32)])
    let writer = try ParquetWriter(file: MemoryFile(), schema: schema)
    let column = try #require(Column.of(.int64, [.int64(1)]))
    let batch = Batch(schema: Schema([Field("amount", .int64)]), columns: [column])
    let error = #expect(throws: ParquetError.self) { try writer.write(batch) }
    #expect(error?.description == "column 'amount': expected int, found bigint")
  }

  @Test("two columns of one name are refused")
  func repeatedNames() {
    let schema = Schema([Field("a", .int32), Field("b", .int32), Field("a", .string)])
    let error = #expect(throws: ParquetError.self) {
      try ParquetWriter(file: MemoryFile(), schema: schema)
    }
    #expect(error?.column == "a")
  }

  @Test("schemas that the format cannot hold are refused")
  func impossibleSchemas() {
    for schema in [Schema([]), Schema([Field("s", .structure([]))])] {
      let error = #expect(throws: ParquetError.self) {
        try ParquetWriter(file: MemoryFile(), schema: schema)
      }
      #expect(error?.reason == .unsupported)
    }
  }

  @Test("a full disk is an error at every byte, and the writer stays closed")
  func fullDisk() throws {
    let schema = Schema([Field("c", .int32)])
    let column = try #require(Column.of(.int32, (0..<50).map { .int32($0) }))
    let batch = Batch(schema: schema, columns: [column])
    let whole = try WrittenBytes([batch], schema: schema).bytes.count
    var failures = 0
    for limit in 0..<whole {
      var writer: ParquetWriter?
      do {
        let opened = try ParquetWriter(file: MemoryFile(limit: limit), schema: schema)
        writer = opened
        try opened.write(batch)
        _ = try opened.finish()
      } catch {
        failures += 1
        guard case .file(let cause) = error.reason else {
          Issue.record("expected a file error at \(limit), found \(error)")
          continue
        }
        #expect(cause.reason == .noSpace)
      }
      if let writer { #expect(throws: ParquetError.self) { try writer.finish() } }
    }
    #expect(failures == whole)
  }
}
