/// Keeps what a plan asks of a run apart from what the run wrote for each business date, which can be
/// many times as long.
///
/// A head follows from its run, as everything in the catalog follows from the log.
enum Migration3 {
  static let statements = [
    """
    CREATE TABLE run_heads (
      view TEXT NOT NULL, run_id INTEGER NOT NULL, status TEXT NOT NULL, started INTEGER NOT NULL,
      input_snapshot INTEGER NOT NULL, definition_hash BLOB NOT NULL, methods TEXT NOT NULL,
      facts TEXT NOT NULL,
      PRIMARY KEY (view, run_id)) WITHOUT ROWID
    """,
    RunHead.insertion,
  ]
}
