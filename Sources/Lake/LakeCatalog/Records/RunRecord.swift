package import Columnar
package import FileStorage
import JSONText

/// One run of a view: everything needed to say what it did, and to do it again.
package struct RunRecord: Sendable, Hashable {
  /// Set by the commit.
  package var id: Int64
  /// `schema.name` of the view.
  package var view: String
  /// `succeeded`, `failed`, `skipped`, `blocked`.
  package var status: String
  package var startedMicroseconds: Int64
  package var finishedMicroseconds: Int64
  /// The lake snapshot its inputs were read at.
  package var inputSnapshot: Int64
  package var definitionHash: FileDigest
  package var engineVersion: String
  /// JSON: calculators and their method versions.
  package var methods: String
  /// JSON.
  package var parameters: String
  /// Business dates that were rebuilt; empty for all of them.
  package var dates: [CalendarDate]
  package var rowCount: Int64
  package var contentHash: FileDigest?
  /// JSON: results of the gates.
  package var checks: String
  package var message: String
  package var inputs: [TableVersionReference]
  package var outputs: [TableVersionReference]
  /// Set by the commit.
  package var snapshot: Int64

  package init(
    view: String, status: String, startedMicroseconds: Int64, finishedMicroseconds: Int64,
    inputSnapshot: Int64, definitionHash: FileDigest, engineVersion: String,
    methods: String = "{}", parameters: String = "{}", dates: [CalendarDate] = [],
    rowCount: Int64 = 0, contentHash: FileDigest? = nil, checks: String = "[]",
    message: String = "", inputs: [TableVersionReference] = [],
    outputs: [TableVersionReference] = [], id: Int64 = 0, snapshot: Int64 = 0
  ) {
    self.id = id
    self.view = view
    self.status = status
    self.startedMicroseconds = startedMicroseconds
    self.finishedMicroseconds = finishedMicroseconds
    self.inputSnapshot = inputSnapshot
    self.definitionHash = definitionHash
    self.engineVersion = engineVersion
    self.methods = methods
    self.parameters = parameters
    self.dates = dates
    self.rowCount = rowCount
    self.contentHash = contentHash
    self.checks = checks
    self.message = message
    self.inputs = inputs
    self.outputs = outputs
    self.snapshot = snapshot
  }
}

extension RunRecord: LogRecord {
  func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("id", id)
    json.member("view", view)
    json.member("status", status)
    json.member("started", startedMicroseconds)
    json.member("finished", finishedMicroseconds)
    json.member("inputSnapshot", inputSnapshot)
    json.member("definitionHash", definitionHash.hex)
    json.member("engineVersion", engineVersion)
    json.member("methods", methods)
    json.member("parameters", parameters)
    json.strings("dates", dates.map(\.description))
    json.member("rowCount", rowCount)
    json.optional("contentHash", contentHash?.hex)
    json.member("checks", checks)
    json.member("message", message)
    json.records("inputs", inputs)
    json.records("outputs", outputs)
    json.endObject()
  }

  init(_ json: JSONValue) throws(CatalogError) {
    let object = LogObject(json, "run")
    self.init(
      view: try object.string("view"), status: try object.string("status"),
      startedMicroseconds: try object.integer("started"),
      finishedMicroseconds: try object.integer("finished"),
      inputSnapshot: try object.integer("inputSnapshot"),
      definitionHash: try object.digest("definitionHash"),
      engineVersion: try object.string("engineVersion"), methods: try object.string("methods"),
      parameters: try object.string("parameters"),
      dates: object.strings("dates").compactMap { CalendarDate($0) },
      rowCount: try object.integer("rowCount"), contentHash: object.optionalDigest("contentHash"),
      checks: try object.string("checks"), message: try object.string("message"),
      inputs: try object.records("inputs"), outputs: try object.records("outputs"),
      id: try object.integer("id"))
  }
}
