import Columnar
import QueryLanguage

// SELECT: FROM → WHERE → GROUP BY → HAVING → windows → QUALIFY → list → DISTINCT → ORDER BY.

extension Binder {
  func bind(_ written: Select, orderBy order: OrderBy?) throws(QueryError) -> Bound {
    let plain = try plain(written, orderBy: order)
    let (select, orderBy) = try joined(plain.select, orderBy: plain.orderBy)
    var source = Bound(plan: .values(Binder.oneRow), scope: Scope([]))
    if let from = select.from { source = try bind(from) }
    let items = try expanded(select.items, over: source.scope)
    let aliases = items.compactMap { item -> (name: Identifier, expression: Expression)? in
      item.alias.map { ($0, item.expression) }
    }
    if let filter = select.filter {
      let context = ExpressionContext(scope: source.scope, clause: "WHERE")
      context.aliases = aliases
      context.allowsSubqueries = true
      let condition = try predicate(filter, in: context)
      source.plan = try filtered(source.plan, by: condition, context.subqueries)
    }
    var builder = SelectBuilder(
      binder: self, select: select, items: items, aliases: aliases, source: source)
    var bound = try builder.build(orderBy: orderBy)
    markNonAdditive(&bound.scope, items, over: source.scope, plain.marks)
    return bound
  }

  /// Output columns that must not be summed: measures, and columns that were such before.
  private func markNonAdditive(
    _ scope: inout Scope, _ items: [SelectItem], over source: Scope, _ marks: [String: String]
  ) {
    for (index, item) in items.enumerated() where index < scope.columns.count {
      if let mark = marks[Identifier(scope.columns[index].name).key] {
        scope.columns[index].nonAdditive = mark
      } else if case .column(let name) = item.expression.kind,
        let found = try? source.resolve(name)
      {
        scope.columns[index].nonAdditive = source.columns[found].nonAdditive
      }
    }
  }
}

/// The steps after WHERE, sharing what they have found out.
private struct SelectBuilder {
  let binder: Binder
  let select: Select
  let items: [SelectItem]
  let aliases: [(name: Identifier, expression: Expression)]
  let source: Binder.Bound

  /// What one expression context holds for list, HAVING, QUALIFY and ORDER BY alike.
  private let context: ExpressionContext
  private var groups: [ProjectedExpression] = []
  private var groupingSets: [[Int]] = []
  private var isGrouped = false
  /// What the subqueries joined before grouping have become.
  private var valuesBeforeGroups: [Int: BoundExpression] = [:]
  /// Where the items of ORDER BY stand.
  private var keyRanges: [SourceRange] = []

  init(
    binder: Binder, select: Select, items: [SelectItem],
    aliases: [(name: Identifier, expression: Expression)], source: Binder.Bound
  ) {
    self.binder = binder
    self.select = select
    self.items = items
    self.aliases = aliases
    self.source = source
    context = ExpressionContext(scope: source.scope, clause: "the select list")
    context.allowsAggregates = true
    context.allowsWindows = true
    context.allowsSubqueries = true
    context.namedWindows = select.windows
  }

  mutating func build(orderBy: OrderBy?) throws(QueryError) -> Binder.Bound {
    var outputs: [BoundExpression] = []
    context.aliases = aliases
    for item in items {
      // Inside its own expression an alias means the column of that name.
      if let alias = item.alias { context.openAliases = [alias] }
      context.allowsUnnest = true
      defer { context.allowsUnnest = false }
      defer { context.openAliases = [] }
      outputs.append(try binder.bind(item.expression, in: context))
    }
    // The keys of DISTINCT ON go the way of the list, behind it.
    if case .on(let written)? = select.distinct {
      context.clause = "DISTINCT ON"
      for expression in written { outputs.append(try distinctKey(expression, outputs)) }
    }
    var having: BoundExpression?
    if let written = select.having {
      context.clause = "HAVING"
      having = try binder.predicate(written, in: context)
    }
    var qualify: BoundExpression?
    if let written = select.qualify {
      context.clause = "QUALIFY"
      qualify = try binder.predicate(written, in: context)
    }
    context.clause = "ORDER BY"
    if case .items(let written)? = orderBy { keyRanges = written.map(\.expression.range) }
    context.allowsUnnest = true
    defer { context.allowsUnnest = false }
    var keys = try sortKeys(orderBy, outputs: outputs)
    try bindGroups(outputs: outputs)

    var plan = try attachedBeforeGroups(source.plan)
    if isGrouped { plan = try aggregated(plan, &outputs, &having, &qualify, &keys) }
    plan = try attached(plan, &outputs, &having, &qualify, &keys)
    if let having { plan = .filter(plan, having) }
    if !context.windows.isEmpty { plan = try windowed(plan, &outputs, &qualify, &keys) }
    if let qualify { plan = .filter(plan, qualify) }
    if !context.unnests.isEmpty { plan = unnested(plan, &outputs, &keys) }
    return try projected(plan, outputs, keys)
  }

