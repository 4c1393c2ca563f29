/// How a discount curve runs between its nodes. The raw value is the spelling in tables.
///
/// Between two nodes all are a weighted sum of at most four parameters, which makes sensitivities
/// exact and cheap. Beyond the last node the instantaneous forward rate stays what it is there.
package enum CurveInterpolation: String, Sendable, Hashable, CaseIterable {
  /// Straight lines through the logarithms of discount factors: flat forwards, local.
  case logLinearDiscount = "loglinear_df"
  /// Straight lines through continuous zero rates; flat before the first node.
  case linearZero = "linear_zero"
  /// The natural cubic spline through continuous zero rates; the rate at time 0 is the first node's.
  case naturalCubicZero = "natural_cubic_zero"
  /// Cubic Hermite pieces through continuous zero rates with the natural spline's slopes, limited so
  /// that rates rise or fall where the nodes do; the rate at time 0 is the first node's.
  ///
  /// Source: Hyman, "Accurate monotonicity preserving cubic interpolation" (1983), in the form of
  /// Dougherty, Edelman and Hyman (1989).
  case monotoneCubicZero = "monotone_cubic_zero"
  /// Continuous instantaneous forwards whose mean over each interval is the discrete forward, of the
  /// same sign where those around a node agree: positive discrete forwards give positive forwards.
  ///
  /// Source: Hagan and West, "Interpolation Methods for Curve Construction" (2006), section 6.
  case monotoneConvex = "monotone_convex"

  /// Whether there is a parameter for each knot (time 0 and the nodes) besides the nodes.
  var hasKnots: Bool {
    switch self {
    case .logLinearDiscount, .linearZero: false
    case .naturalCubicZero, .monotoneCubicZero, .monotoneConvex: true
    }
  }

  /// Whether the knots' parameters are a linear function of the nodes'.
  var isLinear: Bool { self != .monotoneCubicZero && self != .monotoneConvex }
}
