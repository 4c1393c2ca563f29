/// The class of a high-quality liquid asset, which decides the cap it counts towards (LCR30.31-33).
///
/// The raw value is the spelling in parameter tables.
package enum HighQualityLevel: String, Sendable, Hashable, CaseIterable {
  /// No cap: cash, central bank reserves, the best sovereign debt.
  case level1 = "level1"
  /// Within the 40 % cap.
  case level2A = "level2a"
  /// Residential mortgage-backed securities: within the 15 % and the 40 % cap.
  case level2BMortgageBacked = "level2b_rmbs"
  /// Everything else of Level 2B: within the 15 % and the 40 % cap.
  case level2BOther = "level2b_other"

  package var isLevel2B: Bool { self == .level2BMortgageBacked || self == .level2BOther }
}
