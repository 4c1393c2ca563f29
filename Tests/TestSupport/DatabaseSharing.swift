import Synchronization

/// What the connections to databases on one simulated disk share, as processes of one machine do:
/// file locks, and the shared memory of write-ahead logs. A crash takes all of it.
///
/// The rules are those of SQLite's own VFS; each connection is told apart by its number.
package final class DatabaseSharing: Sendable {
  private struct File {
    var shared: Set<Int> = []
    var reserved: Int?
    var pending: Int?
    var exclusive: Int?
  }

  private struct Memory {
    /// Addresses of regions that are all of the same size.
    var regions: [UInt] = []
    var users: Set<Int> = []
    var shared: [Set<Int>] = Array(repeating: [], count: 8)
    var exclusive: [Int?] = Array(repeating: nil, count: 8)
  }

  private struct State {
    var files: [String: File] = [:]
    var memories: [String: Memory] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  deinit {
    for memory in state.withLock({ $0.memories.values.map { $0 } }) { DatabaseSharing.free(memory) }
  }

  // MARK: File locks; levels are none 0, shared 1, reserved 2, pending 3, exclusive 4.

  /// - Returns: false when somebody else is in the way.
  func lock(_ path: String, by user: Int, from held: Int, to level: Int) -> Bool {
    state.withLock { state in
      var file = state.files[path] ?? File()
      defer { state.files[path] = file }
      if held < 1 {
        guard file.pending == nil, file.exclusive == nil else { return false }
        file.shared.insert(user)
      }
      if level >= 2, held < 2 {
        guard file.reserved == nil || file.reserved == user else { return false }
        file.reserved = user
      }
      if level >= 4 {
        guard file.pending == nil || file.pending == user else { return false }
        file.pending = user
        guard file.shared == [user] else { return false }
        file.exclusive = user
      }
      return true
    }
  }

  func unlock(_ path: String, by user: Int, to level: Int) {
    state.withLock { state in
      guard var file = state.files[path] else { return }
      if file.reserved == user { file.reserved = nil }
      if file.pending == user { file.pending = nil }
      if file.exclusive == user { file.exclusive = nil }
      if level == 0 { file.shared.remove(user) }
      state.files[path] = file
    }
  }

  func isReserved(_ path: String) -> Bool {
    state.withLock { $0.files[path]?.reserved != nil }
  }

  // MARK: Shared memory

  /// The address of a region; nil when it is not there and shall not be made.
  func map(_ path: String, by user: Int, region: Int, size: Int, extends: Bool) -> UInt? {
    state.withLock { state in
      var memory = state.memories[path] ?? Memory()
      defer { state.memories[path] = memory }
      memory.users.insert(user)
      guard extends || region < memory.regions.count else { return nil }
      while memory.regions.count <= region {
        let fresh = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        unsafe fresh.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        memory.regions.append(UInt(bitPattern: fresh))
      }
      return memory.regions[region]
    }
  }

  func unmap(_ path: String, by user: Int) {
    state.withLock { state in
      guard var memory = state.memories[path] else { return }
      memory.users.remove(user)
      for slot in 0..<8 {
        memory.shared[slot].remove(user)
        if memory.exclusive[slot] == user { memory.exclusive[slot] = nil }
      }
      if memory.users.isEmpty {
        DatabaseSharing.free(memory)
        state.memories[path] = nil
      } else {
        state.memories[path] = memory
      }
    }
  }

  /// - Returns: false when somebody else is in the way.
  func lockMemory(_ path: String, by user: Int, _ slots: Range<Int>, isExclusive: Bool) -> Bool {
    state.withLock { state in
      var memory = state.memories[path] ?? Memory()
      for slot in slots {
        if let holder = memory.exclusive[slot], holder != user { return false }
        if isExclusive, !memory.shared[slot].subtracting([user]).isEmpty { return false }
      }
      for slot in slots {
        if isExclusive {
          memory.exclusive[slot] = user
        } else {
          memory.shared[slot].insert(user)
        }
      }
      state.memories[path] = memory
      return true
    }
  }

  func unlockMemory(_ path: String, by user: Int, _ slots: Range<Int>) {
    state.withLock { state in
      for slot in slots {
        state.memories[path]?.shared[slot].remove(user)
        if state.memories[path]?.exclusive[slot] == user {
          state.memories[path]?.exclusive[slot] = nil
        }
      }
    }
  }

  private static func free(_ memory: Memory) {
    for region in memory.regions {
      // Safe: each region was allocated above, and its last user is gone.
      unsafe UnsafeMutableRawPointer(bitPattern: region)?.deallocate()
    }
  }
}
