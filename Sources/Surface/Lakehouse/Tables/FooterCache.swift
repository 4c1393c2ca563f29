import FileStorage
import Parquet
import Synchronization

/// Open Parquet files with their footers. Data files never change, so an entry never goes stale.
final class FooterCache: Sendable {
  private static let capacity = 512
  private let open = Mutex<[String: ParquetFile]>([:])

  /// The file, opened now when it is not yet.
  func file(_ path: String, in store: any FileStore) throws(ParquetError) -> ParquetFile {
    if let known = open.withLock({ $0[path] }) { return known }
    let readable: any ReadableFile
    do throws(FileError) { readable = try store.open(path) } catch { throw ParquetError(error) }
    let file = try ParquetFile(file: readable)
    open.withLock { open in
      // Dropping all is crude and rare: a lake has few files that one process reads.
      if open.count >= FooterCache.capacity { open.removeAll() }
      open[path] = file
    }
    return file
  }
}
