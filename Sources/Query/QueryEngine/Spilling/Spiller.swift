import Columnar
import Workers

/// What operators on disk share: the space, the memory they may use, the threads.
struct Spiller: Sendable {
  let context: ExecutionContext
  let space: SpillSpace
  /// Bytes for one operator, over all its workers.
  let budget: Int

  /// Nil when the statement has nowhere to spill.
  init?(_ context: ExecutionContext, _ memory: MemoryAccount) {
    guard let space = context.spill else { return nil }
    self.context = context
    self.space = space
    budget = memory.budget
  }

  private init(_ context: ExecutionContext, _ space: SpillSpace, budget: Int) {
    self.context = context
    self.space = space
    self.budget = budget
  }

  /// For an operator within one of the partitions that are worked on at once.
  var share: Spiller { Spiller(context, space, budget: budget / context.pool.threadCount) }

  /// Raw bytes of a frame: all open frames of all workers stay within a quarter of the budget.
  var frameSize: Int {
    let open = context.pool.threadCount << PartitionWriter.bits
    return min(262_144, max(4096, budget / (4 * open)))
  }

  /// An account for one of the partitions that are worked on at once.
  var partitionMemory: MemoryAccount {
    MemoryAccount(
      limit: min(budget / context.pool.threadCount, PipelineBuilder.joinedBytesMax),
      of: context.memoryLimit)
  }

  /// All rows of a pipeline in partitions.
  func partitions(
    of pipeline: Pipeline, _ layout: RowLayout
  ) throws(QueryError) -> [SpilledPartition] {
    let runner = MorselRunner(context: context)
    var sinks: [PartitionSink] = []
    for _ in 0..<runner.laneCount {
      sinks.append(try PartitionSink(layout, space, frameSize: frameSize))
    }
    try runner.drain(pipeline, into: sinks)
    var workers: [[SpillStream]] = []
    for sink in sinks { workers.append(try sink.finish()) }
    return SpilledPartition.transposed(workers)
  }

  /// Runs `body` for every partition, in parallel; of several errors the first partition's is thrown.
  func forEach(
    _ count: Int,
    _ body: @escaping @Sendable (Int) throws(QueryError) -> [SpillStream]
  ) throws(QueryError) -> [SpillStream] {
    let results = (0..<count).map { _ in Slot() }
    let context = context
    context.pool.run(count: count) { _, part in
      do throws(QueryError) {
        try context.checkCancelled()
        results[part].streams = try body(part)
      } catch {
        results[part].error = error
      }
    }
    for result in results { if let error = result.error { throw error } }
    return results.flatMap(\.streams)
  }

  /// Safe: one worker writes it while the pool runs.
  private final class Slot: @unchecked Sendable {
    var streams: [SpillStream] = []
    var error: QueryError?
  }

  /// A pipeline over sorted runs.
  func pipeline(
    _ runs: [SpillStream], keys: [RunKey], types: [DataType]
  ) throws(QueryError) -> Pipeline {
    var runs = runs.filter { $0.rowCount > 0 }
    let fanIn = min(256, max(4, budget / (4 * frameSize)))
    while runs.count > fanIn {
      let merged = try merge(Array(runs.prefix(fanIn)), keys)
      runs = Array(runs.dropFirst(fanIn)) + [merged]
    }
    return Pipeline(source: RunSource(runs: runs, keys: keys, types: types), types: types)
  }

  private func merge(_ runs: [SpillStream], _ keys: [RunKey]) throws(QueryError) -> SpillStream {
    let merger = RunMerger(runs, keys)
    return try write(runs[0].types) { writer, compressor throws(QueryError) in
      while let chunk = try merger.next() {
        try context.checkCancelled()
        try writer.writeCut(chunk, compressor)
      }
    }
  }

  /// A stream in a file of its own.
  func write(
    _ types: [DataType],
    _ body: (inout SpillStreamWriter, FrameCompressor) throws(QueryError) -> Void
  ) throws(QueryError) -> SpillStream {
    let file = try SpillFile(space)
    let compressor = FrameCompressor()
    var writer = SpillStreamWriter(file, types: types, frameSize: frameSize)
    try body(&writer, compressor)
    try writer.flush(compressor)
    try file.finish()
    return writer.stream
  }
}
