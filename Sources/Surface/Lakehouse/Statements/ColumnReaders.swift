import Columnar
import LakeCatalog
import QueryEngine
import QueryLanguage

/// Finds the views that a change of a column would break.
enum ColumnReaders {
  /// - Parameter done: What would be done to the column, for the message.
  static func refuse(
    _ state: TableState, _ position: Int, _ done: String, _ lake: Lake, at range: SourceRange
  ) throws(QueryError) {
    let table = state.name
    let column = state.shape.schema[position].name
    do throws(CatalogError) {
      let views = try lake.catalog.views(at: try lake.catalog.head().id)
        .filter { view in
          view.lineage.contains { $0.inputTable == table } && mayRead(column, view.sql)
        }.map(\.qualifiedName)
      guard views.isEmpty else {
        throw CatalogError.invalid(
          "\"\(column)\" of '\(table)' cannot be \(done): \(views.joined(separator: ", ")) "
            + "may read it; drop or change these first")
      }
    } catch {
      throw QueryError(error, at: range)
    }
  }

  /// Whether a view's text mentions the column, or takes all there are: by `*`, by beginning with
  /// FROM, or by handing the whole table to a calculator.
  static func mayRead(_ column: String, _ sql: String) -> Bool {
    var words: Set<String> = []
    var word: [UInt8] = []
    var isString = false
    var before: UInt8 = 0
    var lastWord = ""
    for byte in Array(sql.utf8) + [0x20] {
      if byte == UInt8(ascii: "'") { isString.toggle() }
      if isString { continue }
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x80...:
        word.append(byte)
        continue
      default: break
      }
      if !word.isEmpty {
        lastWord = String(decoding: word, as: UTF8.self).lowercased()
        words.insert(lastWord)
        before = word[word.count - 1]
        word = []
      }
      if byte == UInt8(ascii: "*") {
        let isAll =
          before == UInt8(ascii: ",") || before == UInt8(ascii: ".")
          || (lastWord == "select" || lastWord == "distinct") && before == lastWord.utf8.last
        if isAll { return true }
      }
      if byte != 0x20, byte != 0x0A, byte != 0x09, byte != 0x0D { before = byte }
    }
    return words.contains(column.lowercased()) || words.contains("table")
      || !words.contains("select")
  }
}
