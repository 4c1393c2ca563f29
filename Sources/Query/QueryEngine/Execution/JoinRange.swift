import Columnar

/// A condition of a join that orders one side by the other: `left comparison right`, one of < ≤ > ≥.
struct JoinRange {
  /// Over the left columns.
  var left: BoundExpression
  var comparison: ComparisonOperator
  /// Over the right columns.
  var right: BoundExpression

  /// The conditions of this sort among those that a residual demands, which is over left then right columns.
  static func conditions(of residual: BoundExpression?, leftCount: Int) -> [JoinRange] {
    (residual?.conjuncts ?? []).compactMap { JoinRange($0, leftCount: leftCount) }
  }

  private init?(_ condition: BoundExpression, leftCount: Int) {
    guard let sides = JoinSides(condition, leftWidth: leftCount), sides.comparison != .equal,
      sides.comparison != .notEqual, sides.left.type == sides.right.type, !sides.left.type.isNested
    else { return nil }
    (left, comparison) = (sides.left, sides.comparison)
    right = sides.right.shifted(by: -leftCount)
  }

  /// Whether the condition holds for right rows from some place of their order on, not up to one.
  var holdsAbove: Bool { comparison == .less || comparison == .lessOrEqual }
  /// Whether it holds for equal values.
  var includesEqual: Bool { comparison == .lessOrEqual || comparison == .greaterOrEqual }
}

/// The right rows of each key in the order of one value, with the places of another in its own order, so that
/// the rows in one or two ranges are found without a look at the others: k of n rows in k·log n steps.
final class JoinRangeIndex: Sendable {
  /// Fewer right rows of a key are looked through one by one.
  static let leastRows = 64
  /// So are all when more than this part of them, as its inverse, is in the ranges: a found row costs some ten
  /// times as much as one that is looked at.
  private static let leastShare = 8

  let ranges: [JoinRange]
  private let columns: [Column]
  /// Rows of key `k` without nulls in the values, in the order of the first: `members[starts[k]..<starts[k + 1]]`.
  private let starts: [Int32]
  private let members: [Int32]
  /// All right rows in the order of the second value.
  private let second: [Int32]
  /// The greatest place in `second` (the lowest, as a negative number, where a row must be below) of the
  /// members under each node; the leaves begin at `leafStart`, the root is 1.
  private let tree: [Int32]
  private let leafStart: Int

  /// Nil where no key has rows enough, no condition orders the sides, or some right row has no value to be
  /// ordered by, because it overflows: then only pairs of it may fail.
  static func make(
    _ table: JoinTable, residual: BoundExpression?, leftCount: Int
  ) -> JoinRangeIndex? {
    let ranges = JoinRange.conditions(of: residual, leftCount: leftCount)
    guard let first = ranges.first,
      (0..<table.keyCount).contains(where: { table.range(Int32($0)).count >= leastRows })
    else { return nil }
    // One from above and one from below say most together, as of an interval.
    let rest = ranges.dropFirst()
    let other = rest.first { $0.holdsAbove != first.holdsAbove } ?? rest.first
    return try? JoinRangeIndex(table, [first] + (other.map { [$0] } ?? []))
  }

