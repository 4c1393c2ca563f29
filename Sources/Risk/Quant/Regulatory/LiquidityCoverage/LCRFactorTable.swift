/// A parameter table that has been checked.
///
/// Guarantees, checked in `init` and relied on everywhere after:
/// 1. Codes are unique and not empty.
/// 2. Exactly the rows of the stock have a level.
/// 3. Rates are within 0...1 and have one common scale, `rateScale`.
/// 4. At most one row has the role `clientLending`, and it is an outflow.
/// 5. With any row that unwinds there is exactly one Level 1 row with the role `cash`.
package struct LCRFactorTable: Sendable {
  package let factors: [LCRFactor]
  /// The smallest scale that holds every rate.
  package let rateScale: Int
  /// Each row's rate at `rateScale`; 0 where the rate is missing.
  let rateMantissas: [Int128]
  let cashIndex: Int?
  private let indexByCode: [String: Int]

  package init(_ factors: [LCRFactor]) throws(QuantError) {
    var indexByCode: [String: Int] = [:]
    var rateScale = 0
    var cash: [Int] = []
    var clientLending = 0
    for (index, factor) in factors.enumerated() {
      try LCRFactorTable.check(factor)
      if indexByCode.updateValue(index, forKey: factor.code) != nil {
        throw QuantError.invalidParameter(
          name: "item code", found: "\(factor.code) twice", expected: "unique codes")
      }
      if let rate = factor.rate { rateScale = max(rateScale, rate.normalized.scale) }
      if factor.role == .cash { cash.append(index) }
      if factor.role == .clientLending { clientLending += 1 }
    }
    guard cash.count <= 1, clientLending <= 1 else {
      throw QuantError.invalidParameter(
        name: "role", found: "\(cash.count) cash and \(clientLending) client_lending items",
        expected: "at most one of each")
    }
    if cash.isEmpty, factors.contains(where: { $0.unwind != .none }) {
      throw QuantError.invalidParameter(
        name: "role", found: "secured items but no cash item",
        expected: "one Level 1 item with the role cash")
    }
    var rateMantissas: [Int128] = []
    for factor in factors {
      rateMantissas.append(try (factor.rate ?? .zero).mantissa(atScale: rateScale))
    }
    self.factors = factors
    self.rateScale = rateScale
    self.rateMantissas = rateMantissas
    self.cashIndex = cash.first
    self.indexByCode = indexByCode
  }

  package func index(of code: String) -> Int? { indexByCode[code] }

  package subscript(code code: String) -> LCRFactor? { indexByCode[code].map { factors[$0] } }

  private static func check(_ factor: LCRFactor) throws(QuantError) {
    func refuse(_ found: String, _ expected: String) -> QuantError {
      .invalidParameter(name: "item '\(factor.code)'", found: found, expected: expected)
    }
    if factor.code.isEmpty { throw refuse("without a code", "a code") }
    if (factor.section == .stock) != (factor.level != nil) {
      throw refuse(
        "section \(factor.section.rawValue), level \(factor.level?.rawValue ?? "none")",
        "a level for every item of the stock and for no other")
    }
    if let rate = factor.rate {
      let value = rate.normalized
      // Eighteen digits leave room for amounts and the caps' denominator in 38.
      guard value.scale <= 18 else { throw refuse("rate \(rate)", "at most 18 decimals") }
      guard value.mantissa >= 0, value.mantissa <= (try Int128.powerOfTen(value.scale)) else {
        throw refuse("rate \(rate)", "a rate within 0...1")
      }
    }
    if factor.unwind != .none, factor.section == .stock {
      throw refuse("an asset that unwinds", "unwinding only for outflows and inflows")
    }
    let fits =
      switch factor.role {
      case .none: true
      case .cash: factor.level == .level1
      case .clientLending: factor.section == .outflow
      case .clientReceivable: factor.section == .inflow
      }
    if !fits { throw refuse("role \(factor.role.rawValue)", "a role that fits the section") }
  }
}
