import Columnar

// Quantiles, MEDIAN, MODE and MAD over frames that move: what enters is added and what leaves is taken
// out of the frame's values in order, instead of sorting every frame anew.

extension WindowEvaluation {
  /// Frames of up to this many rows are kept as a sorted list, wider ones as counts by rank.
  private static let listedRows = 2048

  /// Nil for functions and frames that need all values of every frame: those with holes, and MAD
  /// over wide frames.
  func slidingOrder(
    _ function: AggregateFunction, _ frames: WindowFrames
  ) throws(QueryError) -> Column? {
    guard function.isOrderStatistic, frames.exclusion == .none, order.rowCount > 1 else {
      return nil
    }
    var widest = 0
    for place in 0..<order.rowCount {
      widest = max(widest, Int(frames.ends[place] - frames.starts[place]))
    }
    let isListed = widest <= WindowEvaluation.listedRows
    if function == .medianDistance, !isListed { return nil }
    let levels = ValueLevels(arguments[0])
    switch function {
    case .mode: return picked(levels, frames, RankedFrame(levels.count)) { $0.mostFrequent }
    case .quantileDiscrete:
      let fraction = try self.fraction(function)
      func rank(_ frame: some SlidingFrame) -> Int {
        frame.rank(at: max(0, Int((fraction * Double(frame.count)).rounded(.up)) - 1))
      }
      return isListed
        ? picked(levels, frames, ListedFrame()) { rank($0) }
        : picked(levels, frames, RankedFrame(levels.count)) { rank($0) }
    case .medianDistance:
      let numbers = levels.numbers
      return computed(levels, frames, ListedFrame()) { $0.medianDistance(numbers) }
    default:
      let fraction = function == .median ? 0.5 : try self.fraction(function)
      let numbers = levels.numbers
      func value(_ frame: some SlidingFrame) -> Double {
        interpolate(frame.count, fraction) { numbers[frame.rank(at: $0)] }
      }
      return isListed
        ? computed(levels, frames, ListedFrame()) { value($0) }
        : computed(levels, frames, RankedFrame(levels.count)) { value($0) }
    }
  }

  private func fraction(_ function: AggregateFunction) throws(QueryError) -> Double {
    guard arguments.count > 1 else { return 0.5 }
    return try CollectAccumulator.fraction(function, arguments[1].value(0))
  }

  /// A value of the column for each place, given by its rank.
  private func picked<Frame: SlidingFrame>(
    _ levels: ValueLevels, _ frames: WindowFrames, _ frame: Frame, _ choose: (Frame) -> Int
  ) -> Column {
    var rows = [Int32](repeating: -1, count: order.rowCount)
    slide(levels, frames, frame) { place, frame in rows[place] = levels.rows[choose(frame)] }
    return arguments[0].takeNullable(rows).retyped(call.type)
  }

  /// A number for each place.
  private func computed<Frame: SlidingFrame>(
    _ levels: ValueLevels, _ frames: WindowFrames, _ frame: Frame, _ compute: (Frame) -> Double
  ) -> Column {
    var results = [Double](repeating: 0, count: order.rowCount)
    var isDefined = Bitmap(repeating: false, count: order.rowCount)
    slide(levels, frames, frame) { place, frame in
      results[place] = compute(frame)
      isDefined[place] = true
    }
    return Column(call.type, .double(results), validity: isDefined)
  }

  /// Calls `body` with each place whose frame has a value.
  private func slide<Frame: SlidingFrame>(
    _ levels: ValueLevels, _ frames: WindowFrames, _ frame: Frame, _ body: (Int, Frame) -> Void
  ) {
    let validity = mask.map { mask in arguments[0].validity.map { $0 & mask } ?? mask }
    let present = validity ?? arguments[0].validity
    let ranks = levels.ranks
    var frame = frame
    func add(_ place: Int) {
      if isPresent(present, place) { frame.insert(ranks[place]) }
    }
    func drop(_ place: Int) {
      if isPresent(present, place) { frame.remove(ranks[place]) }
    }
    var (start, end) = (0, 0)
    for place in 0..<order.rowCount {
      let (newStart, newEnd) = (Int(frames.starts[place]), Int(frames.ends[place]))
      if newStart >= end || newEnd <= start {
        while start < end {
          drop(start)
          start += 1
        }
        (start, end) = (newStart, newStart)
      }
      while start > newStart {
        start -= 1
        add(start)
      }
      while end < newEnd {
        add(end)
        end += 1
      }
      while start < newStart {
        drop(start)
        start += 1
      }
      while end > newEnd {
        end -= 1
        drop(end)
      }
      if frame.count > 0 { body(place, frame) }
    }
  }
}

