/// The first format of the catalog.
///
/// Intervals are half open: a row holds from its begin on and no longer at its end, and an end that
/// has not come is 9223372036854775807, so that one index range finds what holds at a version.
/// Times are microseconds since the epoch, dates are days since it, hashes are 32 bytes.
enum Migration1 {
  static let statements = history + tables + records + scheduling

  private static let history = [
    """
    CREATE TABLE snapshots (
      id INTEGER PRIMARY KEY, time INTEGER NOT NULL UNIQUE, actor TEXT NOT NULL,
      operation TEXT NOT NULL, statement TEXT, statement_hash BLOB, reason TEXT, message TEXT,
      rows_added INTEGER NOT NULL, rows_removed INTEGER NOT NULL,
      previous_hash BLOB NOT NULL, hash BLOB NOT NULL,
      published INTEGER NOT NULL DEFAULT 0)
    """,
    "CREATE TABLE entries (snapshot INTEGER PRIMARY KEY, entry BLOB NOT NULL)",
    "CREATE INDEX snapshots_unpublished ON snapshots (id) WHERE published = 0",
    """
    CREATE VIEW audit AS SELECT id AS snapshot, time, actor, operation, statement_hash, reason,
      rows_added, rows_removed, previous_hash, hash FROM snapshots
    """,
    "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE schemas (name TEXT PRIMARY KEY COLLATE NOCASE, snapshot INTEGER NOT NULL)",
    """
    CREATE TABLE tags (
      name TEXT PRIMARY KEY, snapshot INTEGER NOT NULL, retain_until INTEGER,
      created INTEGER NOT NULL) WITHOUT ROWID
    """,
    """
    CREATE TABLE seals (
      date INTEGER NOT NULL, snapshot INTEGER NOT NULL, tag TEXT, sealed_at INTEGER NOT NULL,
      PRIMARY KEY (date, sealed_at)) WITHOUT ROWID
    """,
  ]

  private static let tables = [
    """
    CREATE TABLE tables (
      id INTEGER NOT NULL, schema TEXT NOT NULL COLLATE NOCASE, name TEXT NOT NULL COLLATE NOCASE,
      path TEXT NOT NULL, mode TEXT NOT NULL, business_date TEXT, calendar TEXT,
      key_columns TEXT NOT NULL, latest_by TEXT, feed TEXT, definition TEXT NOT NULL,
      begin_snapshot INTEGER NOT NULL, end_snapshot INTEGER NOT NULL DEFAULT 9223372036854775807,
      PRIMARY KEY (id, begin_snapshot)) WITHOUT ROWID
    """,
    "CREATE INDEX tables_by_name ON tables (name, schema, end_snapshot)",
    """
    CREATE TABLE table_versions (
      table_id INTEGER NOT NULL, version INTEGER NOT NULL, snapshot INTEGER NOT NULL,
      time INTEGER NOT NULL, operation TEXT NOT NULL, rows_added INTEGER NOT NULL,
      rows_removed INTEGER NOT NULL, commit_bytes INTEGER NOT NULL,
      sha256 BLOB NOT NULL, published INTEGER NOT NULL DEFAULT 0)
    """,
    "CREATE UNIQUE INDEX table_versions_key ON table_versions (table_id, version)",
    "CREATE INDEX table_versions_at ON table_versions (table_id, snapshot, version)",
    "CREATE INDEX table_versions_of ON table_versions (snapshot, table_id, version)",
    """
    CREATE INDEX table_versions_unpublished ON table_versions (snapshot, table_id, version)
      WHERE published = 0
    """,
    """
    CREATE TABLE commits (
      table_id INTEGER NOT NULL, version INTEGER NOT NULL, json BLOB NOT NULL,
      PRIMARY KEY (table_id, version))
    """,
    """
    CREATE TABLE table_metadata (
      table_id INTEGER NOT NULL, version INTEGER NOT NULL, metadata TEXT NOT NULL,
      PRIMARY KEY (table_id, version)) WITHOUT ROWID
    """,
    """
    CREATE TABLE files (
      id INTEGER PRIMARY KEY, table_id INTEGER NOT NULL, path TEXT NOT NULL,
      begin_version INTEGER NOT NULL, begin_snapshot INTEGER NOT NULL,
      end_version INTEGER NOT NULL DEFAULT 9223372036854775807,
      end_snapshot INTEGER NOT NULL DEFAULT 9223372036854775807,
      rows INTEGER NOT NULL, bytes INTEGER NOT NULL, sha256 BLOB NOT NULL,
      date_min INTEGER NOT NULL, date_max INTEGER NOT NULL, vacuumed INTEGER)
    """,
    "CREATE INDEX files_by_end ON files (table_id, end_version, begin_version)",
    "CREATE INDEX files_by_begin ON files (table_id, begin_version, end_version)",
    """
    CREATE INDEX files_by_date ON files (table_id, date_max, date_min, end_version, begin_version)
    """,
    "CREATE INDEX files_by_path ON files (table_id, path, end_version)",
    """
    CREATE TABLE file_statistics (
      file_id INTEGER PRIMARY KEY, statistics TEXT NOT NULL, summary BLOB NOT NULL)
    """,
    """
    CREATE TABLE file_ranges (
      file_id INTEGER NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL,
      kind INTEGER NOT NULL, scale INTEGER NOT NULL, minimum, maximum, nulls INTEGER,
      PRIMARY KEY (file_id, position)) WITHOUT ROWID
    """,
    """
    CREATE TABLE date_changes (
      table_id INTEGER NOT NULL, version INTEGER NOT NULL, date INTEGER NOT NULL,
      rows_added INTEGER NOT NULL, rows_removed INTEGER NOT NULL,
      PRIMARY KEY (table_id, version, date)) WITHOUT ROWID
    """,
    "CREATE INDEX date_changes_by_date ON date_changes (table_id, date, version)",
  ]

