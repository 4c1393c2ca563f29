/// Everything Tarn asks of a disk; tests hand it a disk that fails.
///
/// Paths are plain file-system paths, absolute or relative to the working directory. Calls are
/// durable exactly where they say so. All calls may be made from any thread.
package protocol FileStore: Sendable {
  /// The whole file.
  func read(_ path: String) throws(FileError) -> [UInt8]

  /// Opens a file for positioned reads.
  func open(_ path: String) throws(FileError) -> any ReadableFile

  /// Creates a file that must not exist yet, for appending.
  ///
  /// The content is durable after `WritableFile.sync`, the name after `syncDirectory`.
  func create(_ path: String) throws(FileError) -> any WritableFile

  /// Publishes `bytes` under `path`, whole and durable, unless the path is taken.
  ///
  /// Writes a temporary file beside it, syncs it, links it to `path` and syncs the directory. The
  /// modification time is set before the sync when given.
  ///
  /// - Returns: false when the path was taken; nothing was changed.
  func putIfAbsent(
    _ bytes: [UInt8], at path: String, modifiedMicroseconds: Int64?
  ) throws(FileError) -> Bool

  /// Publishes several files, each under the promises of `putIfAbsent`.
  ///
  /// After a failure any of them may be there, whole, but not surely for good.
  ///
  /// - Returns: For each file whether it is new; false when its path was taken.
  func putAllIfAbsent(_ files: [FileToPut]) throws(FileError) -> [Bool]

  /// Publishes `bytes` under `path`, whole and durable, in place of what was there.
  func replace(_ bytes: [UInt8], at path: String) throws(FileError)

  /// The entries of a directory, by name, ascending by bytes.
  func list(_ directory: String) throws(FileError) -> [DirectoryEntry]

  /// Nil when there is nothing at `path`.
  func status(_ path: String) throws(FileError) -> FileStatus?

  /// Creates the directory and its missing parents, durably; one that exists is fine.
  func makeDirectory(_ path: String) throws(FileError)

  /// Makes the names in a directory durable.
  func syncDirectory(_ path: String) throws(FileError)

  /// Makes the content of a file durable that somebody else wrote; its name is not.
  func syncFile(_ path: String) throws(FileError)

  /// Removes a file or an empty directory.
  func remove(_ path: String) throws(FileError)

  /// Gives the file a second name (a hard link); not durable until `syncDirectory`.
  ///
  /// - Returns: false when `target` was taken.
  func link(_ source: String, to target: String) throws(FileError) -> Bool

  /// Takes an exclusive lock on a file made for it, held until `FileLock.release` or the end of the
  /// process.
  ///
  /// - Parameter waits: Whether to queue behind the holder; otherwise `.locked` is thrown.
  func lock(_ path: String, waits: Bool) throws(FileError) -> any FileLock

  /// Where databases on this store are; the machine's disk unless the store says otherwise.
  var databases: DatabaseDisk { get }
}

/// A file open for positioned reads, from any thread.
package protocol ReadableFile: AnyObject, Sendable {
  var size: Int { get }
  var path: String { get }

  /// Fills `buffer` from `offset` on; `.endOfFile` when the file is too short for it.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError)
}

/// A file to be published.
package struct FileToPut: Sendable, Hashable {
  package var bytes: [UInt8]
  package var path: String
  package var modifiedMicroseconds: Int64?

  package init(_ bytes: [UInt8], at path: String, modifiedMicroseconds: Int64?) {
    self.bytes = bytes
    self.path = path
    self.modifiedMicroseconds = modifiedMicroseconds
  }
}

extension FileStore {
  /// For stores that know no such call: the same content, written durably.
  package func syncFile(_ path: String) throws(FileError) {
    try replace(try read(path), at: path)
  }

  package func putAllIfAbsent(_ files: [FileToPut]) throws(FileError) -> [Bool] {
    var isNew: [Bool] = []
    for file in files {
      isNew.append(
        try putIfAbsent(
          file.bytes, at: file.path, modifiedMicroseconds: file.modifiedMicroseconds))
    }
    return isNew
  }

  /// Removes a directory with everything in it; what symbolic links lead to stays.
  ///
  /// The first failure ends it, with the rest still there. Syncs nothing.
  package func removeTree(_ directory: String) throws(FileError) {
    for entry in try list(directory) {
      let path = joinPath(directory, entry.name)
      if entry.isDirectory && !entry.isLink { try removeTree(path) } else { try remove(path) }
    }
    try remove(directory)
  }
}

extension ReadableFile {
  /// Bytes `offset ..< offset + count`.
  ///
  /// A range outside the file is refused before memory is taken for it.
  package func read(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
    guard offset >= 0, count >= 0, count <= size, offset <= size - count else {
      throw FileError(.endOfFile(size: size), path: path, operation: "read")
    }
    var failure: FileError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      do throws(FileError) {
        unsafe try read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
        initialized = count
      } catch {
        failure = error
        initialized = 0
      }
    }
    if let failure { throw failure }
    return bytes
  }
}

/// A new file being appended to, by one owner. Closing happens on release; it is not a sync.
package protocol WritableFile: AnyObject {
  /// Bytes appended so far.
  var size: Int { get }
  func append(_ bytes: [UInt8]) throws(FileError)
  /// Makes the content durable.
  func sync() throws(FileError)
  func close() throws(FileError)
}

package protocol FileLock: AnyObject, Sendable {
  func release()
}

package struct DirectoryEntry: Sendable, Hashable {
  package var name: String
  /// Of a symbolic link: whether it leads to a directory.
  package var isDirectory: Bool
  /// Whether it is a symbolic link.
  package var isLink: Bool

  package init(name: String, isDirectory: Bool, isLink: Bool = false) {
    self.name = name
    self.isDirectory = isDirectory
    self.isLink = isLink
  }
}

package struct FileStatus: Sendable, Hashable {
  package var size: Int
  package var isDirectory: Bool
  /// Last modification, microseconds since the epoch.
  package var modifiedMicroseconds: Int64
  /// Last change of content, name or mode, microseconds since the epoch: unlike the modification
  /// time, nobody can set it back.
  package var changedMicroseconds: Int64

  /// - Parameter changedMicroseconds: Nil where a store knows no more than the modification.
  package init(
    size: Int, isDirectory: Bool, modifiedMicroseconds: Int64, changedMicroseconds: Int64? = nil
  ) {
    self.size = size
    self.isDirectory = isDirectory
    self.modifiedMicroseconds = modifiedMicroseconds
    self.changedMicroseconds = changedMicroseconds ?? modifiedMicroseconds
  }
}
