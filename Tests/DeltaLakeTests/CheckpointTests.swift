import Columnar
import DeltaLake
import JSONText
import Testing

@Suite("Checkpoints")
struct CheckpointTests {
  /// A table with one of everything that a checkpoint holds.
  private func fixture() -> LogFixture {
    let log = LogFixture()
    log.commits(upTo: 4)
    log.commit(
      5, LogFixture.remove("f2"), #"{"txn":{"appId":"lake","version":9,"lastUpdated":3}}"#,
      #"{"domainMetadata":{"domain":"tarn","configuration":"{}","removed":false}}"#,
      #"{"add":{"path":"g","partitionValues":{"p":null,"q":"1"},"size":3,"modificationTime":4,"dataChange":true,"tags":{"a":"b"}}}"#
    )
    return log
  }

  @Test("a table reads the same with and without its checkpoint")
  func roundTrip() throws {
    var log = fixture()
    let before = try log.table.snapshot()
    let name = log.path(LogPath.checkpointName(5))
    log.checkpoints.batches[name] = CheckpointBuilder(before, now: Timestamp(milliseconds: 6))
      .batch()
    log.store.put("PAR1", at: name)
    log.commit(6, LogFixture.add("h"))
    // Nothing older is needed any more.
    for version in 0...4 { log.store.delete(log.path(LogFixture.name(version) + ".json")) }
    let after = try log.table.snapshot()
    #expect(after.files.map(\.path) == before.files.map(\.path) + ["h"])
    #expect(after.files.first { $0.path == "g" }?.tags == ["a": "b"])
    #expect(after.files.first { $0.path == "g" }?.partitionValues == ["p": nil, "q": "1"])
    #expect(after.files.map(\.stats).dropLast() == before.files.map(\.stats)[...])
    #expect(after.tombstones.map(\.path) == ["f2"])
    #expect(after.transactions == before.transactions)
    #expect(after.domains == before.domains)
    #expect(after.metadata == before.metadata)
    #expect(after.protocol == before.protocol)
    #expect(try log.paths(at: 5) == before.files.map(\.path))
    let error = #expect(throws: DeltaError.self) { try log.table.snapshot(version: 4) }
    #expect(error?.reason == .noSuchVersion(requested: 4, earliest: 5, latest: 6))
  }

  @Test("tombstones are kept for as long as the table says")
  func tombstones() throws {
    let snapshot = try fixture().table.snapshot()
    let week: Int64 = 7 * 86_400_000
    #expect(CheckpointBuilder(snapshot, now: Timestamp(milliseconds: 5 + week)).actionCount == 9)
    #expect(CheckpointBuilder(snapshot, now: Timestamp(milliseconds: 6 + week)).actionCount == 8)
    var kept = snapshot
    kept.metadata.configuration = TableProfile.configuration(.sealed)
    #expect(CheckpointBuilder(kept, now: Timestamp(milliseconds: 6 + week)).actionCount == 9)
  }

  @Test("a file and a pointer to it are produced")
  func files() throws {
    let log = fixture()
    let builder = CheckpointBuilder(try log.table.snapshot(), now: Timestamp(milliseconds: 6))
    let files = try builder.files(encodedBy: log.checkpoints)
    #expect(files.name == "00000000000000000005.checkpoint.parquet")
    let pointer = try JSONValue(parsing: files.lastCheckpoint)
    #expect(pointer["version"]?.int == 5)
    #expect(pointer["size"]?.int == 9)
    #expect(pointer["numOfAddFiles"]?.int == 4)
  }

  @Test("a V2 checkpoint in JSON is read with its sidecars")
  func sidecars() throws {
    var log = LogFixture()
    log.commits(upTo: 2)
    let snapshot = try log.table.snapshot()
    log.commit(3, LogFixture.add("late"))
    let rows = CheckpointBuilder(snapshot, now: Timestamp(milliseconds: 6)).batch()
    // Only the file actions go into a sidecar.
    log.checkpoints.batches[log.path("_sidecars/s%1.parquet")] = rows.projected(to: [4, 5])
    log.store.put(
      [
        #"{"checkpointMetadata":{"version":2,"tags":{}}}"#, LogFixture.metadataLine,
        LogFixture.protocolLine,
        #"{"sidecar":{"path":"s%251.parquet","sizeInBytes":1,"modificationTime":1,"tags":{}}}"#,
      ].joined(separator: "\n"),
      at: log.path("\(LogFixture.name(2)).checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json"))
    for version in 0...2 { log.store.delete(log.path(LogFixture.name(version) + ".json")) }
    #expect(try log.paths() == ["f1", "f2", "late"])
  }

  @Test("a checkpoint of several parts counts only when all are there")
  func parts() throws {
    var log = LogFixture()
    log.commits(upTo: 2)
    let rows = CheckpointBuilder(try log.table.snapshot(), now: Timestamp(milliseconds: 6)).batch()
    let names = (1...2).map {
      log.path("\(LogFixture.name(2)).checkpoint.000000000\($0).0000000002.parquet")
    }
    log.checkpoints.batches[names[0]] = rows.slice(0..<1)
    log.checkpoints.batches[names[1]] = rows.slice(1..<rows.rowCount)
    log.store.put("PAR1", at: names[0])
    #expect(try log.table.listing().checkpoints.isEmpty)
    log.store.put("PAR1", at: names[1])
    for version in 0...1 { log.store.delete(log.path(LogFixture.name(version) + ".json")) }
    #expect(try log.paths() == ["f1", "f2"])
  }

