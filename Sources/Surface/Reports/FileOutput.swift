package import FileStorage
import Glibc
package import Lakehouse

/// A file that appears whole, durable and under its name when `finish` is called, or not at all.
///
/// The bytes go to a dot file beside the target, which replaces the target at the end.
package final class FileOutput: ByteOutput {
  private let store: any SteppedFileStore
  private let path: String
  private let temporary: String
  private var file: (any WritableFile)?
  private var buffer: [UInt8] = []

  private static let capacity = 1 << 20

  /// Creates the temporary file, so that a path that cannot be written fails before any work.
  package init(path: String, store: any SteppedFileStore) throws(LakeError) {
    self.store = store
    self.path = path
    do throws(FileError) {
      if let status = try store.status(path), status.isDirectory {
        throw FileError(.isADirectory, path: path, operation: "create")
      }
      var attempt = 0
      while true {
        let name = ".\(lastComponent(of: path)).\(getpid()).\(attempt).partial"
        let candidate = joinPath(parentDirectory(of: path), name)
        do throws(FileError) {
          file = try store.create(candidate)
          temporary = candidate
          return
        } catch {
          if error.reason != .alreadyExists { throw error }
          attempt += 1
        }
      }
    } catch {
      throw FileOutput.failure(error, writing: path)
    }
  }

  package func write(_ bytes: [UInt8]) throws(LakeError) {
    buffer += bytes
    if buffer.count >= FileOutput.capacity { try flush() }
  }

  package func flush() throws(LakeError) {
    guard let file, !buffer.isEmpty else { return }
    do throws(FileError) {
      try file.append(buffer)
      buffer.removeAll(keepingCapacity: true)
    } catch {
      throw FileOutput.failure(error, writing: path)
    }
  }

  package func finish() throws(LakeError) {
    try flush()
    guard let file else { return }
    do throws(FileError) {
      try file.sync()
      try file.close()
      try store.rename(temporary, to: path)
      self.file = nil
      try store.syncDirectory(parentDirectory(of: path))
    } catch {
      throw FileOutput.failure(error, writing: path)
    }
  }

  package func abandon() {
    guard let file else { return }
    self.file = nil
    // A left-over dot file is not worth another message: the first failure is what matters.
    do { try file.close() } catch {}
    do { try store.remove(temporary) } catch {}
  }

  deinit { abandon() }

  private static func failure(_ error: FileError, writing path: String) -> LakeError {
    let why: String
    switch error.reason {
    case .notFound: why = "its directory does not exist"
    case .permissionDenied: why = "permission denied"
    case .noSpace: why = "no space left on the disk"
    case .readOnly: why = "the disk is read-only"
    case .notADirectory: why = "a part of the path is not a directory"
    case .isADirectory: why = "it is a directory"
    case .system(let code): why = systemMessage(code)
    case .alreadyExists, .endOfFile, .locked: why = "\(error.operation) failed"
    }
    return LakeError(.storage, "could not write '\(path)': \(why)", help: "nothing was written")
  }
}
