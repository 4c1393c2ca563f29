import Columnar
import QueryEngine
import Testing

@Suite("Binder")
struct BinderTests {
  private let lake = TestLake.book

  @Test(
    "plans read only what is needed, with conditions at the scan",
    arguments: [
      (
        "SELECT desk, SUM(amount) AS total FROM silver.positions WHERE pv > 0.1 GROUP BY desk",
        """
        PROJECT desk, #aggregate0 AS total
          AGGREGATE sum(amount) BY desk
            SCAN silver.positions version 3 [desk, amount, pv] WHERE pv > 0.1 pruned by pv
        """
      ),
      (
        "SELECT desk FROM silver.positions AS OF T-1 ORDER BY amount DESC LIMIT 2",
        """
        LIMIT 2
          PROJECT desk
            SORT #sort1 DESC
              PROJECT desk, amount AS #sort1
                SCAN silver.positions version 3 [as_of_date, desk, amount] \
        WHERE as_of_date = DATE '2025-06-18' pruned by as_of_date
        """
      ),
      (
        "SELECT a.desk, b.pv FROM positions a JOIN positions b USING (trade_id) WHERE a.pv < b.pv",
        """
        PROJECT desk, pv
          JOIN inner ON trade_id = trade_id AND pv < pv
            SCAN silver.positions version 3 [desk, trade_id, pv]
            SCAN silver.positions version 3 [trade_id, pv]
        """
      ),
      (
        "SELECT total FROM gold.by_desk AS OF DATE '2025-06-20' WHERE desk = 'FX'",
        """
        PROJECT total
          PROJECT #aggregate0 AS total
            AGGREGATE sum(amount) BY desk
              SCAN silver.positions version 3 [as_of_date, desk, amount] \
        WHERE (as_of_date = DATE '2025-06-20' AND desk = 'FX') pruned by as_of_date, desk
        """
      ),
    ])
  func plans(query: String, expected: String) throws {
    #expect(try lake.plan(query) == expected)
  }

  @Test(
    "refuses what has no meaning, points at it and says what would help",
    arguments: [
      ("SELECT dsek FROM positions", "dsek", "did you mean \"desk\"?"),
      ("SELECT desk, SUM(amount) FROM positions", "desk", "GROUP BY desk"),
      ("SELECT desk FROM positions WHERE SUM(amount) > 1", "SUM(amount)", "HAVING"),
      ("SELECT desk + 1 FROM positions", "desk + 1", "cast"),
      ("SELECT * FROM positions AS OF DATE '2025-06-19'", "DATE '2025-06-19'", "2025-06-18 and"),
      (
        "SELECT * FROM positions WHERE as_of_date = '2025-13-01'", "'2025-13-01'",
        "dates"
      ),
      ("SELECT desk FROM positions ORDER BY 2", "2", ""),
      ("SELECT trade_id FROM positions a, positions b", "trade_id", "table's name"),
      ("SELECT * FROM positions AS KNOWN AT TIMESTAMP '2025-06-20 10:00'", "", "Z"),
      ("SELECT summ(amount) FROM positions", "summ(amount)", "did you mean sum?"),
      ("SELECT * EXCLUDE (dsk) FROM positions", "dsk", "did you mean \"desk\"?"),
      ("SELECT SUM(SUM(amount)) FROM positions", "SUM(amount)", "subquery"),
      ("SELECT :day", ":day", "--param"),
    ])
  func refusals(query: String, place: String, help: String) throws {
    let refusal = try #require(try lake.refusal(query))
    if !place.isEmpty { #expect(refusal.place == place) }
    #expect((refusal.error.help ?? "").contains(help))
  }

  @Test("T steps back over weekends and the calendar's holidays from the latest date")
  func businessDays() throws {
    let text = try lake.plan("SELECT COUNT(*) FROM positions AS OF T-1")
    #expect(text.contains("DATE '2025-06-18'"))
  }

  @Test("T is what the session says when it says so")
  func givenDate() throws {
    let settings = StatementSettings(businessDate: CalendarDate("2025-06-18"))
    let text = try lake.plan("SELECT COUNT(*) FROM positions AS OF T", settings: settings)
    #expect(text.contains("DATE '2025-06-18'"))
  }

  @Test(
    "decimal results have the scales of the rule",
    arguments: [
      ("amount + amount", DataType.decimal(precision: 19, scale: 2)),
      ("amount * amount", .decimal(precision: 36, scale: 4)),
      ("amount / amount", .decimal(precision: 38, scale: 21)),
      ("amount * 1.5", .decimal(precision: 20, scale: 3)),
      ("amount + 1", .decimal(precision: 19, scale: 2)),
      ("trade_id / 2", .double),
      ("trade_id // 2", .int64),
      ("amount + pv", .double),
      ("as_of_date - as_of_date", .int32),
      ("as_of_date - 3", .date),
    ])
  func arithmeticTypes(expression: String, type: DataType) throws {
    let query = try parse("SELECT \(expression) AS x FROM positions")
    #expect(try Binder.bind(query, resolver: lake).schema[0].type == type)
  }
}
