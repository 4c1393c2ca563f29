import Columnar
import QueryEngine

/// A grouped query over one table, whose rows follow from its rows of before and from the rows that
/// the table lost and gained since.
///
/// So it is for counts, sums and averages of whole numbers and decimals, and for MIN and MAX as long
/// as no row went. Sums of doubles are left out: what is published is the rounded sum, of which the
/// exact one cannot be made again. The published rows are all the state there is: every group and
/// every aggregate must be a column of the view as it is.
struct ChangeMerge {
  private let query: LogicalPlan
  private let aggregate: AggregateNode
  private let scan: ScanNode
  /// For each column of the aggregate the view's column that holds it; nil where none does.
  private let places: [Int?]

  /// - Returns: Nil when the query is of another form.
  init?(_ query: BoundQuery) {
    // The date of AS OF moves with the table.
    guard query.reads.count == 1, query.reads.allSatisfy({ $0.businessDate == nil }),
      let (aggregate, outputs) = ChangeMerge.aggregate(in: query.plan),
      let scan = ChangeMerge.scan(below: aggregate.input),
      aggregate.groupingSets.count == 1,
      Set(aggregate.groupingSets[0]) == Set(aggregate.groups.indices)
    else { return nil }
    self.query = query.plan
    self.aggregate = aggregate
    self.scan = scan
    places = aggregate.schema.fields.indices.map { outputs.firstIndex(of: $0) }
    let isKeyed = aggregate.groups.indices.allSatisfy { index in
      places[index] != nil && ChangeMerge.isExact(aggregate.groups[index].expression.type)
    }
    guard isKeyed, aggregate.aggregates.indices.allSatisfy(isMerged) else { return nil }
  }

  /// The table that the query reads.
  var table: PinnedTable { scan.table }

  /// Whether the rows follow when rows of the table went, and not only came.
  var takesRemovals: Bool {
    (aggregate.groups.isEmpty || countStar != nil)
      && aggregate.aggregates.indices.allSatisfy { index in
        switch aggregate.aggregates[index].function {
        case .min, .max: false
        case .sum: neverNull(index) || count(besides: index) != nil
        default: true
        }
      }
  }

  // MARK: The form

  /// The aggregate under projections, and for each column of the plan the aggregate's column that it
  /// is; nil for another expression.
  private static func aggregate(in plan: LogicalPlan) -> (AggregateNode, [Int?])? {
    switch plan {
    case .aggregate(let node): return (node, Array(node.schema.fields.indices))
    case .project(let input, let expressions):
      guard let (node, below) = aggregate(in: input) else { return nil }
      return (
        node,
        expressions.map { projected in
          if case .column(let index, _) = projected.expression { return below[index] }
          return nil
        }
      )
    default: return nil
    }
  }

  private static func scan(below plan: LogicalPlan) -> ScanNode? {
    switch plan {
    case .scan(let node): node
    case .filter(let input, _), .project(let input, _): scan(below: input)
    default: nil
    }
  }

  /// Types whose equal values have the same bits.
  private static func isExact(_ type: DataType) -> Bool {
    switch type {
    case .boolean, .int32, .int64, .decimal, .string, .date, .timestamp: true
    default: false
    }
  }

  private func isMerged(_ index: Int) -> Bool {
    let call = aggregate.aggregates[index]
    guard !call.isDistinct, call.orderBy.isEmpty else { return false }
    switch call.function {
    case .countStar, .count: return place(index) != nil
    case .sum, .min, .max: return place(index) != nil && ChangeMerge.isExact(call.type)
    case .avg:
      guard case .decimal = call.type, let argument = call.arguments.first,
        case .decimal = argument.type
      else { return false }
      return sum(besides: index) != nil && (count(besides: index) != nil)
    default: return false
    }
  }

  private func place(_ index: Int) -> Int? { places[aggregate.groups.count + index] }

  private var countStar: Int? {
    aggregate.aggregates.indices.first { index in
      let call = aggregate.aggregates[index]
      return call.function == .countStar && call.filter == nil && place(index) != nil
    }
  }

  /// The published aggregate of the same rows and argument.
  private func sum(besides index: Int) -> Int? {
    let call = aggregate.aggregates[index]
    return aggregate.aggregates.indices.first { other in
      let sum = aggregate.aggregates[other]
      return sum.function == .sum && sum.arguments == call.arguments && sum.filter == call.filter
        && !sum.isDistinct && place(other) != nil
    }
  }

  /// The published count of the rows whose argument is not null.
  private func count(besides index: Int) -> Int? {
    let call = aggregate.aggregates[index]
    let isNeverNull = isOfValues(index)
    return aggregate.aggregates.indices.first { other in
      let count = aggregate.aggregates[other]
      guard count.filter == call.filter, !count.isDistinct, place(other) != nil else {
        return false
      }
      return count.function == .countStar
        ? isNeverNull : count.function == .count && count.arguments == call.arguments
    }
  }

  /// Whether a sum is never null: no group is without rows.
  private func neverNull(_ index: Int) -> Bool {
    aggregate.aggregates[index].filter == nil && !aggregate.groups.isEmpty && isOfValues(index)
  }

  /// Whether an aggregate's argument is never null.
  private func isOfValues(_ index: Int) -> Bool {
    aggregate.aggregates[index].arguments.allSatisfy {
      ChangeMerge.isNeverNull($0, in: aggregate.input)
    }
  }

