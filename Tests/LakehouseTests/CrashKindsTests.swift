import CrashSweep
import TestSupport
import Testing

/// The short form of `scripts/test-crash`: one crash before every step of every kind of commit, by
/// turns a lost power and a killed process, SQLite's own steps among them; and then one of the
/// recovery.
@Suite("Crashes of every kind of commit")
struct CrashKindsTests {
  @Test(
    "before any step that changes the disk: nothing acknowledged is lost, no snapshot is partial",
    arguments: CrashScenario.all.map(\.name))
  func everyStep(kind: String) throws {
    let scenario = try #require(CrashScenario.all.first { $0.name == kind })
    var sweep = try CrashSweep(scenario)
    for point in 0..<sweep.pointCount {
      sweep.crash(at: point, by: point % 2 == 0 ? .powerLoss : .kill, seed: 0)
    }
    let tally = sweep.tally
    #expect(tally.violations.isEmpty, "\(tally.violations.prefix(5).joined(separator: "\n"))")
    #expect(tally.crashes > sweep.pointCount && tally.recoveries > 0)
    #expect(tally.old > 0 && tally.new > 0)
    #expect(tally.power.writesLost > 0 && tally.power.filesKept > 0)
  }
}