  // MARK: ORDER BY

  /// A key is an output column (by number, alias or equal expression) or any other expression.
  private func sortKeys(
    _ orderBy: OrderBy?, outputs: [BoundExpression]
  ) throws(QueryError) -> [SortKey] {
    switch orderBy {
    case nil: return []
    case .all(let direction, let nulls):
      return outputs[..<items.count].map { SortKey($0, direction: direction, nulls: nulls) }
    case .items(let written):
      var keys: [SortKey] = []
      for item in written {
        let expression: BoundExpression
        if let position = try binder.outputPosition(item.expression, count: items.count) {
          expression = outputs[position]
        } else if case .column(let name) = item.expression.kind, name.parts.count == 1,
          let index = items.firstIndex(where: { $0.alias == name.name })
        {
          expression = outputs[index]
        } else {
          try binder.refuseConstant(item.expression, in: "ORDER BY")
          expression = try binder.bind(item.expression, in: context)
        }
        keys.append(SortKey(expression, direction: item.direction, nulls: item.nulls))
      }
      return keys
    }
  }

  /// A key of DISTINCT ON: a number or alias of the list, or any expression.
  private func distinctKey(
    _ expression: Expression, _ outputs: [BoundExpression]
  ) throws(QueryError) -> BoundExpression {
    if let position = try binder.outputPosition(expression, count: items.count) {
      return outputs[position]
    }
    try binder.refuseConstant(expression, in: "DISTINCT ON")
    return try binder.bind(expression, in: context)
  }

  // MARK: GROUP BY

  private mutating func bindGroups(outputs: [BoundExpression]) throws(QueryError) {
    switch select.groupBy {
    case nil:
      // HAVING alone is a condition on all rows together.
      isGrouped = !context.aggregates.isEmpty || select.having != nil
      groupingSets = [[]]
    case .all:
      isGrouped = true
      for (item, output) in zip(items, outputs)
      where !usesCalls(output) && !output.columns.isEmpty {
        _ = try group(output, name: outputName(item))
      }
      groupingSets = [Array(groups.indices)]
    case .elements(let elements):
      isGrouped = true
      var sets: [[Int]] = [[]]
      for element in elements {
        let choices = try self.sets(of: element, outputs)
        sets = sets.flatMap { left in choices.map { left + $0.filter { !left.contains($0) } } }
      }
      groupingSets = sets
    }
  }

  private mutating func sets(
    of element: GroupingElement, _ outputs: [BoundExpression]
  ) throws(QueryError) -> [[Int]] {
    func prefixes(_ levels: [[Int]]) -> [[Int]] {
      (0...levels.count).reversed().map { Array(levels[..<$0].joined()) }
    }
    switch element {
    case .expression(let expression): return [[try group(expression, outputs)]]
    case .set(let expressions): return [try groupAll(expressions, outputs)]
    case .rollup(let levels):
      var positions: [[Int]] = []
      for level in levels { positions.append(try groupAll(level, outputs)) }
      return prefixes(positions)
    case .cube(let levels):
      guard levels.count <= 12 else {
        throw QueryError(.unsupported, "CUBE takes at most 12 columns", at: select.range)
      }
      var positions: [[Int]] = []
      for level in levels { positions.append(try groupAll(level, outputs)) }
      return (0..<(1 << positions.count)).reversed().map { mask in
        Array(
          positions.indices.filter { mask >> (positions.count - 1 - $0) & 1 == 1 }
            .map { positions[$0] }.joined())
      }
    case .groupingSets(let members):
      var result: [[Int]] = []
      for member in members { result += try sets(of: member, outputs) }
      return result
    }
  }

  private mutating func groupAll(
    _ expressions: [Expression], _ outputs: [BoundExpression]
  ) throws(QueryError) -> [Int] {
    var positions: [Int] = []
    for expression in expressions { positions.append(try group(expression, outputs)) }
    return positions
  }

