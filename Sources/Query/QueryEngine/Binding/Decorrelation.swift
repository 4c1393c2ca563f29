import Columnar
import QueryLanguage

/// Makes a subquery's plan independent of the query around it.
///
/// Conditions on outer columns are pulled up through the plan until they can be conditions of a join.
/// What they would pass wrongly (grouping, windows, LIMIT) is done per key: per inner value that an
/// equality ties to an outer one, or else per distinct combination of the outer values themselves,
/// which are then joined in from the enclosing plan (Neumann & Kemper 2015, "Unnesting arbitrary
/// queries").
struct Decorrelation {
  /// The enclosing plan.
  let outer: LogicalPlan
  /// Over `outer`: what the outer columns stand for.
  let references: [BoundExpression]
  let range: SourceRange
  /// Recursive tables being pulled: their working rows stand beside the outer values they belong to.
  var recursions: Set<Int> = []
  /// Common tables that were pulled, so that all who read one still read the same rows.
  let commons = PulledCommons()

  struct Pulled {
    /// Free of outer columns.
    var plan: LogicalPlan
    /// Where each column of the original plan is now.
    var positions: [Int]
    /// Over the plan's columns and outer ones: which rows belong to an outer row.
    var conditions: [BoundExpression] = []
    /// Of an aggregate without groups: its columns for an outer row without any rows.
    var whenEmpty: [BoundExpression]?
  }

  /// An equality between an inner value and an outer one.
  struct Key {
    var inner: BoundExpression
    var outer: BoundExpression
    var nullsMatch: Bool

    func condition(inner: BoundExpression) -> BoundExpression {
      nullsMatch
        ? .isDistinct(inner, outer, negated: true) : .comparison(.equal, inner, outer)
    }
  }

  static func refusal(_ range: SourceRange) -> QueryError {
    QueryError(
      .unsupported, "this correlated subquery cannot be turned into a join",
      help: "join with it in FROM instead", at: range)
  }

  func pull(_ plan: LogicalPlan) throws(QueryError) -> Pulled {
    guard plan.hasOuterColumns || plan.readsWorkingRows(of: recursions) else {
      return Pulled(plan: plan, positions: Array(0..<plan.schema.count))
    }
    switch plan {
    case .filter(let input, let predicate): return try pull(input, filter: predicate)
    case .project(let input, let expressions): return try pull(input, project: expressions)
    case .aggregate(let node): return try pull(node)
    case .sort(let input, _): return try pull(input)
    case .limit(let input, let count, let offset):
      return try pull(input, limit: count, offset: offset)
    case .distinct(let input):
      var pulled = try narrowed(try pull(input))
      guard pulled.whenEmpty == nil else { return pulled }
      pulled.plan = .distinct(pulled.plan)
      return pulled
    case .join(let node): return try pull(node)
    case .window(let node): return try pull(node)
    case .unnest(let node): return try pull(node)
    case .setOperation(let node): return try pull(node)
    case .common(let node): return try pull(node)
    case .recursive(let node): return try pull(node)
    case .working(let node): return pull(node)
    case .scan, .values, .tableFunction: throw Decorrelation.refusal(range)
    }
  }

  // MARK: Rows

  private func pull(
    _ input: LogicalPlan, filter predicate: BoundExpression
  ) throws(QueryError) -> Pulled {
    // A condition on an aggregate of no rows is judged for rows that have to be there.
    var pulled = settled(try pull(input))
    let conjuncts = predicate.moved(pulled.positions).conjuncts
    if let plain = BoundExpression.conjunction(conjuncts.filter { !$0.hasOuterColumns }) {
      pulled.plan = .filter(pulled.plan, plain)
    }
    pulled.conditions += conjuncts.filter(\.hasOuterColumns)
    return pulled
  }

  private func pull(
    _ input: LogicalPlan, project expressions: [ProjectedExpression]
  ) throws(QueryError) -> Pulled {
    var pulled = try pull(input)
    let whenEmpty = pulled.whenEmpty.map { values in
      expressions.map { $0.expression.valued(values) }
    }
    var outerColumns: [BoundExpression]?
    if expressions.contains(where: \.expression.hasOuterColumns) {
      (pulled, outerColumns) = try withDomain(pulled)
    }
    var projected = expressions.map { item in
      let moved = item.expression.moved(pulled.positions)
      return ProjectedExpression(
        item.name, outerColumns.map { moved.replacingOuter($0) } ?? moved)
    }
    let schema = pulled.plan.schema
    var places: [Int: Int] = [:]
    for column in innerColumns(pulled.conditions) {
      places[column] = projected.count
      projected.append(
        ProjectedExpression("#c\(column)", .column(column, schema[column].type)))
    }
    return Pulled(
      plan: .project(pulled.plan, projected), positions: Array(expressions.indices),
      conditions: pulled.conditions.map { $0.remapped(places) }, whenEmpty: whenEmpty)
  }

