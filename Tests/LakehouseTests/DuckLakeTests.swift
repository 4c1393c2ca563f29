import Columnar
import LakeCatalog
import Lakehouse
import Testing

/// That DuckDB reads it right is for scripts/check-ducklake to say.
@Suite("The DuckLake face")
struct DuckLakeTests {
  @Test("can be made, again and again; commits, backups and a verification go on as before")
  func face() throws {
    let bench = try ChangeTests.bench()
    try bench.rows("CREATE TABLE s.lists (n INT, l LIST<DOUBLE>)")
    let before = try bench.session.catalog.fingerprint()
    for _ in 0..<2 {
      let outcome = try bench.perform(.duckLake)
      #expect(outcome.lines[0].contains("ATTACH 'ducklake:sqlite:"), "\(outcome.lines)")
      #expect(outcome.lines.last?.hasSuffix(": s.lists") == true, "\(outcome.lines)")
    }
    #expect(try bench.session.catalog.fingerprint() == before)
    try bench.rows(
      """
      CREATE TABLE s.more (n INT); INSERT INTO s.more VALUES (1);
      ALTER TABLE silver.trades ADD COLUMN note STRING; OPTIMIZE silver.trades; DROP TABLE s.more
      """)
    #expect(try bench.faults() == [])
    let place = bench.lake + "-backup"
    defer { try? BackupTests.remove(place) }
    #expect(try bench.perform(.backup(directory: place, links: false)).verdict == nil)
    let copy = bench.another { $0.lakePath = place }
    #expect(try copy.lines(ChangeTests.all) == bench.lines(ChangeTests.all))
    #expect(try copy.perform(.verify(deep: true)) { _ in }.verdict == nil)
  }
}
