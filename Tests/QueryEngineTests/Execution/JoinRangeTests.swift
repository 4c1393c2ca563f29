import Columnar
import QueryEngine
import Testing

@Suite("Joins by order against nested loops")
struct JoinRangeTests {
  private let fields = [Field("k", .int32), Field("x", .double), Field("y", .int32)]

  /// Few values, so that many are equal; with nulls, NaN and zeros of both signs.
  private func data(_ count: Int, _ width: Int, _ random: inout Seeded) -> [[Value]] {
    let odd: [Value] = [.null, .double(.nan), .double(-0.0), .double(0), .double(-.infinity)]
    return (0..<count).map { _ in
      let x = Int.random(in: 0..<width, using: &random)
      let y = Int.random(in: 0..<width, using: &random)
      return [
        .int32(.random(in: 0...2, using: &random)),
        x < odd.count ? odd[x] : .double(Double(x) / 4),
        y == 0 ? .null : .int32(Int32(y)),
      ]
    }
  }

  private func holds(_ comparison: ComparisonOperator, _ a: Value, _ b: Value) -> Bool {
    let order: Int
    switch (a, b) {
    case (.int32(let a), .int32(let b)): order = a < b ? -1 : (a > b ? 1 : 0)
    case (.double(let a), .double(let b)):
      if a.isNaN || b.isNaN {
        order = a.isNaN ? (b.isNaN ? 0 : 1) : -1
      } else {
        order = a < b ? -1 : (a > b ? 1 : 0)
      }
    default: return false
    }
    switch comparison {
    case .less: return order < 0
    case .lessOrEqual: return order <= 0
    case .greater: return order > 0
    case .greaterOrEqual: return order >= 0
    case .equal: return order == 0
    case .notEqual: return order != 0
    }
  }

  private typealias Condition = (left: Int, comparison: ComparisonOperator, right: Int)

  private func reference(
    _ kind: JoinKind, _ left: [[Value]], _ right: [[Value]], hasKey: Bool, _ conditions: [Condition]
  ) -> [[Value]] {
    let blank = [Value](repeating: .null, count: 3)
    var result: [[Value]] = []
    var used = Set<Int>()
    for l in left {
      var found = false
      for (index, r) in right.enumerated() {
        guard !hasKey || l[0] == r[0],
          conditions.allSatisfy({ holds($0.comparison, l[$0.left], r[$0.right]) })
        else { continue }
        found = true
        used.insert(index)
        if kind != .semi, kind != .anti { result.append(l + r) }
      }
      if kind == .semi && found || kind == .anti && !found { result.append(l) }
      if kind == .left || kind == .full, !found { result.append(l + blank) }
    }
    if kind == .right || kind == .full {
      for (index, r) in right.enumerated() where !used.contains(index) { result.append(blank + r) }
    }
    return result
  }

  @Test(
    "agree in rows and order, whichever side a condition names first",
    arguments: [JoinKind.inner, .left, .right, .full, .semi, .anti], [false, true])
  func agree(kind: JoinKind, hasKey: Bool) throws {
    var random = Seeded(5)
    let operators: [ComparisonOperator] = [.less, .lessOrEqual, .greater, .greaterOrEqual]
    var sets: [[Condition]] = operators.map { [(1, $0, 1)] }
    for one in operators {
      for other in operators { sets.append([(1, one, 1), (2, other, 2)]) }
    }
    for (number, conditions) in sets.enumerated() {
      // Wide values leave few matches, which the index finds; narrow ones many, which it leaves to the loop.
      let width = number % 2 == 0 ? 400 : 12
      let (left, right) = (data(70, width, &random), data(400, width, &random))
      let residual = conditions.enumerated().map { place, condition -> BoundExpression in
        let type = fields[condition.left].type
        let (l, r) = (col(condition.left, type), col(3 + condition.right, type))
        let mirrored: [ComparisonOperator: ComparisonOperator] = [
          .less: .greater, .lessOrEqual: .greaterOrEqual, .greater: .less,
          .greaterOrEqual: .lessOrEqual,
        ]
        return place == 0
          ? .comparison(condition.comparison, l, r)
          : .comparison(mirrored[condition.comparison] ?? .equal, r, l)
      }
      let plan = LogicalPlan.join(
        JoinNode(
          kind: kind, left: table(fields, left, batch: 17), right: table(fields, right, batch: 90),
          keys: hasKey ? [JoinNode.Key(left: col(0, .int32), right: col(0, .int32))] : [],
          residual: residual.count == 1 ? residual[0] : .and(residual)))
      let expected = reference(kind, left, right, hasKey: hasKey, conditions)
      #expect(same(try rows(plan, threads: 2), expected), "\(conditions)")
    }
  }

  @Test("a side that overflows in rows without a partner fails nothing")
  func overflow() throws {
    let one = [Field("k", .int32), Field("v", .int64)]
    let left: [[Value]] = [[.int32(1), .int64(5)], [.int32(9), .int64(.max)]]
    let right: [[Value]] =
      (0..<100).map { [.int32(1), .int64(Int64($0))] } + [[.int32(7), .int64(.max)]]
    let raised: (Int) -> BoundExpression = {
      .arithmetic(.add, .column($0, .int64), .constant(.int64(1), .int64), .int64)
    }
    let plan = LogicalPlan.join(
      JoinNode(
        kind: .inner, left: table(one, left), right: table(one, right),
        keys: [JoinNode.Key(left: col(0, .int32), right: col(0, .int32))],
        residual: .comparison(.greater, raised(1), raised(3))))
    #expect(try rows(plan).count == 5)
  }
}
