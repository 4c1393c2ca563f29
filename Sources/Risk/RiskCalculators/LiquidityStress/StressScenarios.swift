import Columnar
import Quant
import QueryEngine

/// Named scenarios of all dates, from the table `scenarios`.
struct StressScenarios: Sendable {
  static let columns = [
    ColumnRequirement("scenario", .text, "its name in the results"),
    ColumnRequirement(
      "item", .text, "code in assumptions; with include another scenario; with none anything"),
    ColumnRequirement(
      "shock", .text,
      "run_off or draw_down (rate of an outflow leaves in equal parts on days 1 to days), "
        + "inflow_loss (rate never comes), haircut (rate of the capacity is lost, the rest can be "
        + "used from day days on), include (all shocks of another scenario) or none"),
    ColumnRequirement("rate", .amount, "a part of the amount, 0...1; NULL is 0"),
    ColumnRequirement("days", .integer, "calendar days, see shock; NULL is 0"),
    ColumnRequirement("source", .text, "rule paragraph, policy or study"),
    ColumnRequirement("valid_from", .date, "first business date it holds for"),
    ColumnRequirement("valid_to", .date, "last one; NULL: until further notice"),
  ]

  private enum Shock: String, CaseIterable {
    case runOff = "run_off"
    case drawDown = "draw_down"
    case inflowLoss = "inflow_loss"
    case haircut
    case include
    case none

    var treatment: (side: CashFlowSide, method: CashFlowTreatment.Method)? {
      switch self {
      case .runOff: (.outflow, .rollOff)
      case .drawDown: (.outflow, .drawdown)
      case .inflowLoss: (.inflow, .loss)
      case .haircut: (.capacity, .haircut)
      case .include, .none: nil
      }
    }
  }

  /// What one scenario does to one item.
  struct Effect: Sendable {
    /// As the table spells it.
    var shock: String
    var side: CashFlowSide
    var treatment: CashFlowTreatment
    var source: String

    /// The worse of both in each number: of two scenarios at once, each item suffers the greater.
    func combined(with other: Effect) -> Effect {
      let (left, right) = (treatment.rate.normalized, other.treatment.rate.normalized)
      let scale = max(left.scale, right.scale)
      func mantissa(_ rate: ExactDecimal) -> Int128 {
        // Rates are at most 1 with at most 18 decimals.
        (rate.scale..<scale).reduce(rate.mantissa) { power, _ in power * 10 }
      }
      var worse = mantissa(right) > mantissa(left) ? other : self
      let days = (treatment.days, other.treatment.days)
      worse.treatment.days = side == .capacity ? max(days.0, days.1) : min(days.0, days.1)
      if source != other.source, !other.source.isEmpty {
        worse.source = source.isEmpty ? other.source : source + "; " + other.source
      }
      return worse
    }
  }

  private struct Row: Sendable {
    var scenario: String
    var item: String
    var shock: Shock
    var effect: Effect?
    var validity: ValidityPeriod
  }

  private var rows: [Row] = []

  /// - Throws: `.type` for a cell that is no shock.
  init(_ batches: [Batch]) throws(QueryError) {
    let table = ParameterRows(
      name: "liquidity_stress: scenarios", columns: Self.columns, batches: batches)
    for row in table.rows.indices {
      let shock = try table.choice(row, "shock", as: Shock.self)
      let item = shock == .none ? "" : try table.text(row, "item")
      var effect: Effect?
      if let (side, method) = shock.treatment {
        let rate = try table.optionalNumber(row, "rate") ?? Decimal128(mantissa: 0, scale: 0)
        let days = try table.optionalNumber(row, "days") ?? Decimal128(mantissa: 0, scale: 0)
        let treatment = CashFlowTreatment(
          method: method, rate: ExactDecimal(rate.mantissa, scale: rate.scale),
          days: Int32(clamping: days.mantissa))
        do throws(QuantError) {
          try treatment.check(for: side, of: item)
        } catch {
          throw QueryError(.type, "\(table.label(row)): \(error)")
        }
        effect = Effect(
          shock: shock.rawValue, side: side, treatment: treatment,
          source: try table.optionalText(row, "source") ?? "")
      }
      rows.append(
        Row(
          scenario: try table.text(row, "scenario"), item: item, shock: shock, effect: effect,
          validity: try table.validity(row)))
    }
    // Nothing may depend on the order in which the table gives its rows.
    rows.sort {
      ($0.scenario, $0.item, $0.shock.rawValue) < ($1.scenario, $1.item, $1.shock.rawValue)
    }
  }

  /// Scenarios by name, each with what it does to which item.
  ///
  /// - Throws: `.type` when none is valid, when one names an item twice, an unknown item, an item
  ///   of another side, or itself.
  func valid(
    on date: CalendarDate, items: [String: CashFlowAssumptions.Assumption]
  ) throws(QueryError) -> [(name: String, effects: [String: Effect])] {
    let valid = rows.filter { $0.validity.contains(date) }
    let names = Set(valid.map(\.scenario)).sorted()
    guard !names.isEmpty else {
      throw QueryError(
        .type, "liquidity_stress: no scenario is valid on \(date)",
        help: "the scenarios of that date are missing, or valid_from is too late")
    }
    for row in valid {
      guard let effect = row.effect else { continue }
      guard let side = items[row.item]?.side, side == effect.side else {
        throw QueryError(
          .type,
          "liquidity_stress: '\(row.scenario)' shocks '\(row.item)' with \(row.shock.rawValue) on "
            + "\(date), but that is "
            + (items[row.item].map { "an item of the side \($0.side.rawValue)" }
              ?? "no item of the assumptions"))
      }
    }
    var result: [(name: String, effects: [String: Effect])] = []
    for name in names {
      result.append((name, try effects(of: name, valid, within: [], on: date)))
    }
    return result
  }

  private func effects(
    of name: String, _ valid: [Row], within outer: [String], on date: CalendarDate
  ) throws(QueryError) -> [String: Effect] {
    let own = valid.filter { $0.scenario == name }
    if own.isEmpty || outer.contains(name) {
      let problem = own.isEmpty ? "is not valid on \(date)" : "includes itself on \(date)"
      throw QueryError(
        .type,
        "liquidity_stress: scenario '\(name)'"
          + (outer.last.map { ", included by '\($0)'," } ?? "") + " \(problem)")
    }
    var effects: [String: Effect] = [:]
    for row in own {
      guard let effect = row.effect else { continue }
      if effects.updateValue(effect, forKey: row.item) != nil {
        throw QueryError(
          .type, "liquidity_stress: scenario '\(name)' shocks '\(row.item)' twice on \(date)",
          help: "end the older one with valid_to")
      }
    }
    for row in own where row.shock == .include {
      let included = try self.effects(of: row.item, valid, within: outer + [name], on: date)
      for (item, effect) in included {
        effects[item] = effects[item].map { $0.combined(with: effect) } ?? effect
      }
    }
    return effects
  }
}
