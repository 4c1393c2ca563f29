import Columnar

/// The probe of a join; the left side streams through, the right side is in the table.
///
/// Rows come in the order of the left side, matches of one row in the order of the right side;
/// RIGHT and FULL give right rows without a match at the end. Without keys every right row is a
/// candidate (nested loop), but for conditions that order the sides, which have an index.
struct JoinStage: Stage {
  let kind: JoinKind
  let table: JoinTable
  let leftKeys: [BoundExpression]
  let nullsMatch: [Bool]
  let residual: BoundExpression?
  let asOf: JoinNode.AsOf?
  /// The ASOF column of the right rows.
  let asOfColumn: Column?
  let leftTypes: [DataType]
  let rightTypes: [DataType]
  var ranges: JoinRangeIndex?
  /// Over left then right columns; what is read above or by the residual.
  let needed: [Bool]?

  var hasTail: Bool { kind == .right || kind == .full }

  func makeWorker() throws(QueryError) -> any StageWorker { try JoinWorker(self) }

  func finish(_ workers: [any StageWorker]) throws(QueryError) -> [Chunk] {
    guard hasTail else { return [] }
    var matched = Bitmap(repeating: false, count: table.rows.rowCount)
    for worker in workers {
      if let own = (worker as? JoinWorker)?.matched { matched = matched | own }
    }
    let rows = (~matched).setIndices()
    return stride(from: 0, to: rows.count, by: JoinWorker.pairsMax).map { start in
      let part = Array(rows[start..<min(rows.count, start + JoinWorker.pairsMax)])
      return Chunk(
        columns: leftTypes.map { .nulls($0, count: part.count) }
          + table.rows.columns.map { $0.take(part) },
        rowCount: part.count)
    }
  }
}

final class JoinWorker: StageWorker {
  /// Candidate pairs that are formed at once, unless one left row has more.
  static let pairsMax = 65_536

  private let stage: JoinStage
  private let keys: [Evaluator]
  private let residual: Evaluator?
  private let asOf: Evaluator?
  private let ranges: [Evaluator]
  private var probe = KeyProbe()
  /// Right rows that found a left row; nil when nobody asks.
  private(set) var matched: Bitmap?

  init(_ stage: JoinStage) throws(QueryError) {
    self.stage = stage
    keys = try ExpressionCompiler.compile(stage.leftKeys)
    residual = try stage.residual.map { expression throws(QueryError) in
      try ExpressionCompiler.compile(expression)
    }
    asOf = try stage.asOf.map { asOf throws(QueryError) in
      try ExpressionCompiler.compile(asOf.left)
    }
    ranges = try ExpressionCompiler.compile(stage.ranges?.ranges.map(\.left) ?? [])
    matched = stage.hasTail ? Bitmap(repeating: false, count: stage.table.rows.rowCount) : nil
  }

  func process(
    _ chunk: Chunk, _ emit: (Chunk) throws(QueryError) -> Void
  ) throws(QueryError) {
    var columns: [Column] = []
    for key in keys { columns.append(try key.column(chunk)) }
    let numbers = try stage.table.find(
      columns, nullsMatch: stage.nullsMatch, rowCount: chunk.rowCount, probe: &probe)
    if stage.asOf != nil { return try nearest(chunk, numbers, emit) }
    if residual == nil, stage.kind == .semi || stage.kind == .anti {
      let mask = packBits(chunk.rowCount) { !stage.table.range(numbers[$0]).isEmpty }
      return try keep(chunk, stage.kind == .semi ? mask : ~mask, emit)
    }
    if residual == nil, stage.kind == .inner || stage.kind == .left,
      stage.table.isUnique, !keys.isEmpty
    {
      return try unique(chunk, numbers, emit)
    }
    var semi = Bitmap(repeating: false, count: chunk.rowCount)
    try candidates(chunk, numbers) { rows, left, right throws(QueryError) in
      try pairs(chunk, rows, left, right, &semi, emit)
    }
    if stage.kind == .semi || stage.kind == .anti {
      try keep(chunk, stage.kind == .semi ? semi : ~semi, emit)
    }
  }

