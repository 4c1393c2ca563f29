extension WrongStatement {
  static let all = spelling + structure + habits + literals + time + definitions

  static let spelling: [WrongStatement] = [
    .init("⟦SELCT⟧ a FROM t", "unexpected \"SELCT\"", "did you mean \"SELECT\"?"),
    .init("SELECT a ⟦FORM⟧ t", "unexpected \"FORM\"", "did you mean \"FROM\"?"),
    .init("SELECT * FROM t ⟦WHRE⟧ x = 1", "unexpected \"WHRE\"", "did you mean \"WHERE\"?"),
    .init("SELECT a FROM t ⟦GRUOP⟧ BY a", "unexpected \"GRUOP\"", "did you mean \"GROUP\"?"),
    .init("SELECT a FROM t GROUP ⟦YB⟧ a", "unexpected \"YB\"", "did you mean \"BY\"?"),
    .init("SELECT a FROM t ⟦ODRER⟧ BY a", "unexpected \"ODRER\"", "did you mean \"ORDER\"?"),
    .init("SELECT a FROM t ⟦LIMT⟧ 5", "unexpected \"LIMT\"", "did you mean \"LIMIT\"?"),
    .init("SELECT a FROM t x ⟦JION⟧ u USING (a)", "unexpected \"JION\"", "did you mean \"JOIN\"?"),
    .init("SELECT a FROM t JOIN u x ⟦USNG⟧ (a)", "unexpected \"USNG\"", "did you mean \"USING\"?"),
    .init("SELECT a ⟦FRM⟧ t WHERE x", "unexpected \"FRM\"", "did you mean \"FROM\"?"),
    .init("⟦CRAETE⟧ TABLE t (a int)", "unexpected \"CRAETE\"", "did you mean \"CREATE\"?"),
    .init("CREATE ⟦TABEL⟧ t (a int)", "unexpected \"TABEL\"", "did you mean \"TABLE\"?"),
    .init("SHOW ⟦TABELS⟧", "unexpected \"TABELS\"", "did you mean \"TABLES\"?"),
    .init("SELECT a::⟦interger⟧", "there is no type \"interger\"", "did you mean \"integer\"?"),
    .init("SELECT CASE WHEN a ⟦THN⟧ 1 END", "unexpected \"THN\"", "did you mean \"THEN\"?"),
    .init("SELECT a FROM t WHERE b ⟦LIEK⟧ 'x'", "unexpected \"LIEK\"", "did you mean \"LIKE\"?"),
    .init(
      "SELECT a FROM t WHERE b ⟦BETWEN⟧ 1 AND 2", "unexpected \"BETWEN\"",
      "did you mean \"BETWEEN\"?"),
    .init("SELECT 1 ⟦UNOIN⟧ SELECT 2", "unexpected \"UNOIN\"", "did you mean \"UNION\"?"),
    .init(
      "SELECT 1; ⟦INSRT⟧ INTO t VALUES (1)", "unexpected \"INSRT\"", "did you mean \"INSERT\"?"),
    .init(
      "⟦foo⟧ bar", "expected a statement, found \"foo\"",
      "a statement begins with a word such as SELECT, FROM, CREATE, INSERT or SHOW"),
  ]

  static let structure: [WrongStatement] = [
    .init(
      "SELECT ⟦FROM⟧ t", "expected a column or an expression, found \"FROM\"",
      "SELECT * takes every column"),
    .init(
      "SELECT a FROM ⟦WHERE⟧ x", "expected a table, found \"WHERE\"",
      "WHERE is a keyword; as a name, write it as \"where\" in double quotes"),
    .init(
      "SELECT a b ⟦c⟧ FROM t", "expected the end of the statement, found \"c\"",
      "\"b\" was taken as an alias; is a comma or a keyword missing?"),
    .init("SELECT ⟦(⟧1 + 2", "this parenthesis is not closed", "add \")\""),
    .init("SELECT f⟦(⟧1, 2", "this parenthesis is not closed", "add \")\""),
    .init("SELECT 1 + ⟦)⟧", "expected an expression, found \")\""),
    .init(
      "SELECT 1⟦)⟧", "expected the end of the statement, found \")\"",
      "this parenthesis closes nothing; take it away, or open one before"),
    .init(
      "SELECT a < b ⟦<⟧ c", "comparisons do not chain",
      "write a < b AND b < c, or put one comparison in parentheses"),
    .init(
      "SELECT a AS ⟦'x'⟧", "expected a name for the column, found the string 'x'",
      "names take double quotes, strings single quotes"),
    .init(
      "SELECT a FROM t JOIN u⟦⟧", "expected ON or USING, found the end of the statement",
      "say which rows meet: ON a.id = b.id, or USING (id); CROSS JOIN takes all pairs"),
    .init(
      "SELECT a FROM t CROSS JOIN u ⟦ON⟧ x", "a cross join has no condition",
      "write JOIN … ON instead"),
    .init(
      "SELECT a FROM t ⟦ASOF RIGHT JOIN⟧ u ON x", "an ASOF join is inner or left",
      "write ASOF JOIN or ASOF LEFT JOIN"),
    .init(
      "SELECT a FROM t GROUP BY a ⟦WHERE⟧ b", "WHERE stands too late",
      "the clauses come in this order: FROM, WHERE, GROUP BY, HAVING, WINDOW, QUALIFY, ORDER BY, LIMIT"
    ),
    .init(
      "SELECT a FROM t WHERE a ⟦WHERE⟧ b", "WHERE stands here a second time",
      "the clauses come in this order: FROM, WHERE, GROUP BY, HAVING, WINDOW, QUALIFY, ORDER BY, LIMIT"
    ),
    .init(
      "SELECT a FROM t LIMIT 5⟦,⟧ 10", "expected OFFSET, found \",\"",
      "write LIMIT count OFFSET skipped"),
    .init("VALUES (1, 2), ⟦(3)⟧", "this row has 1 values, the first has 2"),
    .init(
      "SELECT x IN ⟦1⟧", "expected \"(\" after IN, found the number 1",
      "IN takes a list or a query in parentheses: IN ('FX', 'RATES')"),
    .init("SELECT x IN (⟦)⟧", "expected at least one value in the list of IN, found \")\""),
    .init(
      "SELECT x IS ⟦5⟧",
      "expected NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM after IS, found the number 5"),
    .init(
      "SELECT CASE a ⟦END⟧", "expected WHEN, found \"END\""),
    .init(
      "SELECT sum(x) OVER (⟦ROWS BETWEEN CURRENT ROW AND 1 PRECEDING⟧)",
      "this frame ends before it starts", "the first bound must not lie behind the second"),
    .init("SELECT CAST(x⟦)⟧", "expected AS and a type, found \")\"", "write CAST(value AS type)"),
    .init("SELECT ⟦?⟧", "parameters have names", "write :name, and give it with --param"),
    .init(
      "MERGE INTO t USING u ON a WHEN MATCHED THEN ⟦INSERT⟧ *",
      "only rows that are not matched can be inserted"),
    .init(
      "UPDATE t ⟦WHERE⟧ a = 1", "expected SET, found \"WHERE\""),
    .init(
      "SELECT a FROM t ORDER BY a NULLS ⟦5⟧",
      "expected FIRST or LAST after NULLS, found the number 5"),
    .init(
      "SELECT 1 ⟦SELECT⟧ 2", "expected the end of the statement, found \"SELECT\"",
      "statements are separated by semicolons"),
  ]

  static let literals: [WrongStatement] = [
    .init(
      "SELECT ⟦'⟧abc", "this string has no end",
      "close it with a single quote; a quote inside a string is written twice"),
    .init("SELECT ⟦\"⟧abc", "this quoted name has no end", "close it with the same quote"),
    .init("SELECT 1 ⟦/*⟧ abc", "this comment has no end", "close it with \"*/\""),
    .init(
      "SELECT ⟦\"\"⟧", "a name cannot be empty", "write an empty string with single quotes: ''"),
    .init(
      "SELECT ⟦12abc⟧", "\"12abc\" is neither a number nor a name",
      "put a space after the number, or write the name as \"12abc\" in double quotes"),
    .init("SELECT ⟦’⟧x’", "this is a typographic quote", "write a plain '"),
    .init("SELECT a ⟦#⟧ b", "the character \"#\" has no meaning here"),
    .init(
      "SELECT DATE ⟦'2025-02-29'⟧", "'2025-02-29' is not a date",
      "write year, month and day as in DATE '2025-09-30'"),
    .init(
      "SELECT TIMESTAMP ⟦'yesterday'⟧", "'yesterday' is not a timestamp",
      "write TIMESTAMP '2025-09-30 18:00:00' (UTC) or '2025-09-30T18:00:00+02:00'"),
    .init(
      "SELECT INTERVAL ⟦'3 dais'⟧", "'3 dais' is not an interval",
      "write a number and a unit, as in INTERVAL '3 days' or INTERVAL '1 month 2 days'"),
    .init(
      "SELECT x::decimal(⟦39, 2⟧)", "a decimal has 1 to 38 digits, not 39",
      "write for example decimal(18, 2)"),
    .init(
      "SELECT x::decimal(⟦5, 6⟧)", "a decimal of 5 digits cannot have 6 after the point",
      "the first number counts all digits, the second those after the point"),
    .init(
      "SELECT x::⟦struct⟧", "there is no type \"struct\"",
      "columns of this type pass through untouched, but cannot be declared or computed on"),
    .init(
      "SELECT ⟦:⟧ x", "expected an expression, found \":\"",
      "a parameter is a name right after the colon: \":name\""),
  ]

  static let time: [WrongStatement] = [
    .init(
      "FROM t AS OF ⟦T+1⟧", "business dates after T are not known",
      "write T, or T-1 for the business day before"),
    .init("FROM t AS OF T-⟦x⟧", "expected a number of business days after \"T-\", found \"x\""),
    .init(
      "FROM t AS OF ⟦TIMESTAMP⟧ '2025-10-01'",
      "expected T, T-n, DATE 'yyyy-mm-dd' or a parameter, found \"TIMESTAMP\"",
      "AS OF takes a business date; for a time of knowledge write AS KNOWN AT TIMESTAMP '…' or TIMESTAMP AS OF '…'"
    ),
    .init(
      "FROM t AS OF ⟦12⟧", "expected T, T-n, DATE 'yyyy-mm-dd' or a parameter, found the number 12",
      "write VERSION AS OF 12"),
    .init(
      "FROM t AS OF ⟦TAG⟧ 'x'", "expected T, T-n, DATE 'yyyy-mm-dd' or a parameter, found \"TAG\"",
      "write AS KNOWN AT TAG …"),
    .init("FROM t AS OF T-1 ⟦AS OF T⟧", "this table has a business date already", "keep one AS OF"),
    .init(
      "FROM t VERSION AS OF 1 x ⟦AS KNOWN AT TAG 'y'⟧",
      "this table is pinned to a time of knowledge already",
      "keep one of AS KNOWN AT, AS REPORTED, VERSION AS OF and TIMESTAMP AS OF"),
    .init(
      "FROM t AS KNOWN AT ⟦VERSION⟧ 3",
      "expected TIMESTAMP, TAG, SNAPSHOT or RUN, found \"VERSION\"",
      "a version of this one table is VERSION AS OF n"),
    .init("FROM t AS KNOWN AT ⟦SNAPSHT⟧ 3", "unexpected \"SNAPSHT\"", "did you mean \"SNAPSHOT\"?"),
    .init(
      "FROM (SELECT 1) x ⟦AS⟧ OF T-1", "this table expression cannot be pinned in time",
      "put the time clause behind the tables inside of it"),
    .init(
      "FROM t AS OF ⟦'2025-13-01'⟧", "'2025-13-01' is not a date",
      "write year, month and day as in DATE '2025-09-30'"),
    .init("FROM t VERSION AS OF ⟦'x'⟧", "expected a version number, found the string 'x'"),
    .init(
      "FROM p TOP 3 ⟦PER⟧ desk", "expected BY, found \"PER\"", "write TOP 3 BY measure"),
    .init("FROM p TOP 3 BY mv WITH ⟦OTHRS⟧", "unexpected \"OTHRS\"", "did you mean \"OTHERS\"?"),
  ]

  static let habits: [WrongStatement] = [
    .init("SELECT a FROM t ⟦GROUPBY⟧ a", "unexpected \"GROUPBY\"", "did you mean \"GROUP BY\"?"),
    .init("SELECT count⟦(⟧* FROM t", "this parenthesis is not closed", "add \")\""),
    .init(
      "SELECT TOP ⟦5⟧ a FROM t", "expected the end of the statement, found the number 5",
      "write LIMIT 5 at the end, or TOP 5 BY measure behind the query"),
    .init(
      "SELECT DATE ⟦2025⟧-01-01", "expected the end of the statement, found the number 2025",
      "write the date in single quotes: DATE '…'"),
    .init(
      "FROM t AS KNOWN ⟦TAG⟧ 'x'", "expected the end of the statement, found \"TAG\"",
      "write AS KNOWN AT and TIMESTAMP '…', TAG '…', SNAPSHOT n or RUN n"),
    .init(
      "FROM t COMPARE ⟦yesterday⟧", "expected the end of the statement, found \"yesterday\"",
      "COMPARE takes T-n, DATE '…', VERSION n, TAG '…', SNAPSHOT n, RUN n or TIMESTAMP '…'"),
    .init(
      "SELECT sum(x) OVER (⟦PARTITON⟧ BY a) FROM t", "unexpected \"PARTITON\"",
      "did you mean \"PARTITION\"?"),
  ]

  static let definitions: [WrongStatement] = [
    .init(
      "SELECT a ⟦set⟧ FROM t", "expected the end of the statement, found \"set\"",
      "as an alias, write AS set"),
    .init(
      "SELECT sum(a) FROM t GROUP ⟦a⟧", "expected BY, found \"a\"",
      "write GROUP BY and columns"),
    .init(
      "COPY t FROM 'x.csv' (HEADER ⟦1 + 1⟧)",
      "the value of an option is a literal or a parameter",
      "write for example (FORMAT csv, HEADER true)"),
    .init(
      "SELECT count((⟦*⟧)) FROM t", "a star stands for columns only in a select list",
      "name the columns, or take the parentheses away"),
    .init(
      "VACUUM RETAIN ⟦99999999999999999999⟧ HOURS",
      "'99999999999999999999 hours' is not a duration",
      "write a number and a unit, as in '30 minutes' or '7 years'"),
    .init(
      "CREATE TABLE t (a int ⟦PRIMARY⟧ KEY)", "expected \",\" or \")\", found \"PRIMARY\"",
      "write KEY (a) behind the closing parenthesis"),
    .init(
      "⟦WITH a AS (SELECT 1)⟧ INSERT INTO t WITH b AS (SELECT 2) FROM b",
      "this INSERT has two WITH clauses", "join them into one"),
    .init(
      "CREATE TABLE t (a int, ⟦CHECK⟧ (a > 0))", "expected a column or CONSTRAINT, found \"CHECK\"",
      "constraints have names: CONSTRAINT name CHECK (…)"),
    .init(
      "CREATE TABLE t (a int, ⟦PRIMARY⟧ KEY (a))",
      "expected a column or CONSTRAINT, found \"PRIMARY\"",
      "write KEY (…) behind the closing parenthesis"),
    .init("CREATE TABLE t (a⟦,⟧ b int)", "expected a type for the column \"a\", found \",\""),
    .init(
      "CREATE TABLE t⟦⟧",
      "expected \"(\" and the columns, or AS and a query, found the end of the statement"),
    .init("CREATE TABLE t (a int) KEY (a) ⟦KEY⟧ (a)", "this clause stands here a second time"),
    .init(
      "CREATE TABLE t (a int) EXPECT e CHECK (a > 0) ON VIOLATION ⟦IGNORE⟧",
      "expected FAIL, QUARANTINE or WARN, found \"IGNORE\""),
    .init(
      "CREATE MATERIALIZED VIEW v REFRESH EVERY ⟦'soon'⟧ AS SELECT 1", "'soon' is not a duration",
      "write a number and a unit, as in '30 minutes' or '7 years'"),
    .init(
      "CREATE MATERIALIZED VIEW v REFRESH CRON ⟦'0 7 *'⟧ AS SELECT 1",
      "a cron schedule has 5 fields, this one has 3",
      "minute, hour, day of the month, month, day of the week: '0 7 * * MON-FRI'"),
    .init(
      "CREATE MATERIALIZED VIEW v READY BY ⟦'25:00'⟧ AS SELECT 1", "'25:00' is not a time of day",
      "write hours and minutes: '07:00'"),
    .init(
      "CREATE MATERIALIZED VIEW v REFRESH MANUAL ⟦REFRESH⟧ MANUAL AS SELECT 1",
      "this clause stands here a second time"),
    .init(
      "CREATE ⟦OR REPLACE⟧ SCHEMA s", "a schema cannot be replaced",
      "write CREATE SCHEMA IF NOT EXISTS"),
    .init("TAG ⟦eod⟧", "expected a name for the tag in single quotes, found \"eod\""),
    .init(
      "DROP ⟦INDEX⟧ i",
      "expected TABLE, VIEW, MATERIALIZED VIEW, SCHEMA, TAG, HIERARCHY, MEASURE or LIMIT, found \"INDEX\""
    ),
  ]
}
