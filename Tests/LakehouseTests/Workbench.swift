import Columnar
import FileStorage
import Lakehouse
import TestSupport

/// A lake in a fresh directory, and statements against it.
final class Workbench {
  private let directory = TemporaryDirectory()
  let session: Session

  init(actor: String = "tester") throws {
    let root = directory.path + "/lake"
    _ = try Lake.create(root, actor: actor)
    var options = Session.Options(lakePath: root)
    options.actor = actor
    options.threads = 2
    session = Session(options: options)
  }

  /// The rows of the last query of the text.
  @discardableResult
  func rows(_ text: String) throws -> [[Value]] {
    let sink = CollectingSink()
    try session.run(text, into: sink)
    return sink.batches.flatMap { batch in (0..<batch.rowCount).map(batch.row) }
  }

  /// Rows as text, cells joined by `|`.
  func lines(_ text: String) throws -> [String] {
    try rows(text).map { row in row.map(show).joined(separator: "|") }
  }

  /// The error that the text must end in.
  func failure(_ text: String) -> LakeError? {
    do throws(LakeError) {
      try session.run(text, into: CollectingSink())
      return nil
    } catch {
      return error
    }
  }

  private func show(_ value: Value) -> String {
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
}
