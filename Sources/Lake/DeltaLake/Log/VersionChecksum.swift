import JSONText

/// The file `N.crc`: what a table's state at a version amounts to ("Version Checksum File").
package struct VersionChecksum: Sendable, Hashable {
  package var txnId: String?
  package var tableSizeBytes: Int64
  package var numFiles: Int64
  package var inCommitTimestamp: Int64?
  package var transactions: [SetTransaction]?
  package var domains: [DomainMetadata]?
  package var metadata: Metadata?
  package var `protocol`: DeltaProtocol?

  /// From what a catalog knows without replaying the log.
  ///
  /// - Parameters:
  ///   - tableSizeBytes: The sum of the live files' sizes after the commit.
  ///   - inCommitTimestamp: Milliseconds; nil for a table without in-commit timestamps.
  package init(
    tableSizeBytes: Int64, numFiles: Int64, metadata: Metadata, protocol: DeltaProtocol,
    inCommitTimestamp: Int64?, txnId: String? = nil
  ) {
    self.tableSizeBytes = tableSizeBytes
    self.numFiles = numFiles
    self.metadata = metadata
    self.protocol = `protocol`
    self.inCommitTimestamp = inCommitTimestamp
    self.txnId = txnId
  }

  package init(_ snapshot: DeltaSnapshot) {
    txnId = snapshot.commitInfo?.txnId
    tableSizeBytes = snapshot.sizeInBytes
    numFiles = Int64(snapshot.files.count)
    inCommitTimestamp =
      snapshot.metadata.hasInCommitTimestamps ? snapshot.commitInfo?.inCommitTimestamp : nil
    transactions = snapshot.transactions
    domains = snapshot.domains
    metadata = snapshot.metadata
    `protocol` = snapshot.protocol
  }

  /// Nil when the file is not a version checksum: such a file proves nothing and is passed over.
  package init?(parsing bytes: [UInt8]) {
    do { try self.init(strict: bytes) } catch { return nil }
  }

  private init(strict bytes: [UInt8]) throws(JSONError) {
    var cursor = JSONCursor(bytes)
    var size: Int64?
    var count: Int64?
    try cursor.beginObject()
    while let key = try cursor.nextKey() {
      if try cursor.skipNull() { continue }
      switch key {
      case "txnId": txnId = try cursor.readString()
      case "tableSizeBytes": size = try cursor.readInt64()
      case "numFiles": count = try cursor.readInt64()
      case "inCommitTimestampOpt": inCommitTimestamp = try cursor.readInt64()
      case "metadata": metadata = try Metadata(&cursor)
      case "protocol": `protocol` = try DeltaProtocol(&cursor)
      case "setTransactions":
        var all: [SetTransaction] = []
        try cursor.beginArray()
        while try cursor.nextElement() { all.append(try SetTransaction(&cursor)) }
        transactions = all
      case "domainMetadata":
        var all: [DomainMetadata] = []
        try cursor.beginArray()
        while try cursor.nextElement() { all.append(try DomainMetadata(&cursor)) }
        domains = all
      default: try cursor.skipValue()
      }
    }
    try cursor.finish()
    tableSizeBytes = try cursor.require(size, "tableSizeBytes")
    numFiles = try cursor.require(count, "numFiles")
  }

  package var bytes: [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.optional("txnId", txnId)
    writer.member("tableSizeBytes", tableSizeBytes)
    writer.member("numFiles", numFiles)
    writer.member("numMetadata", 1)
    writer.member("numProtocol", 1)
    writer.optional("inCommitTimestampOpt", inCommitTimestamp)
    if let transactions {
      writer.key("setTransactions")
      writer.beginArray()
      for transaction in transactions { transaction.write(to: &writer) }
      writer.endArray()
    }
    if let domains {
      writer.key("domainMetadata")
      writer.beginArray()
      for domain in domains { domain.write(to: &writer) }
      writer.endArray()
    }
    if let metadata {
      writer.key("metadata")
      metadata.write(to: &writer)
    }
    if let `protocol` {
      writer.key("protocol")
      `protocol`.write(to: &writer)
    }
    writer.endObject()
    return writer.bytes
  }

  /// What disagrees with a replayed state ("State Validation"); nil when nothing does.
  package func contradiction(of snapshot: DeltaSnapshot) -> String? {
    if numFiles != Int64(snapshot.files.count) {
      return "it counts \(numFiles) files, the log \(snapshot.files.count)"
    }
    if tableSizeBytes != snapshot.sizeInBytes {
      return "it counts \(tableSizeBytes) bytes, the log \(snapshot.sizeInBytes)"
    }
    if let metadata, metadata.id != snapshot.metadata.id {
      return "it belongs to table \(metadata.id), the log to \(snapshot.metadata.id)"
    }
    if let metadata, metadata.schemaString != snapshot.metadata.schemaString {
      return "its schema differs from the log's"
    }
    return nil
  }
}
