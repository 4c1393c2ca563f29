import Columnar
import QueryEngine
import QueryLanguage

/// A resolver over tables in memory, for tests of binding and whole queries.
struct TestLake: TableResolver {
  var tables: [String: PinnedTable] = [:]
  var views: [String: String] = [:]
  var functions: [any TableFunction] = []
  var known = Definitions.none

  func resolve(
    _ name: QualifiedName, knownAt point: ResolvedKnowledge?
  ) throws(QueryError) -> ResolvedTable {
    var key = name.dotted.lowercased()
    // A table's earlier version, when the test gives it one.
    if case .version(let version)? = point,
      let qualified = tables.keys.first(where: {
        $0 == "\(key)@\(version)" || $0.hasSuffix(".\(key)@\(version)")
      })
    {
      key = qualified
    }
    if let table = tables[key] ?? tables.first(where: { $0.key.hasSuffix("." + key) })?.value {
      return .table(table)
    }
    if let text = views[key] {
      do throws(Diagnostic) {
        return .view(name: key, query: try SyntaxParser.query(in: text), text: text)
      } catch {
        throw QueryError(.syntax, error.message)
      }
    }
    let names = tables.keys.filter { !$0.contains("@") }.sorted()
    throw QueryError(
      .name, "there is no table \"\(name.dotted)\"",
      help: Suggestion.nearest(
        to: name.dotted, among: names + names.map { String($0.dropFirst(7)) }
      )
      .map { "did you mean \($0)?" } ?? "there are \(names.joined(separator: ", "))",
      at: name.range)
  }

  func file(_ path: String, at range: SourceRange) throws(QueryError) -> PinnedTable {
    throw QueryError(.source, "no files here", at: range)
  }

  func reader(_ call: ReaderCall) throws(QueryError) -> PinnedTable? { nil }

  func tableFunction(named name: String) -> (any TableFunction)? {
    functions.first { $0.name == name }
  }

  var tableFunctionNames: [String] { functions.map(\.name) }

  func definitions(knownAt point: ResolvedKnowledge?) -> Definitions { known }

  /// A small book: six positions on two dates.
  static let book: TestLake = {
    let schema = Schema([
      Field("as_of_date", .date), Field("desk", .string), Field("trade_id", .int64),
      Field("amount", .decimal(precision: 18, scale: 2)), Field("pv", .double),
    ])
    func row(_ day: String, _ desk: String, _ id: Int64, _ amount: String?, _ pv: Double) -> [Value]
    {
      [
        .date(CalendarDate(day)!), .string(desk), .int64(id),
        amount.map { .decimal(Decimal128($0)!) } ?? .null, .double(pv),
      ]
    }
    let rows = [
      row("2025-06-18", "FX", 1, "10.00", 0.1), row("2025-06-18", "FX", 2, "20.50", 0.2),
      row("2025-06-18", "RATES", 3, "-5.25", 0.3), row("2025-06-20", "FX", 1, "11.00", 0.4),
      row("2025-06-20", "RATES", 3, nil, 0.5), row("2025-06-20", "CREDIT", 4, "7.00", -0.6),
    ]
    let columns = schema.fields.indices.map { index in
      Column.of(schema[index].type, rows.map { $0[index] })!
    }
    let source = MemoryTable(schema: schema, batches: [Batch(schema: schema, columns: columns)])
    let dates = [CalendarDate("2025-06-18")!, CalendarDate("2025-06-20")!]
    let dated = BusinessDateColumn(
      column: 0, calendar: "US_FED", dates: { dates }, holidays: { [CalendarDate("2025-06-19")!] })
    return TestLake(
      tables: [
        "silver.positions": PinnedTable(
          name: "silver.positions", source: source, businessDate: dated, version: 3, snapshot: 7)
      ],
      views: [
        "gold.by_desk": "SELECT desk, SUM(amount) AS total FROM silver.positions GROUP BY desk"
      ]
    )
  }()

  /// The optimised plan of a query, as EXPLAIN prints it.
  func plan(_ text: String, settings: StatementSettings = StatementSettings()) throws -> String {
    let query = try SyntaxParser.query(in: text)
    return PlanPrinter.print(try Binder.bind(query, resolver: self, settings: settings).plan)
  }

  /// The message of a query that must be refused, with the text it points at.
  func refusal(_ text: String) throws -> (error: QueryError, place: String)? {
    let query = try SyntaxParser.query(in: text)
    do throws(QueryError) {
      _ = try Binder.bind(query, resolver: self)
      return nil
    } catch {
      let bytes = Array(text.utf8)
      let place = error.range.map { String(decoding: bytes[$0.start..<$0.end], as: UTF8.self) }
      return (error, place ?? "")
    }
  }
}
