import CKernels
import Columnar

/// Turns blocks of fields into typed batches, received text and rejected records.
struct BlockParser {
  /// The table's columns; its NOT NULLs are checked here.
  let schema: Schema
  let plans: [ColumnPlan]
  /// The text columns that are wanted beside, as received; nil for none.
  let received: [ColumnPlan]?
  let file: String
  /// Columns that take their values from the caller when the file lacks them.
  let defaults: [Int: @Sendable (Int) throws -> Column]

  /// - Parameter faults: Records that are at fault as a whole; their fields have been blanked.
  func parse(
    _ block: FieldBlock, faults wholeFaults: RowFaults
  ) throws(IngestError) -> RecordBatch {
    var faults = wholeFaults
    var columns: [Column] = []
    columns.reserveCapacity(plans.count)
    for (number, plan) in plans.enumerated() {
      let column = try column(block, plan, number, &faults)
      if !plan.field.isNullable, let validity = column.validity {
        for row in 0..<block.recordCount where !validity[row] {
          faults.add(row, number, .missing)
        }
      }
      columns.append(column)
    }
    var rows = Batch(schema: schema, columns: columns, rowCount: block.recordCount)
    var raw = RawRecords(
      bytes: block.bytes, ranges: (0..<block.recordCount).map { block.raw($0) })
    var lines = (0..<block.recordCount).map { Int64(block.line($0)) }
    var rejected: [RejectedRecord] = []
    if !faults.isEmpty {
      let good = (0..<block.recordCount).filter { faults.entries[$0] == nil }.map(Int32.init)
      rejected = faults.entries.sorted { $0.key < $1.key }.map { record, entry in
        describe(block, record, entry)
      }
      rows = rows.take(good)
      raw = raw.take(good)
      lines = good.map { lines[Int($0)] }
    }
    return RecordBatch(
      rows: rows, lines: lines, raw: raw, rejected: rejected,
      recordCount: block.recordCount, received: receivedText(block, wholeFaults))
  }

  private func column(
    _ block: FieldBlock, _ plan: ColumnPlan, _ number: Int, _ faults: inout RowFaults
  ) throws(IngestError) -> Column {
    guard let value = defaults[number] else {
      return block.column(plan, number: number, into: &faults)
    }
    let rows = plan.position.map { block.recordsWithout($0) } ?? []
    if plan.position != nil, rows.isEmpty {
      return block.column(plan, number: number, into: &faults)
    }
    do {
      if plan.position == nil { return try value(block.recordCount) }
      let given = block.column(plan, number: number, into: &faults)
      let filled = try value(rows.count)
      var sources = (0..<block.recordCount).map(Int32.init)
      for (index, row) in rows.enumerated() {
        sources[row] = Int32(block.recordCount + index)
      }
      return try Column.concatenate([given, filled]).take(sources)
    } catch {
      throw IngestError(
        .columns, file: file, expected: "a default for the column \(plan.field.name)",
        found: "\(error)", help: "correct the DEFAULT in the contract")
    }
  }

  /// Every record that could be cut into fields, whatever its values are worth.
  private func receivedText(_ block: FieldBlock, _ faults: RowFaults) -> ReceivedText? {
    guard let received else { return nil }
    var ignored = RowFaults()
    let columns = received.map { block.column($0, number: 0, into: &ignored) }
    let lines = (0..<block.recordCount).map { Int64(block.line($0)) }
    let all = Batch(
      schema: Schema(received.map(\.field)), columns: columns, rowCount: block.recordCount)
    if faults.isEmpty { return ReceivedText(rows: all, lines: lines) }
    let kept = (0..<block.recordCount).filter { faults.entries[$0] == nil }.map(Int32.init)
    return ReceivedText(rows: all.take(kept), lines: kept.map { lines[Int($0)] })
  }

  private func describe(
    _ block: FieldBlock, _ record: Int, _ entry: RowFaults.Entry
  ) -> RejectedRecord {
    var rejected = RejectedRecord(
      file: file, line: block.line(record), column: nil, rule: entry.rule,
      reason: entry.reason, rawText: block.rawText(record))
    guard let column = entry.column else { return rejected }
    let field = plans[column].field
    rejected.column = field.name
    rejected.rule = entry.fault == .missing ? RejectedRecord.Rule.notNull : RejectedRecord.Rule.type
    let text = plans[column].position.flatMap { block.text(record, $0) } ?? ""
    rejected.reason = BlockParser.reason(entry.fault, field, text, plans[column].dateFormat)
    return rejected
  }

  private static func reason(
    _ fault: FieldFault, _ field: Field, _ text: String, _ format: DateFormat?
  ) -> String {
    let shown = text.utf8.count > 80 ? String(text.prefix(60)) + "…" : text
    let expected = "expected \(field.type.sqlName), found '\(shown)'"
    switch fault {
    case .none, .wrongKind: return expected + ", another kind of JSON value"
    case .missing: return "\(field.name) is required, found nothing"
    case .outOfRange: return expected + ", which is out of range"
    case .tooManyDecimals: return expected + ", which has more decimals"
    case .noSuchDay: return expected + ", which is no day of the calendar"
    case .notOfType:
      guard field.type == .date, format == nil else { return expected }
      return expected + "; dates are written YYYY-MM-DD unless a format is given"
    }
  }
}
