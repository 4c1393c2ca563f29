import Columnar
import MaterializedViews
import TestSupport
import Testing

@Suite struct ContentHashTests {
  private func hash(_ type: DataType, _ values: [Value]) -> ContentHash {
    let schema = Schema([Field("c", type)])
    var hash = ContentHash(schema)
    hash.add(MemoryHost.batch(values.map { [$0] }, schema))
    return hash
  }

  private static let schema = Schema([
    Field("d", .date), Field("s", .string), Field("n", .decimal(precision: 38, scale: 2)),
    Field("x", .double), Field("b", .boolean), Field("l", .list(element: Field("e", .string))),
  ])

  private static let rows: [[Value]] = (0..<500).map { index -> [Value] in
    let number = Decimal128(mantissa: Int128(index) * 1_000_000_007, scale: 2)
    let text = Value.string(String(repeating: "é", count: index % 40))
    let members: [Value] = (0..<(index % 4)).map { .string(String($0)) }
    return [
      .date(CalendarDate(days: Int32(index % 7))), index % 11 == 0 ? .null : text,
      .decimal(number), .double(Double(index) / 7),
      index % 3 == 0 ? .null : .boolean(index % 2 == 0), .list(members),
    ]
  }

  @Test func orderAndBatchesDoNotMatter() {
    var random = SeededGenerator(seed: 5)
    var expected = ContentHash(Self.schema)
    expected.add(MemoryHost.batch(Self.rows, Self.schema))
    let shuffled = MemoryHost.batch(Self.rows.shuffled(using: &random), Self.schema)
    var parts = ContentHash(Self.schema)
    for start in stride(from: 0, to: 500, by: 71) {
      var part = ContentHash(Self.schema)
      part.add(shuffled.slice(start..<min(start + 71, 500)))
      parts.merge(part)
    }
    #expect(parts == expected && parts.hex == expected.hex && parts.rows == 500)
    var picked = ContentHash(Self.schema)
    picked.add(shuffled, rows: (0..<500).filter { $0 % 2 == 0 }.map { Int32($0) })
    #expect(picked != expected)
    picked.add(shuffled, rows: (0..<500).filter { $0 % 2 == 1 }.map { Int32($0) })
    #expect(picked == expected)
  }

  @Test func everyCellMatters() {
    let expected = hash(.string, [.string("a"), .string("b")])
    #expect(hash(.string, [.string("a"), .string("c")]) != expected)
    #expect(hash(.string, [.string("a"), .string("b"), .string("b")]) != expected)
    #expect(hash(.string, [.string("")]) != hash(.string, [.null]))
    #expect(hash(.int32, [.int32(1)]) != hash(.int64, [.int64(1)]))
    #expect(hash(.double, [.double(0)]) != hash(.double, [.double(-0.0)]))
    #expect(hash(.binary, [.binary([97])]) != hash(.string, [.string("a")]))
  }

  @Test func equalValuesAreEqualWhateverTheirForm() {
    let odd = Double(bitPattern: 0xfff8_0000_0000_0001)
    #expect(hash(.double, [.double(.nan)]) == hash(.double, [.double(odd)]))
    let number = Value.decimal(Decimal128(mantissa: -1250, scale: 2))
    #expect(
      hash(.decimal(precision: 9, scale: 2), [number, .null])
        == hash(.decimal(precision: 38, scale: 2), [.null, number]))
    let schema = Schema([Field("c", .string)])
    let coded = Column(
      .string, .string(StringColumn(values: StringValues(["u", "b", "a"]), codes: [2, 1, 2])))
    var hash = ContentHash(schema)
    hash.add(Batch(schema: schema, columns: [coded]))
    #expect(hash == self.hash(.string, [.string("a"), .string("a"), .string("b")]))
  }

  @Test func noRowsHaveAHashOfTheirColumns() {
    #expect(hash(.int32, []) == hash(.int32, []))
    #expect(hash(.int32, []) != hash(.int64, []))
    #expect(hash(.int32, []).hex.utf8.count == 64)
  }

  // Computed by another program from the definition of the encoding.
  @Test func theEncodingIsTheDocumentedOne() {
    let schema = Schema([
      Field("a", .int32), Field("b", .string), Field("c", .decimal(precision: 18, scale: 2)),
    ])
    var hash = ContentHash(schema)
    hash.add(
      MemoryHost.batch(
        [
          [.int32(-1), .string("é"), .decimal(Decimal128(mantissa: -1250, scale: 2))],
          [.null, .string(""), .null],
        ], schema))
    #expect(hash.hex == "a36fb2c7e4b16f618bcb1786dd27f87257178d45e1e40443a38b56ecb937016f")
  }
}
