import CrashSweep
import FileStorage
import Testing

@Suite("Failing disks")
struct DiskFailureTests {
  static let kinds = ["upsert", "multi-table", "ingest"]

  @Test(
    "any one operation fails, SQLite's too, and then the power: done or not done, as was said",
    arguments: kinds, [FileError.Reason.noSpace, .system(code: 5)])
  func everyOperation(kind: String, reason: FileError.Reason) throws {
    let scenario = try #require(CrashScenario.all.first { $0.name == kind })
    let tally = try DiskFailureSweep(scenario).run(reason, readsBetween: 9)
    #expect(tally.violations.isEmpty, "\(tally.violations.prefix(5).joined(separator: "\n"))")
    #expect(tally.refused > 10 && tally.acknowledged > 10)
    if reason == .system(code: 5) { #expect(tally.unknown > 0) }
  }
}
