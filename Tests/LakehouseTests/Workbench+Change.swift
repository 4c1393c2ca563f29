import Columnar
import LakeCatalog
import Lakehouse
import Testing

extension Workbench {
  /// What the last statement of the text says that it did.
  func message(_ text: String) throws -> String {
    let sink = CollectingSink()
    try session.run(text, into: sink)
    return try #require(sink.messages.last)
  }

  /// What `tarn verify --deep` says; empty when everything agrees.
  func faults() throws -> [String] {
    let outcome = try session.perform(.verify(deep: true)) { _ in }
    guard let table = outcome.table else { return [] }
    return (0..<table.rowCount).map { row in table.row(row).map { "\($0)" }.joined(separator: "|") }
  }
}

extension Session {
  /// The catalog, opened by itself.
  var catalog: Catalog {
    get throws { try Lake.open(options.lakePath).catalog }
  }
}
