import Glibc
import Synchronization

/// A file store that can do the single steps publishing is made of.
///
/// `putIfAbsent` and `replace` are written once, over these steps, so that a store that fails or
/// crashes between two steps tests the order that real disks see.
package protocol SteppedFileStore: FileStore {
  /// Moves a file over `target` in one step; not durable until `syncDirectory`.
  func rename(_ source: String, to target: String) throws(FileError)

  /// Sets the modification time; durable with the file's next `sync`.
  func setModified(_ path: String, microseconds: Int64) throws(FileError)
}

extension SteppedFileStore {
  package func putIfAbsent(
    _ bytes: [UInt8], at path: String, modifiedMicroseconds: Int64?
  ) throws(FileError) -> Bool {
    let file = FileToPut(bytes, at: path, modifiedMicroseconds: modifiedMicroseconds)
    return try putAllIfAbsent([file])[0]
  }

  /// Takes each step for all files before the next step, so that a journaling disk can make several
  /// of them durable with one sync.
  package func putAllIfAbsent(_ files: [FileToPut]) throws(FileError) -> [Bool] {
    var temporaries: [(path: String, file: any WritableFile)] = []
    var isNew: [Bool] = []
    do throws(FileError) {
      for file in files { temporaries.append(try writeTemporary(file)) }
      for temporary in temporaries {
        try temporary.file.sync()
        try temporary.file.close()
      }
      for (temporary, file) in zip(temporaries, files) {
        isNew.append(try link(temporary.path, to: file.path))
      }
    } catch {
      for temporary in temporaries { discard(temporary.path) }
      throw error
    }
    for temporary in temporaries { discard(temporary.path) }
    var synced: Set<String> = []
    for (file, isNew) in zip(files, isNew) where isNew {
      let directory = parentDirectory(of: file.path)
      if synced.insert(directory).inserted { try syncDirectory(directory) }
    }
    return isNew
  }

  package func replace(_ bytes: [UInt8], at path: String) throws(FileError) {
    let file = FileToPut(bytes, at: path, modifiedMicroseconds: nil)
    let temporary = try writeTemporary(file)
    do throws(FileError) {
      try temporary.file.sync()
      try temporary.file.close()
      try rename(temporary.path, to: path)
    } catch {
      discard(temporary.path)
      throw error
    }
    try syncDirectory(parentDirectory(of: path))
  }

  /// Writes a file that no reader looks at, because its name starts with a dot; it is not synced.
  private func writeTemporary(
    _ file: FileToPut
  ) throws(FileError) -> (path: String, file: any WritableFile) {
    let (path, temporary) = try createTemporary(beside: file.path)
    do throws(FileError) {
      try temporary.append(file.bytes)
      if let time = file.modifiedMicroseconds { try setModified(path, microseconds: time) }
    } catch {
      discard(path)
      throw error
    }
    return (path, temporary)
  }

  private func createTemporary(
    beside path: String
  ) throws(FileError) -> (String, any WritableFile) {
    let directory = parentDirectory(of: path)
    let name = lastComponent(of: path)
    while true {
      let number = temporaryNumber.wrappingAdd(1, ordering: .relaxed).newValue
      let temporary = joinPath(directory, ".\(name).\(getpid()).\(number).tmp")
      do throws(FileError) {
        return (temporary, try create(temporary))
      } catch {
        // A process with our number may have died here before us: take the next name.
        if error.reason != .alreadyExists { throw error }
      }
    }
  }

  /// A failed clean-up leaves a dot file that nobody reads; the first failure is what matters.
  private func discard(_ temporary: String) {
    do { try remove(temporary) } catch {}
  }
}

private let temporaryNumber = Atomic<UInt64>(0)