  /// A group written as a number, a column, a select alias or any expression without aggregates.
  private mutating func group(
    _ expression: Expression, _ outputs: [BoundExpression]
  ) throws(QueryError) -> Int {
    if let position = try binder.outputPosition(expression, count: items.count) {
      let item = items[position]
      if let group = try group(subquery: outputs[position], item) { return group }
      return try group(try grouping(item.expression), name: outputName(item))
    }
    if case .column(let name) = expression.kind, name.parts.count == 1,
      try source.scope.resolve(name) == nil,
      let position = items.firstIndex(where: { $0.alias == name.name }),
      let group = try group(subquery: outputs[position], items[position])
    {
      return group
    }
    let bound = try grouping(expression)
    let alias = items.first { item in
      if case .column(let name) = expression.kind { item.alias == name.name } else { false }
    }
    return try group(bound, name: alias?.alias?.text ?? ExpressionName.of(expression))
  }

  /// An item of the list that asks subqueries: they are joined before grouping.
  private mutating func group(
    subquery output: BoundExpression, _ item: SelectItem
  ) throws(QueryError) -> Int? {
    guard !output.subqueries.isEmpty else { return nil }
    for index in output.subqueries { context.subqueries[index].isInsideAggregate = true }
    return try group(output, name: outputName(item))
  }

  private func grouping(_ expression: Expression) throws(QueryError) -> BoundExpression {
    if expression.hasSubquery {
      // As an argument of an aggregate is: over the rows before grouping.
      let known = (context.clause, context.allowsAggregates, context.allowsWindows)
      (context.clause, context.allowsAggregates, context.allowsWindows) = ("GROUP BY", false, false)
      context.isInsideAggregate = true
      defer {
        (context.clause, context.allowsAggregates, context.allowsWindows) = known
        context.isInsideAggregate = false
      }
      return try binder.bind(expression, in: context)
    }
    let plain = ExpressionContext(scope: source.scope, clause: "GROUP BY")
    plain.aliases = aliases
    return try binder.bind(expression, in: plain)
  }

  private mutating func group(
    _ expression: BoundExpression, name: String
  ) throws(QueryError) -> Int {
    if let known = groups.firstIndex(where: { $0.expression == expression }) { return known }
    switch expression.type {
    case .structure, .map:
      throw QueryError(
        .type, "GROUP BY cannot have a \(expression.type.sqlName)", at: select.range)
    default: break
    }
    groups.append(ProjectedExpression(name, expression))
    return groups.count - 1
  }

  private func usesCalls(_ expression: BoundExpression) -> Bool {
    expression.columns.contains(where: ExpressionContext.isCall)
  }

  // MARK: After grouping

  /// Adds the aggregate operator and maps every later expression to its output.
  private mutating func aggregated(
    _ plan: LogicalPlan, _ outputs: inout [BoundExpression], _ having: inout BoundExpression?,
    _ qualify: inout BoundExpression?, _ keys: inout [SortKey]
  ) throws(QueryError) -> LogicalPlan {
    for index in outputs.indices { outputs[index] = try overGroups(outputs[index]) }
    having = try having.map { value throws(QueryError) in try overGroups(value) }
    qualify = try qualify.map { value throws(QueryError) in try overGroups(value) }
    for index in keys.indices { keys[index].expression = try overGroups(keys[index].expression) }
    for index in context.unnests.indices {
      context.unnests[index] = try overGroups(context.unnests[index])
    }
    for index in context.windows.indices {
      context.windows[index] = try context.windows[index].mapped { value throws(QueryError) in
        try overGroups(value)
      }
    }
    for index in context.subqueries.indices where !context.subqueries[index].isInsideAggregate {
      context.subqueries[index] = try context.subqueries[index].mapped {
        value throws(QueryError) in
        try overGroups(value)
      }
    }
    var calls = context.aggregates
    for index in calls.indices {
      calls[index].name = "#aggregate\(index)"
      if calls[index].function == .groupingID { calls[index].arguments = [] }
    }
    let values = valuesBeforeGroups
    let groups = self.groups.map {
      ProjectedExpression($0.name, $0.expression.replacingSubqueries(values))
    }
    return .aggregate(
      AggregateNode(input: plan, groups: groups, groupingSets: groupingSets, aggregates: calls))
  }

  /// An expression over the aggregate's output: groups first, then aggregates.
  private func overGroups(_ expression: BoundExpression) throws(QueryError) -> BoundExpression {
    let groups = self.groups
    return try expression.rewritten { node throws(QueryError) in
      if case .constant = node { return nil }
      if let index = groups.firstIndex(where: { $0.expression == node }) {
        return .column(index, node.type)
      }
      guard case .column(let index, let type) = node else { return nil }
      if index >= ExpressionContext.windowBase { return node }
      if index >= ExpressionContext.aggregateBase {
        if let bits = try groupingBits(index - ExpressionContext.aggregateBase) { return bits }
        return .column(groups.count + index - ExpressionContext.aggregateBase, type)
      }
      throw notGrouped(index)
    }
  }

