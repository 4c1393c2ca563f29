import Quant
import Testing

/// LCR30.36-37: the caps see the stock as if exchanges of HQLA within 30 days were unwound.
@Suite("Unwinding of secured transactions")
struct LCRUnwindTests {
  private let stock = [Position("cash", 100_00), Position("level2a_sovereign", 40_00)]

  @Test("gives back the cash of a repo and takes back its collateral, at its haircut")
  func repo() throws {
    let repo = Position(
      "secured_funding_level2a", 50_00, maturityDays: 30, collateral: "level2a_covered_bond",
      collateralAmount: 60_00)
    let result = try coverage(stock + [repo])
    #expect(result[.level1].adjusted == money("50"))
    #expect(result[.level1].unwoundOut == money("50"))
    #expect(result[.level2A].adjusted == money("85"))
    #expect(result[.level2A].unwoundIn == money("51"))
    // As held nothing binds: 34 < 2/3 · 100. Unwound: 85 − 2/3 · 50 = 51.67 is over.
    #expect(result.adjustment40 == money("51.67"))
    #expect(result.stock == money("82.33"))
    #expect(result.outflows == money("7.5"))
  }

  @Test("leaves out a repo that is longer, of other collateral, or fails the requirements")
  func notUnwound() throws {
    let expected = try coverage(stock)
    let others = [
      Position(
        "secured_funding_level2a", 50_00, maturityDays: 31, collateral: "level2a_covered_bond",
        collateralAmount: 60_00),
      Position(
        "secured_funding_level2a", 50_00, maturityDays: 3, eligible: false,
        collateral: "level2a_covered_bond", collateralAmount: 60_00),
      Position("secured_funding_central_bank", 50_00, maturityDays: 3),
      Position("secured_funding_other", 50_00, maturityDays: 3),
    ]
    for other in others {
      let result = try coverage(stock + [other])
      #expect(result.levels == expected.levels)
      #expect(result.stock == expected.stock)
    }
  }

  @Test("gives back the collateral of a reverse repo for the cash")
  func reverseRepo() throws {
    let result = try coverage(
      [Position("level1_sovereign", 100_00), Position("level2b_rmbs", 80_00)] + [
        Position(
          "secured_lending_level2b_rmbs", 45_00, maturityDays: 5, collateral: "level2b_rmbs",
          collateralAmount: 60_00)
      ])
    #expect(result[.level1].adjusted == money("145"))
    #expect(result[.level2BMortgageBacked].adjusted == money("15"))
    #expect(result.adjustment15 == .zero)
    // As held, Level 2B is 60 of 160; the cap looks at 15 of 160.
    #expect(result.stock == money("160"))
    #expect(result.inflows == money("11.25"))
  }

  @Test("unwinds both a reverse repo and the repo that passed its collateral on")
  func rehypothecated() throws {
    let lending = Position(
      "secured_lending_level2a", 50_00, maturityDays: 5, collateral: "level2a_corporate",
      collateralAmount: 60_00)
    let funding = Position(
      "secured_funding_level2a", 50_00, maturityDays: 5, collateral: "level2a_corporate",
      collateralAmount: 60_00)
    let result = try coverage(stock + [lending, funding])
    #expect(result[.level1].adjusted == money("100"))
    #expect(result[.level2A].adjusted == money("34"))
    #expect(result.adjustment40 == .zero)
  }

  @Test("does not unwind lending whose collateral covers a short position")
  func coveringShort() throws {
    let lending = Position(
      "secured_lending_level2a_covering_short", 50_00, maturityDays: 5,
      collateral: "level2a_corporate", collateralAmount: 60_00)
    let result = try coverage(stock + [lending])
    #expect(result[.level1].adjusted == money("100"))
    #expect(result.inflows == .zero)
  }

  @Test("exchanges both assets of a collateral swap")
  func swap() throws {
    // Level 2A was received for Level 2B shares: worth 100 and 200 before haircuts.
    let swap = Position(
      "swap_received_2a_for_2b_other", 100_00, maturityDays: 10, collateral: "level2b_equity",
      collateralAmount: 200_00, against: "level2a_corporate")
    let result = try coverage(
      [Position("cash", 300_00), Position("level2a_corporate", 100_00), swap])
    #expect(result[.level2A].unwoundOut == money("85"))
    #expect(result[.level2BOther].unwoundIn == money("100"))
    #expect(result[.level2A].adjusted == .zero)
    // 100 − 15/85 · 300 = 47.0588…
    #expect(result.adjustment15 == money("47.06"))
    #expect(result.stock == money("337.94"))
    #expect(result.outflows == money("35"))
  }

  @Test("can leave adjusted Level 1 below zero, and then counts less than Level 1 held")
  func negativeLevel1() throws {
    let repo = Position(
      "secured_funding_level2a", 90_00, collateral: "level2a_corporate", collateralAmount: 110_00)
    let result = try coverage([Position("cash", 60_00), repo])
    #expect(result[.level1].adjusted == money("-30"))
    // 0 − 15/60 · (−30) = 7.5; 93.5 − 7.5 + 2/3 · 30 = 106; the stock is 60 − 113.5.
    #expect(result.adjustment15 == money("7.5"))
    #expect(result.adjustment40 == money("106"))
    #expect(result.stock == money("-53.5"))
  }

  @Test("can be kept from raising the stock, where supervisors look at it as held too")
  func largerOfBoth() throws {
    // As held: 100 and 85 of 2A, 85 − 66.67 over. Unwound: 185 and 0, nothing over.
    let positions = [
      Position("cash", 100_00), Position("level2a_corporate", 100_00),
      Position(
        "secured_lending_level2a", 85_00, maturityDays: 2, collateral: "level2a_corporate",
        collateralAmount: 100_00),
    ]
    #expect(try coverage(positions).stock == money("185"))
    let both = try coverage(positions, rules: LCRRules(capBasis: .largerOfBoth))
    #expect(both.adjustment40 == money("18.33"))
    #expect(both.stock == money("166.67"))
  }

  @Test("without a collateral column leaves the stock as held")
  func noColumn() throws {
    var accumulator = try LCRAccumulator(table: .basel(), amountScale: 2)
    try accumulator.add(
      LiquidityPositions(
        items: CodedColumn(["cash", "secured_funding_level2a"]),
        amounts: .int64(NullableColumn([100_00, 50_00]))))
    #expect(accumulator.failures.isEmpty)
    #expect(try accumulator.coverage()[.level1].adjusted == money("100"))
  }
}