  private func keep(
    _ chunk: Chunk, _ mask: Bitmap, _ emit: (Chunk) throws(QueryError) -> Void
  ) throws(QueryError) {
    if mask.isAllSet { return try emit(chunk) }
    let rows = mask.setIndices()
    if !rows.isEmpty { try emit(chunk.take(rows, needed: stage.needed)) }
  }

  /// Every key has one row on the right: at most one match a row.
  private func unique(
    _ chunk: Chunk, _ numbers: [Int32], _ emit: (Chunk) throws(QueryError) -> Void
  ) throws(QueryError) {
    let (starts, members) = (stage.table.starts, stage.table.members)
    let right: [Int32] = mapValues(numbers) { number in
      // A key of rows that take no part, for a null beside it, has none.
      if number < 0 || starts[Int(number)] == starts[Int(number) + 1] { return -1 }
      return members[Int(starts[Int(number)])]
    }
    if stage.kind == .left { return try emit(joined(chunk, nil, right)) }
    let found = packBits(right) { $0 >= 0 }
    if found.isAllSet { return try emit(joined(chunk, nil, right)) }
    let left = found.setIndices()
    if !left.isEmpty { try emit(joined(chunk, left, mapValues(left) { right[Int($0)] })) }
  }

  /// Gives the pairs that may match, those of some left rows at a time.
  private func candidates(
    _ chunk: Chunk, _ numbers: [Int32],
    _ take: (Range<Int>, [Int32], [Int32]) throws(QueryError) -> Void
  ) throws(QueryError) {
    // Where a row has no value to compare, because it overflows, only pairs of it may fail, not all rows.
    let wanted = stage.ranges == nil ? nil : try? ranges.map { try $0.column(chunk) }
    let (starts, members) = (stage.table.starts, stage.table.members)
    var left: [Int32] = []
    var right: [Int32] = []
    var start = 0
    for row in 0..<chunk.rowCount {
      let number = Int(numbers[row])
      if number >= 0 {
        if let index = stage.ranges, let wanted, index.append(number, wanted, row, to: &right) {
          while left.count < right.count { left.append(Int32(row)) }
        } else {
          for place in Int(starts[number])..<Int(starts[number + 1]) {
            left.append(Int32(row))
            right.append(members[place])
          }
        }
      }
      if right.count >= JoinWorker.pairsMax || row == chunk.rowCount - 1 {
        try take(start..<(row + 1), left, right)
        left.removeAll(keepingCapacity: true)
        right.removeAll(keepingCapacity: true)
        start = row + 1
      }
    }
  }

  private func pairs(
    _ chunk: Chunk, _ rows: Range<Int>, _ left: [Int32], _ right: [Int32],
    _ semi: inout Bitmap, _ emit: (Chunk) throws(QueryError) -> Void
  ) throws(QueryError) {
    var (left, right) = (left, right)
    if let residual, !left.isEmpty {
      let candidates = joined(chunk, left, right)
      let mask = selection(try residual.evaluate(candidates), rowCount: left.count)
      if !mask.isAllSet {
        let kept = mask.setIndices()
        left = mapValues(kept) { [left] in left[Int($0)] }
        right = mapValues(kept) { [right] in right[Int($0)] }
      }
    }
    switch stage.kind {
    case .semi, .anti:
      for row in left { semi[Int(row)] = true }
      return
    case .left, .full: (left, right) = withUnmatched(rows, left, right)
    case .inner, .right, .mark: break
    }
    note(right)
    if !left.isEmpty { try emit(joined(chunk, left, right)) }
  }

  private func note(_ right: [Int32]) {
    guard var own = matched else { return }
    matched = nil
    for row in right where row >= 0 { own[Int(row)] = true }
    matched = own
  }

  /// The pairs, with (row, -1) for left rows that have none, in the order of the left rows.
  private func withUnmatched(
    _ rows: Range<Int>, _ left: [Int32], _ right: [Int32]
  ) -> ([Int32], [Int32]) {
    var allLeft: [Int32] = []
    var allRight: [Int32] = []
    var next = 0
    for row in rows {
      let before = next
      while next < left.count, left[next] == Int32(row) {
        allLeft.append(left[next])
        allRight.append(right[next])
        next += 1
      }
      if next == before {
        allLeft.append(Int32(row))
        allRight.append(-1)
      }
    }
    return (allLeft, allRight)
  }

