import FileStorage
import Lakehouse
import Testing

@Suite("COPY")
struct CopyTests {
  private static let table = """
    CREATE TABLE s.t (
      id STRING NOT NULL, day DATE, amount DECIMAL(18,2), note STRING DEFAULT 'none', n BIGINT)
    """

  @Test("a query goes into a Parquet file whole, and comes back into a table")
  func parquet() throws {
    let bench = try Workbench()
    try bench.rows(
      CopyTests.table
        + "; INSERT INTO s.t VALUES ('007', '2025-06-17', 1.50, NULL, 9), ('B', NULL, NULL, 'x', 1)"
    )
    let path = bench.lake + "/../out.parquet"
    #expect(
      try bench.message("COPY (SELECT * FROM s.t ORDER BY id) TO '\(path)'")
        == "copied 2 rows to '\(path)'")
    #expect(
      try bench.lines("SELECT id, amount FROM '\(path)' ORDER BY id") == ["007|1.50", "B|∅"])
    #expect(
      try bench.message("COPY s.t FROM '\(path)'")
        == "inserted 2 rows into s.t (snapshot 3)")
    #expect(try bench.lines("SELECT COUNT(*), SUM(amount), SUM(n) FROM s.t") == ["4|3.00|20"])
    #expect(
      try bench.lines("SELECT COUNT(*) FROM system.history WHERE operation = 'COPY'") == ["1"])
    // A failed copy leaves what was there.
    #expect(bench.failure("COPY (SELECT 1 // (n - 1) FROM s.t) TO '\(path)'") != nil)
    #expect(try bench.lines("SELECT COUNT(*) FROM '\(path)'") == ["2"])
    let names = try LocalFileStore().list(bench.lake + "/..").map(\.name)
    #expect(names.filter { $0.contains("partial") } == [])
  }

  @Test("a Parquet file has row groups of the size asked for, and options of CSV are refused")
  func parquetLayout() throws {
    let bench = try Workbench()
    let path = bench.lake + "/../groups.parquet"
    try bench.rows("COPY (SELECT * FROM range(20)) TO '\(path)' (ROW_GROUP_SIZE 5)")
    #expect(try bench.lines("SELECT COUNT(*) FROM '\(path)'") == ["20"])
    #expect(bench.failure("COPY (SELECT 1) TO '\(path)' (ROW_GROUP_SIZE 0)") != nil)
    #expect(bench.failure("COPY (SELECT 1) TO '\(path)' (DELIMITER ';')") != nil)
    #expect(bench.failure("COPY (SELECT 1) TO '\(path)' (COMPRESSION 'lzma')") != nil)
    #expect(try bench.lines("SELECT COUNT(*) FROM '\(path)'") == ["20"])
  }

  @Test("CREATE TABLE with names alone takes the types of its query")
  func namedColumns() throws {
    let bench = try Workbench()
    try bench.rows(
      "CREATE SCHEMA IF NOT EXISTS s; CREATE TABLE s.n (a, b) KEY (a) AS SELECT 1, 'x'")
    #expect(try bench.lines("SELECT a, b FROM s.n") == ["1|x"])
    try bench.rows("ALTER TABLE s.n ADD COLUMN c INT")
    #expect(try bench.lines("SELECT a, b, c FROM s.n") == ["1|x|∅"])
    #expect(bench.failure("CREATE TABLE s.m (a, b)") != nil)
  }

  @Test("text files are read with the table's types, by the names of their header")
  func text() throws {
    let bench = try Workbench()
    try bench.rows(CopyTests.table)
    let csv = try bench.write(
      "n,id,amount,day,note\n5,007,1.5,2025-06-17,\n6,008,,,y\n".utf8, to: "a.csv")
    let json = try bench.write(
      "{\"id\":\"009\",\"day\":\"2025-06-18\",\"amount\":2.25,\"note\":\"z\",\"n\":7}\n".utf8,
      to: "b.ndjson")
    let bare = try bench.write("010;8\n".utf8, to: "c.data")
    try bench.rows(
      """
      COPY s.t FROM '\(csv)'; COPY s.t FROM '\(json)';
      COPY s.t (id, n) FROM '\(bare)' (FORMAT csv, HEADER false, DELIMITER ';')
      """)
    #expect(
      try bench.lines("SELECT id, day, amount, note, n FROM s.t ORDER BY id") == [
        "007|2025-06-17|1.50|∅|5", "008|∅|∅|y|6", "009|2025-06-18|2.25|z|7", "010|∅|∅|none|8",
      ])
  }

  @Test(
    "what does not fit is refused with its place",
    arguments: [
      ("id,day,amount,note,n\nA,yesterday,1,x,1\n", "", "line 2"),
      ("id,day,amount,note,n\n,2025-06-17,1,x,1\n", "", "id"),
      ("id,day,amount,note,n\nA,2025-06-17,1,x,1\n", "(QUOTES 'x')", "no option"),
      ("id,day,amount,note,n\nA,2025-06-17,1,x,1\n", "(FORMAT avro)", "how"),
    ])
  func refusals(content: String, options: String, words: String) throws {
    let bench = try Workbench()
    try bench.rows(CopyTests.table)
    let path = try bench.write(content.utf8, to: "bad.csv")
    let error = try #require(bench.failure("COPY s.t FROM '\(path)' \(options)"))
    #expect("\(error.message) \(error.help ?? "")".contains(words), "\(error)")
    #expect(try bench.lines("SELECT COUNT(*) FROM s.t") == ["0"])
  }

  @Test("without writers of other formats only Parquet can be written")
  func formats() throws {
    let bench = try Workbench()
    let error = try #require(bench.failure("COPY (SELECT 1 AS x) TO 'x.csv'"))
    #expect(error.message.contains("only Parquet"), "\(error)")
  }
}
