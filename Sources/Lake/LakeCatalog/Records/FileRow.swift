package import Columnar
package import FileStorage
import JSONText

/// A data file as a commit adds it.
package struct FileRow: Sendable, Hashable {
  /// Relative to the table's directory, as on disk (not URI-encoded).
  package var path: String
  package var rows: Int64
  package var bytes: Int64
  package var sha256: FileDigest
  /// The smallest and largest business date; nil when the file's dates are not known.
  package var dates: ClosedRange<CalendarDate>?
  /// The `stats` text of the Delta `add` action; empty without.
  package var statistics: String
  package var ranges: [ColumnRange]
  /// Opaque to the catalog: exact sums and counts by column and row group, for instance.
  package var summary: [UInt8]

  package init(
    path: String, rows: Int64, bytes: Int64, sha256: FileDigest,
    dates: ClosedRange<CalendarDate>? = nil, statistics: String = "", ranges: [ColumnRange] = [],
    summary: [UInt8] = []
  ) {
    self.path = path
    self.rows = rows
    self.bytes = bytes
    self.sha256 = sha256
    self.dates = dates
    self.statistics = statistics
    self.ranges = ranges
    self.summary = summary
  }
}

/// A data file as the catalog knows it, with the interval over which the table has it.
package struct FileRecord: Sendable, Hashable {
  package var id: Int64
  /// `ranges` is filled only when asked for.
  package var file: FileRow
  package var beginVersion: Int64
  package var beginSnapshot: Int64
  /// The first version without it; nil while the table has it.
  package var endVersion: Int64?
  /// A vacuum took it: the versions that had it can no longer be read.
  package var isVacuumed = false
}

extension FileRow: LogRecord {
  func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("path", path)
    json.member("rows", rows)
    json.member("bytes", bytes)
    json.member("sha256", sha256.hex)
    if let dates {
      json.member("firstDate", dates.lowerBound.description)
      json.member("lastDate", dates.upperBound.description)
    }
    if !statistics.isEmpty { json.member("statistics", statistics) }
    json.records("ranges", ranges)
    if !summary.isEmpty { json.member("summary", summary.hex) }
    json.endObject()
  }

  init(_ json: JSONValue) throws(CatalogError) {
    let object = LogObject(json, "file")
    path = try object.string("path")
    rows = try object.integer("rows")
    bytes = try object.integer("bytes")
    sha256 = try object.digest("sha256")
    if object.optionalString("firstDate") != nil {
      let (first, last) = (try object.date("firstDate"), try object.date("lastDate"))
      guard first <= last else { throw .corrupted("the lake log has a file of dates in disorder") }
      dates = first...last
    }
    statistics = object.optionalString("statistics") ?? ""
    ranges = try object.records("ranges")
    guard let summary = [UInt8](hex: object.optionalString("summary") ?? "") else {
      throw .corrupted("the lake log has a file with a broken summary")
    }
    self.summary = summary
  }
}
