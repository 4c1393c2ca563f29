import LakeCatalog
import Lakehouse
import Testing

@Suite("Adjustments")
struct AdjustmentTests {
  /// Proposals are made by this process's user as `tester`; another user decides.
  private func bench() throws -> Workbench {
    let bench = try Workbench()
    try bench.rows(
      """
      CREATE TABLE s.t (d DATE NOT NULL, desk STRING, x DECIMAL(12,2)) BUSINESS DATE d;
      INSERT INTO s.t VALUES ('2025-06-12', 'FX', 1), ('2025-06-13', 'FX', 2);
      CREATE MATERIALIZED VIEW g.a BUSINESS DATE d
        EXPECT small CHECK (x < 1000) ON VIOLATION FAIL
        AS SELECT d, desk, SUM(x) AS x, COUNT(*) AS n FROM s.t GROUP BY d, desk;
      CREATE MATERIALIZED VIEW g.b BUSINESS DATE d AS SELECT d, SUM(x) AS x FROM g.a GROUP BY d;
      """)
    try refresh(bench)
    return bench
  }

  @discardableResult
  private func refresh(_ bench: Workbench, _ views: [String] = []) throws -> Outcome {
    try bench.perform(.refresh(views: views, dates: [], force: false))
  }

  private let adjust =
    """
    ADJUST g.a FOR DATE '2025-06-12' REASON 'fee booked late' ADD (desk, x) VALUES ('FX', 0.25)
    """

