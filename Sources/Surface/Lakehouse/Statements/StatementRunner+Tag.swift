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
    let words = text.text.split(separator: " ")
    let units: [(name: String, days: Int64)] = [
      ("day", 1), ("week", 7), ("month", 31), ("year", 366),
    ]
    guard words.count == 2, let count = Int64(words[0]), count > 0, count <= 10_000,
      let unit = units.first(where: {
        words[1].lowercased() == $0.name || words[1].lowercased() == $0.name + "s"
      })
    else {
      throw QueryError(
        .type, "'\(text.text)' is no duration", help: "write it as '7 years' or '30 days'",
        at: text.range)
    }
    return now + count * unit.days * Timestamp.microsecondsPerDay
  }
}