  /// The value of `GROUPING(…)` over the bits of the row's grouping set; nil for other aggregates.
  private func groupingBits(_ number: Int) throws(QueryError) -> BoundExpression? {
    let call = context.aggregates[number]
    guard call.function == .groupingID else { return nil }
    let all = BoundExpression.column(groups.count + number, .int64)
    func whole(_ value: Int64) -> BoundExpression { .constant(.int64(value), .int64) }
    var result = whole(0)
    for argument in call.arguments {
      guard let place = groups.firstIndex(where: { $0.expression == argument }), place < 62 else {
        throw QueryError(
          .type, "GROUPING takes the expressions of GROUP BY", at: select.range)
      }
      let bit = BoundExpression.arithmetic(
        .modulo, .arithmetic(.integerDivide, all, whole(1 << Int64(place)), .int64), whole(2),
        .int64)
      result = .arithmetic(.add, .arithmetic(.multiply, result, whole(2), .int64), bit, .int64)
    }
    return result
  }

  private func notGrouped(_ index: Int) -> QueryError {
    if select.groupBy == nil, select.having != nil, context.aggregates.isEmpty {
      return QueryError(
        .type, "HAVING needs GROUP BY or an aggregate", help: "use WHERE",
        at: select.having?.range)
    }
    let name = source.scope.columns[index].name
    let help =
      select.groupBy == nil
      ? "add GROUP BY \(name), or put it into an aggregate such as any_value(\(name))"
      : "add it to GROUP BY, or put it into an aggregate such as any_value(\(name))"
    return QueryError(
      .type, "column \"\(name)\" is neither grouped nor aggregated", help: help,
      at: context.columnRanges[index])
  }

  // MARK: Subqueries

  /// The subqueries in arguments of aggregates, joined before grouping.
  private mutating func attachedBeforeGroups(_ plan: LogicalPlan) throws(QueryError) -> LogicalPlan
  {
    let inside = context.subqueries.indices.filter { context.subqueries[$0].isInsideAggregate }
    guard !inside.isEmpty else { return plan }
    let attached = try binder.attached(context.subqueries, inside, to: plan)
    valuesBeforeGroups = attached.values
    for index in context.aggregates.indices {
      context.aggregates[index] = context.aggregates[index].mapped {
        $0.replacingSubqueries(attached.values)
      }
    }
    return attached.plan
  }

  /// The other subqueries, joined after grouping and before windows.
  private func attached(
    _ plan: LogicalPlan, _ outputs: inout [BoundExpression], _ having: inout BoundExpression?,
    _ qualify: inout BoundExpression?, _ keys: inout [SortKey]
  ) throws(QueryError) -> LogicalPlan {
    let outside = context.subqueries.indices.filter { !context.subqueries[$0].isInsideAggregate }
    guard !outside.isEmpty else { return plan }
    let attached = try binder.attached(context.subqueries, outside, to: plan)
    let values = attached.values
    for index in outputs.indices { outputs[index] = outputs[index].replacingSubqueries(values) }
    having = having?.replacingSubqueries(values)
    for index in context.unnests.indices {
      context.unnests[index] = context.unnests[index].replacingSubqueries(values)
    }
    qualify = qualify?.replacingSubqueries(values)
    for index in keys.indices {
      keys[index].expression = keys[index].expression.replacingSubqueries(values)
    }
    for index in context.windows.indices {
      context.windows[index] = try context.windows[index].mapped { $0.replacingSubqueries(values) }
    }
    return attached.plan
  }

  // MARK: Windows

  private func windowed(
    _ plan: LogicalPlan, _ outputs: inout [BoundExpression], _ qualify: inout BoundExpression?,
    _ keys: inout [SortKey]
  ) throws(QueryError) -> LogicalPlan {
    let width = plan.schema.count
    func overWindows(_ expression: BoundExpression) throws(QueryError) -> BoundExpression {
      try expression.rewritten { node throws(QueryError) in
        guard case .column(let index, let type) = node, ExpressionContext.isWindow(index)
        else { return nil }
        return .column(width + index - ExpressionContext.windowBase, type)
      }
    }
    for index in outputs.indices { outputs[index] = try overWindows(outputs[index]) }
    qualify = try qualify.map { value throws(QueryError) in try overWindows(value) }
    for index in context.unnests.indices {
      context.unnests[index] = try overWindows(context.unnests[index])
    }
    for index in keys.indices { keys[index].expression = try overWindows(keys[index].expression) }
    var calls = context.windows
    for index in calls.indices {
      for part in calls[index].expressions {
        guard !isWindow(part), !part.columns.contains(where: ExpressionContext.isUnnest) else {
          throw QueryError(
            .type,
            "\(isWindow(part) ? "a window function" : "unnest") stands inside a window function",
            help: "compute the inner one in a subquery", at: select.range)
        }
      }
      calls[index].name = "#window\(index)"
    }
    return .window(WindowNode(input: plan, calls: calls))
  }

