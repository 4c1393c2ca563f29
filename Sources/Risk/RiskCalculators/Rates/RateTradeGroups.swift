import Columnar
import QueryEngine

/// Rows in order of date and name, and where each trade is among them.
struct RateTradeGroups {
  /// Rows without a date or name.
  private(set) var nameless: [Int] = []
  private(set) var rows: [Int32] = []
  /// Ranges of `rows`.
  private(set) var trades: [Range<Int>] = []
  /// Ascending; ranges of `trades`.
  private(set) var dates: [(day: Int32, trades: Range<Int>)] = []

  /// Cost: one pass over rows that are in order already.
  init(days: InputRows.Values<Int32>, names: InputRows.Texts) {
    let ranks = RateTradeGroups.ranks(names.values)
    var keys: [Int64] = []
    keys.reserveCapacity(names.codes.count)
    rows.reserveCapacity(names.codes.count)
    var isSorted = true
    for row in names.codes.indices {
      let code = names.codes[row]
      guard days.isPresent[row], code >= 0 else {
        nameless.append(row)
        continue
      }
      let key = Int64(days.values[row]) << 32 | Int64(ranks[Int(code)])
      if let last = keys.last, last > key { isSorted = false }
      keys.append(key)
      rows.append(Int32(row))
    }
    if !isSorted {
      let order = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
      rows = order.map { rows[$0] }
      keys = order.map { keys[$0] }
    }
    var start = 0
    var firstTrade = 0
    for end in 1...max(keys.count, 1) where !keys.isEmpty {
      let isEnd = end == keys.count
      if !isEnd, keys[end] == keys[start] { continue }
      trades.append(start..<end)
      if isEnd || keys[end] >> 32 != keys[start] >> 32 {
        dates.append((Int32(keys[start] >> 32), firstTrade..<trades.count))
        firstTrade = trades.count
      }
      start = end
    }
  }

  /// The place of each text when they are in order of their UTF-8.
  private static func ranks(_ texts: [String]) -> [Int32] {
    // The first eight bytes decide nearly always.
    let heads = texts.map { text in
      var head: UInt64 = 0
      var count = 0
      for byte in text.utf8.prefix(8) {
        head = head << 8 | UInt64(byte)
        count += 1
      }
      return count == 8 ? head : head << UInt64(8 * (8 - count))
    }
    func precedes(_ left: Int, _ right: Int) -> Bool {
      if heads[left] != heads[right] { return heads[left] < heads[right] }
      return texts[left].utf8.lexicographicallyPrecedes(texts[right].utf8)
    }
    let places = texts.indices
    if zip(places, places.dropFirst()).allSatisfy({ precedes($0, $1) }) {
      return places.map { Int32($0) }
    }
    var ranks = [Int32](repeating: 0, count: texts.count)
    for (rank, place) in places.sorted(by: precedes).enumerated() { ranks[place] = Int32(rank) }
    return ranks
  }
}
