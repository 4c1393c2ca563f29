import Columnar
import Lakehouse
import Synchronization
import TestSupport
import Testing

/// Several users of one lake at once; each has a session and a database connection of its own, as
/// processes have.
@Suite("Several writers")
struct ConcurrencyTests {
  /// Runs each work on a thread of its own.
  ///
  /// - Returns: What failed.
  private func together(
    _ count: Int, _ work: @escaping @Sendable (Int) throws -> Void
  ) -> [String] {
    let failures = Texts()
    runThreads(count) { worker in
      do { try work(worker) } catch { failures.add("worker \(worker): \(error)") }
    }
    return failures.all
  }

  @Test("appends never conflict: every row of every session is there, once")
  func appends() throws {
    let bench = try Workbench()
    try bench.rows("CREATE TABLE s.log (worker INT NOT NULL, i INT NOT NULL)")
    let options = bench.session.options
    let failures = together(4) { worker in
      let session = Session(options: options)
      for i in 0..<6 {
        try session.run("INSERT INTO s.log VALUES (\(worker), \(i))", into: CollectingSink())
      }
    }
    #expect(failures.isEmpty, "\(failures)")
    #expect(
      try bench.lines("SELECT COUNT(*), COUNT(DISTINCT worker * 100 + i) FROM s.log")
        == ["24|24"])
    #expect(try bench.lines("SELECT MAX(version) FROM system.history") == ["24"])
    #expect(try bench.perform(.verify(deep: true)).verdict == nil)
  }

  @Test("keyed inserts whose base has moved are run again: the highest version of each key wins")
  func upserts() throws {
    let bench = try Workbench()
    try bench.rows(
      """
      CREATE TABLE s.k (id INT NOT NULL, version INT NOT NULL, worker INT) KEY (id) LATEST BY version
      """)
    let options = bench.session.options
    let failures = together(4) { worker in
      let session = Session(options: options)
      for round in 0..<5 {
        let version = round * 4 + worker
        try session.run(
          "INSERT INTO s.k VALUES (1, \(version), \(worker)), (\(10 + version), 1, \(worker))",
          into: CollectingSink())
      }
    }
    #expect(failures.isEmpty, "\(failures)")
    #expect(try bench.lines("SELECT version, worker FROM s.k WHERE id = 1") == ["19|3"])
    #expect(
      try bench.lines("SELECT COUNT(*), COUNT(DISTINCT id) FROM s.k") == ["21|21"])
    #expect(try bench.perform(.verify(deep: true)).verdict == nil)
    // What lost a race left no files behind.
    #expect(
      try bench.lines(
        "SELECT SUM(rows_added) - SUM(rows_removed) FROM system.history WHERE \"table\" = 's.k'")
        == ["21"])
  }

  @Test("the same file taken in by several sessions at once is loaded once")
  func oneFile() throws {
    let bench = try Workbench()
    try bench.rows(
      """
      CREATE TABLE s.plain (id INT NOT NULL) FROM FEED plain;
      CREATE TABLE s.keyed (id INT NOT NULL) KEY (id) FROM FEED keyed
      """)
    var paths: [String] = []
    for feed in ["plain", "keyed"] {
      for file in 0..<3 {
        paths.append(
          try bench.write(
            "id\n\(file)\n\(file + 10)\n".utf8, to: "landing/\(feed)/EMEA/2025/06/19/\(file).csv"))
      }
    }
    let options = bench.session.options
    let files = paths
    let loaded = Texts()
    let failures = together(4) { _ in
      let session = Session(options: options)
      let outcome = try session.perform(.ingest(files: files, feed: nil)) { _ in }
      for row in CellText.rows(outcome.table) where row.contains("|loaded|") { loaded.add(row) }
    }
    #expect(failures.isEmpty, "\(failures)")
    #expect(loaded.all.count == 6)
    for table in ["s.plain", "s.keyed"] {
      #expect(
        try bench.lines("SELECT COUNT(*), COUNT(DISTINCT id) FROM \(table)") == ["6|6"], "\(table)")
    }
    #expect(try bench.lines("SELECT COUNT(*) FROM system.ingests") == ["6"])
  }

  @Test("readers see whole commits while others write")
  func readers() throws {
    let bench = try Workbench()
    try bench.rows("CREATE TABLE s.a (x INT); CREATE TABLE s.b (x INT)")
    let options = bench.session.options
    let failures = together(3) { worker in
      let session = Session(options: options)
      if worker == 0 {
        for i in 0..<10 {
          try session.run(
            "BEGIN; INSERT INTO s.a VALUES (\(i)); INSERT INTO s.b VALUES (\(i)); COMMIT",
            into: CollectingSink())
        }
      } else {
        for _ in 0..<20 {
          let counts = try session.lines(
            """
            SELECT a.n - b.n FROM (SELECT COUNT(*) AS n FROM s.a) a
            CROSS JOIN (SELECT COUNT(*) AS n FROM s.b) b
            """)
          if counts != ["0"] { throw LakeError(.integrity, "torn: \(counts)") }
        }
      }
    }
    #expect(failures.isEmpty, "\(failures)")
    #expect(try bench.lines("SELECT COUNT(*) FROM s.b") == ["10"])
  }
}

private final class Texts: Sendable {
  private let texts = Mutex<[String]>([])
  var all: [String] { texts.withLock { $0 } }
  func add(_ text: String) { texts.withLock { $0.append(text) } }
}
