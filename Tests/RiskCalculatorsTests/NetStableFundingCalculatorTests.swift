import Columnar
import QueryEngine
import RiskCalculators
import Testing
import Workers

@Suite struct NetStableFundingCalculatorTests {
  private static let positions = Schema([
    Field("position_id", .string), Field("as_of_date", .date), Field("legal_entity", .string),
    Field("item", .string), Field("amount", .decimal(precision: 18, scale: 2)),
    Field("encumbrance", .string),
  ])
  private static let factorSchema = Schema([
    Field("item", .string), Field("section", .string), Field("category", .string),
    Field("rate", .decimal(precision: 9, scale: 6)), Field("role", .string),
    Field("paragraph", .string), Field("description", .string), Field("valid_from", .date),
    Field("valid_to", .date),
  ])
  private static let ruleSchema = Schema([
    Field("name", .string), Field("value", .decimal(precision: 9, scale: 6)),
    Field("paragraph", .string), Field("valid_from", .date), Field("valid_to", .date),
  ])
  private static func factor(_ item: String, _ section: String, _ rate: String) -> [String] {
    [item, section, section + rate, rate, "none", "NSF30", "", "2018-01-01", ""]
  }
  private static let factors = [
    factor("capital", "asf", "1"), factor("stable", "asf", "0.95"),
    factor("less_stable", "asf", "0.9"), factor("corporate", "asf", "0.5"),
    factor("bank", "asf", "0"), factor("cash", "rsf", "0"), factor("level1", "rsf", "0.05"),
    factor("level2a", "rsf", "0.15"), factor("level2b", "rsf", "0.5"),
    factor("mortgage", "rsf", "0.65"), factor("loan", "rsf", "0.85"), factor("other", "rsf", "1"),
    factor("undrawn", "off_balance", "0.05"), factor("guarantee", "off_balance", ""),
  ]
  private static let rules = [
    ["encumbered_6_to_12_months", "0.5", "NSF30.20", "2018-01-01", ""],
    ["encumbered_1_year_or_more", "1", "NSF30.20", "2018-01-01", ""],
    ["minimum_ratio", "1", "NSF20.2", "2018-01-01", ""],
  ]

  private func run(
    _ rows: [[String]], output: String = "results", factors: [[String]] = Self.factors,
    rules: [[String]] = Self.rules
  ) throws(QueryError) -> [[String]] {
    let inputs = [
      "positions": LCRTables.batch(rows, Self.positions),
      "factors": LCRTables.batch(factors, Self.factorSchema),
      "rules": LCRTables.batch(rules, Self.ruleSchema),
    ]
    let bound = try NetStableFundingCalculator().bind(
      TableFunctionArguments(
        tables: inputs.mapValues(\.schema), scalars: ["output": .string(output)]))
    var given: [String: [Batch]] = [:]
    for (name, batch) in inputs { given[name] = [batch.projected(to: bound.columns[name] ?? [])] }
    let context = ExecutionContext(pool: WorkerPool(threadCount: 1))
    return try Batch.joined(bound.run(given, context), schema: bound.schema).texts
  }

  private func row(
    _ item: String, _ amount: String, _ encumbrance: String = "", entity: String = "LE_A",
    day: String = "2025-06-13"
  ) -> [String] { [item, day, entity, item, amount, encumbrance] }

  /// Case nsfr-1 (BCBS 295; NSF30).
  @Test func theWorkedBalanceSheetGivesItsRatio() throws {
    let balance = [
      row("capital", "100"), row("stable", "300"), row("less_stable", "200"),
      row("corporate", "150"), row("bank", "50"), row("cash", "40"), row("level1", "100"),
      row("level2a", "50"), row("level2b", "60"), row("mortgage", "200"), row("loan", "250"),
      row("other", "30"), row("undrawn", "100"),
    ]
    let expected = [
      "2025-06-13", "LE_A", "640.00", "420.00", "0.00", "1.523810", "ok", "int64(13)", "int64(0)",
    ]
    #expect(try run(balance) == [expected])
    #expect(try run(balance.reversed()) == [expected])
    let components = try run(balance, output: "components")
    let asf = components.filter { $0[2] == "asf" }.compactMap { Decimal128($0[9])?.mantissa }
    #expect(asf.reduce(0, +) == 64_000)
  }

  @Test func entitiesAndDatesAreRowsOfTheirOwn() throws {
    let rows = [
      row("capital", "10", entity: "B"), row("loan", "20", entity: "B"),
      row("capital", "10", entity: "A"), row("level1", "20", "1_year_or_more", entity: "A"),
      row("capital", "10", entity: "A", day: "2025-06-12"),
    ]
    let results = try run(rows).map { Array($0[0...6]) }
    #expect(
      results == [
        ["2025-06-12", "A", "10.00", "0.00", "0.00", "", "no_requirement"],
        ["2025-06-13", "A", "10.00", "20.00", "0.00", "0.500000", "breach"],
        ["2025-06-13", "B", "10.00", "17.00", "0.00", "0.588235", "breach"],
      ])
  }

  @Test func rowsThatCannotBeCountedAreListed() throws {
    let rows = [
      row("capital", "10"), row("nothing", "1"), row("guarantee", "1"), row("level1", "-1.00"),
      row("level2a", ""), row("loan", "1", "always"), row("stable", "1", "under_6_months"),
      row("other", "1", entity: ""),
    ]
    #expect(try run(rows)[0][7...] == ["int64(7)", "int64(6)"])
    let failures = try run(rows, output: "failures").map { "\($0[2]): \($0[4]) \($0[5])" }
    #expect(
      failures == [
        "guarantee: item 'guarantee' has no rate: the national authority sets it",
        "level1: amount is -1.00, expected 0 or more", "level2a: amount has no value",
        "loan: encumbrance 'always' is not known", "nothing: item 'nothing' is not known",
        "stable: encumbrance is given for 'stable', which is no asset",
        "other: legal_entity has no value",
      ])
  }

  @Test func missingOrRepeatedParametersAreNamed() throws {
    func message(_ factors: [[String]], _ rules: [[String]]) -> String? {
      do throws(QueryError) {
        _ = try run([row("capital", "1")], factors: factors, rules: rules)
        return nil
      } catch { return error.message }
    }
    #expect(message([], Self.rules) == "nsfr: no factor is valid on 2025-06-13")
    #expect(message(Self.factors + [Self.factors[0]], Self.rules)?.contains("capital") == true)
    #expect(message(Self.factors, [])?.contains("encumbered_6_to_12_months") == true)
  }
}
