import Columnar
import FileStorage
import LakeCatalog
import Lakehouse
import TestSupport
import Testing

@Suite("Hierarchies and measures of a lake")
struct DefinitionTests {
  private let bench: Workbench

  init() throws {
    bench = try Workbench()
    try bench.rows(
      """
      CREATE SCHEMA silver;
      CREATE TABLE silver.risk (day DATE, desk STRING, entity STRING, mv DECIMAL(18,2), pnl vector(3))
        BUSINESS DATE day;
      INSERT INTO silver.risk VALUES
        ('2025-06-18', 'FX', 'LE_UK', 10, [1.0, -2.0, 3.0]),
        ('2025-06-18', 'RATES', 'LE_US', 20, [-1.0, 2.0, -3.0]);
      CREATE TABLE silver.units (region STRING, entity STRING);
      INSERT INTO silver.units VALUES ('EMEA', 'LE_UK'), ('AMER', 'LE_US');
      CREATE HIERARCHY org ON silver.units (region > entity);
      CREATE MEASURE exposure ON silver.risk AS SUM(mv) UNIT 'EUR' FORMAT '#,##0';
      CREATE MEASURE worst ON silver.risk AS var(pnl, 0.9)
      """)
  }

  @Test("serve queries by their names")
  func queries() throws {
    #expect(
      try bench.lines("SELECT org.region, exposure FROM silver.risk GROUP BY ALL ORDER BY ALL")
        == ["AMER|20.00", "EMEA|10.00"])
    #expect(
      try bench.lines("SELECT desk, worst FROM risk WHERE org UNDER 'EMEA' GROUP BY ALL")
        == ["FX|2.0"])
    let refused = try #require(bench.failure("SELECT SUM(worst) FROM risk"))
    #expect(refused.message.contains("does not add up") && refused.help != nil)
    let misspelt = try #require(bench.failure("SELECT desk FROM risk WHERE org UNDER 'EMAE'"))
    #expect(misspelt.help == "did you mean 'EMEA'?")
  }

  @Test("are listed with all that was said of them")
  func shown() throws {
    #expect(
      try bench.lines(
        "SELECT name, \"table\", expression, additivity, COALESCE(unit, '-') FROM system.measures ORDER BY 1"
      )
        == [
          "exposure|silver.risk|SUM(mv)|additive|EUR",
          "worst|silver.risk|var(pnl, 0.9)|non additive|-",
        ])
    #expect(
      try bench.lines("SELECT name, levels FROM system.hierarchies") == ["org|region > entity"])
    #expect(try bench.rows("SHOW MEASURES").count == 2)
    #expect(try bench.rows("SHOW HIERARCHIES").count == 1)
    #expect(try bench.rows("SHOW VIEWS").isEmpty)
  }

  @Test("are versioned: an earlier snapshot has the earlier definition")
  func versions() throws {
    try bench.rows("TAG 'before'")
    try bench.rows("CREATE OR REPLACE MEASURE exposure ON silver.risk AS SUM(mv) * 2")
    #expect(try bench.lines("SELECT exposure FROM risk") == ["60.00"])
    let then = bench.another { $0.knownAt = "tag:before" }
    #expect(try then.lines("SELECT exposure FROM risk") == ["30.00"])
    #expect(
      try bench.lines(
        "SELECT operation FROM system.audit WHERE operation LIKE '%MEASURE%' ORDER BY snapshot")
        == ["CREATE MEASURE", "CREATE MEASURE", "CREATE MEASURE"])
  }

  @Test("can be dropped, and are missed by name")
  func dropped() throws {
    let refused = try #require(bench.failure("DROP MEASURE exposrue"))
    #expect(refused.help == "did you mean \"exposure\"?")
    try bench.rows("DROP MEASURE exposure")
    try bench.rows("DROP MEASURE IF EXISTS exposure")
    try bench.rows("DROP HIERARCHY org")
    #expect(
      bench.failure("SELECT exposure FROM risk")?.message == "there is no column \"exposure\"")
    #expect(try bench.rows("SHOW HIERARCHIES").isEmpty)
  }

  @Test("survive the loss of the catalog")
  func rebuilt() throws {
    let query = "SELECT org.region, exposure, worst FROM risk GROUP BY ALL ORDER BY ALL"
    let before = try bench.lines(query)
    let fingerprint = try Lake.open(bench.lake).catalog.fingerprint()
    let store = LocalFileStore()
    for suffix in ["", "-wal"] where try store.status(bench.lake + "/tarn.db" + suffix) != nil {
      try store.remove(bench.lake + "/tarn.db" + suffix)
    }
    let rebuilt = try Catalog.rebuild(
      at: bench.lake, store: store, clock: SystemClock.microseconds)
    #expect(try rebuilt.catalog.fingerprint() == fingerprint)
    #expect(try bench.another().lines(query) == before)
  }

  @Test("are refused when the table cannot give them")
  func refused() {
    let cases = [
      ("CREATE MEASURE m ON silver.risk AS SUM(mvv)", "there is no column \"mvv\""),
      ("CREATE MEASURE m ON silver.risk AS mv * 2", "measure \"m\" is no aggregate"),
      ("CREATE MEASURE m ON silver.risk AS AVG(mv) ADDITIVE", "AVG(mv) does not add up"),
      (
        "CREATE MEASURE desk ON silver.risk AS SUM(mv)", "silver.risk has a column \"desk\" already"
      ),
      ("CREATE MEASURE m AS SUM(mv)", "measure \"m\" belongs to no table"),
      (
        "CREATE MEASURE exposure ON silver.risk AS SUM(mv)",
        "there is a measure \"exposure\" already"
      ),
      (
        "CREATE HIERARCHY h ON silver.units (regoin > entity)",
        "silver.units has no column \"regoin\""
      ),
      (
        "CREATE HIERARCHY h ON silver.units (entity)",
        "a hierarchy has at least two levels, this one has \"entity\" only"
      ),
      (
        "CREATE HIERARCHY h ON silver.units (region > entity) VALID FROM region TO entity",
        "VALID takes columns of dates, \"region\" is string"
      ),
    ]
    for (statement, message) in cases {
      #expect(bench.failure(statement)?.message == message, "\(statement)")
    }
  }
}
