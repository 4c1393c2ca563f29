import Columnar
import FileStorage
import Glibc
import JSONText
import LakeCatalog
import Lakehouse
import Synchronization
import TestSupport
import Testing

/// A lake with a feed, a bronze and a typed table, views on commit, and a landing folder beside it.
private final class LandingBench {
  let bench: Workbench
  var folder: String { parentDirectory(of: bench.lake) + "/in" }
  var told: String { parentDirectory(of: bench.lake) + "/told" }

  static let day = "trades/EMEA/2025/06/17/"

  init() throws {
    bench = try Workbench()
    try bench.rows(
      """
      CREATE TABLE bronze.trades (id STRING, day STRING, amount STRING,
        source_file STRING NOT NULL, source_line BIGINT NOT NULL) FROM FEED trades;
      CREATE TABLE silver.trades (id STRING NOT NULL, day DATE NOT NULL, amount DECIMAL(18,2) NOT NULL)
        BUSINESS DATE day FROM FEED trades EXPECT positive CHECK (amount > 0) ON VIOLATION QUARANTINE;
      CREATE TABLE silver.rates (ccy STRING NOT NULL, rate DOUBLE NOT NULL) FROM FEED rates
        EXPECT known CHECK (rate > 0) ON VIOLATION FAIL;
      CREATE MATERIALIZED VIEW gold.totals BUSINESS DATE day REFRESH ON COMMIT
        AS SELECT day, SUM(amount) AS total FROM silver.trades GROUP BY day;
      CREATE MATERIALIZED VIEW gold.best REFRESH ON COMMIT AS SELECT MAX(rate) AS rate FROM silver.rates;
      """)
    try LocalFileStore().makeDirectory(folder)
  }

  func land(_ text: String, _ path: String) throws { try land(Array(text.utf8), path) }

  func land(_ bytes: [UInt8], _ path: String) throws {
    try bench.write(bytes, to: "in/" + path)
  }

  func tick(settle: Int = 0) throws -> Outcome {
    try bench.perform(
      .tick(
        NoticeTargets(command: "cat >> '\(told)'"), landing: LandingFolder(folder, settle: settle)))
  }

  /// `file result` or `view result` of each row of a tick.
  func words(_ outcome: Outcome) -> [String] {
    CellText.rows(outcome.table).map { row in
      let cells = row.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      let name = cells[0] == "∅" ? lastComponent(of: cells[8]) : cells[0]
      return "\(name) \(cells[2])"
    }
  }

  /// `state kind name` of each alert about a file, in the order told.
  func alerts() throws -> [String] {
    guard let bytes = try? LocalFileStore().read(told) else { return [] }
    return try bytes.split(separator: UInt8(ascii: "\n")).flatMap { line in
      (try JSONValue(parsing: Array(line))["alerts"]?.array ?? [])
        .filter { $0["kind"]?.string == "file" }
        .map { "\($0["state"]?.string ?? "") \(lastComponent(of: $0["name"]?.string ?? ""))" }
    }
  }

  func snapshots() throws -> [String] { try bench.lines("SELECT COUNT(*) FROM system.snapshots") }
}

@Suite("Landing files in a tick")
struct LandingTickTests {
  private let lake: LandingBench

  init() throws { lake = try LandingBench() }

  private static let good = "id,day,amount\nA,2025-06-17,10.25\nB,2025-06-17,3\n"

