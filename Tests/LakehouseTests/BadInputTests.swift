import Columnar
import FileStorage
import Lakehouse
import TestSupport
import Testing

/// What is refused says what was expected, what was found, where, and what would help; and leaves
/// the lake as it was.
@Suite("Bad input")
struct BadInputTests {
  private static let tables = """
    CREATE TABLE silver.trades (id STRING NOT NULL, day DATE NOT NULL, amount DECIMAL(18,2) NOT NULL)
    BUSINESS DATE day KEY (id, day) FROM FEED trades;
    CREATE TABLE silver.notes (id INT NOT NULL, note STRING);
    INSERT INTO silver.trades VALUES ('A', '2025-06-17', 1.50), ('B', '2025-06-18', 2.50);
    INSERT INTO silver.notes VALUES (1, 'first')
    """

  private let bench: Workbench
  private let before: [String]

  init() throws {
    bench = try Workbench()
    try bench.rows(BadInputTests.tables)
    before = try BadInputTests.state(bench)
  }

  /// Everything a failed statement could have left behind.
  private static func state(_ bench: Workbench) throws -> [String] {
    try bench.lines("SELECT snapshot, hash FROM system.snapshots ORDER BY 1")
      + bench.lines("SELECT path FROM system.files ORDER BY 1")
      + files(bench.lake + "/tables")
  }

  private static func files(_ directory: String) throws -> [String] {
    try LocalFileStore().list(directory).flatMap { entry in
      let path = directory + "/" + entry.name
      return entry.isDirectory ? try files(path) : [path]
    }
  }

  private func expectUnchanged(_ place: SourceLocation = #_sourceLocation) throws {
    #expect(try BadInputTests.state(bench) == before, sourceLocation: place)
  }

  private func text(_ error: LakeError) -> String { error.message + " → " + (error.help ?? "") }

  // MARK: Statements

  struct Refusal: Sendable, CustomTestStringConvertible {
    var statement: String
    /// What the message and help must say.
    var says: [String]
    var isPlaced = true
    var testDescription: String { statement }
  }

  static let refusals = [
    Refusal(statement: "SELECT * FROM silver.tardes", says: ["silver.tardes", "silver.trades"]),
    Refusal(statement: "SELECT amuont FROM silver.trades", says: ["amuont", "amount"]),
    Refusal(statement: "SELECT * FROM slver.trades", says: ["slver.trades", "silver.trades"]),
    Refusal(statement: "SELECT amount + id FROM silver.trades", says: ["decimal", "string"]),
    Refusal(statement: "SELECT SUM(id) FROM silver.trades", says: ["string"]),
    Refusal(
      statement: "SELECT CAST('x' AS INT) FROM silver.trades", says: ["'x'", "int"], isPlaced: false
    ),
    Refusal(statement: "SELECT 1 / 0", says: ["NULLIF"], isPlaced: false),
    Refusal(
      statement: "SELECT * FROM silver.trades AS OF DATE '2020-01-01'", says: ["2025-06-17"]),
    Refusal(statement: "SELECT * FROM silver.notes AS OF T", says: ["silver.notes"]),
    Refusal(
      statement: "SELECT * FROM silver.trades AS KNOWN AT TIMESTAMP '2001-01-01T00:00:00Z'",
      says: ["2001", "20"]),
    Refusal(statement: "SELECT * FROM silver.trades VERSION AS OF 9", says: ["9", "0 to 1"]),
    Refusal(
      statement: "INSERT INTO silver.trades VALUES ('C', '2025-02-30', 1)",
      says: ["2025-02-30"], isPlaced: false),
    Refusal(
      statement: "INSERT INTO silver.trades VALUES ('C', '2025-06-17', NULL)",
      says: ["amount", "NOT NULL"], isPlaced: false),
    Refusal(
      statement: "INSERT INTO silver.trades (id, dya) VALUES ('C', '2025-06-17')",
      says: ["dya", "day"]),
    Refusal(statement: "INSERT INTO silver.trade VALUES (1)", says: ["silver.trades"]),
    Refusal(
      statement: "INSERT INTO silver.notes SELECT id, day FROM silver.trades", says: ["CAST"]),
    Refusal(
      statement: "INSERT INTO silver.notes SELECT 1, 'a' UNION ALL SELECT 1 / 0, 'b'", says: [],
      isPlaced: false),
    Refusal(statement: "CREATE TABLE s.t (x INT, X STRING)", says: ["'X'"], isPlaced: false),
    Refusal(statement: "CREATE TABLE s.t (x NUMBR)", says: ["NUMBR"]),
    Refusal(
      statement: "CREATE TABLE s.t AS SELECT CAST('x' AS INT) AS y", says: ["x"], isPlaced: false),
    Refusal(statement: "CREATE TABLE s.t (x INT, CHECK (y > 1))", says: []),
    Refusal(statement: "DROP TABLE silver.tradse", says: ["silver.trades"]),
    Refusal(statement: "TAG 'x' AT SNAPSHOT 99", says: ["99"], isPlaced: false),
    Refusal(
      statement: "SELECT * FROM changes('silver.trades', 1, 0)", says: ["1", "0"]),
    Refusal(
      statement: "SELECT * FROM changes('silver.trdes', 0, 1)", says: ["silver.trades"]),
    Refusal(statement: "SELECT * FROM 'no-such.csv'", says: ["no-such.csv"]),
    Refusal(statement: "SELECT * FROM read_parquet('no-such.parquet')", says: ["no-such.parquet"]),
    Refusal(statement: "SELECT * FROM read_delta('no-such')", says: ["no-such"]),
    Refusal(statement: "SELECT * FROM read_csv('/tmp')", says: ["/tmp"]),
    Refusal(statement: "SELECT * FROM read_parquet('/tmp')", says: ["/tmp"]),
    Refusal(statement: "SELECT * FROM lcrr(TABLE silver.trades)", says: ["lcr"]),
    Refusal(statement: "SELECT * FROM lcr(TABLE silver.trades)", says: []),
    Refusal(statement: "SELECT 'open", says: []),
    Refusal(statement: "SELECT (1", says: []),
    Refusal(statement: "SELECT * FROM silver.trades WHERE", says: []),
  ]

