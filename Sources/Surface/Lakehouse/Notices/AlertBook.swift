import Columnar
import JSONText
import MaterializedViews
import QueryEngine

/// Which alerts were handed on: each is told once when it begins and once when it ends.
struct AlertBook {
  private let host: any TickHost

  private static let stateName = "alerts"
  private static let leaseName = "alerts"

  init(_ host: any TickHost) { self.host = host }

  private struct Told {
    /// What the lake looked like then: as long as it looks the same, nothing is new.
    var head: Int64 = -1
    var late: [String] = []
    var alerts: [Alert] = []
  }

  private func told() throws(QueryError) -> Told {
    guard let bytes = try host.state(AlertBook.stateName),
      let json = try? JSONValue(parsing: bytes), let head = json["head"]?.int64
    else { return Told() }
    return Told(
      head: head, late: (json["late"]?.array ?? []).compactMap(\.string),
      alerts: (json["alerts"]?.array ?? []).compactMap { Alert($0) })
  }

  /// Whether anything can have changed since alerts were told last. Costs one look-up.
  func isNews(
    head: Int64, _ outcome: Tick.Outcome, _ refused: [RefusedFile]
  ) throws(QueryError) -> Bool {
    let told = try told()
    let files = Set(told.alerts.filter { $0.kind == .file }.map(\.name))
    return Set(refused.map(\.path)) != files || told.head != head || told.late != outcome.late
      || !outcome.items.isEmpty
  }

  /// Hands what began and what ended to a command, and remembers it when the command has taken it.
  ///
  /// One of several schedulers does this at a time; another tells what is left at its next tick.
  func tell(
    _ alerts: [Alert], to command: String, of lake: String, head: Int64, _ outcome: Tick.Outcome
  ) throws(QueryError) {
    let now = host.now()
    guard try host.takeLease(AlertBook.leaseName, until: now + Tick.leaseLength) else { return }
    do throws(QueryError) {
      let before = try told().alerts
      let known = Dictionary(before.map { ($0.key, $0.since) }, uniquingKeysWith: min)
      let standing = alerts.map { alert in
        var alert = alert
        alert.since = known[alert.key] ?? now
        return alert
      }
      let keys = Set(standing.map(\.key))
      let began = standing.filter { known[$0.key] == nil }
      let ended = before.filter { !keys.contains($0.key) }
      if !began.isEmpty || !ended.isEmpty {
        try AlertHook(command).run(
          AlertBook.message(lake, now, head, began: began, ended: ended))
      }
      try host.setState(
        AlertBook.stateName, AlertBook.state(head, outcome.late, standing))
    } catch {
      try? host.releaseLease(AlertBook.leaseName)
      throw error
    }
    try host.releaseLease(AlertBook.leaseName)
  }

  private static func state(_ head: Int64, _ late: [String], _ alerts: [Alert]) -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.member("head", head)
    json.key("late")
    json.beginArray()
    for view in late { json.string(view) }
    json.endArray()
    json.key("alerts")
    json.beginArray()
    for alert in alerts { alert.append(to: &json, state: nil) }
    json.endArray()
    json.endObject()
    return json.bytes
  }

  /// One JSON object on one line.
  private static func message(
    _ lake: String, _ now: Int64, _ head: Int64, began: [Alert], ended: [Alert]
  ) -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.member("lake", lake)
    json.member("time", Timestamp(microseconds: now).description)
    json.member("snapshot", head)
    json.key("alerts")
    json.beginArray()
    for alert in began { alert.append(to: &json, state: "raised") }
    for alert in ended { alert.append(to: &json, state: "resolved") }
    json.endArray()
    json.endObject()
    json.newline()
    return json.bytes
  }
}