  /// Only the original columns and those of the conditions.
  private func narrowed(_ pulled: Pulled) throws(QueryError) -> Pulled {
    let schema = pulled.plan.schema
    var kept = pulled.positions
    var places: [Int: Int] = [:]
    for column in innerColumns(pulled.conditions) {
      places[column] = kept.firstIndex(of: column) ?? kept.count
      if places[column] == kept.count { kept.append(column) }
    }
    var result = pulled
    result.plan = .project(
      pulled.plan,
      kept.map { ProjectedExpression(schema[$0].name, .column($0, schema[$0].type)) })
    result.positions = Array(pulled.positions.indices)
    result.conditions = pulled.conditions.map { $0.remapped(places) }
    return result
  }

  private func pull(
    _ input: LogicalPlan, limit count: Int?, offset: Int
  ) throws(QueryError) -> Pulled {
    if count == nil, offset == 0 { return try pull(input) }
    // The order to pick by is under a projection when it is not in the select list.
    var keys: [SortKey] = []
    var body = input
    var list: [ProjectedExpression]?
    if case .project(.sort(let sorted, let written), let expressions) = input,
      expressions.allSatisfy({ if case .column = $0.expression { true } else { false } })
    {
      (body, keys, list) = (sorted, written, expressions)
    } else if case .sort(let sorted, let written) = input {
      (body, keys) = (sorted, written)
    }
    var pulled = try pull(body)
    if pulled.whenEmpty != nil {
      if offset == 0, count != 0, list == nil { return pulled }
      pulled = settled(pulled)
    }
    let keyed = try keyed(pulled)
    pulled = keyed.pulled
    let number = pulled.plan.schema.count
    let call = WindowCall(
      function: .rowNumber, arguments: [], partitionBy: keyed.keys.map(\.inner),
      orderBy: keys.map { key in
        SortKey(
          key.expression.moved(pulled.positions), isDescending: key.isDescending,
          nullsFirst: key.nullsFirst)
      },
      frame: WindowCall.Frame(unit: .rows, start: .unboundedPreceding, end: .currentRow),
      type: .int64, name: "#number")
    let row = BoundExpression.column(number, .int64)
    pulled.plan = .window(WindowNode(input: pulled.plan, calls: [call]))
    if offset > 0 {
      pulled.plan = .filter(
        pulled.plan, .comparison(.greater, row, .constant(.int64(Int64(offset)), .int64)))
    }
    if let count {
      let (last, isOver) = offset.addingReportingOverflow(count)
      pulled.plan = .filter(
        pulled.plan,
        .comparison(.lessOrEqual, row, .constant(.int64(Int64(isOver ? .max : last)), .int64)))
    }
    if let list {
      pulled.positions = list.map { item in
        if case .column(let index, _) = item.expression { pulled.positions[index] } else { 0 }
      }
    }
    return pulled
  }

  // MARK: Groups and windows

  private func pull(_ node: AggregateNode) throws(QueryError) -> Pulled {
    if !node.groups.isEmpty, let split = node.splittingEmptySets { return try pull(split) }
    let input = settled(try pull(node.input))
    var own = node.groups.map(\.expression)
    for call in node.aggregates {
      own += call.arguments + (call.filter.map { [$0] } ?? []) + call.orderBy.map(\.expression)
    }
    let isOuter = own.contains(where: \.hasOuterColumns)
    let (outerColumns, keyed) = try keyed(input, isForced: isOuter)
    func change(_ expression: BoundExpression) -> BoundExpression {
      let moved = expression.moved(keyed.pulled.positions)
      return outerColumns.map { moved.replacingOuter($0) } ?? moved
    }
    var result = node
    result.input = keyed.pulled.plan
    result.groups = node.groups.map { ProjectedExpression($0.name, change($0.expression)) }
    result.aggregates = node.aggregates.map { $0.mapped(change) }
    let count = node.groups.count
    for (index, key) in keyed.keys.enumerated() {
      result.groups.append(ProjectedExpression("#key\(index)", key.inner))
    }
    let added = Array(count..<result.groups.count)
    result.groupingSets = node.groupingSets.map { $0 + added }
    var whenEmpty: [BoundExpression]?
    if count == 0, node.groupingSets == [[]] {
      whenEmpty = node.aggregates.map { call in
        switch call.function {
        case .count, .countStar: .constant(.int64(0), .int64)
        default: .constant(.null, call.type)
        }
      }
    }
    return Pulled(
      plan: .aggregate(result),
      positions: Array(0..<count)
        + node.aggregates.indices.map { result.groups.count + $0 },
      conditions: keyed.keys.enumerated().map { index, key in
        key.condition(inner: .column(count + index, key.inner.type))
      }, whenEmpty: whenEmpty)
  }

