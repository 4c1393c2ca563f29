import Quant
import Testing

@Suite("Rows that cannot be counted")
struct LCRFailureTests {
  private static let good = [
    Position("cash", 50_00), Position("wholesale_other", 100_00, maturityDays: 3),
  ]

  @Test(
    "become failures with row, field and reason, and count nowhere",
    arguments: [
      (Position(nil, 1), LCRFailure.Field.item, LCRFailure.Reason.missing),
      (Position("retail_stabel", 1), .item, .unknown("retail_stabel")),
      (Position("guarantee", 1), .item, .rateNotGiven("guarantee")),
      (Position("cash", nil), .amount, .missing),
      (Position("cash", -1), .amount, .negative("-1")),
      (Position("cash", 1, encumbered: nil), .encumbered, .missing),
      (Position("cash", 1, eligible: nil), .eligible, .missing),
      (Position("wholesale_other", 1, maturityDays: -1), .maturityDays, .negative("-1")),
      (Position("secured_funding_level2a", 1), .collateralItem, .missing),
      (
        Position("secured_funding_level2a", 1, collateral: "gold"), .collateralItem,
        .unknown("gold")
      ),
      (
        Position("secured_funding_level2a", 1, collateral: "retail_stable"), .collateralItem,
        .notAnAsset("retail_stable")
      ),
      (
        Position("secured_lending_level2a", 1, maturityDays: 1, collateral: "level2a_corporate"),
        .collateralAmount, .missing
      ),
      (
        Position(
          "secured_funding_level2a", 1, collateral: "level2a_corporate", collateralAmount: -2),
        .collateralAmount, .negative("-2")
      ),
      (
        Position(
          "secured_funding_level2a", 1, collateral: "level2a_corporate", collateralAmount: 2,
          against: "silver"), .againstItem, .unknown("silver")
      ),
    ])
  func failures(bad: Position, field: LCRFailure.Field, reason: LCRFailure.Reason) throws {
    var accumulator = try LCRAccumulator(table: .basel(), amountScale: 2)
    var positions = batch([Self.good[0], bad, Self.good[1]])
    positions.firstRow = 1000
    try accumulator.add(positions)
    #expect(accumulator.failures == [LCRFailure(row: 1001, field: field, reason: reason)])
    let result = try accumulator.coverage()
    #expect(result.failureCount == 1)
    #expect(result.rowCount == 3)
    let without = try coverage(Self.good)
    #expect(result.lines == without.lines)
    #expect(result.levels == without.levels)
    #expect(result.ratio == without.ratio)
  }

  @Test("say what would help")
  func message() {
    let failure = LCRFailure(row: 7, field: .item, reason: .rateNotGiven("guarantee"))
    #expect(
      failure.description
        == "row 7: item 'guarantee' has no rate; the national authority sets it")
  }

  @Test("of no group are failures too")
  func groups() throws {
    var accumulator = try LCRAccumulator(table: .basel(), amountScale: 2, groupCount: 2)
    try accumulator.add(batch(Self.good + Self.good, groups: [0, 2, -1, 1]))
    #expect(
      accumulator.failures == [
        LCRFailure(row: 1, field: .group, reason: .outOfRange(2)),
        LCRFailure(row: 2, field: .group, reason: .missing),
      ])
    #expect(accumulator.failureCounts == [0, 0])
    #expect(accumulator.rowCounts == [1, 1])
  }

  @Test("stand by row after a merge, whichever part came first")
  func merged() throws {
    var first = try LCRAccumulator(table: .basel(), amountScale: 2)
    var second = first
    var early = batch([Position("cash", nil), Position("cash", 1)])
    var late = early
    early.firstRow = 0
    late.firstRow = 2
    try first.add(late)
    try second.add(early)
    first.merge(second)
    #expect(first.failures.map(\.row) == [0, 2])
    #expect(first.failureCounts == [2])
    #expect(first.rowCounts == [4])
  }

  @Test("are no excuse for columns of different lengths")
  func unevenColumns() throws {
    var accumulator = try LCRAccumulator(table: .basel(), amountScale: 2)
    #expect(throws: QuantError.unevenColumns(name: "amount", found: 1, expected: 2)) {
      try accumulator.add(
        LiquidityPositions(
          items: CodedColumn(["cash", "cash"]), amounts: .int64(NullableColumn([1]))))
    }
    #expect(accumulator.rowCounts == [0])
  }
}
