import Columnar

/// The frame of each place: a range, less what EXCLUDE takes out.
struct WindowFrames {
  let starts: [Int32]
  let ends: [Int32]
  private let order: WindowOrder
  let exclusion: WindowCall.Exclusion

  /// - Parameter distances: Those of `WindowCall.distances`, by place.
  init(
    _ call: WindowCall, _ order: WindowOrder, _ distances: [Column]
  ) throws(QueryError) {
    self.order = order
    exclusion = call.frame.exclusion
    let count = order.rowCount
    var starts: [Int32]
    var ends: [Int32]
    switch call.frame.unit {
    case .rows:
      starts = try WindowFrames.rows(call.frame.start, order, distances, isEnd: false)
      ends = try WindowFrames.rows(call.frame.end, order, distances, isEnd: true)
    case .groups:
      starts = try WindowFrames.groups(call.frame.start, order, distances, isEnd: false)
      ends = try WindowFrames.groups(call.frame.end, order, distances, isEnd: true)
    case .range:
      starts = try WindowFrames.values(call, call.frame.start, order, isEnd: false)
      ends = try WindowFrames.values(call, call.frame.end, order, isEnd: true)
    }
    for place in 0..<count where ends[place] < starts[place] { ends[place] = starts[place] }
    self.starts = starts
    self.ends = ends
  }

  /// The places of a frame, in order.
  func ranges(_ place: Int) -> [Range<Int>] {
    let frame = Int(starts[place])..<Int(ends[place])
    let peers = Int(order.peerStart[place])..<Int(order.peerEnd[place])
    switch exclusion {
    case .none: return frame.isEmpty ? [] : [frame]
    case .currentRow: return WindowFrames.cut(frame, place..<place + 1)
    case .group: return WindowFrames.cut(frame, peers)
    case .ties:
      return WindowFrames.cut(frame, peers.lowerBound..<place).flatMap {
        WindowFrames.cut($0, place + 1..<peers.upperBound)
      }
    }
  }

  private static func cut(_ range: Range<Int>, _ hole: Range<Int>) -> [Range<Int>] {
    if hole.isEmpty { return range.isEmpty ? [] : [range] }
    let before = range.lowerBound..<max(range.lowerBound, min(range.upperBound, hole.lowerBound))
    let after = min(range.upperBound, max(range.lowerBound, hole.upperBound))..<range.upperBound
    return [before, after].filter { !$0.isEmpty }
  }

  // MARK: Bounds

  /// The boundary of each place for the bounds that do not depend on the unit; else nil.
  private static func plain(
    _ bound: WindowCall.Bound, _ order: WindowOrder, isEnd: Bool
  ) -> [Int32]? {
    switch bound {
    case .unboundedPreceding: order.partitionStart
    case .unboundedFollowing: order.partitionEnd
    default: nil
    }
  }

  /// The steps from each place to the bound, negative backwards.
  private static func steps(
    _ bound: WindowCall.Bound, _ count: Int, _ distances: [Column]
  ) throws(QueryError) -> [Int32] {
    switch bound {
    case .preceding(let value): return Array(repeating: -Int32(try distance(value)), count: count)
    case .following(let value): return Array(repeating: Int32(try distance(value)), count: count)
    case .precedingBy(let index): return try steps(distances[index]).map { -$0 }
    case .followingBy(let index): return try steps(distances[index])
    case .unboundedPreceding, .currentRow, .unboundedFollowing:
      return Array(repeating: 0, count: count)
    }
  }

  private static func steps(_ distances: Column) throws(QueryError) -> [Int32] {
    let values = distances.longs
    for place in 0..<distances.count where distances.isNull(place) || values[place] < 0 {
      throw wrongDistance(distances.isNull(place) ? .null : .int64(values[place]))
    }
    return mapValues(values) { Int32(clamping: $0) }
  }

