/// A market quote and the payments that it says are worth nothing in sum.
package struct QuotedInstrument: Sendable {
  /// What the number is. A future's rate is (100 − price)/100 less the convexity adjustment.
  package enum Quote: Sendable, Hashable {
    case rate(Double)
    case futurePrice(Double, convexity: Double)

    /// As a rate.
    package var rate: Double {
      switch self {
      case .rate(let rate): rate
      case .futurePrice(let price, let convexity): (100 - price) / 100 - convexity
      }
    }

    /// The change of the rate for a change of the quote by 1.
    var slope: Double {
      switch self {
      case .rate: 1
      case .futurePrice: -0.01
      }
    }

    package func shifted(by change: Double) -> Quote {
      switch self {
      case .rate(let rate): .rate(rate + change)
      case .futurePrice(let price, let convexity):
        .futurePrice(price + change, convexity: convexity)
      }
    }
  }

  package var name: String
  package var quote: Quote
  /// Payments that do not depend on the quote.
  package var flows: [RateFlow]
  /// Payments per unit of rate, each of a known amount.
  package var perRate: [RateFlow]

  package init(name: String, quote: Quote, flows: [RateFlow], perRate: [RateFlow]) {
    self.name = name
    self.quote = quote
    self.flows = flows
    self.perRate = perRate
  }

  /// A deposit, forward rate agreement or future: P(start)/P(end) − 1 = rate · fraction.
  package static func forward(
    _ name: String, _ quote: Quote, period: AccrualPeriod, curve: Int, reference: Int32
  ) -> QuotedInstrument {
    QuotedInstrument(
      name: name, quote: quote,
      flows: [
        RateFlow(
          pay: reference, start: period.start, end: period.end, floating: 1,
          discountCurve: curve, projectionCurve: curve)
      ],
      perRate: [RateFlow(pay: reference, amount: -period.fraction, discountCurve: curve)])
  }

  /// A par swap of a fixed against a floating leg; with equal curves an overnight index swap.
  package static func swap(
    _ name: String, _ quote: Quote, fixed: [AccrualPeriod], floating: [AccrualPeriod],
    discountCurve: Int, projectionCurve: Int
  ) -> QuotedInstrument {
    QuotedInstrument(
      name: name, quote: quote,
      flows: floating.map {
        RateFlow(
          pay: $0.pay, start: $0.start, end: $0.end, floating: 1, discountCurve: discountCurve,
          projectionCurve: projectionCurve)
      },
      perRate: fixed.map {
        RateFlow(pay: $0.pay, amount: -$0.fraction, discountCurve: discountCurve)
      })
  }

  /// A par basis swap: the floating leg of `curve` plus the quoted spread against another's.
  package static func basis(
    _ name: String, _ quote: Quote, leg: [AccrualPeriod], curve: Int,
    against other: [AccrualPeriod], otherCurve: Int, discountCurve: Int
  ) -> QuotedInstrument {
    func flows(_ periods: [AccrualPeriod], _ sign: Double, _ projection: Int) -> [RateFlow] {
      periods.map {
        RateFlow(
          pay: $0.pay, start: $0.start, end: $0.end, floating: sign,
          discountCurve: discountCurve, projectionCurve: projection)
      }
    }
    return QuotedInstrument(
      name: name, quote: quote, flows: flows(leg, 1, curve) + flows(other, -1, otherCurve),
      perRate: leg.map {
        RateFlow(pay: $0.pay, amount: $0.fraction, discountCurve: discountCurve)
      })
  }

  /// The last day at which the payments look at a curve: its node.
  func lastDay(onCurve curve: Int) -> Int32? {
    var last: Int32?
    for flow in flows + perRate {
      if flow.discountCurve == curve { last = max(last ?? flow.pay, flow.pay) }
      if flow.floating != 0, flow.projectionCurve == curve {
        last = max(last ?? flow.end, flow.end)
      }
    }
    return last
  }
}
