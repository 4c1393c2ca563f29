import QueryLanguage
import Testing

/// Trees, written by hand, of statements whose reading could be mistaken.
@Suite struct SyntaxParserTests {
  private func column(_ parts: String...) -> Expression {
    Expression(.column(QualifiedName(parts.map { Identifier($0) })))
  }

  private func number(_ digits: String, _ form: NumberLiteral.Form = .integer) -> Expression {
    Expression(.literal(.number(NumberLiteral(digits: digits, form: form))))
  }

  private func binary(
    _ left: Expression, _ symbol: BinaryOperator, _ right: Expression
  ) -> Expression {
    Expression(.binary(left, symbol, right))
  }

  private func select(_ text: String) throws -> Select {
    guard case .query(let query) = try SyntaxParser.statement(in: text).kind,
      case .select(let select) = query.body
    else { throw Diagnostic("not a SELECT", at: .synthesized) }
    return select
  }

  private func table(_ text: String) throws -> TableReference {
    try #require(try select("SELECT * FROM " + text).from)
  }

  @Test("Precedence is PostgreSQL's")
  func precedence() throws {
    let (a, b, c) = (column("a"), column("b"), column("c"))
    let cases: [(String, Expression)] = [
      ("a + b * c", binary(a, .add, binary(b, .multiply, c))),
      ("a - b - c", binary(binary(a, .subtract, b), .subtract, c)),
      ("a ^ b ^ c", binary(binary(a, .power, b), .power, c)),
      ("-a ^ b", binary(Expression(.unary(.minus, a)), .power, b)),
      ("a || b + c", binary(a, .concatenate, binary(b, .add, c))),
      ("a = b || c", binary(a, .equal, binary(b, .concatenate, c))),
      ("NOT a = b", Expression(.not(binary(a, .equal, b)))),
      ("a = b IS NULL", Expression(.isNull(binary(a, .equal, b), negated: false))),
      ("a OR b AND c", Expression(.or([a, Expression(.and([b, c]))]))),
      ("a AND b AND c", Expression(.and([a, b, c]))),
      ("(a AND b) AND c", Expression(.and([Expression(.and([a, b])), c]))),
      ("a // b % c", binary(binary(a, .integerDivide, b), .modulo, c)),
      (
        "-a::int",
        Expression(
          .unary(.minus, Expression(.cast(CastExpression(value: a, type: TypeName(.int32))))))
      ),
      (
        "a BETWEEN b AND c AND a",
        Expression(
          .and([
            Expression(.between(BetweenExpression(value: a, low: b, high: c))), a,
          ]))
      ),
    ]
    for (text, expected) in cases {
      let isSame = try SyntaxParser.expression(in: text) == expected
      #expect(isSame, "\(text)")
    }
  }

  @Test(
    "Numbers keep their digits",
    arguments: [
      ("1_000", "1000", NumberLiteral.Form.integer), ("0.10", "0.10", .decimal),
      (".5", "0.5", .decimal), ("3.", "3.0", .decimal), ("1.5E-03", "1.5e-03", .double),
      (
        "99999999999999999999999999999999999999", "99999999999999999999999999999999999999", .integer
      ),
    ])
  func numbers(_ text: String, _ digits: String, _ form: NumberLiteral.Form) throws {
    let parsed = try SyntaxParser.expression(in: text)
    #expect(parsed == number(digits, form))
  }

  @Test(
    "Pins in time, before and after the alias",
    arguments: [
      "t AS x AS OF T-1", "t AS OF T-1 x", "t AS OF T-1 AS x", "t x AS OF T - 1", "T X AS OF t-1",
    ])
  func aliasAndPin(_ text: String) throws {
    let table = try table(text)
    #expect(table.kind == .table(QualifiedName([Identifier("t")])))
    #expect(table.alias?.name == Identifier("x"))
    #expect(table.time == TimeClause(businessDate: BusinessDatePoint(.businessDaysBack(1))))
  }