  private static let records = [
    """
    CREATE TABLE views (
      id INTEGER PRIMARY KEY, schema TEXT NOT NULL COLLATE NOCASE, name TEXT NOT NULL COLLATE NOCASE,
      sql TEXT NOT NULL, definition_hash BLOB NOT NULL, output_table TEXT NOT NULL,
      options TEXT NOT NULL, begin_snapshot INTEGER NOT NULL,
      end_snapshot INTEGER NOT NULL DEFAULT 9223372036854775807)
    """,
    "CREATE INDEX views_by_name ON views (schema, name, end_snapshot)",
    """
    CREATE TABLE lineage (
      view_id INTEGER NOT NULL, position INTEGER NOT NULL, output_column TEXT,
      input_table TEXT NOT NULL, input_column TEXT,
      PRIMARY KEY (view_id, position)) WITHOUT ROWID
    """,
    """
    CREATE TABLE runs (
      id INTEGER PRIMARY KEY, view TEXT NOT NULL, status TEXT NOT NULL, started INTEGER NOT NULL,
      finished INTEGER NOT NULL, input_snapshot INTEGER NOT NULL, definition_hash BLOB NOT NULL,
      engine_version TEXT NOT NULL, methods TEXT NOT NULL, parameters TEXT NOT NULL,
      dates TEXT NOT NULL, row_count INTEGER NOT NULL, content_hash BLOB, checks TEXT NOT NULL,
      message TEXT NOT NULL, snapshot INTEGER NOT NULL)
    """,
    "CREATE INDEX runs_by_view ON runs (view, id)",
    """
    CREATE TABLE run_tables (
      run_id INTEGER NOT NULL, is_output INTEGER NOT NULL, table_id INTEGER NOT NULL,
      version INTEGER NOT NULL,
      PRIMARY KEY (run_id, is_output, table_id, version)) WITHOUT ROWID
    """,
    """
    CREATE TABLE ingests (
      feed TEXT NOT NULL, region TEXT NOT NULL, path_date INTEGER NOT NULL, sha256 BLOB NOT NULL,
      path TEXT NOT NULL, rows INTEGER NOT NULL, rejected INTEGER NOT NULL,
      snapshot INTEGER NOT NULL,
      PRIMARY KEY (feed, region, path_date, sha256)) WITHOUT ROWID
    """,
    """
    CREATE TABLE quarantine (
      id INTEGER PRIMARY KEY, snapshot INTEGER NOT NULL, feed TEXT NOT NULL, file TEXT NOT NULL,
      line INTEGER NOT NULL, column_name TEXT, rule TEXT NOT NULL, raw_text TEXT NOT NULL,
      reason TEXT NOT NULL)
    """,
    """
    CREATE TABLE checks (
      id INTEGER PRIMARY KEY, snapshot INTEGER NOT NULL, subject TEXT NOT NULL, name TEXT NOT NULL,
      status TEXT NOT NULL, date INTEGER, rows_checked INTEGER NOT NULL,
      rows_failed INTEGER NOT NULL, score REAL, detail TEXT NOT NULL)
    """,
  ]

  /// What only this machine needs: not in the lake log, gone after a rebuild.
  private static let scheduling = [
    """
    CREATE TABLE leases (
      name TEXT PRIMARY KEY, holder TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID
    """,
    "CREATE TABLE state (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE intents (id INTEGER PRIMARY KEY, entry BLOB NOT NULL, member INTEGER NOT NULL)",
    "CREATE TABLE intent_commits (position INTEGER PRIMARY KEY, json BLOB NOT NULL)",
  ]
}
