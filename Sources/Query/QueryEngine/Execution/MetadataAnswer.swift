import Columnar

/// COUNT(*), MIN and MAX of a whole table from its metadata, without reading rows.
///
/// Asked when the statement runs and not when it is planned, so that a plan still shows what it
/// depends on.
enum MetadataAnswer {
  /// The one row of the aggregate; nil when some call needs rows.
  static func row(of node: AggregateNode) -> Chunk? {
    guard node.groups.isEmpty, node.groupingSets == [[]], !node.aggregates.isEmpty,
      let (scan, columns) = wholeScan(node.input)
    else { return nil }
    var results: [Column] = []
    for call in node.aggregates {
      guard call.filter == nil, let value = value(of: call, scan, columns),
        let column = Column.of(call.type, [value])
      else { return nil }
      results.append(column)
    }
    return Chunk(columns: results, rowCount: 1)
  }

  /// A scan of all rows, and for each column of the plan the scan's column.
  private static func wholeScan(_ plan: LogicalPlan) -> (ScanNode, [Int])? {
    switch plan {
    case .scan(let node):
      guard node.filter == nil, node.ranges.isEmpty else { return nil }
      return (node, Array(node.columns.indices))
    case .project(let input, let expressions):
      guard let (node, columns) = wholeScan(input) else { return nil }
      var places: [Int] = []
      for expression in expressions {
        // Other expressions may fail on some row.
        guard case .column(let index, _) = expression.expression else { return nil }
        places.append(columns[index])
      }
      return (node, places)
    default: return nil
    }
  }

  private static func value(
    of call: AggregateCall, _ scan: ScanNode, _ columns: [Int]
  ) -> Value? {
    switch call.function {
    case .countStar: return scan.table.source.rowCount.map { .int64(Int64($0)) }
    case .min, .max:
      guard case .column(let index, let type)? = call.arguments.first, type == call.type,
        let extremes = scan.table.source.extremes(of: scan.columns[columns[index]])
      else { return nil }
      return call.function == .min ? extremes.minimum : extremes.maximum
    default: return nil
    }
  }
}
