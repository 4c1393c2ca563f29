import Columnar
import QueryEngine
import Workers

/// A seeded generator (SplitMix64), so that a failure can be repeated.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

func decimal(_ mantissa: Int, _ scale: Int) -> Value {
  .decimal(Decimal128(mantissa: Int128(mantissa), scale: scale))
}

/// A table of rows, cut into batches of random sizes; text columns get a dictionary a batch.
func table(_ fields: [Field], _ rows: [[Value]], batch size: Int = 100) -> LogicalPlan {
  let schema = Schema(fields)
  var batches: [Batch] = []
  var start = 0
  while start < rows.count {
    let end = min(rows.count, start + size)
    let columns = fields.indices.map { index -> Column in
      let values = rows[start..<end].map { $0[index] }
      guard let column = Column.of(fields[index].type, values) else {
        preconditionFailure("a value does not fit \(fields[index])")
      }
      return (start / size) % 2 == 0 ? column.dictionaryEncoded : column
    }
    batches.append(Batch(schema: schema, columns: columns, rowCount: end - start))
    start = end
  }
  return scan(MemoryTable(schema: schema, batches: batches))
}

func scan(_ table: MemoryTable, filter: BoundExpression? = nil) -> LogicalPlan {
  .scan(
    ScanNode(
      table: PinnedTable(name: "t", source: table), columns: Array(0..<table.schema.count),
      filter: filter))
}

extension Column {
  /// Text as distinct values and codes.
  var dictionaryEncoded: Column {
    guard case .string(let strings) = storage else { return self }
    var entries: [String: Int32] = [:]
    var values: [String] = []
    var codes: [Int32] = []
    for row in 0..<count {
      let text = isNull(row) ? "" : strings.string(row)
      if let known = entries[text] {
        codes.append(known)
      } else {
        entries[text] = Int32(values.count)
        codes.append(Int32(values.count))
        values.append(text)
      }
    }
    return Column(
      type, .string(StringColumn(values: StringValues(values), codes: codes)), validity: validity)
  }
}

func context(threads: Int = 1, memory: Int = 4 << 30) -> ExecutionContext {
  ExecutionContext(pool: WorkerPool(threadCount: threads), memoryLimit: memory)
}

/// The rows of a plan's result.
func rows(_ plan: LogicalPlan, threads: Int = 1) throws -> [[Value]] {
  try Executor().collect(plan, context: context(threads: threads)).flatMap { batch in
    (0..<batch.rowCount).map { batch.row($0) }
  }
}

func col(_ position: Int, _ type: DataType) -> BoundExpression { .column(position, type) }

/// Equality that tells NaNs and zeros by their bits.
func same(_ a: Value, _ b: Value) -> Bool {
  switch (a, b) {
  case (.double(let x), .double(let y)):
    x.bitPattern == y.bitPattern || (x.isNaN && y.isNaN)
  case (.float(let x), .float(let y)): x.bitPattern == y.bitPattern || (x.isNaN && y.isNaN)
  case (.list(let x), .list(let y)): x.count == y.count && zip(x, y).allSatisfy { same($0, $1) }
  default: a == b
  }
}

func same(_ a: [[Value]], _ b: [[Value]]) -> Bool {
  a.count == b.count
    && zip(a, b).allSatisfy { $0.count == $1.count && zip($0, $1).allSatisfy { same($0, $1) } }
}
