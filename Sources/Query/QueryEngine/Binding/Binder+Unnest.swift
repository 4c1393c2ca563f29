import Columnar
import QueryLanguage

// Functions that give rows from values: unnest, range, generate_series.

extension Binder {
  static let rowFunctions: Set<String> = ["unnest", "range", "generate_series"]

  /// A row function in FROM; its arguments may read the tables before it.
  func bind(
    rowFunction name: String, _ call: FunctionCall, withOrdinality: Bool, at range: SourceRange
  ) throws(QueryError) -> Bound {
    if name != "unnest", !withOrdinality, let moments = try moments(name, call, at: range) {
      return bind(series: moments, name)
    }
    let context = ExpressionContext(scope: Scope([]), clause: name)
    context.allowsSubqueries = name == "unnest"
    let members = try arguments(of: call, in: context)
    if name != "unnest", !withOrdinality, let series = try series(name, members, at: range) {
      return bind(series: series, name)
    }
    var lists: [ProjectedExpression] = []
    if name == "unnest" {
      guard !members.isEmpty else {
        throw QueryError(.type, "unnest takes lists", at: range)
      }
      for member in members { lists.append(ProjectedExpression(name, try list(member, at: range))) }
    } else {
      lists.append(ProjectedExpression(name, try bind(function: name, members, at: range)))
    }
    var node = UnnestNode(
      input: .values(Binder.oneRow), lists: lists, hasOrdinality: withOrdinality)
    if !context.subqueries.isEmpty {
      let schema = node.schema
      let attached = try attached(
        context.subqueries, Array(context.subqueries.indices), to: node.input)
      node.input = attached.plan
      node.lists = lists.map {
        ProjectedExpression($0.name, $0.expression.replacingSubqueries(attached.values))
      }
      let width = attached.plan.schema.count
      let own = schema.fields.enumerated().map { index, field in
        ProjectedExpression(field.name, .column(width + index, field.type))
      }
      return Bound(
        plan: .project(.unnest(node), own), scope: Scope(schema: schema, qualifier: []))
    }
    return Bound(plan: .unnest(node), scope: Scope(schema: node.schema, qualifier: []))
  }

  /// `unnest(list)` in a select list: the row stands there once for each member.
  func bind(
    unnest call: FunctionCall, in context: ExpressionContext, at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    guard context.allowsUnnest, !context.isInsideAggregate, call.over == nil else {
      let place = context.clause.isEmpty ? "this place" : context.clause
      throw QueryError(
        .unsupported, "\(place) cannot have unnest",
        help: "unnest stands in the select list, or in FROM: FROM t, unnest(t.list) AS m(x)",
        at: range)
    }
    context.allowsUnnest = false
    defer { context.allowsUnnest = true }
    let operand = try list(try arguments(of: call, in: context)[0], at: range)
    // The same list twice is one column.
    let place = context.unnests.firstIndex(of: operand) ?? context.unnests.count
    if place == context.unnests.count { context.unnests.append(operand) }
    return .column(ExpressionContext.unnestBase + place, operand.type.memberType ?? .string)
  }

  private func bind(series: RangeSource.Members, _ name: String) -> Bound {
    let table = PinnedTable(name: name, source: RangeSource(series, name: name))
    let node = ScanNode(table: table, columns: [0])
    return Bound(plan: .scan(node), scope: Scope(schema: table.source.schema, qualifier: []))
  }

  /// An operand of unnest.
  func list(_ operand: BoundExpression, at range: SourceRange) throws(QueryError) -> BoundExpression
  {
    if operand.constantIsNull {
      return .constant(.null, .list(element: Field("element", .string)))
    }
    guard operand.type.memberType != nil else {
      throw QueryError(
        .type, "unnest takes a list, this is \(operand.type.sqlName)", at: range)
    }
    return operand
  }

  /// The members, when all arguments are constants.
  private func series(
    _ name: String, _ arguments: [BoundExpression], at range: SourceRange
  ) throws(QueryError) -> RangeSource.Members? {
    var values: [Value] = []
    for argument in arguments {
      guard let value = FoldConstants.fold(argument).constant else { return nil }
      values.append(value)
    }
    guard (1...3).contains(values.count) else {
      throw QueryError(
        .type, "\(name) takes one to three arguments", help: "\(name)(first, last, step)", at: range
      )
    }
    var numbers: [Int64] = []
    for value in values {
      if value.isNull {
        return .whole(try WholeSteps(first: 0, last: 0, step: 1, isClosed: false))
      }
      guard case .int64(let number)? = Coercion.constant(value, to: .int64) else {
        throw QueryError(
          .type, "\(name) takes whole numbers, or two timestamps and an interval", at: range)
      }
      numbers.append(number)
    }
    if numbers.count == 1 { numbers.insert(0, at: 0) }
    return .whole(
      try WholeSteps(
        first: numbers[0], last: numbers[1], step: numbers.count > 2 ? numbers[2] : 1,
        isClosed: name != "range"))
  }

  /// `range(from, to, INTERVAL …)`: the moments from `from` at that distance; nil for other calls.
  private func moments(
    _ name: String, _ call: FunctionCall, at range: SourceRange
  ) throws(QueryError) -> RangeSource.Members? {
    guard call.arguments.count == 3, let step = call.arguments[2].expression,
      let interval = try intervalParts(step, in: ExpressionContext(scope: Scope([])))
    else { return nil }
    var ends: [Int64] = []
    for argument in call.arguments.prefix(2) {
      guard let expression = argument.expression else { return nil }
      let bound = try bind(expression, in: ExpressionContext(scope: Scope([])))
      let moment = try coerced(bound, to: .timestamp, at: expression.range)
      guard let value = FoldConstants.fold(moment).constant else {
        throw QueryError(
          .unsupported, "\(name) over timestamps takes constants", at: expression.range)
      }
      guard case .timestamp(let time) = value else { return .moments([]) }
      ends.append(time.microseconds)
    }
    var moments: [Int64] = []
    var next = ends[0]
    while next < ends[1] || (next == ends[1] && name != "range") {
      guard moments.count < WholeSteps.listMax else {
        throw QueryError(
          .memory, "\(name) would give more than \(WholeSteps.listMax) rows", at: range)
      }
      moments.append(next)
      let base = BoundExpression.constant(.timestamp(Timestamp(microseconds: next)), .timestamp)
      guard
        case .timestamp(let time)? = FoldConstants.fold(try moved(base, by: interval, at: range))
          .constant, time.microseconds > next
      else {
        throw QueryError(
          .type, "\(name) over timestamps takes a step that goes forward", at: step.range)
      }
      next = time.microseconds
    }
    return .moments(moments)
  }
}
