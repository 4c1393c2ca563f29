import FileStorage
import Glibc
import Synchronization

/// A disk in memory, writable only by the test that owns it.
final class MemoryStore: FileStore {
  private struct Content {
    var bytes: [UInt8]
    var modifiedMicroseconds: Int64
  }

  private let files = Mutex<[String: Content]>([:])

  init() {}

  /// Takes in a directory of the real disk, under `root`.
  init(loading directory: String, as root: String) {
    for (name, bytes) in RealFiles.all(below: directory) { put(bytes, at: root + "/" + name) }
  }

  func put(_ bytes: [UInt8], at path: String, modified: Int64 = 0) {
    files.withLock { $0[path] = Content(bytes: bytes, modifiedMicroseconds: modified) }
  }

  func put(_ text: String, at path: String, modified: Int64 = 0) {
    put(Array(text.utf8), at: path, modified: modified)
  }

  func delete(_ path: String) { files.withLock { $0[path] = nil } }
  var paths: [String] { files.withLock { $0.keys.sorted() } }

  func read(_ path: String) throws(FileError) -> [UInt8] {
    guard let content = files.withLock({ $0[path] }) else {
      throw FileError(.notFound, path: path, operation: "read")
    }
    return content.bytes
  }

  func open(_ path: String) throws(FileError) -> any ReadableFile {
    MemoryFile(path: path, bytes: try read(path))
  }

  func list(_ directory: String) throws(FileError) -> [DirectoryEntry] {
    let prefix = directory + "/"
    var entries: [String: Bool] = [:]
    for path in paths where path.hasPrefix(prefix) {
      let rest = path.dropFirst(prefix.count)
      if let slash = rest.firstIndex(of: "/") {
        entries[String(rest[..<slash])] = true
      } else {
        entries[String(rest)] = false
      }
    }
    guard !entries.isEmpty else {
      throw FileError(.notFound, path: directory, operation: "list")
    }
    return entries.map { DirectoryEntry(name: $0.key, isDirectory: $0.value) }
      .sorted { $0.name < $1.name }
  }

  func status(_ path: String) throws(FileError) -> FileStatus? {
    files.withLock { $0[path] }.map {
      FileStatus(
        size: $0.bytes.count, isDirectory: false, modifiedMicroseconds: $0.modifiedMicroseconds)
    }
  }

  func create(_ path: String) throws(FileError) -> any WritableFile { throw refused(path) }
  func putIfAbsent(
    _ bytes: [UInt8], at path: String, modifiedMicroseconds: Int64?
  ) throws(FileError) -> Bool { throw refused(path) }
  func replace(_ bytes: [UInt8], at path: String) throws(FileError) { throw refused(path) }
  func makeDirectory(_ path: String) throws(FileError) { throw refused(path) }
  func syncDirectory(_ path: String) throws(FileError) { throw refused(path) }
  func remove(_ path: String) throws(FileError) { throw refused(path) }
  func link(_ source: String, to target: String) throws(FileError) -> Bool {
    throw refused(source)
  }
  func lock(_ path: String, waits: Bool) throws(FileError) -> any FileLock {
    throw refused(path)
  }

  private func refused(_ path: String) -> FileError {
    FileError(.readOnly, path: path, operation: "write")
  }
}

private final class MemoryFile: ReadableFile {
  let path: String
  private let bytes: [UInt8]

  init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }

  var size: Int { bytes.count }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) {
    guard offset >= 0, offset + buffer.count <= bytes.count else {
      throw FileError(.endOfFile(size: bytes.count), path: path, operation: "read")
    }
    unsafe buffer.copyBytes(from: bytes[offset..<offset + buffer.count])
  }
}

/// Files of the real disk, for tables that others wrote.
enum RealFiles {
  /// Where those tables are; nil where this machine has none.
  static let conformance: String? = {
    let path = "../../shared/conformance"
    let inRepository = "../shared/conformance"
    return [path, inRepository].first { unsafe access($0 + "/README.md", R_OK) == 0 }
  }()

  static func names(in directory: String) -> [String] {
    guard let handle = unsafe opendir(directory) else { return [] }
    defer { unsafe closedir(handle) }
    var names: [String] = []
    while let entry = unsafe readdir(handle) {
      // Safe: `d_name` ends in a NUL and outlives this iteration.
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  static func isDirectory(_ path: String) -> Bool {
    guard let handle = unsafe opendir(path) else { return false }
    unsafe closedir(handle)
    return true
  }

  static func all(below directory: String, prefix: String = "") -> [(String, [UInt8])] {
    names(in: directory).flatMap { name -> [(String, [UInt8])] in
      let path = directory + "/" + name
      if isDirectory(path) { return all(below: path, prefix: prefix + name + "/") }
      return [(prefix + name, bytes(of: path))]
    }
  }

  static func bytes(of path: String) -> [UInt8] {
    guard let file = unsafe fopen(path, "rb") else { return [] }
    defer { unsafe fclose(file) }
    unsafe fseek(file, 0, SEEK_END)
    let size = unsafe ftell(file)
    unsafe rewind(file)
    return unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = unsafe fread(buffer.baseAddress, 1, size, file)
    }
  }
}
