import Quant
import Testing

@Suite("Exact decimals")
struct ExactDecimalTests {
  @Test(
    "print their scale",
    arguments: [
      (Int128(1250), 2, "12.50"), (Int128(-5), 2, "-0.05"), (Int128(0), 3, "0.000"),
      (Int128(-7), 0, "-7"), (Int128(100), 2, "1.00"),
    ])
  func printing(mantissa: Int128, scale: Int, expected: String) {
    #expect(ExactDecimal(mantissa, scale: scale).description == expected)
    #expect(ExactDecimal(expected) == ExactDecimal(mantissa, scale: scale))
    #expect(ExactDecimal(expected)?.scale == scale)
  }

  @Test("are equal by value, whatever the scale")
  func equality() {
    #expect(ExactDecimal(150, scale: 2) == ExactDecimal(15, scale: 1))
    #expect(ExactDecimal(150, scale: 2).hashValue == ExactDecimal(15, scale: 1).hashValue)
    #expect(ExactDecimal(151, scale: 2) != ExactDecimal(15, scale: 1))
    #expect(ExactDecimal(0, scale: 5) == .zero)
  }

  @Test(
    "refuse text that is no number",
    arguments: [
      "", "-", ".", "1e5", "1.2.3", " 1", "1,5", "99999999999999999999999999999999999999999",
    ])
  func notANumber(text: String) {
    #expect(ExactDecimal(text) == nil)
  }

  @Test("refuse a scale at which digits would be lost")
  func mantissa() throws {
    #expect(try ExactDecimal(150, scale: 2).mantissa(atScale: 1) == 15)
    #expect(throws: QuantError.self) { try ExactDecimal(155, scale: 2).mantissa(atScale: 1) }
    #expect(throws: QuantError.self) { try ExactDecimal(.max, scale: 0).mantissa(atScale: 1) }
  }

  @Test(
    "round half to even",
    arguments: [
      (5, 1, 10, 0), (15, 1, 10, 2), (25, 1, 10, 2), (-25, 1, 10, -2), (-35, 1, 10, -4),
      (26, 1, 10, 3), (24, 1, 10, 2), (1, 2, 3, 1), (1, 1, 3, 0), (7, 1, 2, 4), (7, -1, 2, -4),
    ])
  func rounding(value: Int, factor: Int, divisor: Int, expected: Int) throws {
    let result = try Int128(value).scaled(by: Int128(factor), over: Int128(divisor), "x")
    #expect(result == Int128(expected))
  }

  @Test("multiply and divide through 256 bits, and refuse what does not fit")
  func wide() throws {
    let large = Int128.max - 1
    #expect(try large.scaled(by: large, over: large, "x") == large)
    #expect(try large.scaled(by: 3, over: 6, "x") == large / 2)
    #expect(throws: QuantError.overflow(in: "x")) { try large.scaled(by: 10, over: 9, "x") }
    #expect(throws: QuantError.overflow(in: "x")) { try large.scaled(by: large, over: 1, "x") }
    #expect(throws: QuantError.overflow(in: "x")) { try large.scaled(by: 1, over: 0, "x") }
  }
}
