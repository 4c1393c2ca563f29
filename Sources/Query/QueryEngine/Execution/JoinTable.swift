import Columnar

/// The build side of a join: its rows, and for each key the rows that have it.
///
/// Frozen after `init`; any number of workers probe it.
final class JoinTable: Sendable {
  let rows: Chunk
  let keyCount: Int
  /// Safe: nothing is inserted after `init`, and probing changes only the probe.
  private nonisolated(unsafe) let table: KeyTable
  /// Rows of key `k`, ascending (or by the ASOF column): `members[starts[k]..<starts[k + 1]]`.
  let starts: [Int32]
  let members: [Int32]
  /// Whether no key has two rows.
  let isUnique: Bool
  /// The memory of the rows and the table, when it is accounted for.
  private let hold: MemoryHold?

  /// - Parameters:
  ///   - keys: One column a key, over `rows`.
  ///   - nullsMatch: A flag a key; a null of another key matches nothing.
  ///   - order: Orders the rows of one key; nulls there take no part.
  init(
    _ rows: Chunk, keys: [Column], nullsMatch: [Bool], order: Column? = nil,
    hold: MemoryHold? = nil
  ) throws(QueryError) {
    self.rows = rows
    self.hold = hold
    let table = KeyTable(keys.map(\.type))
    var numbers = try table.insert(keys, rowCount: rows.rowCount, position: { Int64($0) })
    for (key, isMatching) in zip(keys, nullsMatch) where !isMatching {
      if let validity = key.validity { (~validity).forEachSet { numbers[$0] = -1 } }
    }
    if let validity = order?.validity { (~validity).forEachSet { numbers[$0] = -1 } }
    var sequence: [Int32]?
    if let order {
      sequence = Sorter([order], [SortOrder()], rowCount: rows.rowCount).permutation()
    }
    (starts, members) = JoinTable.group(numbers, count: table.count, sequence)
    keyCount = table.count
    isUnique = (0..<table.count).allSatisfy { [starts] in starts[$0 + 1] - starts[$0] <= 1 }
    unsafe self.table = table
  }

  /// Counting sort of the rows by key; rows of number -1 are left out.
  static func group(
    _ numbers: [Int32], count: Int, _ sequence: [Int32]?
  ) -> ([Int32], [Int32]) {
    var starts = [Int32](repeating: 0, count: count + 1)
    for number in numbers where number >= 0 { starts[Int(number) + 1] += 1 }
    for key in 0..<count { starts[key + 1] += starts[key] }
    var next = starts
    var members = [Int32](repeating: 0, count: Int(starts[count]))
    for place in 0..<numbers.count {
      let row = sequence.map { Int($0[place]) } ?? place
      let number = Int(numbers[row])
      guard number >= 0 else { continue }
      members[Int(next[number])] = Int32(row)
      next[number] += 1
    }
    return (starts, members)
  }

  var byteCount: Int { unsafe rows.byteCount + members.count * 4 + table.byteCount }

  /// The key number of each row of the probe side, -1 without a match.
  func find(
    _ keys: [Column], nullsMatch: [Bool], rowCount: Int, probe: inout KeyProbe
  ) throws(QueryError) -> [Int32] {
    var numbers = try unsafe table.find(keys, rowCount: rowCount, probe: &probe)
    for (key, isMatching) in zip(keys, nullsMatch) where !isMatching {
      if let validity = key.validity { (~validity).forEachSet { numbers[$0] = -1 } }
    }
    return numbers
  }

  func range(_ key: Int32) -> Range<Int> {
    key < 0 ? 0..<0 : Int(starts[Int(key)])..<Int(starts[Int(key) + 1])
  }
}

/// The first place of `range` whose row's value is above the wanted one (or equal, unless `passesEqual`), the end without
/// one; `rows` are in the ascending order of `column` there.
func firstPlace(
  above wanted: Column, _ row: Int, of column: Column, _ rows: [Int32], in range: Range<Int>,
  passesEqual: Bool
) -> Int {
  var (low, high) = (range.lowerBound, range.upperBound)
  while low < high {
    let middle = (low + high) / 2
    let order = compareRows(column, Int(rows[middle]), wanted, row)
    if order < 0 || (order == 0 && passesEqual) { low = middle + 1 } else { high = middle }
  }
  return low
}

extension Column {
  /// The rows at `indices`; -1 gives a null.
  func takeNullable(_ indices: [Int32]) -> Column {
    let present = packBits(indices) { $0 >= 0 }
    if present.isAllSet { return take(indices) }
    if count == 0 || present.isAllClear { return .nulls(type, count: indices.count) }
    return take(mapValues(indices) { max($0, 0) }).masked(present)
  }
}
