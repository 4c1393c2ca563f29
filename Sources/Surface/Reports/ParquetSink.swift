package import Columnar
import FileStorage
package import Lakehouse
import Parquet

/// Writes one result as a Parquet file.
package final class ParquetSink: ResultSink {
  private let output: any ByteOutput
  private let notes: (String) -> Void
  private var writer: ParquetWriter?
  private var results = 0

  package init(output: any ByteOutput, notes: @escaping (String) -> Void = { _ in }) {
    self.output = output
    self.notes = notes
  }

  package func begin(_ schema: Schema) throws(LakeError) {
    results += 1
    guard results == 1 else {
      throw LakeError(
        .usage, "a Parquet file holds one result, found a second one",
        help: "run the statements one at a time")
    }
    do throws(ParquetError) {
      writer = try ParquetWriter(file: OutputFile(output), schema: schema)
    } catch {
      throw ParquetSink.failure(error)
    }
  }

  package func rows(_ batch: Batch) throws(LakeError) {
    guard let writer else { return }
    do throws(ParquetError) {
      try writer.write(batch)
    } catch {
      throw ParquetSink.failure(error)
    }
  }

  package func end(_ summary: ResultSummary) throws(LakeError) {
    guard let writer else { return }
    do throws(ParquetError) {
      _ = try writer.finish()
    } catch {
      throw ParquetSink.failure(error)
    }
    self.writer = nil
  }

  package func done(_ message: String, _ summary: ResultSummary) throws(LakeError) {
    notes(message)
  }

  private static func failure(_ error: ParquetError) -> LakeError {
    if case .file = error.reason { return LakeError(.storage, error.description) }
    return LakeError(.data, "could not write the result as Parquet: \(error.description)")
  }
}

/// An output seen as the file that a writer appends to.
private final class OutputFile: WritableFile {
  private let output: any ByteOutput
  private(set) var size = 0

  init(_ output: any ByteOutput) { self.output = output }

  func append(_ bytes: [UInt8]) throws(FileError) {
    do throws(LakeError) {
      try output.write(bytes)
    } catch {
      throw FileError(.system(code: 5), path: "the output", operation: error.message)
    }
    size += bytes.count
  }

  func sync() {}
  func close() {}
}
