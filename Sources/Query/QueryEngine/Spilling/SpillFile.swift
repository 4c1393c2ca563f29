import Columnar
import Compression
import FileStorage
import Synchronization

/// A temporary file of frames; gone when the last stream in it is released.
final class SpillFile: @unchecked Sendable {
  // Safe: one worker writes; reading begins after `finish`, and readers only read.
  private let space: SpillSpace
  private let path: String
  private var output: (any WritableFile)?
  private var input: (any ReadableFile)?

  init(_ space: SpillSpace) throws(QueryError) {
    self.space = space
    path = try space.newPath()
    do throws(FileError) { output = try space.store.create(path) } catch {
      throw QueryError(spilling: error)
    }
  }

  deinit { try? space.store.remove(path) }

  /// Appends bytes; gives their place.
  func append(_ bytes: [UInt8]) throws(QueryError) -> Int {
    guard let output else { throw QueryError(.source, "a temporary file is closed already") }
    let place = output.size
    do throws(FileError) { try output.append(bytes) } catch { throw QueryError(spilling: error) }
    space.note(written: bytes.count)
    return place
  }

  /// No more is written; from now on it can be read.
  func finish() throws(QueryError) {
    guard let output else { return }
    do throws(FileError) {
      try output.close()
      input = try space.store.open(path)
    } catch { throw QueryError(spilling: error) }
    self.output = nil
  }

  func read(at place: Int, count: Int) throws(QueryError) -> [UInt8] {
    guard let input else { throw QueryError(.source, "a temporary file is not complete yet") }
    do throws(FileError) { return try input.read(at: place, count: count) } catch {
      throw QueryError(spilling: error)
    }
  }
}

/// What compresses the frames of one worker, as long as that pays.
final class FrameCompressor {
  private let compressor = Compressor()
  private var isWorthIt = true

  func frame(_ bytes: [UInt8]) throws(QueryError) -> (bytes: [UInt8], isCompressed: Bool) {
    guard isWorthIt else { return (bytes, false) }
    do throws(CompressionError) {
      let packed = try compressor.compress(.lz4Raw, bytes)
      if packed.count <= bytes.count / 8 * 7 { return (packed, true) }
      if bytes.count >= 16_384 { isWorthIt = false }
      return (bytes, false)
    } catch {
      throw QueryError(.source, "a temporary file could not be compressed (\(error))")
    }
  }
}

/// Some of the rows of a spill file, in the order of writing.
struct SpillStream: Sendable {
  struct Frame: Sendable {
    var place: Int
    var size: Int
    /// Bytes when decompressed; as many as `size` when it is not compressed.
    var rawSize: Int
    var isCompressed: Bool
  }

  let file: SpillFile
  /// What its rows should have; a placeholder has another type.
  let types: [DataType]
  fileprivate var writtenTypes: [[DataType]] = []
  fileprivate(set) var frames: [Frame] = []
  fileprivate(set) var rowCount = 0
  fileprivate(set) var rawBytes = 0

  init(_ file: SpillFile, types: [DataType]) {
    self.file = file
    self.types = types
  }

  var reader: SpillReader { SpillReader(self) }
}

/// Writes one stream, a frame at a time.
struct SpillStreamWriter {
  private(set) var stream: SpillStream
  private var pending = ChunkCoder()
  private let frameSize: Int

  init(_ file: SpillFile, types: [DataType], frameSize: Int) {
    stream = SpillStream(file, types: types)
    self.frameSize = frameSize
  }

  /// - Parameter compressor: The worker's own.
  mutating func write(_ chunk: Chunk, _ compressor: FrameCompressor) throws(QueryError) {
    if chunk.rowCount == 0 { return }
    pending.append(chunk)
    stream.rowCount += chunk.rowCount
    if pending.bytes.count >= frameSize { try flush(compressor) }
  }

  /// Rows cut so that a frame stays near its size.
  mutating func writeCut(_ chunk: Chunk, _ compressor: FrameCompressor) throws(QueryError) {
    let rowBytes = max(8, chunk.byteCount / max(1, chunk.rowCount))
    let step = max(64, frameSize / rowBytes)
    for start in stride(from: 0, to: chunk.rowCount, by: step) {
      try write(chunk.slice(start..<min(chunk.rowCount, start + step)), compressor)
    }
  }

  mutating func flush(_ compressor: FrameCompressor) throws(QueryError) {
    if pending.isEmpty { return }
    let (bytes, isCompressed) = try compressor.frame(pending.bytes)
    let place = try stream.file.append(bytes)
    stream.frames.append(
      SpillStream.Frame(
        place: place, size: bytes.count, rawSize: pending.bytes.count, isCompressed: isCompressed))
    stream.rawBytes += pending.bytes.count
    stream.writtenTypes = pending.types
    pending.removeAll()
  }
}

/// Reads a stream; one chunk a frame.
final class SpillReader {
  private let stream: SpillStream
  private let decompressor = Decompressor()
  private var next = 0

  init(_ stream: SpillStream) { self.stream = stream }

  var isAtEnd: Bool { next == stream.frames.count }

  func read() throws(QueryError) -> Chunk? {
    guard next < stream.frames.count else { return nil }
    let frame = stream.frames[next]
    next += 1
    var bytes = try stream.file.read(at: frame.place, count: frame.size)
    if frame.isCompressed {
      do throws(CompressionError) {
        bytes = try decompressor.decompress(.lz4Raw, bytes, size: frame.rawSize)
      } catch { throw ChunkDecoder.damaged }
    }
    var decoder = ChunkDecoder(bytes, types: stream.writtenTypes)
    var parts: [Chunk] = []
    while let chunk = try decoder.next() { parts.append(chunk) }
    return try Chunk.concatenate(parts, types: stream.types)
  }
}
