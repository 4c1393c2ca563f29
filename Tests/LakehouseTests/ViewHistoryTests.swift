import Glibc
import Lakehouse
import TestSupport
import Testing

/// Random histories on a real lake: what is served equals what the definition gives.
@Suite("Histories of views")
struct ViewHistoryTests {
  /// 40 histories, or as many as TARN_HISTORIES says.
  private static var count: Int {
    guard let text = unsafe getenv("TARN_HISTORIES") else { return 40 }
    return unsafe Int(String(cString: text)) ?? 40
  }

  private static let days = ["2025-06-12", "2025-06-13", "2025-06-16", "2025-06-17"]
  private static let views = ["g.a", "g.b", "g.c", "g.total"]

  private static let definitions =
    """
    CREATE TABLE s.t (d DATE NOT NULL, id INT NOT NULL, k STRING, x DECIMAL(12,2)) BUSINESS DATE d
      KEY (d, id);
    CREATE TABLE ref.n (k STRING NOT NULL, label STRING) KEY (k);
    INSERT INTO ref.n VALUES ('x', 'EX'), ('y', 'WHY');
    """

  private static func query(_ view: String, _ variant: Int) -> String {
    switch (view, variant % 3) {
    case ("g.a", 0): "SELECT d, k, SUM(x) AS v FROM s.t GROUP BY d, k"
    case ("g.a", 1): "SELECT d, k, MAX(x) AS v FROM s.t WHERE id % 2 = 0 GROUP BY d, k"
    case ("g.a", _): "SELECT d, k, CAST(COUNT(*) AS DECIMAL(12,2)) AS v FROM s.t GROUP BY d, k"
    case ("g.b", 0):
      "SELECT a.d, n.label, SUM(a.v) AS v FROM g.a a JOIN ref.n n ON n.k = a.k GROUP BY ALL"
    case ("g.b", _):
      "SELECT a.d, a.k AS label, n.label AS name, a.v FROM g.a a LEFT JOIN ref.n n ON n.k = a.k"
    case ("g.c", 0): "SELECT d, COUNT(*) AS n FROM s.t GROUP BY d"
    case ("g.c", _):
      "SELECT t.d, COUNT(*) AS n FROM s.t t JOIN g.a a ON a.d = t.d AND a.k = t.k GROUP BY t.d"
    default: "SELECT SUM(v) AS v, MIN(d) AS d FROM g.b"
    }
  }

  private static func create(_ view: String, _ variant: Int, orReplace: Bool) -> String {
    "CREATE \(orReplace ? "OR REPLACE " : "")MATERIALIZED VIEW \(view)"
      + (view == "g.total" ? "" : " BUSINESS DATE d") + " AS " + query(view, variant)
  }

  private struct History {
    var random: SeededGenerator
    var next = 0
    var variants = ["g.a": 0, "g.b": 0, "g.c": 0, "g.total": 0]

    mutating func roll(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

    mutating func row() -> String {
      next += 1
      return "('\(days[roll(4)])', \(next), '\(["x", "y", "z"][roll(3)])', \(roll(20000) - 500).25)"
    }

    mutating func step() -> String {
      switch roll(10) {
      case 0, 1, 2: return "INSERT INTO s.t VALUES \(row()), \(row())"
      case 3:
        next += 1
        return """
          MERGE INTO s.t USING (SELECT DATE '\(days[roll(4)])' AS d, \(roll(max(next, 1)) + 1) AS id,
            'y' AS k, 7.50 AS x) n ON t.d = n.d AND t.id = n.id
          WHEN MATCHED THEN UPDATE SET x = n.x WHEN NOT MATCHED THEN INSERT (d, id, k, x)
            VALUES (n.d, \(100_000 + next), n.k, n.x)
          """
      case 4: return "DELETE FROM s.t WHERE id % 7 = \(roll(7))"
      case 5: return "UPDATE s.t SET x = x + 1 WHERE d = DATE '\(days[roll(4)])'"
      case 6: return "OPTIMIZE \(["s.t", "g.a", "g.b", "ref.n"][roll(4)])"
      case 7: return "DELETE FROM s.t WHERE d = DATE '\(days[roll(4)])'"
      case 8: return "UPDATE ref.n SET label = 'L\(roll(3))' WHERE k = '\(["x", "y"][roll(2)])'"
      default:
        let view = ["g.a", "g.b", "g.c"][roll(3)]
        let variant = roll(3)
        return create(view, variant, orReplace: true)
      }
    }
  }

  @Test("incremental equals full, whatever happened", arguments: 0..<count)
  func same(_ seed: Int) throws {
    let bench = try Workbench()
    try bench.rows(Self.definitions)
    var history = History(random: SeededGenerator(seed: UInt64(seed)))
    var definitions: [String: String] = [:]
    for view in Self.views { try bench.rows(Self.create(view, 0, orReplace: false)) }
    for _ in 0..<3 {
      var steps: [String] = []
      for _ in 0..<history.roll(4) + 1 { steps.append(history.step()) }
      for step in steps { try bench.rows(step) }
      _ = try bench.perform(.refresh(views: [], dates: [], force: false))
    }
    for row in try bench.rows("SELECT schema || '.' || name, definition FROM system.views") {
      definitions[CellText.show(row[0])] = CellText.show(row[1])
    }
    for view in Self.views {
      let parts = (definitions[view] ?? "").components(after: " AS ")
      let served = try bench.lines("SELECT * FROM \(view)").sorted()
      #expect(try bench.lines(parts).sorted() == served, "\(view), seed \(seed)")
    }
    #expect(try bench.perform(.plan(views: [])).lines == ["nothing to rebuild"])
    #expect(try bench.perform(.verify(deep: true)).verdict == nil)
  }
}

extension String {
  /// What follows the first occurrence.
  fileprivate func components(after separator: String) -> String {
    guard let range = firstRange(of: separator) else { return self }
    return String(self[range.upperBound...])
  }
}