  @Test("one tick takes a file and refreshes what reads it; the next finds nothing to do")
  func once() throws {
    _ = try lake.tick()
    try lake.land(Self.good, LandingBench.day + "a.csv")
    let outcome = try lake.tick()
    #expect(outcome.verdict == nil, "\(outcome.lines)")
    #expect(lake.words(outcome) == ["a.csv loaded", "gold.totals refreshed"])
    #expect(outcome.lines.first?.hasPrefix("loaded 1 file with 2 rows") == true)
    #expect(try lake.bench.lines("SELECT * FROM gold.totals") == ["2025-06-17|13.25"])
    #expect(
      try lake.bench.lines("SELECT feed, region, arrival_date, path, rows FROM system.ingests")
        == ["trades|EMEA|2025-06-17|trades/EMEA/2025/06/17/a.csv|2"])
    let before = try lake.snapshots()
    let idle = try lake.tick()
    #expect(idle.table == nil && idle.verdict == nil && idle.lines == ["nothing is due"])
    #expect(try lake.snapshots() == before)
  }

  @Test("the same bytes that are sent again are skipped; other bytes under the name are loaded")
  func again() throws {
    try lake.land(Self.good, LandingBench.day + "a.csv")
    _ = try lake.tick()
    try lake.land(Self.good, LandingBench.day + "a-again.csv")
    #expect(try lake.words(lake.tick()) == ["a-again.csv skipped"])
    try lake.land("id,day,amount\nC,2025-06-17,1\n", LandingBench.day + "a.csv")
    #expect(try lake.words(lake.tick()) == ["a.csv loaded", "gold.totals refreshed"])
    #expect(try lake.bench.lines("SELECT total FROM gold.totals") == ["14.25"])
  }

  @Test("a bad file is refused by name and told, and stops neither other files nor views")
  func bad() throws {
    _ = try lake.tick()
    try lake.land("ccy,rate\nEUR,-1\n", "rates/EMEA/2025/06/17/b.csv")
    try lake.land("junk", LandingBench.day + "c.parquet")
    try lake.land("x\n1\n", "tradez/EMEA/2025/06/17/d.csv")
    try lake.land("x\n1\n", "trades/EMEA/17-06/e.csv")
    try lake.land(Self.good, LandingBench.day + "z.csv")
    let outcome = try lake.tick()
    #expect(outcome.verdict == .data)
    #expect(
      lake.words(outcome) == [
        "z.csv loaded", "b.csv refused", "c.parquet refused", "d.csv refused", "e.csv refused",
        "gold.totals refreshed",
      ])
    for name in ["b.csv", "c.parquet", "d.csv", "e.csv"] {
      #expect(
        outcome.lines.contains { $0.hasPrefix("refused ") && $0.contains("/\(name): ") },
        "\(name) in \(outcome.lines)")
    }
    #expect(outcome.lines.contains { $0.contains("FROM FEED tradez") && $0.contains("trades") })
    let bad = ["b.csv", "c.parquet", "d.csv", "e.csv"]
    #expect(try lake.alerts().sorted() == bad.map { "raised \($0)" })
    #expect(try lake.bench.lines("SELECT COUNT(*) FROM silver.rates") == ["0"])
    #expect(try lake.bench.lines("SELECT COUNT(*) FROM system.ingests") == ["1"])

    // They are still there, and are not told again.
    let next = try lake.tick()
    #expect(next.verdict == .stale && next.table == nil)
    #expect(next.lines.count { $0.hasPrefix("still refused: ") } == 4)
    #expect(try lake.alerts().count == 4)
    let status = try lake.bench.perform(.status(check: true))
    #expect(status.verdict == .stale)
    #expect(status.lines.count { $0.hasPrefix("refused ") } == 4)

    // Put right, declared, and taken away.
    try lake.land("ccy,rate\nEUR,1.5\n", "rates/EMEA/2025/06/17/b.csv")
    try lake.bench.rows("CREATE TABLE silver.others (x INT) FROM FEED tradez")
    let store = LocalFileStore()
    try store.remove(lake.folder + "/" + LandingBench.day + "c.parquet")
    try store.remove(lake.folder + "/trades/EMEA/17-06/e.csv")
    let healed = try lake.tick()
    #expect(healed.verdict == nil, "\(healed.lines)")
    #expect(lake.words(healed) == ["b.csv loaded", "d.csv loaded", "gold.best refreshed"])
    #expect(try lake.alerts().count { $0.hasPrefix("resolved") } == 4)
    #expect(try lake.bench.perform(.status(check: true)).verdict == nil)
  }

  @Test("records that break the contract go to quarantine and are told in the row of their file")
  func quarantine() throws {
    try lake.land(Self.good + "C,2025-06-17,-4\nD,2025-06-31,4\n", LandingBench.day + "a.csv")
    let outcome = try lake.tick()
    #expect(outcome.verdict == nil)
    #expect(CellText.rows(outcome.table).first?.contains("2 records are in quarantine") == true)
    #expect(try lake.bench.lines("SELECT line FROM system.quarantine ORDER BY line") == ["4", "5"])
  }

  @Test("a file that is still being written waits, until it is renamed, marked or left alone")
  func whole() throws {
    let day = LandingBench.day
    for name in ["a.csv.tmp", "b.csv.part", ".c.csv", "_d.csv"] {
      try lake.land(Self.good, day + name)
    }
    #expect(try lake.words(lake.tick()) == ["gold.best refreshed", "gold.totals refreshed"])
    try lake.land("id,day,amount\nE,2025-06-17,1\n", day + "e.csv")
    try lake.land("id,day,amount\nF,2025-06-17,1\n", day + "f.csv")
    try lake.land("", day + "f.csv.done")
    let first = try lake.tick(settle: 600)
    #expect(lake.words(first).contains("f.csv loaded") && first.verdict == nil)
    #expect(!lake.words(first).contains { $0.hasPrefix("e.csv") })
    #expect(first.lines.last == "waiting until it has not changed for 600 seconds: \(day)e.csv")
    // A second has gone by since it was written.
    usleep(1_100_000)
    #expect(try lake.words(lake.tick(settle: 1)).first == "e.csv loaded")
    #expect(try lake.bench.lines("SELECT COUNT(*) FROM silver.trades") == ["2"])
    #expect(
      unsafe rename(lake.folder + "/" + day + "a.csv.tmp", lake.folder + "/" + day + "a.csv") == 0)
    #expect(try lake.words(lake.tick()).first == "a.csv loaded")
  }

  @Test("a folder that cannot be read is told, and views are refreshed nevertheless")
  func missing() throws {
    try lake.bench.rows("INSERT INTO silver.rates VALUES ('EUR', 2)")
    let outcome = try lake.bench.perform(
      .tick(landing: LandingFolder(lake.folder + "/nowhere")))
    #expect(outcome.verdict == .data)
    #expect(lake.words(outcome).contains("nowhere refused"))
    #expect(try lake.bench.lines("SELECT rate FROM gold.best") == ["2.0"])
  }

  @Test("the lake's own folder is meant when none is named")
  func own() throws {
    try lake.bench.write(Self.good.utf8, to: "lake/landing/" + LandingBench.day + "a.csv")
    let outcome = try lake.bench.perform(.tick(landing: LandingFolder(settle: 0)))
    #expect(lake.words(outcome).first == "a.csv loaded")
  }

  @Test("ticks of several sessions at once load every file once")
  func together() throws {
    _ = try lake.tick()
    let (options, folder) = (lake.bench.session.options, lake.folder)
    let told = Mutex<[String]>([])
    for round in 1...6 {
      for part in 0..<3 {
        try lake.land(
          "id,day,amount\nT\(round)-\(part),2025-06-17,1\n",
          LandingBench.day + "\(round)-\(part).csv")
      }
      runThreads(3) { _ in
        let session = Session(options: options)
        do throws(LakeError) {
          let outcome = try session.perform(
            .tick(landing: LandingFolder(folder, settle: 0))
          ) { _ in }
          told.withLock { $0 += CellText.rows(outcome.table) }
        } catch {
          told.withLock { $0.append("|failed|: \(error.message)") }
        }
      }
    }
    _ = try lake.tick()
    let rows = told.withLock { $0 }
    #expect(!rows.contains { $0.contains("|failed|") || $0.contains("|refused|") }, "\(rows)")
    #expect(rows.count { $0.contains("|loaded|") } == 18)
    #expect(
      try lake.bench.lines("SELECT COUNT(*), COUNT(DISTINCT id) FROM silver.trades") == ["18|18"])
    #expect(try lake.bench.lines("SELECT total FROM gold.totals") == ["18.00"])
    #expect(try lake.bench.perform(.verify(deep: true)).verdict == nil)
  }
}