  private func pull(_ node: WindowNode) throws(QueryError) -> Pulled {
    let input = settled(try pull(node.input))
    let own = node.calls.flatMap(\.expressions)
    let (outerColumns, keyed) = try keyed(
      input, isForced: own.contains(where: \.hasOuterColumns))
    var pulled = keyed.pulled
    var calls: [WindowCall] = []
    for call in node.calls {
      var changed = try call.mapped { expression throws(QueryError) in
        let moved = expression.moved(pulled.positions)
        return outerColumns.map { moved.replacingOuter($0) } ?? moved
      }
      changed.partitionBy += keyed.keys.map(\.inner)
      calls.append(changed)
    }
    let width = pulled.plan.schema.count
    pulled.plan = .window(WindowNode(input: pulled.plan, calls: calls))
    pulled.positions += calls.indices.map { width + $0 }
    return pulled
  }

  private func pull(_ node: UnnestNode) throws(QueryError) -> Pulled {
    var pulled = settled(try pull(node.input))
    var outerColumns: [BoundExpression]?
    if node.lists.contains(where: \.expression.hasOuterColumns) {
      (pulled, outerColumns) = try withDomain(pulled)
    }
    let width = pulled.plan.schema.count
    var result = node
    result.input = pulled.plan
    result.lists = node.lists.map { list in
      let moved = list.expression.moved(pulled.positions)
      return ProjectedExpression(list.name, outerColumns.map { moved.replacingOuter($0) } ?? moved)
    }
    pulled.positions += (0..<(result.schema.count - width)).map { width + $0 }
    pulled.plan = .unnest(result)
    return pulled
  }

  // MARK: Two inputs

  private func pull(_ node: JoinNode) throws(QueryError) -> Pulled {
    if node.kind == .right, node.asOf == nil { return try pull(node.mirrored) }
    if node.kind == .full, node.asOf == nil { return try pull(full: node) }
    var left = settled(try pull(node.left))
    let right = settled(try pull(node.right))
    let isInner = node.kind == .inner && node.asOf == nil
    guard node.kind != .full, node.kind != .right, right.conditions.isEmpty || node.asOf == nil
    else { throw Decorrelation.refusal(range) }
    var own = node.keys.flatMap { [$0.left, $0.right] } + (node.residual.map { [$0] } ?? [])
    if let asOf = node.asOf { own += [asOf.left, asOf.right] }
    var outerColumns: [BoundExpression]?
    if !isInner, !right.conditions.isEmpty || own.contains(where: \.hasOuterColumns) {
      (left, outerColumns) = try withDomain(left)
    }
    let oldWidth = node.left.schema.count
    let width = left.plan.schema.count
    let positions = left.positions + right.positions.map { width + $0 }
    func change(_ expression: BoundExpression, _ places: [Int]) -> BoundExpression {
      let moved = expression.moved(places)
      return outerColumns.map { moved.replacingOuter($0) } ?? moved
    }
    var result = JoinNode(kind: node.kind, left: left.plan, right: right.plan, keys: [])
    result.isNullAware = node.isNullAware
    var conditions = left.conditions
    if let outerColumns, !right.conditions.isEmpty {
      // Which right rows there are depends on the outer values, which now stand on the left.
      result.add(
        right.conditions.map { $0.movedBehind(width).replacingOuter(outerColumns) }, width)
    } else {
      conditions += right.conditions.map { $0.movedBehind(width) }
    }
    for key in node.keys {
      let one = change(key.left, left.positions)
      let other = change(key.right, right.positions)
      if one.hasOuterColumns || other.hasOuterColumns {
        let condition = Key(inner: one, outer: other.movedBehind(width), nullsMatch: key.nullsMatch)
        conditions.append(condition.condition(inner: one))
      } else {
        result.keys.append(.init(left: one, right: other, nullsMatch: key.nullsMatch))
      }
    }
    let residual = node.residual.map { change($0, positions).conjuncts } ?? []
    conditions += residual.filter(\.hasOuterColumns)
    result.residual = BoundExpression.conjunction(
      (result.residual.map { [$0] } ?? []) + residual.filter { !$0.hasOuterColumns })
    if result.isNullAware, result.keys.count != 1 || result.residual != nil {
      result.compareInResidual(node.keys.count, width)
    }
    result.asOf = node.asOf.map {
      .init(
        left: change($0.left, left.positions), comparison: $0.comparison,
        right: change($0.right, right.positions))
    }
    var places = positions
    switch node.kind {
    case .semi, .anti: places = Array(positions[..<oldWidth])
    case .mark: places = Array(positions[..<oldWidth]) + [width]
    default: break
    }
    return Pulled(plan: .join(result), positions: places, conditions: conditions)
  }

