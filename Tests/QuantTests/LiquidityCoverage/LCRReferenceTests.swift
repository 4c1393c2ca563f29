import Quant
import Testing

/// The ratio in `Double`, written from the formulas of LCR30.39 and LCR40 alone: slow, plain, and without any of the
/// code under test but the table of rates.
private struct PlainRatio {
  var held = [0.0, 0, 0]
  var adjusted = [0.0, 0, 0]
  var outflows = 0.0
  var inflows = 0.0
  private var obligations = 0.0
  private var receivables = 0.0
  private let factors: [String: LCRFactor]

  init() {
    var factors: [String: LCRFactor] = [:]
    for factor in LCRFactorTable.baselFactors() { factors[factor.code] = factor }
    self.factors = factors
  }

  private func rate(_ code: String) -> Double {
    Double(factors[code]?.rate?.mantissa(atHundredths: ()) ?? 0) / 100
  }

  private func place(_ code: String) -> Int {
    switch factors[code]?.level {
    case .level1: 0
    case .level2A: 1
    default: 2
    }
  }

  mutating func add(_ position: Position) {
    guard let code = position.item, let factor = factors[code], let cents = position.amount else {
      return
    }
    let amount = Double(cents) / 100
    if factor.section == .stock {
      if position.isEncumbered == true || position.isEligible == false { return }
      held[place(code)] += amount * rate(code)
      adjusted[place(code)] += amount * rate(code)
      return
    }
    if factor.horizon == .within {
      if let days = position.maturityDays {
        if days > 30 { return }
      } else if factor.section == .inflow {
        return
      }
    }
    switch (factor.section, factor.role) {
    case (_, .clientLending): obligations += amount
    case (.outflow, _): outflows += amount * rate(code)
    default: inflows += amount * rate(code)
    }
    if factor.role == .clientReceivable { receivables += amount }
    guard factor.unwind != .none, position.isEligible == true, let asset = position.collateral,
      let value = position.collateralAmount
    else { return }
    let sign = factor.unwind == .lending ? -1.0 : 1
    let other = position.against ?? "cash"
    adjusted[place(asset)] += sign * Double(value) / 100 * rate(asset)
    adjusted[place(other)] -= sign * amount * rate(other)
  }

  var stock: Double {
    let (level1, level2A, level2B) = (adjusted[0], adjusted[1], adjusted[2])
    let over = max(level2A + level2B - 2 * level1 / 3, level2B - 15 * (level1 + level2A) / 85, 0)
    return held[0] + held[1] + held[2] - over
  }

  var totalOutflows: Double { outflows + max(obligations - 0.5 * receivables, 0) }
  var netOutflows: Double { totalOutflows - min(inflows, 0.75 * totalOutflows) }
}

extension ExactDecimal {
  fileprivate func mantissa(atHundredths: Void) -> Int? {
    (try? mantissa(atScale: 2)).map { Int($0) }
  }
}

@Suite("Liquidity coverage ratio against a plain one")
struct LCRReferenceTests {
  private func randomPosition(
    _ codes: [LCRFactor], _ assets: [String], _ generator: inout SplitMix
  ) -> Position {
    let factor = codes[Int.random(in: codes.indices, using: &generator)]
    func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }
    func amount() -> Int64 { Int64.random(in: 0...1_000_000_00, using: &generator) }
    let isExchange = factor.unwind != .none
    return Position(
      factor.code, amount(),
      maturityDays: chance(80) ? Int32.random(in: 0...45, using: &generator) : nil,
      encumbered: chance(10), eligible: !chance(10),
      collateral: isExchange ? assets.randomElement(using: &generator) : nil,
      collateralAmount: isExchange ? amount() : nil,
      against: isExchange && chance(20) ? assets.randomElement(using: &generator) : nil)
  }

  @Test("agrees on random books of every item", arguments: 1...40)
  func randomBooks(seed: UInt64) throws {
    var generator = SplitMix(state: seed)
    let factors = LCRFactorTable.baselFactors().filter { $0.rate != nil }
    let assets = factors.filter { $0.section == .stock }
    // Assets are drawn more often, so that neither cap always binds.
    let codes = seed % 2 == 0 ? factors : factors + assets + assets + assets + assets
    let positions = (0..<Int.random(in: 5...300, using: &generator)).map { _ in
      randomPosition(codes, assets.map(\.code), &generator)
    }
    var plain = PlainRatio()
    for position in positions { plain.add(position) }
    let result = try coverage(positions, rules: LCRRules(amountScale: 4, ratioScale: 9))
    func close(_ exact: ExactDecimal, _ value: Double) -> Bool {
      abs((Double(exact.description) ?? .nan) - value) <= 1e-4 + 1e-12 * abs(value)
    }
    #expect(close(result.stock, plain.stock))
    #expect(close(result.outflows, plain.totalOutflows))
    #expect(close(result.inflows, plain.inflows))
    #expect(close(result.netOutflows, plain.netOutflows))
    if let ratio = result.ratio {
      let expected = plain.stock / plain.netOutflows
      #expect(abs((Double(ratio.description) ?? .nan) - expected) < 1e-8 * max(1, abs(expected)))
    } else {
      #expect(plain.netOutflows == 0)
    }
  }
}
