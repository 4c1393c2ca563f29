import Columnar
import QueryLanguage

// Calls: scalar functions, aggregates and window functions.

extension Binder {
  func bind(
    _ call: FunctionCall, in context: ExpressionContext, at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    let name = call.name.name.key
    if call.nulls != nil, call.over == nil {
      throw QueryError(
        .type, "\(name) takes neither IGNORE NULLS nor RESPECT NULLS here",
        help: "the window functions lag, lead, first_value, last_value and nth_value do", at: range)
    }
    if let plainer = call.plainer(name) { return try bind(plainer, in: context) }
    if let aggregate = ComposedAggregate.named(name) {
      return try bind(aggregate, call, in: context, at: range)
    }
    if call.over != nil { return try bind(window: call, name: name, in: context, at: range) }
    if let function = Aggregates.named(name) {
      return try bind(aggregate: function, call, in: context, at: range)
    }
    if name == "grouping" || name == "grouping_id" {
      return try bind(grouping: call, in: context, at: range)
    }
    if let function = LambdaFunction.named(name) {
      return try bind(function, call, in: context, at: range)
    }
    if name == "unnest", call.arguments.count == 1 {
      return try bind(unnest: call, in: context, at: range)
    }
    if let special = try bind(conditional: name, call, in: context, at: range) { return special }
    guard !call.isStar, !call.isDistinct, call.orderBy.isEmpty, call.filter == nil else {
      throw QueryError(
        .type, "\(name) is no aggregate, so it takes no *, DISTINCT, ORDER BY or FILTER", at: range)
    }
    return try bind(function: name, try arguments(of: call, in: context), at: range)
  }

  func arguments(
    of call: FunctionCall, in context: ExpressionContext
  ) throws(QueryError) -> [BoundExpression] {
    var result: [BoundExpression] = []
    for argument in call.arguments {
      guard argument.name == nil, let expression = argument.expression else {
        throw QueryError(
          .type, "\(call.name.dotted) takes neither named nor TABLE arguments", at: argument.range)
      }
      result.append(try bind(expression, in: context))
    }
    return result
  }

  /// A scalar function of the registry, its arguments coerced to the form that fits.
  func bind(
    function name: String, _ arguments: [BoundExpression], at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    guard let function = ScalarFunctions.named(name) else {
      throw QueryError(
        .name, "there is no function \(name)", help: ForeignFunctions.help(for: name), at: range)
    }
    try checkConstants(name, arguments, at: range)
    // A NULL that was cast has its type.
    let types = arguments.map { $0.constantIsNull && $0.type == .string ? nil : $0.type }
    guard let signature = function.resolve(types) else {
      let found = arguments.map(\.type.sqlName).joined(separator: ", ")
      throw QueryError(
        .type, "\(name) does not take (\(found))", help: "it is used as \(function.usage)",
        at: range)
    }
    var converted: [BoundExpression] = []
    for (argument, type) in zip(arguments, signature.arguments) {
      // What is put together to a text may be of any type that has one.
      let isJoined = function.name.hasPrefix("concat") && !argument.type.isNested
      converted.append(
        isJoined && argument.type != type && !argument.constantIsNull
          ? .cast(argument, type, isTry: false) : try coerced(argument, to: type, at: range))
    }
    return .call(function, converted, RoundedType.of(name, arguments) ?? signature.result)
  }

  /// COALESCE, NULLIF, IFNULL and IF become CASE, so that only the branch that counts is computed.
  private func bind(
    conditional name: String, _ call: FunctionCall, in context: ExpressionContext,
    at range: SourceRange
  ) throws(QueryError) -> BoundExpression? {
    switch name {
    case "coalesce", "ifnull", "nvl":
      let members = try arguments(of: call, in: context)
      guard !members.isEmpty else {
        throw QueryError(.type, "\(name) takes at least one argument", at: range)
      }
      let type = try commonType(members, what: "the arguments of \(name)", at: range)
      var converted: [BoundExpression] = []
      for member in members { converted.append(try coerced(member, to: type, at: range)) }
      let last = converted.removeLast()
      guard !converted.isEmpty else { return last }
      return .caseWhen(
        converted.map { .init(condition: .isNull($0, negated: true), result: $0) },
        otherwise: last, type)
    case "nullif":
      let members = try arguments(of: call, in: context)
      guard members.count == 2 else {
        throw QueryError(.type, "nullif takes two arguments", at: range)
      }
      return .caseWhen(
        [
          .init(
            condition: try comparison(.equal, members[0], members[1], at: range),
            result: .constant(.null, members[0].type))
        ], otherwise: members[0], members[0].type)
    case "if", "iff":
      let members = try arguments(of: call, in: context)
      guard members.count == 3, members[0].type == .boolean else {
        let found =
          members.count == 3
          ? "its first argument is \(members[0].type.sqlName)" : "found \(members.count) arguments"
        throw QueryError(
          .type, "if takes a condition and two results, \(found)",
          help: "if(amount > 0, 'long', 'short')", at: range)
      }
      let type = try commonType(
        [members[1], members[2]], what: "the results of if", at: range)
      return .caseWhen(
        [.init(condition: members[0], result: try coerced(members[1], to: type, at: range))],
        otherwise: try coerced(members[2], to: type, at: range), type)
    default: return nil
    }
  }

