import Columnar
import Parquet
import QueryEngine

/// Decides from a footer's statistics which row groups can hold rows of the wanted ranges.
struct RowGroupPruner {
  private let file: ParquetFile
  private let ranges: [(column: Int, range: ColumnRange)]

  init(_ file: ParquetFile, _ ranges: [ColumnRange], schema: Schema) {
    self.file = file
    self.ranges = ranges.compactMap { range in
      file.index(of: schema[range.column].name).map { ($0, range) }
    }
  }

  /// - Parameter place: The place among the file's columns of a column of the table; nil when the
  ///   file does not have it.
  init(_ file: ParquetFile, _ ranges: [ColumnRange], place: (_ column: Int) -> Int?) {
    self.file = file
    self.ranges = ranges.compactMap { range in place(range.column).map { ($0, range) } }
  }

  /// The rows of a row group that can be in all ranges, as ascending stretches; none when surely no
  /// row is. Looks at the page index where the row group's own bounds leave it open.
  func rows(ofRowGroup rowGroup: Int) -> [Range<Int>] {
    let count = file.rowCount(ofRowGroup: rowGroup)
    var open: [(column: Int, range: ColumnRange)] = []
    for (column, range) in ranges {
      guard let bounds = file.bounds(rowGroup: rowGroup, column: column) else { continue }
      if let nulls = bounds.nullCount, nulls == count { return [] }
      if !range.mayMeet(bounds.minimum, bounds.maximum) { return [] }
      if !RowGroupPruner.liesWithin(bounds, range) { open.append((column, range)) }
    }
    var rows = [0..<count]
    // One page holds this many rows of ours: with fewer there is nothing to leave out.
    guard count > 16_384 else { return rows }
    for (column, range) in open {
      // A damaged index is no reason to fail: the pages themselves are still there to be read.
      guard let pages = try? file.pageBounds(rowGroup: rowGroup, column: column) else { continue }
      let wanted = pages.filter {
        !$0.isNull && range.mayMeet($0.bounds.minimum, $0.bounds.maximum)
      }
      rows = RowGroupPruner.common(rows, wanted.map(\.rows))
    }
    return rows
  }

  /// Whether all values are in the range, so that pages have nothing to add.
  private static func liesWithin(_ bounds: ColumnBounds, _ range: ColumnRange) -> Bool {
    if let lower = range.lower {
      guard let minimum = bounds.minimum, let order = ValueOrder.compare(minimum, lower),
        order >= 0
      else { return false }
    }
    if let upper = range.upper {
      guard let maximum = bounds.maximum, let order = ValueOrder.compare(maximum, upper),
        order <= 0
      else { return false }
    }
    return true
  }

  /// What two lists of ascending stretches have in common; stretches that touch become one.
  private static func common(_ left: [Range<Int>], _ right: [Range<Int>]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var (i, j) = (0, 0)
    while i < left.count, j < right.count {
      let both = left[i].clamped(to: right[j])
      if !both.isEmpty {
        if let last = found.last, last.upperBound == both.lowerBound {
          found[found.count - 1] = last.lowerBound..<both.upperBound
        } else {
          found.append(both)
        }
      }
      if left[i].upperBound < right[j].upperBound { i += 1 } else { j += 1 }
    }
    return found
  }
}

extension ColumnRange {
  /// False only when surely no value between the bounds is in the range. NaN is above all numbers,
  /// and bounds do not count it: a range without an upper end holds it.
  func mayMeet(_ minimum: Value?, _ maximum: Value?) -> Bool {
    if let lower, let maximum, !holdsNaN, let order = ValueOrder.compare(maximum, lower), order < 0
    {
      return false
    }
    if let upper, let minimum, let order = ValueOrder.compare(minimum, upper), order > 0 {
      return false
    }
    return true
  }

  private var holdsNaN: Bool {
    switch (lower, upper) {
    case (.double?, nil), (.float?, nil): true
    case (_, .double(let upper)?): upper.isNaN
    case (_, .float(let upper)?): upper.isNaN
    default: false
    }
  }
}
