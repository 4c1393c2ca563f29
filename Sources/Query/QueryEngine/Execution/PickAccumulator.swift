import Columnar

/// Aggregates that give one of the input's values: FIRST, LAST, ANY_VALUE, ARG_MIN, ARG_MAX, and MIN
/// and MAX of types without a number kernel.
///
/// FIRST and LAST count nulls as values; the others skip them. Among equals the first row wins.
final class PickAccumulator: Accumulator {
  enum Rule {
    case first
    case last
    case firstPresent
    case least
    case greatest
    /// By the second argument.
    case leastKey
    case greatestKey
  }

  private let rule: Rule
  private let result: DataType
  /// Winners so far: value (and key) columns of earlier chunks, only the rows that won then.
  private var chunks: [[Column]] = []
  private var stored = 0
  /// Of each group: chunk and row of its winner (-1: none), and the winner's place in the input.
  private var chunkOf: [Int32] = []
  private var rowOf: [Int32] = []
  private var positions: [Int64] = []
  private var candidates: [Int32] = []

  init(_ rule: Rule, _ result: DataType) {
    self.rule = rule
    self.result = result
  }

  override var byteCount: Int {
    chunkOf.count * 20 + chunks.reduce(0) { $0 + $1.reduce(0) { $0 + $1.approximateByteCount } }
  }

  override func resize(_ count: Int) {
    let more = max(0, count - chunkOf.count)
    chunkOf.append(contentsOf: repeatElement(-1, count: more))
    rowOf.append(contentsOf: repeatElement(0, count: more))
    positions.append(contentsOf: repeatElement(0, count: more))
    candidates.append(contentsOf: repeatElement(-1, count: more))
  }

  override func update(_ input: AggregateInput) throws(QueryError) {
    let input = rule == .first || rule == .last ? input : input.withoutNulls()
    guard input.rowCount > 0 else { return }
    let columns = input.arguments
    var candidates = self.candidates
    self.candidates = []
    var touched: [Int] = []
    input.forEachGroup { row, group in
      let known = candidates[group]
      if known < 0 {
        touched.append(group)
        candidates[group] = Int32(row)
      } else if beats(columns, row, columns, Int(known), isLater: true) {
        candidates[group] = Int32(row)
      }
    }
    var winners: [Int32] = []
    var groups: [Int] = []
    for group in touched {
      let row = Int(candidates[group])
      candidates[group] = -1
      guard isWinner(columns, row, input.position(row), group) else { continue }
      winners.append(Int32(row))
      groups.append(group)
    }
    self.candidates = candidates
    for (place, group) in groups.enumerated() {
      positions[group] = input.position(Int(winners[place]))
    }
    try store(columns.map { $0.take(winners) }, groups: groups)
  }

  private func isWinner(
    _ columns: [Column], _ row: Int, _ position: Int64, _ group: Int
  ) -> Bool {
    guard chunkOf[group] >= 0 else { return true }
    return beats(
      columns, row, chunks[Int(chunkOf[group])], Int(rowOf[group]),
      isLater: position > positions[group])
  }

  /// Whether row `i` wins over row `j`.
  private func beats(
    _ a: [Column], _ i: Int, _ b: [Column], _ j: Int, isLater: Bool
  ) -> Bool {
    let key = a.count - 1
    switch rule {
    case .first, .firstPresent: return !isLater
    case .last: return isLater
    case .least, .leastKey:
      let order = compareRows(a[key], i, b[key], j)
      return order < 0 || (order == 0 && !isLater)
    case .greatest, .greatestKey:
      let order = compareRows(a[key], i, b[key], j)
      return order > 0 || (order == 0 && !isLater)
    }
  }

  private func store(_ columns: [Column], groups: [Int]) throws(QueryError) {
    guard !groups.isEmpty else { return }
    let chunk = Int32(chunks.count)
    for (row, group) in groups.enumerated() {
      chunkOf[group] = chunk
      rowOf[group] = Int32(row)
    }
    chunks.append(columns)
    stored += groups.count
    if stored > 4 * chunkOf.count + 16_384 || chunks.count > 256 { try compact() }
  }

  private func compact() throws(QueryError) {
    let groups = (0..<chunkOf.count).filter { chunkOf[$0] >= 0 }
    let columns = try gather(groups.map { Int32($0) })
    chunks = [columns]
    stored = groups.count
    for (row, group) in groups.enumerated() {
      chunkOf[group] = 0
      rowOf[group] = Int32(row)
    }
  }

  /// The winners' columns of groups that have one.
  private func gather(_ groups: [Int32]) throws(QueryError) -> [Column] {
    guard let first = chunks.first else { return [] }
    var starts: [Int32] = []
    var next: Int32 = 0
    for chunk in chunks {
      starts.append(next)
      next += Int32(chunk[0].count)
    }
    let rows: [Int32] = mapValues(groups) { starts[Int(chunkOf[Int($0)])] + rowOf[Int($0)] }
    var columns: [Column] = []
    for index in first.indices {
      columns.append(try Column.joined(chunks.map { $0[index] }).take(rows))
    }
    return columns
  }

  override func merge(_ other: Accumulator, groups: [Int32]) throws(QueryError) {
    guard let other = other as? PickAccumulator else { return }
    // The best source of each group first: several sources may meet in one group.
    var best: [Int: Int] = [:]
    var targets: [Int] = []
    for (source, group) in groups.enumerated() where other.chunkOf[source] >= 0 {
      guard let known = best[Int(group)] else {
        best[Int(group)] = source
        targets.append(Int(group))
        continue
      }
      let isBetter = beats(
        other.chunks[Int(other.chunkOf[source])], Int(other.rowOf[source]),
        other.chunks[Int(other.chunkOf[known])], Int(other.rowOf[known]),
        isLater: other.positions[source] > other.positions[known])
      if isBetter { best[Int(group)] = source }
    }
    var sources: [Int32] = []
    targets.removeAll { group in
      guard let source = best[group],
        isWinner(
          other.chunks[Int(other.chunkOf[source])], Int(other.rowOf[source]),
          other.positions[source], group)
      else { return true }
      sources.append(Int32(source))
      positions[group] = other.positions[source]
      return false
    }
    try store(other.gather(sources), groups: targets)
  }

  override func finish(_ order: [Int32]) throws(QueryError) -> Column {
    guard !chunks.isEmpty else { return .nulls(result, count: order.count) }
    try compact()
    let present = packBits(order) { chunkOf[Int($0)] >= 0 }
    let rows: [Int32] = mapValues(order) { rowOf[Int($0)] }
    guard let values = chunks.first?.first, values.count > 0 else {
      return .nulls(result, count: order.count)
    }
    return values.take(rows).retyped(result).masked(present)
  }
}