extension AggregateFunction {
  /// Whether the result follows from the values of a group in order.
  fileprivate var isOrderStatistic: Bool {
    switch self {
    case .median, .quantileContinuous, .quantileDiscrete, .mode, .medianDistance: true
    default: false
    }
  }
}

/// The distinct values of a column in ascending order, nulls among them.
private struct ValueLevels {
  /// The place of each row's value among the distinct ones.
  let ranks: [Int32]
  /// A row that has the value, by rank.
  let rows: [Int32]
  private let values: Column

  init(_ values: Column) {
    self.values = values
    let sorter = Sorter([values], [SortOrder()], rowCount: values.count)
    var ranks = [Int32](repeating: 0, count: values.count)
    var rows: [Int32] = []
    var last = -1
    for row in sorter.permutation() {
      if last < 0 || !sorter.areEqual(last, Int(row)) { rows.append(row) }
      ranks[Int(row)] = Int32(rows.count - 1)
      last = Int(row)
    }
    (self.ranks, self.rows) = (ranks, rows)
  }

  var count: Int { rows.count }
  /// The values by rank, as doubles.
  var numbers: [Double] { values.take(rows).doubles }
}

/// The values of a frame, by their ranks.
private protocol SlidingFrame {
  var count: Int { get }
  mutating func insert(_ rank: Int32)
  /// - Precondition: the rank was inserted.
  mutating func remove(_ rank: Int32)
  /// The rank of the value at a position in ascending order.
  func rank(at position: Int) -> Int
}

/// A short frame: its ranks in ascending order.
private struct ListedFrame: SlidingFrame {
  private var ranks: [Int32] = []

  var count: Int { ranks.count }
  func rank(at position: Int) -> Int { Int(ranks[position]) }
  mutating func insert(_ rank: Int32) { ranks.insert(rank, at: place(of: rank)) }
  mutating func remove(_ rank: Int32) { ranks.remove(at: place(of: rank)) }

  /// Where the first rank that is not below `rank` stands.
  private func place(of rank: Int32) -> Int {
    var (low, high) = (0, ranks.count)
    while low < high {
      let middle = (low + high) / 2
      if ranks[middle] < rank { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The median of the distances from the median: from the middle outwards the distances ascend on
  /// both sides.
  func medianDistance(_ numbers: [Double]) -> Double {
    func value(_ position: Int) -> Double { numbers[Int(ranks[position])] }
    let count = ranks.count
    let median = interpolate(count, 0.5, value)
    guard median.isFinite, value(0).isFinite, value(count - 1).isFinite else {
      let distances = (0..<count).map { (value($0) - median).magnitude }.sorted {
        $1.isNaN ? !$0.isNaN : $0 < $1
      }
      return interpolate(count, 0.5) { distances[$0] }
    }
    // Below half of the values lie at or under the median, so both sides begin there.
    var below = (count - 1) / 2
    var above = below + 1
    let last = count / 2
    var (previous, current) = (0.0, 0.0)
    for _ in 0...last {
      previous = current
      let down = below >= 0 ? (value(below) - median).magnitude : .infinity
      let up = above < count ? (value(above) - median).magnitude : .infinity
      if down <= up {
        current = down
        below -= 1
      } else {
        current = up
        above += 1
      }
    }
    return interpolate(2, count % 2 == 0 ? 0.5 : 1) { $0 == 0 ? previous : current }
  }
}

/// A wide frame: how often each rank occurs, as the sums and the greatest of a binary tree.
private struct RankedFrame: SlidingFrame {
  private(set) var count = 0
  /// The number of leaves, a power of two.
  private let width: Int
  /// Node `i` has the children `2i` and `2i + 1`; the leaves begin at `width`.
  private var sums: [Int32]
  private var greatest: [Int32]

  init(_ levels: Int) {
    var width = 1
    while width < levels { width *= 2 }
    self.width = width
    sums = [Int32](repeating: 0, count: 2 * width)
    greatest = sums
  }

  mutating func insert(_ rank: Int32) { change(Int(rank), by: 1) }
  mutating func remove(_ rank: Int32) { change(Int(rank), by: -1) }

  private mutating func change(_ rank: Int, by step: Int32) {
    count += Int(step)
    var node = width + rank
    sums[node] += step
    greatest[node] += step
    while node > 1 {
      node /= 2
      sums[node] += step
      greatest[node] = max(greatest[2 * node], greatest[2 * node + 1])
    }
  }

  func rank(at position: Int) -> Int {
    var left = Int32(position)
    var node = 1
    while node < width {
      node *= 2
      if sums[node] <= left {
        left -= sums[node]
        node += 1
      }
    }
    return node - width
  }

  /// The most frequent rank, of several the lowest.
  var mostFrequent: Int {
    var node = 1
    while node < width {
      node *= 2
      if greatest[node] < greatest[node + 1] { node += 1 }
    }
    return node - width
  }
}
