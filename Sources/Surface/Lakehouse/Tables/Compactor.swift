import Columnar
import LakeCatalog
import QueryEngine

/// Puts the rows of small files together in larger ones; rows of one date keep their order.
struct Compactor {
  static let operation = "OPTIMIZE"
  /// Files with fewer rows are small: half of what a full file has.
  private static let smallRows: Int64 = 2 << 20
  /// From here on a date has files of its own.
  private static let rowsToStandAlone: Int64 = 131_072

  let state: TableState
  let lake: Lake
  let runner: PlanRunner

  /// Files that are worth being put together: at least two that would share one.
  func smallFiles(_ files: [FileRow]) -> [FileRow] {
    var shared: [FileRow] = []
    var own: [CalendarDate: [FileRow]] = [:]
    for file in files where file.rows < Compactor.smallRows {
      if let dates = file.dates, dates.lowerBound == dates.upperBound,
        file.rows >= Compactor.rowsToStandAlone
      {
        own[dates.lowerBound, default: []].append(file)
      } else {
        shared.append(file)
      }
    }
    let chosen = Set(
      ((shared.count > 1 ? shared : []) + own.values.filter { $0.count > 1 }.joined()).map(\.path))
    return files.filter { chosen.contains($0.path) }
  }

  /// The change that writes the files' rows anew; nil when that would not make fewer files.
  ///
  /// - Parameter zOrder: Columns by which near rows are brought together; empty keeps the order.
  func change(_ files: [FileRow], zOrder: [Int]) throws(QueryError) -> StagedChange? {
    let writer = DataFileWriter(state, lake: lake, runner: runner)
    do throws(QueryError) {
      var rows: Int64 = 0
      let scan = state.scan(of: files, in: lake)
      if zOrder.isEmpty {
        try runner.run(scan) { batch throws(QueryError) in
          rows += Int64(batch.rowCount)
          try writer.write(batch)
        }
      } else {
        let sorted = try ZOrder(schema: state.shape.schema, columns: zOrder).sorted(scan, runner)
        rows = Int64(sorted.rowCount)
        var start = 0
        while start < sorted.rowCount {
          let end = min(start + 65_536, sorted.rowCount)
          try writer.write(sorted.slice(start..<end))
          start = end
        }
      }
      guard rows == files.reduce(0, { $0 + $1.rows }) else {
        throw QueryError(
          .integrity, "the files of \(state.name) have \(rows) rows, not what the catalog says",
          help: "`tarn verify --deep` checks every file")
      }
      var change = StagedChange()
      change.changesData = false
      for file in files { change.removed[file.path] = file }
      let written = try writer.finish(
        operation: Compactor.operation, isBlindAppend: false)
      if zOrder.isEmpty, written.added.count >= files.count {
        writer.abandon()
        return nil
      }
      change.added = written.added
      change.operation = Compactor.operation
      change.isBlindAppend = false
      return change
    } catch {
      writer.abandon()
      throw error
    }
  }
}

/// Rows in the order of a Z curve over the ranks of some columns, so that rows near in all of them are
/// near in the file and its statistics rule more out.
struct ZOrder {
  let schema: Schema
  let columns: [Int]

  /// All rows of the plan, which has the schema; rows of one place keep their order.
  func sorted(_ plan: LogicalPlan, _ runner: PlanRunner) throws(QueryError) -> Batch {
    let ranks = columns.map { column in
      WindowCall(
        function: .denseRank, arguments: [], partitionBy: [],
        orderBy: [
          SortKey(.column(column, schema[column].type), isDescending: false, nullsFirst: false)
        ],
        frame: .init(unit: .rows, start: .unboundedPreceding, end: .unboundedFollowing),
        type: .int64, name: "#rank")
    }
    let node = WindowNode(input: plan, calls: ranks)
    let ranked = try Batch.joined(
      try runner.collect(.window(node)), schema: node.schema)
    let places = ZOrder.places(
      ranked.columns.dropFirst(schema.count).map { $0.storage.int64 ?? [] },
      count: ranked.rowCount)
    let order = (0..<Int32(ranked.rowCount)).sorted {
      (places[Int($0)], $0) < (places[Int($1)], $1)
    }
    let rows = Batch(
      schema: schema, columns: Array(ranked.columns.prefix(schema.count)),
      rowCount: ranked.rowCount)
    return rows.take(order)
  }

  /// The ranks, stretched to equal widths, with their bits taken in turn from the highest down.
  private static func places(_ ranks: [[Int64]], count: Int) -> [UInt64] {
    let bits = min(20, 64 / max(1, ranks.count))
    let top = UInt64(1) << UInt64(bits) - 1
    var places = [UInt64](repeating: 0, count: count)
    let widest = ranks.map { max(1, UInt64($0.max() ?? 1)) }
    for row in 0..<count {
      var place: UInt64 = 0
      for bit in stride(from: bits - 1, through: 0, by: -1) {
        for (column, ranks) in ranks.enumerated() {
          let stretched = UInt64(max(0, ranks[row] - 1)) * top / widest[column]
          place = place << 1 | (stretched >> UInt64(bit)) & 1
        }
      }
      places[row] = place
    }
    return places
  }
}
