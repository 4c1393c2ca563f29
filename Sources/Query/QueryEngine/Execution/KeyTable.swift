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
  private var slots = [UInt64](repeating: 0, count: 256)
  private var encoder: KeyEncoder
  private var dense: [Int32] = []
  private var denseWidths: [Int] = []

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
    // One copy of the state for the loop: properties of a class are slow to change row by row.
    var state = State(keys: keys, positions: firstPositions, slots: slots, count: count)
    (keys, firstPositions, slots) = ([], [], [])
    defer { restore(state) }
    if let widths = encoder.denseWidths(limit: 16) {
      prepareDense(widths, keys: state.keys, count: state.count)
      return insertDense(words, rowCount, &state, position)
    }
    dense = []
    denseWidths = []
    return layout.wordCount == 1
      ? insertSingle(words, rowCount, &state, position)
      : insertWide(words, rowCount, &state, position)
  }

  /// What changes from row to row.
  private struct State {
    var keys: [UInt64]
    var positions: [Int64]
    var slots: [UInt64]
    var count: Int
  }

  private func restore(_ state: State) {
    (keys, firstPositions, slots, count) = (state.keys, state.positions, state.slots, state.count)
  }

  // MARK: Dense

  private func prepareDense(_ widths: [Int], keys: [UInt64], count: Int) {
    guard widths != denseWidths || dense.isEmpty else { return }
    denseWidths = widths
    dense = [Int32](repeating: -1, count: 1 << widths.reduce(0, +))
    let wordCount = layout.wordCount
    for number in 0..<count {
      dense[denseIndex(keys, number * wordCount, widths)] = Int32(number)
    }
  }

  @inline(__always)
  private func denseIndex(_ words: [UInt64], _ at: Int, _ widths: [Int]) -> Int {
    var index = 0
    for (column, width) in widths.enumerated() {
      let half = layout.halves[column]
      let code = Int(truncatingIfNeeded: words[at + (half >> 1)] >> UInt64((half & 1) * 32))
      index = (index << width) | (code & 0xffff_ffff)
    }
    return index
  }

  private func insertDense(
    _ words: [UInt64], _ rowCount: Int, _ state: inout State, _ position: (Int) -> Int64
  ) -> [Int32] {
    let wordCount = layout.wordCount
    let widths = denseWidths
    var table = dense
    dense = []
    let isSingle = widths.count == 1 && layout.halves[0] == 0
    let groups: [Int32] = makeValues(rowCount) { row in
      let at = row &* wordCount
      let index = isSingle ? Int(truncatingIfNeeded: words[row]) : denseIndex(words, at, widths)
      let known = table[index]
      if known >= 0 { return known }
      let number = Int32(truncatingIfNeeded: state.count)
      table[index] = number
      append(words, at, position(row), &state)
      return number
    }
    dense = table
    return groups
  }

  private func append(_ words: [UInt64], _ at: Int, _ position: Int64, _ state: inout State) {
    for word in 0..<layout.wordCount { state.keys.append(words[at + word]) }
    state.positions.append(position)
    state.count += 1
    // The hash table holds what the dense array holds, should the keys outgrow that.
    let hash = KeyTable.hash(words, at, layout.wordCount)
    if state.count * 2 > state.slots.count {
      grow(&state)
    } else {
      KeyTable.link(hash, state.count, &state.slots)
    }
  }

  // MARK: Hashed

  private func insertSingle(
    _ words: [UInt64], _ rowCount: Int, _ state: inout State, _ position: (Int) -> Int64
  ) -> [Int32] {
    var lastWord: UInt64 = 0
    var last: Int32 = -1
    return makeValues(rowCount) { row in
      let word = words[row]
      if last >= 0, word == lastWord { return last }
      let hash = mixHash(word)
      let mask = state.slots.count &- 1
      var slot = Int(truncatingIfNeeded: hash) & mask
      lastWord = word
      while true {
        let entry = state.slots[slot]
        if entry == 0 { break }
        let number = Int(truncatingIfNeeded: entry & 0xffff_ffff) &- 1
        if entry >> 32 == hash >> 32, state.keys[number] == word {
          last = Int32(truncatingIfNeeded: number)
          return last
        }
        slot = (slot &+ 1) & mask
      }
      last = Int32(truncatingIfNeeded: state.count)
      append(words, row, position(row), &state)
      return last
    }
  }

  private func insertWide(
    _ words: [UInt64], _ rowCount: Int, _ state: inout State, _ position: (Int) -> Int64
  ) -> [Int32] {
    let width = layout.wordCount
    var last = -1
    return makeValues(rowCount) { row in
      let at = row &* width
      if last >= 0, KeyTable.equal(words, at, state.keys, last &* width, width) {
        return Int32(truncatingIfNeeded: last)
      }
      let hash = KeyTable.hash(words, at, width)
      let mask = state.slots.count &- 1
      var slot = Int(truncatingIfNeeded: hash) & mask
      while true {
        let entry = state.slots[slot]
        if entry == 0 { break }
        let number = Int(truncatingIfNeeded: entry & 0xffff_ffff) &- 1
        if entry >> 32 == hash >> 32,
          KeyTable.equal(words, at, state.keys, number &* width, width)
        {
          last = number
          return Int32(truncatingIfNeeded: number)
        }
        slot = (slot &+ 1) & mask
      }
      last = state.count
      append(words, at, position(row), &state)
      return Int32(truncatingIfNeeded: last)
    }
  }

  private func grow(_ state: inout State) {
    let width = layout.wordCount
    state.slots = [UInt64](repeating: 0, count: state.slots.count * 4)
    for number in 0..<state.count {
      KeyTable.link(
        KeyTable.hash(state.keys, number * width, width), number + 1, &state.slots)
    }
  }

  private static func link(_ hash: UInt64, _ entry: Int, _ slots: inout [UInt64]) {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 { slot = (slot + 1) & mask }
    slots[slot] = (hash >> 32) << 32 | UInt64(entry)
  }

  @inline(__always)
  private static func hash(_ words: [UInt64], _ at: Int, _ width: Int) -> UInt64 {
    if width == 1 { return mixHash(words[at]) }
    var hash: UInt64 = 0
    for word in 0..<width { hash = mixHash(hash ^ words[at &+ word]) &+ 1 }
    return hash
  }

  @inline(__always)
  private static func equal(
    _ a: [UInt64], _ i: Int, _ b: [UInt64], _ j: Int, _ width: Int
  ) -> Bool {
    for word in 0..<width where a[i &+ word] != b[j &+ word] { return false }
    return true
  }

  // MARK: Reading

  /// Keys that are there: their numbers, -1 for others. Any number of threads may do this at once,
  /// each with its own probe, as long as nothing is inserted.
  func find(
    _ columns: [Column], rowCount: Int, probe: inout KeyProbe
  ) throws(QueryError) -> [Int32] {
    if types.isEmpty { return [Int32](repeating: count > 0 ? 0 : -1, count: rowCount) }
    let words = try probe.encode(columns, rowCount: rowCount, encoder)
    let width = layout.wordCount
    let mask = slots.count - 1
    let missing = KeyProbe.missing
    return makeValues(rowCount) { row in
      let at = row &* width
      if probe.hasMissing, probe.isMissing[row] == missing { return -1 }
      let hash = KeyTable.hash(words, at, width)
      var slot = Int(truncatingIfNeeded: hash) & mask
      while true {
        let entry = slots[slot]
        if entry == 0 { return -1 }
        let number = Int(truncatingIfNeeded: entry & 0xffff_ffff) &- 1
        if entry >> 32 == hash >> 32, KeyTable.equal(words, at, keys, number &* width, width) {
          return Int32(truncatingIfNeeded: number)
        }
        slot = (slot &+ 1) & mask
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
    return (0..<Int32(count)).sorted { positions[Int($0)] < positions[Int($1)] }
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