  private func isWindow(_ expression: BoundExpression) -> Bool {
    expression.columns.contains(where: ExpressionContext.isWindow)
  }

  /// Each row once for every member of the lists that the select list unnests, side by side.
  private func unnested(
    _ plan: LogicalPlan, _ outputs: inout [BoundExpression], _ keys: inout [SortKey]
  ) -> LogicalPlan {
    let width = plan.schema.count
    func overMembers(_ expression: BoundExpression) -> BoundExpression {
      let result = try? expression.rewritten { node throws(QueryError) in
        guard case .column(let index, let type) = node, ExpressionContext.isUnnest(index)
        else { return nil }
        return .column(width + index - ExpressionContext.unnestBase, type)
      }
      return result ?? expression
    }
    for index in outputs.indices { outputs[index] = overMembers(outputs[index]) }
    for index in keys.indices { keys[index].expression = overMembers(keys[index].expression) }
    return .unnest(
      UnnestNode(
        input: plan,
        lists: context.unnests.enumerated().map { ProjectedExpression("#member\($0)", $1) }))
  }

  // MARK: The list

  private func projected(
    _ plan: LogicalPlan, _ outputs: [BoundExpression], _ keys: [SortKey]
  ) throws(QueryError) -> Binder.Bound {
    var expressions: [ProjectedExpression] = []
    for (item, output) in zip(items, outputs) {
      expressions.append(ProjectedExpression(outputName(item), output))
    }
    let width = expressions.count
    let distinctKeys = Array(outputs[width...])
    func place(_ expression: BoundExpression, _ name: String) -> BoundExpression {
      let known = expressions.firstIndex { $0.expression == expression }
      if known == nil { expressions.append(ProjectedExpression(name, expression)) }
      return .column(known ?? expressions.count - 1, expression.type)
    }
    var sortKeys: [SortKey] = []
    for key in keys {
      let isListed = expressions[..<width].contains { $0.expression == key.expression }
      guard isListed || select.distinct != .rows else {
        let range = keyRanges.indices.contains(sortKeys.count) ? keyRanges[sortKeys.count] : nil
        throw QueryError(
          .type, "with DISTINCT, ORDER BY can only name columns of the select list",
          help: "add it to the list, or GROUP BY and order by an aggregate",
          at: range ?? select.range)
      }
      sortKeys.append(
        SortKey(
          place(key.expression, "#sort\(expressions.count)"), isDescending: key.isDescending,
          nullsFirst: key.nullsFirst))
    }
    let partition = distinctKeys.map { place($0, "#on\(expressions.count)") }
    var result = LogicalPlan.project(plan, expressions)
    switch select.distinct {
    case nil: break
    case .rows: result = .distinct(result)
    case .on: result = firstRows(of: result, by: partition, sortKeys)
    }
    if !sortKeys.isEmpty { result = .sort(result, sortKeys) }
    if result.schema.count > width {
      result = .project(
        result,
        expressions[..<width].enumerated().map {
          ProjectedExpression($1.name, .column($0, $1.expression.type))
        })
    }
    return Binder.Bound(
      plan: result, scope: Scope(schema: result.schema, qualifier: []))
  }

  /// The first row of each partition, in the order of the keys.
  private func firstRows(
    of plan: LogicalPlan, by partition: [BoundExpression], _ keys: [SortKey]
  ) -> LogicalPlan {
    let call = WindowCall(
      function: .rowNumber, arguments: [], partitionBy: partition, orderBy: keys,
      frame: WindowCall.Frame(unit: .rows, start: .unboundedPreceding, end: .currentRow),
      type: .int64, name: "#number")
    let number = BoundExpression.column(plan.schema.count, .int64)
    return .filter(
      .window(WindowNode(input: plan, calls: [call])),
      .comparison(.equal, number, .constant(.int64(1), .int64)))
  }

  private func outputName(_ item: SelectItem) -> String {
    item.alias?.text ?? ExpressionName.of(item.expression)
  }
}
