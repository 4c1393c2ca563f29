import JSONText

/// Where the rows of a data file that no longer count are listed ("Deletion Vectors").
package struct DeletionVectorDescriptor: Sendable, Hashable {
  package enum Storage: String, Sendable, Hashable {
    /// In a file named after a UUID below the table.
    case relative = "u"
    /// In the descriptor itself.
    case inline = "i"
    /// In a file with an absolute path.
    case absolute = "p"
  }

  package var storage: Storage
  package var pathOrInline: String
  package var offset: Int64?
  package var sizeInBytes: Int64
  /// The number of rows removed.
  package var cardinality: Int64

  package init(
    storage: Storage, pathOrInline: String, offset: Int64?, sizeInBytes: Int64, cardinality: Int64
  ) {
    self.storage = storage
    self.pathOrInline = pathOrInline
    self.offset = offset
    self.sizeInBytes = sizeInBytes
    self.cardinality = cardinality
  }

  /// Tells apart one data file's deletion vectors ("Derived Fields").
  package var uniqueId: String {
    storage.rawValue + pathOrInline + (offset.map { "@\($0)" } ?? "")
  }

  init(_ cursor: inout JSONCursor) throws(JSONError) {
    var storage: Storage?
    var path: String?
    var size: Int64?
    var cardinality: Int64?
    try cursor.beginObject()
    while let key = try cursor.nextKey() {
      switch key {
      case "storageType":
        let text = try cursor.readString()
        guard let known = Storage(rawValue: text) else {
          throw cursor.failure(.invalidValue("\"\(text)\"", expected: "storage type u, i or p"))
        }
        storage = known
      case "pathOrInlineDv": path = try cursor.readString()
      case "offset": offset = try cursor.readOptionalInt64()
      case "sizeInBytes": size = try cursor.readInt64()
      case "cardinality": cardinality = try cursor.readInt64()
      default: try cursor.skipValue()
      }
    }
    self.storage = try cursor.require(storage, "storageType")
    pathOrInline = try cursor.require(path, "pathOrInlineDv")
    sizeInBytes = try cursor.require(size, "sizeInBytes")
    self.cardinality = try cursor.require(cardinality, "cardinality")
  }

  func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("storageType", storage.rawValue)
    writer.member("pathOrInlineDv", pathOrInline)
    writer.optional("offset", offset)
    writer.member("sizeInBytes", sizeInBytes)
    writer.member("cardinality", cardinality)
    writer.endObject()
  }
}
