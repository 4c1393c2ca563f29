import Columnar
import DeltaLake
import Testing

@Suite("Broken logs are refused")
struct BrokenLogTests {
  /// The refusal of the newest version, as text.
  private func refusal(_ log: LogFixture) -> String {
    do {
      _ = try log.table.snapshot()
      return "accepted"
    } catch {
      return "\(error)"
    }
  }

  @Test("a commit of zero length", arguments: ["", "\n", "  \n"])
  func empty(content: String) {
    let log = LogFixture()
    log.commits(upTo: 2)
    log.store.put(content, at: log.path(LogFixture.name(2) + ".json"))
    #expect(refusal(log).contains(LogFixture.name(2) + ".json"))
    #expect(refusal(log).contains(content.isEmpty ? "empty (0 bytes)" : "no action"))
  }

  @Test("a torn commit, wherever it is torn")
  func torn() throws {
    let log = LogFixture()
    log.commits(upTo: 2)
    let name = log.path(LogFixture.name(2) + ".json")
    let whole = try log.store.read(name)
    for cut in 1..<(whole.count - 1) {
      log.store.put(Array(whole[..<cut]), at: name)
      #expect(refusal(log).contains("torn"))
    }
  }

  @Test("a commit filled with NUL bytes")
  func zeros() {
    let log = LogFixture()
    log.commits(upTo: 2)
    log.store.put([UInt8](repeating: 0, count: 64), at: log.path(LogFixture.name(2) + ".json"))
    #expect(refusal(log).contains("NUL"))
  }

  @Test("a missing commit in the middle, even below a checkpoint")
  func gap() {
    let log = LogFixture()
    log.commits(upTo: 5)
    log.store.delete(log.path(LogFixture.name(3) + ".json"))
    #expect(refusal(log).contains("not contiguous"))
    #expect(refusal(log).contains("version 3 is missing"))
    log.store.put("", at: log.path(LogPath.checkpointName(5)))
    #expect(refusal(log).contains("version 3 is missing"))
  }

  @Test("a log that starts later than its checkpoints allow")
  func noStart() {
    let log = LogFixture()
    log.commits(upTo: 3)
    log.store.delete(log.path(LogFixture.name(0) + ".json"))
    #expect(refusal(log).contains("no complete checkpoint"))
    // A part of a multi-part checkpoint is no checkpoint.
    log.store.put(
      "", at: log.path(LogFixture.name(1) + ".checkpoint.0000000001.0000000002.parquet"))
    #expect(refusal(log).contains("no complete checkpoint"))
  }

  @Test("no protocol or no metadata")
  func incomplete() {
    let log = LogFixture()
    log.commit(0, LogFixture.metadataLine)
    #expect(refusal(log).contains("no protocol"))
    log.commit(0, LogFixture.protocolLine)
    #expect(refusal(log).contains("no metaData"))
  }

  @Test("a directory without a log")
  func noLog() {
    #expect(refusal(LogFixture()).contains("not a Delta table"))
    let log = LogFixture()
    log.store.put("x", at: log.path("readme.txt"))
    #expect(refusal(log).contains("neither a commit nor a checkpoint"))
  }

  @Test("a checkpoint that cannot be read")
  func checkpoint() {
    let log = LogFixture()
    log.commits(upTo: 3)
    log.store.put("PAR1", at: log.path(LogPath.checkpointName(2)))
    #expect(refusal(log).contains(LogPath.checkpointName(2)))
    #expect(refusal(log).contains("cannot be read"))
  }

  @Test("a checkpoint of a version that was never committed")
  func beyond() {
    let log = LogFixture()
    log.commits(upTo: 3)
    log.store.put("PAR1", at: log.path(LogPath.checkpointName(7)))
    #expect(refusal(log).contains("the newest commit is 3"))
  }

  @Test(
    "features that are not implemented, by name",
    arguments: ["catalogOwned", "catalogManaged", "variantType", "somethingNew"])
  func features(name: String) {
    let log = LogFixture()
    log.commit(
      0,
      #"{"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["\#(name)"],"writerFeatures":["\#(name)"]}}"#,
      LogFixture.metadataLine)
    let error = #expect(throws: DeltaError.self) { try log.table.snapshot() }
    #expect(error?.reason == .unsupportedFeature(name))
  }

  @Test("reader versions that do not exist yet")
  func versions() {
    let log = LogFixture()
    log.commit(
      0, #"{"protocol":{"minReaderVersion":99,"minWriterVersion":7}}"#, LogFixture.metadataLine)
    #expect(refusal(log).contains("reader version 99"))
  }

  @Test("foreign files beside the log do not matter")
  func garbage() throws {
    let log = LogFixture()
    log.commits(upTo: 2)
    for name in [
      ".00000000000000000001.json.crc", "00000000000000000009.json.tmp", "9.json",
      "_last_checkpoint",
      "00000000000000000007.checkpoint.parquet.crc", "0000000000000000000x.json",
      "_staged_commits/00000000000000000003.3a0d65cd-4056-49b8-937b-95f9e3ee90e5.json",
      "00000000000000000003.3a0d65cd-4056-49b8-937b-95f9e3ee90e5.json", "notes.json", "..json",
      "99999999999999999999.json",
    ] {
      log.store.put("garbage", at: log.path(name))
    }
    #expect(try log.paths() == ["f1", "f2"])
  }

  @Test("changing any byte of a commit never traps, and what is refused names the file")
  func mutations() throws {
    let log = LogFixture()
    log.commits(upTo: 1)
    let name = log.path(LogFixture.name(0) + ".json")
    let whole = try log.store.read(name)
    var refused = 0
    for index in whole.indices {
      for byte: UInt8 in [0, 0x22, 0x7B, 0x7D, 0x2D, 0x39, 0x5C, 0xC3] {
        var changed = whole
        changed[index] = byte
        log.store.put(changed, at: name)
        if refusal(log) != "accepted" { refused += 1 }
      }
    }
    #expect(refused > whole.count)
  }
}

@Suite("Numbers in a log that make no sense")
struct SenselessNumberTests {
  @Test(
    "row counts that a deletion vector exceeds or that overflow are unknown, not a trap",
    arguments: [Int64.min, -1, 4, Int64.max])
  func liveRows(deleted: Int64) {
    var add = Add(
      path: "f.parquet", size: 1, modificationTime: 0, stats: #"{"numRecords":3}"#)
    add.deletionVector = DeletionVectorDescriptor(
      storage: .inline, pathOrInline: "", offset: nil, sizeInBytes: 1, cardinality: deleted)
    #expect(add.liveRowCount == nil)
    add.deletionVector = nil
    #expect(add.liveRowCount == 3)
  }

  @Test("a file named as the last version that a number can hold is no commit")
  func lastVersion() {
    #expect(LogPath(name: "09223372036854775807.json") == nil)
    #expect(LogPath(name: "09223372036854775807.checkpoint.parquet") == nil)
    #expect(LogPath(name: "00000000000000000042.json")?.version == 42)
  }
}
