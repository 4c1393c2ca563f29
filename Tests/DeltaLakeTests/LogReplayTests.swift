import Columnar
import DeltaLake
import Testing

@Suite("Replaying a log")
struct LogReplayTests {
  @Test("every retained version shows what was live then")
  func timeTravel() throws {
    let log = LogFixture()
    log.commits(upTo: 3)
    log.commit(4, LogFixture.remove("f1"), LogFixture.add("f2", size: 99, rows: 7))
    #expect(try log.paths(at: 0) == [])
    #expect(try log.paths(at: 2) == ["f1", "f2"])
    #expect(try log.paths() == ["f2", "f3"])
    let newest = try log.table.snapshot()
    #expect(newest.version == 4)
    #expect(newest.sizeInBytes == 109)
    #expect(newest.rowCount == 10)
    #expect(newest.tombstones.map(\.path) == ["f1"])
    #expect(newest.timestamp == Timestamp(microseconds: 4_000_000))
    #expect(try log.table.version(at: Timestamp(microseconds: 2_500_000)) == 2)
    #expect(try log.table.version(at: Timestamp(microseconds: -1)) == nil)
  }

  @Test("a version that is not there is refused with those that are")
  func noSuchVersion() {
    let log = LogFixture()
    log.commits(upTo: 3)
    for version: Int64 in [4, -1] {
      let error = #expect(throws: DeltaError.self) { try log.table.snapshot(version: version) }
      #expect(error?.reason == .noSuchVersion(requested: version, earliest: 0, latest: 3))
    }
  }

  @Test(
    "two spellings of one path are one file",
    arguments: [
      ("/a/b%20c", "file:/a/b%20c"), ("/a/b", "file:///a/b"), ("/a/b", "/a/%62"),
      ("x%3Dy/f", "x=y/f"),
    ])
  func canonicalPaths(added: String, removed: String) throws {
    let log = LogFixture()
    log.commit(0, LogFixture.protocolLine, LogFixture.metadataLine, LogFixture.add(added))
    log.commit(1, LogFixture.remove(removed))
    #expect(try log.paths(at: 0).count == 1)
    #expect(try log.paths().isEmpty)
  }

  @Test("one path with different deletion vectors is different logical files")
  func deletionVectorKeys() throws {
    let log = LogFixture()
    let vector =
      #""deletionVector":{"storageType":"i","pathOrInlineDv":"x","sizeInBytes":1,"cardinality":1}"#
    log.commit(
      0,
      #"{"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["deletionVectors"],"writerFeatures":["deletionVectors"]}}"#,
      LogFixture.metadataLine, LogFixture.add("f"))
    log.commit(
      1,
      #"{"add":{"path":"f","partitionValues":{},"size":10,"modificationTime":1,"dataChange":true,\#(vector)}}"#,
      LogFixture.remove("f"))
    let files = try log.table.snapshot().files
    #expect(files.count == 1)
    #expect(files.first?.deletionVector?.uniqueId == "ix")
  }