  /// Left columns at `left` (nil: all rows) beside right columns at `right`.
  private func joined(_ chunk: Chunk, _ left: [Int32]?, _ right: [Int32]) -> Chunk {
    let placeholder = Chunk.placeholder(rowCount: right.count)
    var columns: [Column] = []
    for (position, column) in chunk.columns.enumerated() {
      let isNeeded = stage.needed?[position] ?? true
      columns.append(isNeeded ? left.map { column.take($0) } ?? column : placeholder)
    }
    for (position, column) in stage.table.rows.columns.enumerated() {
      let isNeeded = stage.needed?[chunk.columns.count + position] ?? true
      columns.append(isNeeded ? column.takeNullable(right) : placeholder)
    }
    return Chunk(columns: columns, rowCount: right.count)
  }

  // MARK: ASOF

  /// For each left row the nearest right row of its key, by binary search.
  private func nearest(
    _ chunk: Chunk, _ numbers: [Int32], _ emit: (Chunk) throws(QueryError) -> Void
  ) throws(QueryError) {
    guard let asOf, let comparison = stage.asOf?.comparison, let column = stage.asOfColumn else {
      return
    }
    let wanted = try asOf.column(chunk)
    // The next nearer-or-equal candidates of each row, until one fulfils the other conditions.
    var left: [Int32] = []
    var places: [Int] = []
    for row in 0..<chunk.rowCount where !wanted.isNull(row) {
      let range = stage.table.range(numbers[row])
      if let place = nearest(comparison, wanted, row, column, range) {
        left.append(Int32(row))
        places.append(place)
      }
    }
    var right: [Int32] = mapValues(places) { stage.table.members[$0] }
    if let residual, !left.isEmpty {
      let step = comparison == .greaterOrEqual || comparison == .greater ? -1 : 1
      (left, right) = try searched(chunk, left, places, step, residual, numbers)
    }
    switch stage.kind {
    case .semi, .anti:
      var mask = Bitmap(repeating: false, count: chunk.rowCount)
      for row in left { mask[Int(row)] = true }
      return try keep(chunk, stage.kind == .semi ? mask : ~mask, emit)
    case .left, .full: (left, right) = withUnmatched(0..<chunk.rowCount, left, right)
    case .inner, .right, .mark: break
    }
    note(right)
    if !left.isEmpty { try emit(joined(chunk, left, right)) }
  }

  private func nearest(
    _ comparison: ComparisonOperator, _ wanted: Column, _ row: Int, _ column: Column,
    _ members: Range<Int>
  ) -> Int? {
    let above = firstPlace(
      above: wanted, row, of: column, stage.table.members, in: members,
      passesEqual: comparison == .greaterOrEqual || comparison == .less)
    let place = comparison == .greaterOrEqual || comparison == .greater ? above - 1 : above
    return members.contains(place) ? place : nil
  }

  /// Goes on from the nearest candidate of each row to the first that fulfils the condition.
  private func searched(
    _ chunk: Chunk, _ rows: [Int32], _ places: [Int], _ step: Int, _ residual: Evaluator,
    _ numbers: [Int32]
  ) throws(QueryError) -> (left: [Int32], right: [Int32]) {
    var matches = [Int32](repeating: -1, count: chunk.rowCount)
    var (rows, places) = (rows, places)
    while !rows.isEmpty {
      let candidates: [Int32] = mapValues(places) { stage.table.members[$0] }
      let mask = selection(
        try residual.evaluate(joined(chunk, rows, candidates)), rowCount: rows.count)
      var (nextRows, nextPlaces): ([Int32], [Int]) = ([], [])
      for (index, row) in rows.enumerated() {
        if mask[index] {
          matches[Int(row)] = candidates[index]
          continue
        }
        let next = places[index] + step
        if stage.table.range(numbers[Int(row)]).contains(next) {
          nextRows.append(row)
          nextPlaces.append(next)
        }
      }
      (rows, places) = (nextRows, nextPlaces)
    }
    let left: [Int32] = (0..<Int32(chunk.rowCount)).filter { matches[Int($0)] >= 0 }
    return (left, mapValues(left) { matches[Int($0)] })
  }
}
