package import Columnar
package import FileStorage
import JSONText

/// How many rows of one business date a commit added and removed.
package struct DateChange: Sendable, Hashable {
  package var date: CalendarDate
  package var rowsAdded: Int64
  package var rowsRemoved: Int64

  package init(date: CalendarDate, rowsAdded: Int64, rowsRemoved: Int64) {
    self.date = date
    self.rowsAdded = rowsAdded
    self.rowsRemoved = rowsRemoved
  }
}

/// One version of one table.
package struct TableVersion: Sendable, Hashable {
  package var tableID: Int64
  package var version: Int64
  package var snapshot: Int64
  /// Knowledge time, microseconds since the epoch.
  package var timeMicroseconds: Int64
  package var operation: String
  package var rowsAdded: Int64
  package var rowsRemoved: Int64
  /// Of the commit's bytes, which are also `_delta_log/N.json`.
  package var sha256: FileDigest
  package var commitBytes: Int64
  package var isPublished: Bool
}

/// A table at a version: what views and runs remember of their inputs and outputs.
package struct TableVersionReference: Sendable, Hashable {
  package var tableID: Int64
  package var version: Int64

  package init(tableID: Int64, version: Int64) {
    self.tableID = tableID
    self.version = version
  }
}

extension DateChange: LogRecord {
  func write(to json: inout JSONWriter) {
    json.beginArray()
    json.string(date.description)
    json.integer(rowsAdded)
    json.integer(rowsRemoved)
    json.endArray()
  }

  init(_ json: JSONValue) throws(CatalogError) {
    guard let parts = json.array, parts.count == 3,
      let date = parts[0].string.flatMap({ CalendarDate($0) }), let added = parts[1].int64,
      let removed = parts[2].int64
    else { throw .corrupted("the lake log has a date change that is not understood") }
    self.init(date: date, rowsAdded: added, rowsRemoved: removed)
  }
}

extension TableVersionReference: LogRecord {
  func write(to json: inout JSONWriter) {
    json.beginArray()
    json.integer(tableID)
    json.integer(version)
    json.endArray()
  }

  init(_ json: JSONValue) throws(CatalogError) {
    guard let parts = json.array, parts.count == 2, let table = parts[0].int64,
      let version = parts[1].int64
    else { throw .corrupted("the lake log has a table version that is not understood") }
    self.init(tableID: table, version: version)
  }
}
