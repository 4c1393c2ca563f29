import Columnar
import LakeCatalog
import QueryEngine
import QueryLanguage

/// Where rows of a feed's table stood in the landing file: by the feed's table of text as received.
struct LandingPlaces {
  private let source: PinnedTable
  private let runner: PlanRunner

  struct Place {
    var file: String
    var line: Int64
  }

  /// Nil when the table has no feed, or its feed keeps no text as received.
  init?(_ state: TableState, runner: StatementRunner, lake: Lake) throws(QueryError) {
    guard let feed = state.definition.feed else { return nil }
    let resolver = runner.resolver()
    do throws(CatalogError) {
      var found: PinnedTable?
      for record in try lake.catalog.tables(at: state.snapshot)
      where record.definition.feed?.lowercased() == feed.lowercased()
        && record.id != state.record?.id
      {
        guard let version = try lake.catalog.version(of: record.id, at: state.snapshot) else {
          continue
        }
        let received = try resolver.state(record, at: version, in: lake)
        let names = received.shape.schema.names
        guard names.contains("source_file"), names.contains("source_line") else { continue }
        found = resolver.pinnedTable(received, in: lake)
      }
      guard let found else { return nil }
      source = found
    } catch {
      throw QueryError(error)
    }
    self.runner = runner.planRunner
  }

  /// The last line that was received with this key; nil when none reads as it.
  func place(of key: [Value], _ names: [String]) throws(QueryError) -> Place? {
    let schema = source.source.schema
    guard let file = schema.index(of: "source_file"), let line = schema.index(of: "source_line")
    else { return nil }
    var columns = [file, line]
    var conditions: [BoundExpression] = []
    for (value, name) in zip(key, names) {
      guard let position = schema.index(of: name), schema[position].type == .string,
        let type = LandingPlaces.type(of: value)
      else { continue }
      conditions.append(
        .comparison(
          .equal, .cast(.column(columns.count, .string), type, isTry: true),
          .constant(value, type)))
      columns.append(position)
    }
    // A key whose columns the file does not have is not told apart from others.
    guard conditions.count == key.count, let condition = BoundExpression.conjunction(conditions)
    else { return nil }
    let scan = LogicalPlan.scan(ScanNode(table: source, columns: columns, filter: condition))
    var place: Place?
    for batch in try runner.collect(scan) where batch.rowCount > 0 {
      if case .string(let file) = batch.columns[0].value(batch.rowCount - 1),
        case .int64(let line) = batch.columns[1].value(batch.rowCount - 1)
      {
        place = Place(file: file, line: line)
      }
    }
    return place
  }

  private static func type(of value: Value) -> DataType? {
    switch value {
    case .string: .string
    case .int32: .int32
    case .int64: .int64
    case .date: .date
    case .decimal(let number):
      .decimal(precision: DataType.maximumPrecision, scale: number.scale)
    default: nil
    }
  }
}
