import QueryLanguage
import Testing

@Suite struct SyntaxPrinterTests {
  @Test(
    "Printing a statement and parsing it again gives the same tree", arguments: StatementCorpus.all)
  func roundTrip(_ text: String) throws {
    let tree = try SyntaxParser.statement(in: text)
    let printed = SyntaxPrinter.text(of: tree)
    let again = try SyntaxParser.statement(in: printed)
    let isSame = again == tree
    #expect(isSame, "\(printed)")
    #expect(SyntaxPrinter.text(of: again) == printed)
    #expect(!printed.contains("\n") || text.contains("\n"))
    let lines = SyntaxPrinter.lines(of: tree)
    let fromLines = try SyntaxParser.statement(in: lines) == tree
    #expect(fromLines, "\(lines)")
  }

  @Test("On lines, clauses stand below each other and long subqueries are moved in")
  func lines() throws {
    let text = """
      with a as (select desk, sum(market_value) as mv from silver.positions as of t-1 group by desk)
      select * from a join (select 1 as x) b on a.mv > b.x where mv > 0 union all table a order by 1
      """
    let expected = """
      WITH a AS (
        SELECT desk, sum(market_value) AS mv
        FROM silver.positions AS OF T-1
        GROUP BY desk
      )
      SELECT *
      FROM a
      JOIN (SELECT 1 AS x) AS b ON a.mv > b.x
      WHERE mv > 0
      UNION ALL
      SELECT *
      FROM a
      ORDER BY 1
      """
    #expect(SyntaxPrinter.lines(of: try SyntaxParser.query(in: text)) == expected)
  }

  @Test("The corpus is as large as it claims")
  func corpusSize() {
    #expect(StatementCorpus.all.count >= 150)
    #expect(Set(StatementCorpus.all).count == StatementCorpus.all.count)
  }

  @Test(
    "Expressions keep only the parentheses that matter",
    arguments: [
      ("((a))", "a"), ("(a + b) * c", "(a + b) * c"), ("a + (b * c)", "a + b * c"),
      ("a - (b - c)", "a - (b - c)"), ("(a - b) - c", "a - b - c"), ("- - a", "-(-a)"),
      ("-2 ^ 2", "-2 ^ 2"), ("-(2 ^ 2)", "-(2 ^ 2)"), ("a AND (b AND c)", "a AND (b AND c)"),
      ("not (a = b)", "NOT a = b"), ("(not a) = b", "(NOT a) = b"), ("a::int", "CAST(a AS int)"),
      ("x in (1)", "x IN (1)"), ("1_000.50", "1000.50"), (".5", "0.5"), ("1E+3", "1e3"),
      ("extract(YEAR from d)", "date_part('year', d)"), ("Desk", "Desk"), ("\"Desk\"", "\"Desk\""),
      ("a IS NULL = b", "(a IS NULL) = b"), ("(a = b) IS NULL", "a = b IS NULL"),
      ("(a BETWEEN 1 AND 2) IN (TRUE)", "(a BETWEEN 1 AND 2) IN (TRUE)"),
      ("interval '1 year 2 weeks'", "INTERVAL '12 months 14 days'"),
      ("interval '1.5 days'", "INTERVAL '1 days 43200000000 microseconds'"),
    ])
  func plainForm(_ text: String, _ expected: String) throws {
    #expect(SyntaxPrinter.text(of: try SyntaxParser.expression(in: text)) == expected)
  }
}
