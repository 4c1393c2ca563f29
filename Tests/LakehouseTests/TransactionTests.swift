import Columnar
import FileStorage
import Lakehouse
import TestSupport
import Testing

@Suite("Transactions")
struct TransactionTests {
  private let bench: Workbench

  init() throws {
    bench = try Workbench()
    try bench.rows(
      """
      CREATE TABLE s.k (id INT NOT NULL, version INT NOT NULL, day DATE NOT NULL, amount INT)
        BUSINESS DATE day KEY (id, day) LATEST BY version;
      CREATE TABLE s.plain (x INT);
      INSERT INTO s.k VALUES (1, 1, '2025-06-17', 10), (2, 1, '2025-06-17', 20);
      """)
  }

  private func head() throws -> [String] {
    try bench.lines("SELECT MAX(snapshot) FROM system.snapshots")
  }

  private func files() throws -> Int {
    func count(_ directory: String) throws -> Int {
      try LocalFileStore().list(directory).reduce(0) { sum, entry in
        sum + (entry.isDirectory ? try count(directory + "/" + entry.name) : 1)
      }
    }
    return try count(bench.lake + "/tables")
  }

  @Test("ROLLBACK leaves nothing, not even a file")
  func rollback() throws {
    let (before, filesBefore) = (try head(), try files())
    try bench.rows(
      """
      BEGIN;
      INSERT INTO s.k VALUES (1, 2, '2025-06-17', 11), (3, 1, '2025-06-18', 30);
      INSERT INTO s.plain VALUES (1);
      CREATE SCHEMA fresh;
      CREATE TABLE fresh.t AS SELECT * FROM s.plain
      """)
    #expect(try bench.lines("SELECT amount FROM s.k WHERE id = 1") == ["11"])
    try bench.rows("ROLLBACK")
    #expect(try head() == before)
    #expect(try files() == filesBefore)
    #expect(
      try bench.lines("SELECT id, amount FROM s.k ORDER BY id") == ["1|10", "2|20"])
    #expect(bench.failure("SELECT * FROM fresh.t")?.reason == .statement)
    #expect(bench.failure("ROLLBACK")?.message.contains("no transaction") == true)
    #expect(bench.failure("COMMIT")?.message.contains("no transaction") == true)
  }

  @Test("a transaction reads its own writes, at one snapshot of everything else")
  func ownWrites() throws {
    let other = bench.another()
    try bench.rows("BEGIN; INSERT INTO s.plain VALUES (1)")
    try other.allRows("INSERT INTO s.k VALUES (9, 1, '2025-06-18', 90)")
    #expect(try bench.lines("SELECT COUNT(*) FROM s.k") == ["2"])
    try bench.rows("INSERT INTO s.plain SELECT x + 1 FROM s.plain")
    #expect(try bench.lines("SELECT x FROM s.plain ORDER BY x") == ["1", "2"])
    #expect(try other.lines("SELECT COUNT(*) FROM s.plain") == ["0"])
    try bench.rows("COMMIT")
    #expect(try other.lines("SELECT COUNT(*) FROM s.plain") == ["2"])
    #expect(try bench.lines("SELECT COUNT(*) FROM s.k") == ["3"])
  }

  @Test("a table made and filled in one transaction is there with its rows, in one snapshot")
  func createAndInsert() throws {
    let before = try #require(Int(try head()[0]))
    try bench.rows(
      """
      BEGIN;
      CREATE SCHEMA fresh;
      CREATE TABLE fresh.t (id INT NOT NULL, day DATE, amount DOUBLE) BUSINESS DATE day KEY (id);
      INSERT INTO fresh.t VALUES (1, '2025-06-17', 0.5), (2, '2025-06-18', 1.5);
      INSERT INTO fresh.t VALUES (2, '2025-06-18', 2.5);
      INSERT INTO s.plain SELECT id FROM fresh.t
      """)
    #expect(try bench.lines("SELECT SUM(amount) FROM fresh.t") == ["3.0"])
    try bench.rows("COMMIT")
    #expect(try head() == ["\(before + 1)"])
    #expect(
      try bench.lines("SELECT id, amount FROM fresh.t AS OF T ORDER BY id") == ["2|2.5"])
    #expect(try bench.lines("SELECT COUNT(*) FROM s.plain") == ["2"])
    #expect(
      try bench.lines("SELECT version, rows FROM system.tables WHERE name = 't'") == ["0|2"])
    #expect(try bench.perform(.verify(deep: true)).verdict == nil)
    let delta = "\(bench.lake)/tables/fresh/t"
    #expect(try bench.lines("SELECT COUNT(*) FROM read_delta('\(delta)')") == ["2"])
  }

  @Test("a key replaced twice in one transaction is replaced once in history")
  func twice() throws {
    try bench.rows(
      """
      BEGIN;
      INSERT INTO s.k VALUES (1, 2, '2025-06-17', 11), (3, 1, '2025-06-18', 30);
      INSERT INTO s.k VALUES (1, 3, '2025-06-17', 12), (3, 2, '2025-06-18', 31);
      INSERT INTO s.k VALUES (1, 2, '2025-06-17', 99)
      """)
    let expected = ["1|3|12", "2|1|20", "3|2|31"]
    #expect(try bench.lines("SELECT id, version, amount FROM s.k ORDER BY id") == expected)
    try bench.rows("COMMIT")
    #expect(try bench.lines("SELECT id, version, amount FROM s.k ORDER BY id") == expected)
    #expect(
      try bench.lines(
        """
        SELECT _change_type, id, amount FROM changes('s.k', 1, 2) ORDER BY id, amount
        """) == ["update_preimage|1|10", "update_postimage|1|12", "insert|3|31"])
    #expect(
      try bench.lines(
        """
        SELECT SUM(rows_added) - SUM(rows_removed) FROM system.history WHERE "table" = 's.k'
        """) == ["3"])
    #expect(try bench.lines("SELECT id FROM s.k AS OF DATE '2025-06-18'") == ["3"])
    #expect(try bench.perform(.verify(deep: true)).verdict == nil)
  }

  @Test("a keyed change under which the table moved conflicts at COMMIT, and leaves nothing")
  func conflict() throws {
    let other = bench.another()
    try bench.rows(
      "BEGIN; INSERT INTO s.k VALUES (1, 2, '2025-06-17', 11); INSERT INTO s.plain VALUES (7)")
    try other.allRows("INSERT INTO s.k VALUES (2, 2, '2025-06-17', 21)")
    let filesBefore = try files()
    let error = try #require(bench.failure("COMMIT"))
    #expect(error.reason == .conflict && error.exitStatus == 75, "\(error)")
    #expect(error.message.contains("the TRANSACTION of tester was made on version 1 of 's.k'"))
    #expect(error.message.contains("the INSERT of tester came first: snapshot 4 at "))
    #expect(try bench.lines("SELECT COUNT(*) FROM s.plain") == ["0"])
    #expect(try bench.lines("SELECT amount FROM s.k ORDER BY id") == ["10", "21"])
    #expect(try files() == filesBefore - 2)
    #expect(bench.failure("COMMIT")?.message.contains("no transaction") == true)
    try bench.rows("BEGIN; INSERT INTO s.k VALUES (1, 2, '2025-06-17', 11); COMMIT")
    #expect(try bench.lines("SELECT amount FROM s.k ORDER BY id") == ["11", "21"])
  }

  @Test(
    "of two changes of one table the second is refused, whatever they are; the message names both",
    arguments: [
      ("UPDATE s.k SET amount = 1", "DELETE FROM s.k WHERE id = 2"),
      ("DELETE FROM s.k WHERE id = 1", "UPDATE s.k SET amount = 1 WHERE id = 2"),
      ("UPDATE s.k SET amount = 1", "OPTIMIZE s.k"),
      ("UPDATE s.k SET amount = 1", "ALTER TABLE s.k ADD COLUMN note STRING"),
      ("INSERT INTO s.plain VALUES (1)", "ALTER TABLE s.plain ADD COLUMN note STRING"),
      ("UPDATE s.k SET amount = 1", "DROP TABLE s.k"),
      ("INSERT INTO s.plain SELECT id FROM s.k", "DROP TABLE s.plain"),
    ])
  func pairs(ours: String, theirs: String) throws {
    try bench.rows("INSERT INTO s.k VALUES (5, 1, '2025-06-17', 50)")
    let other = bench.another { $0.actor = "other" }
    try bench.rows("BEGIN; \(ours)")
    try other.allRows(theirs)
    let after = try other.lines("SELECT * FROM system.tables ORDER BY 1, 2")
    let error = try #require(bench.failure("COMMIT"))
    if theirs.hasPrefix("DROP") {
      #expect(error.message.contains("s."), "\(error)")
    } else {
      #expect(error.reason == .conflict, "\(error)")
      #expect(
        error.message.contains("TRANSACTION of tester") && error.message.contains("of other"),
        "\(error)")
    }
    #expect(try other.lines("SELECT * FROM system.tables ORDER BY 1, 2") == after)
    #expect(try bench.perform(.verify(deep: true)).verdict == nil)
  }

  @Test("a transaction that only reads a table does not conflict with who changes it")
  func readOnly() throws {
    let other = bench.another()
    try bench.rows("BEGIN; INSERT INTO s.plain SELECT id FROM s.k")
    try other.allRows("UPDATE s.k SET amount = 0")
    try bench.rows("COMMIT")
    #expect(try bench.lines("SELECT COUNT(*) FROM s.plain") == ["2"])
  }

  @Test("appends of a transaction hold on top of what others appended meanwhile")
  func appends() throws {
    let other = bench.another()
    try bench.rows("BEGIN; INSERT INTO s.plain VALUES (1)")
    try other.allRows("INSERT INTO s.plain VALUES (2)")
    try bench.rows("COMMIT")
    #expect(try bench.lines("SELECT x FROM s.plain ORDER BY x") == ["1", "2"])
  }

  @Test("two transactions that make one table: the second is refused, and its rows are nowhere")
  func sameTable() throws {
    let other = bench.another()
    try bench.rows("BEGIN; CREATE TABLE s.new (x INT); INSERT INTO s.new VALUES (1)")
    try other.allRows("CREATE TABLE s.new (x INT); INSERT INTO s.new VALUES (2)")
    let error = try #require(bench.failure("COMMIT"))
    #expect(error.message.contains("s.new"), "\(error)")
    #expect(try bench.lines("SELECT x FROM s.new") == ["2"])
    #expect(try bench.perform(.verify(deep: true)).verdict == nil)
  }

  @Test("a statement that fails inside a transaction takes nothing with it")
  func failingStatement() throws {
    try bench.rows("BEGIN; INSERT INTO s.plain VALUES (1)")
    #expect(bench.failure("INSERT INTO s.plain SELECT 1 / 0") != nil)
    #expect(bench.failure("INSERT INTO s.k VALUES (5, 1, NULL, 1)") != nil)
    for statement in [
      "TAG 'x'", "CREATE VIEW s.v AS SELECT 1 AS x", "DROP TABLE s.plain", "BEGIN",
      "CREATE MATERIALIZED VIEW s.v AS SELECT 1 AS x",
    ] {
      #expect(bench.failure(statement)?.message.contains("transaction") == true, "\(statement)")
    }
    try bench.rows("INSERT INTO s.plain VALUES (2); COMMIT")
    #expect(try bench.lines("SELECT x FROM s.plain ORDER BY x") == ["1", "2"])
    #expect(try bench.lines("SELECT COUNT(*) FROM system.tags") == ["0"])
  }

  @Test("a transaction without changes makes no snapshot")
  func empty() throws {
    let before = try head()
    try bench.rows(
      "BEGIN; SELECT COUNT(*) FROM s.k; INSERT INTO s.k VALUES (1, 1, '2025-06-17', 0); COMMIT")
    #expect(try head() == before)
  }
}
