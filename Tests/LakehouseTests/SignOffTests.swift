import LakeCatalog
import Lakehouse
import Testing

@Suite("Sign-off")
struct SignOffTests {
  /// Runs are made by this process's user as `tester`; another user signs.
  private func bench(actor: String = "tester") throws -> Workbench {
    let bench = try Workbench(actor: actor)
    try bench.rows(
      """
      CREATE TABLE s.t (d DATE NOT NULL, x INT) BUSINESS DATE d;
      INSERT INTO s.t VALUES ('2025-06-12', 1), ('2025-06-13', 2);
      CREATE MATERIALIZED VIEW g.a BUSINESS DATE d AS SELECT d, SUM(x) AS x FROM s.t GROUP BY d;
      """)
    try bench.perform(.refresh(views: [], dates: [], force: false))
    return bench
  }

  private let reported =
    "SELECT x FROM g.a AS OF DATE '2025-06-12' AS REPORTED"

  @Test("a day is closed once its views are signed as they are; AS REPORTED shows what was sealed")
  func close() throws {
    let bench = try bench()
    #expect(bench.failure("CLOSE DAY '2025-06-12'")?.message.contains("not signed") == true)
    try bench.rows("SIGN g.a FOR DATE '2025-06-12' COMMENT 'checked'", user: "checker")
    try bench.rows("CLOSE DAY '2025-06-12'")
    #expect(bench.failure("CLOSE DAY '2025-06-12'")?.message.contains("REOPEN DAY") == true)
    try bench.rows("INSERT INTO s.t VALUES ('2025-06-12', 10)")
    try bench.perform(.refresh(views: [], dates: [], force: false))
    #expect(try bench.lines(reported) == ["1"])
    #expect(try bench.lines("SELECT x FROM g.a AS OF DATE '2025-06-12'") == ["11"])
    try bench.rows("REOPEN DAY '2025-06-12' REASON 'late trade'")
    #expect(try bench.lines(reported) == ["1"])
    // The signature was of other rows.
    #expect(bench.failure("CLOSE DAY '2025-06-12'")?.message.contains("g.a") == true)
    try bench.rows(
      "SIGN g.a FOR DATE '2025-06-12'; CLOSE DAY '2025-06-12' REASON 'corrected'", user: "checker")
    #expect(try bench.lines(reported) == ["11"])
    #expect(
      try bench.lines("SELECT event, reason FROM system.days ORDER BY time")
        == ["closed|∅", "reopened|late trade", "closed|corrected"])
    #expect(
      try bench.lines("SELECT COUNT(*) FROM system.signatures WHERE maker = 'tester'") == ["2"])
    #expect(
      try bench.lines("SELECT name FROM system.tags ORDER BY name")
        == ["closed-2025-06-12", "closed-2025-06-12-2"])
    #expect(try bench.perform(.verify(deep: true)).verdict == nil)
  }

  @Test("who made the numbers cannot sign them")
  func maker() throws {
    let bench = try bench()
    // The run says it was made by `tester`; the operating system knows better.
    let user = bench.session.user
    let own = bench.another { $0.actor = nil }
    for session in [bench.session, own, bench.another { $0.actor = "somebody else" }] {
      let fault = session.failure("SIGN g.a FOR DATE '2025-06-12'")
      #expect(fault?.message.contains("cannot sign") == true, "\(fault?.message ?? "")")
    }
    #expect(bench.failure("SIGN g.a FOR DATE '2025-06-12'", user: "tester") != nil)
    #expect(
      try bench.lines("SELECT parameters FROM system.runs")[0].contains("\"user\":\"\(user)\""))
    try bench.rows("SIGN g.a FOR DATE '2025-06-12'", user: "checker")
    #expect(
      try bench.lines("SELECT signer, maker, maker_user FROM system.signatures")
        == ["checker|tester|\(user)"])
    #expect(bench.failure("SIGN g.a FOR DATE '2020-01-01'")?.message.contains("no rows") == true)
    #expect(
      bench.failure("REOPEN DAY '2025-06-12' REASON 'x'")?.message.contains("not closed") == true)
  }
}
