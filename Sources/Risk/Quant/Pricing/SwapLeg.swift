/// One side of a swap: what its periods pay, from the holder's point of view.
package struct SwapLeg: Sendable {
  package enum Rate: Sendable {
    case fixed(Double)
    /// A term rate, projected from the start to the end of each accrual period.
    ///
    /// - Parameter fixingDays: The day on which each period's rate is set, one a period.
    case term(curve: Int, spread: Double, fixingDays: [Int32])
    /// An overnight rate compounded over each period, without lookback; the spread is simple.
    case overnight(
      curve: Int, spread: Double, compounding: OvernightCompounding, calendar: BusinessCalendar)
  }

  /// Positive when the leg is received.
  package var notional: Double
  package var periods: [AccrualPeriod]
  package var rate: Rate
  package var discountCurve: Int

  package init(
    notional: Double, periods: [AccrualPeriod], rate: Rate, discountCurve: Int = 0
  ) {
    self.notional = notional
    self.periods = periods
    self.rate = rate
    self.discountCurve = discountCurve
  }

  /// The payments after a day, with the running period's rate from the fixings.
  ///
  /// A term fixing of the day itself is used if there is one and projected if not.
  /// - Throws: `invalidParameter` naming the day of a missing fixing.
  package func flows(after reference: Int32, fixings: Fixings) throws(QuantError) -> [RateFlow] {
    var flows: [RateFlow] = []
    try addFlows(after: reference, fixings: fixings, to: &flows)
    return flows
  }

  /// Appends them.
  ///
  /// - Parameter compound: The growth of a running overnight period up to a day; by default computed
  ///   from the fixings.
  package func addFlows(
    after reference: Int32, fixings: Fixings, to flows: inout [RateFlow],
    compound: ((Int32, Int32) throws(QuantError) -> Double)? = nil
  ) throws(QuantError) {
    for (index, period) in periods.enumerated() where period.pay > reference {
      switch rate {
      case .fixed(let rate): flows.append(known(period, rate))
      case .term(let curve, let spread, let days):
        guard days.count == periods.count else {
          throw QuantError.unevenColumns(
            name: "fixingDays", found: days.count, expected: periods.count)
        }
        if days[index] <= reference, let fixing = fixings[days[index]] {
          flows.append(known(period, fixing + spread))
        } else if days[index] < reference || period.start < reference {
          throw QuantError.invalidParameter(
            name: "fixing", found: "none on day \(days[index])",
            expected: "the rate of the period from day \(period.start)")
        } else {
          flows.append(projected(period, period.start, 1, spread, curve))
        }
      case .overnight(let curve, let spread, let terms, let calendar):
        if period.start >= reference {
          flows.append(projected(period, period.start, 1, spread, curve))
          continue
        }
        let until = min(period.end, reference)
        let growth =
          if let compound {
            try compound(period.start, until)
          } else {
            try terms.compound(
              from: period.start, to: until, fixings: fixings, calendar: calendar
            ).growth
          }
        if period.end <= reference {
          let amount = notional * (growth - 1 + spread * period.fraction)
          flows.append(
            RateFlow(pay: period.pay, amount: amount, discountCurve: discountCurve))
        } else {
          flows.append(projected(period, reference, growth, spread, curve))
        }
      }
    }
  }

  private func known(_ period: AccrualPeriod, _ rate: Double) -> RateFlow {
    RateFlow(
      pay: period.pay, amount: notional * rate * period.fraction, discountCurve: discountCurve)
  }

  private func projected(
    _ period: AccrualPeriod, _ start: Int32, _ growth: Double, _ spread: Double, _ curve: Int
  ) -> RateFlow {
    RateFlow(
      pay: period.pay, start: start, end: period.end, floating: notional,
      amount: notional * spread * period.fraction, growth: growth, discountCurve: discountCurve,
      projectionCurve: curve)
  }

  /// Notional times the sum of discounted year fractions: the value of a rate of 1.
  package func annuity(after reference: Int32, on set: CurveSet) -> Double {
    var sum = 0.0
    for period in periods where period.pay > reference {
      sum += period.fraction * set.curves[discountCurve].discount(period.pay)
    }
    return notional * sum
  }
}

extension CurveSet {
  /// The value of payments, without a table: for a single trade.
  package func value(of flows: [RateFlow]) -> Double {
    var total = 0.0
    for flow in flows {
      var amount = flow.amount
      if flow.floating != 0 {
        let curve = curves[flow.projectionCurve]
        let ratio = PortableMath.exp(curve.logDiscount(flow.end) - curve.logDiscount(flow.start))
        amount += flow.floating * (flow.growth * ratio - 1)
      }
      total += amount * curves[flow.discountCurve].discount(flow.pay)
    }
    return total
  }
}
