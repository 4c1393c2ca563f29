import Columnar

/// Rows of one partition: a stream a worker, each in the order of the rows' places.
struct SpilledPartition: Sendable {
  var streams: [SpillStream] = []

  var rowCount: Int { streams.reduce(0) { $0 + $1.rowCount } }
  var rawBytes: Int { streams.reduce(0) { $0 + $1.rawBytes } }

  /// All rows in the order of their places.
  func load(_ types: [DataType]) throws(QueryError) -> Chunk {
    var parts: [Chunk] = []
    for stream in streams {
      let reader = stream.reader
      while let chunk = try reader.read() { parts.append(chunk) }
    }
    let all = try Chunk.concatenate(parts, types: types)
    if streams.count < 2 || all.rowCount < 2 { return all }
    let places = all.columns[types.count - 1]
    return all.take(Sorter([places], [SortOrder()], rowCount: all.rowCount).permutation())
  }
}

/// Cuts rows by a hash into partitions on disk; one worker's.
final class PartitionWriter {
  /// Partitions of one cut, as bits of the hash.
  static let bits = 5
  /// Cuts of one row after each other; every one takes other bits of the hash.
  static let levelsMax = 6

  private let file: SpillFile
  private let hashed: [Int]
  private let level: Int
  private let hasher: RowHasher
  private let compressor = FrameCompressor()
  private var writers: [SpillStreamWriter]

  init(
    _ space: SpillSpace, types: [DataType], hashed: [Int], level: Int, frameSize: Int
  ) throws(QueryError) {
    let file = try SpillFile(space)
    self.file = file
    self.hashed = hashed
    self.level = level
    hasher = RowHasher(columnCount: hashed.count)
    writers = (0..<(1 << PartitionWriter.bits)).map { _ in
      SpillStreamWriter(file, types: types, frameSize: frameSize)
    }
  }

  func write(_ chunk: Chunk) throws(QueryError) {
    let shift = UInt64(64 - PartitionWriter.bits * (level + 1))
    let mask = UInt64(1 << PartitionWriter.bits - 1)
    let hashes = hasher.hashes(hashed.map { chunk.columns[$0] }, rowCount: chunk.rowCount)
    let parts = mapValues(hashes) { Int32(truncatingIfNeeded: $0 &>> shift & mask) }
    var members = [[Int32]](repeating: [], count: writers.count)
    for (row, part) in parts.enumerated() { members[Int(part)].append(Int32(row)) }
    for (part, rows) in members.enumerated() where !rows.isEmpty {
      try writers[part].write(
        rows.count == chunk.rowCount ? chunk : chunk.take(rows), compressor)
    }
  }

  /// The streams, one a partition; the file can be read from now on.
  func finish() throws(QueryError) -> [SpillStream] {
    for part in writers.indices { try writers[part].flush(compressor) }
    try file.finish()
    return writers.map(\.stream)
  }
}

/// A worker's end of a pipeline whose rows go to partitions on disk.
final class PartitionSink: Sink {
  private let shaper: RowShaper
  private let writer: PartitionWriter

  init(_ layout: RowLayout, _ space: SpillSpace, frameSize: Int) throws(QueryError) {
    shaper = try RowShaper(layout)
    writer = try PartitionWriter(
      space, types: layout.types, hashed: layout.hashed, level: 0, frameSize: frameSize)
  }

  func add(_ chunk: Chunk, position: Int64) throws(QueryError) {
    try writer.write(try shaper.rows(chunk, position: position))
  }

  func finish() throws(QueryError) -> [SpillStream] { try writer.finish() }
}

extension SpilledPartition {
  /// All partitions of a cut, also when there is no worker.
  static func transposed(_ workers: [[SpillStream]]) -> [SpilledPartition] {
    (0..<(1 << PartitionWriter.bits)).map { part in
      SpilledPartition(streams: workers.map { $0[part] }.filter { $0.rowCount > 0 })
    }
  }

  /// The rows cut anew by other bits of the hash.
  func cut(
    _ layout: RowLayout, level: Int, _ spiller: Spiller
  ) throws(QueryError) -> [SpilledPartition] {
    var workers: [[SpillStream]] = []
    for stream in streams {
      let writer = try PartitionWriter(
        spiller.space, types: layout.types, hashed: layout.hashed, level: level,
        frameSize: spiller.frameSize)
      let reader = stream.reader
      while let chunk = try reader.read() {
        try spiller.context.checkCancelled()
        try writer.write(chunk)
      }
      workers.append(try writer.finish())
    }
    return SpilledPartition.transposed(workers)
  }
}
