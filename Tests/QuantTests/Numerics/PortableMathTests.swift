import Glibc
import Quant
import Testing

@Suite("Portable mathematics")
struct PortableMathTests {
  @Test("agrees with the C library to 3 units in the last place")
  func againstLibrary() {
    var generator = SplitMix(state: 3)
    for _ in 0..<50_000 {
      let x = Double.random(in: -700...700, using: &generator)
      #expect(abs(PortableMath.exp(x) / Glibc.exp(x) - 1) < 3 * 2.3e-16, "exp \(x)")
      let small = Double.random(in: -1...1, using: &generator)
      #expect(abs(PortableMath.exp(small) / Glibc.exp(small) - 1) < 3 * 2.3e-16, "exp \(small)")
      let y = Double.random(in: 0...10, using: &generator)
      let expected = Glibc.log(y)
      #expect(abs(PortableMath.log(y) - expected) <= 3 * expected.ulp, "log \(y)")
    }
  }

  /// A debug build and an optimised one for x86-64-v3 gave this sum alike.
  @Test("has the same bits in every build")
  func bits() {
    var generator = SplitMix(state: 9)
    var sum: UInt64 = 0
    for _ in 0..<10_000 {
      let x = Double(Int64(bitPattern: generator.next()) >> 11) * 0x1p-43
      sum = sum &* 31 &+ PortableMath.exp(x).bitPattern
      sum = sum &* 31 &+ PortableMath.log(abs(x)).bitPattern
    }
    #expect(sum == 948_558_669_339_771_896)
  }

  @Test("is exact at 0 and 1, and keeps the limits")
  func limits() {
    #expect(PortableMath.exp(0) == 1)
    #expect(PortableMath.log(1) == 0)
    #expect(PortableMath.exp(710) == .infinity)
    #expect(PortableMath.exp(-746) == 0)
    #expect(PortableMath.exp(-745) == .leastNonzeroMagnitude)
    #expect(PortableMath.log(0) == -.infinity)
    #expect(PortableMath.log(-1).isNaN)
    #expect(PortableMath.exp(.nan).isNaN)
    #expect(PortableMath.log(.infinity) == .infinity)
    #expect(abs(PortableMath.log(.leastNonzeroMagnitude) + 744.4400719213812) < 1e-12)
    #expect(abs(PortableMath.pow(1.02, -0.5) - 1 / 1.02.squareRoot()) < 1e-15)
  }
}
