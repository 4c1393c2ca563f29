import Columnar
import FileStorage
import LakeCatalog
import Lakehouse
import TestSupport
import Testing

/// What `lake/README.md` promises of the sample lake, after all of its stages.
@Suite("The sample lake")
struct SampleLakeTests {
  let lake: SampleLake
  let session: Session

  init() throws {
    lake = try SampleLake.shared.get()
    session = lake.session()
  }

  /// All with an expected answer; `history` is about the one without.
  static let savedQueries: [String] = {
    let files = (try? LocalFileStore().list(SampleLake.repository + "/queries/expected")) ?? []
    return files.map { String($0.name.dropLast(".csv".count)) }
  }()

  @Test("saved queries give the expected answers, byte for byte", arguments: savedQueries)
  func savedQuery(name: String) throws {
    #expect(SampleLakeTests.savedQueries.count == 21)
    let query = try SampleLake.read("queries/\(name).sql")
    let expected = try SampleLake.read("queries/expected/\(name).csv")
    #expect(try SampleLake.csv(query, session) == expected)
  }

  @Test("who and when: one line of history for each commit, newest first")
  func history() throws {
    let query = try SampleLake.read("queries/06-who-and-when.sql")
    let history = try session.allRows(query)
    // CREATE, two files on each of six days, the late one; the re-sent file made no commit.
    #expect(history.count == 1 + 12 + 1)
    let rows = try session.lines(
      """
      SELECT version, actor, operation, rows_added, rows_removed FROM system.history
      WHERE "table" = 'silver.positions' ORDER BY version DESC LIMIT 2
      """)
    #expect(rows.first == "13|ann|INGEST|2|1")
  }

