import Columnar
import DeltaLake
import FileStorage
import Ingest
import LakeCatalog
import Parquet
import QueryEngine
import QueryLanguage

// Errors of the layers below, as their callers see them.

extension QueryError {
  init(_ error: CatalogError, at range: SourceRange? = nil) {
    switch error {
    case .unknownTable(let name, let candidates):
      self.init(
        .name, "there is no table \"\(name)\"",
        help: Suggestion.nearest(to: name, among: candidates).map { "did you mean \($0)?" }
          ?? (candidates.isEmpty ? nil : "there are \(candidates.joined(separator: ", "))"),
        at: range)
    case .ambiguousTable(let name, let candidates):
      self.init(
        .name, "several schemas have a table \"\(name)\"",
        help: "write one of \(candidates.joined(separator: ", "))", at: range)
    case .unknownTag(let name, let known):
      self.init(
        .time, "there is no tag '\(name)'",
        help: Suggestion.nearest(to: name, among: known).map { "did you mean '\($0)'?" }
          ?? (known.isEmpty
            ? "the lake has no tags" : "the tags are \(known.joined(separator: ", "))"),
        at: range)
    case .unknownSnapshot, .unknownVersion, .timeOutOfRange, .vacuumed:
      self.init(.time, error.description, at: range)
    case .conflict, .foreignCommit: self.init(.conflict, error.description, at: range)
    case .readOnly: self.init(.readOnly, error.description, at: range)
    case .corrupted, .catalogLost, .incompleteCopy:
      self.init(.integrity, error.description, at: range)
    case .alreadyExists, .invalid: self.init(.name, error.description, at: range)
    case .commitContent(_, let inner as QueryError): self = inner
    case .noLake(let path):
      self.init(
        .source, "there is no lake at '\(path)'",
        help: "`tarn init --lake \(path)` makes one, --lake names another", at: range)
    case .file(let file): self.init(file, at: range)
    case .lakeExists, .newerCatalog, .commitContent, .outcomeUnknown, .database:
      self.init(.source, error.description, at: range)
    }
  }

  init(_ error: DeltaError, at range: SourceRange? = nil) {
    switch error.reason {
    case .noSuchVersion: self.init(.time, error.description, at: range)
    case .unsupportedFeature: self.init(.unsupported, error.description, at: range)
    case .file(let file): self.init(file, at: range)
    case .notATable, .corruptLog, .unreadableFile, .notExpressible:
      self.init(.source, error.description, at: range)
    }
  }

  init(_ error: ParquetError, at range: SourceRange? = nil) {
    if case .file(let file) = error.reason {
      self.init(file, at: range)
    } else {
      let reason: Reason = error.reason == .unsupported ? .unsupported : .source
      self.init(reason, error.description, at: range)
    }
  }

  init(_ error: IngestError, at range: SourceRange? = nil) {
    if case .unreadable(let file) = error.kind {
      self.init(file, at: range)
    } else {
      let place = error.line.map { "\(error.file), line \($0)" } ?? error.file
      self.init(
        .source, "\(place): expected \(error.expected), found \(error.found)",
        help: error.help.isEmpty ? nil : error.help, at: range)
    }
  }

  init(_ error: FileError, at range: SourceRange? = nil) {
    self.init(
      error.reason == .readOnly ? .readOnly : .source, FileErrorText.message(error),
      help: FileErrorText.help(error), at: range)
  }
}

/// Words for what a disk refuses.
enum FileErrorText {
  static func message(_ error: FileError) -> String {
    switch error.reason {
    case .notFound: "there is no file '\(error.path)'"
    case .alreadyExists: "'\(error.path)' exists already"
    case .permissionDenied: "no permission to \(error.operation) '\(error.path)'"
    case .noSpace: "the disk is full: cannot \(error.operation) '\(error.path)'"
    case .readOnly: "the disk is read-only: cannot \(error.operation) '\(error.path)'"
    case .notADirectory: "'\(error.path)' is not a directory"
    case .isADirectory: "'\(error.path)' is a directory"
    case .endOfFile(let size):
      "'\(error.path)' ends at byte \(size): it is shorter than it says, or was cut off"
    case .locked: "another process holds '\(error.path)'"
    case .system(let code): "cannot \(error.operation) '\(error.path)' (error \(code))"
    }
  }

  static func help(_ error: FileError) -> String? {
    switch error.reason {
    case .noSpace: "free some space; nothing was changed"
    case .permissionDenied: "check the owner and mode of the file and its directory"
    default: nil
    }
  }
}

extension LakeError {
  init(_ error: QueryError, in source: String? = nil, offset: Int = 0) {
    let reason: Reason =
      switch error.reason {
      case .syntax, .name, .type, .time, .unsupported: .statement
      case .arithmetic, .source, .constraint, .memory: .data
      case .conflict: .conflict
      case .cancelled: .cancelled
      case .readOnly: .readOnly
      case .integrity: .integrity
      }
    let position = error.range.flatMap { range in
      range.end > range.start ? range.start + offset..<range.end + offset : nil
    }
    self.init(
      reason, error.message, help: error.help, source: position == nil ? nil : source,
      position: position)
  }

  init(_ error: Diagnostic, in source: String, offset: Int = 0) {
    self.init(
      .statement, error.message, help: error.help, source: source,
      position: error.range.start + offset..<max(error.range.end, error.range.start) + offset)
  }

  init(_ error: CatalogError) {
    if case .noLake(let path) = error {
      self.init(
        .noLake, "there is no lake at '\(path)'",
        help: "`tarn init --lake \(path)` makes one; --lake or TARN_LAKE name another")
    } else if case .file(let file) = error {
      self.init(file)
    } else {
      self.init(QueryError(error))
    }
  }

  init(_ error: FileError) {
    self.init(
      error.reason == .readOnly ? .readOnly : .storage, FileErrorText.message(error),
      help: FileErrorText.help(error))
  }
}
