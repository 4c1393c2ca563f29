extension FixedRateBond {
  /// How the dirty price answers to the yield.
  package struct Sensitivity: Sendable, Hashable {
    /// −(dP/dy)/P in years.
    package let modifiedDuration: Double
    /// (d²P/dy²)/P in years squared.
    package let convexity: Double
    /// The first-order change of 100 of face value for a yield 0.01 % higher: negative.
    package let basisPointValue: Double
  }

  /// Derivatives at a yield, all periods compounded.
  package func sensitivity(yield: Double, settlement: Int32) throws(QuantError) -> Sensitivity {
    let price = try price(yield: yield, settlement: settlement)
    let position = try position(at: settlement)
    let perPeriod = 1 + yield / Double(frequency)
    let payment = 100 * coupon / Double(frequency)
    var first = 0.0
    var second = 0.0
    for index in stride(from: position.count - 1, through: 0, by: -1) {
      let periods = position.toNext + Double(index)
      let amount = index == position.count - 1 ? payment + 100 : payment
      let value = amount * PortableMath.pow(perPeriod, -periods)
      first += periods * value
      second += periods * (periods + 1) * value
    }
    let frequency = Double(frequency)
    let duration = first / (frequency * perPeriod) / price.dirty
    return Sensitivity(
      modifiedDuration: duration,
      convexity: second / (frequency * frequency * perPeriod * perPeriod) / price.dirty,
      basisPointValue: -duration * price.dirty * 0.0001)
  }

  /// The yield at which the bond has a clean price, all periods compounded.
  ///
  /// - Throws: `invalidParameter` when no yield within −50 %...500 % gives the price.
  package func yield(clean: Double, settlement: Int32) throws(QuantError) -> Double {
    var low = -0.5
    var high = 5.0
    let atLow = try price(yield: low, settlement: settlement).clean
    let atHigh = try price(yield: high, settlement: settlement).clean
    guard clean <= atLow, clean >= atHigh else {
      throw QuantError.invalidParameter(
        name: "clean price", found: "\(clean)", expected: "within \(atHigh)...\(atLow)")
    }
    var guess = coupon > low && coupon < high ? coupon : 0.05
    // Newton's steps, halving the bracket where one would leave it; both end at the last bit.
    for _ in 0..<200 {
      let price = try price(yield: guess, settlement: settlement)
      let miss = price.clean - clean
      if miss > 0 { low = guess } else { high = guess }
      let slope = try sensitivity(yield: guess, settlement: settlement).basisPointValue * 10_000
      var next = guess - miss / slope
      if !(next > low && next < high) { next = low + (high - low) / 2 }
      if abs(next - guess) <= 1e-15 * max(1, abs(guess)) { return next }
      guess = next
    }
    return guess
  }
}
