import Columnar
import FileStorage
import LakeCatalog
import Parquet
import QueryEngine
import QueryLanguage

// COPY: a query's rows into a file, a file's rows into a table.

extension StatementRunner {
  func copyTo(
    _ copy: CopyTo, _ summary: inout ResultSummary
  ) throws(LakeError) -> String {
    let path = copy.path.text
    let options: CopyOptions
    let isParquet: Bool
    let text: DelimitedText?
    let layout: WriterOptions
    do throws(QueryError) {
      options = try CopyOptions(
        copy.options, takes: CopyOptions.textNames + CopyOptions.parquetNames, resolver: resolver())
      isParquet =
        options.format.map { $0 == "parquet" } ?? path.lowercased().hasSuffix(".parquet")
      try options.refuseOthers(isParquet: isParquet, path: copy.path)
      layout = try options.parquetLayout(at: copy.path.range)
      text = isParquet ? nil : try options.delimitedText(at: copy.path.range)
    } catch {
      throw failure(error)
    }
    let sink: any FileSink
    if isParquet, let store = workspace.store as? any SteppedFileStore {
      sink = try ParquetFileSink(path, in: store, options: layout)
    } else if let make = session.fileSinks {
      sink = try make(options.format, path, text)
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

/// Small queries made by hand.
enum SyntaxQueries {
  /// `SELECT * FROM name`.
  static func all(of name: QualifiedName) -> Query {
    let star = SelectItem(Expression(.star(StarExpression())))
    return Query(body: .select(Select(items: [star], from: TableReference(.table(name)))))
  }
}
