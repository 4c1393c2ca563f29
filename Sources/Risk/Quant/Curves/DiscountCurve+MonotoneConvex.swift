extension DiscountCurve {
  /// Instantaneous forward rates at the knots, within the bounds that keep their sign.
  static func monotoneForwards(_ times: [Double], _ logs: [Double]) -> [NodeForm] {
    let count = times.count
    let widths = zip([0] + times, times).map { $1 - $0 }
    let discrete = (0..<count).map { index in
      var form = NodeForm.zero(count)
      form.value = (logs[index] - (index == 0 ? 0 : logs[index - 1])) / widths[index]
      form.slopes[index] = 1 / widths[index]
      if index > 0 { form.slopes[index - 1] = -1 / widths[index] }
      return form
    }
    if count == 1 { return [discrete[0], discrete[0]] }
    var inner: [NodeForm] = []
    for node in 1..<count {
      let (before, after) = (widths[node - 1], widths[node])
      let mean =
        (1 / (before + after)) * (before * discrete[node] + after * discrete[node - 1])
      inner.append(collared(mean, discrete[node - 1], discrete[node]))
    }
    let last = count - 1
    let first = 1.5 * discrete[0] - 0.5 * inner[0]
    let end = 1.5 * discrete[last] - 0.5 * inner[last - 1]
    return [collared(first, discrete[0], discrete[0])] + inner
      + [collared(end, discrete[last], discrete[last])]
  }

  /// Between 0 and twice the discrete forward next to it that is closer to 0; 0 between discrete
  /// forwards of opposite signs. Hagan and West have the case of positive forwards alone.
  private static func collared(
    _ forward: NodeForm, _ left: NodeForm, _ right: NodeForm
  ) -> NodeForm {
    if left.value > 0, right.value > 0 {
      let bound = 2 * NodeForm.smaller(left, right)
      return .larger(.zero(forward.slopes.count), .smaller(forward, bound))
    }
    if left.value < 0, right.value < 0 {
      let bound = 2 * NodeForm.larger(left, right)
      return .smaller(.zero(forward.slopes.count), .larger(forward, bound))
    }
    return .zero(forward.slopes.count)
  }

  /// `upper` is the node above `t`.
  ///
  /// Between nodes the forward is the discrete one plus g(x), which is homogeneous in the two
  /// forwards' distances from it: its integral is the sum of its derivatives times the distances.
  func convex(_ t: Double, _ upper: Int) -> Weights {
    let left = upper == 0 ? 0 : times[upper - 1]
    let width = times[upper] - left
    let x = (t - left) / width
    let before = upper == 0 ? 0 : parameters[upper - 1]
    let discrete = (parameters[upper] - before) / width
    let g = DiscountCurve.convexIntegral(
      parameters[nodeCount + upper] - discrete, parameters[nodeCount + upper + 1] - discrete, x)
    let share = x - g.first - g.second
    return Weights(
      indices: (max(upper - 1, 0), upper, nodeCount + upper, nodeCount + upper + 1),
      weights: (upper == 0 ? 0 : 1 - share, share, width * g.first, width * g.second))
  }

  /// Derivatives of the integral of g from 0 to x by g(0) and g(1).
  private static func convexIntegral(
    _ g0: Double, _ g1: Double, _ x: Double
  ) -> (first: Double, second: Double) {
    let square = x * x
    let spread = g1 - g0
    if g0 == 0 && g1 == 0 || g0 != 0 && g1 / g0 <= -0.5 && g1 / g0 >= -2 {
      return (x - 2 * square + square * x, square * x - square)
    }
    if g0 == 0 || g1 / g0 < -2 {
      // Flat at g(0) up to `kink`, then a parabola.
      let kink = (g1 + 2 * g0) / spread
      if x <= kink || g0 == 0 { return (x, 0) }
      let (past, rest) = (x - kink, 1 - kink)
      let third = past * past * past / (3 * rest * rest)
      let byKink = spread * (2 * third / rest - past * past / (rest * rest))
      return (
        x - third + byKink * 3 * g1 / (spread * spread),
        third - byKink * 3 * g0 / (spread * spread)
      )
    }
    if g1 / g0 <= 0 {
      // A parabola up to `kink`, then flat at g(1).
      let kink = 3 * g1 / spread
      let (area, byKink) = parabola(x, kink)
      return (
        area - spread * byKink * 3 * g1 / (spread * spread),
        x - area + spread * byKink * 3 * g0 / (spread * spread)
      )
    }
    // Two parabolas that touch `valley`, which has the other sign.
    let sum = g0 + g1
    let kink = g1 / sum
    let valley = -g0 * g1 / sum
    let (byFirst, bySecond) = (-g1 / sum * (g1 / sum), -g0 / sum * (g0 / sum))
    let (kinkByFirst, kinkBySecond) = (-g1 / sum / sum, g0 / sum / sum)
    let (area, areaByKink) = parabola(x, kink)
    if x <= kink {
      let byKink = (g0 - valley) * areaByKink
      return (
        byFirst * (x - area) + area + byKink * kinkByFirst,
        bySecond * (x - area) + byKink * kinkBySecond
      )
    }
    let (past, rest) = (x - kink, 1 - kink)
    let third = past * past * past / (3 * rest * rest)
    let byKink =
      (g0 - valley) * areaByKink
      + (g1 - valley) * (2 * third / rest - past * past / (rest * rest))
    return (
      byFirst * (x - area - third) + area + byKink * kinkByFirst,
      bySecond * (x - area - third) + third + byKink * kinkBySecond
    )
  }

  /// The integral of ((kink − x)/kink)² up to x or the kink, and its derivative by the kink.
  private static func parabola(_ x: Double, _ kink: Double) -> (area: Double, byKink: Double) {
    if x >= kink { return (kink / 3, 1 / 3) }
    let left = (kink - x) / kink
    let cube = left * left * left
    return (kink / 3 - kink * cube / 3, 1 / 3 - left * left + 2 * cube / 3)
  }
}
