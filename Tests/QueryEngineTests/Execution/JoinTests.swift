import Columnar
import QueryEngine
import Testing

@Suite("Joins against nested loops")
struct JoinTests {
  private let fields = [Field("s", .string), Field("k", .int32), Field("v", .int64)]

  private func data(_ count: Int, _ random: inout Seeded) -> [[Value]] {
    (0..<count).map { row in
      [
        Int.random(in: 0..<6, using: &random) == 0
          ? .null : .string(["a", "b", "c", "d"].randomElement(using: &random) ?? ""),
        Int.random(in: 0..<6, using: &random) == 0
          ? .null : .int32(.random(in: 0...4, using: &random)),
        .int64(Int64(row)),
      ]
    }
  }

  private func matches(_ a: Value, _ b: Value, nulls: Bool) -> Bool {
    if a.isNull || b.isNull { return nulls && a.isNull && b.isNull }
    return a == b
  }

  private func reference(
    _ kind: JoinKind, _ left: [[Value]], _ right: [[Value]], keys: [Int], nulls: Bool,
    residual: Bool
  ) -> [[Value]] {
    var result: [[Value]] = []
    var used = Set<Int>()
    let blank = [Value](repeating: .null, count: 3)
    for l in left {
      var found = false
      for (index, r) in right.enumerated() {
        guard keys.allSatisfy({ matches(l[$0], r[$0], nulls: nulls) }) else { continue }
        if residual {
          guard case .int64(let a) = l[2], case .int64(let b) = r[2], a < b else { continue }
        }
        found = true
        used.insert(index)
        if kind != .semi, kind != .anti { result.append(l + r) }
      }
      if kind == .semi, found { result.append(l) }
      if kind == .anti, !found { result.append(l) }
      if kind == .left || kind == .full, !found { result.append(l + blank) }
    }
    if kind == .right || kind == .full {
      for (index, r) in right.enumerated() where !used.contains(index) { result.append(blank + r) }
    }
    return result
  }

  @Test(
    "agree in rows and order",
    arguments: [JoinKind.inner, .left, .right, .full, .semi, .anti], [[], [0], [1], [0, 1]])
  func agree(kind: JoinKind, keys: [Int]) throws {
    var random = Seeded(31)
    for (leftCount, rightCount) in [(0, 5), (5, 0), (30, 25), (120, 7), (70, 130)] {
      let (left, right) = (data(leftCount, &random), data(rightCount, &random))
      for (nulls, residual, threads) in [
        (false, false, 1), (true, false, 2), (false, true, 4), (true, true, 1),
      ] {
        let plan = LogicalPlan.join(
          JoinNode(
            kind: kind, left: table(fields, left, batch: 11), right: table(fields, right, batch: 6),
            keys: keys.map {
              JoinNode.Key(
                left: col($0, fields[$0].type), right: col($0, fields[$0].type), nullsMatch: nulls)
            },
            residual: residual ? .comparison(.less, col(2, .int64), col(5, .int64)) : nil))
        let expected = reference(kind, left, right, keys: keys, nulls: nulls, residual: residual)
        #expect(try rows(plan, threads: threads) == expected)
      }
    }
  }

  private func holds(_ comparison: ComparisonOperator, _ a: Value, _ b: Value) -> Bool {
    if a.isNull || b.isNull { return false }
    let order = AggregateTests.compare(a, b)
    switch comparison {
    case .less: return order < 0
    case .lessOrEqual: return order <= 0
    case .greater: return order > 0
    default: return order >= 0
    }
  }

  @Test(
    "two inequalities are fulfilled by the pairs that a look at each finds",
    arguments: [ComparisonOperator.less, .lessOrEqual, .greater, .greaterOrEqual],
    [ComparisonOperator.less, .lessOrEqual, .greater, .greaterOrEqual])
  func inequalities(first: ComparisonOperator, second: ComparisonOperator) throws {
    var random = Seeded(77)
    let left = data(50, &random)
    let right = data(150, &random).shuffled(using: &random)
    let blank = [Value](repeating: .null, count: 3)
    // The second has the right side's column in front; the third is none that an index could help.
    let condition = BoundExpression.and([
      .comparison(first, col(1, .int32), col(4, .int32)),
      .comparison(second, col(5, .int64), col(2, .int64)),
      .comparison(.notEqual, col(0, .string), col(3, .string)),
    ])
    for kind in [JoinKind.inner, .left, .full, .semi] {
      let plan = LogicalPlan.join(
        JoinNode(
          kind: kind, left: table(fields, left, batch: 11), right: table(fields, right, batch: 31),
          keys: [], residual: condition))
      var expected: [[Value]] = []
      var used: Set<Int> = []
      for l in left {
        let found = right.indices.filter { index in
          let r = right[index]
          return holds(first, l[1], r[1]) && holds(second, r[2], l[2])
            && !l[0].isNull && !r[0].isNull && l[0] != r[0]
        }
        used.formUnion(found)
        if kind == .semi {
          if !found.isEmpty { expected.append(l) }
          continue
        }
        expected += found.map { l + right[$0] }
        if found.isEmpty, kind != .inner { expected.append(l + blank) }
      }
      if kind == .full {
        expected += right.indices.filter { !used.contains($0) }.map { blank + right[$0] }
      }
      #expect(try rows(plan, threads: 2) == expected)
    }
  }

  @Test(
    "ASOF takes the nearest right row of the key",
    arguments: [ComparisonOperator.greaterOrEqual, .greater, .lessOrEqual, .less])
  func asOf(comparison: ComparisonOperator) throws {
    var random = Seeded(8)
    let left = data(40, &random)
    let right = data(40, &random).shuffled(using: &random)
    let plan = LogicalPlan.join(
      JoinNode(
        kind: .left, left: table(fields, left, batch: 9), right: table(fields, right, batch: 9),
        keys: [JoinNode.Key(left: col(0, .string), right: col(0, .string))],
        asOf: JoinNode.AsOf(left: col(2, .int64), comparison: comparison, right: col(2, .int64))))
    let expected = left.map { l -> [Value] in
      guard case .int64(let wanted) = l[2] else { return [] }
      let candidates = right.filter { r in
        guard case .int64(let value) = r[2], matches(l[0], r[0], nulls: false) else { return false }
        switch comparison {
        case .greaterOrEqual: return value <= wanted
        case .greater: return value < wanted
        case .lessOrEqual: return value >= wanted
        default: return value > wanted
        }
      }
      let isBelow = comparison == .greaterOrEqual || comparison == .greater
      let best = candidates.min { a, b in
        let order = AggregateTests.compare(a[2], b[2])
        return isBelow ? order > 0 : order < 0
      }
      return l + (best ?? [.null, .null, .null])
    }
    #expect(try rows(plan, threads: 2) == expected)
  }
}
