import Columnar
import FileStorage
import Glibc
import Lakehouse
import TestSupport

/// Starts real processes on lakes of the real disk and kills them at random moments.
///
/// After each kill the lake is opened by this process: all that was acknowledged is there, both
/// tables have the same rows, and every byte is verified.
struct KillLoop {
  private let options: CrashOptions
  /// Kills after which a lake is left for a fresh one, so that every kill meets short histories too.
  private static let killsPerLake = 25

  init(_ options: CrashOptions) { self.options = options }

  private struct Tally {
    var kills = 0
    var acknowledged = 0
    /// Changes that were under way, by what was found.
    var (whole, absent) = (0, 0)
    var violations: [String] = []
  }

  func run() -> Bool {
    var tally = Tally()
    var generator = SeededGenerator(seed: options.seed)
    let start = monotonicSeconds()
    while tally.kills < options.kills, tally.violations.isEmpty {
      let count = min(KillLoop.killsPerLake, options.kills - tally.kills)
      do { try round(count, &generator, &tally) } catch {
        tally.violations.append("kill \(tally.kills): \(error)")
      }
    }
    for violation in tally.violations { print("--seed \(options.seed): \(violation)") }
    print(
      "\(tally.kills) kills in \(Int(monotonicSeconds() - start)) s, \(tally.violations.count) "
        + "violations; \(tally.acknowledged) acknowledged changes; of the changes under way "
        + "\(tally.whole) were found whole, \(tally.absent) not at all")
    let isMet = options.kills < 100 || (tally.whole > 0 && tally.absent > 0)
    if !isMet { print("the kills did not meet commits under way") }
    return tally.violations.isEmpty && isMet
  }

  /// One lake and its kills.
  private func round(
    _ count: Int, _ generator: inout SeededGenerator, _ tally: inout Tally
  ) throws {
    let directory = TemporaryDirectory()
    let lake = directory.path + "/lake"
    _ = try Lake.create(lake, actor: "tester")
    try session(lake).run(
      "CREATE TABLE s.a (id INT NOT NULL, x INT); CREATE TABLE s.b (id INT NOT NULL, x INT)",
      into: CollectingSink())
    var known: [Int] = []
    for _ in 0..<count {
      let next = (known.last ?? 0) + 1
      let seed = generator.next()
      let worker = try WorkerProcess(
        lake: lake, first: next, seed: seed, changes: Int.random(in: 0...2, using: &generator),
        microseconds: UInt32.random(in: 0..<90_000, using: &generator))
      tally.kills += 1
      tally.acknowledged += worker.acknowledged.count
      if let failure = worker.failure { throw Violation(description: failure) }
      let found = try rows(lake)
      let must = known + worker.acknowledged
      guard found.starts(with: must), found.count <= must.count + 1 else {
        throw Violation(
          description: "kill \(tally.kills): \(must.count) acknowledged, found \(found.count)")
      }
      if found.count > must.count { tally.whole += 1 } else { tally.absent += 1 }
      known = found
    }
  }

  private struct Violation: Error, CustomStringConvertible { let description: String }

  /// The numbers of both tables, which must be the same, of a lake that verifies.
  private func rows(_ lake: String) throws -> [Int] {
    let session = session(lake)
    let sink = CollectingSink()
    try session.run(
      """
      SELECT COALESCE(a.id, -1) AS a, COALESCE(b.id, -1) AS b
      FROM s.a FULL JOIN s.b ON a.id = b.id ORDER BY 1
      """, into: sink)
    var numbers: [Int] = []
    for batch in sink.batches {
      for row in 0..<batch.rowCount {
        guard case .int32(let a) = batch.row(row)[0], case .int32(a) = batch.row(row)[1] else {
          throw Violation(description: "partial: the tables differ in \(batch.row(row))")
        }
        numbers.append(Int(a))
      }
    }
    let outcome = try session.perform(.verify(deep: true)) { _ in }
    if outcome.verdict != nil {
      let rows = outcome.table.map { table in (0..<table.rowCount).map { "\(table.row($0))" } }
      throw Violation(description: "verify: \(rows ?? outcome.lines)")
    }
    return numbers
  }

  private func session(_ lake: String) -> Session {
    var options = Session.Options(lakePath: lake)
    options.threads = 1
    return Session(options: options)
  }
}
