import FileStorage
import Glibc
import LakeCatalog
import Synchronization
import TestSupport
import Testing

/// Real processes on the real disk, killed in the middle of a commit over two tables.
@Suite("Killed processes", .serialized)
struct KillTests {
  /// Where a process dies: at a file operation, counted from the commit on, or at a COMMIT.
  static let places: [Int] = [-4, -3, -2, -1, 2, 6, 9, 14, 20, 25]

  @Test("the next process finds the old state or the new", arguments: places)
  func kill(place: Int) async throws {
    let directory = TemporaryDirectory()
    let path = directory.path
    let disk = LocalFileStore()
    let clock: @Sendable () -> Int64 = { 1_759_255_200_000_000 }
    let catalog = try Catalog.create(at: path, store: disk, clock: clock, actor: "ann")
    let tables = try catalog.commit(.creating("trades", "books")).versions.map(\.tableID)
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, tables = tables as [Int64], place = place as Int] in
      let commits = Mutex(0)
      let store = FaultyStore(over: LocalFileStore())
      let dying = try Catalog(
        opening: path, store: store, clock: { 1_759_255_300_000_000 },
        probe: { _ throws(CatalogError) in
          if -commits.withLock({
            $0 += 1
            return $0
          }) == place {
            _ = Glibc.kill(getpid(), SIGKILL)
          }
        })
      if place > 0 {
        store.arm(.crash(at: place))
        store.onFault { _ = Glibc.kill(getpid(), SIGKILL) }
      }
      _ = try dying.commit(.appending(to: tables, base: 0))
    }
    let found = try Catalog(opening: path, store: disk, clock: clock)
    #expect(found.recovery.failure == nil)
    let head = try found.head().id
    #expect(head == (place == -1 ? 1 : 2), "place \(place)")
    for table in tables {
      #expect(try found.version(of: table, at: head)?.version == head - 1)
    }
    #expect(try found.verify().faults.isEmpty)
    #expect(try found.commit(.appending(to: tables, base: head - 1)).publishing == nil)
  }
}