  @Test("the newest txn and domain win, removed domains vanish, unknown actions do not matter")
  func reconciliation() throws {
    let log = LogFixture()
    log.commit(0, LogFixture.protocolLine, LogFixture.metadataLine)
    log.commit(
      1, #"{"txn":{"appId":"lake","version":9}}"#,
      #"{"domainMetadata":{"domain":"a","configuration":"1","removed":false}}"#,
      #"{"domainMetadata":{"domain":"b","configuration":"1","removed":false}}"#)
    log.commit(
      2, #"{"txn":{"appId":"lake","version":4,"lastUpdated":3}}"#, #"{"futureAction":{"x":[1]}}"#,
      #"{"cdc":{"path":"c","partitionValues":{},"size":1,"dataChange":false}}"#,
      #"{"domainMetadata":{"domain":"a","configuration":"2","removed":true}}"#, "")
    let snapshot = try log.table.snapshot()
    #expect(snapshot.transactions == [SetTransaction(appId: "lake", version: 4, lastUpdated: 3)])
    #expect(snapshot.domains.map(\.domain) == ["b"])
    #expect(try log.table.commit(2).actions.contains(.ignored("futureAction")))
  }

  @Test("in-commit timestamps are the commits' times where the table has them")
  func inCommitTimestamps() throws {
    let log = LogFixture()
    let metadata = LogFixture.metadataLine.replacing(
      #""configuration":{}"#,
      with: #""configuration":{"delta.enableInCommitTimestamps":"true"}"#)
    log.commit(
      0, #"{"commitInfo":{"inCommitTimestamp":5000,"operation":"WRITE"}}"#,
      LogFixture.protocolLine, metadata)
    log.commit(1, #"{"commitInfo":{"inCommitTimestamp":7000}}"#, LogFixture.add("f"))
    #expect(try log.table.snapshot().timestamp == Timestamp(milliseconds: 7000))
    #expect(
      try log.table.history().map(\.timestamp)
        == [Timestamp(milliseconds: 5000), Timestamp(milliseconds: 7000)])
    #expect(try log.table.version(at: Timestamp(milliseconds: 6999)) == 0)
  }

  @Test("a version checksum that contradicts the log is an error; a broken one is passed over")
  func checksums() throws {
    let log = LogFixture()
    log.commits(upTo: 2)
    let snapshot = try log.table.snapshot()
    let good = VersionChecksum(snapshot).bytes
    let name = log.path(LogPath.checksumName(2))
    log.store.put(good, at: name)
    #expect(try log.paths() == ["f1", "f2"])
    let wrong = String(decoding: good, as: UTF8.self).replacing(
      "\"numFiles\":2", with: "\"numFiles\":3")
    log.store.put(wrong, at: name)
    let error = #expect(throws: DeltaError.self) { try log.table.snapshot() }
    #expect(error?.reason == .corruptLog(rule: "State Validation"))
    log.store.put("{\"numFiles\":", at: name)
    #expect(try log.paths() == ["f1", "f2"])
  }

  @Test("what a writer's commit says comes back from its bytes")
  func roundTrip() throws {
    let log = LogFixture()
    log.commits(upTo: 2)
    for version: Int64 in 0...2 {
      let commit = try log.table.commit(version)
      #expect(try DeltaCommit(parsing: commit.bytes, version: version, table: "t") == commit)
    }
  }

  @Test("going on from a state, commit by commit, gives what a replay gives")
  func applying() throws {
    let log = LogFixture()
    log.commits(upTo: 3)
    log.commit(4, LogFixture.remove("f1"), #"{"txn":{"appId":"lake","version":9}}"#)
    log.commit(5, LogFixture.add("f1", size: 7), LogFixture.remove("f3"))
    var state = try DeltaSnapshot(first: log.table.commit(0), of: "t")
    for version: Int64 in 1...5 {
      state = try state.applying(log.table.commit(version))
      let replayed = try log.table.snapshot(version: version)
      #expect(Set(state.files) == Set(replayed.files))
      #expect(state.tombstones == replayed.tombstones)
      #expect(state.transactions == replayed.transactions)
      #expect(state.version == replayed.version)
    }
    #expect(throws: DeltaError.self) { try state.applying(log.table.commit(5)) }
  }

  @Test("the history of a log whose start was cleaned up begins with what is left")
  func historyAfterCleanup() throws {
    var log = LogFixture()
    log.commits(upTo: 4)
    let name = log.path(LogPath.checkpointName(3))
    log.checkpoints.batches[name] =
      CheckpointBuilder(try log.table.snapshot(version: 3), now: Timestamp(milliseconds: 6))
      .batch()
    log.store.put("PAR1", at: name)
    for version in 0...2 { log.store.delete(log.path(LogFixture.name(version) + ".json")) }
    #expect(try log.table.history().map(\.version) == [3, 4])
    #expect(try log.paths() == ["f1", "f2", "f3", "f4"])
  }
}

@Suite("Paths in the log")
struct DeltaPathTests {
  @Test(
    "are URIs, relative to the table or absolute",
    arguments: [
      ("a/b.parquet", "/lake/t/a/b.parquet"), ("p=x%20y/b", "/lake/t/p=x y/b"),
      ("/lake/t/f", "/lake/t/f"), ("file:///other/f", "/other/f"),
      ("file:/other/%25f", "/other/%f"),
      ("file://localhost/other/f", "/other/f"), ("a:b/c", nil), ("s3://bucket/f", nil),
      ("f%2", nil), ("f%zz", nil), ("", nil), ("%FF", nil), ("d/a:b", "/lake/t/d/a:b"),
    ])
  func resolved(path: String, expected: String?) {
    #expect(DeltaPath.resolved(path, table: "/lake/t") == expected)
  }

  @Test("below the table are one file with their relative spelling")
  func canonical() {
    #expect(DeltaPath.canonical("file:/lake/t/x%20y", table: "/lake/t") == "x y")
    #expect(DeltaPath.canonical("/lake/tt/x", table: "/lake/t") == "/lake/tt/x")
    // A directory of the table that is called like the table itself.
    #expect(DeltaPath.canonical("t/x", table: "t") == "t/x")
    #expect(DeltaPath.canonical("t/x%20y", table: "t") == "t/x y")
  }

  @Test("decode to what was encoded", arguments: ["a b", "é/漢", "100%", "a:b", "p=1/q#?", "x\"y"])
  func encoded(path: String) {
    #expect(DeltaPath.resolved(DeltaPath.encoded(path), table: "/t") == "/t/" + path)
  }

  @Test(
    "name log files, and nothing else does",
    arguments: [
      ("00000000000000000042.json", LogPath.Kind.commit),
      ("00000000000000000042.crc", .checksum),
      ("00000000000000000042.checkpoint.parquet", .checkpoint),
      ("00000000000000000042.checkpoint.0000000002.0000000003.parquet", .checkpointPart(2, of: 3)),
      ("00000000000000000042.00000000000000000050.compacted.json", .compacted(to: 50)),
      (
        "00000000000000000042.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json",
        .checkpointV2(isJSON: true)
      ),
    ])
  func logPaths(name: String, kind: LogPath.Kind) {
    #expect(LogPath(name: name)?.kind == kind)
    #expect(LogPath(name: name)?.version == 42)
    #expect(LogPath(name: name + ".tmp") == nil)
    #expect(LogPath(name: "x" + name) == nil)
    #expect(LogPath(name: String(name.dropFirst())) == nil)
  }
}
