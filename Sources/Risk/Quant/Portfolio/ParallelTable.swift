/// What values and parallel sensitivities need of each day, side by side.
package struct ParallelTable: Sendable {
  struct Entry: Sendable {
    var discount: Double
    var inverse: Double
    /// d(−log P) by all quotes' rates together, and by all zero rates.
    var par: Double
    var zero: Double
    /// Discount factors after a basis point on all quotes, and on all zero rates, and their inverses.
    var parDiscount: Double
    var parInverse: Double
    var zeroDiscount: Double
    var zeroInverse: Double
  }

  let layout: DayLayout
  let entries: [Entry]

  /// - Throws: What building the curves from moved quotes throws.
  package init(_ table: DayTable, of set: CurveSet, size: Double) throws(QuantError) {
    let moved = set.quoteCount > 0 ? try set.rebuilt { _ in size } : set
    var byParameter = [Double](repeating: 0, count: table.parameterCount)
    for parameter in byParameter.indices {
      for quote in 0..<table.quoteCount {
        byParameter[parameter] += table.jacobian[parameter * table.quoteCount + quote]
      }
    }
    let layout = table.layout
    var entries: [Entry] = []
    entries.reserveCapacity(table.entries.count)
    for (number, curve) in moved.curves.enumerated() {
      for offset in 0..<layout.stride {
        let place = number * layout.stride + offset
        let entry = table.entries[place]
        var par =
          entry.firstWeight * byParameter[Int(entry.first)]
          + entry.secondWeight * byParameter[Int(entry.second)]
        if !table.splines.isEmpty {
          let spline = table.splines[place]
          if spline.lowWeight != 0 || spline.highWeight != 0 {
            par +=
              spline.lowWeight * byParameter[Int(spline.index)]
              + spline.highWeight * byParameter[Int(spline.index) + 1]
          }
        }
        let time = Double(offset) / 365
        let log = curve.logDiscount(layout.reference + Int32(offset))
        let exponents = SIMD4(-log, log, -size * time, size * time)
        let shift =
          abs(log) < 700
          ? PortableMath.exp(exponents)
          : SIMD4(
            PortableMath.exp(-log), PortableMath.exp(log), PortableMath.exp(-size * time),
            PortableMath.exp(size * time))
        entries.append(
          Entry(
            discount: entry.discount, inverse: entry.inverse, par: par, zero: time,
            parDiscount: shift[0], parInverse: shift[1],
            zeroDiscount: entry.discount * shift[2], zeroInverse: entry.inverse * shift[3]))
      }
    }
    self.layout = layout
    self.entries = entries
  }
}

extension RatePortfolio {
  /// The value of a trade, and what it does when all rates move together.
  package struct Parallel: Sendable {
    package var value = 0.0
    /// dV by all quotes' rates, and by all zero rates.
    package var par = 0.0
    package var zero = 0.0
    /// Value after less value before the table's move.
    package var parBumped = 0.0
    package var zeroBumped = 0.0
  }

  /// All trades, each on its own in a fixed order.
  ///
  /// Cost: about 10 ns a payment.
  /// - Precondition: the table has this portfolio's layout.
  package func parallel(on table: ParallelTable) -> [Parallel] {
    precondition(table.layout == layout)
    var results: [Parallel] = []
    results.reserveCapacity(tradeCount)
    let entries = table.entries.span
    let (pay, from, to) = (pay.span, from.span, to.span)
    let (known, projected) = (known.span, projected.span)
    for trade in 0..<tradeCount {
      var result = Parallel()
      var (base, parMoved, zeroMoved) = (0.0, 0.0, 0.0)
      for flow in starts[trade]..<starts[trade + 1] {
        let end = entries[Int(pay[flow])]
        let amount = known[flow]
        var value = end.discount * amount
        var parValue = end.parDiscount * amount
        var zeroValue = end.zeroDiscount * amount
        let scale = projected[flow]
        if scale != 0 {
          let (first, last) = (entries[Int(from[flow])], entries[Int(to[flow])])
          let part = end.discount * scale * (first.discount * last.inverse)
          value += part
          result.par += part * (last.par - first.par)
          result.zero += part * (last.zero - first.zero)
          parValue += end.parDiscount * scale * (first.parDiscount * last.parInverse)
          zeroValue += end.zeroDiscount * scale * (first.zeroDiscount * last.zeroInverse)
        }
        result.par -= value * end.par
        result.zero -= value * end.zero
        base += value
        parMoved += parValue
        zeroMoved += zeroValue
      }
      result.value = base
      result.parBumped = parMoved - base
      result.zeroBumped = zeroMoved - base
      results.append(result)
    }
    return results
  }
}
