import Columnar
import Ingest
import QueryEngine
import QueryLanguage

/// CSV and JSON files as tables of a query: `read_csv`, `read_json`, or their names in FROM.
enum TextTables {
  static func csv(
    _ path: String, named: [(name: String, value: Value)], columns: Schema? = nil,
    _ workspace: Workspace, at range: SourceRange
  ) throws(QueryError) -> PinnedTable {
    var options = ReadOptions(format: .csv)
    for (name, value) in named {
      switch (name, value) {
      case ("delimiter", .string(let text)), ("delim", .string(let text)),
        ("sep", .string(let text)):
        guard text.utf8.count == 1, let byte = text.utf8.first else {
          throw QueryError(.type, "the delimiter is one character, not '\(text)'", at: range)
        }
        options.delimiter = byte
      case ("header", .boolean(let flag)): options.header = flag
      case ("nullstr", .string(let text)), ("null_text", .string(let text)):
        options.nullText = text
      case ("dateformat", .string(let text)), ("date_format", .string(let text)):
        options.dateFormat = text
      default:
        throw QueryError(
          .name, "read_csv has no argument \"\(name)\" with the value \(ValueText.sql(value))",
          help: "it has delimiter => ';', header => true, null_text => 'NA', "
            + "date_format => '%d/%m/%Y'", at: range)
      }
    }
    return try table(path, options, columns, workspace, at: range)
  }

  static func json(
    _ path: String, columns: Schema? = nil, _ workspace: Workspace, at range: SourceRange
  ) throws(QueryError) -> PinnedTable {
    try table(path, ReadOptions(format: .json), columns, workspace, at: range)
  }

  private static func table(
    _ path: String, _ options: ReadOptions, _ columns: Schema?, _ workspace: Workspace,
    at range: SourceRange
  ) throws(QueryError) -> PinnedTable {
    do throws(IngestError) {
      let table = try TextTable.open(
        path, in: workspace.store, options: options, columns: columns)
      return PinnedTable(name: path, source: TextTableSource(table: table))
    } catch {
      throw QueryError(error, at: range)
    }
  }
}

/// Text files: one morsel a file, because where a record starts is only known from the top.
private struct TextTableSource: TableSource {
  let table: TextTable

  var schema: Schema { table.schema }
  var rowCount: Int? { nil }

  func scan(_ request: ScanRequest) -> any TableScan {
    TextTableScan(table: table, columns: request.columns)
  }
}

private struct TextTableScan: TableScan {
  let table: TextTable
  let columns: [Int]

  var schema: Schema { table.schema.projected(to: columns) }
  var morselCount: Int { table.files.count }
  func rowCount(ofMorsel morsel: Int) -> Int? { nil }

  func open(morsel: Int) throws(QueryError) -> any BatchStream {
    do throws(IngestError) {
      return TextTableStream(try table.reader(ofFile: morsel), columns: columns)
    } catch {
      throw QueryError(error)
    }
  }
}

private final class TextTableStream: BatchStream {
  private let reader: TextTableReader
  private let columns: [Int]

  init(_ reader: TextTableReader, columns: [Int]) {
    self.reader = reader
    self.columns = columns
  }

  func next() throws(QueryError) -> Batch? {
    do throws(IngestError) {
      return try reader.next()?.rows.projected(to: columns)
    } catch {
      throw QueryError(error)
    }
  }
}