  /// `GROUPING(a, b)`: a bit for each, 1 where the row's grouping set is without it.
  private func bind(
    grouping call: FunctionCall, in context: ExpressionContext, at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    guard context.allowsAggregates, !context.isInsideAggregate, !call.arguments.isEmpty else {
      throw QueryError(
        .type, "GROUPING takes columns of GROUP BY, in the select list, HAVING or ORDER BY",
        at: range)
    }
    return context.register(
      AggregateCall(
        .groupingID, try arguments(of: call, in: context), type: .int64, name: "grouping"))
  }

  private func bind(
    aggregate function: AggregateFunction, _ call: FunctionCall, in context: ExpressionContext,
    at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    let name = call.name.name.key
    // An aggregate of an outer query's columns may stand anywhere.
    guard context.allowsAggregates || outerFrames.last?.context.allowsAggregates ?? false else {
      let place = context.clause.isEmpty ? "this place" : context.clause
      throw QueryError(
        .type, "\(place) cannot have the aggregate \(name)",
        help: context.clause == "WHERE" ? "conditions on aggregates go into HAVING" : nil,
        at: range)
    }
    guard !context.isInsideAggregate else {
      throw QueryError(
        .type, "the aggregate \(name) stands inside another aggregate",
        help: "compute the inner one in a subquery", at: range)
    }
    context.isInsideAggregate = true
    defer { context.isInsideAggregate = false }
    let known = outerFrames.map(\.references.count)
    var members = try arguments(of: call, in: context)
    let filter = try call.filter.map { condition throws(QueryError) in
      try predicate(condition, in: context)
    }
    var keys: [SortKey] = []
    for item in call.orderBy + call.withinGroup {
      keys.append(
        SortKey(
          try bind(item.expression, in: context), direction: item.direction, nulls: item.nulls))
    }
    if let list = try bind(
      firstOf: function, &members, call, filter, in: context, at: range)
    {
      return list
    }
    var resolved = function
    guard function != .count || !call.isDistinct || !members.isEmpty else {
      throw QueryError(
        .type, "count(DISTINCT) wants something to tell apart", help: "count(DISTINCT desk)",
        at: range)
    }
    if function == .count, call.isStar || members.isEmpty { resolved = .countStar }
    if function == .stringAggregate, members.count == 1 {
      members.append(.constant(.string(","), .string))
    }
    var isDescending = false
    if call.withinGroup.count > 1 {
      throw QueryError(
        .type, "\(name) WITHIN GROUP takes one ORDER BY, found \(call.withinGroup.count)", at: range
      )
    }
    if !call.withinGroup.isEmpty, let value = keys.first {
      // percentile_cont(f) WITHIN GROUP (ORDER BY x) is quantile_cont(x, f).
      members.insert(value.expression, at: 0)
      isDescending = value.isDescending
      keys = []
    } else if function.isQuantile, let key = keys.first, key.expression == members.first {
      isDescending = key.isDescending
      keys = []
    }
    if call.isDistinct, keys.contains(where: { !members.contains($0.expression) }) {
      throw QueryError(
        .type, "with DISTINCT, \(name) can be ordered by its arguments only",
        help: "of equal values each may have another place otherwise", at: range)
    }
    if resolved == .sum { try refuseSum(of: call, in: context, at: range) }
    func registered(_ members: [BoundExpression]) throws(QueryError) -> BoundExpression {
      var members = members
      let type = try Aggregates.check(resolved, &members, name: name, at: range, binder: self)
      let call = AggregateCall(
        resolved, members, isDistinct: call.isDistinct, filter: filter, orderBy: keys, type: type,
        name: name)
      return try register(call, in: context, level: outerFrames.count - 1, known, at: range)
    }
    guard function.isQuantile, members.count == 2 else { return try registered(members) }
    if isDescending {
      guard members[0].type.isNumeric else {
        throw QueryError(
          .unsupported, "\(name) in descending order takes numbers", at: range)
      }
      members[0] = .negate(members[0])
    }
    func quantile(_ fraction: BoundExpression) throws(QueryError) -> BoundExpression {
      if let value = FoldConstants.fold(fraction).constant {
        try pointing(at: range) { () throws(QueryError) in try function.checkFraction(value) }
      }
      let result = try registered([members[0], fraction])
      return isDescending ? .negate(result) : result
    }
    // Several fractions give a list.
    let fractions: [BoundExpression]
    switch members[1] {
    case .list(let written, _): fractions = written
    case .constant(.list(let values), let type):
      fractions = values.map { .constant($0, type.memberType ?? .double) }
    default: return try quantile(members[1])
    }
    var results: [BoundExpression] = []
    for fraction in fractions { results.append(try quantile(fraction)) }
    return .list(results, element: results.first?.type ?? .double)
  }

