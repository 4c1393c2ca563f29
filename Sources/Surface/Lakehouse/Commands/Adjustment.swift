import Columnar
import JSONText
import LakeCatalog
import MaterializedViews

/// Rows that somebody asks to have added to a view, as the lake's log keeps them.
struct Adjustment: Sendable, Hashable {
  var number: Int
  var view: String
  var date: CalendarDate
  var columns: [String]
  /// As text that casts to the columns' types; nil is null.
  var rows: [[String?]]
  var reason: String
  var maker: String
  /// The operating system's user who proposed it; nil in records of builds that did not keep it.
  var makerUser: String?
  /// In microseconds since the epoch.
  var time: Int64
  /// In the order they came.
  var decisions: [Decision] = []

  struct Decision: Sendable, Hashable {
    var isApproval: Bool
    var checker: String
    var comment: String?
    /// In microseconds since the epoch.
    var time: Int64
  }

  /// Whether somebody proposed it, under this name or another.
  func isMade(by user: String) -> Bool { maker == user || makerUser == user }

  var isInForce: Bool { decisions.last?.isApproval == true }

  /// As views see it.
  var overlay: ViewAdjustment {
    ViewAdjustment(
      number: number, date: date, reason: reason, isInForce: isInForce, columns: columns,
      rows: rows)
  }

  /// `proposed`, `approved`, `rejected`, or `revoked` after it was approved.
  var state: String {
    guard let last = decisions.last else { return "proposed" }
    if last.isApproval { return "approved" }
    return decisions.contains { $0.isApproval } ? "revoked" : "rejected"
  }
}

extension Adjustment {
  var json: String {
    var json = JSONWriter()
    json.beginObject()
    json.member("number", number)
    json.member("view", view)
    json.member("date", date.description)
    json.member("columns", columns)
    json.key("rows")
    json.beginArray()
    for row in rows {
      json.beginObject()
      for (column, text) in zip(columns, row) {
        if let text { json.member(column, text) }
      }
      json.endObject()
    }
    json.endArray()
    json.member("reason", reason)
    json.member("maker", maker)
    if let makerUser { json.member("makerUser", makerUser) }
    json.member("time", time)
    json.endObject()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  init?(_ text: String) {
    guard let json = try? JSONValue(parsing: text), let number = json["number"]?.int,
      let view = json["view"]?.string,
      let date = (json["date"]?.string).flatMap({ CalendarDate($0) }),
      let reason = json["reason"]?.string, let maker = json["maker"]?.string
    else { return nil }
    let columns = (json["columns"]?.array ?? []).compactMap(\.string)
    self.init(
      number: number, view: view, date: date, columns: columns,
      rows: (json["rows"]?.array ?? []).map { row in columns.map { row[$0]?.string } },
      reason: reason, maker: maker, makerUser: json["makerUser"]?.string,
      time: json["time"]?.int64 ?? 0)
  }
}

extension Adjustment.Decision {
  var json: String {
    var json = JSONWriter()
    json.beginObject()
    json.member("decision", isApproval ? "approved" : "rejected")
    json.member("checker", checker)
    if let comment { json.member("comment", comment) }
    json.member("time", time)
    json.endObject()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  init?(_ text: String) {
    guard let json = try? JSONValue(parsing: text), let checker = json["checker"]?.string,
      let decision = json["decision"]?.string
    else { return nil }
    self.init(
      isApproval: decision == "approved", checker: checker, comment: json["comment"]?.string,
      time: json["time"]?.int64 ?? 0)
  }
}
