import FileStorage
import Glibc
import Parquet

/// A file that lies in memory.
final class BytesFile: ReadableFile {
  let bytes: [UInt8]
  let path: String
  var size: Int { bytes.count }

  init(_ bytes: [UInt8], path: String = "memory.parquet") {
    self.bytes = bytes
    self.path = path
  }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) {
    guard offset >= 0, offset <= bytes.count - buffer.count else {
      throw FileError(.endOfFile(size: size), path: path, operation: "read")
    }
    unsafe bytes.withUnsafeBytes { source in
      unsafe buffer.copyMemory(
        from: UnsafeRawBufferPointer(rebasing: source[offset..<offset + buffer.count]))
    }
  }
}

/// Files that the tests read from disk.
enum TestFiles {
  /// The folder of foreign files beside the repository; tests say when it is missing.
  static let conformance = "../shared/conformance/parquet-testing"

  static func bytes(_ path: String) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    let count = unsafe bytes.withUnsafeMutableBytes {
      unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
    }
    return count == bytes.count ? bytes : nil
  }

  /// Names of the files in a folder that end in `suffix`, ascending.
  static func names(in folder: String, suffix: String) -> [String] {
    guard let directory = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasSuffix(suffix) { names.append(name) }
    }
    return names.sorted()
  }
}
