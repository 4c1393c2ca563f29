/// Payments at times in years, for formulas that know no calendar.
package struct TimedCashFlows: Sendable, Hashable {
  package let times: [Double]
  package let amounts: [Double]
  /// The distance of all neighbours, where it is the same: saves an exponential a payment.
  private let spacing: Double?

  /// How the price of the payments answers to the yield.
  package struct Measures: Sendable, Hashable {
    package var price: Double
    /// Σ t·PV / price, in years.
    package var macaulayDuration: Double
    /// −(dP/dy)/P, in years.
    package var modifiedDuration: Double
    /// (d²P/dy²)/P, in years squared.
    package var convexity: Double
    /// The first-order change of the price for a yield 0.01 % higher.
    package var basisPointValue: Double { -modifiedDuration * price * 0.0001 }
  }

  /// - Throws: `unevenColumns`, or `invalidParameter` for a time or amount that is not finite.
  package init(times: [Double], amounts: [Double]) throws(QuantError) {
    guard times.count == amounts.count else {
      throw QuantError.unevenColumns(
        name: "amounts", found: amounts.count, expected: times.count)
    }
    guard times.allSatisfy(\.isFinite), amounts.allSatisfy(\.isFinite) else {
      throw QuantError.invalidParameter(
        name: "cash flows", found: "a number that is not finite", expected: "finite numbers")
    }
    self.times = times
    self.amounts = amounts
    let step = times.count > 2 ? times[1] - times[0] : 0
    let isEven = zip(times, times.dropFirst()).allSatisfy { abs($1 - $0 - step) < 1e-13 }
    spacing = step > 0 && isEven ? step : nil
  }

  /// The value with continuous zero rates, one for each payment.
  ///
  /// - Precondition: as many rates as payments.
  package func value(continuousZeros rates: [Double], spread: Double = 0) -> Double {
    precondition(rates.count == times.count)
    var sum = 0.0
    for index in times.indices {
      sum += amounts[index] * PortableMath.exp(-(rates[index] + spread) * times[index])
    }
    return sum
  }

  /// Price and derivatives at a yield that compounds `frequency` times a year; 0 is continuously.
  ///
  /// - Throws: `invalidParameter` for a yield at or below −100 % a period.
  package func measures(yield: Double, frequency: Int) throws(QuantError) -> Measures {
    let perYear = Double(frequency)
    let base = frequency == 0 ? 1 : 1 + yield / perYear
    guard yield.isFinite, frequency >= 0, base > 0 else {
      throw QuantError.invalidParameter(
        name: "yield", found: "\(yield)", expected: "above -100 % per period")
    }
    let rate = frequency == 0 ? yield : perYear * PortableMath.log(base)
    var (price, first, second) = (0.0, 0.0, 0.0)
    let step = spacing.map { PortableMath.exp(-rate * $0) }
    var discount = 1.0
    for index in times.indices {
      let time = times[index]
      if let step, index > 0 {
        discount *= step
      } else {
        discount = PortableMath.exp(-rate * time)
      }
      let value = amounts[index] * discount
      price += value
      first += time * value
      second += time * (frequency == 0 ? time : time + 1 / perYear) * value
    }
    return Measures(
      price: price, macaulayDuration: first / price, modifiedDuration: first / price / base,
      convexity: second / price / (base * base))
  }

  /// The yield that gives a price, by Newton's steps within −50 %...500 %.
  ///
  /// - Throws: `invalidParameter` when no yield there gives the price.
  package func yield(price: Double, frequency: Int) throws(QuantError) -> Double {
    var low = max(-0.5, frequency == 0 ? -0.5 : -0.999 * Double(frequency))
    var high = 5.0
    let highest = try measures(yield: low, frequency: frequency).price
    let lowest = try measures(yield: high, frequency: frequency).price
    guard price <= highest, price >= lowest else {
      throw QuantError.invalidParameter(
        name: "price", found: "\(price)", expected: "within \(lowest)...\(highest)")
    }
    var guess = 0.05
    for _ in 0..<200 {
      let measures = try measures(yield: guess, frequency: frequency)
      let miss = measures.price - price
      if miss > 0 { low = guess } else { high = guess }
      var next = guess + miss / (measures.modifiedDuration * measures.price)
      if !(next > low && next < high) { next = low + (high - low) / 2 }
      if abs(next - guess) <= 1e-15 * max(1, abs(guess)) { return next }
      guess = next
    }
    return guess
  }

  /// The constant spread over continuous zero rates that gives a price.
  ///
  /// - Throws: `invalidParameter` when none within ±500 % does.
  package func spread(price: Double, continuousZeros rates: [Double]) throws(QuantError) -> Double {
    var guess = 0.0
    for _ in 0..<100 {
      var (value, slope) = (0.0, 0.0)
      for index in times.indices {
        let part =
          amounts[index] * PortableMath.exp(-(rates[index] + guess) * times[index])
        value += part
        slope -= times[index] * part
      }
      let next = guess - (value - price) / slope
      guard next.isFinite, abs(next) < 5 else { break }
      if abs(next - guess) <= 1e-15 * max(1, abs(guess)) { return next }
      guess = next
    }
    let value = self.value(continuousZeros: rates, spread: guess)
    guard abs(value - price) <= 1e-10 * max(1, abs(price)) else {
      throw QuantError.invalidParameter(
        name: "price", found: "\(price)", expected: "one that a spread within 500 % gives")
    }
    return guess
  }
}
