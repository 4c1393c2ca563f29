import FileStorage

/// A Parquet file that lies in memory.
final class MemoryInput: ReadableFile {
  let bytes: [UInt8]
  let path = "input"
  var size: Int { bytes.count }

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) {
    guard offset >= 0, offset <= size, buffer.count <= size - offset else {
      throw FileError(.endOfFile(size: size), path: path, operation: "read")
    }
    // Safe: the range was just checked against the bytes, and the buffer has its length.
    unsafe buffer.copyBytes(from: bytes[offset..<offset + buffer.count])
  }
}

/// A Parquet file that is being written into memory.
final class MemoryOutput: WritableFile {
  private(set) var bytes: [UInt8] = []
  var size: Int { bytes.count }
  func append(_ bytes: [UInt8]) throws(FileError) { self.bytes += bytes }
  func sync() throws(FileError) {}
  func close() throws(FileError) {}
}