  private static func wrongDistance(_ value: Value) -> QueryError {
    QueryError(
      .type,
      "a frame of ROWS or GROUPS needs a whole distance of at least 0, found " + display(value))
  }

  private static func distance(_ value: Value) throws(QueryError) -> Int {
    let number: Int64? =
      switch value {
      case .int32(let number): Int64(number)
      case .int64(let number): number
      case .decimal(let number) where number.scale == 0: Int64(exactly: number.mantissa)
      default: nil
      }
    guard let number, number >= 0 else { throw wrongDistance(value) }
    return Int(min(number, Int64(Int32.max)))
  }

  private static func rows(
    _ bound: WindowCall.Bound, _ order: WindowOrder, _ distances: [Column], isEnd: Bool
  ) throws(QueryError) -> [Int32] {
    if let plain = plain(bound, order, isEnd: isEnd) { return plain }
    let steps = try steps(bound, order.rowCount, distances)
    return makeValues(order.rowCount) { place in
      let target = place + Int(steps[place]) + (isEnd ? 1 : 0)
      let (low, high) = (Int(order.partitionStart[place]), Int(order.partitionEnd[place]))
      return Int32(min(max(target, low), high))
    }
  }

  private static func groups(
    _ bound: WindowCall.Bound, _ order: WindowOrder, _ distances: [Column], isEnd: Bool
  ) throws(QueryError) -> [Int32] {
    if let plain = plain(bound, order, isEnd: isEnd) { return plain }
    let steps = try steps(bound, order.rowCount, distances)
    var starts: [Int32] = []
    var groupOf = [Int](repeating: 0, count: order.rowCount)
    for place in 0..<order.rowCount {
      if Int(order.peerStart[place]) == place { starts.append(Int32(place)) }
      groupOf[place] = starts.count - 1
    }
    starts.append(Int32(order.rowCount))
    return makeValues(order.rowCount) { place in
      let group = groupOf[place] + Int(steps[place]) + (isEnd ? 1 : 0)
      let boundary = starts[min(max(group, 0), starts.count - 1)]
      return min(max(boundary, order.partitionStart[place]), order.partitionEnd[place])
    }
  }

  private static func values(
    _ call: WindowCall, _ bound: WindowCall.Bound, _ order: WindowOrder, isEnd: Bool
  ) throws(QueryError) -> [Int32] {
    if let plain = plain(bound, order, isEnd: isEnd) { return plain }
    let offset: Value
    var isBackward = false
    switch bound {
    case .preceding(let value):
      offset = value
      isBackward = true
    case .following(let value): offset = value
    default: return isEnd ? order.peerEnd : order.peerStart
    }
    guard order.keys.count == 1, let key = order.keys.first, let sortKey = call.orderBy.first else {
      throw QueryError(
        .type, "RANGE with a distance needs exactly one ORDER BY key",
        help: "use ROWS or GROUPS, or order by one key")
    }
    // Toward larger keys: following in ascending order, preceding in descending.
    let isUp = isBackward == sortKey.isDescending
    let search = RangeSearch(order, key, isDescending: sortKey.isDescending, isEnd: isEnd)
    if case .structure(let parts) = offset {
      return search.run(moments(key), try moved(key, by: parts, isUp: isUp))
    }
    switch key.storage {
    case .double, .float:
      let step = try cast(
        .constant(offset), from: offset.plainType, to: .double, isTry: false, rowCount: 1)
      guard case .constant(.double(let distance)) = step, distance >= 0 else {
        throw negativeDistance(offset)
      }
      let values = key.doubles
      return search.run(values) { isUp ? values[$0] + distance : values[$0] - distance }
    default:
      guard let (values, distance) = exactDistance(key, offset) else {
        throw QueryError(
          .type, "RANGE cannot step a \(key.type.sqlName) by \(display(offset))")
      }
      guard distance >= 0 else { throw negativeDistance(offset) }
      return search.run(values) { isUp ? values[$0] &+ distance : values[$0] &- distance }
    }
  }

