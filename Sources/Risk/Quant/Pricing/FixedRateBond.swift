/// A bullet bond with a fixed coupon and regular periods counted back from its maturity.
///
/// Prices are per 100 of face value, at settlement. Accrual is ACT/ACT ICMA; yields compound with
/// the coupon's frequency, on unadjusted coupon dates (street convention). No ex-coupon period.
package struct FixedRateBond: Sendable, Hashable {
  /// How the last coupon period discounts, when one cash flow is left.
  package enum LastPeriod: String, Sendable, Hashable, CaseIterable {
    /// As in all other periods.
    case compound
    /// Simple interest for the part of a period that is left, the habit of the US market.
    case simple
  }

  package struct Price: Sendable, Hashable {
    package let clean: Double
    package let accrued: Double
    package var dirty: Double { clean + accrued }
    /// The yield that the price was computed from, as a fraction.
    package let yield: Double
  }

  /// Days since 1970-01-01.
  package let maturity: Int32
  /// Per year, as a fraction of face value.
  package let coupon: Double
  /// Coupons per year.
  package let frequency: Int

  /// - Throws: `invalidParameter` unless `frequency` is 1, 2, 3, 4, 6 or 12 and `coupon` is finite.
  package init(maturity: Int32, coupon: Double, frequency: Int = 2) throws(QuantError) {
    guard [1, 2, 3, 4, 6, 12].contains(frequency) else {
      throw QuantError.invalidParameter(
        name: "frequency", found: "\(frequency)", expected: "1, 2, 3, 4, 6 or 12")
    }
    guard coupon.isFinite else {
      throw QuantError.invalidParameter(
        name: "coupon", found: "\(coupon)", expected: "a finite number")
    }
    self.maturity = maturity
    self.coupon = coupon
    self.frequency = frequency
  }

  /// The coupon date `count` periods before maturity; the end of the month stays the end.
  private func couponDate(_ count: Int) -> Int32 {
    CivilDate(dayNumber: maturity).adding(months: -12 / frequency * count, endOfMonth: true)
      .dayNumber
  }

  /// Where settlement stands among the coupons.
  struct Position {
    /// Coupons still to come.
    var count: Int
    /// The part of a period from settlement to the next coupon, in (0, 1].
    var toNext: Double
    /// The part of a period since the last coupon.
    var sinceLast: Double { 1 - toNext }
  }

  func position(at settlement: Int32) throws(QuantError) -> Position {
    guard settlement < maturity, Int(maturity) - Int(settlement) < 400 * 366 else {
      throw QuantError.invalidParameter(
        name: "settlement", found: "day \(settlement)",
        expected: "before maturity (day \(maturity)) and within 400 years of it")
    }
    let left = CivilDate(dayNumber: settlement)
    let end = CivilDate(dayNumber: maturity)
    let months = (end.year - left.year) * 12 + end.month - left.month
    // At most one period too few, because days within the month were left out.
    var count = months * frequency / 12
    while couponDate(count) > settlement { count += 1 }
    let last = Int(couponDate(count))
    let next = Int(couponDate(count - 1))
    return Position(
      count: count, toNext: Double(next - Int(settlement)) / Double(next - last))
  }

  /// Interest since the last coupon date.
  package func accrued(at settlement: Int32) throws(QuantError) -> Double {
    let position = try position(at: settlement)
    return 100 * coupon / Double(frequency) * position.sinceLast
  }

  /// Years to maturity in coupon periods: a bond with ten periods of half a year has exactly 5.
  package func years(from settlement: Int32) throws(QuantError) -> Double {
    let position = try position(at: settlement)
    return (Double(position.count - 1) + position.toNext) / Double(frequency)
  }

  /// The price at which the bond yields `yield`.
  ///
  /// - Throws: `invalidParameter` for a settlement on or after maturity, or a yield at or below
  ///   minus 100 % per period.
  package func price(
    yield: Double, settlement: Int32, lastPeriod: LastPeriod = .compound
  ) throws(QuantError) -> Price {
    let position = try position(at: settlement)
    let perPeriod = 1 + yield / Double(frequency)
    guard yield.isFinite, perPeriod > 0 else {
      throw QuantError.invalidParameter(
        name: "yield", found: "\(yield)", expected: "above -100 % per coupon period")
    }
    let payment = 100 * coupon / Double(frequency)
    // Value on the next coupon date, from the last payment backwards.
    var value = 100 + payment
    for _ in 1..<position.count { value = value / perPeriod + payment }
    let dirty: Double
    if position.count == 1, lastPeriod == .simple {
      dirty = value / (1 + position.toNext * yield / Double(frequency))
    } else if position.toNext == 1 {
      dirty = value / perPeriod
    } else {
      dirty = value * PortableMath.pow(perPeriod, -position.toNext)
    }
    let accrued = payment * position.sinceLast
    return Price(clean: dirty - accrued, accrued: accrued, yield: yield)
  }

  /// The price at the curve's yield for the bond's time to maturity.
  ///
  /// A par yield is exactly the yield of a bond at par; for other coupons this is a mark, not an
  /// arbitrage-free price.
  package func price(
    curve: ParYieldCurve, settlement: Int32, lastPeriod: LastPeriod = .compound
  ) throws(QuantError) -> Price {
    try price(
      yield: curve.yield(at: try years(from: settlement)), settlement: settlement,
      lastPeriod: lastPeriod)
  }
}
