import Columnar
import QueryEngine
import Testing

@Suite("Sort, limit, distinct and set operations")
struct RowOperatorTests {
  private let fields = AggregateTests.fields

  private func compare(_ a: [Value], _ b: [Value], _ keys: [(Int, Bool, Bool)]) -> Int {
    for (column, isDescending, nullsFirst) in keys {
      let (x, y) = (a[column], b[column])
      if x.isNull || y.isNull {
        if x.isNull && y.isNull { continue }
        return x.isNull == nullsFirst ? -1 : 1
      }
      let order = AggregateTests.compare(x, y)
      if order != 0 { return isDescending ? -order : order }
    }
    return 0
  }

  private func sortKeys(_ keys: [(Int, Bool, Bool)]) -> [SortKey] {
    keys.map { SortKey(col($0.0, fields[$0.0].type), isDescending: $0.1, nullsFirst: $0.2) }
  }

  @Test("sorting is stable and follows every key", arguments: 0..<8)
  func sort(first: Int) throws {
    var random = Seeded(UInt64(first))
    for count in [0, 1, 30, 500] {
      let data = AggregateTests.randomRows(count, &random)
      let keys = [
        (first, Bool.random(using: &random), Bool.random(using: &random)),
        ((first + 3) % 8, Bool.random(using: &random), Bool.random(using: &random)),
      ]
      let expected = data.enumerated().sorted { a, b in
        let order = compare(a.element, b.element, keys)
        return order == 0 ? a.offset < b.offset : order < 0
      }.map(\.element)
      let sorted = LogicalPlan.sort(table(fields, data, batch: 37), sortKeys(keys))
      for threads in [1, 4] {
        #expect(same(try rows(sorted, threads: threads), expected))
        let top = try rows(.limit(sorted, count: 10, offset: 3), threads: threads)
        #expect(same(top, Array(expected.dropFirst(3).prefix(10))))
      }
    }
  }

  @Test("a limit takes the first rows and stops the scan before an error", arguments: [1, 2, 4])
  func limit(threads: Int) throws {
    let data = (0..<100).map { [Value.int64(Int64($0))] }
    let input = table([Field("q", .int64)], data, batch: 10)
    // Row 55 divides by zero.
    let divided = LogicalPlan.project(
      input,
      [
        ProjectedExpression(
          "r",
          .arithmetic(
            .integerDivide, .constant(.int64(1), .int64),
            .arithmetic(.subtract, col(0, .int64), .constant(.int64(55), .int64), .int64), .int64))
      ])
    #expect(try rows(.limit(divided, count: 2, offset: 48), threads: threads).count == 2)
    #expect(throws: QueryError.self) {
      try rows(.limit(divided, count: 60, offset: 0), threads: threads)
    }
  }

  @Test("of several errors the first in row order is reported", arguments: [1, 2, 4])
  func errors(threads: Int) throws {
    let data = (0..<400).map { [Value.int64(Int64($0))] }
    let failing = LogicalPlan.filter(
      table([Field("q", .int64)], data, batch: 10),
      .comparison(
        .equal, .cast(.cast(col(0, .int64), .string, isTry: false), .boolean, isTry: false),
        .constant(.boolean(true), .boolean)))
    for _ in 0..<20 {
      do {
        _ = try Executor().collect(failing, context: context(threads: threads))
        Issue.record("no error")
      } catch {
        #expect(error.message == "'2' (string) is not a value of boolean, and 7 more rows like it")
      }
    }
  }

  @Test("distinct keeps the first of equal rows")
  func distinct() throws {
    let data: [[Value]] = [
      [.double(.nan), .null], [.double(0), .string("a")], [.double(.nan), .null],
      [.double(-0.0), .string("a")], [.null, .null],
    ]
    let plan = LogicalPlan.distinct(
      table([Field("x", .double), Field("s", .string)], data, batch: 2))
    for threads in [1, 2, 4] {
      let found = try rows(plan, threads: threads)
      #expect(same(found, [data[0], data[1], data[4]]))
    }
  }

  @Test(
    "set operations count duplicates",
    arguments: [
      (SetOperationNode.Kind.unionAll, [1, 1, 1, 2, 3, 1, 2, 2]), (.union, [1, 2, 3]),
      (.intersect, [1, 2]), (.intersectAll, [1, 2]), (.except, [3]), (.exceptAll, [1, 1, 3]),
    ])
  func setOperations(kind: SetOperationNode.Kind, expected: [Int32]) throws {
    func numbers(_ values: [Int32]) -> LogicalPlan {
      table([Field("n", .int32)], values.map { [.int32($0)] }, batch: 2)
    }
    let plan = LogicalPlan.setOperation(
      SetOperationNode(kind: kind, left: numbers([1, 1, 1, 2, 3]), right: numbers([1, 2, 2])))
    for threads in [1, 2] {
      #expect(try rows(plan, threads: threads) == expected.map { [.int32($0)] })
    }
  }

  @Test("a cancelled statement stops")
  func cancel() throws {
    let data = (0..<100).map { [Value.int64(Int64($0))] }
    let running = context(threads: 2)
    running.cancel()
    do {
      _ = try Executor().collect(table([Field("q", .int64)], data), context: running)
      Issue.record("it ran on")
    } catch {
      #expect(error.reason == .cancelled)
    }
  }
}
