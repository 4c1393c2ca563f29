import FileStorage
import LakeCatalog
import TestSupport
import Testing

@Suite("Integrity")
struct IntegrityTests {
  private func scene() throws -> (TestLake, Catalog, commitFile: String, logFile: String) {
    let lake = TestLake()
    let catalog = try lake.create()
    let id = try catalog.commit(.creating("trades")).versions[0].tableID
    try catalog.commit(.appending(to: [id], base: 0))
    return (
      lake, catalog, catalog.layout.commitFile("tables/silver/trades", version: 1),
      catalog.layout.logFile(2)
    )
  }

  @Test(
    "a newest commit that is gone, empty, torn or zeroed is whole again after opening",
    arguments: [DamagedFile.Finding.missing, .empty, .torn, .zeros])
  func repair(damage: DamagedFile.Finding) throws {
    let (lake, _, commitFile, logFile) = try scene()
    for path in [commitFile, logFile] {
      let whole = try lake.memory.read(path)
      switch damage {
      case .missing: try lake.memory.remove(path)
      case .empty: try lake.memory.plant([], at: path)
      case .torn: try lake.memory.plant(Array(whole.prefix(20)), at: path)
      default:
        let zeros = [UInt8](repeating: 0, count: whole.count - 20)
        try lake.memory.plant(Array(whole.prefix(20)) + zeros, at: path)
      }
      let catalog = try lake.open()
      #expect(catalog.recovery.repaired == [path])
      #expect(try lake.memory.read(path) == whole)
      #expect(try catalog.verify().faults.isEmpty)
    }
  }

  @Test("a commit of somebody else in our place is reported and left alone")
  func foreign() throws {
    let (lake, catalog, commitFile, _) = try scene()
    let foreign = Array("{\"commitInfo\":{\"engineInfo\":\"other\"}}".utf8)
    try lake.memory.plant(foreign, at: commitFile)
    let reopened = try lake.open()
    let expected = DamagedFile(path: commitFile, finding: .altered)
    #expect(reopened.recovery.damaged == [expected])
    #expect(try lake.memory.read(commitFile) == foreign)
    #expect(try catalog.verify().faults == [.file(expected)])
  }

  @Test("a commit that finds its place taken holds, says so, and holds back what follows it")
  func takenPlace() throws {
    let (lake, catalog, _, _) = try scene()
    let next = catalog.layout.commitFile("tables/silver/trades", version: 2)
    try lake.memory.plant(Array("{}".utf8), at: next)
    let outcome = try catalog.commit(.appending(to: [1], base: 1))
    #expect(outcome.publishing != nil)
    try catalog.commit(.appending(to: [1], base: 2))
    let later = catalog.layout.commitFile("tables/silver/trades", version: 3)
    #expect(try lake.memory.status(later) == nil)
    // Other tables go on.
    let other = try catalog.commit(.creating("books"))
    #expect(other.publishing != nil)
    let books = catalog.layout.commitFile("tables/silver/books", version: 0)
    #expect(try lake.memory.status(books) != nil)
    try lake.memory.remove(next)
    let healed = try lake.open()
    #expect(healed.recovery.failure == nil && healed.recovery.damaged.isEmpty)
    #expect(try lake.memory.status(later) != nil)
    #expect(try healed.verify().faults.isEmpty)
  }