  @Test("Both axes of time")
  func bothAxes() throws {
    let tag = Expression(.literal(.string("eod")))
    let date = Expression(.literal(.date("2025-09-30")))
    let pins = TimeClause(
      businessDate: BusinessDatePoint(.date(date)), knowledge: KnowledgePoint(.tag(tag)))
    #expect(try table("t AS OF DATE '2025-09-30' AS KNOWN AT TAG 'eod'").time == pins)
    #expect(try table("t AS KNOWN AT TAG 'eod' AS OF '2025-09-30'").time == pins)
    #expect(try table("t VERSION AS OF 12").time?.knowledge?.kind == .version(number("12")))
    #expect(try table("t AS REPORTED").time?.knowledge?.kind == .reported)
    let parameter = Expression(.parameter(Identifier("d")))
    #expect(try table("t AS OF :d").time?.businessDate?.kind == .date(parameter))
    let moment = Expression(.literal(.timestamp("2025-10-01T18:00:00Z")))
    #expect(
      try table("t TIMESTAMP AS OF '2025-10-01T18:00:00Z'").time?.knowledge?.kind
        == .tableTimestamp(moment))
  }

  @Test("OF and REPORTED are aliases where no time can follow")
  func timeWordsAsNames() throws {
    #expect(try table("t AS of").alias?.name == Identifier("of"))
    #expect(try table("t AS of WHERE of.x = 1").alias?.name == Identifier("of"))
    #expect(try table("(SELECT 1) AS reported").alias?.name == Identifier("reported"))
    #expect(try table("t version").alias?.name == Identifier("version"))
  }

  @Test("Calculators take tables, pins and named values")
  func calculator() throws {
    let table = try table("lcr(TABLE silver.p AS OF T-1, scenario => 'base', n := 2)")
    guard case .function(let call) = table.kind else {
      Issue.record("not a function")
      return
    }
    let source = TableReference(
      .table(QualifiedName([Identifier("silver"), Identifier("p")])),
      time: TimeClause(businessDate: BusinessDatePoint(.businessDaysBack(1))))
    #expect(call.arguments[0].value == .table(source))
    #expect(call.arguments[0].name == nil)
    #expect(call.arguments[1].name == Identifier("scenario"))
    #expect(call.arguments[2] == Argument(name: Identifier("n"), value: .expression(number("2"))))
  }

  @Test("Joins associate to the left; a comma binds loosest")
  func joins() throws {
    guard case .join(let outer) = try table("a, b JOIN c USING (x) LEFT JOIN d ON true").kind,
      case .join(let inner) = outer.right.kind, case .join(let first) = inner.left.kind
    else {
      Issue.record("other shape")
      return
    }
    #expect(outer.kind == .cross)
    #expect(inner.kind == .left)
    #expect(first.condition == .using([Identifier("x")]))
  }

  @Test("INTERSECT binds tighter than UNION, which associates to the left")
  func setOperations() throws {
    let statement = try SyntaxParser.statement(
      in: "SELECT 1 EXCEPT SELECT 2 UNION SELECT 3 INTERSECT SELECT 4")
    guard case .query(let query) = statement.kind, case .setOperation(let union) = query.body,
      case .setOperation(let left) = union.left, case .setOperation(let right) = union.right
    else {
      Issue.record("other shape")
      return
    }
    #expect(union.kind == .union)
    #expect(left.kind == .except)
    #expect(right.kind == .intersect)
  }

  @Test("FROM first without SELECT takes every column")
  func fromFirst() throws {
    let short = try select("FROM t WHERE x")
    let long = try select("SELECT * FROM t WHERE x")
    let mixed = try select("FROM t SELECT * WHERE x")
    #expect(short == long)
    #expect(mixed == long)
  }

  @Test("Intervals are three numbers")
  func intervals() throws {
    let cases: [(String, IntervalLiteral)] = [
      ("INTERVAL '1 year 2 months'", IntervalLiteral(months: 14)),
      ("INTERVAL 2 WEEKS", IntervalLiteral(days: 14)),
      ("INTERVAL '-3' DAY", IntervalLiteral(days: -3)),
      ("INTERVAL '1 day 01:30:00.5'", IntervalLiteral(days: 1, microseconds: 5_400_500_000)),
      ("INTERVAL '-1.5 hours'", IntervalLiteral(microseconds: -5_400_000_000)),
    ]
    for (text, expected) in cases {
      #expect(try SyntaxParser.expression(in: text) == Expression(.literal(.interval(expected))))
    }
    for text in [
      "", "3", "days", "1 2 days", "99999999999999999999 days", "1.5 months", "1.x days",
    ] {
      #expect(IntervalText.parse(text) == nil)
    }
    #expect(IntervalText.parse("9223372036854775807 weeks") == nil)
  }

  @Test("Ranges are byte offsets into the text")
  func ranges() throws {
    let text = "SELECT 'é', desk + 1 AS x FROM silver.positions AS OF T-1 p"
    let select = try select(text)
    let bytes = Array(text.utf8)
    func piece(_ range: SourceRange) -> String {
      String(decoding: bytes[range.start..<range.end], as: UTF8.self)
    }
    #expect(piece(select.items[0].expression.range) == "'é'")
    #expect(piece(select.items[1].expression.range) == "desk + 1")
    let from = try #require(select.from)
    #expect(piece(from.range) == "silver.positions AS OF T-1 p")
    #expect(piece(try #require(from.time).range) == "AS OF T-1")
    #expect(piece(select.range) == text)
  }

  @Test("Names fold their case unless quoted")
  func names() {
    #expect(Identifier("Desk") == Identifier("DESK"))
    #expect(Identifier("Desk", isQuoted: true) != Identifier("desk"))
    #expect(Identifier("desk", isQuoted: true) == Identifier("DESK"))
    #expect(Identifier("desk").matches("Desk"))
    #expect(!Identifier("desk", isQuoted: true).matches("Desk"))
    #expect(Identifier("Desk", isQuoted: true).matches("Desk"))
    for name in ["desk", "Trade Id", "select", "a\"b", "größe", "1x", ""] {
      let identifier = Identifier.exact(name)
      #expect(identifier.matches(name) && identifier.key == name)
    }
  }

  @Test("A script has many statements, empty ones skipped")
  func script() throws {
    let statements = try SyntaxParser.statements(in: ";;SELECT 1;;\n-- x\nBEGIN; COMMIT")
    #expect(statements.count == 3)
    #expect(statements[1].kind == .begin)
    #expect(try SyntaxParser.statements(in: " -- nothing").isEmpty)
    #expect(throws: Diagnostic.self) { try SyntaxParser.statement(in: "SELECT 1; SELECT 2") }
    #expect(throws: Diagnostic.self) { try SyntaxParser.statement(in: "") }
  }

  @Test("Stored parts of definitions parse alone")
  func parts() throws {
    #expect(try SyntaxParser.type(in: "decimal(18, 2)").kind == .decimal(precision: 18, scale: 2))
    #expect(
      try SyntaxParser.type(in: "double[][]").kind == .list(TypeName(.list(TypeName(.double)))))
    let query = try SyntaxParser.query(in: "WITH a AS (SELECT 1) FROM a")
    #expect(query.with?.expressions.count == 1)
    #expect(throws: Diagnostic.self) { try SyntaxParser.expression(in: "a b") }
    #expect(throws: Diagnostic.self) { try SyntaxParser.query(in: "DELETE FROM t") }
  }

  @Test("Slices keep their order and default to the largest first")
  func slices() throws {
    let text =
      "FROM p GROUP BY ALL TOP 5 BY mv PER desk WITH OTHERS COMPARE T-1 ACROSS ccy WITH TOTALS"
    let query = try SyntaxParser.query(in: text)
    let top = TopSlice(
      count: number("5"), measure: column("mv"), direction: .descending, per: [column("desk")],
      withOthers: true, withTotal: false)
    #expect(
      query.slices.map(\.kind) == [
        .top(top), .compare(.businessDate(BusinessDatePoint(.businessDaysBack(1)))),
        .across(AcrossSlice(dimensions: [column("ccy")], withTotals: true)),
      ])
  }

  @Test("A contract keeps every clause")
  func contract() throws {
    let text = """
      CREATE TABLE silver.t (d date NOT NULL, id text, v int DEFAULT 1, CONSTRAINT c CHECK (v > 0))
      BUSINESS DATE d CALENDAR target KEY (d, id) LATEST BY v FROM FEED f
      EXPECT e CHECK (id <> '') ON VIOLATION QUARANTINE OPEN
      """
    guard case .createTable(let table) = try SyntaxParser.statement(in: text).kind else {
      Issue.record("not a table")
      return
    }
    #expect(table.columns.map(\.name.text) == ["d", "id", "v"])
    #expect(table.columns.map(\.isNotNull) == [true, false, false])
    #expect(table.columns[2].defaultValue == number("1"))
    #expect(table.constraints.map(\.name.text) == ["c"])
    #expect(table.businessDate?.calendar == Identifier("target"))
    #expect(
      table.key
        == KeyClause(columns: [Identifier("d"), Identifier("id")], latestBy: Identifier("v")))
    #expect(table.feed == Identifier("f"))
    #expect(table.expectations.map(\.onViolation) == [.quarantine])
    #expect(table.isOpen)
  }
}
