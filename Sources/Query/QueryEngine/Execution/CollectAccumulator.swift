import Columnar
import Glibc

/// Aggregates that need all values of a group: LIST, STRING_AGG, MEDIAN, quantiles, MODE, and FIRST,
/// LAST and ANY_VALUE with an ORDER BY.
///
/// The columns it gets are the call's arguments, then the ORDER BY keys. Without ORDER BY values
/// come in the order of the input's rows.
final class CollectAccumulator: Accumulator {
  private let function: AggregateFunction
  private let result: DataType
  private let keys: [SortOrder]
  private var chunks: [Chunk] = []
  private var groupCount = 0
  private var bytes = 0

  init(_ function: AggregateFunction, _ result: DataType, keys: [SortOrder] = []) {
    self.function = function
    self.result = result
    self.keys = keys
  }

  override var byteCount: Int { bytes }
  override func resize(_ count: Int) { groupCount = max(groupCount, count) }

  override func update(_ input: AggregateInput) {
    var input = input
    if !keepsNulls, let validity = input.arguments.first?.validity {
      input = input.filtered(validity)
    }
    guard input.rowCount > 0 else { return }
    let groups = input.groups ?? [Int32](repeating: 0, count: input.rowCount)
    let positions: [Int64] = makeValues(input.rowCount) { input.position($0) }
    let chunk = Chunk(
      columns: input.arguments + [
        Column(.int64, .int64(positions)), Column(.int32, .int32(groups)),
      ], rowCount: input.rowCount)
    bytes += chunk.byteCount
    chunks.append(chunk)
  }

  private var keepsNulls: Bool { function == .list || function == .first || function == .last }

  override func merge(_ other: Accumulator, groups: [Int32]) {
    guard let other = other as? CollectAccumulator else { return }
    for var chunk in other.chunks {
      let last = chunk.columns.count - 1
      let own = chunk.columns[last].storage.int32 ?? []
      chunk.columns[last] = Column(.int32, .int32(mapValues(own) { groups[Int($0)] }))
      chunks.append(chunk)
    }
    bytes += other.bytes
  }

  override func finish(_ order: [Int32]) throws(QueryError) -> Column {
    guard let first = chunks.first else { return empty(order.count) }
    var places = [Int32](repeating: -1, count: groupCount)
    for (place, group) in order.enumerated() { places[Int(group)] = Int32(place) }
    let all = try Chunk.concatenate(chunks, types: first.columns.map(\.type))
    let last = all.columns.count - 1
    let placeOfRow: [Int32] = mapValues(all.columns[last].storage.int32 ?? []) { places[Int($0)] }
    let isOrdered =
      function == .median || function == .quantileContinuous
      || function == .quantileDiscrete || function == .mode || function == .medianDistance
    var sortColumns = [Column(.int32, .int32(placeOfRow))]
    var orders = [SortOrder()]
    if isOrdered {
      sortColumns.append(all.columns[0])
      orders.append(SortOrder())
    } else {
      sortColumns += all.columns[(last - 1 - keys.count)..<(last - 1)]
      orders += keys
    }
    sortColumns.append(all.columns[last - 1])
    orders.append(SortOrder())
    let sorter = Sorter(sortColumns, orders, rowCount: all.rowCount)
    let rows = sorter.permutation()
    let segments = Segments(rows, placeOfRow, count: order.count)
    return try finish(all, rows, segments)
  }

  private func empty(_ count: Int) -> Column { .nulls(result, count: count) }

