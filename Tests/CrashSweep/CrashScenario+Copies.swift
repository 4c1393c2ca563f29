import Lakehouse

extension CrashScenario {
  /// Changes of what tables are, and rules of what is kept.
  static let definitions: [CrashScenario] = [
    changing(
      "rename column", "ALTER TABLE s.a RENAME COLUMN amount TO value",
      "INSERT INTO s.a (id, day, value) VALUES (5, '2025-06-18', 50)"),
    changing("drop column", "ALTER TABLE s.a DROP COLUMN amount"),
    changing("type", "ALTER TABLE s.a ALTER COLUMN amount TYPE BIGINT"),
    changing("rename table", "ALTER TABLE s.k RENAME TO m"),
    changing(
      "replace table", "CREATE OR REPLACE TABLE s.a (id INT NOT NULL, note STRING)",
      "INSERT INTO s.a VALUES (1, 'x')"),
    changing(
      "replace table by a query", "CREATE OR REPLACE TABLE s.k AS SELECT id, amount FROM s.a"),
    changing("retain", "RETAIN '7 years' FOR s.a", "RETAIN DEFAULT FOR s.a"),
    changing(
      "vacuum with rules",
      after: """
        RETAIN '7 years' FOR s.k; UPDATE s.a SET amount = 1; UPDATE s.k SET amount = 1 WHERE id = 1;
        DELETE FROM s.a WHERE id = 1; DROP TABLE s.k
        """,
      "VACUUM RETAIN 0 HOURS", "INSERT INTO s.a VALUES (5, '2025-06-18', 50)"),
  ]

  /// Whole lakes made from the lake, and what comes back from them.
  static let copies: [CrashScenario] = [
    changing(
      "create branch", "CREATE BRANCH b", "INSERT INTO s.a VALUES (5, '2025-06-18', 50)",
      "DROP BRANCH b"),
    changing(
      "branch", after: "CREATE BRANCH b",
      "USE BRANCH b; INSERT INTO s.a VALUES (5, '2025-06-18', 50)",
      "USE BRANCH b; UPDATE s.k SET amount = 12 WHERE id = 1"),
    changing(
      "merge branch",
      after: """
        CREATE BRANCH b; USE BRANCH b; INSERT INTO s.a VALUES (5, '2025-06-18', 50);
        UPDATE s.k SET amount = 12 WHERE id = 1; CREATE TABLE s.c AS SELECT id FROM s.a; USE MAIN;
        INSERT INTO s.a VALUES (6, '2025-06-18', 60)
        """, "MERGE BRANCH b", "DROP BRANCH b"),
    CrashScenario(
      "backup", prepare: [.create, .sql(tables)],
      change: [
        backup, .sql("INSERT INTO s.a VALUES (5, '2025-06-18', 50); UPDATE s.k SET amount = 1"),
        backup,
      ]),
    CrashScenario(
      "backup by links", prepare: [.create, .sql(tables)],
      change: [linkedBackup, .sql("DELETE FROM s.a WHERE id = 1; OPTIMIZE s.k"), linkedBackup]),
    CrashScenario(
      "backup of a branch", prepare: [.create, .sql(tables), .sql("CREATE BRANCH b"), backup],
      change: [.sql("DELETE FROM s.a WHERE id = 1"), backup]),
  ]

  private static let linkedBackup = Step.command(.backup(directory: copy, links: true))
  static let backup = Step.command(.backup(directory: copy, links: false))
}
