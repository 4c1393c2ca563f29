import CKernels
import Columnar

/// Distinct keys of one or more columns, numbered from 0 in order of first use.
///
/// A key is encoded into one or more words: text as an interned 32-bit code, other types by value
/// (NaNs are one, -0 is 0). Nulls equal each other. When all columns have few distinct values the
/// number is looked up in a dense array, else in an open-addressing table.
final class KeyTable {
  let types: [DataType]
  let layout: KeyLayout
  private(set) var count = 0
  /// `layout.wordCount` words a key.
  private(set) var keys: [UInt64] = []
  /// Where each key was first seen; see `GroupInput.position`.
  private(set) var firstPositions: [Int64] = []
  /// Open addressing by the high half of the hash, which stands above the number + 1; 0 is free.
  private var slots = [UInt64](repeating: 0, count: 256)
  private var encoder: KeyEncoder
  private var dense: [Int32] = []
  private var denseWidths: [Int] = []
  private var hashes: [UInt64] = []

  init(_ types: [DataType]) {
    self.types = types
    layout = KeyLayout(types)
    encoder = KeyEncoder(layout)
  }

  var byteCount: Int {
    keys.count * 8 + slots.count * 8 + firstPositions.count * 8 + dense.count * 4
      + encoder.byteCount
  }

  /// The number of each row's key; new keys are added. `position(row)` is the row's place in the
  /// whole input.
  func insert(
    _ columns: [Column], rowCount: Int, position: (Int) -> Int64
  ) throws(QueryError) -> [Int32] {
    if types.isEmpty {
      if count == 0, rowCount > 0 {
        count = 1
        firstPositions = [position(0)]
      } else if rowCount > 0 {
        firstPositions[0] = min(firstPositions[0], position(0))
      }
      return [Int32](repeating: 0, count: rowCount)
    }
    let words = try encoder.encode(columns, rowCount: rowCount)
    if let widths = encoder.denseWidths(limit: 16) {
      prepareDense(widths)
      return insertDense(words, rowCount, position)
    }
    dense = []
    denseWidths = []
    return insertHashed(words, rowCount, position)
  }

  /// The same for keys that are words already, in places that need not ascend.
  func insert(words: [UInt64], _ positions: [Int64]) -> [Int32] {
    let numbers = insertHashed(words, positions.count) { positions[$0] }
    lowerPositions(numbers, positions)
    return numbers
  }

  // MARK: Dense

  private func prepareDense(_ widths: [Int]) {
    guard widths != denseWidths || dense.isEmpty else { return }
    denseWidths = widths
    dense = [Int32](repeating: -1, count: 1 << widths.reduce(0, +))
    let all = denseIndices(keys, count: count, widths)
    for (number, index) in all.enumerated() { dense[Int(index)] = Int32(number) }
  }

  /// The place of each key in the dense array: the codes side by side.
  private func denseIndices(_ words: [UInt64], count: Int, _ widths: [Int]) -> [Int32] {
    let wordCount = layout.wordCount
    var indices = [Int32](repeating: 0, count: count)
    for (column, width) in widths.enumerated() {
      let word = layout.halves[column] >> 1
      let shift = UInt64((layout.halves[column] & 1) * 32)
      let step = Int32(truncatingIfNeeded: width)
      precondition(words.count >= count * wordCount)
      unsafe words.withUnsafeBufferPointer { words in
        unsafe indices.withUnsafeMutableBufferPointer { indices in
          // Safe: there are `wordCount` words a key, checked above.
          for row in 0..<count {
            let code = unsafe Int32(
              truncatingIfNeeded: words[row &* wordCount &+ word] &>> shift)
            unsafe indices[row] = indices[row] &<< step | code
          }
        }
      }
    }
    return indices
  }

  private func insertDense(
    _ words: [UInt64], _ rowCount: Int, _ position: (Int) -> Int64
  ) -> [Int32] {
    let indices = denseIndices(words, count: rowCount, denseWidths)
    var least: Int32 = 0
    var groups: [Int32] = unsafe dense.withUnsafeBufferPointer { table in
      mapValues(indices) { index in
        // Safe: an index has as many bits as the table's size.
        let known = unsafe table[Int(index)]
        least = min(least, known)
        return known
      }
    }
    if least >= 0 { return groups }
    for row in 0..<rowCount where groups[row] < 0 {
      let index = Int(indices[row])
      if dense[index] < 0 {
        dense[index] = Int32(truncatingIfNeeded: count)
        reserve(1)
        append(words, row * layout.wordCount, position(row))
        // The hash table holds what the dense array holds, should the keys outgrow that.
        KeyTable.link(KeyTable.hash(words, row * layout.wordCount, layout.wordCount), count, &slots)
      }
      groups[row] = dense[index]
    }
    return groups
  }

  private func append(_ words: [UInt64], _ at: Int, _ position: Int64) {
    for word in 0..<layout.wordCount { keys.append(words[at + word]) }
    firstPositions.append(position)
    count += 1
  }

