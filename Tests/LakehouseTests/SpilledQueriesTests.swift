import Columnar
import FileStorage
import Glibc
import Lakehouse
import Synchronization
import TestSupport
import Testing

/// Statements whose rows do not fit into the memory limit answer as those whose rows do, and leave
/// nothing behind.
@Suite("Larger than memory", .serialized)
struct SpilledQueriesTests {
  #if DEBUG
    private static let rowCount = 6000
    private static let limit = 128 << 10
    private static let threadCounts = [2]
  #else
    private static let rowCount = 400_000
    private static let limit = 6 << 20
    private static let threadCounts = [1, 2, 4]
  #endif

  static let queries: [(what: String, text: String)] = [
    (
      "a group by many keys",
      "SELECT k, d, COUNT(*), SUM(x), SUM(v), AVG(v), MIN(id) FROM s.big GROUP BY k, d"
    ),
    ("a sort", "SELECT * FROM s.big ORDER BY v DESC NULLS LAST, k, id"),
    (
      "an inner join",
      "SELECT a.id, b.id AS other, a.v - b.v FROM s.big a JOIN s.big b ON a.k = b.k AND a.d <> b.d"
    ),
    (
      "a full join",
      """
      SELECT a.id, b.g, b.x FROM s.big a
      FULL JOIN (SELECT * FROM s.big WHERE id % 3 = 0) b ON a.n = b.id
      """
    ),
    (
      "windows",
      """
      SELECT id, SUM(v) OVER (PARTITION BY k ORDER BY id) AS s,
        ROW_NUMBER() OVER (PARTITION BY g, d ORDER BY v, id) AS r FROM s.big
      """
    ),
    ("distinct rows", "SELECT DISTINCT k, g, n % 1000 FROM s.big"),
    (
      "a set operation",
      "SELECT n, g FROM s.big WHERE id % 2 = 0 EXCEPT SELECT id, g FROM s.big"
    ),
    ("a pivot", "PIVOT s.big ON d USING SUM(x) AS x, COUNT(*) AS c GROUP BY k"),
    (
      "quantiles and distinct counts of few groups",
      """
      SELECT g, quantile_cont(v, 0.95), median(x), COUNT(DISTINCT k) FROM s.big
      GROUP BY g ORDER BY g NULLS LAST
      """
    ),
    (
      "lists and texts",
      "SELECT k, list(id), string_agg(g, ',' ORDER BY v, id), mode(d) FROM s.big GROUP BY k"
    ),
    ("a rollup", "SELECT k, g, d, SUM(v), COUNT(*) FROM s.big GROUP BY ROLLUP (k, g, d)"),
    (
      "memberships",
      """
      SELECT id FROM s.big WHERE k NOT IN (SELECT k FROM s.big WHERE id % 7 = 0)
        OR n IN (SELECT id FROM s.big WHERE id % 5 < 3)
      """
    ),
    (
      "a common table used twice",
      """
      WITH c AS (SELECT k, SUM(v) AS v FROM s.big GROUP BY k)
      SELECT a.k, a.v, b.v FROM c a JOIN c b ON a.k = b.k
      """
    ),
    (
      "an ASOF join",
      "SELECT a.id, b.id FROM s.big a ASOF JOIN s.big b ON a.k = b.k AND a.id > b.id"
    ),
  ]

  private static let lake = Result { try BigLake(rowCount) }

  private func session(
    threads: Int = 2, limit: Int? = SpilledQueriesTests.limit, directory: String? = nil
  ) throws -> Session {
    var options = Session.Options(lakePath: try Self.lake.get().path)
    options.threads = threads
    options.memoryLimit = limit
    options.temporaryDirectory = directory
    return Session(options: options)
  }

  /// What lies in the lake's folder for temporary files.
  private func leftOvers() throws -> [String] {
    let path = try Self.lake.get().path + "/temp"
    guard try LocalFileStore().status(path) != nil else { return [] }
    return try LocalFileStore().list(path).map(\.name)
  }

  @Test("the same rows in the same order to the bit", arguments: queries)
  func sameAnswer(_ query: (what: String, text: String)) throws {
    let whole = DigestSink()
    try session(limit: 8 << 30).run(query.text, into: whole)
    #expect(whole.rowCount > 0)
    for threads in Self.threadCounts {
      let spilled = DigestSink()
      try session(threads: threads).run(query.text, into: spilled)
      #expect(spilled.rowCount == whole.rowCount, "\(threads) threads")
      #expect(spilled.digest == whole.digest, "\(threads) threads")
    }
    #expect(try leftOvers().isEmpty)
    // It did need the disk: without a place to write to it cannot answer.
    let nowhere = try Self.lake.get().path + "/tarn.db/temp"
    let error = try #require(try session(directory: nowhere).failure(query.text))
    #expect(error.message.contains("temporary file"), "\(error.message)")
  }

