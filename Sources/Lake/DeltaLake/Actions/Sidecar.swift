import JSONText

/// The `sidecar` action: a file of a V2 checkpoint's file actions ("Sidecar File Information").
package struct Sidecar: Sendable, Hashable {
  package var path: String
  package var sizeInBytes: Int64
  package var modificationTime: Int64

  package init(path: String, sizeInBytes: Int64, modificationTime: Int64) {
    self.path = path
    self.sizeInBytes = sizeInBytes
    self.modificationTime = modificationTime
  }

  init(_ cursor: inout JSONCursor) throws(JSONError) {
    var path: String?
    sizeInBytes = 0
    modificationTime = 0
    try cursor.beginObject()
    while let key = try cursor.nextKey() {
      switch key {
      case "path": path = try cursor.readString()
      case "sizeInBytes": sizeInBytes = try cursor.readInt64()
      case "modificationTime": modificationTime = try cursor.readInt64()
      default: try cursor.skipValue()
      }
    }
    self.path = try cursor.require(path, "path")
  }

  func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("path", path)
    writer.member("sizeInBytes", sizeInBytes)
    writer.member("modificationTime", modificationTime)
    writer.endObject()
  }
}
