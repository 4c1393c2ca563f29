import Quant
import Testing

@Suite("Curve sets")
struct CurveSetTests {
  @Test("reprice every quote to 1e-12", arguments: CurveInterpolation.allCases, [0, 2])
  func reprice(interpolation: CurveInterpolation, lag: Int) throws {
    let set = try DualCurve.set(interpolation, lag: lag)
    #expect(set.quoteCount == 22)
    for instrument in set.definitions.flatMap(\.instruments) {
      let value =
        set.value(of: instrument.flows)
        + instrument.quote.rate * set.value(of: instrument.perRate)
      #expect(abs(value) < 1e-12, "\(instrument.name)")
    }
  }

  /// Central differences of whole rebuilds against the implicit function theorem.
  @Test("know how discount factors answer to quotes", arguments: CurveInterpolation.allCases)
  func jacobian(interpolation: CurveInterpolation) throws {
    let set = try DualCurve.set(interpolation, lag: 2)
    let days = [40, 200, 1000, 2500, 6000, 11_500].map { DualCurve.reference + Int32($0) }
    // Forwards bend on the scale of their differences, where a larger step leaves its cube.
    let size = interpolation == .monotoneConvex ? 2e-8 : 2e-6
    let limit = interpolation == .monotoneConvex ? 2e-6 : 2e-7
    for quote in 0..<set.quoteCount {
      let up = try set.rebuilt { $0 == quote ? size : 0 }
      let down = try set.rebuilt { $0 == quote ? -size : 0 }
      for curve in 0...1 {
        for day in days {
          let exact = set.logDiscountSensitivity(curve: curve, day: day)[quote]
          let difference =
            (up.curves[curve].logDiscount(day) - down.curves[curve].logDiscount(day)) / (2 * size)
          #expect(abs(exact - difference) < limit, "\(set.quoteNames[quote]) \(curve) \(day)")
          let zero = set.zeroRateSensitivity(curve: curve, day: day)[quote]
          #expect(abs(zero * set.curves[curve].time(day) - exact) < 1e-14)
        }
      }
    }
  }

  /// Without a payment lag the floating leg is P(start) − P(end): a chain of divisions.
  @Test("give the discount factors that annual overnight swaps imply by hand")
  func byHand() throws {
    let reference = DualCurve.reference
    let rates = [0.04, 0.038, 0.037, 0.041]
    let periods = try DualCurve.periods(reference, months: 48, every: 12, .actual360)
    let instruments = rates.indices.map { index in
      QuotedInstrument.swap(
        "\(index + 1)Y", .rate(rates[index]), fixed: Array(periods[...index]),
        floating: Array(periods[...index]), discountCurve: 0, projectionCurve: 0)
    }
    let set = try CurveSet(
      reference: reference,
      definitions: [CurveSet.Definition(name: "OIS", instruments: instruments.reversed())])
    var annuity = 0.0
    for (index, period) in periods.enumerated() {
      let expected = (1 - rates[index] * annuity) / (1 + rates[index] * period.fraction)
      annuity += expected * period.fraction
      #expect(abs(set.curves[0].discount(period.end) - expected) < 1e-14)
    }
  }

  @Test("price a basis swap between two curves")
  func basis() throws {
    let start = DualCurve.reference + 2
    var definitions = [try DualCurve.overnight(.linearZero), try DualCurve.term(.linearZero)]
    let instruments = try [12, 24, 60, 120].map { months in
      QuotedInstrument.basis(
        "basis\(months)M", .rate(0.0008),
        leg: try DualCurve.periods(start, months: months, every: 3, .actual360), curve: 2,
        against: try DualCurve.periods(start, months: months, every: 6, .actual360),
        otherCurve: 1, discountCurve: 0)
    }
    definitions.append(CurveSet.Definition(name: "3M", instruments: instruments))
    let set = try CurveSet(reference: DualCurve.reference, definitions: definitions)
    for instrument in set.definitions[2].instruments {
      let value = set.value(of: instrument.flows) + 0.0008 * set.value(of: instrument.perRate)
      #expect(abs(value) < 1e-12)
    }
    let up = try set.rebuilt { $0 == 3 ? 2e-6 : 0 }
    let down = try set.rebuilt { $0 == 3 ? -2e-6 : 0 }
    let exact = set.logDiscountSensitivity(curve: 2, day: start + 1500)[3]
    let moved =
      up.curves[2].logDiscount(start + 1500) - down.curves[2].logDiscount(start + 1500)
    #expect(abs(exact - moved / 4e-6) < 1e-7)
  }

  @Test("name the quote that cannot be used")
  func refusals() throws {
    func error(_ change: (inout [QuotedInstrument]) -> Void) throws -> String? {
      var definition = try DualCurve.overnight(.logLinearDiscount)
      change(&definition.instruments)
      do throws(QuantError) {
        _ = try CurveSet(reference: DualCurve.reference, definitions: [definition])
        return nil
      } catch {
        return error.description
      }
    }
    #expect(try error { $0[3].quote = .rate(.nan) }?.contains("ois12M") == true)
    #expect(try error { $0.append($0[4]) }?.contains("ois24M") == true)
    #expect(try error { $0[2].flows[0].projectionCurve = 1 }?.contains("ois6M") == true)
    #expect(try error { _ in } == nil)
    #expect(throws: QuantError.self) {
      try CurveSet(reference: DualCurve.reference, definitions: [])
    }
  }
}
