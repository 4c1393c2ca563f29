import Columnar
import Quant
import QueryEngine

/// Factors and rules of all dates, from the two parameter tables.
struct NetStableFundingParameters: Sendable {
  static let factors = [
    ColumnRequirement("item", .text, "the code that positions carry"),
    ColumnRequirement("section", .text, "asf, rsf or off_balance"),
    ColumnRequirement("category", .text, "the heading under which components are listed"),
    ColumnRequirement(
      "rate", .amount, "the part that counts; NULL where the national authority sets it"),
    ColumnRequirement("role", .text, "none, derivative_asset or derivative_liability (NSF30.8)"),
    ColumnRequirement("paragraph", .text, "of the Basel Framework"),
    ColumnRequirement("description", .text, "in words"),
    ColumnRequirement("valid_from", .date, "first business date it holds for"),
    ColumnRequirement("valid_to", .date, "last one; NULL: until further notice"),
  ]
  static let rules = [
    ColumnRequirement("name", .text, "which number it is"),
    ColumnRequirement("value", .amount, "the number, a fraction of 1"),
    ColumnRequirement("paragraph", .text, "of the Basel Framework"),
    ColumnRequirement("valid_from", .date, "first business date it holds for"),
    ColumnRequirement("valid_to", .date, "last one; NULL: until further notice"),
  ]
  static let ruleNames = RuleName.allCases.map(\.rawValue)

  private enum RuleName: String, CaseIterable {
    case encumberedMiddle = "encumbered_6_to_12_months"
    case encumberedLong = "encumbered_1_year_or_more"
    case minimumRatio = "minimum_ratio"
  }

  /// What holds on one business date.
  struct Regime: Sendable {
    var table: NSFRFactorTable
    var minimumRatio: ExactDecimal
  }

  private var factorRows: [(factor: NSFRFactor, validity: ValidityPeriod)] = []
  private var ruleRows: [(name: RuleName, value: ExactDecimal, validity: ValidityPeriod)] = []

  /// - Throws: `.type` for a cell that is no factor or rule; rules of other names are ignored.
  init(factors: [Batch], rules: [Batch]) throws(QueryError) {
    let table = ParameterRows(name: "nsfr: factors", columns: Self.factors, batches: factors)
    for row in table.rows.indices {
      let rate = try table.optionalNumber(row, "rate")
      let factor = NSFRFactor(
        code: try table.text(row, "item"),
        section: try table.choice(row, "section", as: NSFRFactor.Section.self),
        category: try table.text(row, "category"),
        rate: rate.map { ExactDecimal($0.mantissa, scale: $0.scale) },
        role: try table.choice(row, "role", as: NSFRFactor.Role.self),
        paragraph: try table.optionalText(row, "paragraph") ?? "",
        description: try table.optionalText(row, "description") ?? "")
      factorRows.append((factor, try table.validity(row)))
    }
    // Nothing may depend on the order in which the table gives its rows.
    factorRows.sort { Self.key($0.factor) < Self.key($1.factor) }
    let ruleTable = ParameterRows(name: "nsfr: rules", columns: Self.rules, batches: rules)
    for row in ruleTable.rows.indices {
      guard let name = RuleName(rawValue: try ruleTable.text(row, "name")) else { continue }
      let value = try ruleTable.number(row, "value")
      ruleRows.append(
        (
          name, ExactDecimal(value.mantissa, scale: value.scale), try ruleTable.validity(row)
        ))
    }
  }

  private static func key(_ factor: NSFRFactor) -> (Int, String, String) {
    (
      NSFRFactor.Section.allCases.firstIndex(of: factor.section) ?? 0, factor.category, factor.code
    )
  }

  /// - Throws: `.type` when a parameter is missing on that date, given twice, or not allowed.
  func regime(on date: CalendarDate) throws(QueryError) -> Regime {
    let valid = factorRows.filter { $0.validity.contains(date) }.map(\.factor)
    guard !valid.isEmpty else {
      throw QueryError(
        .type, "nsfr: no factor is valid on \(date)",
        help: "the factors of that date are missing, or valid_from is too late")
    }
    var seen: Set<String> = []
    if let twice = valid.first(where: { !seen.insert($0.code).inserted })?.code {
      throw QueryError(
        .type, "nsfr: two factors for '\(twice)' are valid on \(date)",
        help: "end the older one with valid_to")
    }
    let rules = NSFRRules(
      encumberedMiddle: try rule(.encumberedMiddle, on: date),
      encumberedLong: try rule(.encumberedLong, on: date))
    let minimum = try rule(.minimumRatio, on: date)
    do throws(QuantError) {
      return Regime(table: try NSFRFactorTable(valid, rules: rules), minimumRatio: minimum)
    } catch {
      throw QueryError(.type, "nsfr, parameters on \(date): \(error)")
    }
  }

  private func rule(_ name: RuleName, on date: CalendarDate) throws(QueryError) -> ExactDecimal {
    let valid = ruleRows.filter { $0.name == name && $0.validity.contains(date) }
    guard valid.count == 1 else {
      throw QueryError(
        .type, "nsfr: \(valid.count) rules '\(name.rawValue)' are valid on \(date), expected one",
        help: valid.isEmpty ? "add a row of that name" : "end the older one with valid_to")
    }
    return valid[0].value
  }
}
