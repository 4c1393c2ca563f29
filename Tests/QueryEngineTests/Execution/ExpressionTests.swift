import Columnar
import QueryEngine
import Testing

@Suite("Expressions")
struct ExpressionTests {
  private let fields = AggregateTests.fields

  private func evaluate(
    _ expression: BoundExpression, _ data: [[Value]], _ fields: [Field]? = nil, batch: Int = 16
  ) throws -> [Value] {
    try rows(
      .project(
        table(fields ?? self.fields, data, batch: batch), [ProjectedExpression("e", expression)])
    ).map { $0[0] }
  }

  private func one(_ expression: BoundExpression) throws -> Value {
    try evaluate(expression, [[.int32(0)]], [Field("a", .int32)])[0]
  }

  private func message(_ expression: BoundExpression) -> String? {
    do {
      _ = try Executor().collect(
        .project(
          table([Field("a", .int32)], [[.int32(0)]]), [ProjectedExpression("e", expression)]),
        context: context())
      return nil
    } catch { return error.message }
  }

  private func call(_ name: String, _ arguments: [BoundExpression]) -> BoundExpression {
    guard let function = ScalarFunctions.named(name),
      let signature = function.resolve(arguments.map { $0.type })
    else { preconditionFailure("no form of \(name)") }
    let coerced = zip(arguments, signature.arguments).map { argument, type in
      argument.type == type ? argument : .cast(argument, type, isTry: false)
    }
    return .call(function, coerced, signature.result)
  }

  private func text(_ value: String) -> BoundExpression { .constant(.string(value), .string) }
  private func long(_ value: Int64) -> BoundExpression { .constant(.int64(value), .int64) }
  private func money(_ mantissa: Int, _ scale: Int, _ precision: Int = 18) -> BoundExpression {
    .constant(decimal(mantissa, scale), .decimal(precision: precision, scale: scale))
  }

