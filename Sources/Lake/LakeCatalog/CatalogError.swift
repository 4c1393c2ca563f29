import Columnar
package import FileStorage

/// Why the catalog did not do what was asked; nothing of the request was done.
package enum CatalogError: Error, Sendable {
  /// There is no lake at this path.
  case noLake(path: String)
  case lakeExists(path: String)
  /// The lake's log is there, but its catalog is not.
  case catalogLost(path: String)
  /// A backup into this directory was interrupted before it was a lake.
  case incompleteCopy(path: String)
  /// A newer Tarn made this catalog.
  case newerCatalog(found: Int64, supported: Int64)
  /// The lake can only be read here.
  case readOnly(path: String)
  /// `candidates` are the tables of that name in other schemas, or all tables when there are few.
  case unknownTable(name: String, candidates: [String])
  /// An unqualified name that several schemas have.
  case ambiguousTable(name: String, candidates: [String])
  case unknownTag(name: String, known: [String])
  case unknownSnapshot(id: Int64, first: Int64, last: Int64)
  case unknownVersion(table: String, version: Int64, first: Int64, last: Int64)
  /// All times are microseconds since the epoch; the range is closed.
  case timeOutOfRange(asked: Int64, first: Int64, last: Int64)
  /// Files of that version were removed by a vacuum; `remaining` are the versions that can be read,
  /// ascending.
  case vacuumed(table: String, version: Int64, remaining: [ClosedRange<Int64>])
  /// Another commit changed the table since the version this one is based on.
  case conflict(table: String, base: Int64, head: Int64)
  /// Another engine has this version of the open table in that directory, and it is not imported.
  case foreignCommit(table: String, version: Int64)
  case alreadyExists(what: String, name: String)
  /// The request contradicts itself or the catalog; a mistake of the calling code or its user.
  case invalid(String)
  /// The function that builds a table's commit failed.
  case commitContent(table: String, any Error)
  /// The disk failed while the commit was being ratified: the next open tells whether it holds.
  case outcomeUnknown(String)
  /// What is stored contradicts itself.
  case corrupted(String)
  /// SQLite refused, with its extended result code.
  case database(code: Int32, message: String, sql: String)
  case file(FileError)
}

extension CatalogError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noLake(let path): "there is no lake at '\(path)'; `tarn init` makes one"
    case .catalogLost(let path):
      "the lake at '\(path)' has lost its catalog; `tarn rebuild` makes it again from the logs"
    case .incompleteCopy(let path):
      "the backup in '\(path)' was interrupted before it was whole, and nothing of it can be read; "
        + "the same `tarn backup` again finishes it"
    case .lakeExists(let path): "there is a lake at '\(path)' already"
    case .newerCatalog(let found, let supported):
      "the catalog has format \(found), and this build knows formats up to \(supported); "
        + "use the newer build that wrote it"
    case .readOnly(let path): "the lake at '\(path)' can only be read here"
    case .unknownTable(let name, let candidates):
      "there is no table '\(name)'" + CatalogError.list(", known: ", candidates)
    case .ambiguousTable(let name, let candidates):
      "several schemas have a table '\(name)'" + CatalogError.list("; name one of ", candidates)
    case .unknownTag(let name, let known):
      "there is no tag '\(name)'" + CatalogError.list(", known: ", known)
    case .unknownSnapshot(let id, let first, let last):
      "there is no lake snapshot \(id); there are \(first) to \(last)"
    case .unknownVersion(let table, let version, let first, let last):
      "'\(table)' has no version \(version); it has \(first) to \(last)"
    case .timeOutOfRange(let asked, let first, let last):
      "the lake knows nothing at \(CatalogError.time(asked)); it can be asked from "
        + "\(CatalogError.time(first)) to \(CatalogError.time(last))"
    case .vacuumed(let table, let version, let remaining):
      "version \(version) of '\(table)' can no longer be read: a vacuum removed files of it; "
        + (remaining.isEmpty
          ? "none is left" : "what remains: " + CatalogError.ranges(remaining))
    case .conflict(let table, let base, let head):
      "'\(table)' is at version \(head) by now, and this change is based on version \(base); "
        + "read it again and retry"
    case .foreignCommit(let table, let version):
      "another engine committed version \(version) of the open table in '\(table)'; import it, "
        + "then retry"
    case .alreadyExists(let what, let name): "there is a \(what) '\(name)' already"
    case .invalid(let message): message
    case .commitContent(let table, let error): "the commit of '\(table)' failed: \(error)"
    case .outcomeUnknown(let message):
      "the disk failed while the commit was being ratified (\(message)); open the "
        + "lake again to see whether it holds"
    case .corrupted(let message):
      "the catalog is damaged: \(message); `tarn verify` says more, and `tarn rebuild` makes it "
        + "again from the lake's logs"
    case .database(let code, let message, let sql):
      "the catalog's database failed (code \(code)): \(message); in: \(sql)"
    case .file(let error): "cannot \(error.operation) '\(error.path)': \(error.reason)"
    }
  }

  private static func ranges(_ ranges: [ClosedRange<Int64>]) -> String {
    // The newest are asked for most.
    let shown = ranges.suffix(20).map { range in
      range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
    }
    return (ranges.count > shown.count ? "…, " : "") + shown.joined(separator: ", ")
  }

  private static func list(_ lead: String, _ names: [String]) -> String {
    names.isEmpty ? "" : lead + names.joined(separator: ", ")
  }
}

extension CatalogError {
  fileprivate static func time(_ microseconds: Int64) -> String {
    Timestamp(microseconds: microseconds).description
  }

  /// Runs file work and passes its error on untouched.
  static func files<Result>(_ work: () throws(FileError) -> Result) throws(CatalogError) -> Result {
    do throws(FileError) { return try work() } catch { throw .file(error) }
  }
}
