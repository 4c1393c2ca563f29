import Columnar
import FileStorage
import QueryEngine
import TestSupport
import Testing
import Workers

/// Every operator with a limit far below its input gives what it gives in memory.
@Suite struct SpillTests {
  /// id, group (text, nulls), day, amount (decimal), value (double with NaN, zeros, nulls), key.
  private static let fields = [
    Field("id", .int64), Field("grp", .string), Field("day", .date),
    Field("amount", .decimal(precision: 18, scale: 2)), Field("value", .double),
    Field("key", .string),
  ]

  private static func rows(_ count: Int, groups: Int, seed: UInt64 = 7) -> LogicalPlan {
    var random = Seeded(seed)
    let rows = (0..<count).map { row -> [Value] in
      let group = Int.random(in: 0..<groups, using: &random)
      let value: Value =
        switch Int.random(in: 0..<20, using: &random) {
        case 0: .null
        case 1: .double(.nan)
        case 2: .double(-0.0)
        case 3: .double(0)
        default:
          .double(Double(Int.random(in: -1_000_000...1_000_000, using: &random)) * 0.1)
        }
      return [
        .int64(Int64(row)), group % 31 == 0 ? .null : .string("group \(group)"),
        .date(CalendarDate(days: Int32(group % 7))),
        decimal(Int.random(in: -1_000_000...1_000_000, using: &random), 2), value,
        .string("key \(Int.random(in: 0..<count, using: &random))"),
      ]
    }
    return table(fields, rows, batch: 300)
  }

  private static let large = rows(6000, groups: 2500)
  private static let other = rows(4000, groups: 2500, seed: 8)
  /// So many groups that the aggregate is cut in memory.
  private static let many = rows(26_000, groups: 9000, seed: 10)
  private static let few = rows(6000, groups: 3, seed: 9)

  private static let none = LogicalPlan.limit(large, count: 0, offset: 0)

  private struct Answer {
    var rows: [[Value]]
    var spilledBytes: Int
  }

  private static func answer(
    _ plan: LogicalPlan, memory: Int, threads: Int, store: any FileStore = LocalFileStore(),
    directory: String
  ) throws -> Answer {
    let space = SpillSpace(store: store, directory: directory)
    let context = ExecutionContext(
      pool: WorkerPool(threadCount: threads), memoryLimit: memory, spill: space)
    let rows = try Executor().collect(plan, context: context).flatMap { batch in
      (0..<batch.rowCount).map { batch.row($0) }
    }
    return Answer(rows: rows, spilledBytes: space.writtenBytes)
  }

  private static func aggregate(
    _ input: LogicalPlan, by groups: [Int], sets: [[Int]]? = nil, _ calls: [AggregateCall]
  ) -> LogicalPlan {
    .aggregate(
      AggregateNode(
        input: input,
        groups: groups.map { ProjectedExpression("g", col($0, fields[$0].type)) },
        groupingSets: sets ?? [Array(groups.indices)], aggregates: calls))
  }

  private static let amount = col(3, .decimal(precision: 18, scale: 2))
  private static let value = col(4, .double)
  private static let sums = [
    AggregateCall(.countStar, [], type: .int64, name: "n"),
    AggregateCall(.sum, [amount], type: .decimal(precision: 38, scale: 2), name: "s"),
    AggregateCall(.sum, [value], type: .double, name: "v"),
    AggregateCall(
      .max, [value],
      filter: .comparison(.greater, value, .constant(.double(0), .double)), type: .double,
      name: "m"),
    AggregateCall(.first, [col(5, .string)], type: .string, name: "f"),
    AggregateCall(.last, [value], type: .double, name: "l"),
    AggregateCall(.count, [col(2, .date)], isDistinct: true, type: .int64, name: "d"),
    AggregateCall(.median, [value], type: .double, name: "q"),
    AggregateCall(.mode, [col(2, .date)], type: .date, name: "o"),
    AggregateCall(
      .list, [col(0, .int64)], type: .list(element: Field("element", .int64)), name: "a"),
    AggregateCall(
      .list, [col(2, .date)], isDistinct: true,
      type: .list(element: Field("element", .date)), name: "b"),
  ]

  private static func key(_ column: Int, descending: Bool = false, nullsFirst: Bool = false)
    -> SortKey
  {
    SortKey(col(column, fields[column].type), isDescending: descending, nullsFirst: nullsFirst)
  }

  private static func join(
    _ kind: JoinKind, _ left: LogicalPlan, _ right: LogicalPlan, nullsMatch: Bool = false,
    residual: BoundExpression? = nil
  ) -> LogicalPlan {
    .join(
      JoinNode(
        kind: kind, left: left, right: right,
        keys: [.init(left: col(1, .string), right: col(1, .string), nullsMatch: nullsMatch)],
        residual: residual))
  }

  /// `grp IN (SELECT grp …)` as a column, null where SQL says so.
  private static var membership: LogicalPlan {
    var node = JoinNode(
      kind: .mark, left: large, right: other,
      keys: [.init(left: col(1, .string), right: col(1, .string))])
    node.isNullAware = true
    return .join(node)
  }

  private static func window(
    _ function: WindowCall.Function, _ arguments: [BoundExpression] = [], by partition: [Int],
    type: DataType
  ) -> WindowCall {
    WindowCall(
      function: function, arguments: arguments,
      partitionBy: partition.map { col($0, fields[$0].type) },
      orderBy: [key(4), key(0, descending: true)],
      frame: WindowCall.Frame(unit: .rows, start: .preceding(.int64(3)), end: .currentRow),
      type: type, name: "w")
  }