  // MARK: Hashed

  /// Makes room for that many more keys, so that the table never grows within a loop.
  private func reserve(_ more: Int) {
    guard (count + more) * 2 > slots.count else { return }
    var size = slots.count
    while (count + more) * 2 > size { size *= 2 }
    slots = regrown(slots, to: size)
  }

  /// Rows that are inserted between two looks at the table's size; a power of two.
  private static let stretch = 2048

  private func insertHashed(
    _ words: [UInt64], _ rowCount: Int, _ position: (Int) -> Int64
  ) -> [Int32] {
    var groups = [Int32](repeating: 0, count: rowCount)
    var start = 0
    while start < rowCount {
      let end = min(rowCount, start + KeyTable.stretch)
      reserve(end - start)
      var state = State(
        keys: keys, positions: firstPositions, slots: slots, count: count, hashes: hashes)
      (keys, firstPositions, slots, hashes) = ([], [], [], [])
      switch layout.wordCount {
      case 1: KeyTable.insert(One(), words, start..<end, &groups, &state, position)
      case 2: KeyTable.insert(Two(), words, start..<end, &groups, &state, position)
      default:
        KeyTable.insert(
          Many(width: layout.wordCount), words, start..<end, &groups, &state, position)
      }
      (keys, firstPositions, slots, count) = (
        state.keys, state.positions, state.slots, state.count
      )
      hashes = state.hashes
      start = end
    }
    return groups
  }

  /// What changes from row to row.
  private struct State {
    var keys: [UInt64]
    var positions: [Int64]
    var slots: [UInt64]
    var count: Int
    /// One a row of the stretch.
    var hashes: [UInt64]
  }

  /// Tables of more slots than this do not stay in the nearer caches.
  private static let slotsInCache = 1 << 13

  /// Hashes a stretch's keys and, when the table is large, asks for the memory that looking them up
  /// will touch: waiting for many places at once costs little more than for one.
  @inline(__always)
  private static func prepare<Width: KeyWidth>(
    _ shape: Width, _ words: UnsafeBufferPointer<UInt64>, _ rows: Range<Int>,
    _ slots: UnsafeBufferPointer<UInt64>, _ keys: [UInt64], _ hashes: inout [UInt64]
  ) {
    let width = shape.width
    hashes = makeValues(rows.count) { unsafe shape.hash(words, (rows.lowerBound &+ $0) &* width) }
    guard slots.count > slotsInCache, let base = slots.baseAddress else { return }
    let mask = slots.count &- 1
    // Safe: slots are masked, and they hold numbers of keys that are there.
    for hash in hashes { unsafe ck_prefetch(base + Int(truncatingIfNeeded: hash >> 32) & mask) }
    unsafe keys.withUnsafeBufferPointer { keys in
      guard let first = keys.baseAddress else { return }
      for hash in hashes {
        let entry = unsafe base[Int(truncatingIfNeeded: hash >> 32) & mask]
        guard entry >> 32 == hash >> 32, entry != 0 else { continue }
        let number = Int(truncatingIfNeeded: entry & 0xffff_ffff) &- 1
        unsafe ck_prefetch(first + number &* width)
      }
    }
  }

  @inline(__always)
  private static func insert<Width: KeyWidth>(
    _ shape: Width, _ words: [UInt64], _ rows: Range<Int>, _ groups: inout [Int32],
    _ state: inout State, _ position: (Int) -> Int64
  ) {
    let width = shape.width
    precondition(words.count >= rows.upperBound * width && groups.count >= rows.upperBound)
    var keys = state.keys
    var positions = state.positions
    var count = state.count
    var hashes = state.hashes
    (state.keys, state.positions, state.hashes) = ([], [], [])
    unsafe words.withUnsafeBufferPointer { words in
      unsafe groups.withUnsafeMutableBufferPointer { groups in
        unsafe state.slots.withUnsafeMutableBufferPointer { slots in
          let mask = slots.count &- 1
          unsafe prepare(shape, words, rows, UnsafeBufferPointer(slots), keys, &hashes)
          var last = -1
          for row in rows {
            let at = row &* width
            // Safe: rows lie inside words and groups, checked above; slots hold numbers below
            // `count`, and there are free slots for all rows.
            if last >= 0, unsafe shape.equal(words, at, keys, last &* width) {
              unsafe groups[row] = Int32(truncatingIfNeeded: last)
              continue
            }
            let hash = hashes[row &- rows.lowerBound]
            var slot = Int(truncatingIfNeeded: hash >> 32) & mask
            last = -1
            while true {
              let entry = unsafe slots[slot]
              if entry == 0 { break }
              if entry >> 32 == hash >> 32 {
                let number = Int(truncatingIfNeeded: entry & 0xffff_ffff) &- 1
                if unsafe shape.equal(words, at, keys, number &* width) {
                  last = number
                  break
                }
              }
              slot = (slot &+ 1) & mask
            }
            if last < 0 {
              last = count
              count &+= 1
              for word in 0..<width { unsafe keys.append(words[at &+ word]) }
              positions.append(position(row))
              unsafe slots[slot] = (hash >> 32) << 32 | UInt64(truncatingIfNeeded: count)
            }
            unsafe groups[row] = Int32(truncatingIfNeeded: last)
          }
        }
      }
    }
    (state.keys, state.positions, state.hashes, state.count) = (keys, positions, hashes, count)
  }

