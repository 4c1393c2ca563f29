extension DiscountCurve {
  /// The zero rate's slopes at the knots: those of the natural spline within Hyman's bounds.
  ///
  /// - Parameter spline: The natural spline's second derivatives by node values.
  static func monotoneSlopes(
    _ times: [Double], _ logs: [Double], _ spline: [Double]
  ) -> [NodeForm] {
    let count = times.count
    let moments = NodeForm.rows(of: spline, at: logs)
    let knots = [0] + times
    let widths = zip(knots, times).map { $1 - $0 }
    let rates = (0..<count).map { node in
      var form = NodeForm.zero(count)
      form.value = logs[node] / times[node]
      form.slopes[node] = 1 / times[node]
      return form
    }
    // The rate at time 0 is that of the first node.
    let secants = (0..<count).map { index in
      index == 0
        ? NodeForm.zero(count) : (1 / widths[index]) * (rates[index] - rates[index - 1])
    }
    return (0...count).map { knot in
      let free: NodeForm
      if knot < count {
        let bend = 2 * moments[knot] + moments[knot + 1]
        free = secants[knot] - (widths[knot] / 6) * bend
      } else {
        let bend = moments[knot - 1] + 2 * moments[knot]
        free = secants[knot - 1] + (widths[knot - 1] / 6) * bend
      }
      guard knot > 0, knot < count else {
        let secant = secants[knot == 0 ? 0 : count - 1]
        return limited(free, like: secant, to: 3 * secant.magnitude)
      }
      let (middle, bound) = bound(at: knot, secants, widths)
      return limited(free, like: middle, to: bound)
    }
  }

  /// The slope with a magnitude of at most `bound`; none where its sign is not that of `sign`.
  private static func limited(
    _ slope: NodeForm, like sign: NodeForm, to bound: NodeForm
  ) -> NodeForm {
    guard slope.value * sign.value > 0 else { return .zero(slope.slopes.count) }
    let size = NodeForm.smaller(slope.magnitude, bound)
    return slope.value < 0 ? -1 * size : size
  }

  /// The parabola's slope at an inner knot, and how large a slope may be there.
  private static func bound(
    at knot: Int, _ secants: [NodeForm], _ widths: [Double]
  ) -> (middle: NodeForm, bound: NodeForm) {
    let (left, right) = (secants[knot - 1], secants[knot])
    let (before, after) = (widths[knot - 1], widths[knot])
    let middle = (1 / (before + after)) * (after * left + before * right)
    var bound =
      3 * NodeForm.smaller(NodeForm.smaller(left.magnitude, right.magnitude), middle.magnitude)
    let turn = right.value - left.value
    if knot > 1 {
      let further = secants[knot - 2]
      if (left.value - further.value) * turn > 0 {
        let width = widths[knot - 2]
        let side =
          (1 / (width + before)) * ((2 * before + width) * left - before * further)
        if middle.value * side.value > 0, middle.value * (left.value - further.value) > 0 {
          bound = .larger(bound, 1.5 * .smaller(middle.magnitude, side.magnitude))
        }
      }
    }
    if knot < secants.count - 1 {
      let further = secants[knot + 1]
      if turn * (further.value - right.value) > 0 {
        let width = widths[knot + 1]
        let side = (1 / (after + width)) * ((2 * after + width) * right - after * further)
        if middle.value * side.value > 0, -middle.value * turn > 0 {
          bound = .larger(bound, 1.5 * .smaller(middle.magnitude, side.magnitude))
        }
      }
    }
    return (middle, bound)
  }

  /// `upper` is the node above `t`.
  func hermite(_ t: Double, _ upper: Int) -> Weights {
    let left = upper == 0 ? 0 : times[upper - 1]
    let width = times[upper] - left
    let x = (t - left) / width
    let rest = 1 - x
    let lower = max(upper - 1, 0)
    return Weights(
      indices: (lower, upper, nodeCount + upper, nodeCount + upper + 1),
      weights: (
        t * (1 + 2 * x) * rest * rest / times[lower], t * x * x * (3 - 2 * x) / times[upper],
        t * x * rest * rest * width, -t * x * x * rest * width
      ))
  }
}