  @Test("comparisons agree with the row-wise order, nulls included", arguments: 0..<8)
  func comparisons(column: Int) throws {
    var random = Seeded(UInt64(column) + 1)
    let data = AggregateTests.randomRows(200, &random)
    let pairs = data.indices.map { data[$0] + data[data.count - 1 - $0] }
    let both = fields + fields
    let type = fields[column].type
    for comparison in [
      ComparisonOperator.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual,
    ] {
      func expected(_ a: Value, _ b: Value) -> Value {
        if a.isNull || b.isNull { return .null }
        let order = AggregateTests.compare(a, b)
        switch comparison {
        case .equal: return .boolean(order == 0)
        case .notEqual: return .boolean(order != 0)
        case .less: return .boolean(order < 0)
        case .lessOrEqual: return .boolean(order <= 0)
        case .greater: return .boolean(order > 0)
        case .greaterOrEqual: return .boolean(order >= 0)
        }
      }
      let found = try evaluate(
        .comparison(comparison, col(column, type), col(column + 8, type)), pairs, both)
      #expect(found == pairs.map { expected($0[column], $0[column + 8]) })
      let constant = data[3][column]
      let withConstant = try evaluate(
        .comparison(comparison, .constant(constant, type), col(column, type)), data)
      #expect(withConstant == data.map { expected(constant, $0[column]) })
    }
    let list = data.prefix(12).map { $0[column] }.filter { !$0.isNull }
    let found = try evaluate(.inList(col(column, type), list, hasNull: true, negated: false), data)
    #expect(
      found
        == data.map { row in
          if row[column].isNull { return .null }
          return list.contains { AggregateTests.compare($0, row[column]) == 0 }
            ? .boolean(true) : .null
        })
  }

  @Test("AND and OR are three-valued")
  func connectives() throws {
    let values: [Value] = [.boolean(true), .boolean(false), .null]
    let data = values.flatMap { a in values.map { [a, $0] } }
    let both = [Field("a", .boolean), Field("b", .boolean)]
    let (t, f): (Value, Value) = (.boolean(true), .boolean(false))
    #expect(
      try evaluate(.and([col(0, .boolean), col(1, .boolean)]), data, both)
        == [t, f, .null, f, f, f, .null, f, .null])
    #expect(
      try evaluate(.or([col(0, .boolean), col(1, .boolean)]), data, both)
        == [t, t, t, t, f, .null, t, .null, .null])
  }

  @Test("CASE, COALESCE and AND do not raise errors for rows they do not ask")
  func lazy() throws {
    let data: [[Value]] = [[.int64(0), .int64(4)], [.int64(2), .int64(4)], [.null, .int64(1)]]
    let both = [Field("x", .int64), Field("y", .int64)]
    let ratio = BoundExpression.arithmetic(.integerDivide, col(1, .int64), col(0, .int64), .int64)
    let isNotZero = BoundExpression.comparison(.notEqual, col(0, .int64), long(0))
    #expect(
      try evaluate(
        .caseWhen([.init(condition: isNotZero, result: ratio)], otherwise: nil, .int64), data, both)
        == [.null, .int64(2), .null])
    #expect(
      try evaluate(.and([isNotZero, .comparison(.equal, ratio, long(2))]), data, both)
        == [.boolean(false), .boolean(true), .null])
    #expect(
      try evaluate(call("coalesce", [col(0, .int64), ratio]), data, both)
        == [.int64(0), .int64(2), .null])
    #expect(throws: QueryError.self) { try evaluate(ratio, data, both) }
  }

  @Test("integer arithmetic is checked, and null rows raise nothing")
  func integers() throws {
    #expect(
      message(.arithmetic(.add, long(.max), long(1), .int64))
        == "overflow: 9223372036854775807 + 1 is outside bigint")
    #expect(
      message(.arithmetic(.integerDivide, long(7), long(0), .int64)) == "division by zero: 7 // 0")
    #expect(
      message(
        .arithmetic(
          .divide, .constant(.double(1), .double), .constant(.double(0), .double), .double))
        == "division by zero: 1.0 / 0")
    #expect(try one(.arithmetic(.integerDivide, long(-7), long(2), .int64)) == .int64(-3))
    #expect(try one(.arithmetic(.modulo, long(-7), long(2), .int64)) == .int64(-1))
    #expect(try one(.arithmetic(.modulo, long(.min), long(-1), .int64)) == .int64(0))
    #expect(message(.negate(long(.min))) == "overflow: -(-9223372036854775808) is outside bigint")
  }

  @Test("decimal arithmetic is exact and rounds quotients half to even")
  func decimals() throws {
    let wide = DataType.decimal(precision: 38, scale: 6)
    #expect(try one(.arithmetic(.divide, money(1, 0), money(3, 0), wide)) == decimal(333333, 6))
    #expect(try one(.arithmetic(.divide, money(-2, 0), money(3, 0), wide)) == decimal(-666667, 6))
    let unit = DataType.decimal(precision: 10, scale: 0)
    #expect(try one(.arithmetic(.divide, money(5, 0), money(2, 0), unit)) == decimal(2, 0))
    #expect(try one(.arithmetic(.divide, money(7, 0), money(2, 0), unit)) == decimal(4, 0))
    #expect(
      try one(
        .arithmetic(.multiply, money(-12345, 2), money(200, 3), .decimal(precision: 36, scale: 5)))
        == decimal(-2469000, 5))
    let small = DataType.decimal(precision: 3, scale: 1)
    #expect(
      message(.arithmetic(.add, money(999, 1, 3), money(1, 1, 3), small))
        == "overflow: 99.9 + 0.1 is outside decimal(3,1)")
    // The dividend times 10^37 needs more than 128 bits on the way.
    let deep = DataType.decimal(precision: 38, scale: 37)
    #expect(
      try one(.arithmetic(.divide, money(999_999_999_999, 0), money(999_999_999_999, 0), deep))
        == .decimal(Decimal128(mantissa: Decimal128.powersOfTen[37], scale: 37)))
  }

  @Test(
    "casts",
    arguments: [
      (Value.string(" 12 "), DataType.string, DataType.int32, Value.int32(12)),
      (.string("1e3"), .string, .int64, .int64(1000)),
      (.string("12.345"), .string, .decimal(precision: 5, scale: 2), decimal(1235, 2)),
      (.string("12.355"), .string, .decimal(precision: 5, scale: 2), decimal(1236, 2)),
      (.double(0.1), .double, .string, .string("0.1")),
      (.double(2.5), .double, .int32, .int32(2)),
      (.double(2.675), .double, .decimal(precision: 9, scale: 2), decimal(268, 2)),
      (.string("2025-09-30"), .string, .date, .date(CalendarDate(days: 20361))),
      (.string("t"), .string, .boolean, .boolean(true)),
      (decimal(-12345, 2), .decimal(precision: 9, scale: 2), .double, .double(-123.45)),
      (decimal(-5, 2), .decimal(precision: 9, scale: 2), .string, .string("-0.05")),
      (.date(CalendarDate(days: 0)), .date, .timestamp, .timestamp(Timestamp(microseconds: 0))),
      (
        .timestamp(Timestamp(microseconds: 1_500_000)), .timestamp, .string,
        .string("1970-01-01 00:00:01.5+00")
      ),
      (.int64(7), .int64, .decimal(precision: 20, scale: 3), decimal(7000, 3)),
      (decimal(25, 1), .decimal(precision: 9, scale: 1), .int32, .int32(3)),
      (decimal(-25, 1), .decimal(precision: 9, scale: 1), .int64, .int64(-3)),
      (
        decimal(-125, 2), .decimal(precision: 9, scale: 2), .decimal(precision: 5, scale: 1),
        decimal(-13, 1)
      ),
    ])
  func casts(value: Value, from: DataType, to: DataType, expected: Value) throws {
    #expect(try one(.cast(.constant(value, from), to, isTry: false)) == expected)
    let column = try evaluate(
      .cast(col(0, from), to, isTry: false), [[value], [.null]], [Field("a", from)])
    #expect(column == [expected, .null])
  }

  @Test("failed casts name value, type and rows; TRY_CAST gives null")
  func failedCasts() throws {
    let data: [[Value]] = [[.string("1")], [.string("x")], [.string("y")]]
    let field = [Field("s", .string)]
    #expect(
      try evaluate(.cast(col(0, .string), .int32, isTry: true), data, field) == [
        .int32(1), .null, .null,
      ])
    do {
      _ = try Executor().collect(
        .project(
          table(field, data),
          [ProjectedExpression("e", .cast(col(0, .string), .int32, isTry: false))]),
        context: context())
      Issue.record("no error")
    } catch {
      #expect(error.message == "'x' (string) is not a value of int, and 1 more rows like it")
    }
  }

  @Test(
    "LIKE",
    arguments: [
      ("EQ_%", false, ["EQD1", "EQé"]), ("%D_", false, ["EQD1"]), ("eq%", true, ["EQD1", "EQé"]),
      ("%Q%", false, ["EQD1", "EQé"]), ("EQ\\_", false, []), ("___", false, ["EQé"]),
    ])
  func like(pattern: String, ignoreCase: Bool, expected: [String]) throws {
    let all = ["EQD1", "FX", "", "EQé"]
    let found = try evaluate(
      .like(
        col(0, .string), pattern: text(pattern), escape: UInt8(ascii: "\\"), ignoreCase: ignoreCase,
        negated: false),
      all.map { [.string($0)] }, [Field("s", .string)])
    #expect(found == all.map { .boolean(expected.contains($0)) })
  }

  @Test("an error of a dictionary entry that no row has is not raised")
  func unusedEntries() throws {
    let values = StringValues(["1", "oops", "2"])
    let column = Column(.string, .string(StringColumn(values: values, codes: [0, 2, 0, 2])))
    let schema = Schema([Field("s", .string)])
    let source = MemoryTable(schema: schema, batches: [Batch(schema: schema, columns: [column])])
    let plan = LogicalPlan.project(
      scan(source), [ProjectedExpression("n", .cast(col(0, .string), .int32, isTry: false))])
    #expect(try rows(plan) == [[.int32(1)], [.int32(2)], [.int32(1)], [.int32(2)]])
  }

  @Test("text functions")
  func textFunctions() throws {
    #expect(try one(call("upper", [text("é fx")])) == .string("É FX"))
    #expect(try one(call("substring", [text("London"), long(2), long(3)])) == .string("ond"))
    #expect(try one(call("substring", [text("London"), long(-1), long(4)])) == .string("Lo"))
    #expect(try one(call("left", [text("abc"), long(-1)])) == .string("ab"))
    #expect(try one(call("lpad", [text("7"), long(3), text("0")])) == .string("007"))
    #expect(try one(call("split_part", [text("a.b.c"), text("."), long(-1)])) == .string("c"))
    #expect(
      try one(call("concat_ws", [text("-"), text("a"), .constant(.null, .string), text("b")]))
        == .string("a-b"))
    #expect(try one(call("position", [text("désk"), text("s")])) == .int64(3))
    #expect(try one(call("replace", [text("aXbX"), text("X"), text("--")])) == .string("a--b--"))
    #expect(try one(call("trim", [text("  x ")])) == .string("x"))
  }

  @Test("numbers round as they read")
  func rounding() throws {
    #expect(
      try one(call("round", [.constant(.double(2.675), .double), .constant(.int32(2), .int32)]))
        == .double(2.68))
    #expect(try one(call("round", [money(-25, 1)])) == decimal(-3, 0))
    #expect(
      try one(call("round", [money(12345, 2), .constant(.int32(-1), .int32)])) == decimal(12000, 2))
    #expect(try one(call("floor", [money(-5, 1)])) == decimal(-1, 0))
    #expect(try one(call("ceil", [money(5, 1)])) == decimal(1, 0))
    #expect(try one(call("abs", [long(-3)])) == .int64(3))
    #expect(try one(call("greatest", [long(1), .constant(.null, .int64), long(9)])) == .int64(9))
    #expect(try one(call("nullif", [long(1), long(1)])) == .null)
  }

  @Test("dates")
  func dates() throws {
    let end = BoundExpression.constant(
      .date(CalendarDate(year: 2024, month: 1, day: 31) ?? CalendarDate(days: 0)), .date)
    func day(_ text: String) -> Value { CalendarDate(text).map { .date($0) } ?? .null }
    #expect(try one(call("add_months", [end, long(1)])) == day("2024-02-29"))
    #expect(try one(call("date_trunc", [text("quarter"), end])) == day("2024-01-01"))
    #expect(try one(call("date_trunc", [text("week"), end])) == day("2024-01-29"))
    #expect(try one(call("week", [.constant(day("2021-01-03"), .date)])) == .int64(53))
    #expect(
      try one(call("date_diff", [text("month"), end, .constant(day("2024-03-01"), .date)]))
        == .int64(2))
    #expect(try one(call("last_day", [.constant(day("2023-02-05"), .date)])) == day("2023-02-28"))
    #expect(try one(call("strftime", [end, text("%d.%m.%Y %a")])) == .string("31.01.2024 Wed"))
    #expect(try one(call("dayofyear", [end])) == .int64(31))
  }

  @Test("lists")
  func lists() throws {
    let list = BoundExpression.list([long(3), .constant(.null, .int64), long(4)], element: .int64)
    #expect(try one(list) == .list([.int64(3), .null, .int64(4)]))
    #expect(try one(call("len", [list])) == .int64(3))
    #expect(try one(call("element", [list, long(-1)])) == .int64(4))
    #expect(try one(call("list_sum", [list])) == .int64(7))
  }
}
