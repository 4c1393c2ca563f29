import Columnar
import QueryEngine

/// The parts of a move in the order they were switched, and the totals after each.
struct MoveReport {
  struct Step {
    var part: String
    var input: String?
    var totals: MoveMeasure.Totals
    /// Rows that were switched, where rows were.
    var rows: Int?
    var detail: String?
  }

  private let measure: MoveMeasure
  private var steps: [Step] = []

  init(_ measure: MoveMeasure) { self.measure = measure }

  var last: MoveMeasure.Totals { steps.last?.totals ?? [:] }

  mutating func add(_ step: Step) { steps.append(step) }

  /// One line for each part that changed a group; of a part that changed none, none.
  ///
  /// The changes of a group add up to the difference of its end and its start: as decimals and whole
  /// numbers exactly, as doubles after one rounding of their exact sum; a last part `unexplained`
  /// holds what rounding each difference has left over.
  func table() throws(QueryError) -> Batch {
    let type = measure.type
    let zero = Amount.zero(type)
    var rows = RowBuilder(
      [("step", .int64), ("part", .string), ("input", .string)]
        + measure.dimensions.map { ($0.name, $0.type) }
        + [("change", type), ("total", type), ("rows", .int64), ("detail", .string)])
    guard let first = steps.first, let last = steps.last else { return rows.batch }
    let groups = MoveReport.sorted(
      Set(steps.flatMap { $0.totals.keys }), isOne: measure.dimensions.isEmpty)
    func append(
      _ number: Int, _ part: String, _ step: Step, _ group: [Value], _ change: Value,
      _ total: Value
    ) {
      rows.append(
        [.int64(Int64(number)), .string(part), .text(step.input)] + group
          + [change, total, step.rows.map { .int64(Int64($0)) } ?? .null, .text(step.detail)])
    }
    for group in groups {
      append(0, first.part, first, group, .null, first.totals[group] ?? zero)
    }
    var changes: [[Value]: [Value]] = [:]
    var before = first
    var number = 0
    for step in steps.dropFirst().dropLast() {
      var isShown = false
      for group in groups {
        let now = step.totals[group] ?? zero
        let change = try Amount.difference(now, before.totals[group] ?? zero)
        if change == zero, step.rows == nil || !group.isEmpty { continue }
        changes[group, default: []].append(change)
        if !isShown { number += 1 }
        isShown = true
        append(number, step.part, step, group, change, now)
      }
      before = step
    }
    number += 1
    var isRounded = false
    let residual = Step(part: "unexplained", totals: [:], detail: "rounding of the parts")
    for group in groups {
      let end = last.totals[group] ?? zero
      let rest = try rounding(
        of: changes[group] ?? [], first.totals[group] ?? zero, end)
      guard rest != zero else { continue }
      append(number, residual.part, residual, group, rest, end)
      isRounded = true
    }
    if isRounded { number += 1 }
    for group in groups {
      append(number, last.part, last, group, .null, last.totals[group] ?? zero)
    }
    return rows.batch
  }

  /// What the exact sum of doubles lacks to the difference of the totals.
  private func rounding(
    of changes: [Value], _ start: Value, _ end: Value
  ) throws(QueryError) -> Value {
    guard case .double(let move) = try Amount.difference(end, start) else {
      return Amount.zero(measure.type)
    }
    let terms = changes.compactMap { value -> Double? in
      if case .double(let number) = value { number } else { nil }
    }
    guard move.isFinite, terms.allSatisfy(\.isFinite) else { return .double(0) }
    var rest = 0.0
    // One turn is enough but where a sum falls between two doubles.
    for _ in 0..<4 {
      let lacking = ExactDoubles.sum([move] + terms.map { -$0 } + [-rest])
      if ExactDoubles.sum(terms + [rest]) == move { break }
      rest += lacking
    }
    return .double(rest)
  }

  private static func sorted(_ groups: Set<[Value]>, isOne: Bool) -> [[Value]] {
    if isOne { return [[]] }
    return groups.sorted { left, right in
      for (a, b) in zip(left, right) {
        if let order = ValueOrder.compare(a, b) {
          if order != 0 { return order < 0 }
        } else if a.isNull != b.isNull {
          return b.isNull
        }
      }
      return false
    }
  }
}

/// Sums of a few doubles, rounded once.
package enum ExactDoubles {
  /// The nearest double to the exact sum of finite numbers (Shewchuk's partials).
  package static func sum(_ numbers: [Double]) -> Double {
    var partials: [Double] = []
    for number in numbers {
      var x = number
      var kept: [Double] = []
      for partial in partials {
        let (high, low) = abs(x) < abs(partial) ? split(partial, x) : split(x, partial)
        if low != 0 { kept.append(low) }
        x = high
      }
      partials = kept + [x]
    }
    // From the largest down; the first that does not vanish decides a tie.
    guard var total = partials.popLast() else { return 0 }
    var low = 0.0
    while let next = partials.popLast() {
      (total, low) = split(total, next)
      if low != 0 { break }
    }
    if let next = partials.last, low != 0, (low < 0) == (next < 0) {
      let doubled = low * 2
      let moved = total + doubled
      if moved - total == doubled { total = moved }
    }
    return total
  }

  /// Sum and error of two doubles, the first the larger in size.
  private static func split(_ a: Double, _ b: Double) -> (Double, Double) {
    let high = a + b
    return (high, b - (high - a))
  }
}
