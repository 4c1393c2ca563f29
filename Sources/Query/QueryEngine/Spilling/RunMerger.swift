import Columnar

/// A column that runs are sorted by.
struct RunKey: Sendable {
  var place: Int
  var order = SortOrder()
}

/// Merges sorted runs into one sequence, a stretch at a time.
///
/// Rows of equal keys lie in one run only, and keep its order.
final class RunMerger {
  private struct Head {
    let reader: SpillReader
    var rows: Chunk
    /// Rows of the chunk that are given already.
    var given = 0
  }

  private var heads: [Head] = []
  private let keys: [RunKey]
  private var isStarted = false
  private let runs: [SpillStream]

  init(_ runs: [SpillStream], _ keys: [RunKey]) {
    self.runs = runs
    self.keys = keys
  }

  /// The next rows, in order; nil at the end.
  func next() throws(QueryError) -> Chunk? {
    if !isStarted {
      isStarted = true
      for run in runs {
        let reader = run.reader
        if let rows = try reader.read() { heads.append(Head(reader: reader, rows: rows)) }
      }
    }
    try refill()
    if heads.isEmpty { return nil }
    if heads.count == 1 {
      let head = heads[0]
      heads[0].given = head.rows.rowCount
      return head.given == 0 ? head.rows : head.rows.slice(head.given..<head.rows.rowCount)
    }
    // Whatever is not behind the least of the runs' last rows is complete: what a run has not read
    // yet stands behind its last row.
    var bound: Int?
    for (index, head) in heads.enumerated() where !head.reader.isAtEnd {
      guard let known = bound else {
        bound = index
        continue
      }
      let other = heads[known]
      if compare(head.rows, head.rows.rowCount - 1, other.rows, other.rows.rowCount - 1) < 0 {
        bound = index
      }
    }
    return try gather(bound)
  }

  private func refill() throws(QueryError) {
    var index = 0
    while index < heads.count {
      if heads[index].given < heads[index].rows.rowCount {
        index += 1
      } else if let rows = try heads[index].reader.read() {
        heads[index].rows = rows
        heads[index].given = 0
        index += 1
      } else {
        heads.remove(at: index)
      }
    }
  }

  /// The rows up to the last one of head `bound` (nil: all), sorted.
  private func gather(_ bound: Int?) throws(QueryError) -> Chunk {
    var parts: [Chunk] = []
    for index in heads.indices {
      let head = heads[index]
      var end = head.rows.rowCount
      if let bound, index != bound { end = upper(head, heads[bound].rows) }
      if end == head.given { continue }
      parts.append(head.rows.slice(head.given..<end))
      heads[index].given = end
    }
    let all = try Chunk.concatenate(parts, types: [])
    if parts.count == 1 { return all }
    let sorter = Sorter(
      keys.map { all.columns[$0.place] }, keys.map(\.order), rowCount: all.rowCount)
    return all.take(sorter.permutation())
  }

  /// The end of the rows of a head that are not behind the last row of `limit`.
  private func upper(_ head: Head, _ limit: Chunk) -> Int {
    var (low, high) = (head.given, head.rows.rowCount)
    while low < high {
      let middle = (low + high) / 2
      if compare(head.rows, middle, limit, limit.rowCount - 1) <= 0 {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }

  private func compare(_ a: Chunk, _ i: Int, _ b: Chunk, _ j: Int) -> Int {
    for key in keys {
      let (x, y) = (a.columns[key.place], b.columns[key.place])
      let order: Int
      switch (x.isNull(i), y.isNull(j)) {
      case (true, true): order = 0
      case (true, false): order = key.order.nullsFirst ? -1 : 1
      case (false, true): order = key.order.nullsFirst ? 1 : -1
      case (false, false):
        let natural = compareRows(x, i, y, j)
        order = key.order.isDescending ? -natural : natural
      }
      if order != 0 { return order }
    }
    return 0
  }
}

/// Sorted runs as the source of a pipeline: one morsel, in order, without the columns behind `types`.
struct RunSource: MorselSource {
  let runs: [SpillStream]
  let keys: [RunKey]
  let types: [DataType]

  var morselCount: Int { runs.isEmpty ? 0 : 1 }
  func makeReader() -> any MorselReader { Reader(self) }

  private final class Reader: MorselReader {
    private let source: RunSource
    init(_ source: RunSource) { self.source = source }

    func read(_ morsel: Int, _ emit: (Chunk) throws(QueryError) -> Void) throws(QueryError) {
      let merger = RunMerger(source.runs, source.keys)
      while let chunk = try merger.next() {
        try emit(
          Chunk(
            columns: Array(chunk.columns.prefix(source.types.count)), rowCount: chunk.rowCount))
      }
    }
  }
}