  @Test("the chain can be checked against a link kept elsewhere")
  func chain() throws {
    let (_, catalog, _, _) = try scene()
    let kept = try catalog.verify()
    try catalog.commit(LakeCommit("NOTE"))
    #expect(try catalog.verify(known: (2, kept.head)).faults.isEmpty)
    #expect(
      try catalog.verify(known: (1, kept.head)).faults == [.foreignChain(snapshot: 1)])
    #expect(
      try catalog.verify(known: (9, kept.head)).faults == [.foreignChain(snapshot: 9)])
    let history = try catalog.history()
    #expect(history.map(\.snapshot) == [3, 2, 1, 0])
    #expect(history[0].previousHash == kept.head)
    #expect(history[3].previousHash == .zero)
    #expect(try catalog.history(of: 1).map(\.operation) == ["INSERT", "CREATE TABLE"])
    #expect(history[3].statementHash == SHA256.digest("tarn init"))
  }

  @Test("the link of a snapshot is the hash of its file in the lake log")
  func portableChain() throws {
    let (lake, catalog, _, _) = try scene()
    for row in try catalog.history() {
      let bytes = try lake.memory.read(catalog.layout.logFile(row.snapshot))
      #expect(SHA256.digest(bytes) == row.hash)
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(text.contains("\"previous\":\"\(row.previousHash.hex)\""))
    }
  }

  @Test("a lake that cannot be written is read in its newest state, and writes are refused")
  func readOnly() throws {
    let (lake, catalog, commitFile, _) = try scene()
    // Once with the newest state in the write-ahead log only, once all in the database.
    for _ in 0..<2 {
      let reading = try Catalog(
        opening: lake.path, store: lake.memory, clock: lake.now(), access: .readOnly)
      #expect(reading.isReadOnly)
      #expect(try reading.head().id == 2)
      let table = try reading.table(schema: nil, name: "trades", at: 2)
      #expect(try reading.files(of: table, version: 1).count == 1)
      #expect(
        try reading.commitBytes(of: table.id, version: 1) == lake.memory.read(commitFile))
      let error = #expect(throws: CatalogError.self) { try reading.commit(LakeCommit("NOTE")) }
      guard case .readOnly = error else { return #expect(Bool(false), "\(error as Any)") }
      catalog.tidy()
    }
    #expect(try LocalFileStore().status(lake.path + "/tarn.db-wal")?.size == 0)
  }

  @Test("leases keep a second holder out until they end, and state is kept")
  func scheduling() throws {
    let (lake, catalog, _, _) = try scene()
    let now = lake.clock.now()
    #expect(try catalog.takeLease("v", holder: "a", untilMicroseconds: now + 1_000_000))
    #expect(try catalog.takeLease("v", holder: "a", untilMicroseconds: now + 2_000_000))
    #expect(try !catalog.takeLease("v", holder: "b", untilMicroseconds: now + 9_000_000))
    lake.clock.advance(microseconds: 3_000_000)
    #expect(try catalog.takeLease("v", holder: "b", untilMicroseconds: now + 9_000_000))
    try catalog.releaseLease("v", holder: "b")
    #expect(try catalog.takeLease("v", holder: "c", untilMicroseconds: now + 9_000_000))
    try catalog.setState("v", [1, 2])
    #expect(try lake.open().state("v") == [1, 2])
    try catalog.setState("v", nil)
    #expect(try catalog.state("v") == nil)
  }
}

@Suite("A damaged database")
struct DamagedDatabaseTests {
  /// Changes one byte of a text inside the database file.
  private func flip(_ text: String, in path: String) throws {
    let disk = LocalFileStore()
    var bytes = try disk.read(path)
    let pattern = Array(text.utf8)
    let places = bytes.indices.dropLast(pattern.count).filter {
      bytes[$0] == pattern[0] && Array(bytes[$0..<$0 + pattern.count]) == pattern
    }
    try #require(!places.isEmpty)
    for place in places { bytes[place + pattern.count - 1] ^= 1 }
    try disk.remove(path)
    let file = try disk.create(path)
    try file.append(bytes)
  }

  @Test(
    "a flipped bit in a commit or an entry is named",
    arguments: [
      ("{\"table\":1,\"version\":1", VerificationFault.alteredCommit(tableID: 1, version: 1)),
      ("\"operation\":\"INSERT", .alteredEntry(snapshot: 2)),
    ])
  func flippedBit(text: String, fault: VerificationFault) throws {
    let lake = TestLake()
    do {
      let catalog = try lake.create()
      let id = try catalog.commit(.creating("trades")).versions[0].tableID
      try catalog.commit(.appending(to: [id], base: 0))
      catalog.tidy()
    }
    try flip(text, in: lake.path + "/tarn.db")
    let faults = try lake.open().verify().faults
    #expect(faults.contains(fault), "\(faults)")
  }
}
