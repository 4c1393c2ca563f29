import Lakehouse
import TestSupport
import Testing

@Suite("The library as a Swift program uses it")
struct EmbeddingTests {
  @Test("makes a lake, writes, and reads exact values back")
  func roundTrip() throws {
    let directory = TemporaryDirectory()
    let session = Session(options: .init(lakePath: directory.path + "/lake"))
    try session.createLake()
    try session.query(
      """
      CREATE TABLE silver.prices (id STRING, day DATE, price DECIMAL(20,4), note STRING);
      INSERT INTO silver.prices VALUES ('A', '2025-06-17', 10.25, NULL)
      """)
    let table = try session.query("SELECT *, price * 3 AS triple FROM silver.prices")
    #expect(table.rowCount == 1)
    #expect(table.columns.map(\.name) == ["id", "day", "price", "note", "triple"])
    #expect(table.columns[2].type == "decimal(20,4)")
    #expect(table[0, 0] == .text("A"))
    #expect(table[0, "day"] == .date("2025-06-17"))
    #expect(table[0, "price"] == .decimal("10.2500"))
    #expect(table[0, "note"] == .null)
    #expect(table[0, "triple"] == .decimal("30.7500"))
    #expect(table[0, "absent"] == nil)
  }

  @Test("an error says what is wrong, where, and what would help")
  func failure() throws {
    let session = Session(options: .init(lakePath: "/nonexistent/lake"))
    do {
      try session.query("SELECT x FROM silver.prices")
      Issue.record("there is no lake")
    } catch {
      #expect(error.message.contains("there is no lake at '/nonexistent/lake'"))
      #expect(error.help?.contains("tarn init") == true)
      #expect(error.position == 14..<27)
    }
  }
}
