package import FileStorage
import Glibc
import Synchronization

/// A disk that counts what is asked of it, and fails or dies at a chosen operation.
///
/// Publishing is counted step by step, because it is made of the store's own steps. After a crash
/// every call fails, and nothing more reaches the disk below.
package final class FaultyStore: SteppedFileStore {
  package enum Fault: Sendable, Hashable {
    case none
    /// The operation with this number, from 1, does nothing and throws.
    case failure(at: Int, FileError.Reason)
    /// The power fails before the operation with this number, from 1.
    case crash(at: Int)
  }

  private struct State {
    var fault: Fault
    var operations: [String] = []
    var faultsMet = 0
    var hasCrashed = false
    var onFault: (@Sendable () -> Void)?
  }

  private let base: any SteppedFileStore
  private let state: Mutex<State>
  private let vfs: SimulatedVFS.Slot?
  package let sharing: DatabaseSharing

  package init(over base: any SteppedFileStore, fault: Fault = .none) {
    self.base = base
    state = Mutex(State(fault: fault))
    let holder = base.databases.vfs == nil ? nil : base as? any DatabaseStore
    sharing = holder?.sharing ?? DatabaseSharing()
    vfs = holder == nil ? nil : SimulatedVFS.slot()
    vfs?.store = self
  }

  deinit { if let vfs { SimulatedVFS.giveBack(vfs) } }

  /// The databases of the disk below, with the same faults.
  package var databases: DatabaseDisk {
    vfs.map { DatabaseDisk(vfs: $0.name, files: self) } ?? base.databases
  }

  /// What was asked so far, in order: `operation path`.
  package var operations: [String] { state.withLock { $0.operations } }
  package var faultsMet: Int { state.withLock { $0.faultsMet } }
  package var hasCrashed: Bool { state.withLock { $0.hasCrashed } }

  /// Starts counting anew with another fault.
  package func arm(_ fault: Fault) {
    state.withLock {
      $0.fault = fault
      $0.operations = []
    }
  }

  /// Fails the power now.
  package func crash() {
    state.withLock {
      $0.hasCrashed = true
      $0.faultsMet += 1
    }
  }

  /// Called when the fault is met, before anything is thrown.
  package func onFault(_ action: @escaping @Sendable () -> Void) {
    state.withLock { $0.onFault = action }
  }

  fileprivate func step(_ operation: String, _ path: String) throws(FileError) {
    let reason: FileError.Reason? = state.withLock { state in
      if state.hasCrashed { return .system(code: EIO) }
      state.operations.append("\(operation) \(path)")
      switch state.fault {
      case .failure(state.operations.count, let reason):
        state.faultsMet += 1
        return reason
      case .crash(state.operations.count):
        state.faultsMet += 1
        state.hasCrashed = true
        return .system(code: EIO)
      default: return nil
      }
    }
    guard let reason else { return }
    state.withLock { $0.onFault }?()
    throw FileError(reason, path: path, operation: operation)
  }

  package func read(_ path: String) throws(FileError) -> [UInt8] {
    try step("read", path)
    return try base.read(path)
  }

  package func open(_ path: String) throws(FileError) -> any ReadableFile {
    try step("open", path)
    return FaultyReadableFile(store: self, base: try base.open(path))
  }

  package func create(_ path: String) throws(FileError) -> any WritableFile {
    try step("create", path)
    return FaultyWritableFile(store: self, base: try base.create(path), path: path)
  }

  package func list(_ directory: String) throws(FileError) -> [DirectoryEntry] {
    try step("list", directory)
    return try base.list(directory)
  }

  package func status(_ path: String) throws(FileError) -> FileStatus? {
    try step("status", path)
    return try base.status(path)
  }

  package func makeDirectory(_ path: String) throws(FileError) {
    try step("makeDirectory", path)
    try base.makeDirectory(path)
  }

  package func syncDirectory(_ path: String) throws(FileError) {
    try step("syncDirectory", path)
    try base.syncDirectory(path)
  }

  package func remove(_ path: String) throws(FileError) {
    try step("remove", path)
    try base.remove(path)
  }

  package func link(_ source: String, to target: String) throws(FileError) -> Bool {
    try step("link", target)
    return try base.link(source, to: target)
  }

  package func lock(_ path: String, waits: Bool) throws(FileError) -> any FileLock {
    try step("lock", path)
    return try base.lock(path, waits: waits)
  }

  package func rename(_ source: String, to target: String) throws(FileError) {
    try step("rename", target)
    try base.rename(source, to: target)
  }

  package func setModified(_ path: String, microseconds: Int64) throws(FileError) {
    try step("setModified", path)
    try base.setModified(path, microseconds: microseconds)
  }
}

extension FaultyStore: DatabaseStore {
  private func holder(_ path: String?) throws(FileError) -> any DatabaseStore {
    guard let holder = base as? any DatabaseStore else {
      throw FileError(.system(code: ENOTSUP), path: path ?? "", operation: "open")
    }
    return holder
  }

  package func openInPlace(
    _ path: String?, creates: Bool
  ) throws(FileError) -> (file: Int, isNew: Bool) {
    try step("open", path ?? "")
    return try holder(path).openInPlace(path, creates: creates)
  }

  package func sizeInPlace(_ file: Int) -> Int { (try? holder(nil))?.sizeInPlace(file) ?? 0 }

  package func read(
    _ file: Int, _ path: String, at offset: Int, into buffer: UnsafeMutableRawBufferPointer
  ) throws(FileError) -> Int {
    try step("read", path)
    return unsafe try holder(path).read(file, path, at: offset, into: buffer)
  }

  package func write(
    _ file: Int, _ path: String, at offset: Int, _ bytes: [UInt8]
  ) throws(FileError) {
    try step("write", path)
    try holder(path).write(file, path, at: offset, bytes)
  }

  package func truncate(_ file: Int, _ path: String, to size: Int) throws(FileError) {
    try step("truncate", path)
    try holder(path).truncate(file, path, to: size)
  }

  package func sync(_ file: Int, _ path: String) throws(FileError) {
    try step("sync", path)
    try holder(path).sync(file, path)
  }
}

private final class FaultyReadableFile: ReadableFile {
  private let store: FaultyStore
  private let base: any ReadableFile

  init(store: FaultyStore, base: any ReadableFile) {
    self.store = store
    self.base = base
  }

  var size: Int { base.size }
  var path: String { base.path }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) {
    try store.step("read", path)
    unsafe try base.read(at: offset, into: buffer)
  }
}

private final class FaultyWritableFile: WritableFile {
  private let store: FaultyStore
  private let base: any WritableFile
  private let path: String

  init(store: FaultyStore, base: any WritableFile, path: String) {
    self.store = store
    self.base = base
    self.path = path
  }

  var size: Int { base.size }

  func append(_ bytes: [UInt8]) throws(FileError) {
    try store.step("append", path)
    try base.append(bytes)
  }

  func sync() throws(FileError) {
    try store.step("sync", path)
    try base.sync()
  }

  func close() throws(FileError) {
    try store.step("close", path)
    try base.close()
  }
}
