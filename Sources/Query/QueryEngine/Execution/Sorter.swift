import Columnar

/// How one sort key orders.
struct SortOrder: Sendable {
  var isDescending = false
  var nullsFirst = false
}

/// Stable sorting of rows by several columns, as a permutation.
///
/// Each column becomes words whose unsigned order is the wanted one (texts by their rank); a radix
/// sort from the last word to the first skips the bytes that all rows share.
struct Sorter {
  private var words: [[UInt64]] = []
  private let rowCount: Int

  init(_ columns: [Column], _ orders: [SortOrder], rowCount: Int) {
    self.rowCount = rowCount
    for (column, order) in zip(columns, orders) { add(column, order) }
  }

  /// The rows in order; equal rows keep theirs.
  func permutation() -> [Int32] {
    var order: [Int32] = makeValues(rowCount) { Int32(truncatingIfNeeded: $0) }
    if rowCount < 2 { return order }
    if rowCount <= 64 {
      order.sort { isLess(Int($0), Int($1)) }
      return order
    }
    for word in words.reversed() { radixSort(&order, by: word) }
    return order
  }

  private func isLess(_ a: Int, _ b: Int) -> Bool {
    for word in words where word[a] != word[b] { return word[a] < word[b] }
    return a < b
  }

  /// Whether two rows are equal in all keys.
  func areEqual(_ a: Int, _ b: Int) -> Bool {
    for word in words where word[a] != word[b] { return false }
    return true
  }

  // MARK: Words

  private mutating func add(_ column: Column, _ order: SortOrder) {
    let flip: UInt64 = order.isDescending ? .max : 0
    if let validity = column.validity {
      let present: UInt64 = order.nullsFirst ? 1 : 0
      words.append(makeValues(column.count) { validity[$0] ? present : 1 - present })
    }
    var own: [[UInt64]] = []
    switch column.storage {
    case .boolean(let bits): own = [makeValues(column.count) { bits[$0] ? 1 : 0 }]
    case .int32(let values):
      own = [mapValues(values) { UInt64(UInt32(bitPattern: $0) ^ 0x8000_0000) }]
    case .int64(let values):
      own = [mapValues(values) { UInt64(bitPattern: $0) ^ (1 << 63) }]
    case .int128(let values):
      own = [
        mapValues(values) { UInt64(truncatingIfNeeded: $0 >> 64) ^ (1 << 63) },
        mapValues(values) { UInt64(truncatingIfNeeded: $0) },
      ]
    case .float(let values): own = [mapValues(values) { orderedWord(Double($0)) }]
    case .double(let values): own = [mapValues(values) { orderedWord($0) }]
    case .string(let strings): own = [ranks(of: strings, column)]
    default: own = [ranks(of: column)]
    }
    for var word in own {
      if flip != 0 {
        // Only the bits in use flip, so that the others still can be skipped.
        let used = word.reduce(0, |)
        let mask: UInt64 = used == 0 ? 0 : .max >> UInt64(used.leadingZeroBitCount)
        word = mapValues(word) { ~$0 & mask }
      }
      if let validity = column.validity { (~validity).forEachSet { word[$0] = 0 } }
      words.append(word)
    }
  }

  /// The rank of each row's text among all texts of the column.
  private func ranks(of strings: StringColumn, _ column: Column) -> [UInt64] {
    var values = strings.values
    var codes = strings.codes
    if let rows = codes, values.count > 2 * rows.count {
      // Few rows of a large dictionary: rank only the texts in use.
      let present = column.validity.map { $0.setIndices() } ?? Array(0..<Int32(rows.count))
      values = values.take(present.map { rows[Int($0)] })
      var own = [Int32](repeating: 0, count: rows.count)
      for (place, row) in present.enumerated() { own[Int(row)] = Int32(place) }
      codes = own
    }
    let ranks = textRanks(values)
    guard let codes else { return ranks }
    return mapValues(codes) { Int($0) < ranks.count ? ranks[Int($0)] : 0 }
  }