@Suite("Crashed ticks with landing files", .serialized)
struct CrashedLandingTests {
  private static func bench() throws -> CrashBench {
    try CrashBench(
      files: [
        "landing/trades/EMEA/2025/06/17/a.csv": "id,day,amount\nA,2025-06-17,10.25\n",
        "landing/trades/EMEA/2025/06/18/b.csv": "id,day,amount\nB,2025-06-18,1\nC,2025-06-18,-1\n",
      ],
      summary: [
        "SELECT * FROM silver.trades ORDER BY id", "SELECT * FROM gold.totals ORDER BY day",
        "SELECT path, rows, rejected FROM system.ingests ORDER BY path",
        "SELECT file, line FROM system.quarantine ORDER BY file, line",
        "SELECT operation, COUNT(*) FROM system.snapshots GROUP BY operation ORDER BY 1",
        "SELECT view, status, rows FROM system.runs ORDER BY run",
      ],
      prepare: { session in
        _ = try session.allRows(
          """
          CREATE TABLE silver.trades (id STRING NOT NULL, day DATE NOT NULL, amount DECIMAL(18,2))
            BUSINESS DATE day FROM FEED trades EXPECT positive CHECK (amount > 0) ON VIOLATION QUARANTINE;
          CREATE MATERIALIZED VIEW gold.totals BUSINESS DATE day REFRESH ON COMMIT
            AS SELECT day, SUM(amount) AS total FROM silver.trades GROUP BY day
          """)
      },
      change: { session in
        let outcome = try session.perform(.tick(landing: LandingFolder(settle: 0))) { _ in }
        guard outcome.verdict == nil else { throw LakeError(.integrity, "\(outcome.lines)") }
      })
  }

