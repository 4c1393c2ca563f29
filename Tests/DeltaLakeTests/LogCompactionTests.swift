import DeltaLake
import Testing

/// A log compaction stands for its commits where a checksum confirms it, and is nothing otherwise.
@Suite("Log compactions")
struct LogCompactionTests {
  private let log = LogFixture()
  private static let compaction = "00000000000000000002.00000000000000000005.compacted.json"

  /// Seven versions; versions 2 to 5 amount to `compacted`.
  init() throws {
    log.commits(upTo: 2)
    log.commit(3, LogFixture.add("f3"), LogFixture.remove("f1"))
    log.commit(4, LogFixture.add("f4"), LogFixture.remove("f3"))
    log.commit(5, LogFixture.add("f5", size: 11), #"{"txn":{"appId":"a","version":7}}"#)
    log.commit(6, LogFixture.add("f6"))
    for version: Int64 in [5, 6] {
      let checksum = VersionChecksum(try log.table.snapshot(version: version))
      log.store.put(
        String(decoding: checksum.bytes, as: UTF8.self),
        at: log.path(LogPath.checksumName(version)), modified: 0)
    }
  }

  private static let compacted = [
    LogFixture.add("f2", rows: 2), LogFixture.add("f4"), LogFixture.add("f5", size: 11),
    LogFixture.remove("f1"), LogFixture.remove("f3"), #"{"txn":{"appId":"a","version":7}}"#,
  ]

  private func compact(_ text: String) {
    log.store.put(text, at: log.path(LogCompactionTests.compaction), modified: 9)
  }

  private static var whole: String { compacted.map { $0 + "\n" }.joined() }

  /// Makes the commits that the compaction stands for unreadable.
  private func spoil() {
    for version in 2...4 { log.commit(version, "spoilt") }
  }

  @Test("commits that a compaction stands for are not read", arguments: [5, 6])
  func used(version: Int64) throws {
    let before = try log.table.snapshot(version: version)
    compact(LogCompactionTests.whole)
    spoil()
    let found = try log.table.snapshot(version: version)
    #expect(Set(found.files) == Set(before.files))
    #expect(found.transactions == before.transactions)
    #expect(found.tombstones.map(\.path) == ["f1", "f3"])
    #expect(found.commitInfo == before.commitInfo && found.timestamp == before.timestamp)
    #expect(throws: DeltaError.self) { try log.table.snapshot(version: 4) }
  }

  private static func lines(_ lines: some Sequence<String>) -> String {
    lines.map { $0 + "\n" }.joined()
  }

  static let damages: [String] = {
    var texts = ["", "\n", "torn", "{\"add\":{\"path\":", String(repeating: "\0", count: 400)]
    texts.append(String(whole.dropLast(3)))
    // Lines that are missing, and lines too many.
    texts.append(lines(compacted.dropLast()))
    texts.append(lines(compacted.dropLast(2)))
    texts.append(lines(compacted.prefix(1)))
    texts.append(lines(compacted.dropFirst()))
    texts.append(whole + LogFixture.add("f9") + "\n")
    texts.append(whole + "{\"protocol\":{\"minReaderVersion\":1,\"minWriterVersion\":3}}\n")
    return texts
  }()

  @Test("a compaction that is damaged, or says something else, is passed over", arguments: damages)
  func damaged(text: String) throws {
    let before = try log.table.snapshot()
    compact(text)
    let found = try log.table.snapshot()
    #expect(found.files == before.files && found.transactions == before.transactions)
    #expect(found.protocol == before.protocol && found.tombstones == before.tombstones)
  }

  @Test("without a checksum of the version the commits are read")
  func unconfirmed() throws {
    log.commit(7, LogFixture.add("f7"))
    compact(LogCompactionTests.whole)
    #expect(try log.paths() == ["f2", "f4", "f5", "f6", "f7"])
    spoil()
    #expect(throws: DeltaError.self) { try log.table.snapshot() }
    #expect(try log.paths(at: 6).count == 4)
  }

  @Test("of several compactions the longest that fits is taken, and none that begins elsewhere")
  func choice() throws {
    compact(LogCompactionTests.whole)
    for name in [
      "00000000000000000002.00000000000000000003.compacted.json",
      "00000000000000000001.00000000000000000009.compacted.json",
      "00000000000000000003.00000000000000000004.compacted.json",
    ] {
      log.store.put("never read", at: log.path(name), modified: 9)
    }
    spoil()
    #expect(try log.paths().sorted() == ["f2", "f4", "f5", "f6"])
  }
}
