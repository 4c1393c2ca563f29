extension RatePortfolio {
  /// Value after less value before, for one basis point on each quote at a time and on all.
  ///
  /// METHODS §22, `par`: the curves are built again from the bumped quotes. One-sided, up.
  /// - Parameter size: Of the bump, in rate.
  /// - Returns: By trade the change for each quote, and the change for all quotes at once.
  package func parBumps(
    _ trades: Range<Int>, on set: CurveSet, size: Double = 1e-4
  ) throws(QuantError) -> (byQuote: [Double], parallel: [Double]) {
    let days = usedDays(trades)
    let base = values(trades, discounts: try discounts(of: set, days))
    var byQuote = [Double](repeating: 0, count: trades.count * set.quoteCount)
    for quote in 0..<set.quoteCount {
      let bumped = try set.rebuilt { $0 == quote ? size : 0 }
      let moved = values(trades, discounts: try discounts(of: bumped, days))
      for place in moved.indices {
        byQuote[place * set.quoteCount + quote] = moved[place] - base[place]
      }
    }
    let all = values(trades, discounts: try discounts(of: try set.rebuilt { _ in size }, days))
    return (byQuote, zip(all, base).map { $0 - $1 })
  }

  /// Value after less value before, for zero rates moved by tents and in parallel, all curves.
  ///
  /// METHODS §22, `zero`. One-sided, up.
  /// - Returns: By trade the change for each key of each curve, and for all curves in parallel.
  package func zeroBumps(
    _ trades: Range<Int>, on table: DayTable, size: Double = 1e-4
  ) -> (byKey: [Double], parallel: [Double]) {
    let base = values(trades, discounts: table.discounts)
    let keyCount = table.keyCount
    let tenors = table.keys.years.count
    var byKey = [Double](repeating: 0, count: trades.count * keyCount)
    for key in 0..<keyCount {
      let discounts = table.discounts { curve, time in
        curve == key / tenors ? size * table.keys.weight(of: key % tenors, at: time) : 0
      }
      let moved = values(trades, discounts: discounts)
      for place in moved.indices { byKey[place * keyCount + key] = moved[place] - base[place] }
    }
    let all = values(trades, discounts: table.discounts { _, _ in size })
    return (byKey, zip(all, base).map { $0 - $1 })
  }

  /// Places in tables by day that the trades look at.
  private func usedDays(_ trades: Range<Int>) -> [Bool] {
    var isUsed = [Bool](repeating: false, count: layout.stride * layout.curveCount)
    for flow in starts[trades.lowerBound]..<starts[trades.upperBound] {
      isUsed[Int(pay[flow])] = true
      isUsed[Int(from[flow])] = true
      isUsed[Int(to[flow])] = true
    }
    return isUsed
  }

  private func discounts(of set: CurveSet, _ isUsed: [Bool]) throws(QuantError) -> [Double] {
    try layout.discounts(of: set) { isUsed[$0] }
  }
}

extension DayLayout {
  /// Discount factors of curves by day.
  ///
  /// - Parameter isWanted: By place; those of others are 1.
  /// - Throws: `invalidParameter` when the set has another reference or number of curves.
  package func discounts(
    of set: CurveSet, where isWanted: (Int) -> Bool = { _ in true }
  ) throws(QuantError) -> [Double] {
    guard set.reference == reference, set.curves.count == curveCount else {
      throw QuantError.invalidParameter(
        name: "curves", found: "\(set.curves.count) from day \(set.reference)",
        expected: "\(curveCount) from day \(reference)")
    }
    var result: [Double] = []
    result.reserveCapacity(stride * curveCount)
    for curve in set.curves {
      for day in reference...lastDay {
        result.append(isWanted(result.count) ? curve.discount(day) : 1)
      }
    }
    return result
  }
}
