import Columnar

/// The entries of some rows while the shredder walks down: how far each is defined, whether it
/// starts a row, and the row of the current column that it stands at.
///
/// While nothing is missing, all entries are alike: then only their number is kept, and lists
/// without gaps (vectors above all) cost one byte an element.
struct LevelEntries {
  private(set) var count: Int
  /// Nil before the first list: every entry starts a row.
  private(set) var repetition: [UInt8]?
  /// The row of each entry, -1 where it ended above; nil when entry *i* stands at row *i*.
  private(set) var rows: [Int32]?
  /// The definition level of each entry; used once `rows` is.
  private(set) var definition: [UInt8] = []
  /// The definition level of all entries as long as `rows` is nil.
  private var level: UInt8 = 0

  init(rowCount: Int) { count = rowCount }

  /// Entries that go on are defined one level further.
  mutating func define() {
    guard let rows else {
      level += 1
      return
    }
    for (index, row) in rows.enumerated() { definition[index] += row >= 0 ? 1 : 0 }
  }

  /// Ends the entries that stand at a null.
  ///
  /// - Returns: How many.
  mutating func end(atNullsOf validity: Bitmap) -> Int {
    var own = takeRows()
    var ended = 0
    for (index, row) in own.enumerated() where row >= 0 && !validity[Int(row)] {
      own[index] = -1
      ended += 1
    }
    rows = own
    return ended
  }

  /// One entry an element, defined one level further; an empty list keeps one entry that ends.
  mutating func expand(_ offsets: [Int32], childCount: Int, level: UInt8) {
    if rows == nil, offsets[0] == 0, Int(offsets[count]) == childCount, hasNoEmptyList(offsets) {
      expandWhole(offsets, level: level)
    } else {
      expandWithGaps(takeRows(), offsets, level: level)
    }
  }

  private func hasNoEmptyList(_ offsets: [Int32]) -> Bool {
    var shortest = Int32.max
    for index in 0..<count { shortest = min(shortest, offsets[index + 1] &- offsets[index]) }
    return shortest > 0
  }

  /// All lists have elements, and these are all rows of the child in their order.
  private mutating func expandWhole(_ offsets: [Int32], level: UInt8) {
    var starts = [UInt8](repeating: level, count: Int(offsets[count]))
    for index in 0..<count { starts[Int(offsets[index])] = repetition.map { $0[index] } ?? 0 }
    repetition = starts
    count = starts.count
    define()
  }

  private mutating func expandWithGaps(_ own: [Int32], _ offsets: [Int32], level: UInt8) {
    var total = 0
    for row in own {
      total += row < 0 ? 1 : max(1, Int(offsets[Int(row) + 1] - offsets[Int(row)]))
    }
    var newDefinition: [UInt8] = []
    var newRepetition: [UInt8] = []
    var newRows: [Int32] = []
    newDefinition.reserveCapacity(total)
    newRepetition.reserveCapacity(total)
    newRows.reserveCapacity(total)
    for (index, row) in own.enumerated() {
      let start = repetition.map { $0[index] } ?? 0
      let elements = row < 0 ? 0..<0 : offsets[Int(row)]..<offsets[Int(row) + 1]
      newRepetition.append(start)
      if elements.isEmpty {
        newDefinition.append(definition[index])
        newRows.append(-1)
        continue
      }
      newDefinition.append(
        contentsOf: repeatElement(definition[index] + 1, count: elements.count))
      newRepetition.append(contentsOf: repeatElement(level, count: elements.count - 1))
      newRows.append(contentsOf: elements)
    }
    definition = newDefinition
    repetition = newRepetition
    rows = newRows
    count = newRows.count
  }

  /// The rows one by one; from here on entries differ.
  private mutating func takeRows() -> [Int32] {
    if let rows { return rows }
    definition = [UInt8](repeating: level, count: count)
    return Array(0..<Int32(count))
  }
}