  private func ranks(of column: Column) -> [UInt64] {
    let order = (0..<column.count).sorted { compareNullable(column, $0, column, $1) < 0 }
    var ranks = [UInt64](repeating: 0, count: column.count)
    var rank: UInt64 = 0
    for (place, row) in order.enumerated() {
      if place > 0, compareNullable(column, order[place - 1], column, row) != 0 { rank += 1 }
      ranks[row] = rank
    }
    return ranks
  }
}

/// The rank of each value by bytes; equal values share one.
func textRanks(_ values: StringValues) -> [UInt64] {
  let prefixes: [UInt64] = makeValues(values.count) { bigEndianPrefix(values, $0) }
  var order: [Int32] = makeValues(values.count) { Int32(truncatingIfNeeded: $0) }
  order.sort { a, b in
    let (x, y) = (prefixes[Int(a)], prefixes[Int(b)])
    return x != y ? x < y : compareStrings(values, Int(a), values, Int(b)) < 0
  }
  var ranks = [UInt64](repeating: 0, count: values.count)
  var rank: UInt64 = 0
  for (place, entry) in order.enumerated() {
    if place > 0, compareStrings(values, Int(order[place - 1]), values, Int(entry)) != 0 {
      rank += 1
    }
    ranks[Int(entry)] = rank
  }
  return ranks
}

/// The first eight bytes as a number that orders as the bytes do.
private func bigEndianPrefix(_ values: StringValues, _ entry: Int) -> UInt64 {
  let range = values.range(entry)
  var prefix: UInt64 = 0
  for offset in 0..<8 {
    prefix <<= 8
    if offset < range.count { prefix |= UInt64(values.bytes[range.lowerBound + offset]) }
  }
  return prefix
}

/// A word that orders doubles: NaN on top, one zero.
@inline(__always)
func orderedWord(_ value: Double) -> UInt64 {
  if value != value { return .max }
  let bits = (value == 0 ? 0 : value).bitPattern
  return bits >> 63 == 0 ? bits | (1 << 63) : ~bits
}

/// Reorders `order` stably by `words[order[i]]`, a byte at a time from the lowest.
private func radixSort(_ order: inout [Int32], by words: [UInt64]) {
  let count = order.count
  var keys: [UInt64] = mapValues(order) { words[Int($0)] }
  let first = keys[0]
  var differing: UInt64 = 0
  for key in keys { differing |= key ^ first }
  if differing == 0 { return }
  var otherKeys = [UInt64](repeating: 0, count: count)
  var otherOrder = [Int32](repeating: 0, count: count)
  for byte in 0..<8 {
    let shift = UInt64(byte * 8)
    if (differing >> shift) & 0xff == 0 { continue }
    var starts = [Int](repeating: 0, count: 256)
    for key in keys { starts[Int(truncatingIfNeeded: key &>> shift) & 0xff] &+= 1 }
    var next = 0
    for bucket in 0..<256 {
      let size = starts[bucket]
      starts[bucket] = next
      next += size
    }
    unsafe keys.withUnsafeBufferPointer { keys in
      unsafe order.withUnsafeBufferPointer { order in
        unsafe otherKeys.withUnsafeMutableBufferPointer { otherKeys in
          unsafe otherOrder.withUnsafeMutableBufferPointer { otherOrder in
            // Safe: the starts are sums of the counts of all rows, so places lie in `0..<count`.
            for row in 0..<count {
              let key = unsafe keys[row]
              let bucket = Int(truncatingIfNeeded: key &>> shift) & 0xff
              let place = starts[bucket]
              starts[bucket] = place &+ 1
              unsafe otherKeys[place] = key
              unsafe otherOrder[place] = order[row]
            }
          }
        }
      }
    }
    swap(&keys, &otherKeys)
    swap(&order, &otherOrder)
  }
}
