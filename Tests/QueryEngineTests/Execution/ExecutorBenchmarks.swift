import Columnar
import Glibc
import QueryEngine
import Testing

/// Costs a row of the main shapes. Small by default, so that they cannot rot; `TARN_BENCH=1` in
/// release runs them on 4 million rows and prints.
@Suite("Executor benchmarks", .serialized)
struct ExecutorBenchmarks {
  private static let isMeasured = unsafe getenv("TARN_BENCH") != nil
  private static let rowCount = isMeasured ? 4_000_000 : 20_000
  private static let batchSize = 16_384
  private static let desks = StringValues((0..<40).map { "desk \($0)" })
  private static let parties = StringValues((0..<5000).map { "party \($0)" })
  private static let schema = Schema([
    Field("desk", .string), Field("party", .string), Field("pv", .double),
    Field("notional", .decimal(precision: 18, scale: 2)), Field("qty", .int64),
    Field("day", .date), Field("trade", .int64),
  ])

  private static let data: MemoryTable = {
    var random = Seeded(1)
    var batches: [Batch] = []
    for start in stride(from: 0, to: rowCount, by: batchSize) {
      let n = min(batchSize, rowCount - start)
      func make<V>(_ value: (Int) -> V) -> [V] { (start..<start + n).map(value) }
      let columns = [
        Column(
          .string,
          .string(
            StringColumn(
              values: desks, codes: make { _ in Int32.random(in: 0..<40, using: &random) }))),
        Column(
          .string,
          .string(
            StringColumn(
              values: parties, codes: make { _ in Int32.random(in: 0..<5000, using: &random) }))),
        Column(.double, .double(make { _ in Double.random(in: -1e6...1e6, using: &random) })),
        Column(
          schema[3].type,
          .int64(make { _ in Int64.random(in: -1_000_000_00...1_000_000_00, using: &random) })),
        Column(.int64, .int64(make { _ in Int64.random(in: 0..<1000, using: &random) })),
        Column(.date, .int32(make { Int32(20_000 + $0 * 10 / rowCount) })),
        Column(.int64, .int64(make { Int64($0) })),
      ]
      batches.append(Batch(schema: schema, columns: columns, rowCount: n))
    }
    return MemoryTable(schema: schema, batches: batches)
  }()

  private static var input: LogicalPlan { scan(data) }

  private static func sum(_ column: Int) -> AggregateCall {
    let type = schema[column].type
    let result: DataType = type.isDecimal ? .decimal(precision: 38, scale: 2) : type
    return AggregateCall(.sum, [col(column, type)], type: result, name: "s\(column)")
  }

  private static func grouped(
    _ groups: [Int], _ calls: [AggregateCall], _ input: LogicalPlan = input
  ) -> LogicalPlan {
    .aggregate(
      AggregateNode(
        input: input,
        groups: groups.map { ProjectedExpression(schema[$0].name, col($0, schema[$0].type)) },
        groupingSets: [Array(groups.indices)], aggregates: calls))
  }

  private static func filtered(_ limit: Int64) -> LogicalPlan {
    .filter(input, .comparison(.less, col(4, .int64), .constant(.int64(limit), .int64)))
  }

