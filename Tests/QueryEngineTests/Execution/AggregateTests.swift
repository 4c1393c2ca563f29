import Columnar
import QueryEngine
import Testing

@Suite("Aggregates against a row-wise reference")
struct AggregateTests {
  private static let money = DataType.decimal(precision: 12, scale: 2)
  private static let wide = DataType.decimal(precision: 30, scale: 3)
  static let fields = [
    Field("g", .string), Field("k", .int32), Field("q", .int64), Field("p", money),
    Field("w", wide), Field("x", .double), Field("d", .date), Field("b", .boolean),
  ]

  static func randomRows(_ count: Int, _ random: inout Seeded) -> [[Value]] {
    func maybe(_ value: Value) -> Value {
      Int.random(in: 0..<8, using: &random) == 0 ? .null : value
    }
    return (0..<count).map { _ in
      [
        maybe(
          .string(["fx", "rates", "credit", "", "équité"].randomElement(using: &random) ?? "")),
        maybe(.int32(.random(in: -3...3, using: &random))),
        maybe(.int64(.random(in: -1_000_000_000_000...1_000_000_000_000, using: &random))),
        maybe(decimal(.random(in: -10_000...10_000, using: &random), 2)),
        maybe(
          .decimal(
            Decimal128(
              mantissa: Int128.random(in: -(Int128(1) << 90)...(Int128(1) << 90), using: &random),
              scale: 3))),
        maybe(.double([0, -0.0, 1.5, -2.25, 1e300, .nan].randomElement(using: &random) ?? 0)),
        maybe(.date(CalendarDate(days: .random(in: 20_000...20_010, using: &random)))),
        maybe(.boolean(.random(using: &random))),
      ]
    }
  }

  /// Value-based order of the language.
  static func compare(_ a: Value, _ b: Value) -> Int {
    func three<C: Comparable>(_ x: C, _ y: C) -> Int { x < y ? -1 : (x == y ? 0 : 1) }
    switch (a, b) {
    case (.int32(let x), .int32(let y)): return three(x, y)
    case (.int64(let x), .int64(let y)): return three(x, y)
    case (.date(let x), .date(let y)): return three(x, y)
    case (.decimal(let x), .decimal(let y)): return Decimal128.compare(x, y)
    case (.boolean(let x), .boolean(let y)): return three(x ? 1 : 0, y ? 1 : 0)
    case (.string(let x), .string(let y)):
      return x.utf8.lexicographicallyPrecedes(y.utf8)
        ? -1 : (Array(x.utf8) == Array(y.utf8) ? 0 : 1)
    case (.double(let x), .double(let y)):
      if x.isNaN || y.isNaN { return three(x.isNaN ? 1 : 0, y.isNaN ? 1 : 0) }
      return three(x, y)
    default: return 0
    }
  }

  static func type(_ column: Int) -> DataType { fields[column].type }

  private static func call(
    _ function: AggregateFunction, _ columns: [Int], _ type: DataType, distinct: Bool = false,
    filter: BoundExpression? = nil, orderBy: [SortKey] = []
  ) -> AggregateCall {
    AggregateCall(
      function, columns.map { col($0, AggregateTests.type($0)) }, isDistinct: distinct,
      filter: filter, orderBy: orderBy, type: type, name: function.rawValue)
  }

  static let isPositive = BoundExpression.comparison(
    .greater, col(2, .int64), .constant(.int64(0), .int64))

