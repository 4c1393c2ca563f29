import Columnar
import FileStorage
import Lakehouse
import Synchronization
import TestSupport
import Testing

@Suite("Backup")
struct BackupTests {
  @Test("a second backup copies what is new, and everything old answers as before")
  func incremental() throws {
    let bench = try ChangeTests.bench()
    let place = bench.lake + "-backup"
    defer { try? BackupTests.remove(place) }
    let first = try bench.perform(.backup(directory: place, links: false))
    #expect(first.verdict == nil && first.lines[0].contains(": 2 data files"), "\(first.lines)")
    let old = try bench.lines(ChangeTests.all)
    try bench.rows("UPDATE silver.trades SET amount = amount + 1; TAG 'x'")
    let second = try bench.perform(.backup(directory: place, links: false))
    #expect(second.lines[0].contains(": 1 data files"), "\(second.lines)")
    #expect(second.lines[0].contains("2 were there already"), "\(second.lines)")
    let copy = bench.another { $0.lakePath = place }
    #expect(try copy.lines(ChangeTests.all) == bench.lines(ChangeTests.all))
    let then = "SELECT id, day, desk, amount FROM silver.trades VERSION AS OF 2 ORDER BY id"
    #expect(try copy.lines(then) == old)
    #expect(try copy.perform(.verify(deep: true)) { _ in }.verdict == nil)
    // The copy is a lake: it can be written, and then it is no earlier state of ours any more.
    try copy.allRows("DELETE FROM silver.trades")
    let refused = try #require(bench.failure(.backup(directory: place, links: false)))
    #expect(refused.message.contains("another lake, or was written to"), "\(refused)")
    #expect(try bench.lines("SELECT COUNT(*) FROM silver.trades") == ["5"])
  }

  @Test("a backup refuses what is no place for it, and says when a file of the lake is damaged")
  func refusals() throws {
    let bench = try ChangeTests.bench()
    #expect(bench.failure(.backup(directory: bench.lake + "/tables/x", links: false)) != nil)
    let other = parentDirectory(of: try bench.write([1], to: "mine/notes.txt"))
    let error = try #require(bench.failure(.backup(directory: other, links: false)))
    #expect(error.message.contains("notes.txt"), "\(error)")
    let files = try bench.lines("SELECT path FROM system.files ORDER BY path")
    let store = LocalFileStore()
    var bytes = try store.read(bench.lake + "/" + files[0])
    bytes[bytes.count / 2] ^= 4
    try store.replace(bytes, at: bench.lake + "/" + files[0])
    let place = bench.lake + "-backup"
    defer { try? BackupTests.remove(place) }
    let outcome = try bench.perform(.backup(directory: place, links: false))
    #expect(outcome.verdict == .integrity)
    #expect(outcome.lines.contains { $0.contains(files[0]) }, "\(outcome.lines)")
  }

  @Test("backups while others write are whole: tables that change together agree in every one")
  func concurrent() throws {
    let bench = try Workbench()
    try bench.rows("CREATE TABLE s.a (n INT NOT NULL); CREATE TABLE s.b (n INT NOT NULL)")
    let options = bench.session.options
    let isDone = Mutex(false)
    let failures = Mutex<[String]>([])
    let place = bench.lake + "-backup"
    defer { try? BackupTests.remove(place) }
    var counts: [Int] = []
    let root = bench.lake
    let heads = Mutex<[String]>([])
    runThreads(3) { worker in
      do {
        var own = options
        own.actor = "worker \(worker)"
        let session = Session(options: own)
        if worker == 0 {
          for _ in 0..<6 {
            let outcome = try session.perform(.backup(directory: root + "-backup", links: false)) {
              _ in
            }
            if outcome.verdict != nil { failures.withLock { $0 += outcome.lines } }
            own.lakePath = root + "-backup"
            let copy = Session(options: own)
            let rows = try copy.lines(
              "SELECT (SELECT COUNT(*) FROM s.a), (SELECT COUNT(*) FROM s.b)")
            heads.withLock { $0 += rows }
            let verdict = try copy.perform(.verify(deep: true)) { _ in }
            if verdict.verdict != nil { failures.withLock { $0.append("\(verdict.lines)") } }
          }
          isDone.withLock { $0 = true }
        } else {
          while !isDone.withLock({ $0 }) {
            try session.run(
              "BEGIN; INSERT INTO s.a VALUES (1); INSERT INTO s.b VALUES (1), (2); COMMIT",
              into: CollectingSink())
          }
        }
      } catch {
        isDone.withLock { $0 = true }
        failures.withLock { $0.append("worker \(worker): \(error)") }
      }
    }
    #expect(failures.withLock { $0 } == [])
    for head in heads.withLock({ $0 }) {
      let numbers = head.split(separator: "|").compactMap { Int($0) }
      #expect(numbers.count == 2 && numbers[0] * 2 == numbers[1], "\(head)")
      counts.append(numbers[0])
    }
    #expect(counts.count == 6 && counts == counts.sorted() && (counts.last ?? 0) > counts[0])
  }

  @Test("the head of the chain, kept elsewhere, tells a lake that was made anew")
  func head() throws {
    let bench = try ChangeTests.bench()
    let kept = try bench.write([], to: "kept.head")
    let exported = try bench.perform(.verify(deep: false, exportHead: kept))
    #expect(exported.verdict == nil)
    try bench.rows("DELETE FROM silver.trades")
    #expect(try bench.perform(.verify(deep: true, known: kept)).verdict == nil)
    let other = try ChangeTests.bench()
    let forged = try other.perform(.verify(deep: false, known: kept))
    #expect(forged.verdict == .integrity)
    #expect(CellText.rows(forged.table).contains { $0.contains("not the one whose link was kept") })
    #expect(other.failure(.verify(deep: false, known: other.lake + "/nothing")) != nil)
    #expect(try other.failure(.verify(deep: false, known: bench.write([1], to: "x"))) != nil)
  }

  static func remove(_ directory: String) throws {
    let store = LocalFileStore()
    for entry in try store.list(directory) {
      let path = directory + "/" + entry.name
      if entry.isDirectory { try remove(path) } else { try store.remove(path) }
    }
    try store.remove(directory)
  }
}
