import FileStorage
import Glibc
import TestSupport
import Testing

/// What every store promises, on the real disk, in memory, and through the faulty twin.
@Suite("File stores")
struct FileStoreTests {
  enum Kind: CaseIterable { case local, memory, faulty }

  /// A store, a directory in it, and what keeps that directory alive.
  private func make(_ kind: Kind) throws -> (any SteppedFileStore, String, TemporaryDirectory) {
    let directory = TemporaryDirectory()
    switch kind {
    case .local: return (LocalFileStore(), directory.path, directory)
    case .memory:
      let store = MemoryFileStore()
      try store.makeDirectory(directory.path)
      return (store, directory.path, directory)
    case .faulty:
      let store = FaultyStore(over: MemoryFileStore())
      try store.makeDirectory(directory.path)
      return (store, directory.path, directory)
    }
  }

  @Test(
    "putIfAbsent publishes once, with the time it is given, and leaves nothing beside it",
    arguments: Kind.allCases)
  func publishing(_ kind: Kind) throws {
    let (store, root, keeper) = try make(kind)
    let path = joinPath(root, "0.json")
    let time: Int64 = 1_759_255_200_123_456
    #expect(try store.putIfAbsent([1, 2, 3], at: path, modifiedMicroseconds: time))
    #expect(try !store.putIfAbsent([9], at: path, modifiedMicroseconds: nil))
    #expect(try store.read(path) == [1, 2, 3])
    #expect(try store.status(path)?.modifiedMicroseconds == time)
    #expect(try store.list(root) == [DirectoryEntry(name: "0.json", isDirectory: false)])
    try store.replace([4], at: path)
    #expect(try store.read(path) == [4])
    #expect(try store.list(root).count == 1)
    withExtendedLifetime(keeper) {}
  }

  @Test(
    "several files are published at once, around one whose place is taken", arguments: Kind.allCases
  )
  func publishingSeveral(_ kind: Kind) throws {
    let (store, root, keeper) = try make(kind)
    let paths = ["a", "b", "c"].map { joinPath(root, $0) }
    _ = try store.putIfAbsent([9], at: paths[1], modifiedMicroseconds: nil)
    let files = paths.map { FileToPut([1], at: $0, modifiedMicroseconds: 5_000_000) }
    #expect(try store.putAllIfAbsent(files) == [true, false, true])
    #expect(try paths.map { try store.read($0) } == [[1], [9], [1]])
    #expect(try store.list(root).count == 3)
    withExtendedLifetime(keeper) {}
  }

  @Test("a removed tree takes its links along, not what they lead to")
  func removingATree() throws {
    let (store, root, keeper) = try make(.local)
    let tree = joinPath(root, "tree")
    let kept = joinPath(root, "kept")
    try store.makeDirectory(joinPath(tree, "inner"))
    try store.makeDirectory(kept)
    _ = try store.putIfAbsent([1], at: joinPath(kept, "a"), modifiedMicroseconds: nil)
    _ = try store.putIfAbsent([1], at: joinPath(tree, "inner/b"), modifiedMicroseconds: nil)
    #expect(unsafe symlink(kept, joinPath(tree, "link")) == 0)
    #expect(unsafe symlink(joinPath(root, "nowhere"), joinPath(tree, "dangling")) == 0)
    #expect(
      try store.list(tree) == [
        DirectoryEntry(name: "dangling", isDirectory: false, isLink: true),
        DirectoryEntry(name: "inner", isDirectory: true),
        DirectoryEntry(name: "link", isDirectory: true, isLink: true),
      ])
    try store.removeTree(tree)
    #expect(try store.status(tree) == nil)
    #expect(try store.read(joinPath(kept, "a")) == [1])
    withExtendedLifetime(keeper) {}
  }

  @Test("times before 1970 keep their microseconds")
  func earlyTimes() throws {
    let (store, root, keeper) = try make(.local)
    let path = joinPath(root, "a")
    _ = try store.putIfAbsent([], at: path, modifiedMicroseconds: -1)
    #expect(try store.status(path)?.modifiedMicroseconds == -1)
    withExtendedLifetime(keeper) {}
  }

  @Test("files are created once, appended to, and read back by range", arguments: Kind.allCases)
  func files(_ kind: Kind) throws {
    let (store, root, keeper) = try make(kind)
    let path = joinPath(root, "a/b/data")
    try store.makeDirectory(joinPath(root, "a/b"))
    try store.makeDirectory(joinPath(root, "a/b"))
    let file = try store.create(path)
    try file.append([1, 2])
    try file.append([3])
    try file.sync()
    try file.close()
    #expect(file.size == 3)
    let reading = try store.open(path)
    #expect(try reading.read(at: 1, count: 2) == [2, 3])
    let failure = #expect(throws: FileError.self) { try reading.read(at: 2, count: 2) }
    #expect(failure?.reason == .endOfFile(size: 3))
    let taken = #expect(throws: FileError.self) { _ = try store.create(path) }
    #expect(taken?.reason == .alreadyExists)
    #expect(try store.link(path, to: joinPath(root, "second")))
    #expect(try !store.link(path, to: joinPath(root, "second")))
    try store.remove(path)
    #expect(try store.status(path) == nil)
    #expect(try store.read(joinPath(root, "second")) == [1, 2, 3])
    let missing = #expect(throws: FileError.self) { _ = try store.open(path) }
    #expect(missing?.reason == .notFound)
    let directory = #expect(throws: FileError.self) { _ = try store.open(root) }
    #expect(directory?.reason == .isADirectory)
    withExtendedLifetime(keeper) {}
  }

  @Test("a lock keeps the second taker out until it is released", arguments: Kind.allCases)
  func locking(_ kind: Kind) throws {
    let (store, root, keeper) = try make(kind)
    let path = joinPath(root, "tarn.lock")
    let lock = try store.lock(path, waits: true)
    let refused = #expect(throws: FileError.self) { _ = try store.lock(path, waits: false) }
    #expect(refused?.reason == .locked)
    lock.release()
    try store.lock(path, waits: false).release()
    withExtendedLifetime(keeper) {}
  }

  @Test("paths come apart and together")
  func paths() {
    #expect(parentDirectory(of: "/a/b") == "/a")
    #expect(parentDirectory(of: "/a") == "/")
    #expect(parentDirectory(of: "a") == ".")
    #expect(lastComponent(of: "/a/b") == "b")
    #expect(joinPath("/a", "b") == "/a/b")
    #expect(joinPath("/a/", "b") == "/a/b")
    #expect(joinPath("/a", "/b") == "/b")
  }
}
