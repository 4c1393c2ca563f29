package import FileStorage
import LakeCatalog
import Lakehouse
import TestSupport

/// Fails one operation of a change after the other, SQLite's among them, and lets the power fail
/// afterwards.
package struct DiskFailureSweep {
  package struct Tally: Sendable {
    package var refused = 0
    package var acknowledged = 0
    /// Failures in the middle of a COMMIT, after which only a restart tells.
    package var unknown = 0
    package var violations: [String] = []
  }

  private let scenario: CrashScenario
  private let disk: MemoryDisk
  private let old: [String]
  private let new: [String]

  /// - Parameter scenario: Its change has one step and makes one commit.
  package init(_ scenario: CrashScenario) throws {
    self.scenario = scenario
    disk = try CrashRecording(scenario).points[0].disk
    let store = MemoryFileStore(disk, holdsDatabases: true)
    old = try DiskFailureSweep.rows(store)
    for step in scenario.change { try DiskFailureSweep.session(store).take(step) }
    new = try DiskFailureSweep.rows(store)
  }

  private static func session(_ store: any FileStore) -> Session {
    CrashRecording.session(store, FixedClock(microseconds: 1_759_300_000_000_000, step: 7))
  }

  /// Every table and what it holds, in an order of its own.
  private static func rows(_ store: any FileStore) throws -> [String] {
    let session = session(store)
    let catalog = try Lake.open(CrashScenario.root, store: store).catalog
    let head = try catalog.head().id
    return try catalog.tables(at: head).map { table in
      let hash = try CrashRecording.hash("SELECT * FROM \(table.qualifiedName)", session)
      return "\(table.qualifiedName) \(hash)"
    }.sorted() + ["head \(head)"]
  }

  /// - Parameter readsBetween: Of operations that only read, one in so many fails.
  package func run(_ reason: FileError.Reason, readsBetween: Int = 1) -> Tally {
    var tally = Tally()
    let dry = FaultyStore(over: MemoryFileStore(disk, holdsDatabases: true))
    _ = change(dry)
    let reading: Set<Substring> = ["read", "status", "open", "list"]
    for (position, operation) in dry.operations.enumerated() {
      let isRead = operation.split(separator: " ").first.map { reading.contains($0) } ?? false
      if isRead, position % readsBetween > 0 { continue }
      fail(at: position + 1, reason, &tally)
    }
    return tally
  }

  private func fail(at operation: Int, _ reason: FileError.Reason, _ tally: inout Tally) {
    let memory = MemoryFileStore(disk, holdsDatabases: true)
    let store = FaultyStore(over: memory, fault: .failure(at: operation, reason))
    let failure = change(store)
    if store.faultsMet == 0 { return }
    let step = store.operations[operation - 1]
    store.arm(.none)
    do { try check(memory, failure, seed: UInt64(operation), &tally) } catch {
      tally.violations.append(
        "\(scenario.name), \(reason) at operation \(operation) '\(step)' "
          + "(\(failure?.message ?? "acknowledged")): \(error)")
    }
  }

  private func change(_ store: any FileStore) -> LakeError? {
    let session = DiskFailureSweep.session(store)
    do throws(LakeError) {
      for step in scenario.change { try session.take(step) }
      return nil
    } catch {
      return error
    }
  }

  private func check(
    _ memory: MemoryFileStore, _ failure: LakeError?, seed: UInt64, _ tally: inout Tally
  ) throws {
    let isUnknown = failure?.message.contains("being ratified") == true
    if failure == nil { tally.acknowledged += 1 }
    if isUnknown { tally.unknown += 1 } else if failure != nil { tally.refused += 1 }
    // A power loss right after it.
    let survivor = MemoryFileStore(
      memory.disk.afterPowerLoss(seed: seed), holdsDatabases: true)
    let later = try state(survivor)
    let found = try state(memory)
    for state in [found, later] {
      if failure == nil, state != new { throw CrashViolation("lost: \(state)") }
      if failure != nil, !isUnknown, state != old {
        throw CrashViolation("refused and done: \(state)")
      }
    }
    for store in [memory, survivor] { try goOn(store) }
  }

  private func state(_ store: MemoryFileStore) throws -> [String] {
    let rows = try DiskFailureSweep.rows(store)
    guard rows == old || rows == new else { throw CrashViolation("partial: \(rows)") }
    return rows
  }

  /// Everything agrees, and the next write works.
  private func goOn(_ store: MemoryFileStore) throws {
    let session = DiskFailureSweep.session(store)
    try session.take(.sql("CREATE TABLE probe.after (n INT); INSERT INTO probe.after VALUES (1)"))
    let outcome = try session.perform(.verify(deep: true)) { _ in }
    if outcome.verdict != nil { throw CrashViolation("verify: \(outcome.lines)") }
  }
}
