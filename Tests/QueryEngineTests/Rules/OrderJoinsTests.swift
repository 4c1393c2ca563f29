import Columnar
import QueryEngine
import QueryLanguage
import Testing

@Suite("Join order")
struct OrderJoinsTests {
  /// Says that it has more rows than it holds.
  private struct Claiming: TableSource {
    let table: MemoryTable
    let claimed: Int
    var schema: Schema { table.schema }
    var rowCount: Int? { claimed }
    func scan(_ request: ScanRequest) throws(QueryError) -> any TableScan { table.scan(request) }
  }

  /// fact(a, b), and two small tables of a and of b; the sizes are claims.
  private func lake(fact: Int = 1_000_000) -> TestLake {
    func table(_ names: [String], _ rows: [[Int64]], _ claimed: Int) -> PinnedTable {
      let schema = Schema(names.map { Field($0, .int64) })
      let columns = names.indices.map { index in
        Column(.int64, .int64(rows.map { $0[index] }))
      }
      return PinnedTable(
        name: names.joined(),
        source: Claiming(
          table: MemoryTable(schema: schema, batches: [Batch(schema: schema, columns: columns)]),
          claimed: claimed))
    }
    return TestLake(tables: [
      "s.fact": table(["a", "b"], [[1, 10], [2, 20], [3, 30]], fact),
      "s.small": table(["a", "m"], [[1, 100], [2, 200], [9, 900]], 50),
      "s.middle": table(["b", "n"], [[10, 7], [20, 8]], 500),
    ])
  }

  /// The scans of a plan from the outermost probe to the last build side.
  private func scans(_ text: String, _ lake: TestLake) throws -> [String] {
    try lake.plan(text).split(separator: "\n").filter { $0.contains("SCAN") }
      .map { String($0.split(separator: " ")[1]) }
  }

  @Test("the largest input streams, whatever was written first")
  func largestFirst() throws {
    let text = "SELECT m, b FROM small JOIN fact USING (a)"
    #expect(try scans(text, lake()) == ["ab", "am"])
    #expect(try scans(text, lake(fact: 60)) == ["am", "ab"])
  }

  @Test("inputs are joined when an equality ties them, never as a product")
  func noProducts() throws {
    let text =
      "SELECT m, n FROM small, middle, fact WHERE small.a = fact.a AND middle.b = fact.b AND m > 0"
    #expect(try scans(text, lake()) == ["ab", "am", "bn"])
    let bound = try Binder.bind(try parse(text), resolver: lake())
    #expect(try rows(bound.plan) == [[.int64(100), .int64(7)], [.int64(200), .int64(8)]])
  }

  @Test("outer joins keep their place")
  func outerJoins() throws {
    let text = "SELECT m, b FROM small LEFT JOIN fact USING (a)"
    #expect(try scans(text, lake()) == ["am", "ab"])
  }
}
