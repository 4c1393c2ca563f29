import Columnar
import FileStorage
import Glibc
import Lakehouse
import QueryLanguage

/// Answers a completer from a session; what it learned is kept until a statement changes the lake.
final class LakeCompletionSource: CompletionSource {
  private let conversation: any Conversation
  private var knownTables: [String]?
  private var knownColumns: [String: [(name: String, type: String)]] = [:]
  private var knownValues: [String: [String]] = [:]
  private var knownTags: [String]?
  private var knownMeasures: [String]?

  /// Rows looked at for values, and how many distinct ones are few.
  private static let sampledRows = 50_000
  private static let mostValues = 60

  init(_ conversation: any Conversation) { self.conversation = conversation }

  /// Forgets what a statement may have changed.
  func forget() {
    (knownTables, knownTags, knownMeasures) = (nil, nil, nil)
    knownColumns = [:]
    knownValues = [:]
  }

  var tables: [String] {
    if let knownTables { return knownTables }
    let names = (try? conversation.tableNames()) ?? []
    knownTables = names
    return names
  }

  func columns(of table: String) -> [(name: String, type: String)] {
    if let known = knownColumns[table] { return known }
    let fields: [Field]
    if table.hasPrefix("'") {
      let sink = CollectingSink()
      try? conversation.run("SELECT * FROM \(table) LIMIT 0", into: sink)
      fields = sink.schema.fields
    } else {
      fields = (try? conversation.describe(table).fields) ?? []
    }
    let columns = fields.map { (name: written($0.name), type: $0.type.sqlName) }
    knownColumns[table] = columns
    return columns
  }

  func values(of column: String, in table: String) -> [String] {
    let key = table + "\n" + column
    if let known = knownValues[key] { return known }
    var values: [String] = []
    if columns(of: table).first(where: { $0.name == column })?.type == "string" {
      let sink = CollectingSink()
      let sample = "SELECT \(column) AS v FROM \(table) LIMIT \(LakeCompletionSource.sampledRows)"
      try? conversation.run(
        "SELECT DISTINCT v FROM (\(sample)) WHERE v IS NOT NULL ORDER BY v "
          + "LIMIT \(LakeCompletionSource.mostValues + 1)", into: sink)
      for batch in sink.batches {
        for row in 0..<batch.rowCount {
          if case .string(let text) = batch.columns[0].value(row) {
            values.append(String(text.flatMap { $0 == "'" ? "''" : String($0) }))
          }
        }
      }
      if values.count > LakeCompletionSource.mostValues { values = [] }
    }
    knownValues[key] = values
    return values
  }

  var functions: [String] { conversation.functionNames }
  var tableFunctions: [String] { conversation.tableFunctionNames }

  var tags: [String] {
    if let knownTags { return knownTags }
    let names = (try? conversation.tagNames()) ?? []
    knownTags = names
    return names
  }

  var measures: [String] {
    if let knownMeasures { return knownMeasures }
    let names = ((try? conversation.measureNames()) ?? []).map(written)
    knownMeasures = names
    return names
  }

  var commands: [String] { DotCommand.allSpellings }

  func files(beginning: String) -> [String] {
    let slash = beginning.lastIndex(of: "/")
    let directory = slash.map { String(beginning[...$0]) } ?? ""
    let name = slash.map { String(beginning[beginning.index(after: $0)...]) } ?? beginning
    // Safe: the directory stream is closed on every way out, and names are copied at once.
    guard let stream = unsafe opendir(directory.isEmpty ? "." : directory) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream), names.count < 1000 {
      let isDirectory = unsafe entry.pointee.d_type == UInt8(DT_DIR)
      let found = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      guard found.hasPrefix(name), name.hasPrefix(".") || !found.hasPrefix(".") else { continue }
      names.append(directory + found + (isDirectory ? "/" : ""))
    }
    return names.sorted()
  }

  private func written(_ name: String) -> String {
    SyntaxPrinter.text(of: Identifier.exact(name))
  }
}