  private func finish(
    _ all: Chunk, _ rows: [Int32], _ segments: Segments
  ) throws(QueryError) -> Column {
    let values = all.columns[0]
    switch function {
    case .list:
      let begin = segments.ranges.first?.lowerBound ?? 0
      let end = segments.ranges.last?.upperBound ?? 0
      let offsets = segments.ranges.map { Int32($0.lowerBound - begin) } + [Int32(end - begin)]
      let child = values.take(Array(rows[begin..<end]))
      return Column(
        result, .list(offsets: offsets, child: child),
        validity: Bitmap(segments.ranges.map { !$0.isEmpty }))
    case .stringAggregate: return try joined(all, rows, segments)
    case .first, .anyValue: return picked(values, rows, segments) { $0.lowerBound }
    case .last: return picked(values, rows, segments) { $0.upperBound - 1 }
    case .mode: return mode(values, rows, segments)
    case .medianDistance: return distances(values, rows, segments)
    case .quantileDiscrete:
      let fraction = try fraction(all)
      return picked(values, rows, segments) { range in
        // The least value whose share of the rows reaches the fraction.
        range.lowerBound + max(0, Int((fraction * Double(range.count)).rounded(.up)) - 1)
      }
    default:
      return try quantile(values, rows, segments, function == .median ? 0.5 : try fraction(all))
    }
  }

  private func fraction(_ all: Chunk) throws(QueryError) -> Double {
    guard all.columns.count > 3, all.rowCount > 0 else { return 0.5 }
    return try CollectAccumulator.fraction(function, all.columns[1].value(0))
  }

  /// The fraction of a quantile as a number.
  static func fraction(
    _ function: AggregateFunction, _ value: Value
  ) throws(QueryError) -> Double {
    try function.checkFraction(value)
    if case .double(let fraction)? = Coercion.constant(value, to: .double) { return fraction }
    return 0.5
  }

  private func picked(
    _ values: Column, _ rows: [Int32], _ segments: Segments, _ place: (Range<Int>) -> Int
  ) -> Column {
    let chosen = segments.ranges.map { $0.isEmpty ? 0 : rows[place($0)] }
    return values.take(chosen).retyped(result)
      .masked(Bitmap(segments.ranges.map { !$0.isEmpty }))
  }

  /// The most frequent value; of several the smallest, so that the order of the rows does not count.
  private func mode(_ values: Column, _ rows: [Int32], _ segments: Segments) -> Column {
    picked(values, rows, segments) { range in
      var best = range.lowerBound
      var bestCount = 0
      var start = range.lowerBound
      for place in range {
        let isEnd =
          place + 1 == range.upperBound
          || compareRows(values, Int(rows[place]), values, Int(rows[place + 1])) != 0
        guard isEnd else { continue }
        let count = place + 1 - start
        if count > bestCount {
          best = start
          bestCount = count
        }
        start = place + 1
      }
      return best
    }
  }

  /// Linear interpolation between the neighbours of position `fraction · (n − 1)` (numpy's
  /// `linear`), of decimals rounded half to even at the result's scale.
  private func quantile(
    _ values: Column, _ rows: [Int32], _ segments: Segments, _ fraction: Double
  ) throws(QueryError) -> Column {
    let numbers = values.doubles
    let results = segments.ranges.map { range -> Double in
      guard !range.isEmpty else { return 0 }
      return interpolate(range.count, fraction) { numbers[Int(rows[range.lowerBound + $0])] }
    }
    let column = Column(
      .double, .double(results), validity: Bitmap(segments.ranges.map { !$0.isEmpty }))
    return result == .double ? column : try cast(column, to: result, isTry: false)
  }

  /// The median distance of each group's values from their median.
  private func distances(_ values: Column, _ rows: [Int32], _ segments: Segments) -> Column {
    let numbers = values.doubles
    let results = segments.ranges.map { range -> Double in
      if range.isEmpty { return 0 }
      return ScalarFunctions.medianDistance(range.map { numbers[Int(rows[$0])] }) ?? 0
    }
    return Column(
      result, .double(results), validity: Bitmap(segments.ranges.map { !$0.isEmpty }))
  }

