import Columnar
import QueryEngine
import RiskCalculators
import Testing

@Suite struct LiquidityCoverageCalculatorTests {
  typealias T = LCRTables

  @Test func oneEntityByHand() throws {
    let tables = T(positions: [
      T.position("1", "hqla", "cash", "100.00"),
      T.position("2", "hqla", "cash", "50.00", encumbered: "true"),
      T.position("3", "outflow", "deposit", "200.00"),
      T.position("4", "outflow", "deposit", "70.00", maturity: "2025-07-14"),
      T.position("5", "outflow", "facility", "100.00", maturity: "2030-01-01"),
      T.position("6", "inflow", "loan", "40.00", maturity: "2025-07-13"),
      T.position("7", "inflow", "loan", "60.00"),
    ])
    // Outflows 80 + 10, inflows 20; 14 July is 31 days away, and an undated inflow does not count.
    #expect(
      try tables.run().texts == [
        [
          "2025-06-13", "LE_A", "100.00", "0.00", "0.00", "0.00", "0.00", "100.00", "90.00",
          "20.00", "20.00", "70.00", "1.428571", "ok",
        ]
      ])
  }

  @Test func capsAndTheCapOnInflows() throws {
    let tables = T(positions: [
      T.position("1", "hqla", "cash", "30.00"),
      T.position("2", "hqla", "covered_bond", "100.00"),
      T.position("3", "hqla", "equity", "100.00"),
      T.position("4", "outflow", "deposit", "400.00"),
      T.position("5", "inflow", "loan", "1000.00", maturity: "2025-06-13"),
    ])
    // 2B is cut to 15/85 of (L1 + 2A) or 15/60 of L1 = 7.5: 42.5 off; then Level 2 to 2/3 of 30.
    let row = try tables.run().texts[0]
    #expect(row[2...4] == ["30.00", "85.00", "50.00"])
    #expect(row[7] == "50.00")
    #expect(row[8...11] == ["160.00", "500.00", "120.00", "40.00"])
    #expect(row[12...13] == ["1.250000", "ok"])
  }

  @Test func groupsAreSortedAndKeepApart() throws {
    let tables = T(positions: [
      T.position("1", "hqla", "cash", "10.00", entity: "LE_B", day: "2025-06-16"),
      T.position("2", "outflow", "deposit", "100.00", entity: "LE_B", day: "2025-06-16"),
      T.position("3", "hqla", "cash", "1.00", entity: "LE_B", day: "2025-06-13"),
      T.position("4", "hqla", "cash", "2.00", entity: "LE_A", day: "2025-06-16"),
    ])
    let rows = try tables.run().texts
    #expect(
      rows.map { Array($0[0...1]) + [$0[7], $0[12], $0[13]] } == [
        ["2025-06-13", "LE_B", "1.00", "", "no_outflows"],
        ["2025-06-16", "LE_A", "2.00", "", "no_outflows"],
        ["2025-06-16", "LE_B", "10.00", "0.250000", "breach"],
      ])
  }

  @Test func everyKindOfFailureIsNamedAndCountsNowhere() throws {
    let tables = T(positions: [
      T.position("ok", "outflow", "deposit", "100.00"),
      T.position("unknown", "outflow", "nothing", "100.00"),
      T.position("wrong side", "inflow", "deposit", "100.00"),
      T.position("no side", "", "deposit", "100.00"),
      T.position("odd side", "asset", "deposit", "100.00"),
      T.position("negative", "outflow", "deposit", "-0.01"),
      T.position("no amount", "outflow", "deposit", ""),
      T.position("matured", "outflow", "facility", "1.00", maturity: "2025-06-12"),
      T.position("no rate", "outflow", "guarantee", "1.00"),
      T.position("no collateral", "outflow", "repo", "1.00", maturity: "2025-06-20"),
      T.position("encumbered?", "hqla", "cash", "1.00", encumbered: ""),
      T.position("no entity", "hqla", "cash", "1.00", entity: ""),
      T.position("no date", "hqla", "cash", "1.00", day: ""),
    ])
    #expect(try tables.run().texts.map { $0[8] } == ["40.00"])
    let failures = try tables.run(output: "failures").texts
    let byID = Dictionary(uniqueKeysWithValues: failures.map { ($0[2], "\($0[5]) \($0[6])") })
    #expect(
      byID == [
        "unknown": "item 'nothing' is not in the table of factors",
        "wrong side": "side is inflow, but 'deposit' is of the section outflow",
        "no side": "side has no value",
        "odd side": "side is 'asset', expected hqla, outflow or inflow",
        "negative": "amount is -0.01, expected 0 or more",
        "no amount": "amount has no value",
        "matured": "maturity_date is 2025-06-12, before as_of_date 2025-06-13",
        "no rate": "item 'guarantee' has no rate: the national authority sets it",
        "no collateral": "collateral_item has no value",
        "encumbered?": "encumbered has no value",
        "no entity": "legal_entity has no value",
        "no date": "as_of_date has no value",
      ])
    let keys = failures.map { $0[0] + "|" + $0[1] }
    #expect(keys.last == "|LE_A", "a row without a date stands last")
  }

  @Test func factorsAreThoseValidOnTheDate() throws {
    var factors = T.factors
    let place = try #require(factors.firstIndex { $0[0] == "deposit" })
    factors[place][11] = "2025-06-15"
    factors.append(factors[place])
    factors[factors.count - 1][4] = "0.2"
    factors[factors.count - 1][10] = "2025-06-16"
    factors[factors.count - 1][11] = ""
    let positions = ["2025-06-13", "2025-06-15", "2025-06-16"].map {
      T.position($0, "outflow", "deposit", "100.00", day: $0)
    }
    #expect(
      try T(positions: positions, factors: factors).run().texts.map { $0[8] }
        == ["40.00", "40.00", "20.00"])
  }

  @Test func componentsOfASectionAddUpToTheResult() throws {
    let tables = T(positions: [
      T.position("1", "hqla", "cash", "30.00"),
      T.position("2", "hqla", "covered_bond", "100.00"),
      T.position("3", "hqla", "covered_bond", "11.00", encumbered: "true"),
      T.position("4", "hqla", "equity", "100.00"),
      T.position("5", "outflow", "deposit", "400.00"),
      T.position(
        "6", "outflow", "repo", "10.00", maturity: "2025-06-20", collateral: "covered_bond",
        collateralAmount: "12.00"),
      T.position("7", "inflow", "loan", "1000.00", maturity: "2025-06-13"),
    ])
    let result = try tables.run().texts[0]
    let components = try tables.run(output: "components").texts
    func sum(_ section: String) -> Int128 {
      components.filter { $0[2] == section }
        .reduce(0) { $0 + (Decimal128($1[8])?.mantissa ?? 0) }
    }
    func cents(_ text: String) -> Int128 { Decimal128(text)?.mantissa ?? -1 }
    #expect(sum("hqla") == cents(result[7]))
    #expect(sum("outflow") == cents(result[8]))
    #expect(sum("inflow") == cents(result[10]))
    let bond = try #require(components.first { $0[4] == "covered_bond" })
    #expect(bond[5...6] == ["100.00", "11.00"])
    #expect(bond[9] == "LCR30.43(2)")
  }

  @Test func noPositionsGiveNoRows() throws {
    for output in ["results", "failures", "components"] {
      #expect(try T(positions: []).run(output: output).rowCount == 0)
    }
  }

  @Test func amountsOfTwoScalesAreOnOneScale() throws {
    var tables = T(positions: [
      T.position("1", "hqla", "cash", "100.00"), T.position("2", "outflow", "deposit", "10.00"),
      T.position(
        "3", "outflow", "repo", "10.00", maturity: "2025-06-20", collateral: "covered_bond",
        collateralAmount: "12.00"),
    ])
    let expected = try tables.run().texts
    var schema = T.positionSchema
    schema.fields[9].type = .decimal(precision: 38, scale: 5)
    var rows = tables.positions[0].texts
    for row in rows.indices { rows[row][6] = "false" }
    tables.positions = [T.batch(rows, schema)]
    #expect(try tables.run().texts == expected)
  }
}