  @Test("a statement that cannot be done is pointed at, and changes nothing", arguments: refusals)
  func statement(refusal: Refusal) throws {
    let error = try #require(bench.failure(refusal.statement))
    #expect(error.exitStatus == 1, "\(error)")
    for word in refusal.says { #expect(text(error).contains(word), "\(text(error))") }
    if refusal.isPlaced {
      let position = try #require(error.position, "\(text(error))")
      #expect(position.upperBound <= refusal.statement.utf8.count)
      #expect(error.source == refusal.statement)
    }
    try expectUnchanged()
    #expect(try bench.lines("SELECT COUNT(*) FROM silver.trades") == ["2"])
  }

  @Test(
    "the third of four statements fails: its place is in the whole text, and what is before holds")
  func laterStatement() throws {
    let text = "SELECT 1;\n-- a comment\nTAG 'a';\nSELECT amuont FROM silver.trades;\nTAG 'b'"
    let error = try #require(bench.failure(text))
    let position = try #require(error.position)
    #expect(error.source == text)
    #expect(Array(text.utf8)[position] == ArraySlice(Array("amuont".utf8)))
    #expect(try bench.lines("SELECT name FROM system.tags") == ["a"])
  }

  @Test("a lake that is not there is named, with how to make it, and nothing is made")
  func missingLake() throws {
    let path = bench.lake + "-not"
    let session = bench.another { $0.lakePath = path }
    let error = try #require(session.failure("SELECT * FROM silver.trades"))
    #expect(
      error.exitStatus == 1 && text(error).contains(path) && text(error).contains("tarn init"))
    #expect(throws: LakeError.self) { try session.perform(.verify(deep: true)) { _ in } }
    #expect(try LocalFileStore().status(path) == nil)
    #expect(try session.lines("SELECT 1 + 1") == ["2"])
    // A directory that is no lake, and a file in its place.
    try bench.write("x".utf8, to: "plain/x.txt")
    for name in ["/plain", "/plain/x.txt"] {
      let other = bench.another { $0.lakePath = parentDirectory(of: bench.lake) + name }
      let error = try #require(other.failure("SELECT * FROM silver.trades"))
      #expect(error.exitStatus == 1 && text(error).contains("no lake"), "\(error)")
    }
  }

  // MARK: Files

  private func ingest(_ bytes: some Sequence<UInt8>, _ name: String = "trades.csv") throws -> String
  {
    try bench.write(bytes, to: "landing/trades/EMEA/2025/06/19/" + name)
  }

