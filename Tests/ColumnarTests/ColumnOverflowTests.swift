import Columnar
import Testing

@Suite("More than a column holds")
struct ColumnOverflowTests {
  private func texts(_ values: [String]) -> Column {
    Column(.string, .string(StringColumn(values)))
  }

  @Test("texts that come together beyond the limit are an error that says how much they are")
  func text() throws {
    let parts = [texts(["abcd", "ef"]), texts(["ghij"])]
    #expect(try Column.concatenate(parts, limit: 10).count == 3)
    let error = #expect(throws: ColumnOverflow.self) {
      try Column.concatenate(parts, limit: 9)
    }
    #expect(
      error?.message
        == "10 bytes of text would come together in one column, which holds 9 bytes")
  }

  @Test("a dictionary that several parts share counts once")
  func sharedDictionary() throws {
    let (shared, other) = (StringValues(["abcd"]), StringValues(["ef"]))
    let parts = [(shared, 3), (other, 1), (shared, 2)].map { values, rows in
      let codes = [Int32](repeating: 0, count: rows)
      return Column(.string, .string(StringColumn(values: values, codes: codes)))
    }
    #expect(try Column.concatenate(parts, limit: 6).count == 6)
    #expect(throws: ColumnOverflow.self) { try Column.concatenate(parts, limit: 5) }
  }

  @Test("members of lists beyond the limit are an error, also within a list")
  func members() throws {
    let type = DataType.list(element: Field("element", .int32))
    let list = try #require(Column.of(type, [.list([.int32(1), .int32(2)])]))
    #expect(try Column.concatenate([list, list], limit: 4).count == 2)
    let error = #expect(throws: ColumnOverflow.self) {
      try Column.concatenate([list, list], limit: 3)
    }
    #expect(error?.count == 4)
  }

  @Test(
    "sizes are written in the largest unit",
    arguments: [
      (9, "9 bytes"), (1536, "1.5 KiB"), (Int(Int32.max), "1.9 GiB"), (3 << 30, "3.0 GiB"),
    ])
  func sizes(bytes: Int, text: String) {
    #expect(ColumnOverflow.size(bytes) == text)
  }
}
