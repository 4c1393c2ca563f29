import Columnar
import Quant
import QueryEngine

/// Factors and rules of all dates, from the two parameter tables.
struct LiquidityCoverageParameters: Sendable {
  static let factors = [
    ColumnRequirement("item", .text, "the code that positions carry"),
    ColumnRequirement("section", .text, "hqla, outflow or inflow"),
    ColumnRequirement("category", .text, "the heading under which components are listed"),
    ColumnRequirement("level", .text, "level1, level2a, level2b_rmbs, level2b_other; assets only"),
    ColumnRequirement(
      "rate", .amount,
      "the part that counts: 1 less haircut, run-off, drawdown or inflow rate; NULL where the "
        + "national authority sets it"),
    ColumnRequirement(
      "horizon", .text, "any: counts whatever the maturity; within: within horizon_days"),
    ColumnRequirement(
      "unwind", .text, "none, funding, funding_any_collateral or lending (LCR30.37)"),
    ColumnRequirement("role", .text, "none, cash, client_lending or client_receivable (LCR40.66)"),
    ColumnRequirement("paragraph", .text, "of the Basel Framework"),
    ColumnRequirement("description", .text, "in words"),
    ColumnRequirement("valid_from", .date, "first business date it holds for"),
    ColumnRequirement("valid_to", .date, "last one; NULL: until further notice"),
  ]
  static let rules = [
    ColumnRequirement("name", .text, "which number it is"),
    ColumnRequirement("value", .amount, "the number; caps and ratios are fractions of 1"),
    ColumnRequirement("paragraph", .text, "of the Basel Framework"),
    ColumnRequirement("valid_from", .date, "first business date it holds for"),
    ColumnRequirement("valid_to", .date, "last one; NULL: until further notice"),
  ]
  static let ruleNames = RuleName.allCases.map(\.rawValue)

  private enum RuleName: String, CaseIterable {
    case horizonDays = "horizon_days"
    case level2Cap = "level2_cap"
    case level2BCap = "level2b_cap"
    case inflowCap = "inflow_cap"
    case clientLendingShare = "client_lending_share"
    case minimumRatio = "minimum_ratio"
    case significantShare = "significant_currency_share"
  }

  /// What holds on one business date.
  struct Regime: Sendable {
    var table: LCRFactorTable
    var rules: LCRRules
    var minimumRatio: ExactDecimal
    /// Needed for ratios by currency only.
    var significantShare: ExactDecimal?
    /// Paragraphs of the three caps, for the components.
    var level2Paragraph: String
    var level2BParagraph: String
    var inflowParagraph: String
  }

  private struct Rule {
    var name: RuleName
    var value: Decimal128
    var paragraph: String
    var validity: ValidityPeriod
  }

  private var factorRows: [(factor: LCRFactor, validity: ValidityPeriod)] = []
  private var ruleRows: [Rule] = []

  /// - Throws: `.type` for a cell that is no factor or rule; rules of other names are ignored.
  init(factors: [Batch], rules: [Batch]) throws(QueryError) {
    let factorTable = ParameterRows(
      name: "lcr: factors", columns: Self.factors, batches: factors)
    for row in factorTable.rows.indices {
      factorRows.append(
        (try Self.factor(row, of: factorTable), try factorTable.validity(row)))
    }
    // Nothing may depend on the order in which the table gives its rows.
    factorRows.sort { Self.key($0.factor) < Self.key($1.factor) }
    let ruleTable = ParameterRows(name: "lcr: rules", columns: Self.rules, batches: rules)
    for row in ruleTable.rows.indices {
      guard let name = RuleName(rawValue: try ruleTable.text(row, "name")) else { continue }
      ruleRows.append(
        Rule(
          name: name, value: try ruleTable.number(row, "value"),
          paragraph: try ruleTable.optionalText(row, "paragraph") ?? "",
          validity: try ruleTable.validity(row)))
    }
  }

