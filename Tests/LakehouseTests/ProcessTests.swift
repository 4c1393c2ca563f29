import Columnar
import Glibc
import Lakehouse
import TestSupport
import Testing

/// Real processes on one lake: writers behind the writer lock, and readers that nobody blocks.
@Suite("Several processes", .serialized)
struct ProcessTests {
  private static func session(_ lake: String, actor: String) -> Session {
    var options = Session.Options(lakePath: lake)
    options.actor = actor
    options.threads = 1
    return Session(options: options)
  }

  /// Twenty-five commits over two tables, one by one.
  private static func write(_ worker: Int, _ lake: String) throws {
    let session = session(lake, actor: "writer \(worker)")
    for i in 0..<25 {
      let number = worker * 100 + i
      try session.run(
        "BEGIN; INSERT INTO s.a VALUES (\(number)); INSERT INTO s.b VALUES (\(number)); COMMIT",
        into: CollectingSink())
    }
  }

  /// Counts both tables in one statement until all is written.
  ///
  /// - Returns: the number of different counts that were seen.
  private static func watch(_ lake: String) throws -> Int {
    let session = session(lake, actor: "reader")
    var seen: Set<String> = []
    while true {
      let counts = try session.lines(
        """
        SELECT a.n, b.n FROM (SELECT COUNT(*) AS n FROM s.a) a
        CROSS JOIN (SELECT COUNT(*) AS n FROM s.b) b
        """)
      let parts = (counts.first ?? "").split(separator: "|")
      guard parts.count == 2, parts[0] == parts[1] else {
        throw LakeError(.integrity, "partial: \(counts)")
      }
      seen.insert(String(parts[0]))
      if parts[0] == "100" { return seen.count }
    }
  }

  @Test(
    "four writers commit twenty-five times each: a hundred of a hundred, and a reader sees both tables change together"
  )
  func writers() async throws {
    let bench = try Workbench()
    try bench.rows("CREATE TABLE s.a (x INT NOT NULL); CREATE TABLE s.b (x INT NOT NULL)")
    let lake = bench.lake
    async let first = #expect(processExitsWith: .success) { [lake = lake as String] in
      try ProcessTests.write(0, lake)
    }
    async let second = #expect(processExitsWith: .success) { [lake = lake as String] in
      try ProcessTests.write(1, lake)
    }
    async let third = #expect(processExitsWith: .success) { [lake = lake as String] in
      try ProcessTests.write(2, lake)
    }
    async let fourth = #expect(processExitsWith: .success) { [lake = lake as String] in
      try ProcessTests.write(3, lake)
    }
    async let reader = #expect(processExitsWith: .exitCode(7)) { [lake = lake as String] in
      // More than the states before and after: it read while others wrote.
      exit(try ProcessTests.watch(lake) > 2 ? 7 : 8)
    }
    _ = await (first, second, third, fourth, reader)
    for table in ["s.a", "s.b"] {
      #expect(
        try bench.lines("SELECT COUNT(*), COUNT(DISTINCT x), SUM(x) FROM \(table)")
          == ["100|100|\(25 * 600 + 4 * 300)"])
    }
    #expect(
      try bench.lines(
        """
        SELECT actor, COUNT(*) FROM system.snapshots WHERE operation = 'TRANSACTION'
        GROUP BY actor ORDER BY actor
        """) == (0..<4).map { "writer \($0)|25" })
    #expect(try bench.faults() == [])
  }

  @Test("a reader is not blocked by a writer that holds the lock and stands still")
  func standing() throws {
    let bench = try Workbench()
    try bench.rows("CREATE TABLE s.a (x INT); INSERT INTO s.a VALUES (1)")
    // The lock of a commit under way, held by another description of the file, as by a process.
    let lock = try LocalLock(bench.lake + "/tarn.lock")
    let reader = ProcessTests.session(bench.lake, actor: "reader")
    let started = monotonicSeconds()
    #expect(try reader.lines("SELECT x FROM s.a") == ["1"])
    #expect(monotonicSeconds() - started < 20)
    lock.release()
    try bench.rows("INSERT INTO s.a VALUES (2)")
    #expect(try reader.lines("SELECT COUNT(*) FROM s.a") == ["2"])
  }
}

/// The writer lock, taken as another process takes it.
private struct LocalLock {
  private let descriptor: Int32

  init(_ path: String) throws {
    descriptor = unsafe open(path, O_RDWR | O_CREAT, 0o666)
    try #require(descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) == 0)
  }

  func release() { close(descriptor) }
}
