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
    let added = pay.count
    do throws(QuantError) {
      for flow in flows where flow.pay > layout.reference { try append(flow) }
    } catch {
      removeFlows(from: added)
      throw error
    }
    starts.append(pay.count)
  }

  private mutating func append(_ flow: RateFlow) throws(QuantError) {
    guard (flow.amount + flow.floating * flow.growth).isFinite,
      let payPlace = layout.index(curve: flow.discountCurve, day: flow.pay)
    else { throw refuse(flow) }
    var (fromPlace, toPlace) = (payPlace, payPlace)
    if flow.floating != 0 {
      guard let start = layout.index(curve: flow.projectionCurve, day: flow.start),
        let end = layout.index(curve: flow.projectionCurve, day: flow.end)
      else { throw refuse(flow) }
      (fromPlace, toPlace) = (start, end)
    }
    pay.append(payPlace)
    from.append(fromPlace)
    to.append(toPlace)
    known.append(flow.amount - flow.floating)
    projected.append(flow.floating * flow.growth)
  }

  private mutating func removeFlows(from count: Int) {
    pay.removeSubrange(count...)
    from.removeSubrange(count...)
    to.removeSubrange(count...)
    known.removeSubrange(count...)
    projected.removeSubrange(count...)
  }

  /// Adds a payment of a known amount to the trade that `endTrade` ends.
  ///
  /// - Throws: As `append`; `dropTrade` then takes the payments of the open trade away.
  package mutating func add(_ amount: Double, curve: Int, day: Int32) throws(QuantError) {
    if day <= layout.reference { return }
    guard amount.isFinite, let place = layout.index(curve: curve, day: day) else {
      throw refuse(RateFlow(pay: day, amount: amount, discountCurve: curve))
    }
    pay.append(place)
    from.append(place)
    to.append(place)
    known.append(amount)
    projected.append(0)
  }

  /// Adds payments to the trade that `endTrade` ends; throws as `add`.
  package mutating func add(_ flows: ArraySlice<RateFlow>) throws(QuantError) {
    for flow in flows where flow.pay > layout.reference { try append(flow) }
  }

  package mutating func endTrade() { starts.append(pay.count) }

  /// Takes away what was added since the last trade ended.
  package mutating func dropTrade() { removeFlows(from: starts[starts.count - 1]) }

  package mutating func reserve(trades: Int, flows: Int) {
    starts.reserveCapacity(trades + 1)
    pay.reserveCapacity(flows)
    from.reserveCapacity(flows)
    to.reserveCapacity(flows)
    known.reserveCapacity(flows)
    projected.reserveCapacity(flows)
  }

  private func refuse(_ flow: RateFlow) -> QuantError {
    .invalidParameter(
      name: "payment", found: "day \(flow.pay) for days \(flow.start) to \(flow.end)",
      expected:
        "finite amounts, days \(layout.reference) to \(layout.lastDay) on \(layout.curveCount) curves"
    )
  }
}
