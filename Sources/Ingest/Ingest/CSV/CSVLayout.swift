import CKernels
import Columnar

/// What the first bytes of a delimited text say: dialect, names of columns, where the data start.
struct CSVLayout {
  /// Bytes that must be at hand to decide.
  private static let sampleBytes = 64 << 10

  /// At the first record of data.
  var cutter: CSVCutter
  /// In the order of the file; empty for an empty file.
  var names: [String]

  /// - Parameter schema: The table's, when it is known: it helps to tell a header from data.
  init(
    _ input: ByteInput, window: TextWindow, options: ReadOptions, schema: Schema?
  ) throws(IngestError) {
    var window = window
    try window.fill(CSVLayout.sampleBytes, from: input)
    try window.requireText(input)
    let quote = options.quote
    let delimiter = options.delimiter ?? CSVDetection.delimiter(window, quote: quote)
    guard delimiter < 0x80, delimiter != quote, delimiter != 10, delimiter != 13,
      quote.map({ $0 < 0x80 && $0 != 10 && $0 != 13 }) ?? true
    else {
      throw IngestError(
        .options, file: input.name, expected: "an ASCII delimiter and another quote",
        found: "delimiter \(delimiter), quote \(quote.map(String.init) ?? "none")",
        help: "give a delimiter such as ',' or ';'")
    }
    cutter = CSVCutter(
      input, window: window, dialect: CSVDialect(delimiter: delimiter, quote: quote),
      recordBytesMax: options.recordBytesMax)
    var peek = cutter
    guard let count = try peek.next(stride: 1, limit: 1)?.block.records.first?.field_count else {
      names = []
      return
    }
    guard count < 0xFFFF_FFFE else {
      throw IngestError(
        .damaged, file: input.name, line: 1, expected: "a first line with closed quotes",
        found: "a quote that is not closed, or text behind a closing quote",
        help: "correct the line, or name another quote")
    }
    peek = cutter
    guard let first = try peek.next(stride: Int(count), limit: 1) else {
      names = []
      return
    }
    if CSVCutter.textFault(first.block, 0) != nil {
      throw IngestError(
        .damaged, file: input.name, line: 1, expected: "column names in UTF-8",
        found: "other bytes", help: "convert the file to UTF-8")
    }
    let fields = (0..<Int(count)).map { first.block.text(0, $0) ?? "" }
    let hasHeader: Bool
    if let told = options.header {
      hasHeader = told
    } else if let schema {
      hasHeader = CSVLayout.isHeader(fields, first.block, schema, options)
    } else {
      hasHeader = try CSVLayout.isHeader(first.block, rest: peek, columns: Int(count))
    }
    if hasHeader {
      cutter = peek
      names = CSVLayout.named(fields, isDistinct: schema == nil)
    } else {
      names =
        schema.flatMap { $0.count == Int(count) ? $0.names : nil }
        ?? (0..<Int(count)).map { "column\($0)" }
    }
  }

  /// With a table at hand: a first record with one of its names is a header; one that is a row of
  /// it is data; otherwise it is a header with the wrong names.
  private static func isHeader(
    _ fields: [String], _ block: FieldBlock, _ schema: Schema, _ options: ReadOptions
  ) -> Bool {
    let names = Set(schema.names.map(ColumnMatch.key))
    if fields.contains(where: { names.contains(ColumnMatch.key($0)) }) { return true }
    guard fields.count == schema.count else { return true }
    var faults = RowFaults()
    for (index, field) in schema.fields.enumerated() {
      let plan = ColumnPlan(
        field: field, position: index, nullText: Array(options.nullText.utf8),
        dateFormat: options.dateFormat.flatMap(DateFormat.init))
      let column = block.column(plan, number: index, into: &faults)
      if !field.isNullable, column.isNull(0) { return true }
    }
    return !faults.isEmpty
  }

  /// Without one: the first record is a header when it does not have the types of the records below
  /// it, or when everything is text and it has no empty field.
  private static func isHeader(
    _ first: FieldBlock, rest: CSVCutter, columns: Int
  ) throws(IngestError) -> Bool {
    var rest = rest
    var inference = TypeInference(columns: columns, isJSON: false)
    if let (block, _) = try rest.nextChecked(columns: columns) { inference.add(block) }
    let isEmpty = (0..<columns).contains { first.text(0, $0)?.isEmpty ?? true }
    let types = inference.types
    guard types.contains(where: { $0 != .string }) else { return !isEmpty }
    var faults = RowFaults()
    for (index, type) in types.enumerated() {
      let plan = ColumnPlan(field: Field("", type), position: index)
      _ = first.column(plan, number: index, into: &faults)
    }
    return !faults.isEmpty
  }

  /// The names as written, without blanks around them; a column without one is called by its
  /// position.
  ///
  /// - Parameter isDistinct: Whether a repeated name gets a number: `a`, `a_1`.
  private static func named(_ fields: [String], isDistinct: Bool) -> [String] {
    var names: [String] = []
    var used: Set<String> = []
    for (position, field) in fields.enumerated() {
      let written = trimmed(field)
      var name = written.isEmpty ? "column\(position)" : written
      var number = 0
      while isDistinct, used.contains(ColumnMatch.key(name)) {
        number += 1
        name = "\(written)_\(number)"
      }
      used.insert(ColumnMatch.key(name))
      names.append(name)
    }
    return names
  }

  private static func trimmed(_ name: String) -> String {
    var name = name[...]
    while let first = name.first, first == " " || first == "\t" { name.removeFirst() }
    while let last = name.last, last == " " || last == "\t" { name.removeLast() }
    return String(name)
  }
}
