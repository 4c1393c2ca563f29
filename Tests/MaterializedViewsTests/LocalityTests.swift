import Columnar
import MaterializedViews
import QueryEngine
import QueryLanguage
import Testing

@Suite struct LocalityTests {
  private func locality(
    _ text: String, window: BusinessDateWindow = .same, date: String? = "as_of_date"
  ) throws -> Locality {
    let host = try ChainLake.make()
    host.functions = [Multiplied(window: window)]
    let query = try host.bind(try SyntaxParser.query(in: text), inputs: .current)
    return Locality(of: query, businessDate: date)
  }

  @Test(arguments: [
    "SELECT * FROM silver.trades WHERE amount > 3",
    "SELECT as_of_date, amount * 2 AS x FROM silver.trades ORDER BY x",
    "SELECT DISTINCT as_of_date, k FROM silver.trades",
    "SELECT as_of_date, COUNT(*) AS n FROM silver.trades GROUP BY as_of_date",
    "SELECT t.as_of_date, n.label FROM silver.trades t LEFT JOIN ref.names n ON n.k = t.k",
    "SELECT t.as_of_date FROM ref.names n JOIN silver.trades t ON n.k = t.k",
    "SELECT b.as_of_date FROM silver.trades t JOIN gold.a b ON b.as_of_date = t.as_of_date",
    """
    SELECT t.as_of_date, b.total FROM silver.trades t
    LEFT JOIN gold.a b ON b.as_of_date = t.as_of_date AND b.k = t.k
    """,
    "SELECT as_of_date, k FROM silver.trades UNION ALL SELECT as_of_date, k FROM gold.a",
    "SELECT * FROM multiplied(TABLE gold.b)",
    """
    SELECT as_of_date, SUM(amount) OVER (PARTITION BY as_of_date ORDER BY k) AS s
    FROM silver.trades
    """,
    "WITH w AS (SELECT as_of_date AS d, k FROM silver.trades) SELECT d AS as_of_date FROM w",
  ])
  func dateByDate(_ text: String) throws {
    #expect(try locality(text) == .byDate)
  }

  @Test(arguments: [
    ("SELECT MAX(as_of_date) AS as_of_date, k FROM silver.trades GROUP BY k", "groups without"),
    ("SELECT as_of_date FROM silver.trades ORDER BY amount LIMIT 3", "LIMIT"),
    (
      "SELECT t.as_of_date, b.total FROM silver.trades t JOIN gold.a b ON b.k = t.k",
      "does not match by business date"
    ),
    (
      "SELECT as_of_date + 1 AS as_of_date FROM silver.trades",
      "is not the business date of what it reads"
    ),
    ("SELECT as_of_date, SUM(amount) OVER (PARTITION BY k) AS s FROM silver.trades", "window"),
    (
      "SELECT n.k, t.as_of_date FROM ref.names n LEFT JOIN silver.trades t ON n.k = t.k",
      "rows of all dates"
    ),
    ("SELECT as_of_date FROM silver.trades AS OF T", "AS OF one date"),
    ("SELECT DATE '2025-06-13' AS as_of_date, k FROM ref.names", "no table with a business date"),
    ("SELECT k, amount FROM silver.trades", "no column as_of_date"),
  ])
  func allDatesWithTheReason(_ text: String, _ reason: String) throws {
    guard case .allDates(let found) = try locality(text) else {
      Issue.record("taken for local: \(text)")
      return
    }
    #expect(found.contains(reason), "\(found)")
  }

  @Test func aCalculatorThatLooksBackIsNotLocal() throws {
    let text = "SELECT * FROM multiplied(TABLE gold.b)"
    #expect(
      try locality(text, window: .all) == .allDates("multiplied looks at all dates"))
    #expect(
      try locality(text, window: .businessDays(10))
        == .allDates("multiplied looks at 10 business days"))
    #expect(
      try locality("SELECT * FROM silver.trades", date: nil)
        == .allDates("the view has no BUSINESS DATE"))
  }

  @Test func viewsInACircleAreRefusedByName() {
    #expect {
      try ViewGraph(reads: ["a": ["t", "c"], "b": ["a"], "c": ["b"], "d": ["t"]])
    } throws: { error in
      (error as? QueryError)?.message.hasSuffix("a reads c reads b reads a") == true
    }
    #expect(throws: QueryError.self) { try ViewGraph(reads: ["a": ["a"]]) }
  }

  @Test func inputsComeBeforeWhatReadsThem() throws {
    let graph = try ViewGraph(reads: ["a": ["z", "t"], "m": ["a"], "z": ["t"], "b": []])
    #expect(graph.order == ["z", "a", "b", "m"])
    #expect(graph.upstream(of: ["a"]) == ["z", "a"])
  }
}
