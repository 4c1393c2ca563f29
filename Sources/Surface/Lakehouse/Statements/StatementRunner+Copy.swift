import Columnar
import FileStorage
import LakeCatalog
import QueryEngine
import QueryLanguage

// COPY: a query's rows into a file, a file's rows into a table.

extension StatementRunner {
  func copyTo(
    _ copy: CopyTo, _ summary: inout ResultSummary
  ) throws(LakeError) -> String {
    let format: String?
    let text: DelimitedText?
    do throws(QueryError) {
      let options = try CopyOptions(
        copy.options, takes: CopyOptions.textNames, resolver: resolver())
      (format, text) = (options.format, try options.delimitedText(at: copy.path.range))
    } catch {
      throw failure(error)
    }
    let path = copy.path.text
    let isParquet = format.map { $0 == "parquet" } ?? path.lowercased().hasSuffix(".parquet")
    let sink: any FileSink
    if isParquet, text != nil {
      throw failure(
        QueryError(
          .unsupported, "HEADER, DELIMITER and NULLSTR are for CSV files, not '\(path)'",
          at: copy.path.range))
    } else if isParquet, let store = workspace.store as? any SteppedFileStore {
      sink = try ParquetFileSink(path, in: store)
    } else if let make = session.fileSinks {
      sink = try make(format, path, text)
    } else {
      throw failure(
        QueryError(
          .unsupported, "only Parquet files can be written here, not '\(path)'",
          help: "name it with .parquet, or add (FORMAT parquet)", at: copy.path.range))
    }
    do throws(LakeError) {
      try stream(copy.query, sink, &summary)
      try sink.end(summary)
    } catch {
      sink.abandon()
      throw error
    }
    return "copied \(ChangeText.rows(Int64(summary.rowCount))) to '\(path)'"
  }

  func copyFrom(_ copy: CopyFrom) throws(QueryError) -> String {
    let lake = try workspace.lake(for: copy.table)
    let state = try target(copy.table, in: lake)
    let contract = try TableContract(
      state.definition, schema: state.shape.schema, resolver: resolver())
    let source = try source(copy, contract)
    var insert = Insert(
      table: copy.table, columns: copy.columns, isByName: copy.columns.isEmpty,
      query: SyntaxQueries.all(of: TargetResolver.name))
    insert.query.range = copy.path.range
    return try self.insert(insert, reading: source, operation: "COPY")
  }

  /// The file, with the types of the table's columns where it has none of its own.
  private func source(
    _ copy: CopyFrom, _ contract: TableContract
  ) throws(QueryError) -> PinnedTable {
    let text = ["header", "delimiter", "delim", "sep", "nullstr", "null", "dateformat"]
    let options = try CopyOptions(copy.options, takes: text, resolver: resolver())
    let path = copy.path.text
    var name = path.lowercased()
    for suffix in [".gz", ".zst"] where name.hasSuffix(suffix) {
      name = String(name.dropLast(suffix.utf8.count))
    }
    let format =
      options.format ?? name.split(separator: ".").last.map(String.init) ?? ""
    var fields: [Field] = []
    for column in copy.columns {
      fields.append(contract.schema[try contract.position(of: column)])
    }
    let columns = copy.columns.isEmpty ? contract.schema : Schema(fields)
    switch format {
    case "parquet":
      try options.refuseAll(of: format)
      return try ForeignTables.parquet(path, workspace, at: copy.path.range)
    case "csv", "tsv", "txt":
      let named = options.values.map { (name: $0.key == "null" ? "nullstr" : $0.key, $0.value) }
      return try TextTables.csv(
        path, named: named, columns: columns, workspace, at: copy.path.range)
    case "json", "ndjson", "jsonl":
      try options.refuseAll(of: format)
      return try TextTables.json(path, columns: columns, workspace, at: copy.path.range)
    default:
      throw QueryError(
        .unsupported, "COPY does not know how '\(path)' is written",
        help: "add (FORMAT csv), (FORMAT json) or (FORMAT parquet)", at: copy.path.range)
    }
  }
}

/// The options of a COPY, evaluated.
private struct CopyOptions {
  private(set) var format: String?
  private(set) var values: [String: Value] = [:]

  /// - Parameter known: Names that may be given besides FORMAT.
  init(
    _ options: [CopyOption], takes known: [String], resolver: any TableResolver
  ) throws(QueryError) {
    for option in options {
      let name = option.name.text.lowercased()
      var value = Value.boolean(true)
      if let written = option.value {
        let bound = try Binder.bind(written, over: Schema([]), resolver: resolver)
        guard let constant = bound.constant else {
          throw QueryError(.type, "the value of an option is a constant", at: written.range)
        }
        value = constant
      }
      if name == "format" {
        guard case .string(let text) = value else {
          throw QueryError(.type, "FORMAT takes a name, such as csv", at: option.name.range)
        }
        format = text.lowercased()
        continue
      }
      guard known.contains(name) else {
        throw QueryError(
          .unsupported, "COPY has no option \"\(option.name.text)\"",
          help: "it has \((["format"] + known).joined(separator: ", "))", at: option.name.range)
      }
      values[name] = value
    }
  }

  /// Options of COPY TO besides FORMAT, with their other spellings.
  static let textNames = ["header", "delimiter", "delim", "sep", "nullstr", "null"]

  /// How delimited text is to be written; nil when no option says.
  func delimitedText(at range: SourceRange) throws(QueryError) -> DelimitedText? {
    if values.isEmpty || values == ["header": .boolean(true)] { return nil }
    var text = DelimitedText()
    for (name, value) in values {
      switch (name, value) {
      case ("header", .boolean(let isWritten)): text.hasHeader = isWritten
      case ("header", .int32(let bit)) where bit == 0 || bit == 1: text.hasHeader = bit == 1
      case ("header", .int64(let bit)) where bit == 0 || bit == 1: text.hasHeader = bit == 1
      case ("nullstr", .string(let word)), ("null", .string(let word)): text.null = Array(word.utf8)
      case ("delimiter", .string(let mark)), ("delim", .string(let mark)),
        ("sep", .string(let mark)):
        let bytes = mark == "\\t" ? [9] : Array(mark.utf8)
        guard bytes.count == 1, DelimitedText.canSeparate(bytes[0]) else {
          throw QueryError(
            .type, "'\(mark)' cannot stand between the cells of a file",
            help: "use a comma, semicolon, bar or tab", at: range)
        }
        text.separator = bytes[0]
      default:
        throw QueryError(
          .type,
          "the option \(name.uppercased()) takes \(name == "header" ? "true or false" : "a text")",
          at: range)
      }
    }
    return text
  }

  subscript(name: String) -> Value? { values[name] }

  func refuseAll(of format: String) throws(QueryError) {
    guard let name = values.keys.min() else { return }
    throw QueryError(.unsupported, "the option \"\(name)\" is not for \(format) files")
  }
}

/// Small queries made by hand.
enum SyntaxQueries {
  /// `SELECT * FROM name`.
  static func all(of name: QualifiedName) -> Query {
    let star = SelectItem(Expression(.star(StarExpression())))
    return Query(body: .select(Select(items: [star], from: TableReference(.table(name)))))
  }
}
