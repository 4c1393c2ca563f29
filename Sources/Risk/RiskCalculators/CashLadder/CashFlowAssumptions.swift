import Columnar
import Quant
import QueryEngine

/// What is assumed of each item, of all dates, from the table `assumptions`.
struct CashFlowAssumptions: Sendable {
  static let columns = [
    ColumnRequirement("item", .text, "the code that cash flows carry"),
    ColumnRequirement("side", .text, "inflow, outflow or capacity"),
    ColumnRequirement("category", .text, "the heading under which items are listed"),
    ColumnRequirement(
      "method", .text,
      "contractual; roll_off, drawdown or prepayment (rate flows in equal parts on days 1 to days); "
        + "roll_over (rate of what falls due is renewed); loss (rate never comes); haircut "
        + "(capacity counts less rate, from day days on)"),
    ColumnRequirement("rate", .amount, "a part of the amount, 0...1; NULL is 0"),
    ColumnRequirement("days", .integer, "calendar days, see method; NULL is 0"),
    ColumnRequirement("source", .text, "rule paragraph, policy or study"),
    ColumnRequirement("valid_from", .date, "first business date it holds for"),
    ColumnRequirement("valid_to", .date, "last one; NULL: until further notice"),
  ]

  struct Assumption: Sendable {
    var item: String
    var side: CashFlowSide
    var category: String
    var treatment: CashFlowTreatment
    var source: String
    var validity: ValidityPeriod
  }

  private var all: [Assumption] = []
  private let calculator: String

  /// - Throws: `.type` for a cell that is no assumption.
  init(calculator: String, _ batches: [Batch]) throws(QueryError) {
    self.calculator = calculator
    let table = ParameterRows(
      name: "\(calculator): assumptions", columns: Self.columns, batches: batches)
    for row in table.rows.indices {
      let item = try table.text(row, "item")
      let side = try table.choice(row, "side", as: CashFlowSide.self)
      all.append(
        Assumption(
          item: item, side: side, category: try table.text(row, "category"),
          treatment: try Self.treatment(
            row, of: table, "method", side: side, item: item),
          source: try table.optionalText(row, "source") ?? "",
          validity: try table.validity(row)))
    }
    // Nothing may depend on the order in which the table gives its rows.
    all.sort { $0.item.utf8.lexicographicallyPrecedes($1.item.utf8) }
  }

  /// The columns `rate` and `days` and one that names a method.
  static func treatment(
    _ row: Int, of table: ParameterRows, _ column: String, side: CashFlowSide, item: String
  ) throws(QueryError) -> CashFlowTreatment {
    let rate = try table.optionalNumber(row, "rate") ?? Decimal128(mantissa: 0, scale: 0)
    let days = try table.optionalNumber(row, "days") ?? Decimal128(mantissa: 0, scale: 0)
    let treatment = CashFlowTreatment(
      method: try table.choice(row, column, as: CashFlowTreatment.Method.self),
      rate: ExactDecimal(rate.mantissa, scale: rate.scale),
      days: Int32(clamping: days.mantissa))
    do throws(QuantError) {
      try treatment.check(for: side, of: item)
    } catch {
      throw QueryError(.type, "\(table.label(row)): \(error)")
    }
    return treatment
  }

  /// By item.
  ///
  /// - Throws: `.type` when none is valid on that date, or two of one item are.
  func valid(on date: CalendarDate) throws(QueryError) -> [String: Assumption] {
    var valid: [String: Assumption] = [:]
    for assumption in all where assumption.validity.contains(date) {
      if valid.updateValue(assumption, forKey: assumption.item) != nil {
        throw QueryError(
          .type, "\(calculator): two assumptions for '\(assumption.item)' are valid on \(date)",
          help: "end the older one with valid_to")
      }
    }
    guard !valid.isEmpty else {
      throw QueryError(
        .type, "\(calculator): no assumption is valid on \(date)",
        help: "the assumptions of that date are missing, or valid_from is too late")
    }
    return valid
  }
}
