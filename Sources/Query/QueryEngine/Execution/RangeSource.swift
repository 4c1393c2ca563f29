import Columnar

/// The rows of `range(…)` and `generate_series(…)` in FROM, made as they are read.
struct RangeSource: TableSource {
  /// Whole numbers, or timestamps at steps of months, days and microseconds.
  enum Members: Sendable {
    case whole(WholeSteps)
    case moments([Int64])
  }
  private static let morselRows = 65_536
  private static let batchRows = 8_192
  let schema: Schema
  private let members: Members

  init(_ members: Members, name: String) {
    self.members = members
    switch members {
    case .whole: schema = Schema([Field(name, .int64)])
    case .moments: schema = Schema([Field(name, .timestamp)])
    }
  }

  private var count: Int {
    switch members {
    case .whole(let steps): steps.count
    case .moments(let moments): moments.count
    }
  }

  var rowCount: Int? { count }

  func scan(_ request: ScanRequest) -> any TableScan {
    Scan(source: self, schema: schema.projected(to: request.columns))
  }

  private struct Scan: TableScan {
    let source: RangeSource
    let schema: Schema

    var morselCount: Int { source.count / morselRows + (source.count % morselRows > 0 ? 1 : 0) }
    func rowCount(ofMorsel morsel: Int) -> Int? { rows(of: morsel).count }
    func rows(of morsel: Int) -> Range<Int> {
      morsel * morselRows..<min(source.count, (morsel + 1) * morselRows)
    }
    func open(morsel: Int) -> any BatchStream { Stream(self, rows(of: morsel)) }
  }

  private final class Stream: BatchStream {
    private let scan: Scan
    private var rest: Range<Int>

    init(_ scan: Scan, _ rows: Range<Int>) {
      self.scan = scan
      rest = rows
    }

    func next() -> Batch? {
      guard !rest.isEmpty else { return nil }
      let part = rest.lowerBound..<min(rest.upperBound, rest.lowerBound + batchRows)
      rest = part.upperBound..<rest.upperBound
      let columns = scan.schema.fields.map { field -> Column in
        switch scan.source.members {
        case .whole(let steps):
          Column(field.type, .int64(makeValues(part.count) { steps[part.lowerBound + $0] }))
        case .moments(let moments): Column(field.type, .int64(Array(moments[part])))
        }
      }
      return Batch(schema: scan.schema, columns: columns, rowCount: part.count)
    }
  }
}
