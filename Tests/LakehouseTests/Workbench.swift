import Columnar
import FileStorage
import Lakehouse
import TestSupport

/// A lake in a fresh directory, and statements against it.
final class Workbench {
  private let directory = TemporaryDirectory()
  let session: Session

  /// The lake's directory; what is beside it is the test's to use.
  var lake: String { directory.path + "/lake" }

  init(actor: String = "tester") throws {
    let root = directory.path + "/lake"
    _ = try Lake.create(root, actor: actor)
    var options = Session.Options(lakePath: root)
    options.actor = actor
    options.threads = 2
    session = Session(options: options)
  }

  /// Another user of the same lake.
  func another(_ change: (inout Session.Options) -> Void = { _ in }) -> Session {
    var options = session.options
    change(&options)
    return Session(options: options)
  }

  /// Writes a file beside the lake.
  ///
  /// - Returns: its path.
  @discardableResult
  func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
    let path = joinPath(directory.path, name)
    let store = LocalFileStore()
    try store.makeDirectory(parentDirectory(of: path))
    try store.replace(Array(bytes), at: path)
    return path
  }

  /// The rows of the last query of the text.
  @discardableResult
  func rows(_ text: String) throws -> [[Value]] { try session.allRows(text) }

  /// Rows as text, cells joined by `|`.
  func lines(_ text: String) throws -> [String] { try session.lines(text) }

  /// The same as another user of the operating system, whatever the session's actor is.
  @discardableResult
  func rows(_ text: String, user: String) throws -> [[Value]] {
    session.options.user = user
    defer { session.options.user = nil }
    return try rows(text)
  }

  /// The error that the text must end in.
  func failure(_ text: String) -> LakeError? { session.failure(text) }

  func failure(_ text: String, user: String) -> LakeError? {
    session.options.user = user
    defer { session.options.user = nil }
    return failure(text)
  }

  @discardableResult
  func perform(_ command: LakeCommand) throws(LakeError) -> Outcome {
    try session.perform(command) { _ in }
  }

  /// The error that the command must end in.
  func failure(_ command: LakeCommand) -> LakeError? {
    do throws(LakeError) {
      try perform(command)
      return nil
    } catch {
      return error
    }
  }
}

extension Session {
  /// The rows of the last query of the text.
  @discardableResult
  func allRows(_ text: String) throws(LakeError) -> [[Value]] {
    let sink = CollectingSink()
    try run(text, into: sink)
    return sink.batches.flatMap { batch in (0..<batch.rowCount).map(batch.row) }
  }

  /// Rows as text, cells joined by `|`; doubles so that no bit is lost.
  func lines(_ text: String) throws(LakeError) -> [String] {
    try allRows(text).map { row in row.map(CellText.show).joined(separator: "|") }
  }

  /// The error that the text must end in.
  func failure(_ text: String) -> LakeError? {
    do throws(LakeError) {
      try run(text, into: CollectingSink())
      return nil
    } catch {
      return error
    }
  }
}

/// Values as tests write them.
enum CellText {
  static func show(_ value: Value) -> String {
    switch value {
    case .null: "∅"
    case .string(let text): text
    case .int32(let number): String(number)
    case .int64(let number): String(number)
    case .double(let number): String(number)
    case .decimal(let number): number.description
    case .date(let date): date.description
    case .boolean(let bit): String(bit)
    default: "\(value)"
    }
  }

  static func rows(_ batch: Batch?) -> [String] {
    guard let batch else { return [] }
    return (0..<batch.rowCount).map { row in
      batch.row(row).map(CellText.show).joined(separator: "|")
    }
  }
}
