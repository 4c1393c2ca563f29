import Columnar

/// One worker's rows for a sort: held while they fit into its share of the memory, else written as
/// sorted runs.
final class SortSink: Sink {
  private let shaper: RowShaper
  private let layout: RowLayout
  private let keys: [RunKey]
  private let spiller: Spiller?
  private let account: MemoryAccount
  private var meter = ChunkMeter()
  private var parts: [Chunk] = []
  private var held = 0
  private(set) var runs: [SpillStream] = []

  /// - Parameters:
  ///   - keys: Over the rows of the layout; the place of the row comes last.
  ///   - account: The worker's share.
  init(
    _ layout: RowLayout, keys: [RunKey], _ spiller: Spiller?, _ account: MemoryAccount
  ) throws(QueryError) {
    self.layout = layout
    self.keys = keys
    self.spiller = spiller
    self.account = account
    shaper = try RowShaper(layout)
  }

  func add(_ chunk: Chunk, position: Int64) throws(QueryError) {
    let rows = try shaper.rows(chunk.compacted(), position: position)
    // Sorting holds the rows, their copy in order and the words that are compared.
    let bytes = meter.bytes(of: rows) * 2 + rows.rowCount * (32 + 24 * keys.count)
    do throws(QueryError) {
      try account.change(from: 0, to: bytes, "a sort")
      held += bytes
    } catch {
      guard spiller != nil else { throw error }
      try spill()
      // One chunk alone may be larger than a tiny share.
      if bytes > account.limit {
        parts.append(rows)
        return try spill()
      }
      try account.change(from: 0, to: bytes, "a sort")
      held += bytes
    }
    parts.append(rows)
  }

  /// Everything held becomes a run.
  func spill() throws(QueryError) {
    guard let spiller, !parts.isEmpty else { return }
    try spiller.context.checkCancelled()
    let sorted = try takeSorted()
    runs.append(
      try spiller.write(layout.types) { writer, compressor throws(QueryError) in
        try writer.writeCut(sorted, compressor)
      })
  }

  /// The rows held, sorted; nothing is held afterwards.
  private func takeSorted() throws(QueryError) -> Chunk {
    // Chunks follow one another without overlap: in their order the sort's stability does the rest.
    let place = layout.positionPlace
    parts = parts.filter { $0.rowCount > 0 }
    parts.sort { a, b in
      guard let x = a.columns[place].storage.int64, let y = b.columns[place].storage.int64 else {
        return false
      }
      return x[0] < y[0]
    }
    let all = try Chunk.concatenate(parts, types: layout.types)
    parts = []
    meter = ChunkMeter()
    account.release(held)
    held = 0
    let own = keys.filter { $0.place != place }
    let sorter = Sorter(
      own.map { all.columns[$0.place] }, own.map(\.order), rowCount: all.rowCount)
    return all.take(sorter.permutation())
  }

  /// The rows of all sinks, sorted in memory; the places of rows are the last key.
  static func sorted(_ sinks: [SortSink]) throws(QueryError) -> Chunk {
    for other in sinks.dropFirst() {
      sinks[0].parts += other.parts
      other.parts = []
    }
    return try sinks[0].takeSorted()
  }
}