  private static let plans: [(name: String, plan: LogicalPlan)] = [
    ("sort", .sort(large, [key(4, descending: true), key(1, nullsFirst: true)])),
    ("sort by text", .sort(large, [key(5), key(0)])),
    ("aggregate", aggregate(large, by: [1, 2], sums)),
    // A list of all rows is one value: it has to fit.
    ("rollup", aggregate(large, by: [1, 2], sets: [[0, 1], [0], []], Array(sums.prefix(8)))),
    ("large top-n", .limit(.sort(large, [key(3)]), count: 5000, offset: 5)),
    ("distinct", .distinct(.project(large, [ProjectedExpression("k", col(5, .string))]))),
    (
      "union",
      .setOperation(SetOperationNode(kind: .union, left: large, right: other))
    ),
    (
      "except all",
      .setOperation(
        SetOperationNode(kind: .exceptAll, left: keys(large), right: keys(other)))
    ),
    (
      "intersect",
      .setOperation(SetOperationNode(kind: .intersect, left: keys(large), right: keys(other)))
    ),
    ("inner join", join(.inner, large, other)),
    ("left join, nulls match", join(.left, large, other, nullsMatch: true)),
    ("full join", join(.full, large, other)),
    (
      "right join with a residual",
      join(
        .right, large, other,
        residual: .comparison(.less, col(4, .double), col(10, .double)))
    ),
    ("right join of nothing", join(.right, none, other)),
    (
      "except nothing",
      .setOperation(SetOperationNode(kind: .exceptAll, left: keys(large), right: keys(none)))
    ),
    (
      "asof join",
      .join(
        JoinNode(
          kind: .left, left: large, right: other,
          keys: [.init(left: col(1, .string), right: col(1, .string), nullsMatch: false)],
          asOf: .init(left: col(0, .int64), comparison: .greaterOrEqual, right: col(0, .int64))))
    ),
    ("membership", membership),
    ("semi join", join(.semi, large, other)),
    ("anti join", join(.anti, large, other)),
    (
      "windows",
      .window(
        WindowNode(
          input: large,
          calls: [
            window(.rowNumber, by: [1], type: .int64),
            window(.aggregate(.sum), [value], by: [2, 1], type: .double),
            window(.lag, [amount], by: [1], type: .decimal(precision: 18, scale: 2)),
          ]))
    ),
    (
      "common table",
      .setOperation(
        SetOperationNode(
          kind: .unionAll, left: .common(CommonNode(id: 1, name: "c", plan: large)),
          right: .common(CommonNode(id: 1, name: "c", plan: large))))
    ),
    (
      "states of a few groups",
      aggregate(
        few, by: [1],
        [
          AggregateCall(.count, [col(5, .string)], isDistinct: true, type: .int64, name: "d"),
          AggregateCall(.median, [value], type: .double, name: "q"),
          AggregateCall(
            .sum, [value], isDistinct: true,
            filter: .comparison(.less, value, .constant(.double(0), .double)), type: .double,
            name: "s"),
          AggregateCall(.sum, [value], type: .double, name: "v"),
        ])
    ),
    (
      "states without groups",
      aggregate(
        few, by: [], sets: [[]],
        [
          AggregateCall(.count, [col(5, .string)], isDistinct: true, type: .int64, name: "d"),
          AggregateCall(
            .quantileContinuous, [value, .constant(.double(0.9), .double)], type: .double,
            name: "q"),
          AggregateCall(.countStar, [], type: .int64, name: "n"),
        ])
    ),
    ("many groups", aggregate(many, by: [0, 1], sums)),
  ]

  private static func keys(_ plan: LogicalPlan) -> LogicalPlan {
    .project(
      plan, [ProjectedExpression("g", col(1, .string)), ProjectedExpression("d", col(2, .date))])
  }

  /// A window partition has to fit into the share of one thread, the few groups' sums as well.
  private static let limits = [
    "many groups": 2_000_000, "windows": 160_000, "states of a few groups": 90_000,
    "states without groups": 90_000,
  ]

  static let cases = plans.map(\.name).flatMap { name in [1, 2].map { (name, $0) } }

  @Test(arguments: cases) func spilledRowsAreThoseInMemory(_ name: String, _ threads: Int) throws {
    let directory = TemporaryDirectory()
    let plan = try #require(SpillTests.plans.first { $0.name == name }).plan
    let expected = try SpillTests.answer(
      plan, memory: 4 << 30, threads: threads, directory: directory.path)
    #expect(expected.spilledBytes == 0)
    #expect(expected.rows.count > 0)
    let memory = SpillTests.limits[name] ?? 80_000
    let spilled = try SpillTests.answer(
      plan, memory: memory, threads: threads, directory: directory.path)
    #expect(spilled.spilledBytes > 0)
    #expect(same(spilled.rows, expected.rows))
    #expect(try LocalFileStore().list(directory.path).isEmpty, "everything is removed")
  }

  /// What a limit and the threads decide is which rows share a partition. A partition with rows
  /// whose key is null, and one key of two rows, once passed for one of single rows.
  @Test(arguments: [60_000, 80_000, 160_000], [2, 3])
  func howRowsAreCutNeverShowsInAJoin(_ memory: Int, _ threads: Int) throws {
    let directory = TemporaryDirectory()
    let spilled = try SpillTests.answer(
      SpillTests.join(.inner, SpillTests.large, SpillTests.other), memory: memory,
      threads: threads, directory: directory.path)
    #expect(spilled.spilledBytes > 0)
    #expect(same(spilled.rows, try SpillTests.joinedInMemory.get()))
  }

  private static let joinedInMemory = Result {
    try answer(
      join(.inner, large, other), memory: 4 << 30, threads: 1, directory: "/not made"
    ).rows
  }
}
