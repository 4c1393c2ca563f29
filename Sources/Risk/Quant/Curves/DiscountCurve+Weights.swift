extension DiscountCurve {
  /// `L(t)` as a sum of weighted parameters.
  func weights(time t: Double) -> Weights {
    let last = nodeCount - 1
    // The first node at or after t.
    var low = 0
    var high = nodeCount
    while low < high {
      let middle = (low + high) / 2
      if times[middle] < t { low = middle + 1 } else { high = middle }
    }
    if low > last { return beyond(t) }
    switch interpolation {
    case .logLinearDiscount:
      if low == 0 { return two(0, t / times[0]) }
      let part = (t - times[low - 1]) / (times[low] - times[low - 1])
      return two(low - 1, 1 - part, low, part)
    case .linearZero:
      if low == 0 { return two(0, t / times[0]) }
      let part = (t - times[low - 1]) / (times[low] - times[low - 1])
      return two(low - 1, t * (1 - part) / times[low - 1], low, t * part / times[low])
    case .naturalCubicZero:
      return spline(t, low)
    case .monotoneCubicZero:
      return hermite(t, low)
    case .monotoneConvex:
      return convex(t, low)
    }
  }

  private func two(_ i: Int, _ w: Double, _ j: Int = 0, _ v: Double = 0) -> Weights {
    Weights(indices: (i, j, 0, 0), weights: (w, v, 0, 0))
  }

  /// The knots of the spline are time 0 and the nodes; `upper` is the node above `t`.
  private func spline(_ t: Double, _ upper: Int) -> Weights {
    let left = upper == 0 ? 0 : times[upper - 1]
    let width = times[upper] - left
    let b = (t - left) / width
    let a = 1 - b
    let sixth = width * width / 6
    let lower = max(upper - 1, 0)
    // The rate at time 0 is that of the first node.
    return Weights(
      indices: (lower, upper, nodeCount + upper, nodeCount + upper + 1),
      weights: (
        t * a / times[lower], t * b / times[upper], t * (a * a * a - a) * sixth,
        t * (b * b * b - b) * sixth
      ))
  }

  /// After the last node: L(T) + f(T) (t − T), with f = z + T z′ from the left.
  private func beyond(_ t: Double) -> Weights {
    let last = nodeCount - 1
    let end = times[last]
    let past = t - end
    if last == 0 {
      // The spline's two knots have equal rates and no curvature: flat, as the others.
      return two(0, t / end)
    }
    let width = end - times[last - 1]
    switch interpolation {
    case .logLinearDiscount:
      return two(last - 1, -past / width, last, 1 + past / width)
    case .linearZero:
      return two(
        last - 1, -past * end / width / times[last - 1], last, t / end + past / width)
    case .naturalCubicZero:
      return Weights(
        indices: (last - 1, last, nodeCount + last, nodeCount + last + 1),
        weights: (
          -past * end / width / times[last - 1], t / end + past / width, past * end * width / 6,
          past * end * width / 3
        ))
    case .monotoneCubicZero:
      return Weights(
        indices: (last, last, nodeCount + last, nodeCount + last + 1),
        weights: (t / end, 0, 0, past * end))
    case .monotoneConvex:
      return Weights(
        indices: (last, last, nodeCount + last, nodeCount + last + 1), weights: (1, 0, 0, past))
    }
  }

  /// Second derivatives at the knots 0, t₁ … tₙ of the natural spline through zero rates, for each
  /// node's −log P.
  static func splineMoments(_ times: [Double]) throws(QuantError) -> [Double] {
    let count = times.count
    let knots = [0] + times
    var matrix = [Double](repeating: 0, count: (count + 1) * (count + 1))
    matrix[0] = 1
    matrix[matrix.count - 1] = 1
    for k in 1..<max(count, 1) {
      let left = knots[k] - knots[k - 1]
      let right = knots[k + 1] - knots[k]
      matrix[k * (count + 1) + k - 1] = left
      matrix[k * (count + 1) + k] = 2 * (left + right)
      matrix[k * (count + 1) + k + 1] = right
    }
    guard let system = LinearSystem(matrix, size: count + 1) else {
      throw QuantError.invalidParameter(
        name: "spline", found: "nodes too close to each other", expected: "distinct times")
    }
    var moments = [Double](repeating: 0, count: (count + 1) * count)
    for node in 0..<count {
      var rates = [Double](repeating: 0, count: count + 1)
      rates[node + 1] = 1 / times[node]
      if node == 0 { rates[0] = rates[1] }
      var right = [Double](repeating: 0, count: count + 1)
      for k in 1..<max(count, 1) {
        right[k] =
          6
          * ((rates[k + 1] - rates[k]) / (knots[k + 1] - knots[k])
            - (rates[k] - rates[k - 1]) / (knots[k] - knots[k - 1]))
      }
      for (row, value) in system.solve(right).enumerated() { moments[row * count + node] = value }
    }
    return moments
  }
}
