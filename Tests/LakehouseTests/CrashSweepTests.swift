import Columnar
import FileStorage
import LakeCatalog
import Lakehouse
import Synchronization
import TestSupport
import Testing

/// Faults everywhere in an ingest (bronze, silver, quarantine and checks in one snapshot), in a
/// transaction over two tables, and in a refresh of two views, one of them of the other.
@Suite("Crashes of the whole product", .serialized)
struct CrashSweepTests {
  enum Change: String, CaseIterable, CustomTestStringConvertible {
    case ingest
    case transaction
    case refresh
    var testDescription: String { rawValue }

    func bench() throws -> CrashBench {
      switch self {
      case .ingest: try CrashSweepTests.ingest()
      case .transaction: try CrashSweepTests.transaction()
      case .refresh: try CrashSweepTests.refresh()
      }
    }
  }

  private static let tables = """
    CREATE TABLE bronze.trades (id STRING, version STRING, day STRING, amount STRING,
      source_file STRING NOT NULL, source_line BIGINT NOT NULL) FROM FEED trades;
    CREATE TABLE silver.trades (id STRING NOT NULL, version INT NOT NULL, day DATE NOT NULL,
      amount DECIMAL(18,2) NOT NULL)
    BUSINESS DATE day KEY (id, day) LATEST BY version FROM FEED trades
    EXPECT positive CHECK (amount > 0) ON VIOLATION QUARANTINE
    EXPECT small CHECK (amount < 100) ON VIOLATION WARN;
    """
  private static let first = "landing/trades/EMEA/2025/06/17/first.csv"
  private static let second = "landing/trades/EMEA/2025/06/18/second.csv"

  private static func ingest() throws -> CrashBench {
    try CrashBench(
      files: [
        first: "id,version,day,amount\nA,1,2025-06-17,10.25\nB,1,2025-06-17,3\n",
        // A new version, an old one, a new trade, a warning, and two records that are kept out.
        second: """
        id,version,day,amount
        A,2,2025-06-17,11.25
        B,1,2025-06-17,99
        C,1,2025-06-18,5
        D,1,2025-06-18,500
        E,1,2025-06-18,-1
        F,1,2025-06-31,1

        """,
      ],
      summary: [
        "SELECT id, version, day, amount FROM silver.trades ORDER BY id, day",
        "SELECT id, amount, source_file, source_line FROM bronze.trades ORDER BY 3, 4",
        "SELECT path, rows, rejected FROM system.ingests ORDER BY path",
        "SELECT file, line, rule, raw_text FROM system.quarantine ORDER BY file, line",
        "SELECT subject, name, status, rows_checked, rows_failed, score FROM system.checks "
          + "ORDER BY snapshot, subject, name",
        "SELECT snapshot, operation, rows_added, rows_removed FROM system.snapshots ORDER BY 1",
      ],
      prepare: { session in
        try session.allRows(tables)
        try land(first, session)
      },
      change: { session in try land(second, session) })
  }

  private static func land(_ file: String, _ session: Session) throws {
    let path = session.options.lakePath + "/" + file
    let outcome = try session.perform(.ingest(files: [path], feed: nil)) { _ in }
    let row = CellText.rows(outcome.table)
    guard row.count == 1, row[0].contains("|loaded|") else {
      throw LakeError(.integrity, "not loaded: \(row)")
    }
  }

  private static func transaction() throws -> CrashBench {
    try CrashBench(
      files: [:],
      summary: [
        "SELECT id, amount FROM s.a ORDER BY id", "SELECT id, amount FROM s.b ORDER BY id",
        "SELECT snapshot, operation, rows_added, rows_removed FROM system.snapshots ORDER BY 1",
        "SELECT schema, name, version, rows FROM system.tables ORDER BY 1, 2",
      ],
      prepare: { session in
        try session.allRows(
          """
          CREATE TABLE s.a (id INT NOT NULL, amount INT) KEY (id);
          CREATE TABLE s.b (id INT NOT NULL, amount DOUBLE);
          INSERT INTO s.a VALUES (1, 10), (2, 20); INSERT INTO s.b VALUES (1, 0.5)
          """)
      },
      change: { session in
        let counts = try session.lines("SELECT COUNT(*) FROM s.b")
        guard counts == ["1"] else { throw LakeError(.integrity, "done before") }
        try session.allRows(
          """
          BEGIN;
          INSERT INTO s.a VALUES (2, 21), (3, 30);
          INSERT INTO s.b SELECT id, amount / 2 FROM s.a WHERE id > 1;
          COMMIT
          """)
      })
  }