  @Test("power lost before any file operation: the next tick finishes the work, nothing is twice")
  func everyOperation() throws {
    let bench = try Self.bench()
    var crashes = 0
    for operation in 1... {
      let memory = try bench.reset()
      let store = FaultyStore(over: memory, fault: .crash(at: operation))
      _ = bench.run(store)
      if store.faultsMet == 0 { break }
      crashes += 1
      let found = MemoryFileStore(memory.disk.afterPowerLoss(seed: UInt64(operation)))
      let failure = bench.run(found)
      #expect(failure == nil, "operation \(operation): \(failure?.message ?? "")")
      #expect(try bench.state(found) == bench.new, "operation \(operation)")
      let verified = try bench.session(found).perform(.verify(deep: true)) { _ in }
      #expect(verified.verdict == nil, "operation \(operation)")
    }
    print("tick with landing files: \(crashes) crashes")
    #expect(crashes > 60)
  }
}

/// Real processes that are killed at random moments of a tick that takes files.
@Suite("Killed ticks with landing files", .serialized)
struct KilledLandingTests {
  private static var kills: Int {
    guard let text = unsafe getenv("TARN_KILLS") else { return 25 }
    return unsafe Int(String(cString: text)) ?? 25
  }

  @Test("the next tick finishes the work at once, and nothing is in the lake twice")
  func kill() async throws {
    let lake = try LandingBench()
    let start = SystemClock.monotonicNanoseconds()
    _ = try lake.tick()
    let length = Int((SystemClock.monotonicNanoseconds() - start) / 1000)
    var random = SeededGenerator(seed: 7)
    for round in 1...Self.kills {
      for part in 0..<2 {
        try lake.land(
          "id,day,amount\nT\(round)-\(part),2025-06-17,1\n",
          LandingBench.day + "\(round)-\(part).csv")
      }
      let moment = Int.random(in: 0...length * 4, using: &random)
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [root = lake.bench.lake as String, folder = lake.folder as String, moment = moment as Int]
        in
        let end = SystemClock.monotonicNanoseconds() + UInt64(moment) * 1000
        Task.detached {
          while SystemClock.monotonicNanoseconds() < end { usleep(100) }
          _ = Glibc.kill(getpid(), SIGKILL)
        }
        var options = Session.Options(lakePath: root)
        options.threads = 1
        _ = try Session(options: options).perform(
          .tick(landing: LandingFolder(folder, settle: 0))
        ) { _ in }
        while true { pause() }
      }
      let outcome = try lake.tick()
      #expect(outcome.verdict == nil, "\(moment) µs: \(outcome.lines)")
      let expected = "\(round * 2)"
      #expect(
        try lake.bench.lines("SELECT COUNT(*), COUNT(DISTINCT id) FROM silver.trades")
          == ["\(expected)|\(expected)"], "\(moment) µs")
      #expect(try lake.bench.lines("SELECT total FROM gold.totals") == ["\(expected).00"])
      #expect(try lake.bench.lines("SELECT COUNT(*) FROM system.ingests") == [expected])
    }
    #expect(try lake.bench.perform(.verify(deep: true)).verdict == nil)
  }
}
