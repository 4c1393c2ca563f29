import Columnar

/// Rows held in memory.
struct Gathered {
  var chunks: [Chunk]
  var hold: MemoryHold
}

// What the operators that need all their input have in common: in memory when it fits, else on disk.

extension PipelineBuilder {
  /// All rows of a pipeline, in order; nil when they take more than a share of the memory and could
  /// be written to disk instead.
  ///
  /// - Parameters:
  ///   - weight: Bytes that the operator needs for one byte of its input.
  ///   - isJoined: Whether the chunks become one; the texts of a column may then take no more than
  ///     positions of 32 bits can tell.
  func gather(
    _ pipeline: Pipeline, _ what: String, weight: Int = 1, isJoined: Bool = true
  ) throws(QueryError) -> Gathered? {
    let runner = MorselRunner(context: context)
    var limit = memory.budget / weight
    if isJoined { limit = min(limit, PipelineBuilder.joinedBytesMax) }
    let account = MemoryAccount(limit: limit, of: context.memoryLimit)
    let sinks = (0..<runner.laneCount).map { _ in CollectSink(account, what) }
    do throws(QueryError) {
      try runner.drain(pipeline, into: sinks)
    } catch {
      guard error.reason == .memory, account.isExceeded, context.spill != nil else { throw error }
      return nil
    }
    var all = sinks.flatMap(\.chunks)
    all.sort { $0.position < $1.position }
    let bytes = sinks.reduce(0) { $0 + $1.bytes }
    return Gathered(
      chunks: all.map(\.chunk), hold: MemoryHold(memory, keeping: bytes))
  }

  static let joinedBytesMax = 3 << 29

  /// As `gather`, for operators that cannot do without all rows in memory.
  func gatherAll(
    _ pipeline: Pipeline, _ what: String, weight: Int = 1
  ) throws(QueryError) -> Gathered {
    if let all = try gather(pipeline, what, weight: weight, isJoined: false) { return all }
    throw QueryError(
      .memory, "\(what) needs more than the memory limit of \(context.memoryLimit >> 20) MiB",
      help: "raise --memory-limit, or filter or group by fewer rows")
  }

  /// A pipeline that gives the same rows in the same order any number of times.
  func materialized(_ pipeline: Pipeline, _ what: String) throws(QueryError) -> Pipeline {
    if let all = try gather(pipeline, what, isJoined: false) {
      return PipelineBuilder.memoryPipeline(all.chunks, pipeline.types, all.hold)
    }
    guard let spiller = Spiller(context, memory) else {
      throw QueryError(.memory, "\(what) does not fit into memory")
    }
    return try SpilledRows(pipeline.types, spiller).run(pipeline)
  }

  /// All rows in order of the keys.
  func sorted(
    _ source: Pipeline, _ keys: [SortKey], _ needed: Set<Int>?
  ) throws(QueryError) -> Pipeline {
    var layout = RowLayout(keeping: source.types)
    var runKeys: [RunKey] = []
    for key in keys {
      let order = SortOrder(isDescending: key.isDescending, nullsFirst: key.nullsFirst)
      runKeys.append(RunKey(place: layout.place(of: key.expression), order: order))
    }
    runKeys.append(RunKey(place: layout.positionPlace))
    let runner = MorselRunner(context: context)
    let spiller = Spiller(context, memory)
    let lanes = source.source.morselCount > 1 ? runner.laneCount : 1
    let share = min(memory.budget, 2 * PipelineBuilder.joinedBytesMax) / lanes
    var sinks: [SortSink] = []
    for _ in 0..<runner.laneCount {
      sinks.append(
        try SortSink(
          layout, keys: runKeys, spiller,
          MemoryAccount(limit: share, of: context.memoryLimit)))
    }
    try runner.drain(source, into: sinks)
    guard let spiller, sinks.contains(where: { !$0.runs.isEmpty }) else {
      let all = try SortSink.sorted(sinks)
      let rows = Chunk(
        columns: all.columns.prefix(source.types.count).enumerated().map { index, column in
          needed?.contains(index) ?? true ? column : Chunk.placeholder(rowCount: all.rowCount)
        }, rowCount: all.rowCount)
      let hold = MemoryHold(memory, keeping: rows.byteCount)
      return PipelineBuilder.memoryPipeline([rows], source.types, hold)
    }
    for sink in sinks { try sink.spill() }
    return try spiller.pipeline(sinks.flatMap(\.runs), keys: runKeys, types: source.types)
  }
}

/// Rows that are kept on disk in the order in which they come.
struct SpilledRows: Sendable {
  private let layout: RowLayout
  private let spiller: Spiller

  init(_ types: [DataType], _ spiller: Spiller) {
    layout = RowLayout(keeping: types)
    self.spiller = spiller
  }

  func run(_ pipeline: Pipeline) throws(QueryError) -> Pipeline {
    let runner = MorselRunner(context: spiller.context)
    var sinks: [RowSink] = []
    for _ in 0..<runner.laneCount { sinks.append(try RowSink(layout, spiller)) }
    try runner.drain(pipeline, into: sinks)
    var runs: [SpillStream] = []
    for sink in sinks { runs.append(try sink.finish()) }
    return try spiller.pipeline(
      runs, keys: [RunKey(place: layout.positionPlace)], types: layout.columnTypes)
  }

  private final class RowSink: Sink {
    private let shaper: RowShaper
    private let file: SpillFile
    private let compressor = FrameCompressor()
    private var writer: SpillStreamWriter

    init(_ layout: RowLayout, _ spiller: Spiller) throws(QueryError) {
      shaper = try RowShaper(layout)
      file = try SpillFile(spiller.space)
      writer = SpillStreamWriter(file, types: layout.types, frameSize: spiller.frameSize)
    }

    func add(_ chunk: Chunk, position: Int64) throws(QueryError) {
      try writer.writeCut(try shaper.rows(chunk, position: position), compressor)
    }

    func finish() throws(QueryError) -> SpillStream {
      try writer.flush(compressor)
      try file.finish()
      return writer.stream
    }
  }
}