  private func joined(
    _ all: Chunk, _ rows: [Int32], _ segments: Segments
  ) throws(QueryError) -> Column {
    guard let texts = all.columns[0].storage.string else {
      throw QueryError(.type, "STRING_AGG needs text")
    }
    let separators = all.columns.count - 2 - keys.count > 1 ? all.columns[1].storage.string : nil
    var offsets: [Int32] = [0]
    var bytes: [UInt8] = []
    for range in segments.ranges {
      for place in range {
        let row = Int(rows[place])
        if place > range.lowerBound {
          if let separators { bytes.append(contentsOf: separators.bytes(row)) }
        }
        bytes.append(contentsOf: texts.bytes(row))
      }
      guard let end = Int32(exactly: bytes.count) else {
        throw QueryError(.memory, "STRING_AGG gives more than 2 GiB of text")
      }
      offsets.append(end)
    }
    return Column(
      result,
      .string(StringColumn(values: StringValues(offsets: offsets, bytes: bytes), codes: nil)),
      validity: Bitmap(segments.ranges.map { !$0.isEmpty }))
  }
}

/// Runs of sorted rows, one a group of the result (empty when it has no row).
struct Segments {
  private(set) var ranges: [Range<Int>] = []

  /// Rows whose place is -1 belong to no group; they come first in the order.
  init(_ rows: [Int32], _ placeOfRow: [Int32], count: Int) {
    var next = 0
    while next < rows.count, placeOfRow[Int(rows[next])] < 0 { next += 1 }
    for place in 0..<count {
      let start = next
      while next < rows.count, placeOfRow[Int(rows[next])] == Int32(place) { next += 1 }
      ranges.append(start..<next)
    }
  }
}

/// Position `fraction · (count − 1)` between sorted values, linearly.
func interpolate(_ count: Int, _ fraction: Double, _ value: (Int) -> Double) -> Double {
  let place = fraction * Double(count - 1)
  let below = Int(place.rounded(.down))
  let low = value(below)
  guard below + 1 < count else { return low }
  let share = place - Double(below)
  if share == 0 { return low }
  let high = value(below + 1)
  if low == high { return low }
  // As numpy: from the nearer end, so that the result does not leave the interval.
  let difference = high - low
  return share < 0.5 ? low + difference * share : high - difference * (1 - share)
}

/// DISTINCT within an aggregate: each combination of arguments counts once a group, at its first
/// appearance.
final class DistinctAccumulator: Accumulator {
  private let table: KeyTable
  private let inner: Accumulator
  private var groupCount = 0
  private var isFed = false

  init(_ inner: Accumulator, _ types: [DataType]) {
    self.inner = inner
    table = KeyTable(types + [.int32])
  }

  override var byteCount: Int { table.byteCount }

  override func resize(_ count: Int) { groupCount = max(groupCount, count) }

  override func update(_ input: AggregateInput) throws(QueryError) {
    let groups = input.groups ?? [Int32](repeating: 0, count: input.rowCount)
    let numbers = try table.insert(
      input.arguments + [Column(.int32, .int32(groups))], rowCount: input.rowCount,
      position: { input.position($0) })
    // Rows of a spilled aggregate do not come in order.
    if input.positions != nil {
      table.lowerPositions(numbers, makeValues(input.rowCount) { input.position($0) })
    }
  }

  override func merge(_ other: Accumulator, groups: [Int32]) throws(QueryError) {
    guard let other = other as? DistinctAccumulator else { return }
    try table.merge(other.table) { columns in
      let own = columns[columns.count - 1].storage.int32 ?? []
      return columns.dropLast() + [Column(.int32, .int32(mapValues(own) { groups[Int($0)] }))]
    }
  }

  override func finish(_ order: [Int32]) throws(QueryError) -> Column {
    // A grouping set that is written twice asks twice.
    if isFed { return try inner.finish(order) }
    isFed = true
    inner.resize(groupCount)
    var columns = table.columns(table.order())
    let groups = columns.removeLast().storage.int32 ?? []
    try inner.update(
      AggregateInput(
        arguments: columns, groups: groups, rowCount: groups.count, base: 0, rows: nil))
    return try inner.finish(order)
  }
}
