import Columnar
import QueryLanguage

// FROM: tables, files, functions, subqueries and joins.

extension Binder {
  func bind(_ reference: TableReference) throws(QueryError) -> Bound {
    var bound: Bound
    var defaultQualifier: [String]
    switch reference.kind {
    case .table(let name):
      if reference.time == nil, name.parts.count == 1,
        let working = workingTables.last(where: { $0.name == name.name })
      {
        let node = WorkingNode(id: working.id, schema: working.schema)
        bound = Bound(
          plan: .working(node), scope: Scope(schema: working.schema, qualifier: []))
      } else if reference.time == nil, name.parts.count == 1,
        let index = commonTables.lastIndex(where: { $0.expression.name == name.name })
      {
        bound = try bind(commonTable: index)
      } else {
        bound = try bind(table: name, time: reference.time, at: reference.range)
      }
      defaultQualifier = name.parts.map(\.text)
    case .file(let path):
      let table = try resolver.file(path.text, at: path.range)
      bound = try bind(pinned: table, time: reference.time, at: reference.range)
      defaultQualifier = [fileStem(path.text)]
    case .function(let call):
      if reference.time == nil, call.name.parts.count == 1,
        Binder.rowFunctions.contains(call.name.name.key)
      {
        bound = try bind(
          rowFunction: call.name.name.key, call, withOrdinality: call.hasOrdinality,
          at: reference.range)
      } else {
        bound = try bind(tableFunction: call, time: reference.time, at: reference.range)
      }
      defaultQualifier = [call.name.name.text]
    case .query(let query, _):
      bound = try bind(query)
      defaultQualifier = []
    case .join(let join):
      let joined = try bind(join)
      return try reference.alias.map { alias throws(QueryError) in
        try aliased(joined, alias)
      } ?? joined
    case .pivot(let pivot):
      bound = try bind(pivot, at: reference.range)
      defaultQualifier = []
    case .unpivot(let unpivot):
      bound = try bind(unpivot, at: reference.range)
      defaultQualifier = []
    }
    if let alias = reference.alias { defaultQualifier = [alias.name.text] }
    bound.scope.columns = bound.scope.columns.map { column in
      Scope.Column(
        name: column.name, qualifier: defaultQualifier, type: column.type,
        nonAdditive: column.nonAdditive)
    }
    try rename(&bound.scope, reference.alias)
    return bound
  }

  /// `(a JOIN b …) AS x`: the tables inside have no names any more.
  private func aliased(_ joined: Bound, _ alias: TableAlias) throws(QueryError) -> Bound {
    let kept = joined.scope.expand(nil)
    let schema = joined.plan.schema
    var scope = Scope(
      kept.map { index in
        var column = joined.scope.columns[index]
        column.qualifier = [alias.name.text]
        return column
      })
    try rename(&scope, alias)
    return Bound(
      plan: .project(
        joined.plan,
        kept.map { ProjectedExpression(schema[$0].name, .column($0, schema[$0].type)) }),
      scope: scope)
  }

  /// `AS x (a, b)`: the first columns get new names.
  func rename(_ scope: inout Scope, _ alias: TableAlias?) throws(QueryError) {
    guard let alias, !alias.columns.isEmpty else { return }
    guard alias.columns.count <= scope.columns.count else {
      throw QueryError(
        .name,
        "\"\(alias.name.text)\" has \(scope.columns.count) columns, but "
          + "\(alias.columns.count) names are given", at: alias.columns.last?.range)
    }
    for (index, name) in alias.columns.enumerated() { scope.columns[index].name = name.text }
  }

  private func bind(
    table name: QualifiedName, time: TimeClause?, at range: SourceRange
  ) throws(QueryError) -> Bound {
    let knowledge = try knowledge(of: time)
    let found: ResolvedTable
    do throws(QueryError) {
      found = try resolver.resolve(name, knownAt: knowledge)
    } catch {
      guard error.reason == .time, let point = time?.knowledge else { throw error }
      throw QueryError(.time, error.message, help: error.help, at: point.range)
    }
    switch found {
    case .table(let table):
      return try bind(pinned: table, time: time, at: range)
    case .view(let view, let query, _):
      uses["view \(view)"] = SyntaxPrinter.text(of: query)
      let outer = (
        inheritedKnowledge, inheritedBusinessDate, commonTables, outerFrames, workingTables
      )
      inheritedKnowledge = knowledge
      inheritedBusinessDate = time?.businessDate ?? inheritedBusinessDate
      commonTables = []
      outerFrames = []
      workingTables = []
      defer {
        (
          inheritedKnowledge, inheritedBusinessDate, commonTables, outerFrames, workingTables
        ) = outer
      }
      return try bind(query)
    }
  }