  @Test("a CSV with ragged rows is loaded; the ragged rows go to quarantine with their lines")
  func raggedRows() throws {
    let path = try ingest(
      "id,day,amount\nC,2025-06-19,1\nD,2025-06-19\nE,2025-06-19,2,extra\nF,2025-06-19,3\n".utf8)
    let outcome = try bench.perform(.ingest(files: [path], feed: nil))
    #expect(CellText.rows(outcome.table).first?.contains("|loaded|4|2|0|0|2|0|") == true)
    #expect(
      try bench.lines("SELECT line, rule, raw_text FROM system.quarantine ORDER BY line")
        == ["3|field count|D,2025-06-19", "4|field count|E,2025-06-19,2,extra"])
    #expect(
      try bench.lines("SELECT id FROM silver.trades AS OF DATE '2025-06-19' ORDER BY id")
        == ["C", "F"])
    #expect(
      CellText.rows(try bench.perform(.ingest(files: [path], feed: nil)).table).first?
        .contains("|skipped|") == true)
  }

  struct BadFile: Sendable, CustomTestStringConvertible {
    var name: String
    var bytes: [UInt8]
    var says: [String] = []
    var testDescription: String { name }
  }

  static let badFiles = [
    BadFile(name: "junk.csv", bytes: (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 181 &+ 7) }),
    BadFile(name: "junk.parquet", bytes: Array("this is no parquet".utf8)),
    BadFile(name: "short.csv.gz", bytes: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 75, 76]),
    BadFile(name: "junk.csv.zst", bytes: Array("no zstd".utf8)),
    BadFile(
      name: "columns.csv", bytes: Array("id,day,amuont\nC,2025-06-19,1\n".utf8),
      says: ["amount"]),
  ]

  @Test("a file that is no such file is refused whole, by its name", arguments: badFiles)
  func badFile(file: BadFile) throws {
    let path = try ingest(file.bytes, file.name)
    let error = try #require(bench.failure(.ingest(files: [path], feed: nil)))
    #expect(error.exitStatus == 1)
    #expect(text(error).contains(file.name), "\(text(error))")
    for word in file.says { #expect(text(error).contains(word), "\(text(error))") }
    try expectUnchanged()
    if let query = bench.failure("SELECT * FROM '\(path)'") {
      #expect(text(query).contains(file.name), "\(text(query))")
    }
  }

  @Test("an empty file is taken in as the nothing it is, and that is said")
  func emptyFile() throws {
    let outcome = try bench.perform(.ingest(files: [try ingest([], "empty.csv")], feed: nil))
    #expect(outcome.lines.contains { $0.contains("empty.csv: the file is empty") })
    #expect(try bench.lines("SELECT COUNT(*) FROM silver.trades") == ["2"])
    #expect(try bench.lines("SELECT rows, rejected FROM system.ingests") == ["0|0"])
  }

  @Test("JSON that breaks off goes to quarantine")
  func brokenJSON() throws {
    let text = "{\"id\": \"C\", \"day\": \"2025-06-19\", \"amount\": 1}\n{\"id\": \"D\", \"day\""
    try bench.perform(.ingest(files: [try ingest(text.utf8, "cut.ndjson")], feed: nil))
    #expect(try bench.lines("SELECT line, rule FROM system.quarantine") == ["2|json"])
    #expect(try bench.lines("SELECT id FROM silver.trades AS OF T") == ["C"])
  }

  @Test("an unknown feed, a directory, a missing file: each is told apart")
  func unknownFeed() throws {
    let path = try bench.write(
      "id,day,amount\nC,2025-06-19,1\n".utf8, to: "landing/tardes/EMEA/2025/06/19/x.csv")
    let unknown = try #require(bench.failure(.ingest(files: [path], feed: nil)))
    #expect(text(unknown).contains("tardes") && text(unknown).contains("trades"))
    let loose = try bench.write("id,day,amount\nC,2025-06-19,1\n".utf8, to: "x.csv")
    let noFeed = try #require(bench.failure(.ingest(files: [loose], feed: nil)))
    #expect(noFeed.exitStatus == 2 && text(noFeed).contains("--feed"))
    let directory = try #require(
      bench.failure(.ingest(files: [parentDirectory(of: loose)], feed: "trades")))
    #expect(directory.exitStatus == 1 && text(directory).contains("directory"), "\(directory)")
    let missing = try #require(bench.failure(.ingest(files: [loose + ".not"], feed: "trades")))
    #expect(missing.exitStatus == 1 && text(missing).contains("x.csv.not"))
    let landing = try #require(
      bench.failure(.ingestLanding(directory: bench.lake + "/nowhere", filter: nil)))
    #expect(landing.exitStatus == 1 && text(landing).contains("nowhere"))
    try expectUnchanged()
    try bench.perform(.ingest(files: [loose], feed: "trades"))
    #expect(try bench.lines("SELECT COUNT(*) FROM silver.trades") == ["3"])
  }

  @Test(
    "a data file cut short or gone is named; other tables and the catalog's counts still answer")
  func cutDataFile() throws {
    let file = try #require(
      try bench.lines("SELECT path FROM system.files WHERE \"table\" = 'trades'").first)
    let path = bench.lake + "/" + file
    let store = LocalFileStore()
    let whole = try store.read(path)
    for cut in [0, 3, whole.count / 2, whole.count - 1] {
      try store.replace(Array(whole.prefix(cut)), at: path)
      let session = bench.another()
      for query in ["SELECT SUM(amount) FROM silver.trades", "SELECT * FROM '\(path)'"] {
        let error = try #require(session.failure(query), "cut to \(cut)")
        #expect(error.exitStatus == 1 && text(error).contains(lastComponent(of: path)), "\(error)")
      }
      #expect(try session.lines("SELECT note FROM silver.notes") == ["first"])
      let verdict = try session.perform(.verify(deep: false)) { _ in }
      #expect(verdict.verdict == .integrity)
      #expect(CellText.rows(verdict.table).first?.contains("instead of \(whole.count)") == true)
    }
    try store.remove(path)
    let error = try #require(bench.another().failure("SELECT SUM(amount) FROM silver.trades"))
    #expect(text(error).contains("there is no file"), "\(error)")
    try store.replace(whole, at: path)
    #expect(try bench.another().lines("SELECT SUM(amount) FROM silver.trades") == ["4.00"])
  }

  // MARK: Lakes that can only be read

  @Test("a read-only lake answers, and refuses every change before anything is written")
  func readOnly() throws {
    let session = bench.another { $0.isReadOnly = true }
    #expect(try session.lines("SELECT SUM(amount) FROM silver.trades") == ["4.00"])
    #expect(try session.lines("SELECT COUNT(*) FROM system.snapshots") == ["\(5)"])
    #expect(try session.perform(.verify(deep: true)) { _ in }.verdict == nil)
    let definitions = try bench.write(
      "CREATE TABLE s.new (x INT);".utf8, to: "definitions/new.sql")
    let file = try ingest("id,day,amount\nC,2025-06-19,1\n".utf8)
    for statement in [
      "INSERT INTO silver.notes VALUES (2, 'x')", "CREATE TABLE s.t (x INT)",
      "CREATE TABLE s.t AS SELECT 1 AS x", "CREATE SCHEMA s", "CREATE VIEW s.v AS SELECT 1 AS x",
      "DROP TABLE silver.notes", "TAG 'x'",
      "CREATE MATERIALIZED VIEW gold.v AS SELECT id FROM silver.notes",
    ] {
      let error = try #require(session.failure(statement))
      #expect(error.reason == .readOnly && error.exitStatus == 1, "\(statement): \(error)")
    }
    for command in [
      LakeCommand.ingest(files: [file], feed: nil), .tag(name: "x", snapshot: nil),
      .apply(directory: parentDirectory(of: definitions), dryRun: false),
    ] {
      do throws(LakeError) {
        _ = try session.perform(command) { _ in }
        Issue.record("\(command) was not refused")
      } catch {
        #expect(error.reason == .readOnly, "\(command): \(error)")
      }
    }
    try expectUnchanged()
  }

  // MARK: Definitions

  @Test("a malformed definition file stops apply before anything is made, and is pointed at")
  func malformedDefinition() throws {
    try bench.write("CREATE TABLE s.good (x INT);".utf8, to: "defs/contracts/a.sql")
    let bad = "-- the second file\nCREATE TABLE s.bad (x INT,, y INT);\n"
    try bench.write(bad.utf8, to: "defs/contracts/b.sql")
    let directory = parentDirectory(of: bench.lake) + "/defs"
    let error = try #require(bench.failure(.apply(directory: directory, dryRun: false)))
    #expect(error.exitStatus == 1 && error.message.contains("contracts/b.sql"), "\(error)")
    #expect(error.source == bad)
    #expect(Array(bad.utf8)[(error.position ?? 0..<0)] == ArraySlice(Array(",".utf8)), "\(error)")
    try expectUnchanged()
    try bench.write("DROP TABLE silver.trades".utf8, to: "defs/contracts/b.sql")
    let drop = try #require(bench.failure(.apply(directory: directory, dryRun: false)))
    #expect(text(drop).contains("only CREATE"), "\(drop)")
    try expectUnchanged()
    let missing = try #require(bench.failure(.apply(directory: directory + "-not", dryRun: false)))
    #expect(missing.exitStatus == 1 && text(missing).contains("defs-not"))
    try bench.write("CREATE TABLE s.better (x INT);".utf8, to: "defs/contracts/b.sql")
    let applied = try bench.perform(.apply(directory: directory, dryRun: false))
    #expect(applied.lines.first == "created 2 objects")
    let again = try bench.perform(.apply(directory: directory, dryRun: false))
    #expect(again.lines.first == "created 0 objects" && again.verdict == nil)
  }
}
