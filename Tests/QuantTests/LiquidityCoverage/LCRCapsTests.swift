import Quant
import Testing

@Suite("Caps on Level 2 and Level 2B")
struct LCRCapsTests {
  private let caps: LCRCaps

  init() throws {
    caps = try LCRCaps(level2: ExactDecimal(40, scale: 2), level2B: ExactDecimal(15, scale: 2))
  }

  @Test("15/85, 15/60 and 2/3 have the common denominator 204")
  func denominator() {
    #expect(caps.denominator == 204)
  }

  /// Adjusted amounts, and both adjustments times 204, worked by hand from LCR30.36-39.
  @Test(
    "take off the excess over 15 % and 40 % of the stock",
    arguments: [
      // Nothing but Level 1; nothing but Level 2A; nothing but Level 2B.
      (100, 0, 0, 0, 0), (0, 100, 0, 0, 100 * 204), (0, 0, 100, 100 * 204, 0),
      // Exactly 40 %: 60 + 40, and one more.
      (60, 40, 0, 0, 0), (60, 41, 0, 0, 204),
      // Exactly 15 %: 85 + 15, and one more; 70 + 15 + 15 likewise.
      (85, 0, 15, 0, 0), (85, 0, 16, 204, 0), (70, 15, 15, 0, 0), (70, 15, 16, 204, 0),
      // Both boundaries at once: 60 + 25 + 15; one more of 2A, one more of 2B.
      (60, 25, 15, 0, 0), (60, 26, 15, 0, 204), (60, 25, 16, 204, 0),
      // The 40 % cap binds: 2B is held to 15/60 of Level 1, the excess of 2A follows.
      (60, 100, 30, 15 * 204, 75 * 204),
    ])
  func adjustments(level1: Int, level2A: Int, level2B: Int, over15: Int, over40: Int) throws {
    let levels = LCRCaps.Levels(
      level1: Int128(level1), level2A: Int128(level2A), level2B: Int128(level2B))
    let result = try caps.adjustments(of: levels)
    #expect(result.adjustment15 == Int128(over15))
    #expect(result.adjustment40 == Int128(over40))
  }

  @Test("agree in two steps and in one, also for negative adjusted amounts and other caps")
  func bothForms() throws {
    var generator = SplitMix(state: 7)
    let others = try LCRCaps(level2: ExactDecimal(7, scale: 1), level2B: ExactDecimal(1, scale: 3))
    for _ in 0..<20_000 {
      // Small ranges hit the boundaries; large ones the digits.
      let range: Int128 = generator.next() % 2 == 0 ? 120 : 1_000_000_000_000_000_000
      func draw() -> Int128 { Int128(generator.next()) % (2 * range) - range / 2 }
      let levels = LCRCaps.Levels(level1: draw(), level2A: draw(), level2B: draw())
      for caps in [caps, others] {
        let steps = try caps.adjustments(of: levels)
        let total = try caps.totalAdjustment(of: levels)
        #expect(steps.adjustment15 + steps.adjustment40 == total, "\(levels)")
      }
    }
  }

  @Test("leave a stock that meets both caps when nothing is to be unwound")
  func stockMeetsCaps() throws {
    var generator = SplitMix(state: 11)
    for _ in 0..<5_000 {
      func draw() -> Int128 { Int128(generator.next() % 1000) }
      let levels = LCRCaps.Levels(level1: draw(), level2A: draw(), level2B: draw())
      let (over15, over40) = try caps.adjustments(of: levels)
      let level2 = (levels.level2A + levels.level2B) * 204 - over15 - over40
      let stock = levels.level1 * 204 + level2
      #expect(100 * level2 <= 40 * stock, "\(levels)")
      let level2B = min(levels.level2B * 204 - over15, level2)
      #expect(over40 > 0 || 100 * level2B <= 15 * stock, "\(levels)")
    }
  }

  @Test("refuse amounts that do not fit instead of wrapping")
  func overflow() {
    let levels = LCRCaps.Levels(level1: 0, level2A: .max / 100, level2B: 0)
    #expect(throws: QuantError.overflow(in: "an amount of the caps")) {
      try caps.adjustments(of: levels)
    }
  }

  @Test("refuse a Level 2B cap above the Level 2 cap, and a cap of 100 %")
  func domain() {
    #expect(throws: QuantError.self) {
      try LCRCaps(level2: ExactDecimal(1, scale: 1), level2B: ExactDecimal(2, scale: 1))
    }
    #expect(throws: QuantError.self) {
      try LCRCaps(level2: ExactDecimal(1, scale: 0), level2B: ExactDecimal(0, scale: 0))
    }
  }
}