  private static func refresh() throws -> CrashBench {
    try CrashBench(
      files: [:],
      summary: [
        "SELECT day, total FROM gold.totals ORDER BY day", "SELECT * FROM gold.grand",
        "SELECT run, view, status, rows, content_hash FROM system.runs ORDER BY run",
        "SELECT snapshot, operation, rows_added, rows_removed FROM system.snapshots ORDER BY 1",
      ],
      prepare: { session in
        try session.allRows(
          """
          CREATE TABLE s.a (day DATE NOT NULL, amount INT) BUSINESS DATE day;
          INSERT INTO s.a VALUES ('2025-06-17', 10), ('2025-06-18', 20);
          CREATE MATERIALIZED VIEW gold.totals BUSINESS DATE day AS
            SELECT day, SUM(amount) AS total FROM s.a GROUP BY day;
          CREATE MATERIALIZED VIEW gold.grand AS SELECT SUM(total) AS grand FROM gold.totals
          """)
        try refresh(session)
        try session.allRows("INSERT INTO s.a VALUES ('2025-06-18', 22)")
      },
      change: refresh)
  }

  private static func refresh(_ session: Session) throws {
    let outcome = try session.perform(.refresh(views: [], dates: [], force: false)) { _ in }
    guard outcome.verdict == nil, outcome.table?.rowCount == 2 else {
      throw LakeError(.integrity, "not refreshed: \(outcome.lines)")
    }
  }

  @Test(
    "power lost before any file operation: the old state or the new, never between",
    arguments: Change.allCases)
  func everyOperation(change: Change) throws {
    let bench = try change.bench()
    var faultsMet = 0
    var (old, new, acknowledged) = (0, 0, 0)
    sweep: for operation in 1... {
      for seed in 0..<2 as Range<UInt64> {
        let memory = try bench.reset()
        let store = FaultyStore(over: memory, fault: .crash(at: operation))
        let failure = bench.run(store)
        if store.faultsMet == 0 {
          #expect(failure == nil)
          break sweep
        }
        faultsMet += 1
        if failure == nil { acknowledged += 1 }
        let found = MemoryFileStore(memory.disk.afterPowerLoss(seed: seed))
        let isNew = try bench.check(
          found, acknowledged: failure == nil, "operation \(operation), seed \(seed)")
        if isNew { new += 1 } else { old += 1 }
      }
    }
    print(
      "\(change) crash sweep: \(faultsMet) crashes, \(old) found the old state, \(new) the new, "
        + "\(acknowledged) after the acknowledgement")
    #expect(faultsMet > 60 && old > 20 && new > 20)
  }

  @Test(
    "power lost before and after every SQLite COMMIT: the old state or the new",
    arguments: Change.allCases)
  func everyCommit(change: Change) throws {
    let bench = try change.bench()
    var met: [CommitMoment: Int] = [:]
    var wasNew = false
    for moment in 1... {
      let memory = try bench.reset()
      let store = FaultyStore(over: memory)
      let count = Mutex(0)
      let found = Mutex<CommitMoment?>(nil)
      let failure = bench.run(store) { now throws(CatalogError) in
        let isDue = count.withLock { count in
          count += 1
          return count == moment
        }
        guard isDue else { return }
        found.withLock { $0 = now }
        store.crash()
        throw .invalid("the power failed")
      }
      guard let now = found.withLock({ $0 }) else { break }
      met[now, default: 0] += 1
      let survivor = MemoryFileStore(memory.disk.afterPowerLoss(seed: UInt64(moment)))
      let isNew = try bench.check(
        survivor, acknowledged: failure == nil, "\(now), moment \(moment)")
      // The first COMMIT ratifies, in a refresh the one after those of its leases; the others remember
      // what was published.
      if change != .refresh { #expect(isNew == (moment > 1), "\(now), moment \(moment)") }
      #expect(isNew || !wasNew, "\(now), moment \(moment): what was new is old again")
      wasNew = isNew
    }
    #expect(wasNew)
    print("\(change) commit sweep: \(met)")
    #expect(met[.beforeCommit, default: 0] >= 2 && met[.afterCommit, default: 0] >= 2)
  }

  @Test(
    "a disk that fails once: all of it or nothing, and nothing is left lying about",
    arguments: [Change.ingest, .transaction], [FileError.Reason.noSpace, .system(code: 5)])
  func failures(change: Change, reason: FileError.Reason) throws {
    let bench = try change.bench()
    var (refused, acknowledged) = (0, 0)
    for operation in 1... {
      let memory = try bench.reset()
      let store = FaultyStore(over: memory, fault: .failure(at: operation, reason))
      let failure = bench.run(store)
      if store.faultsMet == 0 { break }
      let place: Comment = "operation \(operation): \(store.operations[operation - 1])"
      store.arm(.none)
      if let failure {
        refused += 1
        if reason == .noSpace {
          #expect(failure.message.contains("the disk is full"), "\(place): \(failure.message)")
          #expect(failure.help?.contains("free some space") == true, place)
        }
        #expect(failure.exitStatus == 1, place)
        #expect(try bench.state(store) == bench.old, place)
        #expect(try bench.orphans(store).isEmpty, place)
      } else {
        acknowledged += 1
      }
      let isNew = try bench.check(memory, acknowledged: failure == nil, place)
      #expect(isNew == (failure == nil), place)
    }
    print("\(change) failing disk (\(reason)): \(refused) refused, \(acknowledged) held")
    #expect(refused > 20 && acknowledged > 10)
  }
}
