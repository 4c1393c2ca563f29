/// A parameter table that has been checked: codes are unique and not empty, rates are within 0...1
/// and have one common scale, and each derivative role occurs at most once, in its section.
package struct NSFRFactorTable: Sendable {
  package let factors: [NSFRFactor]
  /// The smallest scale that holds every rate and the rules' factors.
  let rateScale: Int
  /// By row: the rates without and with encumbrance at `rateScale`, in the order of lanes.
  let rateMantissas: [[Int128]]
  package let rules: NSFRRules
  private let indexByCode: [String: Int]

  package init(_ factors: [NSFRFactor], rules: NSFRRules = .basel) throws(QuantError) {
    var indexByCode: [String: Int] = [:]
    var roles: Set<NSFRFactor.Role> = []
    let middle = try NSFRFactorTable.checked(rules.encumberedMiddle, "encumberedMiddle")
    let long = try NSFRFactorTable.checked(rules.encumberedLong, "encumberedLong")
    for (name, scale) in [("amountScale", rules.amountScale), ("ratioScale", rules.ratioScale)] {
      guard (0...18).contains(scale) else {
        throw QuantError.invalidParameter(name: name, found: "\(scale)", expected: "within 0...18")
      }
    }
    var rateScale = max(middle.scale, long.scale)
    for (index, factor) in factors.enumerated() {
      let name = "item '\(factor.code)'"
      if factor.code.isEmpty || indexByCode.updateValue(index, forKey: factor.code) != nil {
        throw QuantError.invalidParameter(
          name: name, found: "empty or twice", expected: "unique codes")
      }
      if let rate = factor.rate {
        rateScale = max(rateScale, try NSFRFactorTable.checked(rate, name).scale)
      }
      let home: NSFRFactor.Section? =
        switch factor.role {
        case .none: nil
        case .derivativeAsset: .required
        case .derivativeLiability: .available
        }
      if let home, factor.section != home || !roles.insert(factor.role).inserted {
        throw QuantError.invalidParameter(
          name: name, found: "role \(factor.role.rawValue) in \(factor.section.rawValue)",
          expected: "one such item, in \(home.rawValue)")
      }
    }
    var rates: [[Int128]] = []
    for factor in factors {
      let plain = try (factor.rate ?? .zero).mantissa(atScale: rateScale)
      guard factor.section == .required, factor.role == .none else {
        rates.append([plain, plain, plain])
        continue
      }
      rates.append([
        plain, max(plain, try middle.mantissa(atScale: rateScale)),
        max(plain, try long.mantissa(atScale: rateScale)),
      ])
    }
    self.factors = factors
    self.rateScale = rateScale
    self.rateMantissas = rates
    self.rules = rules
    self.indexByCode = indexByCode
  }

  package func index(of code: String) -> Int? { indexByCode[code] }

  package subscript(code code: String) -> NSFRFactor? { indexByCode[code].map { factors[$0] } }

  private static func checked(
    _ rate: ExactDecimal, _ name: String
  ) throws(QuantError) -> ExactDecimal {
    let value = rate.normalized
    guard value.scale <= 18, value.mantissa >= 0,
      value.mantissa <= (try Int128.powerOfTen(value.scale))
    else {
      throw QuantError.invalidParameter(
        name: name, found: "rate \(rate)", expected: "within 0...1 with at most 18 decimals")
    }
    return value
  }
}