  /// An aggregate whose columns all belong to a query around this one belongs to that query.
  ///
  /// - Parameter known: How much of each outer query was read before the call's arguments.
  private func register(
    _ call: AggregateCall, in context: ExpressionContext, level: Int, _ known: [Int],
    at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    let columns = call.columns
    guard level >= 0, !columns.isEmpty,
      columns.allSatisfy({ $0 >= ExpressionContext.outerBase })
    else {
      guard context.allowsAggregates else {
        throw QueryError(
          .type,
          "\(context.clause.isEmpty ? "this place" : context.clause) cannot have the aggregate "
            + call.name,
          help: context.clause == "WHERE" ? "conditions on aggregates go into HAVING" : nil,
          at: range)
      }
      return context.register(call)
    }
    let frame = outerFrames[level]
    guard frame.context.allowsAggregates, !frame.context.isInsideAggregate else {
      throw QueryError(
        .type, "the aggregate \(call.name) over columns of the outer query cannot stand here",
        help: "aggregate in the outer query, or over columns of this one", at: range)
    }
    let moved = call.mapped { $0.replacingOuter(frame.references) }
    frame.references.removeLast(frame.references.count - known[level])
    return frame.marker(
      try register(moved, in: frame.context, level: level - 1, known, at: range))
  }

  /// `arg_min(x, y, n)` and `min(x, n)`: the list of the first n; nil for other calls.
  private func bind(
    firstOf function: AggregateFunction, _ members: inout [BoundExpression], _ call: FunctionCall,
    _ filter: BoundExpression?, in context: ExpressionContext, at range: SourceRange
  ) throws(QueryError) -> BoundExpression? {
    let keyPlace: Int
    switch (function, members.count) {
    case (.argMin, 3), (.argMax, 3): keyPlace = 1
    case (.min, 2), (.max, 2): keyPlace = 0
    default: return nil
    }
    let name = call.name.name.key
    guard
      case .int64(let count)? = members.removeLast().constant.flatMap({
        Coercion.constant($0, to: .int64)
      }), count > 0, !call.isDistinct
    else {
      throw QueryError(
        .type, "\(name) takes a number of values from 1 on as its last argument",
        help: keyPlace == 1 ? "\(name)(desk, amount, 3)" : "\(name)(amount, 3)", at: range)
    }
    let value = members[0]
    let key = members[keyPlace]
    let present = BoundExpression.conjunction(
      (filter.map { [$0] } ?? [])
        + [.isNull(value, negated: true), .isNull(key, negated: true)])
    let type = DataType.list(element: Field("element", value.type))
    let isDescending = function == .argMax || function == .max
    let all = context.register(
      AggregateCall(
        .list, [value], filter: present,
        orderBy: [SortKey(key, isDescending: isDescending, nullsFirst: false)], type: type,
        name: name))
    return try bind(
      function: "list_slice",
      [all, .constant(.int64(1), .int64), .constant(.int64(count), .int64)], at: range)
  }

  /// A value at risk, a ratio and the like must not be summed.
  func refuseSum(
    of call: FunctionCall, in context: ExpressionContext, at range: SourceRange
  ) throws(QueryError) {
    guard let argument = call.arguments.first?.expression, case .column(let name) = argument.kind,
      let index = try context.scope.resolve(name),
      let measure = context.scope.columns[index].nonAdditive
    else { return }
    let what =
      name.name.matches(measure)
      ? "\"\(measure)\" is a risk measure" : "\"\(name.name.text)\" holds \(measure)"
    throw QueryError(
      .type, "\(what), which does not add up",
      help: "compute \(measure) over the rows of the wider group instead of adding its values",
      at: range)
  }
}

extension AggregateFunction {
  var isQuantile: Bool { self == .quantileContinuous || self == .quantileDiscrete }

  /// Refuses what is no fraction of a quantile: NULL, NaN, and what lies outside 0 to 1.
  func checkFraction(_ value: Value) throws(QueryError) {
    if case .double(let fraction)? = Coercion.constant(value, to: .double),
      fraction >= 0, fraction <= 1
    {
      return
    }
    throw QueryError(
      .type, "the fraction of a quantile lies between 0 and 1, not \(ValueText.sql(value))",
      help: "the median is \(rawValue)(x, 0.5)")
  }
}
