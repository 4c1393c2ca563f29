import CrashSweep
import TestSupport
import Testing

/// The short form of `scripts/test-crash`, which crashes before every step: here crashes are spread over
/// the steps of every kind of commit, by turns a lost power and a killed process, SQLite's own steps
/// among them; and then one of the recovery.
@Suite("Crashes of every kind of commit")
struct CrashKindsTests {
  private static let pointsPerKind = 14

  @Test(
    "before steps that change the disk: nothing acknowledged is lost, no snapshot is partial",
    arguments: CrashScenario.all.map(\.name))
  func steps(kind: String) throws {
    let scenario = try #require(CrashScenario.all.first { $0.name == kind })
    var sweep = try CrashSweep(scenario)
    let last = sweep.pointCount - 1
    let step = max(1, sweep.pointCount / CrashKindsTests.pointsPerKind)
    var points = Array(stride(from: 0, to: last, by: step))
    points.append(last)
    for (turn, point) in points.enumerated() {
      sweep.crash(at: point, by: turn % 2 == 0 ? .powerLoss : .kill, seed: 0)
    }
    let tally = sweep.tally
    #expect(tally.violations.isEmpty, "\(tally.violations.prefix(5).joined(separator: "\n"))")
    #expect(tally.crashes > points.count && tally.recoveries > 0)
    #expect(tally.old > 0 && tally.new > 0)
    #expect(tally.power.writesLost > 0)
  }
}
