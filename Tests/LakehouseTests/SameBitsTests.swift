import Columnar
import Lakehouse
import TestSupport
import Testing

/// The same rows give the same bits, however they are stored and however many threads read them.
@Suite("Exactly the same bits")
struct SameBitsTests {
  static let queries = [
    "SELECT SUM(pv), AVG(pv), SUM(dv01), MIN(pv), MAX(dv01), COUNT(*) FROM silver.positions",
    """
    SELECT desk, SUM(pv), AVG(dv01), SUM(market_value), COUNT(DISTINCT counterparty)
    FROM silver.positions GROUP BY desk ORDER BY desk
    """,
    """
    SELECT p.as_of_date, e.reporting_currency, SUM(p.pv * f.per_eur), AVG(p.pv / f.per_eur)
    FROM silver.positions p JOIN ref.entities e ON e.legal_entity = p.legal_entity
    JOIN ref.fx_rates f ON f.as_of_date = p.as_of_date AND f.currency = p.currency
    GROUP BY ALL ORDER BY 1, 2
    """,
    """
    SELECT trade_id, as_of_date, pv, SUM(pv) OVER (PARTITION BY desk ORDER BY trade_id, as_of_date)
    FROM silver.positions WHERE desk = 'FX_LDN' ORDER BY trade_id, as_of_date LIMIT 500
    """,
    "SELECT * FROM lcr(TABLE silver.liquidity_positions) ORDER BY as_of_date, legal_entity",
  ]

  /// Doubles by their bits.
  private func bits(_ rows: [[Value]]) -> [[String]] {
    rows.map { row in
      row.map { value in
        if case .double(let number) = value { return String(number.bitPattern, radix: 16) }
        return CellText.show(value)
      }
    }
  }

  @Test("one, two, three and four threads", arguments: queries)
  func threads(query: String) throws {
    let lake = try SampleLake.shared.get()
    let answers = try [1, 2, 3, 4].map { bits(try lake.session(threads: $0).allRows(query)) }
    #expect(!answers[0].isEmpty)
    #expect(Set(answers).count == 1)
  }

  @Test("rows inserted at once, in pieces, backwards and by another key give one sum")
  func shuffled() throws {
    let lake = try SampleLake.shared.get()
    let (directory, path) = try lake.copy()
    defer { withExtendedLifetime(directory) {} }
    var options = lake.session().options
    options.lakePath = path
    let session = Session(options: options)
    let rows = "SELECT trade_id, desk, as_of_date, pv, dv01 FROM silver.positions"
    let declared = "(trade_id STRING, desk STRING, as_of_date DATE, pv DOUBLE, dv01 DOUBLE)"
    try session.allRows(
      """
      CREATE TABLE s.whole \(declared);
      CREATE TABLE s.pieces \(declared) BUSINESS DATE as_of_date;
      CREATE TABLE s.backwards \(declared);
      INSERT INTO s.whole \(rows);
      INSERT INTO s.pieces \(rows) WHERE desk > 'G' ORDER BY pv DESC;
      INSERT INTO s.pieces \(rows) WHERE desk <= 'G' AND dv01 >= 0;
      INSERT INTO s.pieces \(rows) WHERE desk <= 'G' AND dv01 < 0 ORDER BY trade_id;
      INSERT INTO s.backwards \(rows) ORDER BY dv01 DESC, trade_id DESC
      """)
    let answers = try ["s.whole", "s.pieces", "s.backwards"].map { table in
      bits(
        try session.allRows(
          """
          SELECT desk, SUM(pv), AVG(pv), SUM(dv01), COUNT(*) FROM \(table)
          GROUP BY desk ORDER BY desk
          """))
        + bits(try session.allRows("SELECT SUM(pv), AVG(dv01), SUM(pv * dv01) FROM \(table)"))
    }
    #expect(answers[0].count == 13)
    #expect(Set(answers).count == 1)
  }

  @Test("sums that lose everything when added one after the other")
  func cancellation() throws {
    let bench = try Workbench()
    try bench.rows(
      """
      CREATE TABLE s.a (i INT, x DOUBLE);
      INSERT INTO s.a VALUES (1, 1e300), (2, 1.0), (3, -1e300), (4, 1e-300), (5, 0.1), (6, 0.2)
      """)
    for order in ["i", "i DESC", "x", "x DESC", "ABS(x)"] {
      try bench.rows("CREATE TABLE s.b AS SELECT * FROM s.a ORDER BY \(order)")
      #expect(try bench.lines("SELECT SUM(x) FROM s.b") == ["1.3"], "\(order)")
      try bench.rows("DROP TABLE s.b")
    }
  }
}
