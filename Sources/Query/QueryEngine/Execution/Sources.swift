import Columnar

/// Chunks in memory, one a morsel.
struct ChunkSource: MorselSource {
  let chunks: [Chunk]
  /// The memory of the chunks, when it is accounted for.
  var hold: MemoryHold?
  var morselCount: Int { chunks.count }
  func makeReader() -> any MorselReader { Reader(chunks) }

  private final class Reader: MorselReader {
    private let chunks: [Chunk]
    init(_ chunks: [Chunk]) { self.chunks = chunks }
    func read(_ morsel: Int, _ emit: (Chunk) throws(QueryError) -> Void) throws(QueryError) {
      try emit(chunks[morsel])
    }
  }
}

/// A table's scan. Columns that nothing reads are not asked for; placeholders stand in.
struct ScanSource: MorselSource {
  private let scan: any TableScan
  /// For each column of the node its place in the scan, nil for a placeholder.
  private let places: [Int?]
  private let context: ExecutionContext

  init(
    _ node: ScanNode, needed: Set<Int>?, context: ExecutionContext
  ) throws(QueryError) {
    var places: [Int?] = []
    var columns: [Int] = []
    for (position, column) in node.columns.enumerated() {
      if needed?.contains(position) ?? true {
        places.append(columns.count)
        columns.append(column)
      } else {
        places.append(nil)
      }
    }
    self.places = places
    self.context = context
    scan = try node.table.source.scan(ScanRequest(columns: columns, ranges: node.ranges))
    context.plan(morsels: scan.morselCount)
  }

  var morselCount: Int { scan.morselCount }
  func makeReader() -> any MorselReader { Reader(scan, places, context) }

  private final class Reader: MorselReader {
    private let scan: any TableScan
    private let places: [Int?]
    private let context: ExecutionContext
    init(_ scan: any TableScan, _ places: [Int?], _ context: ExecutionContext) {
      self.scan = scan
      self.places = places
      self.context = context
    }

    func read(_ morsel: Int, _ emit: (Chunk) throws(QueryError) -> Void) throws(QueryError) {
      let stream = try scan.open(morsel: morsel)
      var rows = 0
      while let batch = try stream.next() {
        try context.checkCancelled()
        rows += batch.rowCount
        let columns = places.map { place in
          place.map { batch.columns[$0] } ?? Chunk.placeholder(rowCount: batch.rowCount)
        }
        try emit(Chunk(columns: columns, rowCount: batch.rowCount))
      }
      context.finishMorsel(rows: rows)
    }
  }
}

/// The rows of several pipelines without tails, one after the other.
struct UnionSource: MorselSource {
  let parts: [Pipeline]
  var morselCount: Int { parts.reduce(0) { $0 + $1.source.morselCount } }

  func makeReader() throws(QueryError) -> any MorselReader {
    var workers: [(PipelineWorker, Int)] = []
    for part in parts { workers.append((try PipelineWorker(part), part.source.morselCount)) }
    return Reader(workers)
  }

  private final class Reader: MorselReader {
    private let workers: [(worker: PipelineWorker, morselCount: Int)]
    init(_ workers: [(PipelineWorker, Int)]) { self.workers = workers }
    func read(_ morsel: Int, _ emit: (Chunk) throws(QueryError) -> Void) throws(QueryError) {
      var rest = morsel
      for (worker, morselCount) in workers {
        if rest < morselCount { return try worker.run(rest, emit) }
        rest -= morselCount
      }
    }
  }
}
