import Columnar

/// Rows cut into morsels that workers read independently; their order is by morsel, then as read.
protocol MorselSource: Sendable {
  var morselCount: Int { get }
  /// A reader for one worker.
  func makeReader() throws(QueryError) -> any MorselReader
}

protocol MorselReader: AnyObject {
  func read(_ morsel: Int, _ emit: (Chunk) throws(QueryError) -> Void) throws(QueryError)
}

/// One operator that works chunk by chunk: filter, projection, the probe of a join.
protocol Stage: Sendable {
  func makeWorker() throws(QueryError) -> any StageWorker
  /// Whether `finish` may give rows.
  var hasTail: Bool { get }
  /// Rows that come after all others, once every worker is done.
  func finish(_ workers: [any StageWorker]) throws(QueryError) -> [Chunk]
}

extension Stage {
  var hasTail: Bool { false }
  func finish(_ workers: [any StageWorker]) throws(QueryError) -> [Chunk] { [] }
}

protocol StageWorker: AnyObject {
  func process(
    _ chunk: Chunk, _ emit: (Chunk) throws(QueryError) -> Void
  ) throws(QueryError)
}

/// A source and the stages its rows go through; what ends it is the caller's.
struct Pipeline: Sendable {
  var source: any MorselSource
  var stages: [any Stage] = []
  /// Types of the rows it gives.
  var types: [DataType]

  var hasTail: Bool { stages.contains { $0.hasTail } }

  func adding(_ stage: any Stage, types: [DataType]) -> Pipeline {
    Pipeline(source: source, stages: stages + [stage], types: types)
  }
}

/// One worker's copy of a pipeline: its reader and evaluators.
final class PipelineWorker {
  let stages: [any StageWorker]
  private let reader: any MorselReader

  init(_ pipeline: Pipeline) throws(QueryError) {
    reader = try pipeline.source.makeReader()
    var stages: [any StageWorker] = []
    for stage in pipeline.stages { stages.append(try stage.makeWorker()) }
    self.stages = stages
  }

  func run(_ morsel: Int, _ sink: (Chunk) throws(QueryError) -> Void) throws(QueryError) {
    try reader.read(morsel) { chunk throws(QueryError) in try push(chunk, 0, sink) }
  }

  /// Sends a chunk through the stages from `stage` on.
  func push(
    _ chunk: Chunk, _ stage: Int, _ sink: (Chunk) throws(QueryError) -> Void
  ) throws(QueryError) {
    if chunk.rowCount == 0 { return }
    if stage == stages.count { return try sink(chunk) }
    try stages[stage].process(chunk) { next throws(QueryError) in
      try push(next, stage + 1, sink)
    }
  }
}
