/// The caps on Level 2 and Level 2B assets, in integers.
///
/// The rule's fractions follow from the two caps c2 = 40 % and c2B = 15 %:
/// 15/85 = c2B/(1 − c2B), 15/60 = c2B/(1 − c2), 2/3 = c2/(1 − c2). All three have the denominator
/// `denominator` (204 for the Basel caps), so amounts are compared and deducted in units of
/// 1/`denominator` of the amounts' own unit, exactly.
///
/// Source: LCR30.34-39; BCBS 238, Annex 1.
package struct LCRCaps: Sendable, Hashable {
  /// Amounts of the three capped classes after haircuts; Level 2B is RMBS and other together.
  ///
  /// Adjusted amounts may be negative: more was borrowed against the class than is held.
  package struct Levels: Sendable, Hashable {
    package var level1: Int128
    package var level2A: Int128
    package var level2B: Int128

    package init(level1: Int128, level2A: Int128, level2B: Int128) {
      self.level1 = level1
      self.level2A = level2A
      self.level2B = level2B
    }
  }

  package let denominator: Int128
  /// 15/85, 15/60 and 2/3 as numerators over `denominator`.
  private let share2BOfRest: Int128
  private let share2BOfLevel1: Int128
  private let share2OfLevel1: Int128

  /// - Throws: `invalidParameter` unless 0 ≤ `level2B` ≤ `level2` < 1.
  package init(level2: ExactDecimal, level2B: ExactDecimal) throws(QuantError) {
    let scale = max(level2.normalized.scale, level2B.normalized.scale)
    let unit = try Int128.powerOfTen(scale)
    let cap2 = try level2.mantissa(atScale: scale)
    let cap2B = try level2B.mantissa(atScale: scale)
    guard cap2B >= 0, cap2B <= cap2, cap2 < unit, scale <= 6 else {
      throw QuantError.invalidParameter(
        name: "caps", found: "\(level2B) and \(level2)",
        expected: "0 <= level 2B cap <= level 2 cap < 1, at most 6 decimals")
    }
    var denominator = (unit - cap2B) * (unit - cap2)
    var numerators = [cap2B * (unit - cap2), cap2B * (unit - cap2B), cap2 * (unit - cap2B)]
    let common = numerators.reduce(denominator, greatestCommonDivisor)
    denominator /= common
    for index in numerators.indices { numerators[index] /= common }
    self.denominator = denominator
    share2BOfRest = numerators[0]
    share2BOfLevel1 = numerators[1]
    share2OfLevel1 = numerators[2]
  }

  /// What the caps take off the stock, in units of 1/`denominator`.
  ///
  ///     adjustment15 = max(A2B − 15/85 (A1 + A2A), A2B − 15/60 A1, 0)
  ///     adjustment40 = max(A2A + A2B − adjustment15 − 2/3 A1, 0)
  package func adjustments(
    of adjusted: Levels
  ) throws(QuantError) -> (adjustment15: Int128, adjustment40: Int128) {
    let terms = try terms(of: adjusted)
    let adjustment15 = max(terms.over15OfRest, terms.over15OfLevel1, 0)
    let over40 = try terms.over40.checkedSubtracting(adjustment15, "the 40 % cap")
    return (adjustment15, max(over40, 0))
  }

  /// The sum of both adjustments by the equivalent single step, in units of 1/`denominator`.
  ///
  ///     max(A2A + A2B − 2/3 A1, A2B − 15/85 (A1 + A2A), 0)
  package func totalAdjustment(of adjusted: Levels) throws(QuantError) -> Int128 {
    let terms = try terms(of: adjusted)
    return max(terms.over40, terms.over15OfRest, 0)
  }

  private struct Terms {
    var over15OfRest: Int128
    var over15OfLevel1: Int128
    var over40: Int128
  }

  private func terms(of levels: Levels) throws(QuantError) -> Terms {
    let what = "an amount of the caps"
    let rest = try levels.level1.checkedAdded(to: levels.level2A, what)
    let level2 = try levels.level2A.checkedAdded(to: levels.level2B, what)
    let scaled2B = try levels.level2B.checkedMultiplied(by: denominator, what)
    let scaled2 = try level2.checkedMultiplied(by: denominator, what)
    return Terms(
      over15OfRest: try scaled2B.checkedSubtracting(
        try rest.checkedMultiplied(by: share2BOfRest, what), what),
      over15OfLevel1: try scaled2B.checkedSubtracting(
        try levels.level1.checkedMultiplied(by: share2BOfLevel1, what), what),
      over40: try scaled2.checkedSubtracting(
        try levels.level1.checkedMultiplied(by: share2OfLevel1, what), what))
  }
}

/// Of two numbers that are not negative and not both 0.
private func greatestCommonDivisor(_ first: Int128, _ second: Int128) -> Int128 {
  var (first, second) = (first, second)
  while second != 0 { (first, second) = (second, first % second) }
  return first
}
