import Columnar
import Synchronization
import Workers

/// GROUP BY with many groups, in memory: rows are first cut by the hash of their group into parts
/// whose tables fit into the caches, then each part is aggregated by one worker. No table is built
/// twice, and none has to be merged.
struct RadixAggregate {
  /// A power of two.
  static let partCount = 16

  let node: AggregateNode
  let context: ExecutionContext
  let account: MemoryAccount

  /// - Precondition: the node has one grouping set, with all its groups, and there are groups.
  func run(_ pipeline: Pipeline) throws(QueryError) -> Chunk {
    let keys = SharedKeyEncoder(node.groups.map(\.expression.type))
    let runner = MorselRunner(context: context)
    var sinks: [RadixSink] = []
    for _ in 0..<runner.laneCount { sinks.append(try RadixSink(node, keys, account)) }
    try runner.drain(pipeline, into: sinks)
    let parts = sinks.flatMap { $0.takeParts() }
    let results = (0..<RadixAggregate.partCount).map { _ in Slot() }
    let (node, context, account) = (node, context, account)
    context.pool.run(count: RadixAggregate.partCount) { _, part in
      do throws(QueryError) {
        try context.checkCancelled()
        results[part].groups = try RadixPart(node, account).run(parts, part)
      } catch {
        results[part].error = error
      }
    }
    for result in results { if let error = result.error { throw error } }
    return try ordered(results.compactMap(\.groups).filter { !$0.positions.isEmpty }, keys)
  }

  /// The groups of all parts by their first rows.
  private func ordered(
    _ parts: [RadixGroups], _ keys: SharedKeyEncoder
  ) throws(QueryError) -> Chunk {
    let positions = parts.flatMap(\.positions)
    let order = Sorter(
      [Column(.int64, .int64(positions))], [SortOrder()], rowCount: positions.count
    ).permutation()
    // Decoded together: all parts' texts are in one dictionary.
    var columns = keys.finished.decode(parts.flatMap(\.words), order)
    for index in node.aggregates.indices where !parts.isEmpty {
      columns.append(try Column.joined(parts.map { $0.results[index] }).take(order))
    }
    return Chunk(columns: columns, rowCount: positions.count)
  }

  /// Safe: one worker writes it while the pool runs.
  private final class Slot: @unchecked Sendable {
    var groups: RadixGroups?
    var error: QueryError?
  }
}

/// The groups of one part, by number.
struct RadixGroups: Sendable {
  var words: [UInt64]
  var results: [Column]
  var positions: [Int64]
}

/// Codes that mean the same for all workers.
final class SharedKeyEncoder: Sendable {
  let layout: KeyLayout
  private let encoder: Mutex<KeyEncoder>
  private let plain: KeyEncoder

  init(_ types: [DataType]) {
    layout = KeyLayout(types)
    plain = KeyEncoder(layout)
    encoder = Mutex(KeyEncoder(KeyLayout(types)))
  }

  func encode(_ columns: [Column], rowCount: Int) throws(QueryError) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: rowCount * layout.wordCount)
    for (index, column) in columns.enumerated() {
      if KeyLayout.isCoded(layout.types[index]) {
        let codes = try encoder.withLock { encoder throws(QueryError) in
          try encoder.books[index].codes(column)
        }
        plain.put(codes, half: layout.halves[index], &words)
      } else {
        plain.putValues(column, index, &words)
      }
    }
    return words
  }

  /// The encoder with all codes, once nobody encodes any more.
  var finished: KeyEncoder { encoder.withLock { $0 } }
}

/// Some rows in the order of their parts.
struct RadixRows: Sendable {
  /// Where each part begins, and the end.
  var starts: [Int]
  /// The keys, some words a row.
  var words: [UInt64]
  /// Groups, arguments and filters are evaluated already; one a distinct expression.
  var columns: [Column]
  var positions: [Int64]
}

/// One worker's end of the pipeline.
final class RadixSink: Sink {
  private let keys: SharedKeyEncoder
  private let groups: [Evaluator]
  private let inputs: [Evaluator]
  private let account: MemoryAccount
  private var parts: [RadixRows] = []
  private var meter = ChunkMeter()
  private var accounted = 0

  init(
    _ node: AggregateNode, _ keys: SharedKeyEncoder, _ account: MemoryAccount
  ) throws(QueryError) {
    self.keys = keys
    self.account = account
    groups = try ExpressionCompiler.compile(node.groups.map(\.expression))
    inputs = try ExpressionCompiler.compile(node.distinctInputs)
  }

  deinit { account.release(accounted) }

  func add(_ chunk: Chunk, position: Int64) throws(QueryError) {
    var columns: [Column] = []
    for group in groups { columns.append(try group.column(chunk)) }
    let words = try keys.encode(columns, rowCount: chunk.rowCount)
    let (starts, order) = RadixSink.cut(words, width: keys.layout.wordCount, chunk.rowCount)
    var taken: [Column] = []
    for input in inputs { taken.append(try input.column(chunk).take(order)) }
    let rows = RadixRows(
      starts: starts, words: RadixSink.take(words, order, keys.layout.wordCount), columns: taken,
      positions: mapValues(order) { position &+ Int64($0) })
    let bytes =
      meter.bytes(of: Chunk(columns: taken, rowCount: chunk.rowCount)) + rows.words.count * 8
      + chunk.rowCount * 8
    try account.change(from: 0, to: bytes, "the groups of an aggregate")
    accounted += bytes
    parts.append(rows)
  }

