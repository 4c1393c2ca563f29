import Columnar
import FileStorage
import LakeCatalog
import Lakehouse
import TestSupport
import Testing

@Suite("The memory of a lake")
struct LakeMemoryTests {
  /// Every version either has its hash of before, or is refused with what remains.
  ///
  /// - Returns: the versions that could be read.
  @discardableResult
  private func check(
    _ hashes: [FileDigest], _ session: Session, _ place: Comment
  ) throws -> [Int64] {
    var readable: [Int64] = []
    let gone = Set(
      try session.lines(
        "SELECT version FROM system.history WHERE NOT readable AND \"table\" = 'silver.trades'"))
    for (version, hash) in hashes.enumerated() {
      if gone.contains(String(version)) {
        let error = session.failure("SELECT * FROM silver.trades VERSION AS OF \(version)")
        #expect(error?.message.contains("what remains: ") == true, place)
      } else {
        let now = try MemoryBench.hash(of: Int64(version), session)
        #expect(now == hash, "\(place): version \(version)")
        readable.append(Int64(version))
      }
    }
    let outcome = try session.perform(.verify(deep: true)) { _ in }
    #expect(outcome.verdict == nil, "\(place): \(CellText.rows(outcome.table))")
    return readable
  }

  @Test("50 versions, optimized, checkpointed, vacuumed, backed up and rebuilt: hashes as before")
  func fifty() throws {
    let bench = try MemoryBench()
    let session = bench.session
    try bench.grow(to: 25)
    try session.allRows("TAG 'mid'; TAG 'short' RETAIN '2 hours'")
    try bench.grow(to: 40)
    try session.allRows("TAG 'late' RETAIN '10 years'")
    try bench.grow(to: 50)
    let hashes = try (0...50).map { try MemoryBench.hash(of: $0, session) }
    #expect(Set(hashes).count > 30)
    let kinds = Set(try session.lines("SELECT operation FROM system.snapshots"))
    for kind in [
      "INSERT", "UPDATE", "DELETE", "MERGE", "TRANSACTION", "COPY", "OPTIMIZE", "RESTORE",
    ] { #expect(kinds.contains(kind), "\(kinds)") }

    try session.allRows("INSERT INTO silver.trades (id, day) VALUES ('Z', '2025-06-30')")
    try session.allRows("OPTIMIZE silver.trades")
    #expect(try check(hashes, session, "optimized").count == 51)
    let table = bench.lake + "/tables/silver/trades"
    let log = try LocalFileStore().list(table + "/_delta_log").map(\.name)
    #expect(log.contains { $0.hasSuffix("50.checkpoint.parquet") })
    for version in [0, 7, 31, 50] {
      let open = "SELECT * FROM read_delta('\(table)', version => \(version))"
      #expect(try MemoryBench.hash(open, session) == hashes[version], "\(version) from the log")
    }

    let vacuum = "VACUUM silver.trades RETAIN '6 hours'"
    let plan = try session.lines(vacuum + " DRY RUN")
    #expect(plan.contains { $0.hasPrefix("take") })
    for reason in ["tag 'mid'", "tag 'late'", "retained until"] {
      #expect(plan.contains { $0.hasPrefix("keep") && $0.contains(reason) }, "\(reason)")
    }
    #expect(!plan.contains { $0.contains("tag 'short'") })
    try session.allRows(vacuum)
    let readable = try check(hashes, session, "vacuumed")
    #expect(Set([25, 40, 47, 48, 49, 50]).isSubset(of: Set(readable)), "\(readable)")
    #expect(readable.count < 40, "\(readable)")
    for tag in ["mid": 25, "late": 40] {
      #expect(
        try MemoryBench.hash("SELECT * FROM silver.trades AS KNOWN AT TAG '\(tag.key)'", session)
          == hashes[tag.value])
    }
    let fingerprint = try session.catalog.fingerprint()

    let backup = bench.directory.path + "/backup"
    _ = try session.perform(.backup(directory: backup, links: false)) { _ in }
    #expect(try check(hashes, bench.another(backup), "backed up") == readable)
    let restored = bench.directory.path + "/restored"
    _ = try bench.another(backup).perform(.backup(directory: restored, links: false)) { _ in }
    #expect(try check(hashes, bench.another(restored), "restored") == readable)
    #expect(try bench.another(restored).catalog.fingerprint() == fingerprint)

    let store = LocalFileStore()
    for suffix in ["-shm", "-wal", ""] where try store.status(restored + "/tarn.db" + suffix) != nil
    {
      try store.remove(restored + "/tarn.db" + suffix)
    }
    let rebuilt = bench.another(restored)
    #expect(try rebuilt.perform(.rebuild) { _ in }.verdict == nil)
    #expect(try check(hashes, rebuilt, "rebuilt") == readable)
    #expect(try rebuilt.catalog.fingerprint() == fingerprint)
  }

