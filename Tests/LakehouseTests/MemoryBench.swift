import Columnar
import FileStorage
import LakeCatalog
import Lakehouse
import MaterializedViews
import TestSupport
import Testing

/// A table changed by every kind of commit, an hour apart, and the hash of each of its versions.
final class MemoryBench {
  let directory = TemporaryDirectory()
  let clock = FixedClock(microseconds: 1_750_000_000_000_000, step: 1000)
  let session: Session
  static let hour: Int64 = 3_600_000_000

  var lake: String { directory.path + "/lake" }

  init() throws {
    _ = try Lake.create(
      directory.path + "/lake", actor: "ann", clock: { [clock] in clock.now() })
    session = MemoryBench.session(directory.path + "/lake", clock)
    try session.allRows(
      """
      CREATE TABLE silver.trades (
        id STRING NOT NULL, day DATE NOT NULL, desk STRING, amount DECIMAL(18,2), x DOUBLE)
      BUSINESS DATE day KEY (id, day);
      CREATE TABLE silver.notes (n INT NOT NULL);
      CREATE VIEW gold.desks AS SELECT desk, SUM(amount) AS total FROM silver.trades GROUP BY desk
      """)
  }

  static func session(_ path: String, _ clock: FixedClock) -> Session {
    var options = Session.Options(lakePath: path)
    options.actor = "ann"
    options.threads = 2
    return Session(options: options, store: LocalFileStore(), clock: { clock.now() })
  }

  /// Another user, of this lake or a copy.
  func another(_ path: String? = nil) -> Session { MemoryBench.session(path ?? lake, clock) }

  var version: Int64 {
    get throws {
      let text = try session.lines(
        "SELECT MAX(version) FROM system.history WHERE \"table\" = 'silver.trades'")
      return Int64(text[0]) ?? -1
    }
  }

  /// Commits of all kinds in turn, until the table has that version.
  func grow(to last: Int64) throws {
    var step = 0
    while try version < last {
      clock.advance(microseconds: MemoryBench.hour)
      try session.allRows(try statement(step))
      step += 1
    }
  }

  private func statement(_ step: Int) throws -> String {
    let day = "2025-06-\(10 + step % 15)"
    func values(_ first: Int) -> String {
      (first..<first + 4).map { "('T\($0)', '\(day)', 'D\($0 % 3)', \($0).25, 0.1)" }
        .joined(separator: ", ")
    }
    let columns = "(id, day, desk, amount, x)"
    switch step % 10 {
    case 0: return "INSERT INTO silver.trades \(columns) VALUES \(values(step))"
    case 1: return "UPDATE silver.trades SET amount = amount + 1, x = x * 3 WHERE desk = 'D1'"
    case 2: return "DELETE FROM silver.trades WHERE id = 'T\(step - 1)'"
    case 3:
      return """
        MERGE INTO silver.trades t USING (VALUES ('T\(step)', DATE '\(day)'), ('M\(step)',
          DATE '\(day)')) AS s(id, day) ON t.id = s.id AND t.day = s.day
        WHEN MATCHED THEN UPDATE SET desk = 'MERGED'
        WHEN NOT MATCHED THEN INSERT (id, day, desk, amount) VALUES (s.id, s.day, 'NEW', 7)
        """
    case 4:
      return """
        BEGIN; INSERT INTO silver.trades \(columns) VALUES \(values(step + 100));
        INSERT INTO silver.notes VALUES (\(step)); UPDATE silver.trades SET x = x + 1; COMMIT
        """
    case 5:
      let path = directory.path + "/\(step).csv"
      try LocalFileStore().replace(
        Array("id,day,desk,amount,x\nC\(step),\(day),CSV,1.50,2.5\n".utf8), at: path)
      return "COPY silver.trades \(columns) FROM '\(path)'"
    case 6: return "ALTER TABLE silver.trades ADD COLUMN c\(step) INT"
    case 7: return "OPTIMIZE silver.trades"
    case 8: return "RESTORE silver.trades TO VERSION AS OF \(max(1, try version - 3))"
    default: return "INSERT INTO silver.trades \(columns) VALUES \(values(step + 500))"
    }
  }

  /// The canonical hash of a query's rows.
  static func hash(_ query: String, _ session: Session) throws -> FileDigest {
    let sink = CollectingSink()
    try session.run(query, into: sink)
    var hash = ContentHash(sink.schema)
    for batch in sink.batches { hash.add(batch) }
    return hash.digest
  }

  static func hash(of version: Int64, _ session: Session) throws -> FileDigest {
    try hash("SELECT * FROM silver.trades VERSION AS OF \(version)", session)
  }
}
