import LakeCatalog
import Lakehouse
import Testing

@Suite("Limits")
struct LimitTests {
  private func bench() throws -> Workbench {
    let bench = try Workbench()
    try bench.rows(
      """
      CREATE TABLE s.t (d DATE NOT NULL, desk STRING, x DECIMAL(12,2)) BUSINESS DATE d;
      INSERT INTO s.t VALUES ('2025-06-12', 'FX', 10), ('2025-06-13', 'FX', 70),
        ('2025-06-13', 'RATES', 90);
      CREATE MATERIALIZED VIEW g.a BUSINESS DATE d
        AS SELECT d, desk, SUM(x) AS x FROM s.t GROUP BY d, desk;
      """)
    try refresh(bench)
    try bench.rows(
      """
      CREATE LIMIT net ON g.a MEASURE x BY desk MAX 100 WARN 80% OWNER 'head of desk'
        REMEDIATION 'reduce the position' DUE WITHIN '2 days'
      """)
    return bench
  }

  private func refresh(_ bench: Workbench) throws {
    #expect(try bench.perform(.refresh(views: [], dates: [], force: false)).verdict == nil)
  }

  private let standing =
    "SELECT date, dimensions, value, state FROM system.limits ORDER BY date, dimensions"

  @Test("utilisation is measured when the limit is made and by every refresh, by date")
  func utilisation() throws {
    let bench = try bench()
    #expect(
      try bench.lines(standing) == [
        "2025-06-12|desk=FX|10.00|within", "2025-06-13|desk=FX|70.00|within",
        "2025-06-13|desk=RATES|90.00|warned",
      ])
    #expect(try bench.perform(.status(check: true)).verdict == nil)
    try bench.rows("INSERT INTO s.t VALUES ('2025-06-13', 'RATES', 30)")
    try refresh(bench)
    let status = try bench.perform(.status(check: true))
    #expect(status.verdict == .breached)
    #expect(
      status.lines == [
        "limit net (desk=RATES) on 2025-06-13: 120.00 of at most 100, owner head of desk"
      ])
    #expect(LakeError(.breached, "").exitStatus == 3)
  }

  @Test("breaches are records that are added to: opened, kept with their due time, resolved")
  func records() throws {
    let bench = try bench()
    try bench.rows("INSERT INTO s.t VALUES ('2025-06-13', 'RATES', 30)")
    try refresh(bench)
    try bench.rows("INSERT INTO s.t VALUES ('2025-06-13', 'RATES', 1)")
    try refresh(bench)
    try bench.rows("DELETE FROM s.t WHERE x = 30")
    try refresh(bench)
    #expect(
      try bench.lines(
        "SELECT violation, state, owner, remediation FROM system.breaches ORDER BY snapshot")
        == [
          "120.00 of at most 100|open|head of desk|reduce the position",
          "121.00 of at most 100|open|head of desk|reduce the position",
          "91.00 of at most 100|resolved|head of desk|reduce the position",
        ])
    #expect(
      try bench.lines("SELECT COUNT(DISTINCT due) FROM system.breaches WHERE state = 'open'")
        == ["1"])
    #expect(try bench.perform(.status(check: true)).verdict == nil)
    #expect(try bench.perform(.verify(deep: true)).verdict == nil)
  }

  @Test("a limit that cannot be measured is breached, not forgotten; a wrong one is refused")
  func broken() throws {
    let bench = try bench()
    #expect(bench.failure("CREATE LIMIT a ON g.a MEASURE nothing MAX 1") != nil)
    #expect(bench.failure("CREATE LIMIT net ON g.a MEASURE x MAX 1") != nil)
    try bench.rows(
      "CREATE OR REPLACE MATERIALIZED VIEW g.a BUSINESS DATE d AS SELECT d, SUM(x) AS y FROM s.t GROUP BY d"
    )
    try refresh(bench)
    let status = try bench.perform(.status(check: true))
    #expect(status.verdict == .breached && status.lines.first?.contains("measured") == true)
    try bench.rows("DROP LIMIT net")
    #expect(try bench.perform(.status(check: true)).verdict == nil)
  }
}