  private static func isNeverNull(_ expression: BoundExpression, in plan: LogicalPlan) -> Bool {
    switch expression {
    case .constant(let value, _): return !value.isNull
    case .arithmetic(_, let left, let right, _):
      return isNeverNull(left, in: plan) && isNeverNull(right, in: plan)
    case .negate(let operand), .cast(let operand, _, isTry: false):
      return isNeverNull(operand, in: plan)
    case .column(let index, _):
      switch plan {
      case .scan(let node): return !node.schema[index].isNullable
      case .filter(let input, _): return isNeverNull(expression, in: input)
      case .project(let input, let expressions):
        return isNeverNull(expressions[index].expression, in: input)
      default: return false
      }
    default: return false
    }
  }

  // MARK: The plan

  /// The query's rows, made of its published rows and of what came and went.
  ///
  /// - Parameter published: The view's rows, in the columns of the query.
  /// - Returns: Nil when rows went and `takesRemovals` does not hold.
  func plan(published: LogicalPlan, _ moved: MovedRows) -> LogicalPlan? {
    if moved.removed != nil, !takesRemovals { return nil }
    let state = aggregate.aggregates.indices.filter { aggregate.aggregates[$0].function != .avg }
    let columns = Array(aggregate.groups.indices) + state.map { aggregate.groups.count + $0 }
    let schema = aggregate.schema
    var union = LogicalPlan.project(
      published,
      columns.map { index in
        ProjectedExpression(
          schema[index].name, .column(places[index] ?? index, schema[index].type))
      })
    for (table, isRemoved) in [(moved.added, false), (moved.removed, true)] {
      guard let table else { continue }
      union = .setOperation(
        SetOperationNode(
          kind: .unionAll, left: union, right: part(table, state, isRemoved: isRemoved)))
    }
    return replacing(query, by: finished(merged(union, state), state, moved.removed != nil))
  }

  /// The aggregates over the rows of one side; negative for rows that went.
  private func part(_ table: PinnedTable, _ state: [Int], isRemoved: Bool) -> LogicalPlan {
    var node = aggregate
    node.input = reading(table, node.input)
    node.aggregates = state.map { aggregate.aggregates[$0] }
    guard isRemoved else { return .aggregate(node) }
    let schema = node.schema
    return .project(
      .aggregate(node),
      schema.fields.indices.map { index in
        let column = BoundExpression.column(index, schema[index].type)
        return ProjectedExpression(
          schema[index].name, index < node.groups.count ? column : .negate(column))
      })
  }

  private func reading(_ table: PinnedTable, _ plan: LogicalPlan) -> LogicalPlan {
    switch plan {
    case .scan(var node):
      node.table = table
      return .scan(node)
    case .filter(let input, let predicate): return .filter(reading(table, input), predicate)
    case .project(let input, let columns): return .project(reading(table, input), columns)
    default: return plan
    }
  }

  private func merged(_ union: LogicalPlan, _ state: [Int]) -> LogicalPlan {
    let groups = aggregate.groups.enumerated().map { index, group in
      ProjectedExpression(group.name, .column(index, group.expression.type))
    }
    let calls = state.enumerated().map { index, position in
      let call = aggregate.aggregates[position]
      let function: AggregateFunction =
        switch call.function {
        case .min: .min
        case .max: .max
        default: .sum
        }
      return AggregateCall(
        function, [.column(groups.count + index, call.type)], type: call.type, name: call.name)
    }
    return .aggregate(
      AggregateNode(
        input: union, groups: groups, groupingSets: [Array(groups.indices)], aggregates: calls))
  }

  /// Groups that have no row left go, sums of no values are null, and averages are made.
  private func finished(
    _ merged: LogicalPlan, _ state: [Int], _ hasRemovals: Bool
  ) -> LogicalPlan {
    let groups = aggregate.groups.count
    func column(_ index: Int) -> BoundExpression {
      .column(groups + (state.firstIndex(of: index) ?? 0), aggregate.aggregates[index].type)
    }
    var rows = merged
    if hasRemovals, groups > 0, let countStar {
      rows = .filter(
        rows, .comparison(.notEqual, column(countStar), .constant(.int64(0), .int64)))
    }
    var columns = aggregate.groups.enumerated().map { index, group in
      ProjectedExpression(group.name, .column(index, group.expression.type))
    }
    for (index, call) in aggregate.aggregates.enumerated() {
      var value = call.function == .avg ? average(index, column) : column(index)
      let isSum = call.function == .sum && hasRemovals && !neverNull(index)
      if isSum || call.function == .avg, let count = count(besides: index) {
        value = .caseWhen(
          [
            .init(
              condition: .comparison(.notEqual, column(count), .constant(.int64(0), .int64)),
              result: value)
          ], otherwise: nil, call.type)
      }
      columns.append(ProjectedExpression(call.name, value))
    }
    return .project(rows, columns)
  }

  private func average(_ index: Int, _ column: (Int) -> BoundExpression) -> BoundExpression {
    let call = aggregate.aggregates[index]
    guard let sum = sum(besides: index), let count = count(besides: index) else {
      return .constant(.null, call.type)
    }
    return .arithmetic(
      .divide, column(sum), .cast(column(count), .decimal(precision: 19, scale: 0), isTry: false),
      call.type)
  }

  private func replacing(_ plan: LogicalPlan, by rows: LogicalPlan) -> LogicalPlan {
    switch plan {
    case .project(let input, let columns): .project(replacing(input, by: rows), columns)
    default: rows
    }
  }

  /// The published column that counts a group's rows, which are never fewer than none.
  var rowCountColumn: Int? { countStar.flatMap { place($0) } }
}
