import Columnar
import LakeCatalog
import MaterializedViews
import QueryEngine
import TestSupport
import Testing

/// Whatever happened, in whatever order: what is served equals a full rebuild.
@Suite struct IncrementalTests {
  private static let days = (0..<6).map { CalendarDate(days: 20_250 + Int32($0)) }

  /// Views that follow from the changes of their table, with and without a business date.
  private static let distributive = [
    """
    CREATE MATERIALIZED VIEW gold.by_key AS SELECT k, COUNT(*) AS n, COUNT(amount) AS known,
      SUM(amount) AS total, SUM(CAST(amount AS DECIMAL(12,2))) AS exact,
      AVG(CAST(amount AS DECIMAL(12,2))) AS mean, SUM(amount) * 2 AS twice
    FROM silver.trades WHERE amount IS NULL OR amount <> 7 GROUP BY k
    """,
    """
    CREATE MATERIALIZED VIEW gold.all_keys AS
    SELECT COUNT(*) AS n, COUNT(amount) AS known, SUM(amount) AS total FROM silver.trades
    """,
    """
    CREATE MATERIALIZED VIEW gold.by_date BUSINESS DATE as_of_date AS
    SELECT as_of_date, COUNT(*) AS n, COUNT(amount) AS known, SUM(amount) AS total
    FROM silver.trades GROUP BY as_of_date
    """,
    """
    CREATE MATERIALIZED VIEW gold.extremes AS
    SELECT k, MIN(amount) AS low, MAX(as_of_date) AS last FROM silver.trades GROUP BY k
    """,
  ]

  private func hash(_ rows: [[Value]], _ schema: Schema) -> ContentHash {
    var hash = ContentHash(schema)
    hash.add(MemoryHost.batch(rows, schema))
    return hash
  }

  private func change(_ host: MemoryHost, _ random: inout SeededGenerator) throws {
    var rows = host.rows("silver.trades")
    let date = Self.days[Int.random(in: 0..<6, using: &random)]
    let key = ["x", "y", "z"][Int.random(in: 0..<3, using: &random)]
    switch Int.random(in: 0..<10, using: &random) {
    case 0: rows.append([.date(date), .string(key), .null])
    case 1, 2: rows.append(ChainLake.trade(date, key, .random(in: -9...99, using: &random)))
    case 3: if !rows.isEmpty { rows.remove(at: .random(in: rows.indices, using: &random)) }
    case 4:
      if !rows.isEmpty {
        rows[.random(in: rows.indices, using: &random)] = ChainLake.trade(date, key, 50)
      }
    case 5: rows.removeAll { $0[0] == .date(date) }
    case 6: rows.shuffle(using: &random)
    case 7:
      let label = ["EX", "WHY", "ZED"][Int.random(in: 0..<3, using: &random)]
      host.write(
        "ref.names", [[.string("x"), .string("EX")], [.string(key), .string(label)]])
      return
    case 8:
      adjust(host, date, key, &random)
      return
    default:
      let sum = Bool.random(using: &random) ? "MAX(amount)" : "SUM(amount)"
      try host.define(ChainLake.a.replacing("SUM(amount)", with: sum))
      return
    }
    host.write("silver.trades", rows)
  }

  /// Adds rows by hand to a view, or takes those of before back.
  private func adjust(
    _ host: MemoryHost, _ date: CalendarDate, _ key: String, _ random: inout SeededGenerator
  ) {
    var adjustments = host.adjusted["gold.a"] ?? []
    if !adjustments.isEmpty, Bool.random(using: &random) {
      adjustments[.random(in: adjustments.indices, using: &random)].isInForce.toggle()
    } else {
      adjustments.append(
        ViewAdjustment(
          number: adjustments.count + 1, date: date, reason: "r", isInForce: true,
          columns: ["as_of_date", "k", "total"], rows: [[date.description, key, "5"]]))
    }
    host.adjusted["gold.a"] = adjustments
    host.snapshot += 1
  }

  @Test(arguments: 0..<500)
  func incrementalEqualsFull(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let host = try ChainLake.make()
    // Every other history also has views that follow from changes, and histories stay quick.
    let isDistributive = seed % 2 == 0
    if isDistributive { for view in Self.distributive { try host.define(view) } }
    for _ in 0..<8 {
      for _ in 0...Int.random(in: 0..<3, using: &random) { try change(host, &random) }
      var request = RefreshRequest()
      if Int.random(in: 0..<3, using: &random) == 0 {
        request.dates = [Self.days[Int.random(in: 0..<6, using: &random)]]
      }
      let outcome = try Refresher(host).refresh(request)
      #expect(outcome.failed.isEmpty)
    }
    host.write(
      "silver.trades", host.rows("silver.trades") + [ChainLake.trade(Self.days[0], "x", 1)])
    let last = try Refresher(host).refresh(RefreshRequest())
    let merged = try last.runs.filter { try RunDetail(of: $0).changesOf == "silver.trades" }
    #expect(
      !isDistributive
        || Set(merged.map(\.view)).isSuperset(of: ["gold.by_key", "gold.all_keys"]))
    for run in last.runs {
      #expect(try Replayer(host).replay(run: run.id).verdict == .identical, "\(run.view)")
    }
    for record in host.views(at: nil) {
      let view = try ViewDefinition(record)
      let query = try host.bind(view.query, inputs: .current)
      var full = ContentHash(query.schema)
      try host.execute(query.plan) { full.add($0) }
      let inForce = host.adjustments(of: view.name).filter(\.isInForce).map(\.number)
      try host.adjust(view, schema: query.schema, numbers: Set(inForce), scope: .all) {
        full.add($0)
      }
      #expect(hash(host.rows(view.name), query.schema) == full, "\(view.name), seed \(seed)")
    }
  }
}
