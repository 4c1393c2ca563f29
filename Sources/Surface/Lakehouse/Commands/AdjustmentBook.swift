import Columnar
import LakeCatalog
import MaterializedViews

/// The adjustments of a lake. They and what was decided about them are settings of the lake under
/// names that are given once each, so none is ever changed, and each is in the chain of its log.
struct AdjustmentBook {
  private let lake: Lake

  init(_ lake: Lake) { self.lake = lake }

  private static let prefix = "adjustment:"

  private static func padded(_ number: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, 9 - text.count)) + text
  }

  static func proposal(_ number: Int) -> String { prefix + padded(number) }

  static func decision(_ number: Int, _ count: Int) -> String {
    proposal(number) + ":" + padded(count)
  }

  /// By number.
  ///
  /// - Parameter time: As it was then, in microseconds since the epoch; nil: as it is.
  func all(at time: Int64? = nil) throws(CatalogError) -> [Adjustment] {
    var found: [Adjustment] = []
    for setting in try lake.catalog.settings(from: AdjustmentBook.prefix) {
      let value = setting.value ?? ""
      if let adjustment = Adjustment(value) {
        found.append(adjustment)
      } else if let decision = Adjustment.Decision(value), !found.isEmpty {
        // Names are in order: decisions follow what they are about.
        if let time, decision.time > time { continue }
        found[found.count - 1].decisions.append(decision)
      } else {
        throw .corrupted("the record '\(setting.name)' is no adjustment")
      }
    }
    return time.map { time in found.filter { $0.time <= time } } ?? found
  }

  /// What keeps a business date open: adjustments that nobody decided about, or that no run has
  /// taken up.
  func open(on date: CalendarDate) throws(CatalogError) -> [String] {
    var open: [String] = []
    for adjustment in try all() where adjustment.date == date {
      if adjustment.decisions.isEmpty {
        open.append("adjustment \(adjustment.number) of \(adjustment.view) is not decided")
        continue
      }
      let run = try lake.catalog.lastRun(of: adjustment.view, status: RunStatus.succeeded)
      let detail = run.flatMap { try? RunDetail(of: $0) }
      var isTaken = detail?.adjustments.contains(adjustment.number) ?? false
      if case .dates(let dates) = detail?.pending, dates[date] != nil {
        isTaken = !adjustment.isInForce
      }
      if isTaken != adjustment.isInForce {
        open.append(
          "adjustment \(adjustment.number) of \(adjustment.view) is \(adjustment.state) and not "
            + "refreshed")
      }
    }
    return open
  }

  /// Runs work that no other process does at the same time, so that each number is given once.
  func inTurn<Result>(
    _ work: () throws(CatalogError) -> Result
  ) throws(CatalogError) -> Result {
    let heart = LeaseHeart(lake: lake)
    defer { heart.stop() }
    var attempt = 1
    while !(try heart.take("adjustments", until: lake.clock() + Tick.leaseLength)) {
      guard attempt < Conflicts.attemptsMax else {
        throw .invalid("somebody else is writing an adjustment: try again")
      }
      Conflicts.pause(after: attempt)
      attempt += 1
    }
    do throws(CatalogError) {
      let result = try work()
      try heart.release("adjustments")
      return result
    } catch {
      try? heart.release("adjustments")
      throw error
    }
  }
}
