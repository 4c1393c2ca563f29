import Columnar
import LakeCatalog
import MaterializedViews
import QueryEngine

func day(_ text: String) -> CalendarDate { CalendarDate(text) ?? CalendarDate(days: 0) }

/// Trades and names, and three views on top of each other.
enum ChainLake {
  static let days = ["2025-06-13", "2025-06-16", "2025-06-17"].map(day)

  static let a =
    """
    CREATE MATERIALIZED VIEW gold.a BUSINESS DATE as_of_date
    AS SELECT as_of_date, k, SUM(amount) AS total FROM silver.trades GROUP BY as_of_date, k
    """
  static let b =
    """
    CREATE MATERIALIZED VIEW gold.b BUSINESS DATE as_of_date FRESH WITHIN '30 minutes'
    EXPECT not_huge CHECK (total < 1000000) ON VIOLATION FAIL
    EXPECT positive CHECK (total > 0) ON VIOLATION WARN
    AS SELECT a.as_of_date, n.label, SUM(a.total) AS total FROM gold.a a
    JOIN ref.names n ON n.k = a.k GROUP BY a.as_of_date, n.label
    """
  static let c =
    """
    CREATE MATERIALIZED VIEW gold.c BUSINESS DATE as_of_date
    AS SELECT * FROM multiplied(TABLE gold.b)
    """

  static func trade(_ date: CalendarDate, _ key: String, _ amount: Int64) -> [Value] {
    [.date(date), .string(key), .int64(amount)]
  }

  static func make() throws -> MemoryHost {
    let host = MemoryHost()
    host.functions = [Multiplied()]
    host.create(
      "silver.trades",
      [Field("as_of_date", .date), Field("k", .string), Field("amount", .int64)],
      days.flatMap { [trade($0, "x", 10), trade($0, "y", 20), trade($0, "x", 5)] })
    host.create(
      "ref.names", [Field("k", .string), Field("label", .string)],
      [[.string("x"), .string("EX")], [.string("y"), .string("WHY")]])
    try host.define(a)
    try host.define(b)
    try host.define(c)
    return host
  }

  static func built() throws -> MemoryHost {
    let host = try make()
    let outcome = try Refresher(host).refresh(RefreshRequest())
    guard outcome.failed.isEmpty else {
      throw QueryError(.constraint, outcome.failed.map(\.message).joined())
    }
    return host
  }
}
