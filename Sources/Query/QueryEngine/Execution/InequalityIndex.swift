import Columnar

/// Finds the right rows of a join that fulfil one or two inequalities with a left row, in logarithmic
/// time and what it finds, instead of looking at every pair.
///
/// The right rows stand in the order of the first inequality's values, so those that fulfil it are
/// the first or the last ones; a tree over them knows the least place that a row of each part has in
/// the order of the second inequality's values, so parts without a match are passed over.
struct InequalityIndex: Sendable {
  /// With fewer right rows, looking at every pair costs less.
  static let fewestRows = 64

  private let bounds: [InequalityBound]
  /// Right rows in the order of the first bound; those that are null in a bound take no part.
  private let rows: [Int32]
  /// The tree; empty with one bound. Node `i` has the children `2i` and `2i + 1`, the leaves begin
  /// at `width`.
  private let least: [Int32]
  private let width: Int

  /// Nil when the condition has no inequality between the sides, or there are few rows.
  ///
  /// - Parameter condition: Over left columns then those of `right`.
  init?(_ condition: BoundExpression, leftCount: Int, _ right: Chunk) throws(QueryError) {
    guard right.rowCount >= InequalityIndex.fewestRows else { return nil }
    var bounds: [InequalityBound] = []
    for conjunct in condition.conjuncts where bounds.count < 2 {
      if let bound = try InequalityBound(conjunct, leftCount: leftCount, right) {
        bounds.append(bound)
      }
    }
    guard let first = bounds.first else { return nil }
    for index in bounds.indices { bounds[index].sort(without: bounds.map(\.values)) }
    self.bounds = bounds
    rows = bounds[0].rows
    guard bounds.count > 1 else {
      (least, width) = ([], 0)
      return
    }
    // What a second bound asks of a row is to stand before a limit, counted from the matching end.
    let second = bounds[1]
    var places = [Int32](repeating: 0, count: right.rowCount)
    for (place, row) in second.rows.enumerated() {
      places[Int(row)] = Int32(second.takesLast ? second.rows.count - 1 - place : place)
    }
    var width = 1
    while width < first.values.count { width *= 2 }
    var least = [Int32](repeating: .max, count: 2 * width)
    for (place, row) in rows.enumerated() { least[width + place] = places[Int(row)] }
    for node in stride(from: width - 1, to: 0, by: -1) {
      least[node] = min(least[2 * node], least[2 * node + 1])
    }
    (self.least, self.width) = (least, width)
  }

  var byteCount: Int { (rows.count * bounds.count + least.count) * 4 }

  /// The left sides of the inequalities, over left rows.
  var leftSides: [BoundExpression] { bounds.map(\.left) }

  /// Adds the right rows, ascending, that fulfil the inequalities with row `row` of `left`, one
  /// column an inequality.
  func find(_ row: Int, _ left: [Column], into found: inout [Int32]) {
    for column in left where column.isNull(row) { return }
    let candidates = bounds[0].range(left[0], row)
    guard !candidates.isEmpty else { return }
    let start = found.count
    if bounds.count == 1 {
      found.append(contentsOf: rows[candidates])
    } else {
      let limit = Int32(bounds[1].range(left[1], row).count)
      guard limit > 0 else { return }
      descend(1, 0..<width, candidates, limit, &found)
    }
    found[start...].sort()
  }

  private func descend(
    _ node: Int, _ span: Range<Int>, _ wanted: Range<Int>, _ limit: Int32, _ found: inout [Int32]
  ) {
    guard least[node] < limit, span.overlaps(wanted) else { return }
    if node >= width { return found.append(rows[node - width]) }
    let middle = (span.lowerBound + span.upperBound) / 2
    descend(2 * node, span.lowerBound..<middle, wanted, limit, &found)
    descend(2 * node + 1, middle..<span.upperBound, wanted, limit, &found)
  }
}

/// An inequality between a value of the left side and one of the right.
private struct InequalityBound: Sendable {
  /// Over left columns.
  let left: BoundExpression
  /// The right side's values, by row.
  let values: Column
  /// Whether greater values fulfil it: the last rows, not the first.
  let takesLast: Bool
  let includesEqual: Bool
  /// Right rows in ascending order of the values.
  private(set) var rows: [Int32] = []

  /// Nil when the condition is something else, or computing a side for rows that never meet could
  /// fail.
  init?(
    _ condition: BoundExpression, leftCount: Int, _ right: Chunk
  ) throws(QueryError) {
    guard case .comparison(let comparison, let one, let other) = condition,
      one.isSafe, other.isSafe, !one.columns.isEmpty, !other.columns.isEmpty
    else { return nil }
    let isLeft = one.columns.allSatisfy { $0 < leftCount }
    let (own, theirs) = isLeft ? (one, other) : (other, one)
    guard own.columns.allSatisfy({ $0 < leftCount }),
      theirs.columns.allSatisfy({ $0 >= leftCount }), own.type == theirs.type
    else { return nil }
    switch comparison {
    case .less, .lessOrEqual: takesLast = isLeft
    case .greater, .greaterOrEqual: takesLast = !isLeft
    case .equal, .notEqual: return nil
    }
    includesEqual = comparison == .lessOrEqual || comparison == .greaterOrEqual
    left = own
    let places = theirs.columns.map { ($0, $0 - leftCount) }
    let rebased = theirs.remapped(Dictionary(uniqueKeysWithValues: places))
    values = try ExpressionCompiler.compile(rebased).column(right)
  }

  /// Puts the rows in order that are null in none of the columns.
  mutating func sort(without nulls: [Column]) {
    let order = Sorter([values], [SortOrder()], rowCount: values.count).permutation()
    let validities = nulls.compactMap(\.validity)
    rows =
      validities.isEmpty
      ? order : order.filter { row in validities.allSatisfy { $0[Int(row)] } }
  }

  /// The places in `rows` that fulfil it with a row of `column`, which is not null there.
  func range(_ column: Column, _ row: Int) -> Range<Int> {
    // Of those that take the last rows, the ones before are below the value, or equal to it when
    // that does not suffice; of the others the ones that fulfil it.
    let countsEqual = takesLast != includesEqual
    func isBefore(_ place: Int) -> Bool {
      let order = compareRows(values, Int(rows[place]), column, row)
      return order < 0 || (order == 0 && countsEqual)
    }
    var (low, high) = (0, rows.count)
    // Most rows of sides that hardly overlap lie beyond an end.
    if high > 0, !isBefore(0) { high = 0 }
    if high > 0, isBefore(high - 1) { low = high }
    while low < high {
      let middle = (low + high) / 2
      if isBefore(middle) { low = middle + 1 } else { high = middle }
    }
    return takesLast ? low..<rows.count : 0..<low
  }
}
