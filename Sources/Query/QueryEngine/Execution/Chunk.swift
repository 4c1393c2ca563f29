import Columnar

/// Rows on their way through a pipeline: columns by position, without names.
///
/// A column that nothing above reads may be a placeholder of another type (see `FilterStage`).
struct Chunk: Sendable {
  var columns: [Column]
  var rowCount: Int

  init(columns: [Column], rowCount: Int) {
    self.columns = columns
    self.rowCount = rowCount
  }

  init(_ batch: Batch) {
    columns = batch.columns
    rowCount = batch.rowCount
  }

  func batch(_ schema: Schema) -> Batch {
    Batch(schema: schema, columns: columns, rowCount: rowCount)
  }

  /// Rows at `indices`; columns outside `needed` become placeholders.
  func take(_ indices: [Int32], needed: [Bool]? = nil) -> Chunk {
    var placeholder: Column?
    let taken = columns.enumerated().map { position, column -> Column in
      guard let needed, position >= needed.count || !needed[position] else {
        return column.take(indices)
      }
      if let placeholder { return placeholder }
      let made = Chunk.placeholder(rowCount: indices.count)
      placeholder = made
      return made
    }
    return Chunk(columns: taken, rowCount: indices.count)
  }

  func slice(_ range: Range<Int>) -> Chunk {
    Chunk(columns: columns.map { $0.slice(range) }, rowCount: range.count)
  }

  static func placeholder(rowCount: Int) -> Column {
    Column(.boolean, .boolean(Bitmap(repeating: false, count: rowCount)))
  }

  /// All rows of all parts; `types` are needed when there is no part.
  static func concatenate(
    _ parts: [Chunk], types: [DataType]
  ) throws(QueryError) -> Chunk {
    guard !parts.isEmpty else {
      return Chunk(columns: types.map { .nulls($0, count: 0) }, rowCount: 0)
    }
    if parts.count == 1 { return parts[0] }
    let rowCount = parts.reduce(0) { $0 + $1.rowCount }
    var columns: [Column] = []
    for index in parts[0].columns.indices {
      let pieces = parts.map { $0.columns[index] }
      // Where some parts have a placeholder nobody reads the column.
      let isWhole = pieces.allSatisfy { $0.type == pieces[0].type }
      columns.append(isWhole ? try Column.joined(pieces) : placeholder(rowCount: rowCount))
    }
    return Chunk(columns: columns, rowCount: rowCount)
  }

  /// The same rows without dictionaries that are much larger than what they use.
  func compacted() -> Chunk {
    guard columns.contains(where: \.isSparse) else { return self }
    return Chunk(columns: columns.map { $0.compacted() }, rowCount: rowCount)
  }

  /// Roughly the bytes held, dictionaries not counted.
  var byteCount: Int { columns.reduce(0) { $0 + $1.approximateByteCount } }
}

extension Column {
  /// Roughly the bytes held; a dictionary counts only when it is packed row by row.
  var approximateByteCount: Int {
    let bits = (count + 7) / 8
    switch storage {
    case .boolean: return bits * 2
    case .int32, .float: return count * 4 + bits
    case .int64, .double: return count * 8 + bits
    case .int128: return count * 16 + bits
    case .string(let strings):
      return strings.codes == nil ? strings.values.bytes.count + count * 4 : count * 4 + bits
    case .list(_, let child): return count * 4 + child.approximateByteCount
    case .structure(let children, _):
      return children.reduce(bits) { $0 + $1.approximateByteCount }
    }
  }

  /// Whether its rows use little of a large dictionary.
  fileprivate var isSparse: Bool {
    guard case .string(let strings) = storage, strings.codes != nil else { return false }
    return strings.values.bytes.count > 65_536 && strings.values.count > count * 2
  }

  fileprivate func compacted() -> Column {
    guard isSparse, case .string(let strings) = storage, let codes = strings.codes else {
      return self
    }
    // The code of a null row need not be one of the dictionary.
    let present = validity.map { validity in
      makeValues(count) { validity[$0] ? codes[$0] : 0 }
    }
    let taken = present ?? codes
    // Rows that share long values can be longer packed than the dictionary is.
    var total = 0
    for code in taken { total += strings.values.range(Int(code)).count }
    guard total < strings.values.bytes.count else { return self }
    let values = strings.values.take(taken)
    return Column(
      type, .string(StringColumn(values: values, codes: nil)), validity: validity)
  }

  /// The same column with rows nulled where `mask` is 0.
  func masked(_ mask: Bitmap) -> Column {
    Column(type, storage, validity: validity.map { $0 & mask } ?? mask)
  }

  /// The same values under another type of the same storage.
  func retyped(_ type: DataType) -> Column { Column(type, storage, validity: validity) }

  func withValidity(_ validity: Bitmap?) -> Column { Column(type, storage, validity: validity) }
}
