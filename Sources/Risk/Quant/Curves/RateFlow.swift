/// One payment whose amount is known, or follows a projected rate over its accrual period.
///
/// Value: P_d(pay) · (`amount` + `floating` · (`growth` · P_x(start)/P_x(end) − 1)), with d the
/// curve for discounting and x the one for projection.
package struct RateFlow: Sendable, Hashable {
  /// Indices of curves in a set.
  package var discountCurve: Int
  package var projectionCurve: Int
  package var pay: Int32
  package var start: Int32
  package var end: Int32
  package var amount: Double
  package var floating: Double
  /// What the period has earned before `start`: 1 unless overnight fixings are known.
  package var growth: Double

  /// A payment of a known amount.
  package init(pay: Int32, amount: Double, discountCurve: Int = 0) {
    self.discountCurve = discountCurve
    projectionCurve = discountCurve
    self.pay = pay
    start = pay
    end = pay
    self.amount = amount
    floating = 0
    growth = 1
  }

  /// A payment that follows the projected growth from `start` to `end`.
  package init(
    pay: Int32, start: Int32, end: Int32, floating: Double, amount: Double = 0,
    growth: Double = 1, discountCurve: Int, projectionCurve: Int
  ) {
    self.discountCurve = discountCurve
    self.projectionCurve = projectionCurve
    self.pay = pay
    self.start = start
    self.end = end
    self.amount = amount
    self.floating = floating
    self.growth = growth
  }
}