  private static func link(_ hash: UInt64, _ entry: Int, _ slots: inout [UInt64]) {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash >> 32) & mask
    while slots[slot] != 0 { slot = (slot + 1) & mask }
    slots[slot] = (hash >> 32) << 32 | UInt64(entry)
  }

  private static func hash(_ words: [UInt64], _ at: Int, _ width: Int) -> UInt64 {
    unsafe words.withUnsafeBufferPointer { words in
      precondition(at >= 0 && at + width <= words.count)
      return unsafe Many(width: width).hash(words, at)
    }
  }

  // MARK: Reading

  /// Keys that are there: their numbers, -1 for others. Any number of threads may do this at once,
  /// each with its own probe, as long as nothing is inserted.
  func find(
    _ columns: [Column], rowCount: Int, probe: inout KeyProbe
  ) throws(QueryError) -> [Int32] {
    if types.isEmpty { return [Int32](repeating: count > 0 ? 0 : -1, count: rowCount) }
    let words = try probe.encode(columns, rowCount: rowCount, encoder)
    var groups: [Int32]
    switch layout.wordCount {
    case 1: groups = find(One(), words, rowCount)
    case 2: groups = find(Two(), words, rowCount)
    default: groups = find(Many(width: layout.wordCount), words, rowCount)
    }
    for row in probe.missingRows { groups[Int(row)] = -1 }
    return groups
  }

  @inline(__always)
  private func find<Width: KeyWidth>(
    _ shape: Width, _ words: [UInt64], _ rowCount: Int
  ) -> [Int32] {
    let width = shape.width
    precondition(words.count >= rowCount * width)
    let keys = keys
    return unsafe words.withUnsafeBufferPointer { words in
      unsafe slots.withUnsafeBufferPointer { slots in
        let mask = slots.count &- 1
        var hashes: [UInt64] = []
        return makeValues(rowCount) { row in
          let at = row &* width
          if row & (KeyTable.stretch - 1) == 0 {
            let end = min(rowCount, row + KeyTable.stretch)
            unsafe KeyTable.prepare(shape, words, row..<end, slots, keys, &hashes)
          }
          // Safe: there are `width` words a row, checked above.
          let hash = hashes[row & (KeyTable.stretch - 1)]
          var slot = Int(truncatingIfNeeded: hash >> 32) & mask
          while true {
            let entry = unsafe slots[slot]
            if entry == 0 { return -1 }
            if entry >> 32 == hash >> 32 {
              let number = Int(truncatingIfNeeded: entry & 0xffff_ffff) &- 1
              if unsafe shape.equal(words, at, keys, number &* width) {
                return Int32(truncatingIfNeeded: number)
              }
            }
            slot = (slot &+ 1) & mask
          }
        }
      }
    }
  }

  /// The key columns of the given numbers.
  func columns(_ order: [Int32]) -> [Column] {
    encoder.decode(keys, order)
  }

  /// Numbers by first appearance in the input, whatever worker saw them.
  func order() -> [Int32] {
    let positions = firstPositions
    if count > 4096 {
      return Sorter([Column(.int64, .int64(positions))], [SortOrder()], rowCount: count)
        .permutation()
    }
    return (0..<Int32(count)).sorted { positions[Int($0)] < positions[Int($1)] }
  }

  func positions(_ order: [Int32]) -> [Int64] {
    let positions = firstPositions
    return mapValues(order) { positions[Int($0)] }
  }

  /// Notes the places of rows that did not come in order.
  func lowerPositions(_ numbers: [Int32], _ positions: [Int64]) {
    var own = firstPositions
    firstPositions = []
    for (row, number) in numbers.enumerated() {
      own[Int(number)] = min(own[Int(number)], positions[row])
    }
    firstPositions = own
  }

  /// Adds the keys of another table; gives the number here of each of its keys.
  @discardableResult
  func merge(
    _ other: KeyTable, mapping: ([Column]) -> [Column] = { $0 }
  ) throws(QueryError) -> [Int32] {
    let all = Array(0..<Int32(other.count))
    let positions = other.firstPositions
    let numbers = try insert(
      mapping(other.columns(all)), rowCount: other.count, position: { positions[$0] })
    for (theirs, ours) in numbers.enumerated() {
      firstPositions[Int(ours)] = min(firstPositions[Int(ours)], positions[theirs])
    }
    return numbers
  }
}
