package import QueryEngine

/// All calculators of this build, in the order in which they are listed.
package enum Calculators {
  package static let all: [any TableFunction] = [
    LiquidityCoverageCalculator(), NetStableFundingCalculator(), CashLadderCalculator(),
    LiquidityStressCalculator(), CurveBuildCalculator(), SwapRiskCalculator(), BondRiskCalculator(),
  ]
}
