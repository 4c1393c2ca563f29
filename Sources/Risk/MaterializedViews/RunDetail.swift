package import Columnar
import FileStorage
import JSONText
package import LakeCatalog
package import QueryEngine

/// What a run record's `parameters` hold: what was written for each business date, why, and what was
/// left for later.
package struct RunDetail: Sendable, Hashable {
  /// Hash and number of the rows of one business date.
  package struct Content: Sendable, Hashable {
    /// Nil: rows without a business date.
    package var date: CalendarDate?
    package var hash: String
    package var rows: Int64
  }

  /// Dates that were known to be stale and not rebuilt.
  package enum Pending: Sendable, Hashable {
    case dates([CalendarDate: String])
    case all(String)

    package static let none = Pending.dates([:])
  }

  /// By date, rows without one first.
  package var content: [Content]
  /// The reasons in words, by date; nil for those that concern all dates.
  package var reasons: [Reason]
  package var pending: Pending
  /// Hashes of the plain views, measures and hierarchies that the query used; nil in records of
  /// builds that did not keep them.
  package var uses: [String: String]?
  /// The table that the rows were made of from its changes alone, with the rows of before; nil when
  /// all was computed anew.
  package var changesOf: String?
  /// Numbers of the adjustments that were in force; those of the dates that were rebuilt are in the
  /// rows.
  package var adjustments: [Int] = []
  /// Who made the run by the operating system's word, whoever it was made for; nil in records of
  /// builds that did not keep it.
  package var user: String?

  package struct Reason: Sendable, Hashable {
    package var date: CalendarDate?
    package var text: String
  }

  package init(
    content: [Content], reasons: [Reason], pending: Pending, uses: [String: String]? = nil,
    changesOf: String? = nil
  ) {
    self.content = content
    self.uses = uses
    self.changesOf = changesOf
    self.reasons = reasons
    self.pending = pending
  }

  package var json: String {
    var json = JSONWriter()
    json.beginObject()
    json.key("content")
    json.beginArray()
    for part in content {
      json.beginObject()
      if let date = part.date { json.member("date", date.description) }
      json.member("hash", part.hash)
      json.member("rows", part.rows)
      json.endObject()
    }
    json.endArray()
    json.key("reasons")
    json.beginArray()
    for reason in reasons {
      json.beginObject()
      if let date = reason.date { json.member("date", date.description) }
      json.member("reason", reason.text)
      json.endObject()
    }
    json.endArray()
    if let changesOf { json.member("fromChangesOf", changesOf) }
    if !adjustments.isEmpty { json.member("adjustments", adjustments.map(String.init)) }
    if let user { json.member("user", user) }
    if let uses {
      json.key("uses")
      json.beginObject()
      for name in uses.keys.sorted() { json.member(name, uses[name] ?? "") }
      json.endObject()
    }
    switch pending {
    case .all(let reason): json.member("pendingAll", reason)
    case .dates(let dates):
      json.key("pending")
      json.beginObject()
      for date in dates.keys.sorted() { json.member(date.description, dates[date] ?? "") }
      json.endObject()
    }
    json.endObject()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  /// - Throws: `.integrity` when the record's parameters are not what `json` gives.
  package init(of run: RunRecord) throws(QueryError) {
    try self.init(run.parameters, run: run.id)
  }

  /// Without content and reasons.
  ///
  /// - Throws: As for the whole record.
  package init(of run: RunHead) throws(QueryError) { try self.init(run.facts, run: run.id) }

  private init(_ text: String, run: Int64) throws(QueryError) {
    let fault = QueryError(
      .integrity, "the parameters of run \(run) cannot be read",
      help: "`tarn verify` checks the records")
    guard let json = try? JSONValue(parsing: text), json.object != nil else { throw fault }
    var content: [Content] = []
    for part in json["content"]?.array ?? [] {
      guard let hash = part["hash"]?.string, let rows = part["rows"]?.int64 else { throw fault }
      content.append(
        Content(date: try RunDetail.date(part["date"], fault), hash: hash, rows: rows))
    }
    var reasons: [Reason] = []
    for reason in json["reasons"]?.array ?? [] {
      guard let text = reason["reason"]?.string else { throw fault }
      reasons.append(Reason(date: try RunDetail.date(reason["date"], fault), text: text))
    }
    var pending = Pending.none
    if let all = json["pendingAll"]?.string {
      pending = .all(all)
    } else {
      var dates: [CalendarDate: String] = [:]
      for member in json["pending"]?.object?.members ?? [] {
        guard let date = CalendarDate(member.key) else { throw fault }
        dates[date] = member.value.string ?? ""
      }
      pending = .dates(dates)
    }
    var uses: [String: String]?
    if let object = json["uses"]?.object {
      uses = [:]
      for member in object.members { uses?[member.key] = member.value.string ?? "" }
    }
    self.init(
      content: content, reasons: reasons, pending: pending, uses: uses,
      changesOf: json["fromChangesOf"]?.string)
    user = json["user"]?.string
    adjustments = (json["adjustments"]?.array ?? []).compactMap { $0.string.flatMap { Int($0) } }
  }

  private static func date(
    _ json: JSONValue?, _ fault: QueryError
  ) throws(QueryError) -> CalendarDate? {
    guard let text = json?.string else { return nil }
    guard let date = CalendarDate(text) else { throw fault }
    return date
  }

  /// What is recorded of the definitions that a query uses.
  static func uses(of query: BoundQuery) -> [String: String] {
    query.uses.mapValues { text in
      var hash = SHA256()
      hash.update(Array(text.utf8))
      return hash.finalize().hex
    }
  }

  /// Calculators and their method versions, as a run record's `methods` have them.
  static func json(methods: [String: Int]) -> String {
    var json = JSONWriter()
    json.beginObject()
    for name in methods.keys.sorted() { json.member(name, methods[name] ?? 0) }
    json.endObject()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  /// Calculators and their method versions: `lcr 1, nsfr 2`.
  package static func methodText(of run: RunRecord) -> String {
    methods(of: run).sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      .joined(separator: ", ")
  }

  /// The reverse of `json(methods:)`.
  package static func methods(of run: RunRecord) -> [String: Int] { methods(in: run.methods) }

  static func methods(in text: String) -> [String: Int] {
    if text == "{}" { return [:] }
    var methods: [String: Int] = [:]
    for member in (try? JSONValue(parsing: text))?.object?.members ?? [] {
      methods[member.key] = member.value.int
    }
    return methods
  }
}
