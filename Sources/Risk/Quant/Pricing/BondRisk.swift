/// What a bond's market price says, with all derivatives by yield.
package struct BondRisk: Sendable, Hashable {
  /// Per 100 of face value.
  package var clean: Double
  package var accrued: Double
  package var dirty: Double
  /// Compounds with the coupon's frequency, on unrolled dates; a fraction.
  package var yield: Double
  /// Continuous, over the curve's zero rates from settlement on; a fraction.
  package var zSpread: Double
  /// The dirty price at settlement on the curve without a spread.
  package var curvePrice: Double
  /// Years.
  package var macaulayDuration: Double
  package var modifiedDuration: Double
  /// Years squared.
  package var convexity: Double
  /// The first-order change of the dirty price for a yield 0.01 % higher: negative.
  package var basisPointValue: Double
  /// The dirty price at a yield 0.01 % higher, less the dirty price.
  package var bumped: Double
}

extension CouponBond {
  /// All measures of a bond with a clean price.
  ///
  /// - Throws: `invalidParameter` for a settlement outside of the bond's life or a price that no
  ///   yield within −50 %...500 % gives.
  package func risk(
    clean: Double, settlement: Int32, on curve: DiscountCurve
  ) throws(QuantError) -> BondRisk {
    guard clean.isFinite else {
      throw QuantError.invalidParameter(
        name: "clean price", found: "\(clean)", expected: "a finite number")
    }
    let accrued = try accrued(at: settlement)
    let dirty = clean + accrued
    let flows = try streetFlows(from: settlement)
    let yield = try flows.yield(price: dirty, frequency: frequency)
    let measures = try flows.measures(yield: yield, frequency: frequency)
    let up = try flows.measures(yield: yield + 0.0001, frequency: frequency).price
    let (payments, rates) = try curveFlows(on: curve, settlement: settlement)
    return BondRisk(
      clean: clean, accrued: accrued, dirty: dirty, yield: yield,
      zSpread: try payments.spread(price: dirty, continuousZeros: rates),
      curvePrice: payments.value(continuousZeros: rates),
      macaulayDuration: measures.macaulayDuration, modifiedDuration: measures.modifiedDuration,
      convexity: measures.convexity, basisPointValue: measures.basisPointValue,
      bumped: up - measures.price)
  }
}
