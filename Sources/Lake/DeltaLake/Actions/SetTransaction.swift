import JSONText

/// The `txn` action: how far an application has come ("Transaction Identifiers").
package struct SetTransaction: Sendable, Hashable {
  package var appId: String
  package var version: Int64
  /// Milliseconds since the epoch.
  package var lastUpdated: Int64?

  package init(appId: String, version: Int64, lastUpdated: Int64? = nil) {
    self.appId = appId
    self.version = version
    self.lastUpdated = lastUpdated
  }

  init(_ cursor: inout JSONCursor) throws(JSONError) {
    var appId: String?
    var version: Int64?
    try cursor.beginObject()
    while let key = try cursor.nextKey() {
      switch key {
      case "appId": appId = try cursor.readString()
      case "version": version = try cursor.readInt64()
      case "lastUpdated": lastUpdated = try cursor.readOptionalInt64()
      default: try cursor.skipValue()
      }
    }
    self.appId = try cursor.require(appId, "appId")
    self.version = try cursor.require(version, "version")
  }

  func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("appId", appId)
    writer.member("version", version)
    writer.optional("lastUpdated", lastUpdated)
    writer.endObject()
  }
}
