import CKernels
import Columnar

/// Delimited text as typed batches.
final class CSVSource: RecordSource {
  let schema: Schema
  private(set) var warnings: [String]
  var bytesRead: Int { input.bytesRead }
  private let input: ByteInput
  private var cutter: CSVCutter
  private let columnCount: Int
  private let parser: BlockParser?

  /// - Parameter layout: Of this file, with the window that the first bytes are in.
  init(
    _ layout: CSVLayout, input: ByteInput, contract: Contract, options: ReadOptions,
    isInferred: Bool = false
  ) throws(IngestError) {
    self.input = input
    schema = contract.schema
    cutter = layout.cutter
    columnCount = layout.names.count
    guard columnCount > 0 else {
      warnings = ["the file is empty"]
      parser = nil
      return
    }
    let fields = contract.schema.fields
    let hasDefault = contract.columns.map { $0.defaultValue != nil }
    let match = try ColumnMatch(
      contract.schema, in: layout.names,
      required: fields.indices.map { !fields[$0].isNullable && !hasDefault[$0] },
      file: input.name)
    warnings = match.warnings
    parser = try BlockParser(
      contract, positions: match.positions, names: layout.names, options, file: input.name,
      takesAnyJSON: isInferred)
  }

  func next() throws(IngestError) -> RecordBatch? {
    guard let parser else { return nil }
    guard let (block, faults) = try cutter.nextChecked(columns: columnCount) else { return nil }
    return try parser.parse(block, faults: faults)
  }
}

extension CSVCutter {
  /// The next records; those that are at fault as a whole are blanked and told.
  mutating func nextChecked(columns: Int) throws(IngestError) -> (FieldBlock, RowFaults)? {
    guard let scan = try next(stride: columns) else { return nil }
    var block = scan.block
    var faults = RowFaults()
    for record in 0..<block.recordCount {
      let count = block.records[record].field_count
      if Int(count) == columns, !scan.hasNonText { continue }
      if let reason = scan.hasNonText ? CSVCutter.textFault(block, record) : nil {
        faults.add(record, rule: RejectedRecord.Rule.encoding, reason: reason)
      } else if Int(count) != columns {
        let (rule, reason) = CSVCutter.shapeFault(count, columns)
        faults.add(record, rule: rule, reason: reason)
      } else {
        continue
      }
      block.blank(record)
    }
    return (block, faults)
  }

  private static func shapeFault(_ count: UInt32, _ columns: Int) -> (String, String) {
    switch count {
    case 0xFFFF_FFFF:
      (RejectedRecord.Rule.quote, "expected a closing quote, found none")
    case 0xFFFF_FFFE:
      (
        RejectedRecord.Rule.quote,
        "expected a delimiter or the end of the line behind a closing quote, found other text"
      )
    default:
      (RejectedRecord.Rule.fieldCount, "expected \(columns) fields, found \(count)")
    }
  }
}

extension BlockParser {
  /// - Parameters:
  ///   - positions: For each column of the contract, in the file.
  ///   - names: Of the file's columns.
  init(
    _ contract: Contract, positions: [Int?], names: [String], _ options: ReadOptions,
    file: String, takesAnyJSON: Bool
  ) throws(IngestError) {
    let format = options.dateFormat.flatMap(DateFormat.init)
    if let text = options.dateFormat, format == nil {
      throw IngestError(
        .options, file: file, expected: "a date format with a year, a month and a day",
        found: "'\(text)'", help: "use the codes %Y %y %m %d %b, as in '%d/%m/%Y'")
    }
    let schema = contract.schema
    let nullText = Array(options.nullText.utf8)
    let plans = schema.fields.enumerated().map { index, field in
      ColumnPlan(
        field: field, position: positions[index], nullText: nullText, dateFormat: format,
        takesAnyJSON: takesAnyJSON)
    }
    let received = contract.receivedColumns.map { wanted in
      wanted.map { name in
        let key = ColumnMatch.key(name)
        return ColumnPlan(
          field: Field(name, .string), position: names.firstIndex { ColumnMatch.key($0) == key },
          takesAnyJSON: true)
      }
    }
    var defaults: [Int: @Sendable (Int) throws -> Column] = [:]
    for (index, column) in contract.columns.enumerated() {
      if let value = column.defaultValue { defaults[index] = value }
    }
    self.init(
      schema: schema, plans: plans, received: received, file: file, defaults: defaults)
  }
}
