import FileStorage
import Glibc
import Lakehouse

/// Copies of a lake, to damage.
struct LakeCopy {
  let files: any SteppedFileStore

  /// Copies a directory with everything in it; the target must not exist.
  func copy(_ source: String, to target: String) throws(LakeError) {
    do throws(FileError) {
      try copyTree(source, target)
    } catch {
      throw LakeError(
        .storage, "could not copy the lake to '\(target)': \(error.path): \(error.reason)")
    }
  }

  /// Changes one bit in the middle of the largest data file of a table.
  ///
  /// - Parameter table: The table's directory under `tables`.
  /// - Returns: The path of the file, and the place of the byte in it.
  func flipByte(in lake: String, table: String) throws(LakeError) -> (path: String, offset: Int) {
    do throws(FileError) {
      let directory = joinPath(joinPath(lake, "tables"), table)
      var largest: (path: String, size: Int)?
      for entry in try files.list(directory) where entry.name.hasSuffix(".parquet") {
        let path = joinPath(directory, entry.name)
        let size = try files.status(path)?.size ?? 0
        if size > largest?.size ?? 0 { largest = (path, size) }
      }
      guard let largest else {
        throw FileError(.notFound, path: joinPath(directory, "*.parquet"), operation: "list")
      }
      var bytes = try files.read(largest.path)
      let offset = bytes.count / 2
      bytes[offset] ^= 1
      try files.replace(bytes, at: largest.path)
      return (largest.path, offset)
    } catch {
      throw LakeError(.storage, "could not damage the copy: \(error.path): \(error.reason)")
    }
  }

  private func copyTree(_ source: String, _ target: String) throws(FileError) {
    try files.makeDirectory(target)
    for entry in try files.list(source) {
      let from = joinPath(source, entry.name)
      let to = joinPath(target, entry.name)
      if entry.isDirectory {
        try copyTree(from, to)
      } else {
        let file = try files.create(to)
        try file.append(try files.read(from))
        try file.close()
      }
    }
  }
}

/// Directories for demonstrations.
enum TemporaryLake {
  /// A new directory under `$TMPDIR` or `/tmp` that only its owner can enter.
  static func make(in parent: String?) throws(LakeError) -> String {
    let parent = parent.flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    var template = Array(joinPath(parent, "tarn-demo-XXXXXX").utf8CString)
    // Safe: the template is a terminated, writable string, as mkdtemp asks.
    let isMade = unsafe template.withUnsafeMutableBufferPointer { buffer in
      unsafe buffer.baseAddress.map { unsafe mkdtemp($0) != nil } ?? false
    }
    guard isMade else {
      throw LakeError(
        .storage, "could not make a directory in '\(parent)'", help: "say --lake DIR")
    }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
