import Columnar
import MaterializedViews
import QueryEngine

// What a calculator does with its rows is its own. Which of them a result needs is found by business
// date, and more narrowly where a trial proves it.

extension Contributions {
  /// The rows of one input of a calculator that selected rows of the whole plan come from.
  mutating func given(
    to node: TableFunctionNode, input: Int, in plan: LogicalPlan, _ path: RowTrace.Path,
    _ selection: Selection
  ) throws(QueryError) -> Selection {
    let parameter = node.inputs[input].parameter
    guard let results = try results(of: node, in: plan, path, selection) else {
      note("every row of \(parameter) of \(node.name) is shown")
      return .all
    }
    let dates = dates(of: results, node)
    let dated = Contributions.dateColumn(of: node, input)
    let shared = Contributions.sharedColumns(of: node, input)
    for columns in Contributions.trials(shared, node.inputs[input].plan.schema) {
      let keys = results.projected(to: columns.map(\.output))
      let candidate = Selection.matching(keys, columns: columns.map(\.input))
      if try isEnough(candidate, for: results, node, input, dates) {
        let names = keys.schema.names.joined(separator: ", ")
        note("\(node.name) gives the same from these rows of \(parameter) alone (equal \(names))")
        return candidate
      }
    }
    if let dates, let dated {
      note(
        "\(node.name) computes from all rows of \(parameter) of a business date, and does not tell "
          + "which of them counted")
      return .dates(dates, column: dated)
    }
    note(
      node.window == .same
        ? "\(node.name) reads \(parameter) as a whole: every row is shown"
        : "\(node.name) may look at all dates: every row of \(parameter) is shown")
    return .all
  }

  /// The calculator's own rows behind the selection; nil where they are not traced.
  private mutating func results(
    of node: TableFunctionNode, in plan: LogicalPlan, _ path: RowTrace.Path,
    _ selection: Selection
  ) throws(QueryError) -> Batch? {
    let schema = node.bound.schema
    do throws(RowTrace.Failure) {
      let carried = try RowTrace.carrying(plan, to: path, count: schema.count) {
        node throws(QueryError) in
        let all = Array(schema.fields.indices)
        return RowTrace.picking(node, all + all)
      }
      let picked = Contributions.picked(carried, selection, plan.schema, schema.count)
      do throws(QueryError) {
        let isFlat = !schema.fields.contains { $0.type.isNested }
        let batches = try runner.collect(
          try Optimizer.optimized(isFlat ? .distinct(picked) : picked))
        let rows = try Batch.joined(batches, schema: picked.schema)
        return Batch(schema: schema, columns: rows.columns, rowCount: rows.rowCount)
      } catch {
        throw .query(error)
      }
    } catch {
      switch error {
      case .query(let error): throw error
      case .obstacle(let obstacle):
        note(obstacle.reason)
        return nil
      }
    }
  }

  /// The business dates of the results; nil where they do not bound what the calculator looks at.
  private func dates(of results: Batch, _ node: TableFunctionNode) -> [CalendarDate]? {
    guard node.window == .same, let column = node.bound.businessDate else { return nil }
    var dates: Set<CalendarDate> = []
    for row in 0..<results.rowCount {
      guard case .date(let date) = results.columns[column].value(row) else { return nil }
      dates.insert(date)
    }
    return dates.sorted()
  }

  private static func dateColumn(of node: TableFunctionNode, _ input: Int) -> Int? {
    guard let column = node.bound.businessDate else { return nil }
    let schema = node.inputs[input].plan.schema
    guard let position = schema.index(of: node.bound.schema[column].name),
      schema[position].type == .date
    else { return nil }
    return position
  }

  /// Columns of the same name and type in the calculator's result and its input: what both are about.
  private static func sharedColumns(
    of node: TableFunctionNode, _ input: Int
  ) -> [(input: Int, output: Int)] {
    let schema = node.inputs[input].plan.schema
    return schema.fields.enumerated().compactMap { position, field in
      guard let output = node.bound.schema.index(of: field.name),
        node.bound.schema[output].type == field.type
      else { return nil }
      switch field.type {
      case .string, .int32, .int64, .date: return (position, output)
      default: return nil
      }
    }
  }

  /// Which columns to try: all that are shared, then each by itself with the dates.
  private static func trials(
    _ shared: [(input: Int, output: Int)], _ schema: Schema
  ) -> [[(input: Int, output: Int)]] {
    let dates = shared.filter { schema[$0.input].type == .date }
    let others = shared.filter { schema[$0.input].type != .date }
    if others.isEmpty { return [] }
    return [shared] + (others.count > 1 ? others.prefix(4).map { dates + [$0] } : [])
  }

  /// Whether the calculator gives the same results when one input has the candidate rows only.
  private func isEnough(
    _ candidate: Selection, for results: Batch, _ node: TableFunctionNode, _ input: Int,
    _ dates: [CalendarDate]?
  ) throws(QueryError) -> Bool {
    guard !node.bound.schema.fields.contains(where: { $0.type.isNested }) else { return false }
    var trial = node
    for index in trial.inputs.indices {
      let plan = trial.inputs[index].plan
      let width = plan.schema.count
      let doubled = RowTrace.picking(plan, Array(0..<width) + Array(0..<width))
      if index == input {
        trial.inputs[index].plan = Contributions.picked(doubled, candidate, plan.schema, width)
      } else if let dates, let column = Contributions.dateColumn(of: node, index) {
        trial.inputs[index].plan = Contributions.picked(
          doubled, .dates(dates, column: column), plan.schema, width)
      }
    }
    let missing = LogicalPlan.setOperation(
      SetOperationNode(
        kind: .exceptAll, left: .values(results), right: .tableFunction(trial)))
    do throws(QueryError) {
      return try runner.collect(try Optimizer.optimized(missing)).allSatisfy { $0.rowCount == 0 }
    } catch {
      // With fewer rows a calculator may refuse; that proves nothing.
      if error.reason == .cancelled { throw error }
      return false
    }
  }
}
