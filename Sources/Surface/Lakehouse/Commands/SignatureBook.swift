import Columnar
import JSONText
import LakeCatalog
import MaterializedViews
import QueryEngine

/// Who signed what a view showed of a date.
struct Signature: Sendable, Hashable {
  var view: String
  var date: CalendarDate
  var signer: String
  /// Who made the run.
  var maker: String
  /// The operating system's user who made the run; nil in records of builds that did not keep it.
  var makerUser: String?
  var run: Int64
  /// The content hash of the date's rows.
  var hash: String
  var comment: String?
  /// In microseconds since the epoch.
  var time: Int64
}

/// A business date that was closed or opened again.
struct DayEvent: Sendable, Hashable {
  var date: CalendarDate
  var isClosed: Bool
  var actor: String
  var reason: String?
  /// In microseconds since the epoch.
  var time: Int64
}

/// Signatures and closed days of a lake. They are settings of the lake under names that are given
/// once each, so none is ever changed, and each is in the chain of the lake's log.
struct SignatureBook {
  private let lake: Lake

  init(_ lake: Lake) { self.lake = lake }

  static func signed(_ number: Int) -> String { "signature:" + padded(number) }

  static func event(_ date: CalendarDate, _ number: Int) -> String {
    "day:\(date):" + padded(number)
  }

  private static func padded(_ number: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, 9 - text.count)) + text
  }

  func signatures() throws(CatalogError) -> [Signature] {
    try lake.catalog.settings(from: "signature:").compactMap { Signature($0.value ?? "") }
  }

  /// By date, and for each in the order they came.
  func events() throws(CatalogError) -> [DayEvent] {
    try lake.catalog.settings(from: "day:").compactMap { DayEvent($0.value ?? "") }
  }

  func events(of date: CalendarDate) throws(CatalogError) -> [DayEvent] {
    try events().filter { $0.date == date }
  }

  /// The name of a materialized view as it was defined.
  func view(_ name: String) throws(CatalogError) -> String? {
    try views().first { $0.lowercased() == name.lowercased() }
  }

  private func views() throws(CatalogError) -> [String] {
    try lake.catalog.views(at: try lake.catalog.head().id).filter { !$0.outputTable.isEmpty }
      .map(\.qualifiedName)
  }

  /// What the last run that wrote rows of a date made of it; nil when there are none.
  func content(
    of view: String, on date: CalendarDate
  ) throws(CatalogError) -> (run: Int64, hash: String, maker: String, makerUser: String?)? {
    for run in try lake.catalog.runs(of: view, status: RunStatus.succeeded)
    where run.dates.isEmpty || run.dates.contains(date) {
      guard let detail = try? RunDetail(of: run),
        let part = detail.content.first(where: { $0.date == date }), part.rows > 0
      else { return nil }
      let maker = try lake.catalog.history().first { $0.snapshot == run.snapshot }
      return (run.id, part.hash, maker?.actor ?? "", detail.user)
    }
    return nil
  }

  /// The views with rows of a date that nobody signed as they are now.
  func unsigned(on date: CalendarDate) throws(CatalogError) -> [String] {
    let signatures = try signatures().filter { $0.date == date }
    var unsigned: [String] = []
    for view in try views() {
      guard let content = try content(of: view, on: date) else { continue }
      let isSigned = signatures.contains { $0.view == view && $0.hash == content.hash }
      if !isSigned { unsigned.append(view) }
    }
    return unsigned
  }
}

extension Signature {
  /// An actor, with the operating system's user when that is another name.
  static func name(_ actor: String, _ user: String?) -> String {
    guard let user, user != actor else { return actor }
    return "\(actor) (user \(user))"
  }

  var json: String {
    var json = JSONWriter()
    json.beginObject()
    json.member("view", view)
    json.member("date", date.description)
    json.member("signer", signer)
    json.member("maker", maker)
    if let makerUser { json.member("makerUser", makerUser) }
    json.member("run", run)
    json.member("hash", hash)
    if let comment { json.member("comment", comment) }
    json.member("time", time)
    json.endObject()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  init?(_ text: String) {
    guard let json = try? JSONValue(parsing: text), let view = json["view"]?.string,
      let date = (json["date"]?.string).flatMap({ CalendarDate($0) }),
      let signer = json["signer"]?.string, let run = json["run"]?.int64,
      let hash = json["hash"]?.string
    else { return nil }
    self.init(
      view: view, date: date, signer: signer, maker: json["maker"]?.string ?? "",
      makerUser: json["makerUser"]?.string, run: run, hash: hash, comment: json["comment"]?.string,
      time: json["time"]?.int64 ?? 0)
  }
}

extension DayEvent {
  var json: String {
    var json = JSONWriter()
    json.beginObject()
    json.member("date", date.description)
    json.member("event", isClosed ? "closed" : "reopened")
    json.member("actor", actor)
    if let reason { json.member("reason", reason) }
    json.member("time", time)
    json.endObject()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  init?(_ text: String) {
    guard let json = try? JSONValue(parsing: text),
      let date = (json["date"]?.string).flatMap({ CalendarDate($0) }),
      let actor = json["actor"]?.string
    else { return nil }
    self.init(
      date: date, isClosed: json["event"]?.string == "closed", actor: actor,
      reason: json["reason"]?.string, time: json["time"]?.int64 ?? 0)
  }
}
