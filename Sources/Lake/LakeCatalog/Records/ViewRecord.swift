package import FileStorage
import JSONText

/// A materialized view as it is defined over an interval of lake snapshots.
package struct ViewRecord: Sendable, Hashable {
  package var schema: String
  package var name: String
  /// The whole defining statement.
  package var sql: String
  package var definitionHash: FileDigest
  /// The table that holds its rows, by `schema.name`.
  package var outputTable: String
  /// JSON, opaque to the catalog: schedule, business date, gates.
  package var options: String
  package var lineage: [LineageEdge]
  /// Set by the commit.
  package var beginSnapshot: Int64

  package init(
    schema: String, name: String, sql: String, definitionHash: FileDigest, outputTable: String,
    options: String = "{}", lineage: [LineageEdge] = [], beginSnapshot: Int64 = 0
  ) {
    self.schema = schema
    self.name = name
    self.sql = sql
    self.definitionHash = definitionHash
    self.outputTable = outputTable
    self.options = options
    self.lineage = lineage
    self.beginSnapshot = beginSnapshot
  }

  package var qualifiedName: String { schema + "." + name }
}

/// Definitions that are no views; the raw value stands where a view has its schema, and no schema can
/// have such a name.
package enum DefinitionKind: String, Sendable, Hashable {
  case hierarchy = "$hierarchies"
  case measure = "$measures"
}

/// One input of one output column; a nil column stands for the whole table.
package struct LineageEdge: Sendable, Hashable {
  package var outputColumn: String?
  /// `schema.name`.
  package var inputTable: String
  package var inputColumn: String?

  package init(outputColumn: String?, inputTable: String, inputColumn: String?) {
    self.outputColumn = outputColumn
    self.inputTable = inputTable
    self.inputColumn = inputColumn
  }
}

extension ViewRecord: LogRecord {
  func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("schema", schema)
    json.member("name", name)
    json.member("sql", sql)
    json.member("definitionHash", definitionHash.hex)
    json.member("outputTable", outputTable)
    json.member("options", options)
    json.records("lineage", lineage)
    json.endObject()
  }

  init(_ json: JSONValue) throws(CatalogError) {
    let object = LogObject(json, "view")
    self.init(
      schema: try object.string("schema"), name: try object.string("name"),
      sql: try object.string("sql"), definitionHash: try object.digest("definitionHash"),
      outputTable: try object.string("outputTable"), options: try object.string("options"),
      lineage: try object.records("lineage"))
  }
}

extension LineageEdge: LogRecord {
  func write(to json: inout JSONWriter) {
    json.beginObject()
    json.optional("output", outputColumn)
    json.member("table", inputTable)
    json.optional("input", inputColumn)
    json.endObject()
  }

  init(_ json: JSONValue) throws(CatalogError) {
    let object = LogObject(json, "lineage edge")
    self.init(
      outputColumn: object.optionalString("output"), inputTable: try object.string("table"),
      inputColumn: object.optionalString("input"))
  }
}
