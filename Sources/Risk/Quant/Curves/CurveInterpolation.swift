/// How a discount curve runs between its nodes. The raw value is the spelling in tables.
///
/// All are linear in the logarithms of the nodes' discount factors, which makes sensitivities exact
/// and cheap. Beyond the last node the instantaneous forward rate stays what it is there.
package enum CurveInterpolation: String, Sendable, Hashable, CaseIterable {
  /// Straight lines through the logarithms of discount factors: flat forwards, local.
  case logLinearDiscount = "loglinear_df"
  /// Straight lines through continuous zero rates; flat before the first node.
  case linearZero = "linear_zero"
  /// The natural cubic spline through continuous zero rates; the rate at time 0 is the first node's.
  case naturalCubicZero = "natural_cubic_zero"
}
