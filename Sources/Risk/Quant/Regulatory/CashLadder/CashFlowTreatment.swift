/// Which way an amount goes. The raw value is the spelling in tables.
package enum CashFlowSide: String, Sendable, Hashable, CaseIterable {
  case inflow
  case outflow
  /// Counterbalancing capacity: what can be sold, pledged or drawn. It is no flow.
  case capacity
}

/// What happens to the amounts of one item instead of what the contract says.
package struct CashFlowTreatment: Sendable, Hashable {
  package enum Method: String, Sendable, Hashable, CaseIterable {
    /// Due when the contract says; what has no date stays open.
    case contractual
    /// `rate` of the amount flows in equal parts on each of the days 1 to `days`, at the latest on
    /// the day it is due; the rest as the contract says. The three say why: money leaves, a
    /// facility is drawn, a borrower pays early.
    case rollOff = "roll_off"
    case drawdown
    case prepayment
    /// `rate` of what falls due is renewed: it does not flow, and stays open.
    case rollOver = "roll_over"
    /// `rate` of the amount is lost, whether flow or capacity, and is in no sum.
    case loss
    /// Capacity counts less `rate`, from day `days` on.
    case haircut
  }

  package var method: Method
  /// A part of the amount, within 0...1.
  package var rate: ExactDecimal
  package var days: Int32

  package init(method: Method, rate: ExactDecimal, days: Int32) {
    self.method = method
    self.rate = rate
    self.days = days
  }

  package static let contractual = CashFlowTreatment(method: .contractual, rate: .zero, days: 0)

  /// - Throws: `invalidParameter` for a rate outside 0...1, for a method that the side cannot have,
  ///   or for a number of days that the method cannot have.
  package func check(for side: CashFlowSide, of item: String) throws(QuantError) {
    let rate = rate.normalized
    guard rate.scale <= 18, rate.mantissa >= 0, rate.mantissa <= (try Int128.powerOfTen(rate.scale))
    else {
      throw QuantError.invalidParameter(
        name: "rate of '\(item)'", found: "\(rate)", expected: "within 0...1, 18 decimals at most")
    }
    let isAllowed =
      switch method {
      case .contractual, .loss: true
      case .haircut: side == .capacity
      case .rollOff, .drawdown, .prepayment, .rollOver: side != .capacity
      }
    guard isAllowed else {
      throw QuantError.invalidParameter(
        name: "method of '\(item)'", found: method.rawValue,
        expected: "one for the side \(side.rawValue)")
    }
    let least: Int32 = isSpread ? 1 : 0
    guard days >= least, days <= 36_600 else {
      throw QuantError.invalidParameter(
        name: "days of '\(item)'", found: "\(days)", expected: "within \(least)...36600")
    }
  }

  var isSpread: Bool {
    switch method {
    case .rollOff, .drawdown, .prepayment: true
    case .contractual, .rollOver, .loss, .haircut: false
    }
  }
}
