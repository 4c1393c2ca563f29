import Compression
import Synchronization

/// What one thread needs to encode columns, kept from one to the next.
// Safe to send: a worker is taken out of the pool by one thread at a time.
final class ColumnWorker: @unchecked Sendable {
  let compressor = Compressor()
  /// The pages of a chunk before compression.
  let bodies = ByteSink(capacity: 1 << 20)
  private let level: Int
  private var scratch: [UInt8] = []

  init(level: Int) { self.level = level }

  func compressedSize(_ sink: ByteSink) throws(ParquetError) -> Int {
    scratch.removeAll(keepingCapacity: true)
    unsafe try compress(sink.content, into: &scratch)
    return scratch.count
  }

  /// Appends `bytes` compressed.
  func compress(
    _ bytes: UnsafeRawBufferPointer, into output: inout [UInt8]
  ) throws(ParquetError) {
    do {
      unsafe try compressor.compress(.zstd, level: level, bytes, appendingTo: &output)
    } catch {
      throw ParquetError(.unsupported, "compressing a page failed: \(error)")
    }
  }
}

/// The idle workers of a writer: as many as threads ever encoded at once.
final class WorkerPool: Sendable {
  private let idle = Mutex<[ColumnWorker]>([])
  private let level: Int

  init(level: Int) { self.level = level }

  func take() -> ColumnWorker {
    idle.withLock { $0.popLast() } ?? ColumnWorker(level: level)
  }

  func giveBack(_ worker: ColumnWorker) { idle.withLock { $0.append(worker) } }
}