  static let plans: [(String, @Sendable () -> LogicalPlan)] = [
    ("sum double", { grouped([], [sum(2)]) }),
    ("sum decimal", { grouped([], [sum(3)]) }),
    ("filter 1 % + sum decimal", { grouped([], [sum(3)], filtered(10)) }),
    ("filter 50 % + sum decimal", { grouped([], [sum(3)], filtered(500)) }),
    (
      "filter on text + count",
      {
        grouped(
          [], [AggregateCall(.countStar, [], type: .int64, name: "n")],
          .filter(
            input, .comparison(.equal, col(0, .string), .constant(.string("desk 7"), .string))))
      }
    ),
    (
      "group by desk, count",
      { grouped([0], [AggregateCall(.countStar, [], type: .int64, name: "n")]) }
    ),
    ("group by desk, sum decimal", { grouped([0], [sum(3)]) }),
    ("group by desk, sum double", { grouped([0], [sum(2)]) }),
    ("group by party (5000), sum double", { grouped([1], [sum(2)]) }),
    ("group by day, desk, sum decimal", { grouped([5, 0], [sum(3)]) }),
    ("group by qty (1000 ints), sum decimal", { grouped([4], [sum(3)]) }),
    (
      "group by trade (all distinct), count",
      {
        grouped([6], [AggregateCall(.countStar, [], type: .int64, name: "n")])
      }
    ),
    (
      "count distinct party by desk",
      {
        grouped(
          [0], [AggregateCall(.count, [col(1, .string)], isDistinct: true, type: .int64, name: "n")]
        )
      }
    ),
    (
      "max double by desk",
      { grouped([0], [AggregateCall(.max, [col(2, .double)], type: .double, name: "m")]) }
    ),
    (
      "hash join on party (5000), count",
      {
        let right = LogicalPlan.distinct(
          .project(input, [ProjectedExpression("party", col(1, .string))]))
        return grouped(
          [], [AggregateCall(.countStar, [], type: .int64, name: "n")],
          .join(
            JoinNode(
              kind: .inner, left: input, right: right,
              keys: [JoinNode.Key(left: col(1, .string), right: col(0, .string))])))
      }
    ),
    (
      "hash self-join on trade, count",
      {
        grouped(
          [], [AggregateCall(.countStar, [], type: .int64, name: "n")],
          .join(
            JoinNode(
              kind: .inner, left: input, right: input,
              keys: [JoinNode.Key(left: col(6, .int64), right: col(6, .int64))])))
      }
    ),
    (
      "sort by double, count",
      {
        grouped(
          [], [AggregateCall(.countStar, [], type: .int64, name: "n")],
          .sort(input, [SortKey(col(2, .double), isDescending: false, nullsFirst: false)]))
      }
    ),
    (
      "top 10 by double",
      {
        .limit(
          .sort(input, [SortKey(col(2, .double), isDescending: true, nullsFirst: true)]), count: 10,
          offset: 0)
      }
    ),
    (
      "project qty * 2 + trade, sum",
      {
        let e = BoundExpression.arithmetic(
          .add, .arithmetic(.multiply, col(4, .int64), .constant(.int64(2), .int64), .int64),
          col(6, .int64), .int64)
        return .aggregate(
          AggregateNode(
            input: .project(input, [ProjectedExpression("e", e)]), groups: [], groupingSets: [[]],
            aggregates: [AggregateCall(.sum, [col(0, .int64)], type: .int64, name: "s")]))
      }
    ),
    (
      "sum(case when desk = … then pv else 0)",
      {
        let e = BoundExpression.caseWhen(
          [
            .init(
              condition: .comparison(
                .equal, col(0, .string), .constant(.string("desk 7"), .string)),
              result: col(2, .double))
          ],
          otherwise: .constant(.double(0), .double), .double)
        return .aggregate(
          AggregateNode(
            input: input, groups: [], groupingSets: [[]],
            aggregates: [AggregateCall(.sum, [e], type: .double, name: "s")]))
      }
    ),
  ]

  @Test("run and agree on one and two threads", arguments: plans.indices)
  func run(index: Int) throws {
    let (name, make) = ExecutorBenchmarks.plans[index]
    let plan = make()
    let first = try rows(plan, threads: 1)
    let second = try rows(plan, threads: 2)
    #expect(same(first, second))
    guard ExecutorBenchmarks.isMeasured else { return }
    var times: [String] = []
    for threads in [1] {
      let running = context(threads: threads)
      var best = Double.infinity
      for _ in 0..<3 {
        let start = seconds()
        _ = try Executor().collect(plan, context: running)
        best = min(best, seconds() - start)
      }
      times.append(
        "\(threads)T \((best * 1e9 / Double(ExecutorBenchmarks.rowCount) * 100).rounded() / 100) ns/row"
      )
    }
    print("BENCH", name, times.joined(separator: "  "))
    fflush(nil)
  }

  private func seconds() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
