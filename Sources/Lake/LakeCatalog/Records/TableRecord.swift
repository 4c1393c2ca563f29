import JSONText

/// Who may commit to a table besides Tarn.
package enum TableMode: String, Sendable, Hashable {
  /// Nobody: a writer feature that only Tarn knows keeps others out.
  case sealed
  /// Any Delta writer; their commits are imported.
  case open
}

/// What a table is declared to be.
package struct TableDefinition: Sendable, Hashable {
  package var schema: String
  package var name: String
  /// Where its Delta table lies, relative to the lake.
  package var path: String
  package var mode: TableMode
  package var businessDate: String?
  package var calendar: String?
  package var key: [String]
  package var latestBy: String?
  package var feed: String?
  /// The statement that declares it.
  package var sql: String

  package init(
    schema: String, name: String, path: String, mode: TableMode = .sealed,
    businessDate: String? = nil, calendar: String? = nil, key: [String] = [],
    latestBy: String? = nil, feed: String? = nil, sql: String = ""
  ) {
    self.schema = schema
    self.name = name
    self.path = path
    self.mode = mode
    self.businessDate = businessDate
    self.calendar = calendar
    self.key = key
    self.latestBy = latestBy
    self.feed = feed
    self.sql = sql
  }

  /// `schema.name`.
  package var qualifiedName: String { schema + "." + name }
}

/// A table as it was declared over an interval of lake snapshots.
package struct TableRecord: Sendable, Hashable {
  package var id: Int64
  package var definition: TableDefinition
  package var beginSnapshot: Int64
  /// The first snapshot at which this no longer holds; nil while it holds.
  package var endSnapshot: Int64?

  package var qualifiedName: String { definition.qualifiedName }
}

/// A declaration with the id it has, as the lake log tells it.
struct DeclaredTable: LogRecord, Sendable, Hashable {
  var id: Int64
  var definition: TableDefinition

  init(id: Int64, definition: TableDefinition) {
    self.id = id
    self.definition = definition
  }

  func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("id", id)
    json.member("schema", definition.schema)
    json.member("name", definition.name)
    json.member("path", definition.path)
    json.member("mode", definition.mode.rawValue)
    json.optional("businessDate", definition.businessDate)
    json.optional("calendar", definition.calendar)
    json.strings("key", definition.key)
    json.optional("latestBy", definition.latestBy)
    json.optional("feed", definition.feed)
    json.member("sql", definition.sql)
    json.endObject()
  }

  init(_ json: JSONValue) throws(CatalogError) {
    let object = LogObject(json, "table")
    guard let mode = TableMode(rawValue: try object.string("mode")) else {
      throw .corrupted("the lake log has a table of unknown mode")
    }
    id = try object.integer("id")
    definition = TableDefinition(
      schema: try object.string("schema"), name: try object.string("name"),
      path: try object.string("path"), mode: mode,
      businessDate: object.optionalString("businessDate"),
      calendar: object.optionalString("calendar"), key: object.strings("key"),
      latestBy: object.optionalString("latestBy"), feed: object.optionalString("feed"),
      sql: try object.string("sql"))
  }
}