  static var calls: [AggregateCall] {
    [
      call(.countStar, [], .int64), call(.count, [5], .int64),
      call(.count, [0], .int64, distinct: true), call(.sum, [2], .int64),
      call(.sum, [3], .decimal(precision: 38, scale: 2)),
      call(.sum, [4], .decimal(precision: 38, scale: 3)),
      call(.avg, [3], .decimal(precision: 38, scale: 6)), call(.min, [0], .string),
      call(.max, [5], .double), call(.min, [3], money), call(.max, [6], .date),
      call(.boolAnd, [7], .boolean), call(.argMin, [0, 2], .string),
      call(.first, [2], .int64), call(.last, [0], .string), call(.anyValue, [5], .double),
      call(.sum, [2], .int64, filter: isPositive), call(.countStar, [], .int64, filter: isPositive),
      call(
        .list, [1], .list(element: Field("element", .int32)),
        orderBy: [SortKey(col(2, .int64), isDescending: true, nullsFirst: true)]),
      call(.sum, [1], .int64, distinct: true), call(.mode, [6], .date),
      call(.quantileDiscrete, [2], .int64),
    ]
  }

  /// The same from boxed values.
  static func reference(_ call: AggregateCall, _ all: [[Value]]) -> Value {
    var rows = all
    if call.filter != nil {
      rows = rows.filter { if case .int64(let q) = $0[2] { q > 0 } else { false } }
    }
    let columns = call.arguments.map { argument -> Int in
      if case .column(let position, _) = argument { position } else { 0 }
    }
    guard let column = columns.first else { return .int64(Int64(rows.count)) }
    if call.function == .list {
      let order = rows.enumerated().sorted { a, b in
        let (x, y) = (a.element[2], b.element[2])
        if x.isNull != y.isNull { return x.isNull }
        let order = compare(x, y)
        return order == 0 ? a.offset < b.offset : order > 0
      }
      return rows.isEmpty ? .null : .list(order.map { $0.element[column] })
    }
    if call.function == .first { return rows.first?[column] ?? .null }
    if call.function == .last { return rows.last?[column] ?? .null }
    var present = rows.filter { row in columns.allSatisfy { !row[$0].isNull } }
    if call.isDistinct {
      var kept: [[Value]] = []
      for row in present where !kept.contains(where: { compare($0[column], row[column]) == 0 }) {
        kept.append(row)
      }
      present = kept
    }
    let values = present.map { $0[column] }
    switch call.function {
    case .count: return .int64(Int64(values.count))
    case .sum, .avg: return total(values, call)
    case .min: return values.min { compare($0, $1) < 0 } ?? .null
    case .max:
      return values.max { a, b in
        let order = compare(a, b)
        if order == 0, case .double(let x) = a, case .double(let y) = b, x == 0 {
          return x.sign == .minus && y.sign == .plus
        }
        return order < 0
      } ?? .null
    case .boolAnd:
      return values.isEmpty ? .null : .boolean(values.allSatisfy { $0 == .boolean(true) })
    case .argMin:
      return present.min { compare($0[columns[1]], $1[columns[1]]) < 0 }?[column] ?? .null
    case .anyValue: return values.first ?? .null
    case .mode:
      let counts = values.map { value in values.count { compare($0, value) == 0 } }
      guard let most = counts.max() else { return .null }
      return zip(values, counts).filter { $0.1 == most }.map(\.0).min { compare($0, $1) < 0 }
        ?? .null
    case .quantileDiscrete:
      let sorted = values.sorted { compare($0, $1) < 0 }
      return sorted.isEmpty ? .null : sorted[max(0, (sorted.count + 1) / 2 - 1)]
    default: return .null
    }
  }

  private static func total(_ values: [Value], _ call: AggregateCall) -> Value {
    if values.isEmpty { return .null }
    var sum: Int128 = 0
    for value in values {
      switch value {
      case .int32(let number): sum += Int128(number)
      case .int64(let number): sum += Int128(number)
      case .decimal(let number): sum += number.mantissa
      default: break
      }
    }
    guard case .decimal(_, let scale) = call.type else { return .int64(Int64(sum)) }
    if call.function == .sum { return .decimal(Decimal128(mantissa: sum, scale: scale)) }
    let lifted = sum * Decimal128.powersOfTen[scale - 2]
    return .decimal(
      Decimal128(
        mantissa: Decimal128.divideHalfEven(lifted, by: Int128(values.count)), scale: scale))
  }