  /// The moment at each place moved by an interval's months, days and microseconds.
  private static func moved(
    _ key: Column, by parts: [Value], isUp: Bool
  ) throws(QueryError) -> (Int) -> Int64 {
    guard [.date, .timestamp, .timestampNTZ].contains(key.type) else {
      throw QueryError(.type, "RANGE cannot step a \(key.type.sqlName) by an interval")
    }
    let numbers = parts.map { part -> Int64 in
      if case .int64(let number) = part { isUp ? number : -number } else { 0 }
    }
    let moments = moments(key)
    return { place in
      let limit = isUp ? Int64.max : Int64.min
      guard let month = DateUnit.month.adding(numbers[0], microseconds: moments[place]),
        let day = DateUnit.day.adding(numbers[1], microseconds: month),
        let moment = DateUnit.microsecond.adding(numbers[2], microseconds: day)
      else { return limit }
      return moment
    }
  }

  private static func negativeDistance(_ value: Value) -> QueryError {
    QueryError(.type, "the distance of a frame must not be negative, found \(display(value))")
  }

  /// Keys and distance as integers of one scale.
  private static func exactDistance(_ key: Column, _ offset: Value) -> ([Int128], Int128)? {
    let scale = key.type.decimalShape?.scale ?? 0
    let values = key.wideValues
    guard !values.isEmpty || key.count == 0 else { return nil }
    let exact: Decimal128?
    switch offset {
    case .int32(let number): exact = Decimal128(mantissa: Int128(number), scale: 0)
    case .int64(let number): exact = Decimal128(mantissa: Int128(number), scale: 0)
    case .decimal(let number): exact = number
    case .double(let number): exact = shortestDecimal(number, atMost: 18)
    default: exact = nil
    }
    guard let exact else { return nil }
    let common = max(scale, exact.scale)
    guard let distance = exact.rescaled(to: common)?.mantissa else { return nil }
    let factor = Decimal128.powersOfTen[common - scale]
    return (mapValues(values) { $0 &* factor }, distance)
  }
}

extension Value {
  /// The type of a value that carries its type.
  fileprivate var plainType: DataType {
    switch self {
    case .int32: .int32
    case .int64: .int64
    case .float: .float
    case .decimal(let number): .decimal(precision: 38, scale: max(0, number.scale))
    default: .double
    }
  }
}

/// Binary search for a value among the keys of a partition.
private struct RangeSearch {
  private let order: WindowOrder
  private let key: Column
  private let isDescending: Bool
  private let isEnd: Bool

  init(_ order: WindowOrder, _ key: Column, isDescending: Bool, isEnd: Bool) {
    self.order = order
    self.key = key
    self.isDescending = isDescending
    self.isEnd = isEnd
  }

  /// The boundary at `bound(place)`; a null's frame is its peers, and nulls are in no other frame.
  func run<V: KernelOrdered>(_ values: [V], _ bound: (Int) -> V) -> [Int32] {
    var result = [Int32](repeating: 0, count: order.rowCount)
    for place in 0..<order.rowCount {
      if key.isNull(place) {
        result[place] = isEnd ? order.peerEnd[place] : order.peerStart[place]
        continue
      }
      var low = Int(order.partitionStart[place])
      var high = Int(order.partitionEnd[place])
      if key.isNull(low) { low = Int(order.peerEnd[low]) }
      if high > low, key.isNull(high - 1) { high = Int(order.peerStart[high - 1]) }
      let target = bound(place)
      while low < high {
        let middle = (low + high) / 2
        let value = values[middle]
        let isBefore =
          isDescending ? V.isLess(target, value) : V.isLess(value, target)
        let isInside = isBefore || (isEnd && V.isEqual(value, target))
        if isInside { low = middle + 1 } else { high = middle }
      }
      result[place] = Int32(low)
    }
    return result
  }
}
