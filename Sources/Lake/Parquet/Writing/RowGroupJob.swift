import Columnar

/// The rows of one row group and how to encode them, a top-level column at a time on any thread.
struct RowGroupJob: Sendable {
  /// For each top-level column its leaves and their positions.
  var leaves: [[(Int, LeafColumn)]]
  var batches: [Batch]
  var rowCount: Int
  var rowGroup: Int
  var options: WriterOptions

  func encode(_ column: Int, _ worker: ColumnWorker) -> Result<[EncodedChunk], ParquetError> {
    let parts = batches.map { $0.columns[column] }
    var chunks: [EncodedChunk] = []
    for (position, leaf) in leaves[column] {
      let encoder = ChunkEncoder(
        leaf: leaf, options: options, worker: worker, rowGroup: rowGroup, position: position)
      do throws(ParquetError) {
        chunks.append(try encoder.encode(parts, rowCount: rowCount))
      } catch {
        return .failure(
          error.at(rowGroup: rowGroup, column: leaf.path.joined(separator: ".")))
      }
    }
    return .success(chunks)
  }
}

/// Bounds and counts of a leaf, summed up over row groups.
struct ColumnTotal {
  var bounds: Bounds = .none
  var valueCount = 0
  var nullCount = 0
  var nanCount = 0

  init() {}

  init(_ chunk: EncodedChunk) {
    bounds = chunk.bounds
    valueCount = Int(chunk.metaData.valueCount)
    nullCount = chunk.nullCount
    nanCount = chunk.nanCount
  }

  mutating func add(_ other: ColumnTotal) {
    bounds.merge(other.bounds)
    valueCount += other.valueCount
    nullCount += other.nullCount
    nanCount += other.nanCount
  }

  func described(_ leaf: LeafColumn, _ options: WriterOptions) -> WrittenColumn {
    let values = bounds.values(leaf, limit: options.boundBytes)
    let stored = StoredBounds(bounds, leaf, limit: options.boundBytes)
    return WrittenColumn(
      path: leaf.path, column: leaf.topLevel, valueCount: valueCount, nullCount: nullCount,
      nanCount: nanCount, minimum: values?.minimum, maximum: values?.maximum,
      isMinimumExact: stored?.isMinimumExact ?? true,
      isMaximumExact: stored?.isMaximumExact ?? true)
  }
}

extension DataType {
  /// Whether columns of both types hold the same values in the same way; names and nullability of
  /// members may differ.
  func holdsSame(as other: DataType) -> Bool {
    switch (self, other) {
    case (.list(let left), .list(let right)): left.type.holdsSame(as: right.type)
    case (.map(let key, let value), .map(let otherKey, let otherValue)):
      key.type.holdsSame(as: otherKey.type) && value.type.holdsSame(as: otherValue.type)
    case (.structure(let left), .structure(let right)):
      left.count == right.count && zip(left, right).allSatisfy { $0.type.holdsSame(as: $1.type) }
    default: self == other
    }
  }
}

extension Column {
  /// About the memory that the rows keep alive; shared dictionaries count by their share.
  var approximateBytes: Int {
    switch storage {
    case .boolean: count / 8
    case .int32, .float: count * 4
    case .int64, .double: count * 8
    case .int128: count * 16
    case .string(let strings):
      count * 4
        + (strings.values.count == 0
          ? 0 : strings.values.bytes.count / strings.values.count * count)
    case .list(_, let child): count * 4 + child.approximateBytes
    case .structure(let children, _): children.reduce(0) { $0 + $1.approximateBytes }
    }
  }
}