  /// A scan of all columns, with the business date as a filter when one is asked for.
  func bind(
    pinned table: PinnedTable, time: TimeClause?, at range: SourceRange
  ) throws(QueryError) -> Bound {
    let schema = table.source.schema
    if table.businessDate != nil, firstDated == nil { firstDated = table }
    var node = ScanNode(table: table, columns: Array(0..<schema.count))
    var selected: CalendarDate?
    if let point = time?.businessDate ?? inheritedBusinessDate {
      // A pin that a view hands down does not concern tables without dates.
      if let dated = table.businessDate {
        let date = try businessDate(point, of: table, dated)
        selected = date
        node.filter = .comparison(
          .equal, .column(dated.column, .date), .constant(.date(date), .date))
      } else if time?.businessDate != nil {
        throw QueryError(
          .time, "\"\(table.name)\" has no business date, so AS OF has nothing to select by",
          help: "AS KNOWN AT or VERSION AS OF pick an earlier state of it", at: range)
      }
    }
    reads.append(
      TableRead(
        name: table.name, version: table.version, snapshot: table.snapshot, businessDate: selected))
    var scope = Scope(schema: schema, qualifier: [])
    if table.version != nil || table.snapshot != nil {
      try markStoredMeasures(&scope, of: table.name)
    }
    return Bound(plan: .scan(node), scope: scope)
  }

  /// Columns that a measure declares as numbers that do not add up.
  private func markStoredMeasures(_ scope: inout Scope, of table: String) throws(QueryError) {
    for measure in try definitions().measures where measure.isStoredColumn && !measure.addsUp {
      guard measure.table?.dotted.lowercased() == table.lowercased(),
        case .column(let name) = measure.expression.kind,
        let index = scope.columns.firstIndex(where: { name.name.matches($0.name) })
      else { continue }
      scope.columns[index].nonAdditive = measure.name.text
    }
  }

  private func fileStem(_ path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.split(separator: ".").first.map(String.init) ?? name
  }
}

// Joins.
extension Binder {
  private func bind(_ join: Join) throws(QueryError) -> Bound {
    let left = try bind(join.left)
    let (right, references) = try bind(besides: left, join)
    if !references.isEmpty { return try bind(lateral: join, left, right, references) }
    let leftWidth = left.scope.columns.count
    var scope = left.scope + right.scope
    var conjuncts: [BoundExpression] = []
    var merged: [(left: Int, right: Int)] = []
    var subqueries: [Subquery] = []
    switch join.condition {
    case .none: break
    case .on(let condition):
      let context = ExpressionContext(scope: scope, clause: "ON of an outer join")
      context.allowsSubqueries = !join.isAsOf
      conjuncts = try predicate(condition, in: context).conjuncts
      subqueries = context.subqueries
    case .using(let names):
      for name in names { merged.append(try usingPair(name, left.scope, right.scope)) }
    case .natural:
      for (index, column) in left.scope.columns.enumerated() where !column.isHidden {
        let name = Identifier(column.name, isQuoted: true)
        if let match = right.scope.columns.firstIndex(where: { name.matches($0.name) }) {
          merged.append((index, match))
        }
      }
    }
    for (place, pair) in merged.enumerated() {
      // The last column of ASOF … USING is the one to be near in.
      let isNear = join.isAsOf && place == merged.count - 1
      conjuncts.append(
        try comparison(
          isNear ? .greaterOrEqual : .equal, .column(pair.left, scope.columns[pair.left].type),
          .column(leftWidth + pair.right, right.scope.columns[pair.right].type),
          at: join.keywordRange))
    }
    if let asked = BoundExpression.conjunction(conjuncts.filter { !$0.subqueries.isEmpty }) {
      guard join.kind == .inner else {
        let plan = try joined(join, left, right, on: conjuncts, subqueries)
        let isLeftOnly = join.kind == .semi || join.kind == .anti
        return Bound(plan: plan, scope: isLeftOnly ? left.scope : scope)
      }
      // Conditions of an inner join are conditions on its rows.
      let node = try joinNode(join, left, right, conjuncts.filter(\.subqueries.isEmpty))
      return Bound(plan: try filtered(.join(node), by: asked, subqueries), scope: scope)
    }
    let node = try joinNode(join, left, right, conjuncts)
    for pair in merged { scope.columns[leftWidth + pair.right].isHidden = true }
    if join.kind == .semi || join.kind == .anti {
      return Bound(plan: .join(node), scope: left.scope)
    }
    guard join.kind == .right || join.kind == .full, !merged.isEmpty else {
      return Bound(plan: .join(node), scope: scope)
    }
    return mergedColumns(Bound(plan: .join(node), scope: scope), merged, leftWidth)
  }