  static let systemTables = [
    "tables", "columns", "files", "snapshots", "history", "tags", "views", "lineage", "runs",
    "audit", "ingests", "quarantine", "checks", "branches",
  ]

  @Test("a rebuilt catalog says of everything what the lost one said")
  func rebuild() throws {
    let bench = try MemoryBench()
    let session = bench.session
    try bench.grow(to: 12)
    try session.allRows(
      """
      TAG 'a' RETAIN '7 years'; TAG 'b'; DROP TAG 'b'; RETAIN '1 day' FOR RUNS;
      CREATE TABLE bronze.prices_raw (
        raw STRING, source_file STRING NOT NULL, source_line BIGINT NOT NULL) FROM FEED prices;
      CREATE TABLE silver.prices (id INT NOT NULL, day DATE NOT NULL, p DOUBLE)
        BUSINESS DATE day KEY (id, day) FROM FEED prices
        EXPECT positive CHECK (p > 0) ON VIOLATION QUARANTINE;
      CREATE MATERIALIZED VIEW gold.totals BUSINESS DATE day AS
        SELECT day, SUM(p) AS total FROM silver.prices GROUP BY day;
      CREATE TABLE silver.gone (n INT); INSERT INTO silver.gone VALUES (1); DROP TABLE silver.gone;
      CREATE BRANCH whatif
      """)
    let landed = bench.lake + "/landing/prices/EMEA/2025/06/23/p.csv"
    let store = LocalFileStore()
    try store.makeDirectory(parentDirectory(of: landed))
    try store.replace(
      Array("id,day,p\n1,2025-06-23,1.5\n2,2025-06-23,-1\nx,y,z\n".utf8), at: landed)
    _ = try session.perform(.ingestLanding(directory: nil, filter: nil)) { _ in }
    _ = try session.perform(.refresh(views: [], dates: [], force: false)) { _ in }
    try session.allRows("VACUUM RETAIN 0 HOURS")
    let before = try LakeMemoryTests.systemTables.map { name in
      try session.lines("SELECT * FROM system.\(name) ORDER BY ALL")
    }
    for (name, lines) in zip(LakeMemoryTests.systemTables, before) where name != "checks" {
      #expect(!lines.isEmpty, "system.\(name) is empty, so it shows nothing")
    }
    let fingerprint = try session.catalog.fingerprint()
    for suffix in ["-shm", "-wal", ""]
    where try store.status(bench.lake + "/tarn.db" + suffix) != nil {
      try store.remove(bench.lake + "/tarn.db" + suffix)
    }
    let rebuilt = bench.another()
    let outcome = try rebuilt.perform(.rebuild) { _ in }
    #expect(outcome.verdict == nil, "\(outcome.lines)")
    #expect(try rebuilt.catalog.fingerprint() == fingerprint)
    for (name, lines) in zip(LakeMemoryTests.systemTables, before) {
      #expect(try rebuilt.lines("SELECT * FROM system.\(name) ORDER BY ALL") == lines, "\(name)")
    }
    try rebuilt.allRows("USE BRANCH whatif")
    #expect(try rebuilt.lines("SELECT COUNT(*) FROM silver.notes") == ["1"])
  }
}