  @Test("rows of every table")
  func rowCounts() throws {
    #expect(
      try session.lines("SELECT COUNT(*), COUNT(DISTINCT trade_id) FROM silver.positions").first?
        .hasPrefix("119961|") == true)
    #expect(
      try session.lines(
        "SELECT COUNT(*) FROM silver.positions AS KNOWN AT TAG 'eod-2025-06-23'") == ["119960"])
    #expect(try session.lines("SELECT * FROM silver.one_row") == ["1"])
    #expect(
      try session.lines("SELECT schema, name FROM system.tables WHERE rows = 0 ORDER BY 1, 2")
        .allSatisfy { $0.hasPrefix("gold|") })
    // Bronze holds what could be split into fields, so all but the ragged record, and the old copy.
    #expect(
      try session.lines(
        """
        SELECT COUNT(*) FROM bronze.positions
        WHERE source_file = 'positions/EMEA/2025/06/18/positions.csv.gz' AND source_line IN
          (1001, 2001, 3001, 4001, 5001)
        """) == ["4"])
  }

  @Test("five records of one file and one of another are in quarantine, with their lines")
  func quarantine() throws {
    let expected = [
      "counterparties/EMEA/2025/06/20/counterparties-update.ndjson|2|json",
      "positions/EMEA/2025/06/18/positions.csv.gz|1001|type",
      "positions/EMEA/2025/06/18/positions.csv.gz|2001|not null",
      "positions/EMEA/2025/06/18/positions.csv.gz|3001|notional_not_negative",
      "positions/EMEA/2025/06/18/positions.csv.gz|4001|type",
      "positions/EMEA/2025/06/18/positions.csv.gz|5001|field count",
    ]
    #expect(
      try session.lines("SELECT file, line, rule FROM system.quarantine ORDER BY file, line")
        == expected)
    #expect(
      try session.lines("SELECT DISTINCT raw_text = '' OR reason = '' FROM system.quarantine")
        == ["false"])
    #expect(
      try session.lines(
        "SELECT version, rating FROM ref.counterparties WHERE counterparty = 'CP007'"
      )
      .first?.hasPrefix("2|") == true)
  }

  @Test("a file that is sent again is skipped, and so is every file when all are sent again")
  func resent() throws {
    let skipped = lake.reports.values.joined().filter { $0.contains("|skipped|") }
    #expect(
      skipped.map { $0.split(separator: "|")[0] }
        == ["positions/AMER/2025/06/18/positions-resent.csv.gz"])
    let files = try SampleLake.stages().joined().count
    let head = try session.lines("SELECT MAX(snapshot) FROM system.snapshots")
    let again = try session.perform(
      .ingestLanding(directory: SampleLake.repository + "/lake/landing", filter: nil)
    ) { _ in }
    let statuses = CellText.rows(again.table).map { $0.split(separator: "|")[1] }
    #expect(statuses.count == files && Set(statuses) == ["skipped"])
    #expect(try session.lines("SELECT MAX(snapshot) FROM system.snapshots") == head)
    #expect(
      try session.lines(
        "SELECT COUNT(*), COUNT(DISTINCT path), SUM(rejected) FROM system.ingests")
        == ["\(files - 1)|\(files - 1)|6"])
  }

  @Test("the late file replaces one row, adds one, and drops an old copy")
  func lateBooking() throws {
    let report = try #require(lake.reports[7]?.first?.split(separator: "|").map(String.init))
    // file, status, read, loaded, replaced, superseded, quarantined, warned
    #expect(Array(report[1...7]) == ["loaded", "3", "2", "1", "1", "0", "0"])
    #expect(
      try session.lines(
        "SELECT version FROM silver.positions AS OF T-3 WHERE trade_id = 'T000310'") != ["0"])
    #expect(
      try session.lines(
        """
        SELECT b.value - a.value FROM
          (SELECT SUM(market_value) AS value FROM silver.positions AS OF T-3
            AS KNOWN AT TAG 'eod-2025-06-23' WHERE currency = 'USD' AND desk = 'FX_LDN') a
        CROSS JOIN
          (SELECT SUM(market_value) AS value FROM silver.positions AS OF T-3
            WHERE currency = 'USD' AND desk = 'FX_LDN') b
        """) == ["-22400000.00"])
    #expect(
      try session.lines(
        "SELECT DISTINCT as_of_date FROM silver.positions AS OF T-3") == ["2025-06-17"])
  }

  @Test("three rows are warned about and kept; every file has a score")
  func warnings() throws {
    let warned = try session.lines(
      """
      SELECT subject, status, business_date, rows_failed FROM system.checks
      WHERE name = 'value_within_notional'
      """)
    #expect(warned == ["silver.positions|warn|2025-06-20|3"])
    #expect(
      try session.lines(
        """
        SELECT COUNT(*) FROM silver.positions
        WHERE trade_id IN ('T011797', 'T014210', 'T016644') AND as_of_date = DATE '2025-06-20'
        """) == ["3"])
    #expect(
      try session.lines(
        "SELECT COUNT(*), MAX(score) FROM system.checks WHERE name = 'quality score'")
        == ["\(try SampleLake.stages().joined().count - 1)|1.0"])
    let low = try session.lines(
      """
      SELECT subject, status, rows_failed FROM system.checks
      WHERE name = 'quality score' AND score < 1 ORDER BY subject, business_date
      """)
    #expect(low == ["counterparties|warn|1", "positions|warn|5", "positions|warn|3"])
  }

  @Test("a moment of knowledge can be named by time, tag, snapshot and version, with one answer")
  func spellings() throws {
    let snapshot = try session.lines(
      "SELECT snapshot FROM system.tags WHERE name = 'eod-2025-06-18'")
    let version = try session.lines(
      """
      SELECT MAX(version) FROM system.history
      WHERE "table" = 'silver.positions' AND snapshot <= \(snapshot[0])
      """)
    let time = Timestamp(microseconds: try #require(lake.times[4])).description
    let pins = [
      "AS KNOWN AT TAG 'eod-2025-06-18'", "AS KNOWN AT SNAPSHOT \(snapshot[0])",
      "AS KNOWN AT TIMESTAMP '\(time)'", "VERSION AS OF \(version[0])", "TIMESTAMP AS OF '\(time)'",
    ]
    let answers = try pins.map { pin in
      try session.lines(
        "SELECT COUNT(*), SUM(market_value), SUM(pv), MAX(as_of_date) FROM silver.positions \(pin)")
    }
    #expect(Set(answers).count == 1, "\(answers)")
    #expect(answers[0].first?.hasSuffix("2025-06-18") == true)
    let pinned = Session(options: session.options)
    pinned.options.knownAt = "tag:eod-2025-06-18"
    #expect(
      try pinned.lines(
        "SELECT COUNT(*), SUM(market_value), SUM(pv), MAX(as_of_date) FROM silver.positions")
        == answers[0])
  }

  @Test(
    "a time outside what the lake knows is an error that names what there is",
    arguments: [
      ("AS KNOWN AT TIMESTAMP '2001-01-01T00:00:00Z'", "from 2025"),
      ("AS KNOWN AT TIMESTAMP '2999-01-01T00:00:00Z'", "from 2025"),
      ("TIMESTAMP AS OF '2001-01-01T00:00:00Z'", "from 2025"),
      ("VERSION AS OF 99", "0 to 13"),
      ("AS KNOWN AT SNAPSHOT 100000", "0 to "),
      ("AS KNOWN AT TAG 'eod-2025-06-19'", "eod-2025-06-"),
      ("AS OF DATE '2025-06-19'", "2025-06-1"),
      ("AS OF T-9", "2025-06-13"),
      ("AS OF DATE '2025-06-20' AS KNOWN AT TAG 'eod-2025-06-18'", "2025-06-18"),
    ])
  func outsideTheRange(pin: String, says: String) throws {
    let error = try #require(session.failure("SELECT COUNT(*) FROM silver.positions \(pin)"))
    #expect(error.exitStatus == 1)
    #expect((error.message + " " + (error.help ?? "")).contains(says), "\(error)")
    #expect(error.position != nil, "\(error)")
  }

  @Test(
    "every system table can be selected",
    arguments: [
      "audit", "calculators", "checks", "columns", "files", "history", "ingests", "lineage",
      "quarantine", "runs", "snapshots", "tables", "tags", "views",
    ])
  func systemTable(name: String) throws {
    let count = try session.lines("SELECT COUNT(*) FROM system.\(name)")
    let rows = try session.allRows("SELECT * FROM system.\(name)")
    #expect(count == ["\(rows.count)"])
    #expect(!rows.isEmpty)
    let early = try session.allRows("SELECT * FROM system.\(name) AS KNOWN AT SNAPSHOT 0")
    #expect(early.count <= rows.count)
  }

  @Test("every run of every view is replayed to the same bits, and nothing is stale")
  func replay() throws {
    let runs = try session.lines(
      "SELECT run FROM system.runs WHERE status = 'succeeded' ORDER BY run")
    #expect(runs.count >= 3 * 6)
    for run in runs {
      let outcome = try session.perform(.replay(run: try #require(Int64(run)))) { _ in }
      #expect(outcome.verdict == nil, "run \(run): \(outcome.lines)")
    }
    let again = try session.perform(.refresh(views: [], dates: [], force: false)) { _ in }
    #expect(again.lines == ["every view is up to date"])
  }

  @Test("everything agrees, every byte of it")
  func verify() throws {
    let outcome = try session.perform(.verify(deep: true)) { _ in }
    #expect(outcome.verdict == nil, "\(CellText.rows(outcome.table))")
  }

  @Test("the catalog is made again from the logs: the same fingerprint, the same answers")
  func rebuild() throws {
    let (directory, path) = try lake.copy()
    defer { withExtendedLifetime(directory) {} }
    let before = try Lake.open(path).catalog.fingerprint()
    let store = LocalFileStore()
    for suffix in ["", "-wal"] where try store.status(path + "/tarn.db" + suffix) != nil {
      try store.remove(path + "/tarn.db" + suffix)
    }
    let lost = Session(options: Session.Options(lakePath: path))
    let error = try #require(lost.failure("SELECT COUNT(*) FROM silver.positions"))
    #expect(error.exitStatus == 5 && error.message.contains("rebuild"), "\(error)")
    let rebuilt = try Catalog.rebuild(
      at: path, store: store, clock: SystemClock.microseconds)
    #expect(rebuilt.report.incomplete == [])
    #expect(try rebuilt.catalog.fingerprint() == before)
    var options = session.options
    options.lakePath = path
    let again = Session(options: options)
    for name in SampleLakeTests.savedQueries {
      let query = try SampleLake.read("queries/\(name).sql")
      #expect(
        try SampleLake.csv(query, again) == SampleLake.read("queries/expected/\(name).csv"),
        "\(name)")
    }
  }

  @Test("one flipped bit in a data file is found, with the file's name, and exit status 5")
  func flippedBit() throws {
    let (directory, path) = try lake.copy()
    defer { withExtendedLifetime(directory) {} }
    var options = session.options
    options.lakePath = path
    let copy = Session(options: options)
    let file = try #require(
      try copy.lines("SELECT path FROM system.files WHERE \"table\" = 'positions' ORDER BY 1").first
    )
    let store = LocalFileStore()
    var bytes = try store.read(path + "/" + file)
    bytes[bytes.count / 2] ^= 0x10
    try store.replace(bytes, at: path + "/" + file)
    #expect(try copy.perform(.verify(deep: false)) { _ in }.verdict == nil)
    let outcome = try copy.perform(.verify(deep: true)) { _ in }
    #expect(outcome.verdict == .integrity)
    #expect(CellText.rows(outcome.table).first?.contains(file) == true)
  }
}
