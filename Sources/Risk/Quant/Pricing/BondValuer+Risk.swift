extension BondValuer {
  package struct Figures: Sendable {
    package var accrued: Double
    /// The dirty price at settlement on the curve without a spread.
    package var curvePrice: Double
    /// With a clean price only.
    package var market: BondRisk?
  }

  /// Zeroth, first and second moment of discounted payments in time.
  struct Moments {
    var price = 0.0
    var first = 0.0
    var second = 0.0

    /// The step of a rate after which the price is about another one: Newton's method on the
    /// logarithm, with the second derivative; `nil` where the price does not fall as rates rise.
    func step(to price: Double) -> Double? {
      guard self.price > 0, price > 0, first > 0 else { return nil }
      let duration = first / self.price
      let variance = second / self.price - duration * duration
      let miss = PortableMath.log(self.price / price)
      let step = miss / duration / (1 - miss * variance / (2 * duration * duration))
      return step.isFinite ? step : nil
    }
  }

  /// The loaded bond's measures; its payments after `day` go into a portfolio, to the trade that
  /// is open there.
  ///
  /// - Parameters:
  ///   - day: Up to which payments are somebody else's: that of `load`.
  ///   - curve: Of the table, for discounting.
  /// - Returns: `nil` when no yield or spread within their bounds gives the price, in which case
  ///   nothing was added: `CouponBond.risk` says why.
  /// - Throws: `invalidParameter` for a settlement outside of the bond's life or of the table.
  package mutating func value(
    clean: Double?, settlement: Int32, after day: Int32, face: Double, on table: DayTable,
    curve: Int, into portfolio: inout RatePortfolio
  ) throws(QuantError) -> Figures? {
    guard let bought = bought(at: settlement),
      let settled = table.layout.index(curve: curve, day: settlement)
    else {
      throw QuantError.invalidParameter(
        name: "settlement", found: "day \(settlement)",
        expected: "a day from \(terms.start) on and before \(terms.end)")
    }
    let accrued = accrued(at: settlement, in: bought.period)
    let inverse = table.entries[Int(settled)].inverse
    var onCurve = Moments()
    values.removeAll(keepingCapacity: true)
    weights.removeAll(keepingCapacity: true)
    for index in 0..<bought.count {
      let time = (Double(pays[index]) - Double(settlement)) / 365
      guard let place = table.layout.index(curve: curve, day: pays[index]) else {
        throw QuantError.invalidParameter(
          name: "payment", found: "day \(pays[index])",
          expected: "up to day \(table.layout.lastDay)")
      }
      let amount = bought.losesCoupon && bought.period == 0 ? 100 : amounts[index]
      let value = amount * table.entries[Int(place)].discount * inverse
      onCurve.price += value
      onCurve.first += time * value
      onCurve.second += time * time * value
      weights.append(value)
      values.append(time)
    }
    var market: BondRisk?
    var spread = 0.0
    if let clean {
      let dirty = clean + accrued
      guard let found = spreadOver(onCurve, price: dirty) else { return nil }
      spread = found
      countTimes(from: settlement, count: bought.count, period: bought.period)
      let alone = bought.losesCoupon && bought.period == 0
      guard
        var risk = yieldMeasures(dirty: dirty, count: bought.count, onlyFace: alone)
      else { return nil }
      (risk.clean, risk.accrued, risk.zSpread) = (clean, accrued, spread)
      risk.curvePrice = onCurve.price
      market = risk
    }
    try addFlows(
      after: day, settlement: settlement, spread: spread, face: face, curve: curve, to: &portfolio)
    return Figures(accrued: accrued, curvePrice: onCurve.price, market: market)
  }

  /// The continuous spread at which weighted payments (`weights` at the times in `values`) have a
  /// price.
  private func spreadOver(_ start: Moments, price: Double) -> Double? {
    var moments = start
    var spread = 0.0
    for _ in 0..<30 {
      guard let step = moments.step(to: price) else { return nil }
      spread += step
      guard abs(spread) < 5 else { return nil }
      // What the third derivative leaves of a step this small is below rounding.
      if abs(step) < 1e-6 { return spread }
      moments = discounted(weights.span, values.span, rate: spread, count: weights.count)
    }
    return nil
  }

  /// Σ amount · exp(−rate · time) and its moments.
  private func discounted(
    _ amounts: Span<Double>, _ times: Span<Double>, rate: Double, count: Int
  ) -> Moments {
    // Maturity comes first: no other time is longer. A price of 0 ends the search.
    guard count > 0, abs(rate) * times[0] < 700 else { return Moments() }
    var price = SIMD4<Double>.zero
    var first = SIMD4<Double>.zero
    var second = SIMD4<Double>.zero
    var index = 0
    while index < count {
      var time = SIMD4<Double>.zero
      var amount = SIMD4<Double>.zero
      for lane in 0..<min(4, count - index) {
        time[lane] = times[index + lane]
        amount[lane] = amounts[index + lane]
      }
      let value = amount * PortableMath.exp(-rate * time)
      price += value
      first += time * value
      second += time * time * value
      index += 4
    }
    return Moments(
      price: (price[0] + price[1]) + (price[2] + price[3]),
      first: (first[0] + first[1]) + (first[2] + first[3]),
      second: (second[0] + second[1]) + (second[2] + second[3]))
  }

  /// The same for the bond's own payments at a yield's continuous rate.
  private func atYield(_ rate: Double, count: Int, onlyFace: Bool) -> Moments {
    if onlyFace {
      let value = 100 * PortableMath.exp(-rate * times[0])
      return Moments(price: value, first: times[0] * value, second: times[0] * times[0] * value)
    }
    guard terms.dayCount == nil else {
      return discounted(amounts.span, times.span, rate: rate, count: count)
    }
    // Payments are a regular period apart: one exponential for all.
    let (amounts, times) = (amounts.span, times.span)
    let step = PortableMath.exp(-rate * Double(terms.months) / 12)
    var discount = PortableMath.exp(-rate * times[count - 1])
    var moments = Moments()
    var index = count - 1
    while index >= 0 {
      let value = amounts[index] * discount
      let weighted = times[index] * value
      moments.price += value
      moments.first += weighted
      moments.second += times[index] * weighted
      discount *= step
      index -= 1
    }
    return moments
  }

  /// Yield and what follows from it; the other fields are left at zero.
  private func yieldMeasures(dirty: Double, count: Int, onlyFace: Bool) -> BondRisk? {
    let frequency = Double(12 / terms.months)
    guard dirty > 0, times[0] > 0 else { return nil }
    let simple = (100 * terms.coupon + (100 - dirty) / times[0]) / ((100 + dirty) / 2)
    let start = min(max(simple, -0.3), 1)
    var rate = frequency * PortableMath.log(1 + start / frequency)
    if count == 1 {
      rate = PortableMath.log((onlyFace ? 100 : amounts[0]) / dirty) / times[0]
    }
    var moments = atYield(rate, count: count, onlyFace: onlyFace)
    var isFound = false
    for _ in 0..<30 {
      guard let step = moments.step(to: dirty), abs(step) < 10 else { return nil }
      rate += step
      moments = atYield(rate, count: count, onlyFace: onlyFace)
      if abs(step) < 1e-6 {
        isFound = true
        break
      }
    }
    let base = PortableMath.exp(rate / frequency)
    let yield = (base - 1) * frequency
    guard isFound, yield >= max(-0.5, -0.999 * frequency), yield <= 5 else { return nil }
    let moved = frequency * PortableMath.log(base + 0.0001 / frequency)
    let up = atYield(moved, count: count, onlyFace: onlyFace)
    let duration = moments.first / moments.price
    return BondRisk(
      clean: 0, accrued: 0, dirty: dirty, yield: yield, zSpread: 0, curvePrice: 0,
      macaulayDuration: duration, modifiedDuration: duration / base,
      convexity: (moments.second + moments.first / frequency) / moments.price / (base * base),
      basisPointValue: -duration / base * moments.price * 0.0001,
      bumped: up.price - moments.price)
  }

  /// Payments to who holds the bond after a day, those after settlement discounted by the spread too.
  private func addFlows(
    after day: Int32, settlement: Int32, spread: Double, face: Double, curve: Int,
    to portfolio: inout RatePortfolio
  ) throws(QuantError) {
    guard let held = bought(at: day) else {
      throw QuantError.invalidParameter(
        name: "settlement", found: "day \(day)", expected: "a day of the bond's life")
    }
    let scale = face / 100
    for index in stride(from: held.count - 1, through: 0, by: -4) {
      let lanes = min(4, index + 1)
      var factor = SIMD4<Double>(repeating: 1)
      if spread != 0 {
        // The spread was found, so that its product with any time is small.
        var time = SIMD4<Double>.zero
        for lane in 0..<lanes {
          time[lane] = max(0, Double(pays[index - lane]) - Double(settlement)) / 365
        }
        factor = PortableMath.exp(-spread * time)
      }
      for lane in 0..<lanes {
        let amount = held.losesCoupon && held.period == 0 ? 100 : amounts[index - lane]
        try portfolio.add(amount * scale * factor[lane], curve: curve, day: pays[index - lane])
      }
    }
  }
}
