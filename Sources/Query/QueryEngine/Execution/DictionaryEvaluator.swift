import Columnar

/// An expression over one text column, evaluated once an entry of the column's dictionary.
///
/// The result for the last dictionary is kept, so a whole file costs one evaluation. When an entry
/// raises an error the rows are evaluated one by one instead: the entry may belong to no row.
final class DictionaryEvaluator: Evaluator {
  private let inner: Evaluator
  private let position: Int
  private var known: StringValues?
  private var hasNullEntry = false
  private var entries: Column?
  private var bitTable: [UInt8] = []
  private var validTable: [UInt8]?

  init(_ inner: Evaluator, position: Int) {
    self.inner = inner
    self.position = position
    super.init(type: inner.type, reads: inner.reads)
  }

  override func evaluate(_ chunk: Chunk) throws(QueryError) -> Datum {
    let column = chunk.columns[position]
    guard case .string(let strings) = column.storage, let codes = strings.codes,
      strings.values === known || strings.values.count <= chunk.rowCount
    else { return try inner.evaluate(chunk) }
    if strings.values !== known || (column.validity != nil && !hasNullEntry) {
      prepare(strings.values, withNull: column.validity != nil, type: column.type, chunk)
    }
    guard let entries else { return try inner.evaluate(chunk) }
    let rows = codesWithNull(codes, column.validity, null: Int32(entries.count - 1))
    if case .boolean = entries.storage { return .column(lookUp(rows)) }
    return .column(entries.take(rows))
  }

  private func codesWithNull(_ codes: [Int32], _ validity: Bitmap?, null: Int32) -> [Int32] {
    guard let validity else { return codes }
    var rows = codes
    (~validity).forEachSet { rows[$0] = null }
    return rows
  }

  private func prepare(
    _ values: StringValues, withNull: Bool, type: DataType, _ chunk: Chunk
  ) {
    known = values
    hasNullEntry = withNull
    entries = nil
    let count = values.count + (withNull ? 1 : 0)
    var validity: Bitmap?
    if withNull {
      var bits = Bitmap(repeating: true, count: count)
      bits[count - 1] = false
      validity = bits
    }
    let codes: [Int32] = makeValues(count) { $0 < values.count ? Int32($0) : 0 }
    let column = Column(
      type, .string(StringColumn(values: values, codes: codes)), validity: validity)
    var columns = [Column](
      repeating: Chunk.placeholder(rowCount: count), count: chunk.columns.count)
    columns[position] = column
    guard let result = try? inner.column(Chunk(columns: columns, rowCount: count)) else { return }
    entries = result
    if case .boolean(let bits) = result.storage {
      bitTable = makeValues(count) { bits[$0].bitValue }
      validTable = result.validity.map { validity in makeValues(count) { validity[$0].bitValue } }
    }
  }

  private func lookUp(_ rows: [Int32]) -> Column {
    let bits = DictionaryEvaluator.bits(rows, bitTable)
    return Column(
      .boolean, .boolean(bits), validity: validTable.map { DictionaryEvaluator.bits(rows, $0) })
  }

  private static func bits(_ rows: [Int32], _ table: [UInt8]) -> Bitmap {
    unsafe table.withUnsafeBufferPointer { entries in
      // Safe: codes lie in the dictionary, whose size the table has.
      packBits(rows) { unsafe entries[Int($0)] != 0 }
    }
  }
}
