import Columnar
import LakeCatalog
import QueryEngine
import QueryLanguage

// TAG and DROP TAG.

extension StatementRunner {
  func tag(_ tag: TagStatement) throws(QueryError) -> String {
    let name = QualifiedName([Identifier(tag.name.text)], range: tag.name.range)
    let lake = try workspace.lake(for: name)
    var snapshot: Int64?
    if let operand = tag.snapshot {
      let bound = try Binder.bind(operand, over: Schema([]), resolver: resolver())
      guard let value = bound.constant,
        case .int64(let number)? = Coercion.constant(value, to: .int64)
      else {
        throw QueryError(.type, "AT SNAPSHOT takes a snapshot's number", at: operand.range)
      }
      snapshot = number
    }
    let retain = try tag.retain.map { text throws(QueryError) in
      try Retention.until(text, now: lake.clock())
    }
    return try Tagging(lake: lake, committer: session.committer(lake))
      .tag(tag.name.text, at: snapshot, retainUntil: retain, statement: text, range: tag.name.range)
  }

  func dropTag(_ name: TextLiteral, ifExists: Bool) throws(QueryError) -> String {
    let lake = try workspace.lake(for: QualifiedName([Identifier(name.text)], range: name.range))
    do throws(CatalogError) { _ = try lake.catalog.tag(name.text) } catch {
      if ifExists, case .unknownTag = error { return "tag '\(name.text)' is not there" }
      throw QueryError(error, at: name.range)
    }
    let committer = session.committer(lake)
    var commit = committer.prepare([], operation: "DROP TAG", statement: text)
    commit.droppedTags = [name.text]
    _ = try committer.commit(commit)
    return "dropped tag '\(name.text)'"
  }
}

/// Gives lake snapshots names.
struct Tagging {
  let lake: Lake
  let committer: LakeCommitter

  /// Tags a snapshot, the newest when nil.
  func tag(
    _ name: String, at snapshot: Int64?, retainUntil: Int64?, statement: String?,
    range: SourceRange? = nil
  ) throws(QueryError) -> String {
    let target: LakeSnapshot
    do throws(CatalogError) {
      if let snapshot {
        target = try lake.catalog.snapshot(id: snapshot)
      } else {
        target = try lake.catalog.head()
      }
      if let known = try lake.catalog.tags().first(where: { $0.name == name }) {
        throw CatalogError.invalid(
          "there is a tag '\(name)' already, at snapshot \(known.snapshot); DROP TAG '\(name)' frees it"
        )
      }
    } catch {
      throw QueryError(error, at: range)
    }
    var commit = committer.prepare([], operation: "TAG", statement: statement)
    commit.tags = [
      TagRecord(name: name, snapshot: target.id, retainUntilMicroseconds: retainUntil)
    ]
    _ = try committer.commit(commit)
    return "tagged snapshot \(target.id) as '\(name)'"
  }
}

/// Durations such as '7 years' and '30 days'.
enum Retention {
  /// The instant until which something made now is to be kept, in microseconds since the epoch.
  static func until(_ text: TextLiteral, now: Int64) throws(QueryError) -> Int64 {
    let duration = try duration(text)
    guard duration > 0 else { throw fault(text) }
    return now + duration
  }

  /// Microseconds; not negative.
  static func duration(_ text: TextLiteral) throws(QueryError) -> Int64 {
    guard let interval = IntervalText.parse(text.text), interval.months >= 0, interval.days >= 0,
      interval.microseconds >= 0, interval.months <= 120_000, interval.days <= 3_660_000,
      interval.microseconds <= 3_660_000 * Timestamp.microsecondsPerDay
    else { throw fault(text) }
    // The longest that months and years can be: what is to be kept is never kept too short.
    let days = interval.months / 12 * 366 + interval.months % 12 * 31 + interval.days
    return days * Timestamp.microsecondsPerDay + interval.microseconds
  }

  private static func fault(_ text: TextLiteral) -> QueryError {
    QueryError(
      .type, "'\(text.text)' is no duration", help: "write it as '7 years' or '30 days'",
      at: text.range)
  }
}
