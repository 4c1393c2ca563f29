import FileStorage
import Lakehouse
import Testing

/// What another engine commits to an open table and Tarn cannot take over: it is named, nothing is
/// answered wrongly, and everything before and beside it goes on.
@Suite("Open tables: what cannot be taken over")
struct OpenTableRefusalTests {
  private let bench: Workbench
  private let other: ForeignEngine

  init() throws {
    bench = try Workbench()
    other = ForeignEngine(bench, table: "s/t")
    try bench.rows(
      """
      CREATE TABLE s.t (d DATE, id BIGINT, x DOUBLE) BUSINESS DATE d OPEN;
      CREATE TABLE s.other (x INT) OPEN;
      INSERT INTO s.t VALUES ('2025-06-16', 1, 1.5), ('2025-06-17', 2, 2.5)
      """)
  }

  private static let rows =
    "SELECT DATE '2025-06-18' AS d, CAST(3 AS BIGINT) AS id, 3.5::DOUBLE AS x"

  /// The newest state is refused with these words; all else is as before.
  private func expectRefused(_ words: String, _ reason: LakeError.Reason) throws {
    for statement in [
      "SELECT * FROM s.t", "INSERT INTO s.t VALUES (NULL, 9, 9)", "DELETE FROM s.t",
    ] {
      let failure = bench.failure(statement)
      #expect(failure?.reason == reason, "\(statement): \(failure?.message ?? "none")")
      #expect(failure?.message.contains(words) == true, "\(statement): \(failure?.message ?? "")")
      #expect(failure?.message.contains("version 2") == true, "\(failure?.message ?? "")")
    }
    #expect(try bench.lines("SELECT id FROM s.t VERSION AS OF 1 ORDER BY id") == ["1", "2"])
    try bench.rows("INSERT INTO s.other VALUES (1)")
    #expect(try bench.lines("SELECT COUNT(*) > 0 FROM s.other") == ["true"])
    #expect(
      try bench.lines("SELECT MAX(version) FROM system.history WHERE \"table\" = 's.t'") == ["1"])
  }

  @Test(
    "a commit that is empty, torn or no JSON is named; written again, it is taken over",
    arguments: [
      ("", "empty"), ("{\"add\":{\"path\":\"f.par", "torn"), ("hello\n", "cannot be read"),
    ])
  func damagedCommit(text: String, words: String) throws {
    let add = try other.add(OpenTableRefusalTests.rows, as: "f.parquet")
    try other.write(text, 2)
    try expectRefused(words, .integrity)
    try other.erase(other.commitPath(2))
    try other.commit(2, [add])
    #expect(try bench.lines("SELECT COUNT(*) FROM s.t") == ["3"])
  }

  @Test("a data file that is missing, cut short or no Parquet is named")
  func damagedFile() throws {
    let add = try other.add(OpenTableRefusalTests.rows, as: "f.parquet")
    try other.commit(2, [add])
    let path = other.table + "/f.parquet"
    let bytes = try LocalFileStore().read(path)
    try other.erase(path)
    try expectRefused("'f.parquet' does not exist", .statement)
    try LocalFileStore().replace(Array(bytes.dropLast()), at: path)
    try expectRefused("bytes, the commit says \(bytes.count)", .statement)
    try LocalFileStore().replace([UInt8](repeating: 65, count: bytes.count), at: path)
    try expectRefused("cannot be read", .statement)
    try LocalFileStore().replace(bytes, at: path)
    #expect(try bench.lines("SELECT COUNT(*) FROM s.t") == ["3"])
  }

  @Test("deletion vectors, column mapping and other features are refused by name")
  func features() throws {
    let vector = """
      ,"deletionVector":{"storageType":"u","pathOrInlineDv":"x","offset":1,"sizeInBytes":36,\
      "cardinality":1}
      """
    try other.commit(2, [try other.add(OpenTableRefusalTests.rows, as: "f.parquet", more: vector)])
    try expectRefused("deletion vector", .statement)
    try other.write(
      """
      {"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["deletionVectors"],\
      "writerFeatures":["deletionVectors"]}}

      """, 2)
    try expectRefused("deletionVectors", .statement)
    try other.write(#"{"protocol":{"minReaderVersion":1,"minWriterVersion":4}}"# + "\n", 2)
    try expectRefused("writer version 4", .statement)
  }

  @Test("partitions, a lost business date and paths outside the table are refused")
  func declarations() throws {
    try other.commit(
      2,
      [
        try other.metadata {
          $0.replacing("\"partitionColumns\":[]", by: "\"partitionColumns\":[\"id\"]")
        }
      ])
    try expectRefused("partitioned by id", .statement)
    try other.erase(other.commitPath(2))
    try other.commit(2, [try other.metadata { $0.replacing("\\\"d\\\"", by: "\\\"day\\\"") }])
    try expectRefused("business date \"d\"", .statement)
    try other.erase(other.commitPath(2))
    let add = try other.add(OpenTableRefusalTests.rows, as: "f.parquet")
    try other.commit(2, [add.replacing("\"f.parquet\"", by: "\"../f.parquet\"")])
    try expectRefused("does not lie in the table", .statement)
  }

  @Test("commits that were cleaned up before anybody looked are missed, not passed over")
  func gap() throws {
    try LocalFileStore().replace(
      Array(#"{"version":5,"size":4}"#.utf8), at: other.log + "/_last_checkpoint")
    let failure = bench.failure("SELECT * FROM s.t")
    #expect(failure?.reason == .integrity)
    #expect(failure?.message.contains("after version 1 were cleaned up") == true)
    #expect(bench.failure("INSERT INTO s.t VALUES (NULL, 9, 9)")?.reason == .integrity)
    #expect(try bench.lines("SELECT COUNT(*) FROM s.t VERSION AS OF 1") == ["2"])
  }

  @Test("a vacuum of another engine makes old versions unreadable, and says so")
  func foreignVacuum() throws {
    let file = try other.files()[0]
    let add = try other.add(OpenTableRefusalTests.rows, as: "f.parquet")
    try other.commit(2, [other.remove(file), add])
    #expect(try bench.lines("SELECT id FROM s.t") == ["3"])
    try other.erase(other.table + "/" + file)
    try other.commit(3, [], operation: "VACUUM END")
    #expect(try bench.lines("SELECT id FROM s.t") == ["3"])
    #expect(bench.failure("SELECT * FROM s.t VERSION AS OF 1")?.message.contains("vacuum") == true)
    #expect(
      try bench.lines(
        "SELECT version, readable FROM system.history WHERE \"table\" = 's.t' ORDER BY 1")
        == ["0|true", "1|false", "2|true", "3|true"])
    #expect(try bench.perform(.verify(deep: true)).verdict == nil)
  }

  @Test("a file that came and went before we looked takes its dates with it")
  func comeAndGone() throws {
    let first = try other.add(
      "SELECT DATE '2025-06-20' + i::INT AS d, i AS id, 0.5::DOUBLE AS x "
        + "FROM (VALUES (CAST(1 AS BIGINT)), (CAST(2 AS BIGINT))) AS v(i)", as: "a.parquet")
    try other.commit(2, [first])
    try other.commit(3, [other.remove("a.parquet")])
    try other.erase(other.table + "/a.parquet")
    #expect(try bench.lines("SELECT id FROM s.t ORDER BY id") == ["1", "2"])
    #expect(try bench.lines("SELECT id FROM s.t AS OF T") == ["2"])
    #expect(bench.failure("SELECT * FROM s.t VERSION AS OF 2")?.message.contains("vacuum") == true)
  }

  @Test("log files that another engine cleans up harm nothing: their content is in the catalog")
  func cleanedUp() throws {
    try bench.rows("INSERT INTO s.t VALUES ('2025-06-18', 3, 3.5)")
    for version in 0...1 { try other.erase(other.commitPath(version)) }
    let session = bench.another()
    #expect(try session.lines("SELECT COUNT(*) FROM s.t VERSION AS OF 1") == ["2"])
    _ = try session.allRows("INSERT INTO s.t VALUES ('2025-06-19', 4, 4.5)")
    #expect(try session.lines("SELECT COUNT(*) FROM s.t") == ["4"])
    // The lake log tells a rebuild all that the lost files did, but for their text.
    let history = "SELECT * FROM system.history ORDER BY 1, 2"
    let before = try session.lines(history)
    try bench.perform(.rebuild)
    let rebuilt = bench.another()
    #expect(try rebuilt.lines(history) == before)
    #expect(try rebuilt.lines("SELECT COUNT(*) FROM s.t VERSION AS OF 1") == ["2"])
    #expect(try LocalFileStore().status(other.commitPath(1)) == nil)
  }
}
