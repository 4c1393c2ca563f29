import Glibc

/// The disk of this machine.
///
/// Files are opened close-on-exec. New files get mode 0666 and directories 0777, less the umask.
package struct LocalFileStore: SteppedFileStore {
  private let calls: SystemCalls

  package init(calls: SystemCalls = .real) { self.calls = calls }

  package func read(_ path: String) throws(FileError) -> [UInt8] {
    let file = try LocalReadableFile(path, calls)
    return try file.read(at: 0, count: file.size)
  }

  package func open(_ path: String) throws(FileError) -> any ReadableFile {
    try LocalReadableFile(path, calls)
  }

  package func create(_ path: String) throws(FileError) -> any WritableFile {
    let descriptor = try Syscalls.open(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o666)
    return LocalWritableFile(descriptor: descriptor, path: path, calls)
  }

  package func list(_ directory: String) throws(FileError) -> [DirectoryEntry] {
    guard let stream = unsafe opendir(directory) else {
      throw FileError(Syscalls.reason(errno), path: directory, operation: "list")
    }
    defer { unsafe closedir(stream) }
    var entries: [DirectoryEntry] = []
    while true {
      errno = 0
      // Safe: the entry is copied before the next `readdir` reuses its memory.
      guard let entry = unsafe readdir(stream) else {
        if errno == 0 { break }
        throw FileError(Syscalls.reason(errno), path: directory, operation: "list")
      }
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
      }
      if name == "." || name == ".." { continue }
      entries.append(try entryNamed(name, Int(unsafe entry.pointee.d_type), in: directory))
    }
    entries.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    return entries
  }

  /// Links, and entries of file systems that do not tell the kind, are asked for theirs.
  private func entryNamed(
    _ name: String, _ type: Int, in directory: String
  ) throws(FileError) -> DirectoryEntry {
    guard type == Int(DT_LNK) || type == Int(DT_UNKNOWN) else {
      return DirectoryEntry(name: name, isDirectory: type == Int(DT_DIR))
    }
    let path = joinPath(directory, name)
    var info = stat()
    do throws(FileError) {
      try Syscalls.retrying("status", path) { unsafe lstat(path, &info) }
    } catch {
      // Another process may have removed it since.
      if error.reason != .notFound { throw error }
    }
    return DirectoryEntry(
      name: name, isDirectory: try status(path)?.isDirectory ?? false,
      isLink: info.st_mode & S_IFMT == S_IFLNK)
  }

  package func status(_ path: String) throws(FileError) -> FileStatus? {
    var info = stat()
    do throws(FileError) {
      try Syscalls.retrying("status", path) { unsafe stat(path, &info) }
    } catch {
      if error.reason == .notFound || error.reason == .notADirectory { return nil }
      throw error
    }
    return FileStatus(
      size: Int(info.st_size), isDirectory: info.st_mode & S_IFMT == S_IFDIR,
      modifiedMicroseconds: Int64(info.st_mtim.tv_sec) * 1_000_000
        + Int64(info.st_mtim.tv_nsec) / 1000,
      changedMicroseconds: Int64(info.st_ctim.tv_sec) * 1_000_000
        + Int64(info.st_ctim.tv_nsec) / 1000)
  }

  package func makeDirectory(_ path: String) throws(FileError) {
    if let status = try status(path) {
      if status.isDirectory { return }
      throw FileError(.notADirectory, path: path, operation: "makeDirectory")
    }
    let parent = parentDirectory(of: path)
    if parent != path { try makeDirectory(parent) }
    do throws(FileError) {
      try Syscalls.retrying("makeDirectory", path) { unsafe mkdir(path, 0o777) }
    } catch {
      // Another process may have made it between our look and our call.
      if error.reason != .alreadyExists { throw error }
    }
    try syncDirectory(parent)
  }

  package func syncDirectory(_ path: String) throws(FileError) {
    let descriptor = try Syscalls.open(path, O_RDONLY | O_DIRECTORY)
    defer { Glibc.close(descriptor) }
    try Syscalls.retrying("sync", path) { calls.sync(descriptor) }
  }

  package func syncFile(_ path: String) throws(FileError) {
    let descriptor = try Syscalls.open(path, O_RDONLY)
    defer { Glibc.close(descriptor) }
    try Syscalls.retrying("sync", path) { fsync(descriptor) }
  }

  package func remove(_ path: String) throws(FileError) {
    try Syscalls.retrying("remove", path) { unsafe Glibc.remove(path) }
  }

  package func link(_ source: String, to target: String) throws(FileError) -> Bool {
    do throws(FileError) {
      try Syscalls.retrying("link", target) { unsafe Glibc.link(source, target) }
      return true
    } catch {
      if error.reason == .alreadyExists { return false }
      throw error
    }
  }

  package func lock(_ path: String, waits: Bool) throws(FileError) -> any FileLock {
    let descriptor = try Syscalls.open(path, O_RDWR | O_CREAT, mode: 0o666)
    let lock = LocalFileLock(descriptor: descriptor)
    try Syscalls.retrying("lock", path) {
      flock(descriptor, waits ? LOCK_EX : LOCK_EX | LOCK_NB)
    }
    return lock
  }

  package func rename(_ source: String, to target: String) throws(FileError) {
    try Syscalls.retrying("rename", target) { unsafe Glibc.rename(source, target) }
  }

  package func setModified(_ path: String, microseconds: Int64) throws(FileError) {
    var seconds = microseconds / 1_000_000
    var rest = microseconds % 1_000_000
    if rest < 0 {
      seconds -= 1
      rest += 1_000_000
    }
    let time = timespec(tv_sec: Int(seconds), tv_nsec: Int(rest) * 1000)
    try Syscalls.retrying("setModified", path) {
      // Safe: the call reads exactly the two times of the array (access, modification).
      unsafe utimensat(AT_FDCWD, path, [time, time], 0)
    }
  }
}
