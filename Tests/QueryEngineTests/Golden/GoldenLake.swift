import Columnar
import QueryEngine
import QueryLanguage

/// The tables of `tables.sql`, made by the engine itself.
enum GoldenLake {
  static let folder = String(#filePath.dropLast("GoldenLake.swift".count))

  static func load() throws -> TestLake {
    var lake = TestLake()
    let text = try readText(folder + "Answers/tables.sql")
    for part in text.split(separator: "-- table ", omittingEmptySubsequences: true).dropFirst() {
      let name = String(part.prefix { $0 != "\n" })
      let query = try SyntaxParser.query(in: String(part.dropFirst(name.count)))
      let bound = try Binder.bind(query, resolver: lake)
      let batches = try Executor().collect(bound.plan, context: context())
      let source = MemoryTable(schema: bound.schema, batches: batches)
      lake.tables["silver." + name] = PinnedTable(
        name: "silver." + name, source: source, businessDate: dates(source),
        version: name.hasSuffix("@2") ? 2 : 3)
    }
    lake.views["gold.by_desk"] =
      "SELECT as_of_date, desk, SUM(amount) AS total FROM trades GROUP BY ALL"
    for statement in definitions {
      switch try SyntaxParser.statement(in: statement).kind {
      case .createHierarchy(let hierarchy):
        lake.known.hierarchies.append(
          try Binder.checked(hierarchy, resolver: lake, settings: settings))
      case .createMeasure(let measure):
        lake.known.measures.append(try Binder.checked(measure, resolver: lake, settings: settings))
      default: throw GoldenFault(message: "no definition: \(statement)")
      }
    }
    return lake
  }

  private static let definitions = [
    "CREATE HIERARCHY org ON entities (consolidated > ihc > entity > branch)",
    "CREATE HIERARCHY legal ON owners (KEY entity PARENT parent) VALID FROM first_day TO last_day",
    "CREATE HIERARCHY looped ON loops (KEY entity PARENT parent)",
    "CREATE HIERARCHY twice ON doubled (ihc > entity)",
    "CREATE MEASURE value ON risk AS SUM(mv) UNIT 'EUR' FORMAT '#,##0'",
    "CREATE MEASURE var80 ON risk AS var(pnl, 0.8)",
    "CREATE MEASURE es70 ON risk AS es(pnl, 0.7, 'tail_mean')",
    "CREATE MEASURE mean_value ON risk AS value / COUNT(*) NON ADDITIVE",
    "CREATE MEASURE balance ON risk AS SUM(mv) SEMI ADDITIVE OVER as_of_date",
    "CREATE MEASURE lcr ON risk AS ratio NON ADDITIVE",
  ]

  /// The dates of a table that has them.
  private static func dates(_ table: MemoryTable) -> BusinessDateColumn? {
    guard let column = table.schema.index(of: "as_of_date") else { return nil }
    var days: Set<CalendarDate> = []
    for batch in table.batches {
      for row in 0..<batch.rowCount {
        if case .date(let day) = batch.row(row)[column] { days.insert(day) }
      }
    }
    let sorted = days.sorted()
    return BusinessDateColumn(
      column: column, calendar: "US_FED", dates: { sorted },
      holidays: { [CalendarDate("2025-06-19")!] })
  }

  static let settings = StatementSettings(evaluate: { plan throws(QueryError) in
    try Executor().collect(plan, context: context())
  })

  /// The result as text: the names, then a line a row; or `error: ` and the message.
  static func answer(_ text: String, lake: TestLake) -> [String] {
    do {
      let bound = try Binder.bind(
        try SyntaxParser.query(in: text), resolver: lake, settings: settings)
      let result = try Executor().collect(bound.plan, context: context(threads: 2))
      var lines = [bound.schema.names.joined(separator: " | ")]
      for batch in result {
        for row in 0..<batch.rowCount {
          lines.append(batch.row(row).map(shown).joined(separator: " | "))
        }
      }
      return lines
    } catch let error as QueryError {
      return ["error: " + error.description]
    } catch let error as Diagnostic {
      return ["error: " + error.message]
    } catch {
      return ["error: \(error)"]
    }
  }

  private static func shown(_ value: Value) -> String {
    switch value {
    case .string(let text): text
    case .date(let day): day.description
    case .timestamp(let time): time.description
    case .boolean(let bit): bit ? "true" : "false"
    case .list(let members): "[" + members.map(shown).joined(separator: ", ") + "]"
    default: ValueText.sql(value)
    }
  }
}
