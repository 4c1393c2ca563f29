package import Columnar
import JSONText

/// Lays a snapshot out as the rows of a classic V1 checkpoint ("Checkpoints", "Checkpoint Schema").
package struct CheckpointBuilder {
  /// The checkpoint as a file, and the `_last_checkpoint` that points to it.
  package struct Files: Sendable {
    package var name: String
    package var bytes: [UInt8]
    package var lastCheckpoint: [UInt8]
  }

  private let snapshot: DeltaSnapshot
  private let tombstones: [Remove]

  /// - Parameter now: Tombstones older than `delta.deletedFileRetentionDuration` before this are
  ///   left out.
  package init(_ snapshot: DeltaSnapshot, now: Timestamp) {
    self.snapshot = snapshot
    let text = snapshot.metadata.configuration["delta.deletedFileRetentionDuration"]
    let retention = text.flatMap(RetentionInterval.milliseconds) ?? 7 * 86_400_000
    let (oldest, overflow) = now.milliseconds.subtractingReportingOverflow(retention)
    tombstones = snapshot.tombstones.filter {
      overflow || ($0.deletionTimestamp ?? 0) >= oldest
    }
  }

  /// The number of actions, one a row.
  package var actionCount: Int {
    2 + snapshot.transactions.count + snapshot.domains.count + tombstones.count
      + snapshot.files.count
  }

  package func files(encodedBy store: some CheckpointStore) throws(DeltaError) -> Files {
    let name = LogPath.checkpointName(snapshot.version)
    let bytes: [UInt8]
    do {
      bytes = try store.encode(batch())
    } catch {
      throw DeltaError(
        .notExpressible, table: snapshot.table, file: name,
        "the checkpoint cannot be written: \(error.detail)")
    }
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("version", snapshot.version)
    writer.member("size", actionCount)
    writer.member("sizeInBytes", bytes.count)
    writer.member("numOfAddFiles", snapshot.files.count)
    writer.endObject()
    return Files(name: name, bytes: bytes, lastCheckpoint: writer.bytes)
  }

  /// One row an action; each row has one of the columns `protocol`, `metaData`, `txn`,
  /// `domainMetadata`, `remove`, `add`.
  package func batch() -> Batch {
    var rows: [[Value]] = Array(repeating: [], count: CheckpointSchema.fields.count)
    func append(_ column: Int, _ value: Value) {
      for index in rows.indices { rows[index].append(index == column ? value : .null) }
    }
    append(0, CheckpointSchema.value(snapshot.protocol))
    append(1, CheckpointSchema.value(snapshot.metadata))
    for transaction in snapshot.transactions { append(2, CheckpointSchema.value(transaction)) }
    for domain in snapshot.domains { append(3, CheckpointSchema.value(domain)) }
    for tombstone in tombstones { append(4, CheckpointSchema.value(tombstone)) }
    for file in snapshot.files { append(5, CheckpointSchema.value(file)) }
    let columns = zip(CheckpointSchema.fields, rows).map { field, values in
      Column.of(field.type, values) ?? .nulls(field.type, count: values.count)
    }
    return Batch(
      schema: Schema(CheckpointSchema.fields), columns: columns, rowCount: rows[0].count)
  }
}

/// Durations in table properties: `interval 36500 days`, `interval 1 week`.
enum RetentionInterval {
  /// Nil when the text is no such interval or too long.
  static func milliseconds(_ text: String) -> Int64? {
    var words = text.lowercased().split(separator: " ")
    if words.first == "interval" { words.removeFirst() }
    guard !words.isEmpty, words.count.isMultiple(of: 2) else { return nil }
    var total: Int64 = 0
    for index in stride(from: 0, to: words.count, by: 2) {
      guard let count = Int64(words[index]), let unit = unit(words[index + 1]) else { return nil }
      let (product, over) = count.multipliedReportingOverflow(by: unit)
      let (sum, carry) = total.addingReportingOverflow(product)
      if over || carry { return nil }
      total = sum
    }
    return total
  }

  private static func unit(_ word: Substring) -> Int64? {
    switch word.hasSuffix("s") ? word.dropLast() : word {
    case "millisecond": 1
    case "second": 1000
    case "minute": 60_000
    case "hour": 3_600_000
    case "day": 86_400_000
    case "week": 7 * 86_400_000
    default: nil
    }
  }
}
