import Columnar
import Quant
import QueryEngine
import Synchronization
import Workers

/// One evaluation of `lcr`: positions of all dates to exact sums, in parallel over pieces of one
/// date each.
///
/// The sums are integers, so the result has the same bits for any number of threads and any order
/// of rows.
///
/// Cost: 0.1 µs a row where a batch has one date, twice that where its rows must be told apart.
struct LiquidityCoverageRun: Sendable {
  /// One business date's result.
  struct Day {
    var date: CalendarDate
    var regime: LiquidityCoverageParameters.Regime
    /// By group: its entity's text and its figures, sorted by entity.
    var entities: [(name: String, coverage: LiquidityCoverage)]
    /// By entity, unless figures were asked for by currency: then by each pair, with its currency.
    var currencies: [String] = []
  }

  /// A row that counts nowhere.
  struct Failure {
    var batch: Int
    var row: Int
    var field: String
    var reason: String
  }

  private let parameters: LiquidityCoverageParameters
  let batches: [Batch]
  private let keepsFailures: Bool
  private let byCurrency: Bool
  private let found = FailureList()

  init(
    parameters: LiquidityCoverageParameters, batches: [Batch], keepsFailures: Bool,
    byCurrency: Bool = false
  ) {
    self.byCurrency = byCurrency
    self.parameters = parameters
    self.batches = batches
    self.keepsFailures = keepsFailures
  }

  /// The rows that failed in `days`, when they were asked for; in no particular order.
  var failures: [Failure] { found.all }

  /// All business dates, ascending.
  func days(_ context: ExecutionContext) throws(QueryError) -> [Day] {
    let coded = LiquidityRows(batches, byCurrency: byCurrency)
    if keepsFailures { found.append(coded.keyless) }
    var regimes: [LiquidityCoverageParameters.Regime] = []
    for date in coded.dates { regimes.append(try parameters.regime(on: date)) }
    let pieces = coded.pieces()
    let results = Slots(count: pieces.count)
    let allRegimes = regimes
    context.pool.run(count: pieces.count) { _, index in
      if context.isCancelled { return }
      do throws(QueryError) {
        results.set(
          index, .success(try sums(pieces[index], of: coded, allRegimes[pieces[index].day])))
      } catch {
        results.set(index, .failure(error))
      }
    }
    try context.checkCancelled()
    return try finish(try results.sums(), pieces, coded, regimes)
  }

  private func finish(
    _ sums: [LCRAccumulator], _ pieces: [LiquidityRows.Piece], _ coded: LiquidityRows,
    _ regimes: [LiquidityCoverageParameters.Regime]
  ) throws(QueryError) -> [Day] {
    var days: [Day] = []
    var next = 0
    for (index, date) in coded.dates.enumerated() {
      var total: LCRAccumulator?
      while next < pieces.count, pieces[next].day == index {
        if total == nil { total = sums[next] } else { total?.merge(sums[next]) }
        next += 1
      }
      var day = Day(date: date, regime: regimes[index], entities: [])
      for group in LiquidityCoverageRun.order(of: coded) {
        guard let total, total.rowCounts[group] > 0 else { continue }
        let name = coded.entities[group]
        do throws(QuantError) {
          day.entities.append((name, try total.coverage(ofGroup: group)))
          if byCurrency { day.currencies.append(coded.currencies[group]) }
        } catch {
          throw QueryError(.arithmetic, "lcr of \(name) on \(date): \(error)")
        }
      }
      days.append(day)
    }
    return days
  }

  /// Groups by name, then currency.
  private static func order(of coded: LiquidityRows) -> [Int] {
    coded.entities.indices.sorted { left, right in
      let (one, other) = (coded.entities[left], coded.entities[right])
      if one != other || coded.currencies.isEmpty {
        return one.utf8.lexicographicallyPrecedes(other.utf8)
      }
      return coded.currencies[left].utf8.lexicographicallyPrecedes(coded.currencies[right].utf8)
    }
  }

  private func sums(
    _ piece: LiquidityRows.Piece, of coded: LiquidityRows,
    _ regime: LiquidityCoverageParameters.Regime
  ) throws(QueryError) -> LCRAccumulator {
    let failures: [Failure]
    let sums: LCRAccumulator
    do throws(QuantError) {
      var accumulator = try LCRAccumulator(
        table: regime.table, rules: regime.rules, amountScale: coded.amountScale,
        groupCount: max(1, coded.entities.count))
      var all: [Failure] = []
      for part in piece.parts {
        let reader = LiquidityPart(part, of: coded, batches: batches, table: regime.table)
        let before = accumulator.failures.count
        try accumulator.add(reader.positions)
        if keepsFailures {
          all += reader.failures(Array(accumulator.failures[before...]))
        }
      }
      sums = accumulator
      failures = all
    } catch {
      throw QueryError(.arithmetic, "lcr on \(coded.dates[piece.day]): \(error)")
    }
    if keepsFailures { found.append(failures) }
    return sums
  }
}

/// Failures of all pieces, from any worker.
private final class FailureList: Sendable {
  private let list = Mutex<[LiquidityCoverageRun.Failure]>([])

  var all: [LiquidityCoverageRun.Failure] { list.withLock { $0 } }
  func append(_ failures: [LiquidityCoverageRun.Failure]) {
    if !failures.isEmpty { list.withLock { $0 += failures } }
  }
}

/// The result of each piece, from any worker.
private final class Slots: Sendable {
  private let slots: Mutex<[Result<LCRAccumulator, QueryError>?]>

  init(count: Int) { slots = Mutex(Array(repeating: nil, count: count)) }

  func set(_ index: Int, _ result: Result<LCRAccumulator, QueryError>) {
    slots.withLock { $0[index] = result }
  }

  /// - Throws: The error of the first piece that has one.
  func sums() throws(QueryError) -> [LCRAccumulator] {
    var sums: [LCRAccumulator] = []
    for slot in slots.withLock({ $0 }) {
      guard let slot else { throw QueryError(.cancelled, "cancelled") }
      sums.append(try slot.get())
    }
    return sums
  }
}