  @Test("an error half way leaves no file")
  func error() throws {
    let text = "SELECT CAST(concat(k, g) AS INT) FROM (SELECT k, g FROM s.big ORDER BY v, id)"
    #expect(try session().failure(text) != nil)
    #expect(try leftOvers().isEmpty)
  }

  @Test("cancelling half way leaves no file")
  func cancelled() throws {
    let session = try session()
    let sink = FirstBatchSink { session.cancel() }
    #expect(throws: LakeError.self) {
      try session.run("SELECT * FROM s.big ORDER BY v, id", into: sink)
    }
    #expect(sink.isReached)
    #expect(try leftOvers().isEmpty)
  }

  @Test("what a killed process left goes when the lake is opened next")
  func killed() async throws {
    let (lake, limit) = (try Self.lake.get().path, Self.limit)
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [lake = lake as String, limit = limit as Int] in
      var options = Session.Options(lakePath: lake)
      options.threads = 2
      options.memoryLimit = limit
      let sink = FirstBatchSink { _ = Glibc.kill(getpid(), SIGKILL) }
      try Session(options: options).run("SELECT * FROM s.big ORDER BY v, id", into: sink)
    }
    #expect(try !leftOvers().isEmpty)
    // A session of this process that opened the lake before goes on; a new one looks.
    #expect(try session().lines("SELECT COUNT(*) FROM s.big") == ["\(Self.rowCount)"])
    #expect(try leftOvers().isEmpty)
  }
}

/// One lake for all tests.
private final class BigLake: Sendable {
  /// Gone at exit: nobody lets go of what is shared.
  private static let directory = Mutex<TemporaryDirectory?>(nil)

  let path: String

  init(_ rowCount: Int) throws {
    let directory = TemporaryDirectory()
    path = directory.path + "/lake"
    BigLake.directory.withLock { $0 = directory }
    atexit { BigLake.directory.withLock { $0 = nil } }
    _ = try Lake.create(path, actor: "tester")
    let keys = rowCount / 2
    try Session(options: Session.Options(lakePath: path)).allRows(
      """
      CREATE TABLE s.big (id BIGINT, k STRING, g STRING, d DATE, x DECIMAL(18,2), v DOUBLE,
        n BIGINT) BUSINESS DATE d;
      INSERT INTO s.big SELECT i, concat('key ', CAST((i * 7919) % \(keys) AS STRING)),
        CASE WHEN i % 31 = 0 THEN NULL ELSE concat('group ', CAST(i % 97 AS STRING)) END,
        DATE '2025-06-02' + CAST(i % 7 AS INT),
        CAST((i * 104729) % 2000003 - 1000000 AS DECIMAL(18,2)) / 100,
        CASE WHEN i % 53 = 0 THEN NULL ELSE ((i * 15485863) % 1000003) * 0.1 - 3e4 END,
        (i * 32452843) % \(keys)
      FROM range(0, \(rowCount)) AS r(i)
      """)
  }
}

/// Calls somebody at the first rows.
private final class FirstBatchSink: ResultSink {
  private(set) var isReached = false
  private let action: () -> Void

  init(_ action: @escaping () -> Void) { self.action = action }

  func begin(_ schema: Schema) {}
  func rows(_ batch: Batch) {
    isReached = true
    action()
  }
  func end(_ summary: ResultSummary) {}
  func done(_ message: String, _ summary: ResultSummary) {}
}

/// A number that depends on every bit of every value and on the order of the rows.
private final class DigestSink: ResultSink {
  private(set) var digest: UInt64 = 0
  private(set) var rowCount = 0

  func begin(_ schema: Schema) {}

  func rows(_ batch: Batch) {
    var own = digest
    for row in 0..<batch.rowCount {
      for column in batch.columns { DigestSink.add(column.value(row), &own) }
    }
    digest = own
    rowCount += batch.rowCount
  }

  func end(_ summary: ResultSummary) {}
  func done(_ message: String, _ summary: ResultSummary) {}

  private static func add(_ value: Value, _ digest: inout UInt64) {
    switch value {
    case .null: add(1, &digest)
    case .int32(let number): add(UInt64(bitPattern: Int64(number)), &digest)
    case .int64(let number): add(UInt64(bitPattern: number), &digest)
    case .double(let number): add(number.bitPattern, &digest)
    case .decimal(let number): add(UInt64(truncatingIfNeeded: number.mantissa), &digest)
    case .string(let text):
      for byte in text.utf8 { add(UInt64(byte), &digest) }
      add(2, &digest)
    case .list(let members):
      for member in members { add(member, &digest) }
      add(3, &digest)
    default: for byte in "\(value)".utf8 { add(UInt64(byte), &digest) }
    }
  }

  private static func add(_ word: UInt64, _ digest: inout UInt64) {
    digest = (digest ^ word) &* 0x9e37_79b9_7f4a_7c15
    digest ^= digest >> 29
  }
}
