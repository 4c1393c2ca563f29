#if TARN_PLAIN_SUMS
  /// Sums of doubles by plain addition, in place of `ExactSums`, to measure what exactness costs.
  ///
  /// Only `scripts/check-sums --cost` builds with it: results depend on order and threads.
  struct PlainSums {
    private var totals: [Double] = []

    var byteCount: Int { totals.count * 8 }

    mutating func resize(to count: Int) {
      totals.append(contentsOf: repeatElement(0, count: max(0, count - totals.count)))
    }

    mutating func add(_ values: [Double], groups: [Int32]) {
      var sums = totals
      totals = []
      for row in values.indices { sums[Int(groups[row])] += values[row] }
      totals = sums
    }

    mutating func add(_ values: [Double], group: Int) {
      var sum = totals[group]
      for value in values { sum += value }
      totals[group] = sum
    }

    mutating func merge(_ other: PlainSums, source: Int, into group: Int) {
      totals[group] += other.totals[source]
    }

    func rounded(_ group: Int) -> Double { totals[group] }
  }
#endif
