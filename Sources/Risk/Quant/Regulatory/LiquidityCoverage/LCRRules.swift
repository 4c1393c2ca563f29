/// The numbers of the rule that belong to no single item, and the scales of the results.
package struct LCRRules: Sendable, Hashable {
  /// Which stock the caps look at. The raw value is the spelling in tables.
  package enum CapBasis: String, Sendable, Hashable, CaseIterable {
    /// The stock as if exchanges of assets were unwound (LCR30.34).
    case adjusted
    /// That and the stock as held, whichever loses more: an option of supervisors (LCR30.35
    /// footnote), which the United States took (12 CFR 249.21).
    case largerOfBoth = "larger_of_both"
  }

  /// Calendar days; a maturity of exactly this many days is within (LCR30.37).
  package var horizonDays: Int32
  /// Level 2 as a part of the stock (LCR30.31).
  package var level2Cap: ExactDecimal
  /// Level 2B as a part of the stock (LCR30.33).
  package var level2BCap: ExactDecimal
  package var capBasis: CapBasis
  /// Inflows that offset outflows, as a part of outflows (LCR40.77).
  package var inflowCap: ExactDecimal
  /// The part of clients' contractual inflows that lending to them may use up (LCR40.66).
  package var clientLendingShare: ExactDecimal
  /// Decimals of every amount in a result, rounded half to even from the exact value.
  package var amountScale: Int
  /// Decimals of the ratio, rounded half to even once, from the unrounded stock and outflows.
  package var ratioScale: Int

  package init(
    horizonDays: Int32 = 30,
    level2Cap: ExactDecimal = ExactDecimal(40, scale: 2),
    level2BCap: ExactDecimal = ExactDecimal(15, scale: 2),
    capBasis: CapBasis = .adjusted,
    inflowCap: ExactDecimal = ExactDecimal(75, scale: 2),
    clientLendingShare: ExactDecimal = ExactDecimal(5, scale: 1),
    amountScale: Int = 2, ratioScale: Int = 6
  ) {
    self.horizonDays = horizonDays
    self.level2Cap = level2Cap
    self.level2BCap = level2BCap
    self.capBasis = capBasis
    self.inflowCap = inflowCap
    self.clientLendingShare = clientLendingShare
    self.amountScale = amountScale
    self.ratioScale = ratioScale
  }

  /// The Basel Framework's values; amounts with 2 decimals, the ratio with 6.
  package static let basel = LCRRules()

  func check() throws(QuantError) {
    let parts = [
      ("level2Cap", level2Cap), ("level2BCap", level2BCap), ("inflowCap", inflowCap),
      ("clientLendingShare", clientLendingShare),
    ]
    for (name, part) in parts {
      let value = part.normalized
      guard value.scale <= 6, value.mantissa >= 0,
        value.mantissa <= (try Int128.powerOfTen(value.scale))
      else {
        throw QuantError.invalidParameter(
          name: name, found: "\(part)", expected: "within 0...1 with at most 6 decimals")
      }
    }
    guard horizonDays >= 0 else {
      throw QuantError.invalidParameter(
        name: "horizonDays", found: "\(horizonDays)", expected: "0 or more")
    }
    for (name, scale) in [("amountScale", amountScale), ("ratioScale", ratioScale)] {
      guard (0...18).contains(scale) else {
        throw QuantError.invalidParameter(name: name, found: "\(scale)", expected: "within 0...18")
      }
    }
  }
}
