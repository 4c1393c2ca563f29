extension StatementCorpus {
  static let definitions = [
    "CREATE SCHEMA bronze",
    "CREATE LIMIT net ON gold.exposure MEASURE net_value BY desk, region MAX 5000000 WARN 80% OWNER 'desk head' REMEDIATION 'reduce' DUE WITHIN '2 days'",
    "CREATE OR REPLACE LIMIT l ON g.v MEASURE MAX(x) - MIN(x) MAX -2.5",
    "DROP LIMIT IF EXISTS net",
    "SIGN gold.lcr FOR DATE '2025-06-23' COMMENT 'checked'",
    "CLOSE DAY '2025-06-23'",
    "REOPEN DAY DATE '2025-06-23' REASON 'late trade'",
    "CREATE SCHEMA IF NOT EXISTS bronze",
    "CREATE TABLE t (a int)",
    "CREATE TABLE IF NOT EXISTS s.t (a int NOT NULL, b decimal(18, 2) DEFAULT 0 NOT NULL, c text NULL,)",
    "CREATE TABLE t (a int, CONSTRAINT positive CHECK (a > 0), b date DEFAULT (1 > 0))",
    """
    CREATE TABLE silver.positions (as_of_date date NOT NULL, trade_id string NOT NULL, version int,
      market_value decimal(18, 2), CONSTRAINT known CHECK (version >= 1))
      BUSINESS DATE as_of_date CALENDAR target KEY (as_of_date, trade_id) LATEST BY version
      FROM FEED positions EXPECT priced CHECK (market_value IS NOT NULL) ON VIOLATION WARN
      EXPECT sane CHECK (abs(market_value) < 1e12) ON VIOLATION QUARANTINE OPEN
    """,
    "CREATE OR REPLACE TABLE t BUSINESS DATE d KEY (id) AS SELECT * FROM 'x.csv'",
    "CREATE TABLE t (date date, key int, open boolean, version bigint, tag text, v vector(3), l int[])",
    "CREATE VIEW v AS SELECT 1",
    "CREATE OR REPLACE VIEW s.v (a, b) AS SELECT 1, 2",
    "CREATE VIEW IF NOT EXISTS v AS FROM t",
    "CREATE MATERIALIZED VIEW gold.lcr AS SELECT * FROM lcr(TABLE silver.liquidity_positions)",
    """
    CREATE MATERIALIZED VIEW gold.lcr BUSINESS DATE as_of_date
      REFRESH EVERY '30 minutes' FRESH WITHIN '30 minutes'
      AS SELECT * FROM lcr(TABLE silver.liquidity_positions)
    """,
    """
    CREATE OR REPLACE MATERIALIZED VIEW g.v BUSINESS DATE d CALENDAR target KEYED BY (entity, desk)
      REFRESH CRON '0 7 * * MON-FRI' TIMEZONE 'Europe/Zurich' CALENDAR target INCREMENTAL STRICT
      READY BY '07:00' RETRY 3 BACKOFF '1 minute'..'10 minutes'
      EXPECT complete CHECK (x > 0) ON VIOLATION FAIL RETAIN '7 years' AS FROM t
    """,
    "CREATE MATERIALIZED VIEW IF NOT EXISTS v REFRESH ON COMMIT RETRY 1 AS SELECT 1",
    "CREATE MATERIALIZED VIEW v REFRESH MANUAL AS SELECT 1",
    "CREATE HIERARCHY org ON ref.entities (consolidated > ihc > entity > branch)",
    "CREATE OR REPLACE HIERARCHY org ON ref.o (KEY id PARENT parent_id) VALID FROM a TO b",
    "CREATE MEASURE exposure ON silver.positions AS sum(market_value) - sum(collateral)",
    "CREATE OR REPLACE MEASURE m AS var(pnl, 0.99)",
    "CREATE MEASURE m ON t AS sum(x) - sum(y) UNIT 'EUR' FORMAT '#,##0' NON ADDITIVE",
    "CREATE MEASURE m ON t AS sum(x) SEMI ADDITIVE OVER as_of_date",
    "CREATE MEASURE m ON t AS sum(x) ADDITIVE",
    "SELECT a FROM t WHERE org UNDER 'LE_UK' AND NOT legal UNDER :node",
    "SELECT a under FROM t",
    "ALTER TABLE t ADD COLUMN a int NOT NULL DEFAULT 0",
    "ALTER TABLE t ADD COLUMN IF NOT EXISTS a int",
    "ALTER TABLE IF EXISTS t ADD a int",
    "ALTER TABLE t DROP COLUMN IF EXISTS a",
    "ALTER TABLE t DROP a",
    "ALTER TABLE t RENAME COLUMN a TO b",
    "ALTER TABLE t RENAME TO u",
    "ALTER TABLE t ALTER COLUMN a TYPE bigint",
    "ALTER TABLE t ALTER a SET DATA TYPE double",
    "ALTER TABLE t ALTER COLUMN a SET NOT NULL",
    "ALTER TABLE t ALTER COLUMN a DROP NOT NULL",
    "ALTER TABLE t ALTER COLUMN a SET DEFAULT 1 + 2",
    "ALTER TABLE t ALTER COLUMN a DROP DEFAULT",
    "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)",
    "ALTER TABLE t DROP CONSTRAINT c",
    "ALTER TABLE t ADD EXPECT e CHECK (a > 0) ON VIOLATION FAIL",
    "ALTER TABLE t DROP EXPECT IF EXISTS e",
    "ALTER TABLE t SET TBLPROPERTIES ('a' = 'b', 'c' = 'it''s')",
    "ALTER TABLE t UNSET TBLPROPERTIES IF EXISTS ('a', 'b')",
    "DROP TABLE t",
    "DROP TABLE IF EXISTS s.t",
    "DROP VIEW v",
    "DROP MATERIALIZED VIEW IF EXISTS gold.lcr",
    "DROP SCHEMA s",
    "DROP HIERARCHY org",
    "DROP MEASURE m",
    "DROP TAG 'x'",
    "DROP TAG IF EXISTS 'x'",
  ]

  static let changes = [
    "INSERT INTO t VALUES (1, 'a', DEFAULT), (2, NULL, 3)",
    "INSERT INTO s.t (a, b) SELECT x, y FROM u",
    "INSERT INTO t (SELECT 1)",
    "INSERT INTO t (a) (SELECT 1)",
    "INSERT INTO t BY NAME SELECT 1 AS a",
    "INSERT INTO t FROM 'x.csv'",
    "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a",
    "INSERT INTO t WITH a AS (SELECT 1) SELECT * FROM a",
    "WITH a AS (SELECT 1) DELETE FROM t WHERE x IN (SELECT * FROM a)",
    "WITH RECURSIVE a (x) AS (SELECT 1) UPDATE t SET x = 2 FROM a WHERE t.x = a.x",
    "UPDATE t SET a = 1, b = DEFAULT WHERE c = 2",
    "UPDATE s.t AS x SET a = u.a FROM u JOIN w USING (id) WHERE x.id = u.id",
    "UPDATE t x SET a = 1",
    "DELETE FROM t",
    "DELETE FROM t AS x USING u, v WHERE x.id = u.id",
    """
    MERGE INTO t AS x USING (SELECT * FROM u) AS y ON x.id = y.id
      WHEN MATCHED AND y.deleted THEN DELETE
      WHEN MATCHED THEN UPDATE SET a = y.a, b = y.b
      WHEN NOT MATCHED THEN INSERT (id, a) VALUES (y.id, y.a)
      WHEN NOT MATCHED BY SOURCE AND x.old THEN DELETE
    """,
    "MERGE INTO t USING u ON t.i = u.i WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *",
    "MERGE INTO t USING u AS OF T-1 ON t.i = u.i WHEN NOT MATCHED BY TARGET THEN DO NOTHING",
    "COPY t FROM 'x.csv'",
    "COPY t (a, b) FROM 'x.csv' WITH (FORMAT csv, HEADER true, DELIMITER ';')",
    "COPY t TO 'x.parquet' (FORMAT parquet)",
    "COPY t (a, b) TO 'x.csv'",
    "COPY t (a, current_date, default) TO 'x.csv'",
    "COPY (SELECT * FROM t ORDER BY a) TO 'x.csv' (HEADER, FORMAT = csv)",
    "BEGIN", "BEGIN TRANSACTION", "START TRANSACTION", "COMMIT", "COMMIT WORK", "ROLLBACK;",
  ]

  static let upkeep = [
    "RESTORE t TO VERSION AS OF 3",
    "RESTORE TABLE s.t TO TIMESTAMP AS OF '2025-10-01'",
    "RESTORE t TO SNAPSHOT 12",
    "RESTORE t TO TAG 'eod'",
    "OPTIMIZE t",
    "OPTIMIZE s.t WHERE d >= DATE '2025-01-01' ZORDER BY (desk, book)",
    "OPTIMIZE t ZORDER BY desk, book",
    "VACUUM", "VACUUM t", "VACUUM s.t RETAIN '30 days' DRY RUN", "VACUUM RETAIN 168 HOURS",
    "VACUUM retain",
    "TAG 'eod-2025-09-30'",
    "TAG 'eod-2025-09-30' AT SNAPSHOT 12 RETAIN '7 years'",
    "REFRESH MATERIALIZED VIEW gold.lcr",
    "REFRESH MATERIALIZED VIEW gold.lcr FOR DATE '2025-09-30'",
    "REFRESH MATERIALIZED VIEW gold.lcr FOR :d",
    "DESCRIBE t", "DESCRIBE TABLE s.t", "DESC t", "DESCRIBE HISTORY s.t", "DESCRIBE history",
    "DESCRIBE CALCULATOR lcr", "DESCRIBE SELECT 1",
    "SHOW TABLES", "SHOW TABLES FROM silver LIKE 'pos%'", "SHOW VIEWS", "SHOW SCHEMAS",
    "SHOW COLUMNS FROM s.t", "SHOW CALCULATORS", "SHOW TAGS", "SHOW SNAPSHOTS", "SHOW RUNS",
    "SHOW MATERIALIZED VIEWS",
    "EXPLAIN SELECT 1", "EXPLAIN ANALYZE SELECT 1", "EXPLAIN EXPAND FROM p COMPARE T-1",
    "EXPLAIN DELETE FROM t WHERE a = 1",
    "HISTORY OF lcr FROM gold.lcr WHERE legal_entity = 'LE_UK' AS OF DATE '2025-06-23'",
    "HISTORY OF SUM(x)", "HISTORY OF SUM(x) FROM t AS OF T-1 WHERE a = 1",
    "WHY SELECT lcr FROM gold.lcr AS OF T WHERE legal_entity = 'LE_UK'",
    "WHY LIMIT 3 SELECT SUM(x) FROM t ORDER BY 1 LIMIT 1", "WHY FROM t SELECT a",
    "EXPLAIN MOVE SUM(x) OF gold.v FROM T-1 TO T BY desk, book WHERE desk <> 'FX'",
    "EXPLAIN MOVE SUM(x) FROM TAG 'a' TO SNAPSHOT 12 POSITIONS s.t, s.u MARKET ref.fx PARAMETERS r",
    "EXPLAIN MOVE x FROM DATE '2025-06-12' AS REPORTED TO T AS KNOWN AT RUN 3",
    "PROVE SELECT SUM(x) FROM t INTO 'cert.json'", "PROVE (SELECT 1) INTO 'x'",
    "SET known_at = '2025-10-01T18:00:00Z'", "SET threads TO 4",
  ]
}
