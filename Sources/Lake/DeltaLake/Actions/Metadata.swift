import JSONText

/// The `metaData` action: a table's identity, schema and configuration ("Change Metadata").
package struct Metadata: Sendable, Hashable {
  package var id: String
  package var name: String?
  package var description: String?
  package var formatProvider: String
  package var formatOptions: StringMap
  /// The schema as written; `DeltaSchema` reads it.
  package var schemaString: String
  package var partitionColumns: [String]
  /// Milliseconds since the epoch.
  package var createdTime: Int64?
  package var configuration: StringMap

  package init(
    id: String, name: String? = nil, description: String? = nil, schemaString: String,
    partitionColumns: [String] = [], createdTime: Int64?, configuration: StringMap = [:]
  ) {
    self.id = id
    self.name = name
    self.description = description
    formatProvider = "parquet"
    formatOptions = [:]
    self.schemaString = schemaString
    self.partitionColumns = partitionColumns
    self.createdTime = createdTime
    self.configuration = configuration
  }

  init(_ cursor: inout JSONCursor) throws(JSONError) {
    var id: String?
    var schemaString: String?
    formatProvider = "parquet"
    formatOptions = [:]
    partitionColumns = []
    configuration = [:]
    try cursor.beginObject()
    while let key = try cursor.nextKey() {
      switch key {
      case "id": id = try cursor.readString()
      case "name": name = try cursor.readOptionalString()
      case "description": description = try cursor.readOptionalString()
      case "format":
        guard try !cursor.skipNull() else { continue }
        try cursor.beginObject()
        while let key = try cursor.nextKey() {
          switch key {
          case "provider": formatProvider = try cursor.readString()
          case "options": formatOptions = try StringMap(&cursor)
          default: try cursor.skipValue()
          }
        }
      case "schemaString": schemaString = try cursor.readString()
      case "partitionColumns":
        if try !cursor.skipNull() { partitionColumns = try cursor.readStrings() }
      case "createdTime": createdTime = try cursor.readOptionalInt64()
      case "configuration": configuration = try StringMap(&cursor)
      default: try cursor.skipValue()
      }
    }
    self.id = try cursor.require(id, "id")
    self.schemaString = try cursor.require(schemaString, "schemaString")
  }

  func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("id", id)
    writer.optional("name", name)
    writer.optional("description", description)
    writer.key("format")
    writer.beginObject()
    writer.member("provider", formatProvider)
    writer.map("options", formatOptions)
    writer.endObject()
    writer.member("schemaString", schemaString)
    writer.member("partitionColumns", partitionColumns)
    writer.optional("createdTime", createdTime)
    writer.map("configuration", configuration)
    writer.endObject()
  }

  /// `delta.columnMapping.mode`, to be honoured only when the protocol has the feature.
  package var columnMappingMode: String { configuration["delta.columnMapping.mode"] ?? "none" }

  package var hasInCommitTimestamps: Bool {
    configuration["delta.enableInCommitTimestamps"]?.lowercased() == "true"
  }

  package var isAppendOnly: Bool { configuration["delta.appendOnly"]?.lowercased() == "true" }
}
