import Columnar
import FileStorage
import Parquet
import QueryEngine

/// Writes one result to a file that appears whole under its name when `end` returns, or not at all.
package protocol FileSink: ResultSink {
  /// The result is not whole: the file never appears. Does nothing after `end`.
  func abandon()
}

/// Makes a sink for `COPY … TO`.
///
/// - Parameters:
///   - format: What `FORMAT` asks for, in lower case; nil leaves it to the file's name.
///   - path: Of the file.
///   - text: How delimited text is to be written; nil where no option says.
package typealias FileSinkMaker =
  (_ format: String?, _ path: String, _ text: DelimitedText?) throws(LakeError) -> any FileSink

/// A Parquet file.
final class ParquetFileSink: FileSink {
  private let store: any SteppedFileStore
  private let path: String
  private let temporary: String
  private let file: any WritableFile
  private var options: WriterOptions
  private var writer: ParquetWriter?
  private var isOpen = true

  /// - Parameter options: How the file is laid out; who is named as its writer is not asked.
  init(
    _ path: String, in store: any SteppedFileStore, options: WriterOptions = WriterOptions()
  ) throws(LakeError) {
    self.store = store
    self.options = options
    self.options.createdBy = EngineVersion.createdBy
    self.path = path
    var generator = SystemRandomNumberGenerator()
    temporary = joinPath(
      parentDirectory(of: path),
      ".\(lastComponent(of: path)).\(hexadecimal(generator.next())).partial")
    do throws(FileError) {
      if let status = try store.status(path), status.isDirectory {
        throw FileError(.isADirectory, path: path, operation: "create")
      }
      file = try store.create(temporary)
    } catch {
      throw LakeError(error)
    }
  }

  deinit { abandon() }

  func begin(_ schema: Schema) throws(LakeError) {
    do throws(ParquetError) {
      writer = try ParquetWriter(file: file, schema: schema, options: options)
    } catch {
      throw LakeError(QueryError(error))
    }
  }

  func rows(_ batch: Batch) throws(LakeError) {
    do throws(ParquetError) { try writer?.write(batch) } catch {
      throw LakeError(QueryError(error))
    }
  }

  func end(_ summary: ResultSummary) throws(LakeError) {
    do throws(ParquetError) { _ = try writer?.finish() } catch {
      throw LakeError(QueryError(error))
    }
    do throws(FileError) {
      try file.sync()
      try file.close()
      try store.rename(temporary, to: path)
      isOpen = false
      try store.syncDirectory(parentDirectory(of: path))
    } catch {
      throw LakeError(error)
    }
  }

  func done(_ message: String, _ summary: ResultSummary) {}

  func abandon() {
    guard isOpen else { return }
    isOpen = false
    // A left-over dot file is not worth another message: the first failure is what matters.
    try? file.close()
    try? store.remove(temporary)
  }
}
