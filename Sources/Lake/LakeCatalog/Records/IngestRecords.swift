package import Columnar
package import FileStorage
import JSONText

/// A landing file that was loaded; the first four members together are loaded at most once.
package struct IngestedFile: Sendable, Hashable {
  package var feed: String
  package var region: String
  /// The arrival date in the file's path; nil when it has none.
  package var pathDate: CalendarDate?
  package var sha256: FileDigest
  package var path: String
  package var rows: Int64
  package var rejected: Int64
  /// Set by the commit.
  package var snapshot: Int64

  package init(
    feed: String, region: String, pathDate: CalendarDate?, sha256: FileDigest, path: String,
    rows: Int64, rejected: Int64, snapshot: Int64 = 0
  ) {
    self.feed = feed
    self.region = region
    self.pathDate = pathDate
    self.sha256 = sha256
    self.path = path
    self.rows = rows
    self.rejected = rejected
    self.snapshot = snapshot
  }
}

/// A record that was set aside instead of loaded.
package struct QuarantinedRow: Sendable, Hashable {
  package var feed: String
  package var file: String
  /// From 1.
  package var line: Int64
  package var column: String?
  package var rule: String
  package var rawText: String
  package var reason: String
  /// Set by the commit.
  package var snapshot: Int64

  package init(
    feed: String, file: String, line: Int64, column: String?, rule: String, rawText: String,
    reason: String, snapshot: Int64 = 0
  ) {
    self.feed = feed
    self.file = file
    self.line = line
    self.column = column
    self.rule = rule
    self.rawText = rawText
    self.reason = reason
    self.snapshot = snapshot
  }
}

/// The result of one expectation or quality score.
package struct CheckResult: Sendable, Hashable {
  /// What was checked: a feed, a table, a view.
  package var subject: String
  package var name: String
  /// `pass`, `warn` or `fail`.
  package var status: String
  package var businessDate: CalendarDate?
  package var rowsChecked: Int64
  package var rowsFailed: Int64
  /// Between 0 and 1; nil when the check has no score.
  package var score: Double?
  package var detail: String
  /// Set by the commit.
  package var snapshot: Int64

  package init(
    subject: String, name: String, status: String, businessDate: CalendarDate? = nil,
    rowsChecked: Int64, rowsFailed: Int64, score: Double? = nil, detail: String = "",
    snapshot: Int64 = 0
  ) {
    self.subject = subject
    self.name = name
    self.status = status
    self.businessDate = businessDate
    self.rowsChecked = rowsChecked
    self.rowsFailed = rowsFailed
    self.score = score
    self.detail = detail
    self.snapshot = snapshot
  }
}

extension IngestedFile: LogRecord {
  func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("feed", feed)
    json.member("region", region)
    json.optional("pathDate", pathDate?.description)
    json.member("sha256", sha256.hex)
    json.member("path", path)
    json.member("rows", rows)
    json.member("rejected", rejected)
    json.endObject()
  }

  init(_ json: JSONValue) throws(CatalogError) {
    let object = LogObject(json, "ingested file")
    let hasDate = object.optionalString("pathDate") != nil
    self.init(
      feed: try object.string("feed"), region: try object.string("region"),
      pathDate: hasDate ? try object.date("pathDate") : nil, sha256: try object.digest("sha256"),
      path: try object.string("path"), rows: try object.integer("rows"),
      rejected: try object.integer("rejected"))
  }
}

extension QuarantinedRow: LogRecord {
  func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("feed", feed)
    json.member("file", file)
    json.member("line", line)
    json.optional("column", column)
    json.member("rule", rule)
    json.member("rawText", rawText)
    json.member("reason", reason)
    json.endObject()
  }

  init(_ json: JSONValue) throws(CatalogError) {
    let object = LogObject(json, "quarantined row")
    self.init(
      feed: try object.string("feed"), file: try object.string("file"),
      line: try object.integer("line"), column: object.optionalString("column"),
      rule: try object.string("rule"), rawText: try object.string("rawText"),
      reason: try object.string("reason"))
  }
}

extension CheckResult: LogRecord {
  func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("subject", subject)
    json.member("name", name)
    json.member("status", status)
    json.optional("businessDate", businessDate?.description)
    json.member("rowsChecked", rowsChecked)
    json.member("rowsFailed", rowsFailed)
    if let score {
      json.key("score")
      json.double(score)
    }
    json.member("detail", detail)
    json.endObject()
  }

  init(_ json: JSONValue) throws(CatalogError) {
    let object = LogObject(json, "check")
    let hasDate = object.optionalString("businessDate") != nil
    self.init(
      subject: try object.string("subject"), name: try object.string("name"),
      status: try object.string("status"),
      businessDate: hasDate ? try object.date("businessDate") : nil,
      rowsChecked: try object.integer("rowsChecked"), rowsFailed: try object.integer("rowsFailed"),
      score: json["score"]?.double, detail: try object.string("detail"))
  }
}
