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
    let temporary = try writeTemporary(bytes, beside: path, modified: modifiedMicroseconds)
    let isNew: Bool
    do throws(FileError) {
      isNew = try link(temporary, to: path)
    } catch {
      discard(temporary)
      throw error
    }
    discard(temporary)
    if isNew { try syncDirectory(parentDirectory(of: path)) }
    return isNew
  }

  package func replace(_ bytes: [UInt8], at path: String) throws(FileError) {
    let temporary = try writeTemporary(bytes, beside: path, modified: nil)
    do throws(FileError) {
      try rename(temporary, to: path)
    } catch {
      discard(temporary)
      throw error
    }
    try syncDirectory(parentDirectory(of: path))
  }

  /// Writes and syncs a file that no reader looks at: its name starts with a dot.
  private func writeTemporary(
    _ bytes: [UInt8], beside path: String, modified: Int64?
  ) throws(FileError) -> String {
    let (temporary, file) = try createTemporary(beside: path)
    do throws(FileError) {
      try file.append(bytes)
      if let modified { try setModified(temporary, microseconds: modified) }
      try file.sync()
      try file.close()
    } catch {
      discard(temporary)
      throw error
    }
    return temporary
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
