import Columnar
import FileStorage
import Lakehouse
import Reports
import Shell
import TestSupport
import Testing

@Suite("replay-market")
struct MarketReplayTests {
  /// A lake with quotes and a view over them, and a file with three ticks of two curves.
  private final class Desk {
    let directory = TemporaryDirectory()
    var lake: String { joinPath(directory.path, "lake") }
    var ticks: String { joinPath(directory.path, "ticks.csv") }

    init() throws {
      #expect(run(["init"]).status == 0)
      try session.run(
        """
        CREATE SCHEMA IF NOT EXISTS silver; CREATE SCHEMA IF NOT EXISTS gold;
        CREATE TABLE silver.curve_quotes (as_of_date DATE NOT NULL, curve STRING NOT NULL,
          instrument STRING NOT NULL, quote DOUBLE NOT NULL)
          BUSINESS DATE as_of_date KEY (curve, instrument, as_of_date);
        CREATE MATERIALIZED VIEW gold.level BUSINESS DATE as_of_date AS
          SELECT as_of_date, COUNT(*) AS quotes, SUM(quote) AS level FROM silver.curve_quotes
          GROUP BY as_of_date;
        CREATE MATERIALIZED VIEW gold.above BUSINESS DATE as_of_date AS
          SELECT as_of_date, level FROM gold.level WHERE level > 0.05
        """, into: CollectingSink())
      let text = """
        tick_time,as_of_date,curve,instrument,quote
        2025-06-23T10:00:00Z,2025-06-23,A,1Y,0.02
        2025-06-23T10:00:00Z,2025-06-23,A,2Y,0.025
        2025-06-23T10:00:02Z,2025-06-23,A,1Y,0.03125
        2025-06-23T12:00:01+02:00,2025-06-23,B's,1Y,0.01

        """
      try LocalFileStore().replace(Array(text.utf8), at: ticks)
    }

    var session: Session { Session(options: Session.Options(lakePath: lake)) }

    func run(_ arguments: [String]) -> (status: Int32, words: String) {
      var words = ""
      let console = Console(
        output: MemoryOutput(), words: { words += $0 }, environment: { _ in nil },
        input: LineSource(text: ""))
      let tool = CommandLineTool(console: console) { Session(options: $0) }
      return (tool.run(arguments + ["--lake", lake]), words)
    }

    func texts(_ query: String) throws -> [String] {
      let sink = CollectingSink()
      try session.run(query, into: sink)
      return sink.batches.flatMap { batch in
        (0..<batch.rowCount).map { row in
          batch.row(row).map { "\($0)" }.joined(separator: "|")
        }
      }
    }

    func count(_ query: String) throws -> Int {
      let sink = CollectingSink()
      try session.run(query, into: sink)
      guard case .int64(let number)? = sink.batches.first?.row(0).first else { return -1 }
      return Int(number)
    }
  }

  @Test("makes a commit of each tick in the order of time and refreshes what reads the table")
  func all() throws {
    let desk = try Desk()
    let run = desk.run(["replay-market", desk.ticks])
    #expect(run.status == 0, "\(run.words)")
    #expect(run.words.contains("3 of 3") && run.words.contains("replayed 3 ticks"))
    #expect(try desk.count("SELECT COUNT(*) FROM silver.curve_quotes") == 3)
    #expect(try desk.count("SELECT COUNT(*) FROM market.replays") == 3)
    // 0.03125 + 0.025 + 0.01: the later quote of a key is the one that stands.
    #expect(
      try desk.count(
        "SELECT COUNT(*) FROM gold.above WHERE ABS(level - 0.06625) < 1e-15") == 1)
    #expect(try desk.count("SELECT COUNT(*) FROM system.runs WHERE view = 'gold.level'") == 3)
    // The value of each moment stays readable.
    #expect(
      try desk.count("SELECT COUNT(*) FROM changes('silver.curve_quotes', -1, 3)") >= 4)
  }

  @Test("goes on where it ended, and a second time does nothing")
  func resumes() throws {
    let desk = try Desk()
    let first = desk.run(["replay-market", desk.ticks, "--until", "2025-06-23T10:00:01Z"])
    #expect(first.status == 0 && first.words.contains("2 of 2"), "\(first.words)")
    let second = desk.run(["replay-market", desk.ticks])
    #expect(second.words.contains("going on after") && second.words.contains("1 of 1"))
    let snapshots = try desk.count("SELECT COUNT(*) FROM system.snapshots")
    let third = desk.run(["replay-market", desk.ticks])
    #expect(third.status == 0 && third.words.contains("nothing to replay"))
    #expect(try desk.count("SELECT COUNT(*) FROM system.snapshots") == snapshots)
    #expect(try desk.count("SELECT COUNT(*) FROM market.replays") == 3)
  }

  @Test("refreshes only what is asked for")
  func chosen() throws {
    let desk = try Desk()
    #expect(desk.run(["replay-market", desk.ticks, "--refresh", "none"]).status == 0)
    #expect(try desk.count("SELECT COUNT(*) FROM system.runs") == 0)
  }

  @Test("waits as the speed says")
  func speed() throws {
    let desk = try Desk()
    let start = ContinuousClock.now
    #expect(
      desk.run(["replay-market", desk.ticks, "--speed", "4", "--refresh", "none"]).status == 0)
    // Two seconds between the first and the last tick.
    #expect(ContinuousClock.now - start >= .milliseconds(500))
  }

  @Test("a tick that the table refuses is in it neither whole nor in part")
  func refused() throws {
    let desk = try Desk()
    let text = """
      tick_time,as_of_date,curve,instrument,quote
      2025-06-23T10:00:00Z,2025-06-23,A,1Y,0.02
      2025-06-23T10:00:00Z,2025-06-23,A,2Y,much

      """
    try LocalFileStore().replace(Array(text.utf8), at: desk.ticks)
    #expect(desk.run(["replay-market", desk.ticks]).status != 0)
    #expect(try desk.count("SELECT COUNT(*) FROM silver.curve_quotes") == 0)
    #expect(try desk.count("SELECT COUNT(*) FROM market.replays") == 0)
  }

  @Test(
    "says what is wrong with its arguments",
    arguments: [
      ["x.csv", "--speed", "0"], ["x.csv", "--speed", "fast"], ["x.csv", "--table", "quotes"],
      ["x.csv", "--table", "silver.nothing"], ["x.csv", "--speed", "2", "--as-fast-as-possible"],
      [],
    ])
  func usage(arguments: [String]) throws {
    #expect(try Desk().run(["replay-market"] + arguments).status == 2)
  }
}
