import Columnar
import QueryEngine
import Testing

@Suite("Executor")
struct ExecutorTests {
  private let trades = table(
    [
      Field("desk", .string), Field("qty", .int64),
      Field("price", .decimal(precision: 10, scale: 2)),
    ],
    [
      [.string("fx"), .int64(3), decimal(1050, 2)],
      [.string("rates"), .int64(1), decimal(200, 2)],
      [.string("fx"), .int64(-2), .null],
      [.null, .int64(7), decimal(5, 2)],
      [.string("rates"), .null, decimal(-199, 2)],
    ], batch: 2)

  @Test("filters, projects, groups, sorts and limits", arguments: [1, 2, 4])
  func endToEnd(threads: Int) throws {
    let filtered = LogicalPlan.filter(
      trades, .comparison(.greater, col(1, .int64), .constant(.int64(-5), .int64)))
    let grouped = LogicalPlan.aggregate(
      AggregateNode(
        input: filtered, groups: [ProjectedExpression("desk", col(0, .string))],
        groupingSets: [[0]],
        aggregates: [
          AggregateCall(.countStar, [], type: .int64, name: "n"),
          AggregateCall(.sum, [col(1, .int64)], type: .int64, name: "q"),
          AggregateCall(
            .sum, [col(2, .decimal(precision: 10, scale: 2))],
            type: .decimal(precision: 38, scale: 2), name: "p"),
        ]))
    let sorted = LogicalPlan.limit(
      .sort(grouped, [SortKey(col(1, .int64), isDescending: true, nullsFirst: true)]),
      count: 2, offset: 0)
    #expect(
      try rows(sorted, threads: threads) == [
        [.string("fx"), .int64(2), .int64(1), decimal(1050, 2)],
        [.string("rates"), .int64(1), .int64(1), decimal(200, 2)],
      ])
  }

  @Test("joins on text of different dictionaries", arguments: [1, 2])
  func join(threads: Int) throws {
    let desks = table(
      [Field("desk", .string), Field("head", .string)],
      [
        [.string("rates"), .string("Ann")], [.string("fx"), .string("Bob")], [.null, .string("?")],
      ])
    let join = LogicalPlan.join(
      JoinNode(
        kind: .left, left: trades, right: desks,
        keys: [JoinNode.Key(left: col(0, .string), right: col(0, .string))]))
    #expect(
      try rows(join, threads: threads).map { $0[4] } == [
        .string("Bob"), .string("Ann"), .string("Bob"), .null, .string("Ann"),
      ])
  }
}