  @Test("a checkpoint that says otherwise than the commits is found out")
  func contradiction() throws {
    var log = LogFixture()
    log.commits(upTo: 3)
    let snapshot = try log.table.snapshot()
    let name = log.path(LogPath.checkpointName(3))
    log.store.put("PAR1", at: name)
    func verdict(_ change: (inout DeltaSnapshot) -> Void) throws -> String? {
      var changed = snapshot
      change(&changed)
      log.checkpoints.batches[name] =
        CheckpointBuilder(changed, now: Timestamp(milliseconds: 6)).batch()
      return try log.table.contradiction(ofCheckpoint: 3)
    }
    #expect(try verdict { _ in } == nil)
    #expect(try verdict { $0.files.removeFirst() } == "the file 'f1' is missing")
    #expect(
      try verdict { $0.files.append(Add(path: "x", size: 1, modificationTime: 1)) }
        == "the file 'x' is not live")
    #expect(try verdict { $0.metadata.id = "other" } == "another schema or table id")
    #expect(try log.table.contradiction(ofCheckpoint: 2) == nil)
  }

  @Test("a checkpoint without protocol or metadata, or of another version, is refused")
  func incomplete() throws {
    var log = LogFixture()
    log.commits(upTo: 2)
    let rows = CheckpointBuilder(try log.table.snapshot(), now: Timestamp(milliseconds: 6)).batch()
    let name = log.path(LogPath.checkpointName(2))
    log.store.put("PAR1", at: name)
    for columns in [[0, 5], [1, 5]] {
      log.checkpoints.batches[name] = rows.projected(to: columns)
      let error = #expect(throws: DeltaError.self) { try log.table.snapshot() }
      #expect(error?.file == LogPath.checkpointName(2))
    }
  }
}

@Suite("Composing commits")
struct CommitBuilderTests {
  private func builder(_ version: Int64, mode: TableMode = .sealed) -> CommitBuilder {
    CommitBuilder(
      version: version, time: Timestamp(milliseconds: 1_000), operation: "WRITE",
      engineInfo: "Tarn/1", mode: mode)
  }

  @Test("the first action is commitInfo with the in-commit timestamp; a reader accepts the table")
  func sealed() throws {
    let schema = DeltaSchema([DeltaField("id", .long)])
    let configuration = TableProfile.configuration(.sealed)
    var builder = builder(0)
    builder.protocol = TableProfile.protocol(.sealed, schema: schema, configuration: configuration)
    builder.metadata = Metadata(
      id: "m", schemaString: schema.text, createdTime: 1_000, configuration: configuration)
    builder.adds = [Add(path: "f", size: 1, modificationTime: 1_000)]
    builder.transactions = [SetTransaction(appId: "lake", version: 42)]
    builder.extra["lakeSnapshot"] = .integer(42)
    let commit = try builder.commit(table: "t")
    let text = String(decoding: commit.bytes, as: UTF8.self)
    #expect(text.hasPrefix(#"{"commitInfo":{"inCommitTimestamp":1000,"timestamp":1000,"#))
    #expect(text.hasSuffix("}\n"))
    let log = LogFixture()
    log.store.put(commit.bytes, at: log.path(builder.fileName))
    let snapshot = try log.table.snapshot()
    #expect(snapshot.timestamp == Timestamp(milliseconds: 1_000))
    #expect(snapshot.commitInfo?["lakeSnapshot"]?.int64 == 42)
    #expect(snapshot.transaction(of: "lake")?.version == 42)
    #expect(snapshot.protocol.minReaderVersion == 1)
    #expect(snapshot.protocol.requiresWriter("tarnSealed"))
    try FeatureGate.checkWritable(snapshot.protocol, table: "t")
  }

  @Test("open tables keep to reader 1 and writer 2")
  func open() throws {
    let schema = DeltaSchema([DeltaField("id", .long)])
    let action = TableProfile.protocol(.open, schema: schema)
    #expect(action == DeltaProtocol(minReaderVersion: 1, minWriterVersion: 2))
    #expect(TableProfile.configuration(.open)["delta.enableInCommitTimestamps"] == nil)
    #expect(try builder(3, mode: .open).commit(table: "t").commitInfo?.inCommitTimestamp == nil)
  }

  @Test("what the protocol forbids in one commit is refused")
  func refused() {
    var twice = builder(1)
    twice.adds = [1, 2].map { Add(path: "f", size: $0, modificationTime: 1) }
    #expect(throws: DeltaError.self) { try twice.commit(table: "t") }
    var transactions = builder(1)
    transactions.transactions = [1, 2].map { SetTransaction(appId: "lake", version: $0) }
    #expect(throws: DeltaError.self) { try transactions.commit(table: "t") }
    #expect(throws: DeltaError.self) { try builder(0).commit(table: "t") }
    #expect(throws: Never.self) { try builder(1).commit(table: "t") }
  }

  @Test("times of commits rise by a millisecond at least")
  func times() {
    let now = Timestamp(microseconds: 5_999)
    #expect(CommitBuilder.nextTime(after: nil, now: now) == Timestamp(milliseconds: 5))
    let previous = Timestamp(milliseconds: 9)
    #expect(CommitBuilder.nextTime(after: previous, now: now) == Timestamp(milliseconds: 10))
  }
}
