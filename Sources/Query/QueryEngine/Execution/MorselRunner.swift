import Columnar
import Synchronization
import Workers

/// Where a pipeline's rows end: one object a worker.
protocol Sink: AnyObject {
  /// `position` is the place of the chunk's first row in the whole output; rows follow one by one.
  func add(_ chunk: Chunk, position: Int64) throws(QueryError)
}

/// Runs pipelines over the pool. Which worker takes which morsel never shows in a result, nor in the
/// error: of several errors the one of the lowest morsel is thrown.
struct MorselRunner {
  let context: ExecutionContext

  /// Rows of one morsel are numbered from `morsel << 40`.
  static let positionShift: Int64 = 40

  /// Waves grow while they hold fewer rows, and shrink when they hold more than twice as many.
  private static let rowsPerWave = 131_072

  /// What one worker owns. Safe: only the worker of that number uses it while the pool runs.
  private final class Lane: @unchecked Sendable {
    let worker: PipelineWorker
    var output: [(morsel: Int, chunks: [Chunk])] = []
    var failure: (morsel: Int, error: QueryError)?
    let sink: (any Sink)?

    init(_ worker: PipelineWorker, _ sink: (any Sink)?) {
      self.worker = worker
      self.sink = sink
    }

    func fail(_ morsel: Int, _ error: QueryError, _ lowest: borrowing Atomic<Int>) {
      if let failure, failure.morsel < morsel { return }
      failure = (morsel, error)
      lowest.min(morsel, ordering: .relaxed)
    }
  }

  private final class Lowest: Sendable {
    let morsel = Atomic<Int>(Int.max)
  }

  private func lanes(_ pipeline: Pipeline, _ sinks: [any Sink]) throws(QueryError) -> [Lane] {
    // A single morsel runs on the calling thread, worker 0.
    let count = pipeline.source.morselCount > 1 ? context.pool.threadCount : 1
    var lanes: [Lane] = []
    for number in 0..<count {
      lanes.append(
        Lane(try PipelineWorker(pipeline), number < sinks.count ? sinks[number] : nil))
    }
    return lanes
  }

  /// Threads of the pool that the runner makes sinks for.
  var laneCount: Int { context.pool.threadCount }

  /// Sends all rows to the sinks, each worker to its own.
  ///
  /// - Precondition: there are `laneCount` sinks.
  func drain(_ pipeline: Pipeline, into sinks: [any Sink]) throws(QueryError) {
    let lanes = try lanes(pipeline, sinks)
    let lowest = Lowest()
    let context = context
    let morselCount = pipeline.source.morselCount
    context.pool.run(count: morselCount) { number, morsel in
      let lane = lanes[number]
      guard morsel <= lowest.morsel.load(ordering: .relaxed) else { return }
      do throws(QueryError) {
        var position = Int64(morsel) << MorselRunner.positionShift
        try lane.worker.run(morsel) { chunk throws(QueryError) in
          try context.checkCancelled()
          try lane.sink?.add(chunk, position: position)
          position += Int64(chunk.rowCount)
        }
      } catch {
        lane.fail(morsel, error, lowest.morsel)
      }
    }
    try throwFirst(lanes)
    var morsel = morselCount
    try forEachTail(pipeline, lanes) { chunk throws(QueryError) in
      try lanes[0].sink?.add(chunk, position: Int64(morsel) << MorselRunner.positionShift)
      morsel += 1
      return true
    }
  }

  /// Delivers all rows in order, on the calling thread; stops early when `deliver` gives false.
  ///
  /// The morsels run in waves, and only a wave's output is held: many small morsels or few large ones.
  func deliver(
    _ pipeline: Pipeline, _ deliver: (Chunk) throws(QueryError) -> Bool
  ) throws(QueryError) {
    let lanes = try lanes(pipeline, [])
    let morselCount = pipeline.source.morselCount
    var next = 0
    var wave = lanes.count
    var rows = 0
    let deliver = { (chunk: Chunk) throws(QueryError) -> Bool in
      rows += chunk.rowCount
      return try deliver(chunk)
    }
    while next < morselCount {
      try context.checkCancelled()
      let end = min(morselCount, next + wave)
      if lanes.count == 1 {
        if try !deliverDirectly(lanes[0], next, deliver) { return }
        next += 1
        continue
      }
      if try !deliverWave(lanes, next..<end, deliver) { return }
      next = end
      if rows < MorselRunner.rowsPerWave { wave = min(wave * 2, lanes.count * 8) }
      if rows > MorselRunner.rowsPerWave * 2 { wave = max(wave / 2, lanes.count) }
      rows = 0
    }
    try forEachTail(pipeline, lanes, deliver)
  }

  /// One morsel without a buffer: chunks go to the caller as they arise.
  private func deliverDirectly(
    _ lane: Lane, _ morsel: Int, _ deliver: (Chunk) throws(QueryError) -> Bool
  ) throws(QueryError) -> Bool {
    var isWanted = true
    do throws(QueryError) {
      try lane.worker.run(morsel) { chunk throws(QueryError) in
        try context.checkCancelled()
        if try !deliver(chunk) {
          isWanted = false
          // Unwinds the stages; told apart from a real cancellation by the flag.
          throw QueryError(.cancelled, "enough rows")
        }
      }
    } catch {
      if isWanted { throw error }
    }
    return isWanted
  }

  private func deliverWave(
    _ lanes: [Lane], _ morsels: Range<Int>, _ deliver: (Chunk) throws(QueryError) -> Bool
  ) throws(QueryError) -> Bool {
    let lowest = Lowest()
    let context = context
    let first = morsels.lowerBound
    context.pool.run(count: morsels.count) { number, offset in
      let lane = lanes[number]
      let morsel = first + offset
      guard morsel <= lowest.morsel.load(ordering: .relaxed) else { return }
      var chunks: [Chunk] = []
      do throws(QueryError) {
        try lane.worker.run(morsel) { chunk throws(QueryError) in
          try context.checkCancelled()
          chunks.append(chunk)
        }
      } catch {
        lane.fail(morsel, error, lowest.morsel)
      }
      lane.output.append((morsel, chunks))
    }
    var outputs = lanes.flatMap(\.output)
    outputs.sort { $0.morsel < $1.morsel }
    for lane in lanes { lane.output = [] }
    // Rows before the error are delivered: whether a limit is reached first must not depend on
    // threads.
    let failed = lowest.morsel.load(ordering: .relaxed)
    for (morsel, chunks) in outputs where morsel <= failed {
      for chunk in chunks where try !deliver(chunk) { return false }
    }
    try throwFirst(lanes)
    return true
  }

  private func throwFirst(_ lanes: [Lane]) throws(QueryError) {
    let failures = lanes.compactMap(\.failure)
    if let first = failures.min(by: { $0.morsel < $1.morsel }) { throw first.error }
  }

  /// Rows that stages give at the end, sent through the stages after them.
  private func forEachTail(
    _ pipeline: Pipeline, _ lanes: [Lane], _ deliver: (Chunk) throws(QueryError) -> Bool
  ) throws(QueryError) {
    var isWanted = true
    for (position, stage) in pipeline.stages.enumerated() where stage.hasTail {
      for chunk in try stage.finish(lanes.map { $0.worker.stages[position] }) {
        guard isWanted else { return }
        try lanes[0].worker.push(chunk, position + 1) { next throws(QueryError) in
          if isWanted, try !deliver(next) { isWanted = false }
        }
      }
    }
  }
}