  @Test("rows are shown once they are approved and refreshed, on their date and in views on top")
  func approve() throws {
    let bench = try bench()
    try bench.rows(adjust)
    #expect(try bench.perform(.plan(views: [])).lines == ["nothing to rebuild"])
    #expect(
      bench.failure("APPROVE ADJUSTMENT 7", user: "checker")?.message.contains("no adjustment 7")
        == true)
    try bench.rows("APPROVE ADJUSTMENT 1 COMMENT 'seen the invoice'", user: "checker")
    let plan = CellText.rows(try bench.perform(.plan(views: [])).table).map { row in
      row.split(separator: "|").prefix(4).joined(separator: "|")
    }
    #expect(
      plan == [
        "g.a|1 date|2025-06-12|adjustment 1: fee booked late",
        "g.b|1 date|2025-06-12|g.a is rebuilt",
      ])
    try refresh(bench)
    #expect(
      try bench.lines("SELECT desk, x, n FROM g.a AS OF DATE '2025-06-12' ORDER BY n")
        == ["FX|1.00|1", "FX|0.25|∅"])
    #expect(
      try bench.lines("SELECT d, x FROM g.b ORDER BY d") == ["2025-06-12|1.25", "2025-06-13|2.00"])
    #expect(try bench.perform(.plan(views: [])).lines == ["nothing to rebuild"])
    #expect(
      try bench.lines(
        "SELECT number, view, date, state, reason, maker, comment, rows FROM system.adjustments")
        == ["1|g.a|2025-06-12|approved|fee booked late|tester|seen the invoice|1"])
    #expect(
      try bench.lines("SELECT operation, reason FROM system.audit WHERE operation LIKE '%ADJUST%'")
        .sorted() == ["ADJUST|fee booked late", "APPROVE ADJUSTMENT|seen the invoice"])
    // The rows stay through a late trade of the same date, and every run replays.
    try bench.rows("INSERT INTO s.t VALUES ('2025-06-12', 'FX', 10)")
    try refresh(bench)
    #expect(try bench.lines("SELECT x FROM g.b ORDER BY d") == ["11.25", "2.00"])
    for run in try bench.lines("SELECT run FROM system.runs ORDER BY run") {
      #expect(try bench.perform(.replay(run: Int64(run) ?? 0)).verdict == nil, "run \(run)")
    }
    #expect(try bench.perform(.verify(deep: true)).verdict == nil)
  }

  @Test("who proposed one cannot approve it; what was approved can be taken back by others")
  func makerIsNotChecker() throws {
    let bench = try bench()
    let own = bench.another { $0.actor = nil }
    _ = try own.lines(adjust)
    #expect(bench.failure("APPROVE ADJUSTMENT 1")?.message.contains("cannot decide") == true)
    try bench.rows("REJECT ADJUSTMENT 1 REASON 'a slip'")
    #expect(
      bench.failure("APPROVE ADJUSTMENT 1", user: "checker")?.message.contains("is rejected")
        == true)
    try bench.rows(adjust)
    try bench.rows("APPROVE ADJUSTMENT 2", user: "checker")
    #expect(
      bench.failure("APPROVE ADJUSTMENT 2", user: "checker")?.message.contains("is approved")
        == true)
    try refresh(bench)
    #expect(try bench.lines("SELECT x FROM g.b ORDER BY d") == ["1.25", "2.00"])
    #expect(bench.failure("REJECT ADJUSTMENT 2 REASON 'x'")?.message.contains("cannot") == true)
    try bench.rows("REJECT ADJUSTMENT 2 REASON 'paid twice'", user: "checker")
    try refresh(bench)
    #expect(try bench.lines("SELECT x FROM g.b ORDER BY d") == ["1.00", "2.00"])
    #expect(
      try bench.lines("SELECT state FROM system.adjustments ORDER BY number")
        == ["rejected", "revoked"])
    // A run of before still has the rows.
    for run in try bench.lines("SELECT run FROM system.runs ORDER BY run") {
      #expect(try bench.perform(.replay(run: Int64(run) ?? 0)).verdict == nil, "run \(run)")
    }
  }

  @Test("another name than one's own makes nobody another user: neither maker nor checker")
  func feigned() throws {
    let bench = try bench()
    let feigned = bench.another { $0.actor = "somebody else" }
    _ = try feigned.lines(adjust)
    let own = bench.another { $0.actor = nil }
    for session in [own, feigned, bench.session] {
      #expect(session.failure("APPROVE ADJUSTMENT 1")?.message.contains("cannot decide") == true)
    }
    // Nor can somebody whose user has the name that the maker gave.
    #expect(bench.failure("APPROVE ADJUSTMENT 1", user: "somebody else") != nil)
    let user = own.user
    #expect(
      try bench.lines("SELECT maker, maker_user FROM system.adjustments")
        == ["somebody else|\(user)"])
    try bench.rows("APPROVE ADJUSTMENT 1", user: "checker")
    #expect(try bench.lines("SELECT checker FROM system.adjustments") == ["checker"])
  }

  @Test("a proposal of before users were kept has its actor alone")
  func old() throws {
    let bench = try bench()
    let lake = try Lake.open(bench.lake)
    var commit = LakeCommit(actor: "ann", operation: "ADJUST")
    commit.settings = [
      SettingRecord(
        name: "adjustment:000000001",
        value: """
          {"number":1,"view":"g.a","date":"2025-06-12","columns":["d","desk","x","n"],\
          "rows":[{"d":"2025-06-12","desk":"FX","x":"0.25"}],"reason":"r","maker":"ann","time":1}
          """)
    ]
    try lake.catalog.commit(commit)
    #expect(
      try bench.lines("SELECT maker, maker_user, state FROM system.adjustments")
        == ["ann|∅|proposed"])
    #expect(bench.failure("APPROVE ADJUSTMENT 1", user: "ann") != nil)
    try bench.rows("APPROVE ADJUSTMENT 1")
    try refresh(bench)
    #expect(try bench.lines("SELECT x FROM g.b ORDER BY d") == ["1.25", "2.00"])
  }

  @Test("a day is closed with what was decided and refreshed; AS REPORTED shows it")
  func closing() throws {
    let bench = try bench()
    let sign = "SIGN g.a FOR DATE '2025-06-12'; SIGN g.b FOR DATE '2025-06-12'"
    try bench.rows(adjust)
    try bench.rows(sign, user: "checker")
    let close = "CLOSE DAY '2025-06-12'"
    #expect(bench.failure(close)?.message.contains("adjustment 1 of g.a is not decided") == true)
    try bench.rows("APPROVE ADJUSTMENT 1", user: "checker")
    #expect(bench.failure(close)?.message.contains("approved and not refreshed") == true)
    try refresh(bench)
    #expect(bench.failure(close)?.message.contains("not signed") == true)
    try bench.rows("\(sign); \(close)", user: "checker")
    #expect(bench.failure(adjust)?.message.contains("REOPEN DAY") == true)
    #expect(
      try bench.lines("SELECT SUM(x) FROM g.a AS OF DATE '2025-06-12' AS REPORTED") == ["1.25"])
    try bench.rows(
      "REOPEN DAY '2025-06-12' REASON 'wrong'; REJECT ADJUSTMENT 1 REASON 'wrong'", user: "checker")
    try refresh(bench)
    #expect(
      try bench.lines("SELECT SUM(x) FROM g.a AS OF DATE '2025-06-12' AS REPORTED") == ["1.25"])
    #expect(try bench.lines("SELECT SUM(x) FROM g.a AS OF DATE '2025-06-12'") == ["1.00"])
  }

  @Test(
    "what does not fit is refused",
    arguments: [
      ("ADJUST g.a FOR DATE '2025-06-12' REASON 'r' ADD (desk, y) VALUES ('FX', 1)", "y"),
      (
        "ADJUST g.a FOR DATE '2025-06-12' REASON 'r' ADD VALUES ('2025-06-13', 'FX', 1, 1)",
        "2025-06-13"
      ),
      ("ADJUST g.a FOR DATE '2025-06-12' REASON 'r' ADD (x) VALUES (TRUE)", "CAST"),
      ("ADJUST g.a FOR DATE '2025-06-12' REASON 'r' ADD (x) SELECT 1 WHERE FALSE", "1 to 1000"),
      ("ADJUST s.t FOR DATE '2025-06-12' REASON 'r' ADD (x) VALUES (1)", "no materialized view"),
      ("ADJUST g.a FOR DATE '2025-06-12' ADD (x) VALUES (1)", "REASON"),
      ("REJECT ADJUSTMENT 1", "REASON"),
    ])
  func refused(_ statement: String, _ word: String) throws {
    let bench = try bench()
    let fault = try #require(bench.failure(statement))
    #expect("\(fault.message) \(fault.help ?? "")".contains(word), "\(fault.message)")
    #expect(try bench.lines("SELECT COUNT(*) FROM system.adjustments") == ["0"])
  }

  @Test("the gates of a view hold for rows added by hand, too")
  func gates() throws {
    let bench = try bench()
    try bench.rows(
      """
      ADJUST g.a FOR DATE '2025-06-12' REASON 'r' ADD (x) VALUES (5000)
      """)
    try bench.rows("APPROVE ADJUSTMENT 1", user: "checker")
    #expect(try refresh(bench).lines.joined().contains("small"))
    #expect(try bench.lines("SELECT x FROM g.b ORDER BY d") == ["1.00", "2.00"])
  }

  @Test("WHY names them, HISTORY OF shows what they changed, and a move has them as a part")
  func explained() throws {
    let bench = try bench()
    try bench.rows(adjust)
    try bench.rows("APPROVE ADJUSTMENT 1", user: "checker")
    try refresh(bench)
    let why = try bench.lines("WHY SELECT x FROM g.b AS OF DATE '2025-06-12'")
    #expect(
      why.contains {
        $0.contains("adjustment|1|") && $0.contains("fee booked late: proposed by tester")
      },
      "\(why)")
    let history = try bench.lines("HISTORY OF x FROM g.b AS OF DATE '2025-06-12'")
    #expect(history.count == 2 && history[1].contains("0.25"), "\(history)")
    for (ends, change) in [
      ("DATE '2025-06-12' AS KNOWN AT RUN 1 TO DATE '2025-06-12' AS KNOWN AT SNAPSHOT", "0.25"),
      ("T-1 TO T", "-0.25"),
    ] {
      let head = try bench.lines("SELECT MAX(snapshot) FROM system.snapshots")[0]
      let text =
        ends.hasSuffix("SNAPSHOT") ? ends.replacing("RUN 1", with: "SNAPSHOT 7") + " " + head : ends
      let move = try bench.lines("EXPLAIN MOVE SUM(x) OF g.a FROM \(text)")
      #expect(
        move.contains { $0.contains("adjustments|g.a|\(change)") }
          && !move.contains { $0.contains("unexplained") || $0.contains("method") }, "\(move)")
    }
  }
}
