import Columnar
import DeltaLake
import FileStorage
import Testing

@Suite("Checkpoints in Parquet")
struct ParquetCheckpointTests {
  @Test("what is written is read back action by action")
  func roundTrip() throws {
    let log = LogFixture()
    log.commits(upTo: 40)
    log.commit(
      41, LogFixture.remove("f2"), #"{"txn":{"appId":"lake","version":9}}"#,
      #"{"add":{"path":"g","partitionValues":{"p":null},"size":3,"modificationTime":4,"dataChange":true,"tags":{"a":"b"}}}"#
    )
    let store = log.store
    let table = DeltaTable(at: "t", in: store)
    let before = try table.snapshot()
    let files = try CheckpointBuilder(before, now: Timestamp(milliseconds: 6))
      .files(encodedBy: table.checkpoints)
    store.put(files.bytes, at: log.path(files.name))
    store.put(files.lastCheckpoint, at: log.path(LogPath.lastCheckpointName))
    for version in 0...40 { store.delete(log.path(LogFixture.name(version) + ".json")) }
    let after = try table.snapshot()
    #expect(after.files.map(\.path) == before.files.map(\.path))
    #expect(after.files.map(\.stats) == before.files.map(\.stats))
    #expect(after.files.last?.tags == ["a": "b"])
    #expect(after.files.last?.partitionValues == ["p": nil])
    #expect(after.tombstones.map(\.path) == ["f2"])
    #expect(after.transactions == before.transactions)
    #expect(after.metadata == before.metadata)
    #expect(after.protocol == before.protocol)
  }

  @Test("a truncated checkpoint is refused by name and never traps")
  func truncated() throws {
    let log = LogFixture()
    log.commits(upTo: 3)
    let store = log.store
    let table = DeltaTable(at: "t", in: store)
    let files = try CheckpointBuilder(try table.snapshot(), now: Timestamp(milliseconds: 6))
      .files(encodedBy: table.checkpoints)
    for cut in stride(from: 0, to: files.bytes.count, by: 61) {
      store.put(Array(files.bytes[..<cut]), at: log.path(files.name))
      let error = #expect(throws: DeltaError.self) { try table.snapshot() }
      #expect(error?.file == files.name)
    }
    store.put(files.bytes, at: log.path(files.name))
    #expect(try table.snapshot().files.map(\.path) == ["f1", "f2", "f3"])
  }
}
