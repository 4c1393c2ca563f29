import Columnar
import TestSupport
import Testing

@Suite("Column")
struct ColumnTests {
  private static let element = Field("element", .int64)
  private static let types: [DataType] = [
    .boolean, .int32, .int64, .float, .double, .decimal(precision: 12, scale: 2),
    .decimal(precision: 30, scale: 4), .string, .binary, .date, .timestamp, .timestampNTZ,
    .list(element: element), .vector(length: 2),
    .structure([Field("a", .int32), Field("b", .string)]),
    .map(key: Field("key", .string, isNullable: false), value: Field("value", .double)),
  ]

  private func value(_ type: DataType, _ random: inout SeededGenerator) -> Value {
    if random.next() % 4 == 0 { return .null }
    let number = Int64(random.next() % 1000) - 500
    switch type {
    case .boolean: return .boolean(number > 0)
    case .int32: return .int32(Int32(number))
    case .int64: return .int64(number)
    case .float: return .float(Float(number) / 4)
    case .double: return .double(Double(number) / 8)
    case .decimal(_, let scale):
      return .decimal(Decimal128(mantissa: Int128(number), scale: scale))
    case .string: return .string("s\(number % 7)")
    case .binary: return .binary([UInt8(truncatingIfNeeded: number), 0])
    case .date: return .date(CalendarDate(days: Int32(number)))
    case .timestamp: return .timestamp(Timestamp(microseconds: number))
    case .timestampNTZ: return .timestampNTZ(Timestamp(microseconds: number))
    case .vector(let length): return .list((0..<length).map { .double(Double(number + Int64($0))) })
    case .list(let element):
      return .list((0..<Int(number.magnitude % 3)).map { _ in value(element.type, &random) })
    case .structure(let fields): return .structure(fields.map { value($0.type, &random) })
    case .map(_, let member):
      let count = Int(number.magnitude % 3)
      return .map(
        keys: (0..<count).map { .string("k\($0)") },
        values: (0..<count).map { _ in value(member.type, &random) })
    }
  }

  @Test("rows picked, cut out and joined are the rows that were put in", arguments: types)
  func rows(type: DataType) throws {
    var random = SeededGenerator(seed: 42)
    let values = (0..<150).map { _ in value(type, &random) }
    let column = try #require(Column.of(type, values))
    #expect((0..<150).map(column.value) == values)
    #expect(column.nullCount == values.count { $0.isNull })
    let indices = (0..<80).map { _ in Int32(random.next() % 150) }
    let taken = column.take(indices)
    #expect((0..<80).map(taken.value) == indices.map { values[Int($0)] })
    let slice = column.slice(30..<101)
    #expect((0..<71).map(slice.value) == Array(values[30..<101]))
    let joined = try Column.concatenate([column.slice(0..<30), slice, column.slice(101..<150)])
    #expect((0..<150).map(joined.value) == values)
    let mask = Bitmap((0..<150).map { $0 % 3 == 0 })
    let kept = column.filter(mask)
    #expect(
      (0..<kept.count).map(kept.value) == values.indices.filter { $0 % 3 == 0 }.map { values[$0] })
    #expect(Column.nulls(type, count: 3).nullCount == 3)
  }

  @Test("a builder refuses what does not fit, and stays as it was")
  func misfits() {
    var builder = ColumnBuilder(.decimal(precision: 4, scale: 2))
    let accepted = [
      builder.append(.decimal(Decimal128("12.5")!)),
      builder.append(.decimal(Decimal128("123.45")!)),
      builder.append(.decimal(Decimal128("1.234")!)), builder.append(.string("1")),
    ]
    #expect(accepted == [true, false, false, false])
    #expect(builder.count == 1)
    #expect(builder.finish().value(0) == .decimal(Decimal128("12.50")!))
  }

  @Test("strings of one dictionary keep it when they are joined")
  func sharedDictionary() throws {
    let values = StringValues(["FX", "RATES"])
    let parts = [[0, 1, 1], [1, 0]].map { codes in
      Column(.string, .string(StringColumn(values: values, codes: codes.map { Int32($0) })))
    }
    let joined = try Column.concatenate(parts)
    #expect(joined.storage.string?.values === values)
    #expect(
      (0..<5).map(joined.value) == ["FX", "RATES", "RATES", "RATES", "FX"].map { .string($0) })
  }

  @Test("a few rows of large dictionaries bring only what they use when they are joined")
  func sparseDictionaries() throws {
    let parts = (0..<20).map { part in
      let values = StringValues((0..<1000).map { "value \($0) of \(part)" })
      let codes: [Int32] = [Int32(part), 999, 0, 999]
      return Column(
        .string, .string(StringColumn(values: values, codes: codes)),
        validity: Bitmap([true, true, false, true]))
    }
    let joined = try Column.concatenate(parts)
    for (index, part) in parts.enumerated() {
      #expect((0..<4).map { joined.value(index * 4 + $0) } == (0..<4).map(part.value))
    }
    #expect(joined.value(78) == .null && joined.value(79) == .string("value 999 of 19"))
    #expect(try #require(joined.storage.string).values.count <= 80)
  }

  @Test("a validity without nulls is dropped")
  func validity() {
    let column = Column(.int32, .int32([1, 2]), validity: Bitmap([true, true]))
    #expect(column.validity == nil)
  }
}