  @Test(
    "agree for every key shape, thread count and batch size",
    arguments: [[], [0], [1], [0, 1], [5], [0, 6, 7], [4]])
  func agree(groups: [Int]) throws {
    var random = Seeded(UInt64(groups.count) + 11)
    for count in [0, 1, 40, 700] {
      let data = AggregateTests.randomRows(count, &random)
      var keys: [[Value]] = []
      var members: [[[Value]]] = []
      for row in data {
        let key = groups.map { row[$0] }
        let known = keys.firstIndex { other in
          zip(key, other).allSatisfy {
            $0.isNull == $1.isNull && ($0.isNull || AggregateTests.compare($0, $1) == 0)
          }
        }
        if let known {
          members[known].append(row)
        } else {
          keys.append(key)
          members.append([row])
        }
      }
      if groups.isEmpty, count == 0 {
        keys = [[]]
        members = [[]]
      }
      let expected = zip(keys, members).map { key, rows in
        // Keys are canonical: one zero.
        key.map { $0 == .double(-0.0) ? .double(0) : $0 }
          + AggregateTests.calls.map { AggregateTests.reference($0, rows) }
      }
      for (threads, batch) in [(1, 1000), (2, 50), (4, 7)] {
        let plan = LogicalPlan.aggregate(
          AggregateNode(
            input: table(AggregateTests.fields, data, batch: batch),
            groups: groups.map { ProjectedExpression("g\($0)", col($0, AggregateTests.type($0))) },
            groupingSets: [Array(groups.indices)], aggregates: AggregateTests.calls))
        let found = try rows(plan, threads: threads)
        #expect(found.count == expected.count)
        for (a, b) in zip(found, expected) where !same([a], [b]) {
          for (index, pair) in zip(a, b).enumerated() where !same(pair.0, pair.1) {
            Issue.record(
              "rows \(count) threads \(threads) column \(index - groups.count): found \(pair.0), expected \(pair.1)"
            )
          }
        }
      }
    }
  }

  @Test("grouping sets equal the union of their groupings", arguments: [1, 2])
  func groupingSets(threads: Int) throws {
    var random = Seeded(99)
    let data = AggregateTests.randomRows(300, &random)
    let input = table(AggregateTests.fields, data, batch: 40)
    let groups = [
      ProjectedExpression("g", col(0, .string)), ProjectedExpression("k", col(1, .int32)),
    ]
    let calls = Array(AggregateTests.calls.prefix(12))
    func run(_ sets: [[Int]]) throws -> [[Value]] {
      try rows(
        .aggregate(
          AggregateNode(
            input: input, groups: groups, groupingSets: sets,
            aggregates: calls + [AggregateCall(.groupingID, [], type: .int64, name: "id")])),
        threads: threads)
    }
    let together = try run([[0, 1], [0], [1], []])
    let apart = try [[0, 1], [0], [1], []].flatMap { try run([$0]) }
    #expect(same(together, apart))
    #expect(together.last?.last == .int64(3))
  }

  @Test("sums that overflow are errors that name the result type")
  func overflow() throws {
    let input = table([Field("q", .int64)], [[.int64(.max)], [.int64(1)]])
    let plan = LogicalPlan.aggregate(
      AggregateNode(
        input: input, groups: [], groupingSets: [[]],
        aggregates: [AggregateCall(.sum, [col(0, .int64)], type: .int64, name: "s")]))
    #expect(throws: QueryError.self) { try rows(plan) }
  }

  @Test("groups beyond the memory limit are an error with help")
  func memory() throws {
    let data = (0..<20_000).map { [Value.int64(Int64($0))] }
    let plan = LogicalPlan.aggregate(
      AggregateNode(
        input: table([Field("q", .int64)], data, batch: 1000),
        groups: [ProjectedExpression("q", col(0, .int64))], groupingSets: [[0]], aggregates: []))
    do {
      _ = try Executor().collect(plan, context: context(memory: 50_000))
      Issue.record("the limit was not noticed")
    } catch {
      #expect(error.reason == .memory)
    }
  }
}
