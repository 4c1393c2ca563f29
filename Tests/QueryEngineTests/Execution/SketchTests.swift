import Columnar
import QueryEngine
import QueryLanguage
import Testing

@Suite("Estimated distinct counts")
struct SketchTests {
  private func estimate(_ count: Int, order: [Int], threads: Int) throws -> Int64 {
    let schema = Schema([Field("x", .int64)])
    let batches = stride(from: 0, to: order.count, by: 10_000).map { start in
      let part = order[start..<min(start + 10_000, order.count)]
      return Batch(
        schema: schema, columns: [Column(.int64, .int64(part.map { Int64($0 % count) }))])
    }
    var lake = TestLake()
    lake.tables["silver.t"] = PinnedTable(
      name: "silver.t", source: MemoryTable(schema: schema, batches: batches))
    let bound = try Binder.bind(
      try SyntaxParser.query(in: "SELECT approx_count_distinct(x) FROM t"), resolver: lake)
    let result = try Executor().collect(bound.plan, context: context(threads: threads))
    guard case .int64(let value)? = result.first?.row(0).first else { return -1 }
    return value
  }

  @Test("are exact for few values and within five standard errors for many")
  func accuracy() throws {
    for count in [1, 200, 256] {
      #expect(try estimate(count, order: Array(0..<600), threads: 2) == Int64(count))
    }
    for count in [257, 3_000, 60_000] {
      let found = Double(try estimate(count, order: Array(0..<60_000), threads: 2))
      #expect(abs(found / Double(count) - 1) < 5 * 0.01625, "\(count): \(found)")
    }
  }

  @Test("depend on the values only, not on their order or on threads")
  func determinism() throws {
    let rows = Array(0..<50_000)
    let first = try estimate(40_000, order: rows, threads: 1)
    #expect(try estimate(40_000, order: rows.reversed(), threads: 4) == first)
    #expect(try estimate(40_000, order: rows + rows, threads: 3) == first)
  }
}
