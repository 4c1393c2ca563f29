/// Payments of many trades, column by column, ready to be valued on any curves of one layout.
package struct RatePortfolio: Sendable {
  package let layout: DayLayout
  /// Where each trade's payments begin, and one more.
  package private(set) var starts: [Int] = [0]
  /// Places in tables by day.
  private(set) var pay: [Int32] = []
  private(set) var from: [Int32] = []
  private(set) var to: [Int32] = []
  /// Value of a payment: P(pay) · (`known` + `projected` · P(from)/P(to)).
  private(set) var known: [Double] = []
  private(set) var projected: [Double] = []

  package init(layout: DayLayout) { self.layout = layout }

  package var tradeCount: Int { starts.count - 1 }
  package var flowCount: Int { pay.count }

  /// Adds a trade; payments on or before the reference day are left out.
  ///
  /// - Throws: `invalidParameter` for a day or curve outside of the layout or an amount that
  ///   is not finite; nothing was added then.
  package mutating func append(_ flows: [RateFlow]) throws(QuantError) {
    let future = flows.filter { $0.pay > layout.reference }
    var places: [(Int32, Int32, Int32)] = []
    for flow in future {
      guard (flow.amount + flow.floating * flow.growth).isFinite else { throw refuse(flow) }
      guard let pay = layout.index(curve: flow.discountCurve, day: flow.pay) else {
        throw refuse(flow)
      }
      if flow.floating == 0 {
        places.append((pay, pay, pay))
        continue
      }
      guard let from = layout.index(curve: flow.projectionCurve, day: flow.start),
        let to = layout.index(curve: flow.projectionCurve, day: flow.end)
      else { throw refuse(flow) }
      places.append((pay, from, to))
    }
    for (flow, place) in zip(future, places) {
      pay.append(place.0)
      from.append(place.1)
      to.append(place.2)
      known.append(flow.amount - flow.floating)
      projected.append(flow.floating * flow.growth)
    }
    starts.append(pay.count)
  }

  private func refuse(_ flow: RateFlow) -> QuantError {
    .invalidParameter(
      name: "payment", found: "day \(flow.pay) for days \(flow.start) to \(flow.end)",
      expected:
        "finite amounts, days \(layout.reference) to \(layout.lastDay) on \(layout.curveCount) curves"
    )
  }
}
