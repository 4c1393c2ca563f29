import Columnar
import QueryLanguage

// `LIMIT (SELECT …)`: the rows are numbered, and the numbers are compared with what the subqueries give.

extension Binder {
  /// The rows that LIMIT and OFFSET leave, in the plan's order, where subqueries say how many.
  func limited(_ plan: LogicalPlan, by limit: Limit) throws(QueryError) -> LogicalPlan {
    let schema = plan.schema
    // The order is the numbers' own: in a correlated subquery the rows come in no other.
    var (body, keys): (LogicalPlan, [SortKey]) = (plan, [])
    var list = schema.fields.indices.map {
      ProjectedExpression(schema[$0].name, .column($0, schema[$0].type))
    }
    if case .project(.sort(let sorted, let written), let expressions) = plan {
      (body, keys, list) = (sorted, written, expressions)
    } else if case .sort(let sorted, let written) = plan {
      (body, keys) = (sorted, written)
    }
    let number = BoundExpression.column(body.schema.count, .int64)
    let call = WindowCall(
      function: .rowNumber, arguments: [], partitionBy: [], orderBy: keys,
      frame: WindowCall.Frame(unit: .rows, start: .unboundedPreceding, end: .currentRow),
      type: .int64, name: "#row")
    let context = ExpressionContext(scope: Scope([]), clause: "LIMIT")
    context.allowsSubqueries = true
    func rowCount(_ written: Expression?) throws(QueryError) -> BoundExpression {
      guard let written else { return .constant(.null, .int64) }
      let value = try bind(written, in: context)
      return value.type == .int64 ? value : .cast(value, .int64, isTry: false)
    }
    let kept = BoundExpression.call(
      Binder.isWithinLimit,
      [number, try rowCount(limit.count), try rowCount(limit.offset)], .boolean)
    let filtered = try filtered(
      .window(WindowNode(input: body, calls: [call])), by: kept, context.subqueries)
    // The join with what the subqueries give keeps no order.
    let sorted = LogicalPlan.sort(
      filtered, [SortKey(number, isDescending: false, nullsFirst: false)])
    return .project(sorted, list)
  }

  /// Whether a row, numbered from 1, is kept by a count and an offset; null for either sets no limit.
  private static let isWithinLimit = ScalarFunction(
    name: "within_limit", usage: "within_limit(row, count, offset)",
    resolve: { _ in nil },
    evaluate: { arguments, _, rowCount throws(QueryError) in
      let (rows, counts, offsets) = (arguments[0].longs, arguments[1].longs, arguments[2].longs)
      var isKept = [Bool](repeating: false, count: rowCount)
      for row in 0..<rowCount {
        let offset = arguments[2].isNull(row) ? 0 : offsets[row]
        let count = arguments[1].isNull(row) ? Int64.max : counts[row]
        guard offset >= 0, count >= 0 else {
          throw QueryError(
            .type, "LIMIT and OFFSET take a number of rows, not \(min(offset, count))",
            help: "a whole number from 0 on")
        }
        // Numbers start at 1 and offsets at 0: neither difference leaves the range.
        isKept[row] = rows[row] > offset && rows[row] - offset <= count
      }
      return Column(.boolean, .boolean(Bitmap(isKept)))
    })
}

extension Limit {
  /// Whether a subquery says how many rows.
  var hasSubquery: Bool { (count?.hasSubquery ?? false) || (offset?.hasSubquery ?? false) }
}
