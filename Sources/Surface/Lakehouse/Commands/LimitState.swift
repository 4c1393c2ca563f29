import Columnar
import JSONText
import LakeCatalog

/// How much of a limit was used by one combination of its dimensions on one business date: what a
/// check record of the lake holds.
struct LimitState: Sendable, Hashable {
  enum Standing: String, Sendable, Hashable {
    case within, warned
    /// Over the maximum, or not to be measured.
    case open
    /// Within the limit again, after it was open.
    case resolved
  }

  var limit: String
  var view: String
  var date: CalendarDate?
  /// `desk=RATES, region=EU`; empty for a limit without dimensions.
  var dimensions: String
  /// As text of its type; nil when it could not be measured.
  var value: String?
  var maximum: String
  /// The value as a part of the maximum.
  var utilisation: Double?
  var standing: Standing
  var owner: String?
  var remediation: String?
  /// When an open breach must be dealt with, in microseconds since the epoch.
  var due: Int64?
  /// Why it could not be measured.
  var fault: String?
  /// The snapshot that recorded it.
  var snapshot: Int64 = 0

  static let subject = "limit:"

  var check: CheckResult {
    var json = JSONWriter()
    json.beginObject()
    json.member("view", view)
    if let value { json.member("value", value) }
    json.member("maximum", maximum)
    json.member("state", standing.rawValue)
    if let owner { json.member("owner", owner) }
    if let remediation { json.member("remediation", remediation) }
    if let due { json.member("due", due) }
    if let fault { json.member("fault", fault) }
    json.endObject()
    let status =
      switch standing {
      case .within, .resolved: "pass"
      case .warned: "warn"
      case .open: "fail"
      }
    return CheckResult(
      subject: LimitState.subject + limit, name: dimensions, status: status, businessDate: date,
      rowsChecked: 1, rowsFailed: standing == .open ? 1 : 0, score: utilisation,
      detail: String(decoding: json.bytes, as: UTF8.self))
  }

  var sentence: String {
    var text = "limit \(limit)" + (dimensions.isEmpty ? "" : " (\(dimensions))")
    if let date { text += " on \(date)" }
    if let fault { return text + " cannot be measured: \(fault)" }
    text += ": \(value ?? "no value") of at most \(maximum)"
    if let owner { text += ", owner \(owner)" }
    return text
  }
}

extension LimitState {
  /// Nil for a check of something else.
  init?(_ check: CheckResult) {
    guard check.subject.hasPrefix(LimitState.subject),
      let json = try? JSONValue(parsing: check.detail),
      let standing = (json["state"]?.string).flatMap({ Standing(rawValue: $0) })
    else { return nil }
    self.init(
      limit: String(check.subject.dropFirst(LimitState.subject.count)),
      view: json["view"]?.string ?? "", date: check.businessDate, dimensions: check.name,
      value: json["value"]?.string, maximum: json["maximum"]?.string ?? "",
      utilisation: check.score, standing: standing, owner: json["owner"]?.string,
      remediation: json["remediation"]?.string, due: json["due"]?.int64,
      fault: json["fault"]?.string, snapshot: check.snapshot)
  }

  /// What one state is a later word on.
  struct Key: Hashable {
    var limit: String
    var dimensions: String
    var date: CalendarDate?
  }

  var key: Key { Key(limit: limit, dimensions: dimensions, date: date) }
}
