import Columnar
import DeltaLake
import FileStorage
import TestSupport

/// A small log as Tarn writes it.
enum OwnLog {
  static let schema = DeltaSchema(
    Schema([
      Field("id", .int64, isNullable: false), Field("name", .string),
      Field("amount", .decimal(precision: 18, scale: 2)), Field("day", .date),
    ]))

  static func commit(_ version: Int64) throws -> DeltaCommit {
    var builder = CommitBuilder(
      version: version, time: Timestamp(milliseconds: 1_700_000_000_000 + version),
      operation: "WRITE", engineInfo: "tarn", mode: .sealed)
    if version == 0 {
      let configuration = TableProfile.configuration(.sealed)
      builder.protocol = TableProfile.protocol(
        .sealed, schema: schema, configuration: configuration)
      builder.metadata = Metadata(
        id: "00000000-0000-0000-0000-000000000001", schemaString: schema.text,
        createdTime: 1_700_000_000_000, configuration: configuration)
    }
    let add = Add(
      path: "f\(version).parquet", size: 100, modificationTime: 1_700_000_000_000,
      stats: #"{"numRecords":3,"minValues":{"id":1,"name":"a","amount":1.25,"day":"2024-01-31"},"#
        + #""maxValues":{"id":9,"name":"z","amount":2.50,"day":"2024-02-29"},"#
        + #""nullCount":{"id":0,"name":1,"amount":0,"day":0}}"#)
    builder.adds = [add]
    if version == 2 {
      builder.removes = [
        Add(path: "f0.parquet", size: 100, modificationTime: 0)
          .removed(at: 1_700_000_000_002)
      ]
      builder.transactions = [SetTransaction(appId: "app", version: 7, lastUpdated: 5)]
      builder.domains = [
        DomainMetadata(domain: "tarn.test", configuration: "{}", removed: false)
      ]
    }
    return try builder.commit(table: "t")
  }

  /// The table at its third version, in memory.
  static func snapshot() throws -> DeltaSnapshot {
    let store = MemoryFileStore()
    for version in 0..<Int64(3) {
      try store.plant(
        try commit(version).bytes, at: "t/_delta_log/" + LogPath.commitName(version))
    }
    return try DeltaTable(at: "t", in: store).snapshot()
  }
}
