import FileStorage
import JSONText

extension LakeLogEntry {
  /// The bytes of the entry's file: one line of JSON, members in a fixed order.
  func encoded() -> [UInt8] {
    var json = JSONWriter(reservingCapacity: 1024)
    json.beginObject()
    json.member("format", LakeLogEntry.format)
    json.member("lake", lake)
    json.member("snapshot", snapshot)
    json.member("time", timeMicroseconds)
    json.member("actor", actor)
    json.member("operation", operation)
    json.optional("statement", statement)
    json.optional("statementHash", statementHash?.hex)
    json.optional("reason", reason)
    json.optional("message", message)
    json.member("previous", previous.hex)
    json.strings("schemas", schemas)
    json.records("tables", declared)
    if !dropped.isEmpty {
      json.key("droppedTables")
      json.beginArray()
      for table in dropped { json.integer(table) }
      json.endArray()
    }
    json.records("members", members)
    json.records("views", views)
    json.strings("droppedViews", droppedViews)
    json.records("runs", runs)
    json.records("ingests", ingests)
    json.records("quarantine", quarantine)
    json.records("checks", checks)
    json.records("tags", tags)
    json.strings("droppedTags", droppedTags)
    json.records("seals", seals)
    json.records("settings", settings)
    json.records("vacuumed", vacuumed)
    json.endObject()
    json.newline()
    return json.bytes
  }

  init(parsing bytes: [UInt8]) throws(CatalogError) {
    let json: JSONValue
    do throws(JSONError) {
      json = try JSONValue(parsing: bytes)
    } catch {
      throw .corrupted("an entry of the lake log is not JSON: \(error)")
    }
    let object = LogObject(json, "snapshot")
    let format = try object.integer("format")
    guard format == LakeLogEntry.format else {
      throw .newerCatalog(found: format, supported: LakeLogEntry.format)
    }
    lake = try object.string("lake")
    snapshot = try object.integer("snapshot")
    timeMicroseconds = try object.integer("time")
    actor = try object.string("actor")
    operation = try object.string("operation")
    statement = object.optionalString("statement")
    reason = object.optionalString("reason")
    message = object.optionalString("message")
    previous = try object.digest("previous")
    schemas = object.strings("schemas")
    declared = try object.records("tables")
    dropped = object.integers("droppedTables")
    members = try object.records("members")
    views = try object.records("views")
    droppedViews = object.strings("droppedViews")
    runs = try object.records("runs")
    ingests = try object.records("ingests")
    quarantine = try object.records("quarantine")
    checks = try object.records("checks")
    tags = try object.records("tags")
    droppedTags = object.strings("droppedTags")
    seals = try object.records("seals")
    settings = try object.records("settings")
    vacuumed = try object.records("vacuumed")
  }
}

extension LakeLogEntry.Member: LogRecord {
  func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("table", table)
    json.member("path", path)
    json.member("version", version)
    json.member("operation", operation)
    json.member("sha256", sha256.hex)
    json.member("bytes", commitBytes)
    json.member("rowsAdded", rowsAdded)
    json.member("rowsRemoved", rowsRemoved)
    json.optional("metadata", metadata)
    json.records("added", added)
    json.strings("removed", removed)
    json.records("dates", dates)
    json.endObject()
  }

  init(_ json: JSONValue) throws(CatalogError) {
    let object = LogObject(json, "member")
    table = try object.integer("table")
    path = try object.string("path")
    version = try object.integer("version")
    operation = try object.string("operation")
    sha256 = try object.digest("sha256")
    commitBytes = try object.integer("bytes")
    rowsAdded = try object.integer("rowsAdded")
    rowsRemoved = try object.integer("rowsRemoved")
    metadata = object.optionalString("metadata")
    added = try object.records("added")
    removed = object.strings("removed")
    dates = try object.records("dates")
  }
}

extension VacuumedFile: LogRecord {
  func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("table", tableID)
    json.member("path", path)
    json.endObject()
  }

  init(_ json: JSONValue) throws(CatalogError) {
    let object = LogObject(json, "vacuumed file")
    self.init(tableID: try object.integer("table"), path: try object.string("path"))
  }
}
