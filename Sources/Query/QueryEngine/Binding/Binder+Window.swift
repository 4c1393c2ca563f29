import Columnar
import QueryLanguage

// Window functions: `f(x) OVER (PARTITION BY … ORDER BY … ROWS …)`.

extension Binder {
  func bind(
    window call: FunctionCall, name: String, in context: ExpressionContext, at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    guard context.allowsWindows, let over = call.over else {
      throw QueryError(
        .type,
        "\(context.clause.isEmpty ? "this place" : context.clause) cannot have a window "
          + "function", help: "filter on window functions with QUALIFY", at: range)
    }
    guard call.orderBy.isEmpty, call.withinGroup.isEmpty else {
      throw QueryError(
        .unsupported, "\(name) cannot order its arguments as a window function",
        help: "the window's own ORDER BY decides: \(name)(…) OVER (ORDER BY …)", at: range)
    }
    let specification = try specification(of: over, in: context, at: range)
    var members = try arguments(of: call, in: context)
    if name == "sum" { try refuseSum(of: call, in: context, at: range) }
    let (function, type) = try windowFunction(name, call, &members, at: range)
    var partition: [BoundExpression] = []
    for expression in specification.partitionBy {
      partition.append(try bind(expression, in: context))
    }
    var keys: [SortKey] = []
    for item in specification.orderBy {
      keys.append(
        SortKey(
          try bind(item.expression, in: context), direction: item.direction, nulls: item.nulls))
    }
    if case .aggregate = function {
    } else if call.filter != nil || call.isDistinct {
      throw QueryError(
        .type, "\(name) is no aggregate, so it takes neither FILTER nor DISTINCT", at: range)
    }
    let readsValues: [WindowCall.Function] = [.lag, .lead, .firstValue, .lastValue, .nthValue]
    guard call.nulls == nil || readsValues.contains(function) else {
      throw QueryError(
        .type, "\(name) takes neither IGNORE NULLS nor RESPECT NULLS",
        help: "lag, lead, first_value, last_value and nth_value do", at: range)
    }
    var distances: [BoundExpression] = []
    let frame = try frame(
      specification.frame, isOrdered: !keys.isEmpty, in: context, &distances)
    let filter = try call.filter.map { condition throws(QueryError) in
      try predicate(condition, in: context)
    }
    var bound = WindowCall(
      function: function, arguments: members, partitionBy: partition, orderBy: keys,
      frame: frame, filter: filter, ignoresNulls: call.nulls == .ignore,
      isDistinct: call.isDistinct, type: type, name: name)
    bound.distances = distances
    return context.register(bound)
  }

  private func specification(
    of reference: WindowReference, in context: ExpressionContext, at range: SourceRange
  ) throws(QueryError) -> WindowSpecification {
    func lookUp(
      _ name: Identifier, depth: Int = 0
    ) throws(QueryError) -> WindowSpecification {
      let known = context.namedWindows.filter { $0.name == name }
      guard let named = known.first else {
        throw QueryError(.name, "there is no WINDOW \"\(name.text)\"", at: name.range)
      }
      if known.count > 1 {
        throw QueryError(
          .name, "WINDOW \"\(name.text)\" is defined twice", at: known[1].name.range)
      }
      guard let base = named.specification.base else { return named.specification }
      guard depth < context.namedWindows.count else {
        throw QueryError(.name, "WINDOW \"\(name.text)\" refers to itself", at: name.range)
      }
      return try inheriting(
        named.specification, from: try lookUp(base, depth: depth + 1), named: base)
    }
    switch reference {
    case .named(let name): return try lookUp(name)
    case .specification(let specification):
      guard let base = specification.base else { return specification }
      return try inheriting(specification, from: try lookUp(base), named: base)
    }
  }

  /// PostgreSQL's rules: the partition is the named window's, its order stands where it has one, and
  /// it has no frame to be copied.
  private func inheriting(
    _ specification: WindowSpecification, from base: WindowSpecification, named name: Identifier
  ) throws(QueryError) -> WindowSpecification {
    let fault: String? =
      if !specification.partitionBy.isEmpty {
        "OVER (\(name.text) PARTITION BY …): the partition is that of WINDOW \"\(name.text)\""
      } else if !specification.orderBy.isEmpty, !base.orderBy.isEmpty {
        "OVER (\(name.text) ORDER BY …): WINDOW \"\(name.text)\" has an order already"
      } else if base.frame != nil {
        "OVER (\(name.text)): WINDOW \"\(name.text)\" has a frame, so it cannot be extended"
      } else {
        nil
      }
    if let fault {
      throw QueryError(
        .type, fault, help: "write OVER \(name.text), or the whole window", at: name.range)
    }
    var result = specification
    result.partitionBy = base.partitionBy
    if result.orderBy.isEmpty { result.orderBy = base.orderBy }
    return result
  }

