package import Columnar
import JSONText

/// A name for a lake snapshot, which keeps it from being vacuumed.
package struct TagRecord: Sendable, Hashable {
  package var name: String
  package var snapshot: Int64
  /// Microseconds since the epoch; nil keeps it until it is dropped.
  package var retainUntilMicroseconds: Int64?
  /// Set by the commit.
  package var createdMicroseconds: Int64

  package init(
    name: String, snapshot: Int64, retainUntilMicroseconds: Int64? = nil,
    createdMicroseconds: Int64 = 0
  ) {
    self.name = name
    self.snapshot = snapshot
    self.retainUntilMicroseconds = retainUntilMicroseconds
    self.createdMicroseconds = createdMicroseconds
  }
}

/// A closed business date: what `AS REPORTED` shows of it.
package struct SealRecord: Sendable, Hashable {
  package var businessDate: CalendarDate
  package var snapshot: Int64
  package var tag: String?

  package init(businessDate: CalendarDate, snapshot: Int64, tag: String?) {
    self.businessDate = businessDate
    self.snapshot = snapshot
    self.tag = tag
  }
}

/// A named text of the lake: a default calendar, a retention rule.
package struct SettingRecord: Sendable, Hashable {
  package var name: String
  /// Nil takes the setting away.
  package var value: String?

  package init(name: String, value: String?) {
    self.name = name
    self.value = value
  }
}

extension TagRecord: LogRecord {
  func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("name", name)
    json.member("snapshot", snapshot)
    json.optional("retainUntil", retainUntilMicroseconds)
    json.endObject()
  }

  init(_ json: JSONValue) throws(CatalogError) {
    let object = LogObject(json, "tag")
    self.init(
      name: try object.string("name"), snapshot: try object.integer("snapshot"),
      retainUntilMicroseconds: object.optionalInteger("retainUntil"))
  }
}

extension SealRecord: LogRecord {
  func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("businessDate", businessDate.description)
    json.member("snapshot", snapshot)
    json.optional("tag", tag)
    json.endObject()
  }

  init(_ json: JSONValue) throws(CatalogError) {
    let object = LogObject(json, "seal")
    self.init(
      businessDate: try object.date("businessDate"), snapshot: try object.integer("snapshot"),
      tag: object.optionalString("tag"))
  }
}

extension SettingRecord: LogRecord {
  func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("name", name)
    json.optional("value", value)
    json.endObject()
  }

  init(_ json: JSONValue) throws(CatalogError) {
    let object = LogObject(json, "setting")
    self.init(name: try object.string("name"), value: object.optionalString("value"))
  }
}