  /// - Parameter ranges: One or two.
  private init(_ table: JoinTable, _ ranges: [JoinRange]) throws(QueryError) {
    var columns: [Column] = []
    for range in ranges {
      columns.append(try ExpressionCompiler.compile(range.right).column(table.rows))
    }
    self.ranges = ranges
    self.columns = columns
    let rowCount = table.rows.rowCount
    var numbers = [Int32](repeating: -1, count: rowCount)
    for key in 0..<table.keyCount {
      for member in table.members[table.range(Int32(key))] { numbers[Int(member)] = Int32(key) }
    }
    for column in columns {
      if let validity = column.validity { (~validity).forEachSet { numbers[$0] = -1 } }
    }
    let order = JoinRangeIndex.order(columns[0], rowCount)
    (starts, members) = JoinTable.group(numbers, count: table.keyCount, order)
    guard columns.count > 1 else {
      (second, tree, leafStart) = ([], [], 0)
      return
    }
    let second = JoinRangeIndex.order(columns[1], rowCount)
    var places = [Int32](repeating: 0, count: rowCount)
    for (place, row) in second.enumerated() { places[Int(row)] = Int32(place) }
    let isAbove = ranges[1].holdsAbove
    var leafStart = 1
    while leafStart < members.count { leafStart *= 2 }
    var tree = [Int32](repeating: .min, count: 2 * leafStart)
    for (index, member) in members.enumerated() {
      let place = places[Int(member)]
      tree[leafStart + index] = isAbove ? place : -place
    }
    for node in stride(from: leafStart - 1, to: 0, by: -1) {
      tree[node] = max(tree[2 * node], tree[2 * node + 1])
    }
    (self.second, self.tree, self.leafStart) = (second, tree, leafStart)
  }

  private static func order(_ column: Column, _ rowCount: Int) -> [Int32] {
    Sorter([column], [SortOrder()], rowCount: rowCount).permutation()
  }

  var byteCount: Int { (starts.count + members.count + second.count + tree.count) * 4 }

  /// Appends the right rows of a key whose values are in the ranges, in the order of the right side.
  ///
  /// - Parameter wanted: The left sides of the ranges.
  /// - Returns: False, with nothing appended, where looking through all rows of the key costs less.
  func append(_ key: Int, _ wanted: [Column], _ row: Int, to found: inout [Int32]) -> Bool {
    let slice = Int(starts[key])..<Int(starts[key + 1])
    if slice.count < JoinRangeIndex.leastRows { return false }
    if wanted.contains(where: { $0.isNull(row) }) { return true }
    let bound = place(0, wanted[0], row, members, slice)
    let range = ranges[0].holdsAbove ? bound..<slice.upperBound : slice.lowerBound..<bound
    let start = found.count
    if columns.count > 1 {
      let bound = place(1, wanted[1], row, second, 0..<(second.count - columns[1].nullCount))
      // Above: places from the bound on; below: places before it.
      let least = ranges[1].holdsAbove ? Int32(bound) : 1 - Int32(bound)
      let most = start + slice.count / JoinRangeIndex.leastShare
      guard collect(1, 0..<leafStart, range, least, most, &found) else {
        found.removeSubrange(start...)
        return false
      }
    } else {
      if range.count > slice.count / JoinRangeIndex.leastShare { return false }
      found += members[range]
    }
    found[start...].sort()
    return true
  }

  /// How many of `rows` come before those that the condition separates, plus the start of `range`.
  private func place(
    _ index: Int, _ wanted: Column, _ row: Int, _ rows: [Int32], _ range: Range<Int>
  ) -> Int {
    // Above and equal, or below and not: the first that is not less; else the first that is greater.
    firstPlace(
      above: wanted, row, of: columns[index], rows, in: range,
      passesEqual: ranges[index].holdsAbove != ranges[index].includesEqual)
  }

  /// Members in `range`, under a node that is over `covered`, with a value in the tree of `least` or more.
  ///
  /// - Returns: Whether there were no more than to make `most` in `found`.
  private func collect(
    _ node: Int, _ covered: Range<Int>, _ range: Range<Int>, _ least: Int32, _ most: Int,
    _ found: inout [Int32]
  ) -> Bool {
    guard tree[node] >= least, covered.overlaps(range) else { return true }
    if node >= leafStart {
      found.append(members[covered.lowerBound])
      return found.count <= most
    }
    let middle = (covered.lowerBound + covered.upperBound) / 2
    return collect(2 * node, covered.lowerBound..<middle, range, least, most, &found)
      && collect(2 * node + 1, middle..<covered.upperBound, range, least, most, &found)
  }
}
