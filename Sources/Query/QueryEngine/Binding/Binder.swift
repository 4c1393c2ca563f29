package import Columnar
package import QueryLanguage

/// Turns a syntax tree into a logical plan: names become positions, types are settled, points in time
/// become pinned tables.
///
/// One binder serves one statement: `T` is resolved once, and every table that is read is recorded.
package final class Binder {
  let resolver: any TableResolver
  let settings: StatementSettings
  /// Common table expressions in scope, innermost last.
  var commonTables: [CommonTable] = []
  /// Recursive tables whose definition is being bound, innermost last.
  var workingTables: [WorkingTable] = []
  var commonTableCount = 0
  /// Pins that enclosing references hand down (a view under `AS KNOWN AT` …).
  var inheritedKnowledge: ResolvedKnowledge?
  var inheritedBusinessDate: BusinessDatePoint?
  /// The first dated table met, in the order of the text: it gives `T`.
  var firstDated: PinnedTable?
  var statementDate: CalendarDate?
  var reads: [TableRead] = []
  /// The queries around the subquery that is being bound, innermost last.
  var outerFrames: [OuterFrame] = []
  private var depth = 0
  private var knownDefinitions: Definitions?
  /// The text of each plain view, measure and hierarchy that stands for something, by what it is.
  var uses: [String: String] = [:]
  /// What is legal and probably a mistake.
  var warnings: [QueryError] = []

  package init(resolver: any TableResolver, settings: StatementSettings) {
    self.resolver = resolver
    self.settings = settings
    statementDate = settings.businessDate
  }

  /// The query, planned and optimised.
  package static func bind(
    _ query: Query, resolver: any TableResolver, settings: StatementSettings = StatementSettings()
  ) throws(QueryError) -> BoundQuery {
    let binder = Binder(resolver: resolver, settings: settings)
    let bound = try binder.bind(query)
    let plan = try Optimizer.optimized(bound.plan)
    var result = BoundQuery(plan: plan, reads: binder.reads, businessDate: binder.statementDate)
    result.uses = binder.uses
    for warning in binder.warnings
    where !result.warnings.contains(where: { $0.range == warning.range }) {
      result.warnings.append(warning)
    }
    return result
  }

  /// A predicate or value over the columns of one table: constraints, defaults, expectations.
  package static func bind(
    _ expression: Expression, over schema: Schema, tableName: String = "",
    resolver: any TableResolver, settings: StatementSettings = StatementSettings()
  ) throws(QueryError) -> BoundExpression {
    let binder = Binder(resolver: resolver, settings: settings)
    let qualifier = tableName.split(separator: ".").map(String.init)
    let context = ExpressionContext(scope: Scope(schema: schema, qualifier: qualifier))
    return try binder.bind(expression, in: context)
  }

  /// The lake's hierarchies and measures, read when a name may be one.
  func definitions() throws(QueryError) -> Definitions {
    if let known = knownDefinitions { return known }
    let found = try resolver.definitions(knownAt: settings.knowledge)
    knownDefinitions = found
    return found
  }

  /// A plan with the names of its columns in scope.
  struct Bound {
    var plan: LogicalPlan
    var scope: Scope
  }

  func bind(_ query: Query) throws(QueryError) -> Bound {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 100 else {
      throw QueryError(
        .unsupported, "queries and views are nested more than 100 deep",
        help: "a view that reads itself would do that", at: query.range)
    }
    let outer = commonTables
    defer { commonTables = outer }
    if let with = query.with {
      for (index, expression) in with.expressions.enumerated() {
        if with.expressions[..<index].contains(where: { $0.name == expression.name }) {
          throw QueryError(
            .name, "WITH has two tables \"\(expression.name.text)\"", at: expression.name.range)
        }
        commonTableCount += 1
        commonTables.append(
          CommonTable(
            expression: expression, id: commonTableCount, isRecursive: with.isRecursive,
            depth: outerFrames.count))
      }
    }
    if let slice = query.slices.first {
      let plain = try expanded(query)
      return try pointing(at: slice.range) { () throws(QueryError) in try bind(plain) }
    }
    var bound: Bound
    switch query.body {
    case .select(let select):
      // ORDER BY of a SELECT may use columns that are not in its list.
      bound = try bind(select, orderBy: query.orderBy)
    case .setOperation, .values, .query, .summarize:
      bound = try bind(query.body)
      if let orderBy = query.orderBy {
        let keys = try sortKeys(orderBy, over: bound.scope)
        bound.plan = .sort(bound.plan, keys)
      }
    }
    if let limit = query.limit, limit.hasSubquery {
      bound.plan = try limited(bound.plan, by: limit)
    } else if let limit = query.limit {
      let count = try limit.count.map { expression throws(QueryError) in try rowCount(expression) }
      let offset =
        try limit.offset.map { expression throws(QueryError) in try rowCount(expression) } ?? 0
      bound.plan = .limit(bound.plan, count: count ?? nil, offset: offset ?? 0)
    }
    return bound
  }

  func bind(_ body: Query.Body) throws(QueryError) -> Bound {
    switch body {
    case .select(let select): return try bind(select, orderBy: nil)
    case .query(let query): return try bind(query)
    case .values(let rows): return try bindValues(rows)
    case .setOperation(let operation): return try bind(operation)
    case .summarize(let query): return try bind(summarize: query)
    }
  }

  /// The operand of LIMIT or OFFSET; nil for NULL (no limit).
  private func rowCount(_ expression: Expression) throws(QueryError) -> Int? {
    if let name = expression.columnNames.first {
      throw QueryError(
        .type, "LIMIT and OFFSET take a number of rows, not the name \(name.dotted)",
        help: "a number, or a parameter such as :n", at: expression.range)
    }
    let value = try constant(expression)
    if value.isNull { return nil }
    guard case .int64(let count)? = Coercion.constant(value, to: .int64), count >= 0 else {
      throw QueryError(
        .type, "LIMIT and OFFSET take a number of rows, not \(ValueText.sql(value))",
        help: "a whole number from 0 on", at: expression.range)
    }
    return Int(count)
  }

  /// Keys over the output columns only: of set operations and VALUES.
  private func sortKeys(_ orderBy: OrderBy, over scope: Scope) throws(QueryError) -> [SortKey] {
    switch orderBy {
    case .all(let direction, let nulls):
      return scope.columns.indices.map { index in
        SortKey(.column(index, scope.columns[index].type), direction: direction, nulls: nulls)
      }
    case .items(let items):
      var keys: [SortKey] = []
      for item in items {
        let expression: BoundExpression
        if let position = try outputPosition(item.expression, count: scope.columns.count) {
          expression = .column(position, scope.columns[position].type)
        } else {
          try refuseConstant(item.expression, in: "ORDER BY")
          expression = try bind(item.expression, in: ExpressionContext(scope: scope))
        }
        keys.append(SortKey(expression, direction: item.direction, nulls: item.nulls))
      }
      return keys
    }
  }

  /// The 0-based column that `ORDER BY 2` or `GROUP BY 2` means; nil when it is no bare integer.
  func outputPosition(_ expression: Expression, count: Int) throws(QueryError) -> Int? {
    guard case .literal(.number(let number)) = expression.kind, number.form == .integer else {
      return nil
    }
    guard let position = Int(number.digits), position >= 1, position <= count else {
      throw QueryError(
        .name, "there is no column \(number.digits): the select list has \(count)",
        help: "write a number from 1 to \(count), or a column's name", at: expression.range)
    }
    return position - 1
  }

  /// Refuses a constant that is no column's number where rows are ordered or told apart: it would do
  /// nothing.
  func refuseConstant(_ expression: Expression, in clause: String) throws(QueryError) {
    var literal = expression
    if case .unary(_, let operand) = expression.kind { literal = operand }
    guard case .literal(let value) = literal.kind else { return }
    switch value {
    case .date, .timestamp, .interval: return
    default:
      throw QueryError(
        .type, "\(clause) cannot have the constant \(SyntaxPrinter.text(of: expression))",
        help: "a column's name or its number, from 1 on", at: expression.range)
    }
  }

  private func bindValues(_ rows: [[Expression]]) throws(QueryError) -> Bound {
    let width = rows[0].count
    if rows.joined().contains(where: \.hasSubquery), rows.allSatisfy({ $0.count == width }) {
      return try bind(selects(of: rows))
    }
    var bound: [[BoundExpression]] = []
    let context = ExpressionContext(scope: Scope([]))
    for row in rows {
      guard row.count == width else {
        throw QueryError(
          .type, "this row of VALUES has \(row.count) values, the first has \(width)",
          at: row.first?.range)
      }
      var members: [BoundExpression] = []
      for expression in row { members.append(try bind(expression, in: context)) }
      bound.append(members)
    }
    var types: [DataType] = []
    for column in 0..<width {
      types.append(
        try commonType(
          bound.map { $0[column] }, what: "column \(column + 1) of VALUES",
          at: rows[0][column].range))
    }
    let names = (0..<width).map { "col\($0)" }
    let schema = Schema(zip(names, types).map { Field($0, $1) })
    var plan: LogicalPlan?
    // Literals fold into one batch; anything computed becomes a projection of one row.
    var literals: [[Value]] = Array(repeating: [], count: width)
    for row in bound {
      var values: [Value] = []
      for (column, expression) in row.enumerated() {
        guard let value = try coerced(expression, to: types[column], at: nil).constant else {
          break
        }
        values.append(value)
      }
      guard values.count == width else {
        plan = try unionOfRows(bound, names: names, types: types)
        break
      }
      for column in 0..<width { literals[column].append(values[column]) }
    }
    if plan == nil {
      var columns: [Column] = []
      for column in 0..<width {
        guard let built = Column.of(types[column], literals[column]) else {
          throw QueryError(.type, "a value of VALUES does not fit \(types[column].sqlName)")
        }
        columns.append(built)
      }
      plan = .values(Batch(schema: schema, columns: columns))
    }
    return Bound(plan: plan!, scope: Scope(schema: schema, qualifier: []))
  }

  /// VALUES whose rows ask subqueries, as a SELECT for each row.
  private func selects(of rows: [[Expression]]) -> Query.Body {
    let selects = rows.map { row in
      Query.Body.select(
        Select(
          items: row.enumerated().map { SelectItem($1, alias: Identifier("col\($0)")) }))
    }
    return selects.dropFirst().reduce(selects[0]) { left, right in
      .setOperation(SetOperation(kind: .union, isAll: true, left: left, right: right))
    }
  }

  private func unionOfRows(
    _ rows: [[BoundExpression]], names: [String], types: [DataType]
  ) throws(QueryError) -> LogicalPlan {
    var result: LogicalPlan?
    for row in rows {
      var expressions: [ProjectedExpression] = []
      for (column, expression) in row.enumerated() {
        expressions.append(
          ProjectedExpression(
            names[column], try coerced(expression, to: types[column], at: nil)))
      }
      let one = LogicalPlan.project(.values(Binder.oneRow), expressions)
      result =
        result.map {
          .setOperation(SetOperationNode(kind: .unionAll, left: $0, right: one))
        } ?? one
    }
    return result!
  }

  /// One row without columns: what a SELECT without FROM selects from.
  static var oneRow: Batch { Batch(schema: Schema([]), columns: [], rowCount: 1) }

  private func bind(_ operation: SetOperation) throws(QueryError) -> Bound {
    var left = try bind(operation.left)
    var right = try bind(operation.right)
    if operation.isByName { try alignByName(&left, &right, at: operation.operatorRange) }
    let leftSchema = left.plan.schema
    let rightSchema = right.plan.schema
    guard leftSchema.count == rightSchema.count else {
      throw QueryError(
        .type,
        "\(operation.kind.rawValue) joins \(leftSchema.count) columns with \(rightSchema.count)",
        help: "both sides must have the same number of columns", at: operation.operatorRange)
    }
    var types: [DataType] = []
    for (index, field) in leftSchema.fields.enumerated() {
      let other = rightSchema[index].type
      if left.plan.isUntypedNull(index) || right.plan.isUntypedNull(index) {
        types.append(left.plan.isUntypedNull(index) ? other : field.type)
        continue
      }
      guard let common = Coercion.common(field.type, other) else {
        throw QueryError(
          .type,
          "column \(index + 1) (\"\(field.name)\") is \(field.type.sqlName) on the left and "
            + "\(other.sqlName) on the right of \(operation.kind.rawValue)",
          help: "cast one of them", at: operation.operatorRange)
      }
      types.append(common)
    }
    left.plan = converted(left.plan, to: types)
    right.plan = converted(right.plan, to: types)
    let kind: SetOperationNode.Kind =
      switch (operation.kind, operation.isAll) {
      case (.union, true): .unionAll
      case (.union, false): .union
      case (.intersect, true): .intersectAll
      case (.intersect, false): .intersect
      case (.except, true): .exceptAll
      case (.except, false): .except
      }
    let plan = LogicalPlan.setOperation(
      SetOperationNode(kind: kind, left: left.plan, right: right.plan))
    return Bound(plan: plan, scope: Scope(schema: plan.schema, qualifier: []))
  }

  /// Both sides with the left's columns and then those that only the right has; what a side lacks is
  /// null there.
  private func alignByName(
    _ left: inout Bound, _ right: inout Bound, at range: SourceRange
  ) throws(QueryError) {
    let (mine, theirs) = (left.plan.schema, right.plan.schema)
    func place(_ name: String, in schema: Schema) -> Int? {
      schema.names.firstIndex { Identifier(name).matches($0) }
    }
    for schema in [mine, theirs] {
      let folded = schema.names.map { $0.lowercased() }
      guard Set(folded).count == folded.count else {
        throw QueryError(
          .name, "BY NAME wants columns with different names on each side", at: range)
      }
    }
    var first: [ProjectedExpression] = []
    var second: [ProjectedExpression] = []
    func add(_ name: String, _ one: Int?, _ other: Int?) {
      let oneType = one.map { mine[$0].type }
      let otherType = other.map { theirs[$0].type }
      let type = oneType ?? otherType ?? .string
      func side(_ index: Int?, _ own: DataType?) -> ProjectedExpression {
        ProjectedExpression(
          name, index.map { .column($0, own ?? type) } ?? .constant(.null, type))
      }
      first.append(side(one, oneType))
      second.append(side(other, otherType))
    }
    for (index, field) in mine.fields.enumerated() {
      add(field.name, index, place(field.name, in: theirs))
    }
    for (index, field) in theirs.fields.enumerated() where place(field.name, in: mine) == nil {
      add(field.name, nil, index)
    }
    left.plan = .project(left.plan, first)
    right.plan = .project(right.plan, second)
  }

  func converted(_ plan: LogicalPlan, to types: [DataType]) -> LogicalPlan {
    let schema = plan.schema
    guard schema.fields.map(\.type) != types else { return plan }
    return .project(
      plan,
      schema.fields.enumerated().map { index, field in
        let column = BoundExpression.column(index, field.type)
        return ProjectedExpression(
          field.name,
          field.type == types[index] ? column : .cast(column, types[index], isTry: false))
      })
  }
}

extension SortKey {
  /// NULLS LAST when ascending and FIRST when descending, unless said otherwise (PostgreSQL).
  init(_ expression: BoundExpression, direction: SortDirection, nulls: NullsOrder?) {
    let isDescending = direction == .descending
    let nullsFirst =
      switch nulls {
      case .first: true
      case .last: false
      case nil: isDescending
      }
    self.init(expression, isDescending: isDescending, nullsFirst: nullsFirst)
  }
}

extension LogicalPlan {
  /// Whether a column is a bare NULL, which takes any type.
  fileprivate func isUntypedNull(_ index: Int) -> Bool {
    switch self {
    case .project(_, let expressions):
      expressions[index].expression == .constant(.null, .string)
    case .values(let batch):
      batch.schema[index].type == .string && batch.columns[index].nullCount == batch.rowCount
    case .setOperation(let node): node.left.isUntypedNull(index) && node.right.isUntypedNull(index)
    default: false
    }
  }
}
