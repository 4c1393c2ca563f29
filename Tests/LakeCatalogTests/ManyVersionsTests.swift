import Columnar
import FileStorage
import LakeCatalog
import TestSupport
import Testing

@Suite("Many versions")
struct ManyVersionsTests {
  @Test("planning any of many versions takes one short look")
  func planning() throws {
    let count: Int64 = 2000
    let lake = TestLake()
    let catalog = try lake.create()
    let id = try catalog.commit(.creating("trades")).versions[0].tableID
    for base in 0..<count {
      var commit = LakeCommit.appending(to: [id], base: base)
      // Every other commit replaces the file before, so both kinds of history are met.
      if base % 2 == 1 { commit.changes[0].filesRemoved = ["part-\(base - 1).parquet"] }
      try catalog.commit(commit)
    }
    let openedAt = monotonicSeconds()
    let reopened = try lake.open()
    let head = try reopened.head().id
    let table = try reopened.table(schema: "silver", name: "trades", at: head)
    let opening = monotonicSeconds() - openedAt
    var report = "open + resolve: \(micros(opening)) us"
    for version in [10, count / 2, count] {
      let started = monotonicSeconds()
      let files = try reopened.files(of: table, version: version)
      report += "; version \(version): \(files.count) files, "
      report += "\(micros(monotonicSeconds() - started)) us"
      #expect(files.count == Int(version / 2))
    }
    let day = CalendarDate(days: 20_000 + Int32(count) - 1)
    let started = monotonicSeconds()
    let pruned = try reopened.files(of: table, version: count, dates: day...day)
    report += "; one date: \(pruned.count) file, \(micros(monotonicSeconds() - started)) us"
    #expect(pruned.count == 1)
    #expect(try reopened.version(of: id, at: 11)?.version == 10)
    print(report)
  }

  private func micros(_ seconds: Double) -> Int { Int(seconds * 1e6) }
}
