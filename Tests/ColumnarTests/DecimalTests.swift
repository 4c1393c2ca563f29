import Columnar
import Testing

@Suite("Decimal128")
struct DecimalTests {
  @Test(
    "reads what is a decimal and prints it back",
    arguments: [
      ("0", "0"), ("-12.50", "-12.50"), ("+3", "3"), (".5", "0.5"), ("7.", "7"),
      ("1e-2", "0.01"), ("12.5E1", "125"), ("1.5e3", "1500"), ("-0.00", "0.00"),
      (
        "99999999999999999999999999999999999999", "99999999999999999999999999999999999999"
      ),
    ])
  func reads(text: String, printed: String) {
    #expect(Decimal128(text)?.description == printed)
  }

  @Test(
    "refuses what is none",
    arguments: [
      "", "-", ".", "1,5", "1 ", "0x1", "1e", "e5", "--1", "NaN",
      "100000000000000000000000000000000000000", "1e38", "1e-39",
    ])
  func refuses(text: String) { #expect(Decimal128(text) == nil) }

  @Test(
    "rounds half to even when digits go",
    arguments: [
      ("0.125", 2, "0.12"), ("0.135", 2, "0.14"), ("-0.125", 2, "-0.12"), ("-0.135", 2, "-0.14"),
      ("0.1251", 2, "0.13"), ("2.5", 0, "2"), ("3.5", 0, "4"), ("1", 3, "1.000"),
    ])
  func rounds(text: String, scale: Int, expected: String) {
    #expect(Decimal128(text)?.rescaled(to: scale)?.description == expected)
  }

  @Test("overflow on rescaling is nil, not a wrong number")
  func overflow() {
    let large = Decimal128(mantissa: Decimal128.powersOfTen[37], scale: 0)
    #expect(large.rescaled(to: 1)?.mantissa == Decimal128.powersOfTen[38])
    #expect(large.rescaled(to: 2) == nil)
  }

  @Test(
    "compares numbers, not spellings",
    arguments: [
      ("1.0", "1.00", 0), ("1.01", "1.1", -1), ("-1", "-1.5", 1), ("0", "-0.00", 0),
      ("99999999999999999999999999999999999999", "0.00000000000000000000000000000000000001", 1),
    ])
  func compares(left: String, right: String, expected: Int) throws {
    let first = try #require(Decimal128(left))
    let second = try #require(Decimal128(right))
    #expect(Decimal128.compare(first, second) == expected)
    #expect(Decimal128.compare(second, first) == -expected)
  }

  @Test(
    "the nearest double is the one that the text has",
    arguments: ["0.1", "123456789.123456789", "0.00000000000000000000012345", "-1e22"])
  func double(text: String) throws {
    #expect(try #require(Decimal128(text)).double == Double(text))
  }

  @Test("counts digits", arguments: [("0", 1), ("9", 1), ("10", 2), ("-999.99", 5)])
  func digits(text: String, expected: Int) throws {
    let number = try #require(Decimal128(text))
    #expect(number.digits == expected)
    #expect(number.fits(precision: expected))
    #expect(expected == 1 || !number.fits(precision: expected - 1))
  }
}