@Suite struct LiquidityCoverageBindingTests {
  typealias T = LCRTables

  private func refusal(_ change: (inout LCRTables) -> Void, output: String = "results")
    -> QueryError?
  {
    var tables = T(positions: [T.position("1", "hqla", "cash", "1.00")])
    change(&tables)
    do throws(QueryError) {
      _ = try tables.run(output: output)
      return nil
    } catch {
      return error
    }
  }

  private func renamed(_ column: String, to name: String) -> QueryError? {
    refusal { tables in
      var schema = T.positionSchema
      schema.fields[schema.index(of: column)!].name = name
      tables.positions = [Batch(schema: schema, columns: tables.positions[0].columns)]
    }
  }

  @Test func aMissingColumnSuggestsTheNearest() throws {
    let error = try #require(renamed("legal_entity", to: "legal_entitiy"))
    #expect(error.reason == .name)
    #expect(error.message.contains("no column \"legal_entity\""))
    #expect(error.help?.contains("did you mean \"legal_entitiy\"?") == true)
  }

  @Test func caseOfNamesDoesNotMatter() {
    #expect(renamed("legal_entity", to: "LEGAL_Entity") == nil)
  }

  @Test func aDoubleIsNoAmount() throws {
    let error = try #require(
      refusal { tables in
        var schema = T.positionSchema
        schema.fields[5].type = .double
        tables.positions = [T.batch([T.position("1", "hqla", "cash", "1.00")], schema)]
      })
    #expect(error.reason == .type)
    #expect(error.message.contains("\"amount\" of positions is double"))
    #expect(error.help?.contains("CAST(amount AS DECIMAL(18,2))") == true)
  }

  @Test func anUnknownOutputListsTheKnownOnes() throws {
    let error = try #require(refusal({ _ in }, output: "result"))
    #expect(error.message.contains("'results', 'failures', 'components'"))
  }

  @Test(arguments: ["horizon_days", "level2_cap", "level2b_cap", "inflow_cap", "minimum_ratio"])
  func aMissingRuleIsNamedWithItsDate(_ rule: String) throws {
    let error = try #require(
      refusal { $0.rules = [T.batch(T.rules.filter { $0[0] != rule }, T.ruleSchema)] })
    #expect(error.message == "lcr: no rule '\(rule)' is valid on 2025-06-13")
  }

  @Test func twoFactorsOfOneDateAreRefused() throws {
    let error = try #require(
      refusal { $0.factors = [T.batch(T.factors + [T.factors[0]], T.factorSchema)] })
    #expect(error.message == "lcr: two factors for 'cash' are valid on 2025-06-13")
  }

  @Test(arguments: [(1, "assets"), (4, "1.5"), (5, "sometimes"), (6, "yes"), (10, "")])
  func aFactorThatIsNoneIsRefusedByItsItem(_ column: Int, _ text: String) throws {
    var factors = T.factors
    factors[3][column] = text
    let error = try #require(refusal { $0.factors = [T.batch(factors, T.factorSchema)] })
    #expect(error.message.contains("deposit"))
  }

  @Test func theDescriptionListsParametersInputsAndOutputs() {
    let table = CalculatorDescription.table(for: LiquidityCoverageCalculator())
    let rows = table.texts
    #expect(rows[0][0...1] == ["calculator", "lcr"])
    #expect(rows.contains { $0[0...3] == ["parameter", "factors", "table", "ref.lcr_factors"] })
    #expect(rows.contains { $0[0...3] == ["parameter", "output", "string", "'results'"] })
    #expect(rows.contains { $0[0...2] == ["input column", "positions.amount", "decimal"] })
    #expect(rows.contains { $0[0...2] == ["output column", "results.lcr", "decimal(38,6)"] })
    #expect(
      Calculators.all.map(\.name) == [
        "lcr", "nsfr", "cash_ladder", "liquidity_stress", "curve_build", "swap_risk", "bond_risk",
      ])
  }
}