  private func windowFunction(
    _ name: String, _ call: FunctionCall, _ members: inout [BoundExpression], at range: SourceRange
  ) throws(QueryError) -> (WindowCall.Function, DataType) {
    func expect(_ counts: ClosedRange<Int>) throws(QueryError) {
      guard counts.contains(members.count) else {
        throw QueryError(
          .type,
          "\(name) takes \(counts.lowerBound) to \(counts.upperBound) arguments, found "
            + "\(members.count)", at: range)
      }
    }
    func first() -> DataType { members.first?.type ?? .string }
    switch name {
    case "row_number", "rank", "dense_rank", "percent_rank", "cume_dist":
      try expect(0...0)
      return switch name {
      case "row_number": (.rowNumber, .int64)
      case "rank": (.rank, .int64)
      case "dense_rank": (.denseRank, .int64)
      case "percent_rank": (.percentRank, .double)
      default: (.cumulativeDistribution, .double)
      }
    case "ntile":
      try expect(1...1)
      members[0] = try coerced(members[0], to: .int64, at: range)
      return (.tile, .int64)
    case "lag", "lead":
      try expect(1...3)
      if members.count > 1 { members[1] = try coerced(members[1], to: .int64, at: range) }
      if members.count > 2 { members[2] = try coerced(members[2], to: first(), at: range) }
      return (name == "lag" ? .lag : .lead, first())
    case "first_value", "last_value", "first", "last":
      try expect(1...1)
      return (name.hasPrefix("first") ? .firstValue : .lastValue, first())
    case "nth_value":
      try expect(2...2)
      members[1] = try coerced(members[1], to: .int64, at: range)
      return (.nthValue, first())
    default:
      guard var function = Aggregates.named(name) else {
        throw QueryError(
          .name, "there is no window function \(name)",
          help: Suggestion.nearest(to: name, among: Aggregates.names + Binder.windowNames).map {
            "did you mean \($0)?"
          }, at: range)
      }
      if function == .count, call.isStar || members.isEmpty { function = .countStar }
      if function == .stringAggregate, members.count == 1 {
        members.append(.constant(.string(","), .string))
      }
      let type = try Aggregates.check(function, &members, name: name, at: range, binder: self)
      return (.aggregate(function), type)
    }
  }

  static let windowNames = [
    "row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "lag", "lead",
    "first_value", "last_value", "nth_value",
  ]

  private func frame(
    _ written: WindowFrame?, isOrdered: Bool, in context: ExpressionContext,
    _ distances: inout [BoundExpression]
  ) throws(QueryError) -> WindowCall.Frame {
    guard let written else {
      return WindowCall.Frame(
        unit: .range, start: .unboundedPreceding,
        end: isOrdered ? .currentRow : .unboundedFollowing)
    }
    let unit: WindowCall.Unit =
      switch written.unit {
      case .rows: .rows
      case .range: .range
      case .groups: .groups
      }
    let exclusion: WindowCall.Exclusion =
      switch written.exclusion {
      case .noOthers: .none
      case .currentRow: .currentRow
      case .group: .group
      case .ties: .ties
      }
    func bound(_ written: WindowFrame.Bound) throws(QueryError) -> WindowCall.Bound {
      switch written {
      case .unboundedPreceding: return .unboundedPreceding
      case .unboundedFollowing: return .unboundedFollowing
      case .currentRow: return .currentRow
      case .preceding(let distance), .following(let distance):
        var isBackward = false
        if case .preceding = written { isBackward = true }
        if unit != .range, !distance.columnNames.isEmpty || distance.hasSubquery {
          distances.append(
            try coerced(try bind(distance, in: context), to: .int64, at: distance.range))
          return isBackward
            ? .precedingBy(distances.count - 1) : .followingBy(distances.count - 1)
        }
        let value = try frameDistance(distance)
        return isBackward ? .preceding(value) : .following(value)
      }
    }
    return WindowCall.Frame(
      unit: unit, start: try bound(written.start), end: try bound(written.end),
      exclusion: exclusion)
  }

  /// A number, or an interval as a structure of its months, days and microseconds.
  private func frameDistance(_ written: Expression) throws(QueryError) -> Value {
    let context = ExpressionContext(scope: Scope([]))
    guard let parts = try intervalParts(written, in: context) else { return try constant(written) }
    var members: [Value] = []
    for part in [parts.months, parts.days, parts.microseconds] {
      guard case .int64(let number)? = FoldConstants.fold(part).constant, number >= 0 else {
        throw QueryError(
          .type, "the distance of a frame is a constant interval that is not negative",
          at: written.range)
      }
      members.append(.int64(number))
    }
    return .structure(members)
  }
}
