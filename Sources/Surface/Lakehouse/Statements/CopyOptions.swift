import Columnar
import Parquet
import QueryEngine
import QueryLanguage

/// The options of a COPY, evaluated.
struct CopyOptions {
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

  /// Options of COPY TO for CSV files, with their other spellings.
  static let textNames = ["header", "delimiter", "delim", "sep", "nullstr", "null"]

  /// Options of COPY TO for Parquet files.
  static let parquetNames = [
    "row_group_size", "row_group_size_bytes", "compression", "compression_level",
  ]

  /// Refuses options of CSV files for a Parquet file, and the other way round.
  func refuseOthers(isParquet: Bool, path: TextLiteral) throws(QueryError) {
    let others = isParquet ? CopyOptions.textNames : CopyOptions.parquetNames
    guard let name = others.first(where: { values[$0] != nil }) else { return }
    throw QueryError(
      .unsupported,
      "\(name.uppercased()) is for \(isParquet ? "CSV" : "Parquet") files, not '\(path.text)'",
      help: "leave it out, or add FORMAT \(isParquet ? "csv" : "parquet")", at: path.range)
  }

  /// How a Parquet file is to be laid out.
  func parquetLayout(at range: SourceRange) throws(QueryError) -> WriterOptions {
    var layout = WriterOptions()
    if let rows = try number("row_group_size", 1...(1 << 30), at: range) {
      layout.rowGroupRows = rows
      layout.pageRows = min(layout.pageRows, rows)
    }
    if let bytes = try number("row_group_size_bytes", 1...(1 << 40), at: range) {
      layout.rowGroupBytes = bytes
    }
    if let level = try number("compression_level", 1...22, at: range) { layout.zstdLevel = level }
    switch values["compression"] {
    case nil: break
    case .string(let name)? where name.lowercased() == "zstd": break
    case .string(let name)? where ["none", "uncompressed"].contains(name.lowercased()):
      // No saving is enough.
      layout.minimumGain = 2
    default:
      throw QueryError(
        .unsupported, "COMPRESSION of a Parquet file is 'zstd' or 'uncompressed'", at: range)
    }
    return layout
  }

  private func number(
    _ name: String, _ allowed: ClosedRange<Int>, at range: SourceRange
  ) throws(QueryError) -> Int? {
    guard let value = values[name] else { return nil }
    if case .int64(let number)? = Coercion.constant(value, to: .int64),
      let number = Int(exactly: number), allowed.contains(number)
    {
      return number
    }
    throw QueryError(
      .type,
      "\(name.uppercased()) takes a whole number from \(allowed.lowerBound) to "
        + "\(allowed.upperBound), found \(ValueText.sql(value))", at: range)
  }

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
