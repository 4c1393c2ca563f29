import Columnar
import JSONText
import LakeCatalog
import MaterializedViews

/// Something that somebody should know, for as long as it stands.
struct Alert: Sendable, Hashable {
  enum Kind: String, Sendable, Hashable {
    /// The last run of a view failed; the numbers of before are served.
    case failed
    /// Older than FRESH WITHIN allows, or not there by READY BY.
    case late
    /// Rows that are served break an expectation.
    case check
    case limit
    /// A landing file that could not be loaded.
    case file
  }

  var kind: Kind
  /// Empty for a file.
  var view: String
  var date: CalendarDate?
  /// Of the check or the limit, with its dimensions, or the file's path; empty for the other kinds.
  var name: String
  var owner: String?
  var message: String
  /// When it was first seen, in microseconds since the epoch.
  var since: Int64 = 0

  /// What makes it the same at the next tick: the message may change.
  var key: String {
    [kind.rawValue, view, date?.description ?? "", name].joined(separator: "\u{1f}")
  }

  /// All that stands after a tick, by kind and name.
  static func standing(
    _ outcome: Tick.Outcome, _ report: StatusReport, _ limits: [LimitState],
    _ refused: [RefusedFile]
  ) -> [Alert] {
    var alerts = refused.map {
      Alert(kind: .file, view: "", name: $0.path, message: "\($0.path): \($0.message)")
    }
    for item in outcome.items where item.due == nil {
      if case .failed(let message, _) = item.end {
        alerts.append(Alert(kind: .failed, view: item.view, name: "", message: message))
      }
    }
    for view in report.views {
      if let run = view.lastRun, run.status == RunStatus.failed {
        alerts.append(Alert(kind: .failed, view: view.name, name: "", message: run.message))
      }
      if view.isLate {
        let message =
          view.missingDate.map { "\(view.name) of \($0) was to be ready" }
          ?? "\(view.name) is older than it may be"
        alerts.append(
          Alert(kind: .late, view: view.name, date: view.missingDate, name: "", message: message))
      }
      for breach in view.breaches {
        alerts.append(
          Alert(
            kind: .check, view: view.name, date: breach.date, name: breach.check,
            message: "\(breach.rows) rows of \(view.name) break \(breach.check), CHECK "
              + "(\(breach.condition)): \(breach.keys.joined(separator: "; "))"))
      }
    }
    for limit in limits {
      alerts.append(
        Alert(
          kind: .limit, view: limit.view, date: limit.date,
          name: limit.limit + (limit.dimensions.isEmpty ? "" : " " + limit.dimensions),
          owner: limit.owner, message: limit.sentence))
    }
    // A view whose schedule cannot be read can have failed besides: one alert is enough.
    var known: Set<String> = []
    return alerts.filter { known.insert($0.key).inserted }
  }

  // MARK: JSON

  func append(to json: inout JSONWriter, state: String?) {
    json.beginObject()
    if let state { json.member("state", state) }
    json.member("kind", kind.rawValue)
    if kind != .file { json.member("view", view) }
    if let date { json.member("business_date", date.description) }
    if !name.isEmpty { json.member("name", name) }
    if let owner { json.member("owner", owner) }
    json.member("message", message)
    json.member("since", Timestamp(microseconds: since).description)
    json.member("since_microseconds", since)
    json.endObject()
  }

  /// Nil for what `append` did not write.
  init?(_ json: JSONValue) {
    guard let kind = (json["kind"]?.string).flatMap({ Kind(rawValue: $0) }),
      let since = json["since_microseconds"]?.int64
    else { return nil }
    self.init(
      kind: kind, view: json["view"]?.string ?? "",
      date: (json["business_date"]?.string).flatMap { CalendarDate($0) },
      name: json["name"]?.string ?? "", owner: json["owner"]?.string,
      message: json["message"]?.string ?? "", since: since)
  }

  init(
    kind: Kind, view: String, date: CalendarDate? = nil, name: String, owner: String? = nil,
    message: String, since: Int64 = 0
  ) {
    self.kind = kind
    self.view = view
    self.date = date
    self.name = name
    self.owner = owner
    self.message = message
    self.since = since
  }
}