  func takeParts() -> [RadixRows] {
    defer { parts = [] }
    return parts
  }

  /// The rows by part, each part in the order of the rows.
  private static func cut(
    _ words: [UInt64], width: Int, _ rowCount: Int
  ) -> (starts: [Int], order: [Int32]) {
    let parts: [UInt8] = unsafe words.withUnsafeBufferPointer { words in
      // Safe: there are `width` words a row.
      switch width {
      case 1: makeValues(rowCount) { unsafe part(One().hash(words, $0)) }
      case 2: makeValues(rowCount) { unsafe part(Two().hash(words, $0 &* 2)) }
      default: makeValues(rowCount) { unsafe part(Many(width: width).hash(words, $0 &* width)) }
      }
    }
    var starts = [Int](repeating: 0, count: RadixAggregate.partCount + 1)
    for part in parts { starts[Int(part) &+ 1] &+= 1 }
    for part in 0..<RadixAggregate.partCount { starts[part + 1] += starts[part] }
    var next = starts
    var order = [Int32](repeating: 0, count: rowCount)
    for (row, part) in parts.enumerated() {
      order[next[Int(part)]] = Int32(truncatingIfNeeded: row)
      next[Int(part)] &+= 1
    }
    return (starts, order)
  }

  /// Low bits; tables use the high ones.
  @inline(__always)
  private static func part(_ hash: UInt64) -> UInt8 {
    UInt8(truncatingIfNeeded: hash) & UInt8(RadixAggregate.partCount - 1)
  }

  private static func take(_ words: [UInt64], _ order: [Int32], _ width: Int) -> [UInt64] {
    precondition(words.count == order.count * width)
    return unsafe words.withUnsafeBufferPointer { words in
      // Safe: rows lie below the number of keys, checked above.
      switch width {
      case 1: mapValues(order) { unsafe words[Int($0)] }
      case 2:
        makeValues(order.count * 2) { at in unsafe words[Int(order[at >> 1]) &* 2 &+ at & 1] }
      default:
        makeValues(order.count * width) { at in
          unsafe words[Int(order[at / width]) &* width &+ at % width]
        }
      }
    }
  }
}

/// The groups of one part.
struct RadixPart {
  private let node: AggregateNode
  private let account: MemoryAccount
  /// The places of each call's arguments and filter among the distinct inputs.
  private let arguments: [[Int]]
  private let filters: [Int?]

  init(_ node: AggregateNode, _ account: MemoryAccount) {
    self.node = node
    self.account = account
    let inputs = node.distinctInputs
    arguments = node.aggregates.map { call in
      call.inputs.map { input in inputs.firstIndex(of: input) ?? 0 }
    }
    filters = node.aggregates.map { call in
      call.filter.flatMap { inputs.firstIndex(of: $0) }
    }
  }

  func run(_ parts: [RadixRows], _ part: Int) throws(QueryError) -> RadixGroups {
    let table = KeyTable(node.groups.map(\.expression.type))
    let width = table.layout.wordCount
    var accumulators: [Accumulator] = []
    for call in node.aggregates { accumulators.append(try call.makeAccumulator()) }
    var accounted = 0
    defer { account.release(accounted) }
    for rows in parts {
      let range = rows.starts[part]..<rows.starts[part + 1]
      if range.isEmpty { continue }
      let positions = Array(rows.positions[range])
      let numbers = table.insert(
        words: Array(rows.words[range.lowerBound * width..<range.upperBound * width]), positions)
      let columns = rows.columns.map { $0.slice(range) }
      for (index, accumulator) in accumulators.enumerated() {
        accumulator.resize(table.count)
        var input = AggregateInput(
          arguments: arguments[index].map { columns[$0] }, groups: numbers,
          rowCount: range.count, base: 0, positions: positions, rows: nil)
        if let filter = filters[index] {
          let mask = selection(.column(columns[filter]), rowCount: range.count)
          if mask.isAllClear { continue }
          input = input.filtered(mask)
        }
        try accumulator.update(input)
      }
      let bytes = accumulators.reduce(table.byteCount) { $0 + $1.byteCount }
      try account.change(from: accounted, to: bytes, "the groups of an aggregate")
      accounted = bytes
    }
    let numbers: [Int32] = makeValues(table.count) { Int32(truncatingIfNeeded: $0) }
    var results: [Column] = []
    for (call, accumulator) in zip(node.aggregates, accumulators) {
      results.append(try accumulator.finish(numbers).retyped(call.type))
    }
    return RadixGroups(words: table.keys, results: results, positions: table.positions(numbers))
  }
}

extension AggregateNode {
  /// What its calls read, each expression once.
  var distinctInputs: [BoundExpression] {
    var inputs: [BoundExpression] = []
    for call in aggregates {
      for input in call.inputs + (call.filter.map { [$0] } ?? []) where !inputs.contains(input) {
        inputs.append(input)
      }
    }
    return inputs
  }

  /// Whether `RadixAggregate` can do it.
  var isRadixable: Bool {
    groupingSets.count == 1 && !groups.isEmpty
      && groupingSets[0].sorted() == Array(groups.indices)
      && !aggregates.contains { $0.function == .groupingID }
  }
}
