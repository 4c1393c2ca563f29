import Lakehouse

extension CrashScenario {
  static let tables = """
    CREATE TABLE probe.t (n INT);
    CREATE TABLE s.a (id INT NOT NULL, day DATE NOT NULL, amount INT) BUSINESS DATE day;
    CREATE TABLE s.k (id INT NOT NULL, version INT NOT NULL, amount INT)
      KEY (id) LATEST BY version;
    INSERT INTO s.a VALUES (1, '2025-06-17', 10), (2, '2025-06-17', 20);
    INSERT INTO s.a VALUES (3, '2025-06-18', 30), (4, '2025-06-18', 40);
    INSERT INTO s.k VALUES (1, 1, 10), (2, 1, 20)
    """

  /// A change by statements of the tables above.
  static func changing(
    _ name: String, after more: String = "", _ change: String...
  ) -> CrashScenario {
    CrashScenario(
      name, prepare: [.create, .sql(tables)] + (more.isEmpty ? [] : [.sql(more)]),
      change: change.map { .sql($0) })
  }

  /// Every kind of commit, and what else changes files.
  package static let all: [CrashScenario] =
    [
      CrashScenario(
        "create lake", prepare: [], change: [.create, .sql("CREATE TABLE probe.t (n INT)")]),
      changing("append", "INSERT INTO s.a VALUES (5, '2025-06-18', 50)"),
      changing("upsert", "INSERT INTO s.k VALUES (1, 2, 11), (2, 0, 0), (3, 1, 30)"),
      changing(
        "overwrite", "BEGIN; DELETE FROM s.a; INSERT INTO s.a VALUES (9, '2025-06-19', 9); COMMIT"),
      changing(
        "multi-table",
        """
        BEGIN; INSERT INTO s.a VALUES (5, '2025-06-18', 50);
        INSERT INTO s.k VALUES (1, 2, 11); UPDATE s.a SET amount = 0 WHERE id = 1;
        CREATE TABLE s.n AS SELECT id FROM s.a; COMMIT
        """),
      changing("delete", "DELETE FROM s.a WHERE id IN (1, 3)"),
      changing("update", "UPDATE s.a SET amount = amount + 1 WHERE day = DATE '2025-06-17'"),
      changing(
        "merge",
        """
        MERGE INTO s.a USING s.k ON s.a.id = s.k.id
        WHEN MATCHED THEN UPDATE SET amount = s.k.amount + 1000
        WHEN NOT MATCHED THEN INSERT (id, day, amount) VALUES (s.k.id, DATE '2025-06-18', 0)
        """),
      changing(
        "alter", "ALTER TABLE s.a ADD COLUMN note STRING",
        "INSERT INTO s.a VALUES (5, '2025-06-18', 50, 'x')"),
      changing("create table", "CREATE TABLE s.c AS SELECT * FROM s.a", "DROP TABLE s.k"),
      changing("optimize", after: "INSERT INTO s.a VALUES (5, '2025-06-18', 50)", "OPTIMIZE s.a"),
      changing(
        "vacuum", after: "UPDATE s.a SET amount = 1; TAG 'kept'; DELETE FROM s.a WHERE id = 1",
        "VACUUM RETAIN 0 HOURS"),
      changing(
        "restore", after: "UPDATE s.a SET amount = 1",
        "RESTORE TABLE s.a TO VERSION AS OF 1"),
      changing("tag", "TAG 'one'", "DROP TAG 'one'"),
      logCompaction, checkpoint, ingest, view, refresh, rebuild, writeAndRebuild, day, openTable,
    ] + definitions + copies

  private static let checkpoint: CrashScenario = {
    let inserts = (1...49).map { "INSERT INTO probe.t VALUES (\($0))" }
    return CrashScenario(
      "checkpoint",
      prepare: [.create, .sql("CREATE TABLE probe.t (n INT); " + inserts.joined(separator: ";"))],
      change: [.sql("INSERT INTO probe.t VALUES (50)"), .sql("INSERT INTO probe.t VALUES (51)")])
  }()

