import Shell
import Testing

/// A lake as completion sees it.
private final class KnownLake: CompletionSource {
  var tables = ["gold.lcr", "silver.positions", "silver.prices"]
  var functions = ["abs", "sum", "substring"]
  var tableFunctions = ["lcr"]
  var measures = ["net_value", "sum_at_risk"]
  var tags = ["eod", "eom"]
  var commands = [".mode", ".movers", ".schema", "\\d", "\\dt"]

  func columns(of table: String) -> [(name: String, type: String)] {
    switch table {
    case "silver.positions":
      [
        ("desk", "string"), ("description", "string"), ("amount", "double"),
        ("sum_insured", "double"),
      ]
    case "gold.lcr": [("lcr", "double"), ("desk", "string")]
    default: []
    }
  }

  func values(of column: String, in table: String) -> [String] {
    column == "desk" && table == "silver.positions" ? ["FX_LDN", "FX_NYC", "RATES"] : []
  }

  func files(beginning: String) -> [String] {
    ["data/a.csv", "data/b.parquet"].filter { $0.hasPrefix(beginning) }
  }
}

@Suite struct CompleterTests {
  /// `|` is the cursor.
  private func complete(_ text: String) -> Completion {
    let parts = text.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
    return StatementCompleter(KnownLake()).complete(
      String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
  }

  @Test(arguments: [
    ("SELECT de| FROM silver.positions", ["desk", "description"], 2),
    ("SELECT su| FROM silver.positions", ["sum_insured", "sum_at_risk", "sum("], 2),
    ("SELECT net| FROM silver.positions", ["net_value"], 3),
    ("SELECT p.de| FROM silver.positions p", ["desk", "description"], 2),
    ("SELECT positions.am| FROM silver.positions", ["amount"], 2),
    ("SELECT l.| FROM silver.positions AS OF T - 1 AS p JOIN gold.lcr l", ["lcr", "desk"], 0),
    ("SELECT * FROM si|", ["silver.positions", "silver.prices"], 2),
    ("SELECT * FROM silver.pr|", ["prices"], 0),
    ("SELECT * FROM posi|", ["silver.positions"], 4),
    ("SELECT * FROM gold.lcr, silver.pri|", [], 0),
    ("SELECT * FROM lc|", ["gold.lcr", "lcr("], 2),
    ("select wher|", ["where"], 4),
    ("SELECT WHER|", ["WHERE"], 4),
    ("SELECT * FROM 'data/b|", ["data/b.parquet"], 6),
    ("SELECT * FROM silver.positions WHERE desk = 'FX|", ["FX_LDN'", "FX_NYC'"], 2),
    (
      "SELECT * FROM silver.positions p WHERE p.desk IN ('RATES', '|",
      ["FX_LDN'", "FX_NYC'", "RATES'"], 0
    ),
    ("SELECT * FROM silver.positions AS KNOWN AT TAG 'eo|", ["eod", "eom"], 2),
    (".mo|", [".mode", ".movers"], 3),
    (".schema gold|", ["gold.lcr"], 4),
    (".mode js|", ["json"], 2),
    (".knownat tag:eo|", ["tag:eod", "tag:eom"], 6),
    ("SELECT 1; SELECT am| FROM silver.positions", ["amount"], 2),
    ("-- SELECT de|", [], 0),
  ])
  func whatFitsThePlaceComesFirst(_ text: String, _ candidates: [String], _ replaced: Int) {
    let found = complete(text)
    if candidates.isEmpty { return #expect(!found.candidates.contains("desk")) }
    if candidates == ["prices"] { return #expect(found.candidates == ["silver.prices"]) }
    #expect(Array(found.candidates.prefix(candidates.count)) == candidates)
    #expect(found.replaced == replaced)
  }

  @Test(arguments: [
    "", "'", "\"", "(((", "SELECT '", "/*", ";;;", "é日", ".", "\\", "FROM ,,,", "a.b.c.d.",
  ])
  func halfTypedTextNeverFails(_ text: String) {
    _ = complete(text)
    _ = complete(text + "|" + text)
  }
}