  /// A right or full join's USING column is the side that is there; each side's own stands hidden
  /// beside it.
  private func mergedColumns(
    _ bound: Bound, _ merged: [(left: Int, right: Int)], _ leftWidth: Int
  ) -> Bound {
    let types = bound.plan.schema.fields.map(\.type)
    var expressions: [ProjectedExpression] = []
    var columns: [Scope.Column] = []
    for (index, column) in bound.scope.columns.enumerated() {
      let own = BoundExpression.column(index, types[index])
      var kept = column
      if let pair = merged.first(where: { $0.left == index }) {
        let place = leftWidth + pair.right
        let type = Coercion.common(types[index], types[place]) ?? types[index]
        func widened(_ side: Int) -> BoundExpression {
          let side = BoundExpression.column(side, types[side])
          return side.type == type ? side : .cast(side, type, isTry: false)
        }
        expressions.append(
          ProjectedExpression(
            column.name,
            .caseWhen(
              [.init(condition: .isNull(own, negated: true), result: widened(index))],
              otherwise: widened(place), type)))
        var either = column
        either.qualifier = []
        either.type = type
        columns.append(either)
        kept.isHidden = true
      }
      expressions.append(ProjectedExpression(column.name, own))
      columns.append(kept)
    }
    return Bound(plan: .project(bound.plan, expressions), scope: Scope(columns))
  }

  func usingPair(
    _ name: Identifier, _ left: Scope, _ right: Scope
  ) throws(QueryError) -> (left: Int, right: Int) {
    let written = QualifiedName([name], range: name.range)
    guard let first = try left.resolve(written), let second = try right.resolve(written) else {
      let side = try left.resolve(written) == nil ? "left" : "right"
      let names = (side == "left" ? left : right).columns.map(\.name)
      throw QueryError(
        .name, "USING (\(name.text)): the \(side) side has no such column",
        help: Suggestion.nearest(to: name.text, among: names).map { "did you mean \($0)?" }
          ?? "it has \(names.prefix(12).joined(separator: ", ")); ON compares columns of "
          + "different names", at: name.range)
    }
    return (first, second)
  }

  func joinNode(
    _ join: Join, _ left: Bound, _ right: Bound, _ conjuncts: [BoundExpression]
  ) throws(QueryError) -> JoinNode {
    let leftWidth = left.scope.columns.count
    var keys: [JoinNode.Key] = []
    var residual: [BoundExpression] = []
    var asOf: JoinNode.AsOf?
    let shift = Dictionary(
      uniqueKeysWithValues: right.scope.columns.indices.map { (leftWidth + $0, $0) })
    for conjunct in conjuncts {
      if let sides = JoinSides(conjunct, leftWidth: leftWidth) {
        if sides.comparison == .equal {
          keys.append(
            JoinNode.Key(
              left: sides.left, right: sides.right.remapped(shift), nullsMatch: sides.nullsMatch))
          continue
        }
        if join.isAsOf, asOf == nil, sides.comparison != .notEqual {
          asOf = JoinNode.AsOf(
            left: sides.left, comparison: sides.comparison, right: sides.right.remapped(shift))
          continue
        }
      }
      residual.append(conjunct)
    }
    guard !join.isAsOf || asOf != nil else {
      throw QueryError(
        .type, "an ASOF join needs one inequality between the two sides, such as a.time >= b.time",
        at: join.keywordRange)
    }
    let kind: JoinKind =
      switch join.kind {
      case .inner, .cross: .inner
      case .left: .left
      case .right: .right
      case .full: .full
      case .semi: .semi
      case .anti: .anti
      }
    return JoinNode(
      kind: kind, left: left.plan, right: right.plan, keys: keys,
      residual: BoundExpression.conjunction(residual), asOf: asOf)
  }
}

/// A comparison whose one operand reads only the left input and whose other only the right.
struct JoinSides {
  var left: BoundExpression
  /// Over the joined columns still.
  var right: BoundExpression
  /// `left comparison right`.
  var comparison: ComparisonOperator
  var nullsMatch = false

  init?(_ expression: BoundExpression, leftWidth: Int) {
    let first: BoundExpression
    let second: BoundExpression
    switch expression {
    case .comparison(let operation, let left, let right):
      (first, second, comparison) = (left, right, operation)
    case .isDistinct(let left, let right, negated: true):
      (first, second, comparison) = (left, right, .equal)
      nullsMatch = true
    default: return nil
    }
    let firstColumns = first.columns
    let secondColumns = second.columns
    guard !firstColumns.isEmpty, !secondColumns.isEmpty, !first.hasOuterColumns,
      !second.hasOuterColumns
    else { return nil }
    if firstColumns.allSatisfy({ $0 < leftWidth }), secondColumns.allSatisfy({ $0 >= leftWidth }) {
      (left, right) = (first, second)
    } else if secondColumns.allSatisfy({ $0 < leftWidth }),
      firstColumns.allSatisfy({ $0 >= leftWidth })
    {
      (left, right) = (second, first)
      comparison = comparison.mirrored
    } else {
      return nil
    }
  }
}