  private static let logCompaction = CrashScenario(
    "log compaction", prepare: [.create, .sql(tables)],
    change: [
      .sql("INSERT INTO s.a VALUES (5, '2025-06-18', 50)"), .command(.compactLog(table: "s.a")),
      .sql("UPDATE s.a SET amount = 0 WHERE id = 5"), .command(.compactLog(table: "s.a")),
    ])

  private static let ingest: CrashScenario = {
    let path = "landing/trades/EMEA/2025/06/18/second.csv"
    var scenario = CrashScenario(
      "ingest",
      prepare: [
        .create,
        .sql(
          """
          CREATE TABLE probe.t (n INT);
          CREATE TABLE bronze.trades (id STRING, version STRING, day STRING, amount STRING,
            source_file STRING NOT NULL, source_line BIGINT NOT NULL) FROM FEED trades;
          CREATE TABLE silver.trades (id STRING NOT NULL, version INT NOT NULL, day DATE NOT NULL,
            amount DECIMAL(18,2) NOT NULL)
          BUSINESS DATE day KEY (id, day) LATEST BY version FROM FEED trades
          EXPECT positive CHECK (amount > 0) ON VIOLATION QUARANTINE;
          INSERT INTO silver.trades VALUES ('A', 1, '2025-06-17', 1)
          """),
      ],
      change: [.command(.ingest(files: [root + "/" + path], feed: nil))])
    scenario.files[path] = "id,version,day,amount\nA,2,2025-06-17,11.25\nB,1,2025-06-18,-1\n"
    return scenario
  }()

  private static let views = """
    CREATE MATERIALIZED VIEW gold.totals BUSINESS DATE day AS
      SELECT day, SUM(amount) AS total FROM s.a GROUP BY day;
    CREATE MATERIALIZED VIEW gold.grand AS SELECT SUM(total) AS grand FROM gold.totals
    """

  private static let view = CrashScenario(
    "create view", prepare: [.create, .sql(tables)],
    change: [.sql(views), .sql("CREATE VIEW s.v AS SELECT COUNT(*) AS n FROM s.a")])

  private static let refresh = CrashScenario(
    "refresh",
    prepare: [
      .create, .sql(tables), .sql(views),
      .command(.refresh(views: [], dates: [], force: false)),
      .sql("INSERT INTO s.a VALUES (7, '2025-06-18', 70)"),
    ],
    change: [.command(.refresh(views: [], dates: [], force: false))])

  /// A table that other engines may write to: whoever links the commit first has the version.
  package static let openTable = CrashScenario(
    "open table",
    prepare: [
      .create, .sql("CREATE TABLE probe.t (n INT); CREATE TABLE s.o (id INT, x INT) OPEN"),
      .sql("CREATE TABLE s.b (id INT); INSERT INTO s.o VALUES (1, 10)"),
    ],
    change: [
      .sql("BEGIN; INSERT INTO s.o VALUES (2, 20); INSERT INTO s.b VALUES (2); COMMIT"),
      .sql("INSERT INTO s.o VALUES (3, 30)"),
    ])

  private static let rebuild = CrashScenario(
    "rebuild", prepare: [.create, .sql(tables)],
    change: [.command(.rebuild), .sql("INSERT INTO s.a VALUES (5, '2025-06-18', 50)")])

  /// A rebuild right after a commit that is acknowledged, and perhaps not published.
  private static let writeAndRebuild = CrashScenario(
    "write and rebuild", prepare: [.create, .sql(tables)],
    change: [.sql("INSERT INTO s.a VALUES (5, '2025-06-18', 50)"), .command(.rebuild)])

  /// Many statements in one process, so that its state between them is met as well.
  private static let day = changing(
    "one session", after: "CREATE MATERIALIZED VIEW gold.n AS SELECT COUNT(*) AS n FROM s.a",
    "INSERT INTO s.a VALUES (5, '2025-06-18', 50)",
    "BEGIN; INSERT INTO s.k VALUES (1, 2, 11); DELETE FROM s.a WHERE id = 2; COMMIT",
    "REFRESH MATERIALIZED VIEW gold.n",
    "UPDATE s.a SET amount = 7 WHERE id = 5", "OPTIMIZE s.a", "VACUUM RETAIN 0 HOURS",
    "DROP TABLE s.k")
}