  private static func factor(
    _ row: Int, of table: ParameterRows
  ) throws(QueryError) -> LCRFactor {
    let level: HighQualityLevel? =
      try table.optionalText(row, "level") == nil
      ? nil : try table.choice(row, "level", as: HighQualityLevel.self)
    let rate = try table.optionalNumber(row, "rate")
    return LCRFactor(
      code: try table.text(row, "item"),
      section: try table.choice(row, "section", as: LCRFactor.Section.self),
      category: try table.text(row, "category"), level: level,
      rate: rate.map { ExactDecimal($0.mantissa, scale: $0.scale) },
      horizon: try table.choice(row, "horizon", as: LCRFactor.Horizon.self),
      unwind: try table.choice(row, "unwind", as: LCRFactor.Unwind.self),
      role: try table.choice(row, "role", as: LCRFactor.Role.self),
      paragraph: try table.optionalText(row, "paragraph") ?? "",
      description: try table.optionalText(row, "description") ?? "")
  }

  private static func key(_ factor: LCRFactor) -> (Int, String, String) {
    (
      LCRFactor.Section.allCases.firstIndex(of: factor.section) ?? 0, factor.category, factor.code
    )
  }

  /// - Throws: `.type` when a parameter is missing on that date, given twice, or not allowed.
  func regime(on date: CalendarDate) throws(QueryError) -> Regime {
    let valid = factorRows.filter { $0.validity.contains(date) }.map(\.factor)
    guard !valid.isEmpty else {
      throw QueryError(
        .type, "lcr: no factor is valid on \(date)",
        help: "the factors of that date are missing, or valid_from is too late")
    }
    if let twice = Self.firstRepeated(valid.map(\.code)) {
      throw QueryError(
        .type, "lcr: two factors for '\(twice)' are valid on \(date)",
        help: "end the older one with valid_to")
    }
    let level2 = try rule(.level2Cap, on: date)
    let level2B = try rule(.level2BCap, on: date)
    let inflow = try rule(.inflowCap, on: date)
    let days = try rule(.horizonDays, on: date).value
    guard let whole = days.rescaled(to: 0), Decimal128.compare(whole, days) == 0,
      let horizon = Int32(exactly: whole.mantissa)
    else {
      throw QueryError(.type, "lcr: horizon_days is \(days), expected a whole number of days")
    }
    let rules = LCRRules(
      horizonDays: horizon, level2Cap: Self.exact(level2.value),
      level2BCap: Self.exact(level2B.value), inflowCap: Self.exact(inflow.value),
      clientLendingShare: Self.exact(try rule(.clientLendingShare, on: date).value))
    let minimum = Self.exact(try rule(.minimumRatio, on: date).value)
    let significant = ruleRows.contains {
      $0.name == .significantShare && $0.validity.contains(date)
    }
    let share = significant ? Self.exact(try rule(.significantShare, on: date).value) : nil
    do throws(QuantError) {
      return Regime(
        table: try LCRFactorTable(valid), rules: rules, minimumRatio: minimum,
        significantShare: share,
        level2Paragraph: level2.paragraph, level2BParagraph: level2B.paragraph,
        inflowParagraph: inflow.paragraph)
    } catch {
      throw QueryError(.type, "lcr, parameters on \(date): \(error)")
    }
  }

  private func rule(_ name: RuleName, on date: CalendarDate) throws(QueryError) -> Rule {
    let valid = ruleRows.filter { $0.name == name && $0.validity.contains(date) }
    guard let rule = valid.first else {
      throw QueryError(
        .type, "lcr: no rule '\(name.rawValue)' is valid on \(date)",
        help: "add a row of that name to the table for rules")
    }
    if valid.count > 1 {
      throw QueryError(
        .type, "lcr: \(valid.count) rules '\(name.rawValue)' are valid on \(date)",
        help: "end the older one with valid_to")
    }
    return rule
  }

  private static func exact(_ number: Decimal128) -> ExactDecimal {
    ExactDecimal(number.mantissa, scale: number.scale)
  }

  private static func firstRepeated(_ codes: [String]) -> String? {
    var seen: Set<String> = []
    return codes.first { !seen.insert($0).inserted }
  }
}