  /// Both sides beside the outer values, which take part in comparing the rows.
  private func pull(_ node: SetOperationNode) throws(QueryError) -> Pulled {
    besideOuter(
      .setOperation(
        SetOperationNode(
          kind: node.kind, left: try withOuter(node.left), right: try withOuter(node.right))),
      width: node.left.schema.count)
  }
}

extension BoundExpression {
  /// Real columns at other places; outer ones as they are.
  fileprivate func moved(_ positions: [Int]) -> BoundExpression {
    remapped(Dictionary(uniqueKeysWithValues: positions.enumerated().map { ($0, $1) }))
  }

  /// Real columns behind `width` others; outer ones as they are.
  func movedBehind(_ width: Int) -> BoundExpression {
    let real = columns.filter { $0 < ExpressionContext.outerBase }
    return remapped(Dictionary(uniqueKeysWithValues: real.map { ($0, $0 + width) }))
  }

  /// Real columns replaced by values; outer ones as they are.
  fileprivate func valued(_ values: [BoundExpression]) -> BoundExpression {
    let result = try? rewritten { node throws(QueryError) in
      guard case .column(let index, _) = node, index < values.count else { return nil }
      return values[index]
    }
    return result ?? self
  }
}

extension JoinNode {
  /// Conditions over left columns, then right ones, that say which right rows there are for a left
  /// one: null there is as good as false.
  mutating func add(_ conditions: [BoundExpression], _ width: Int) {
    var rest = residual.map { [$0] } ?? []
    for condition in conditions {
      if let sides = JoinSides(condition, leftWidth: width), sides.comparison == .equal {
        keys.append(
          Key(
            left: sides.left, right: sides.right.shifted(by: -width),
            nullsMatch: sides.nullsMatch))
      } else {
        rest.append(.isDistinct(condition, .constant(.boolean(true), .boolean), negated: true))
      }
    }
    residual = BoundExpression.conjunction(rest)
  }

  /// The comparison of a null-aware mark join, its last `count` keys, among the other conditions.
  fileprivate mutating func compareInResidual(_ count: Int, _ width: Int) {
    var all = residual.map { [$0] } ?? []
    for key in keys.suffix(count) {
      all.append(.comparison(.equal, key.left, key.right.shifted(by: width)))
    }
    keys.removeLast(min(count, keys.count))
    residual = BoundExpression.conjunction(all)
    isNullAware = false
  }

  /// A right join as a left one of the exchanged sides, its columns in the old order.
  fileprivate var mirrored: LogicalPlan {
    let (width, other) = (left.schema.count, right.schema.count)
    var places: [Int: Int] = [:]
    for index in 0..<width { places[index] = other + index }
    for index in 0..<other { places[width + index] = index }
    let node = JoinNode(
      kind: .left, left: right, right: left,
      keys: keys.map { Key(left: $0.right, right: $0.left, nullsMatch: $0.nullsMatch) },
      residual: residual?.remapped(places))
    return .project(
      .join(node),
      schema.fields.enumerated().map { index, field in
        ProjectedExpression(field.name, .column(places[index] ?? index, field.type))
      })
  }
}

extension LogicalPlan {
  /// Whether some expression of it reads the query around it.
  var hasOuterColumns: Bool {
    ownExpressions.contains(where: \.hasOuterColumns) || inputs.contains(where: \.hasOuterColumns)
  }

  /// The expressions of this operator.
  var ownExpressions: [BoundExpression] {
    switch self {
    case .scan(let node): return node.filter.map { [$0] } ?? []
    case .values, .limit, .distinct, .setOperation, .tableFunction, .common, .recursive, .working:
      return []
    case .filter(_, let predicate): return [predicate]
    case .project(_, let expressions): return expressions.map(\.expression)
    case .unnest(let node): return node.lists.map(\.expression)
    case .sort(_, let keys): return keys.map(\.expression)
    case .aggregate(let node):
      return node.groups.map(\.expression)
        + node.aggregates.flatMap {
          $0.arguments + ($0.filter.map { [$0] } ?? []) + $0.orderBy.map(\.expression)
        }
    case .join(let node):
      var all = node.keys.flatMap { [$0.left, $0.right] } + (node.residual.map { [$0] } ?? [])
      if let asOf = node.asOf { all += [asOf.left, asOf.right] }
      return all
    case .window(let node):
      return node.calls.flatMap(\.expressions)
    }
  }
}
