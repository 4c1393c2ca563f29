import Columnar
import LakeCatalog

/// `system.limits`, `system.breaches`, `system.signatures`, `system.days` and `system.adjustments`.
enum ControlTables {
  /// The newest word on each limit, combination of its dimensions and date.
  static func limits(
    at snapshot: LakeSnapshot, in lake: Lake
  ) throws(CatalogError) -> Batch {
    var rows = RowBuilder([
      ("limit", .string), ("view", .string), ("date", .date), ("dimensions", .string),
      ("value", .string), ("maximum", .string), ("utilisation", .double), ("state", .string),
      ("owner", .string), ("snapshot", .int64),
    ])
    for state in try LimitBook(lake).latest() where state.snapshot <= snapshot.id {
      rows.append([
        .string(state.limit), .string(state.view), .day(state.date), .string(state.dimensions),
        .text(state.value), .string(state.maximum),
        state.utilisation.map { .double($0) } ?? .null, .string(state.standing.rawValue),
        .text(state.owner), .int64(state.snapshot),
      ])
    }
    return rows.batch
  }

  /// Every breach that was found and every one that was over, in the order they came.
  static func breaches(
    at snapshot: LakeSnapshot, in lake: Lake
  ) throws(CatalogError) -> Batch {
    var rows = RowBuilder([
      ("snapshot", .int64), ("limit", .string), ("view", .string), ("date", .date),
      ("dimensions", .string), ("violation", .string), ("state", .string), ("owner", .string),
      ("remediation", .string), ("due", .timestamp),
    ])
    for check in try lake.catalog.checks(of: LimitState.subject, at: snapshot.id) {
      guard let state = LimitState(check), [.open, .resolved].contains(state.standing) else {
        continue
      }
      rows.append([
        .int64(state.snapshot), .string(state.limit), .string(state.view), .day(state.date),
        .string(state.dimensions),
        .string(state.fault ?? "\(state.value ?? "") of at most \(state.maximum)"),
        .string(state.standing.rawValue), .text(state.owner), .text(state.remediation),
        state.due.map { .time($0) } ?? .null,
      ])
    }
    return rows.batch
  }

  /// By number, with the last decision about each; `rows` as they were proposed, in JSON.
  static func adjustments(
    at snapshot: LakeSnapshot, in lake: Lake
  ) throws(CatalogError) -> Batch {
    var rows = RowBuilder([
      ("number", .int64), ("view", .string), ("date", .date), ("state", .string),
      ("reason", .string), ("maker", .string), ("maker_user", .string), ("proposed", .timestamp),
      ("checker", .string), ("comment", .string), ("decided", .timestamp), ("rows", .int64),
      ("record", .string),
    ])
    for one in try AdjustmentBook(lake).all(at: snapshot.timeMicroseconds) {
      let last = one.decisions.last
      rows.append([
        .int64(Int64(one.number)), .string(one.view), .day(one.date), .string(one.state),
        .string(one.reason), .string(one.maker), .text(one.makerUser), .time(one.time),
        .text(last?.checker), .text(last?.comment), last.map { .time($0.time) } ?? .null,
        .int64(Int64(one.rows.count)), .string(one.json),
      ])
    }
    return rows.batch
  }

  static func signatures(
    at snapshot: LakeSnapshot, in lake: Lake
  ) throws(CatalogError) -> Batch {
    var rows = RowBuilder([
      ("view", .string), ("date", .date), ("signer", .string), ("maker", .string),
      ("maker_user", .string), ("run", .int64), ("content_hash", .string), ("comment", .string),
      ("time", .timestamp),
    ])
    for one in try SignatureBook(lake).signatures() where one.time <= snapshot.timeMicroseconds {
      rows.append([
        .string(one.view), .day(one.date), .string(one.signer), .string(one.maker),
        .text(one.makerUser), .int64(one.run), .string(one.hash), .text(one.comment),
        .time(one.time),
      ])
    }
    return rows.batch
  }

  /// Every closing and reopening; the last of a date says how it stands.
  static func days(
    at snapshot: LakeSnapshot, in lake: Lake
  ) throws(CatalogError) -> Batch {
    var rows = RowBuilder([
      ("date", .date), ("event", .string), ("actor", .string), ("reason", .string),
      ("time", .timestamp),
    ])
    for event in try SignatureBook(lake).events() where event.time <= snapshot.timeMicroseconds {
      rows.append([
        .day(event.date), .string(event.isClosed ? "closed" : "reopened"), .string(event.actor),
        .text(event.reason), .time(event.time),
      ])
    }
    return rows.batch
  }
}
