import Columnar
import QueryLanguage

/// Aggregates that are made of others: a scalar function over the list of a group's values, or plain
/// aggregates put together. They take DISTINCT, FILTER and OVER as those do.
enum ComposedAggregate: String, CaseIterable {
  case product, skewness, kurtosis
  case kurtosisPopulation = "kurtosis_pop"
  case entropy
  case bitAnd = "bit_and"
  case bitOr = "bit_or"
  case bitXor = "bit_xor"
  case standardError = "sem"
  case geometricMean = "geomean"
  case weightedAverage = "weighted_avg"
  case countIf = "count_if"
  case argMinNull = "arg_min_null"
  case argMaxNull = "arg_max_null"

  static func named(_ name: String) -> ComposedAggregate? {
    let aliases: [String: ComposedAggregate] = [
      "wavg": .weightedAverage, "countif": .countIf, "geometric_mean": .geometricMean,
    ]
    return ComposedAggregate(rawValue: name) ?? aliases[name]
  }

  fileprivate var argumentCount: Int {
    switch self {
    case .weightedAverage, .argMinNull, .argMaxNull: 2
    default: 1
    }
  }

  /// The function over the list of values, when it is one.
  fileprivate var listFunction: String? {
    switch self {
    case .product, .skewness, .kurtosis, .kurtosisPopulation, .entropy, .bitAnd, .bitOr, .bitXor:
      "list_" + rawValue
    default: nil
    }
  }
}

extension Aggregates {
  /// Whether a call of that name makes one value of many rows.
  static func isAggregate(_ name: String) -> Bool {
    named(name) != nil || ComposedAggregate.named(name) != nil
  }
}

extension Binder {
  func bind(
    _ aggregate: ComposedAggregate, _ call: FunctionCall, in context: ExpressionContext,
    at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    let name = call.name.dotted
    guard context.allowsAggregates || call.over != nil || !outerFrames.isEmpty else {
      throw QueryError(
        .type,
        "\(context.clause.isEmpty ? "this place" : context.clause) cannot have the aggregate \(name)",
        help: context.clause == "WHERE" ? "conditions on aggregates go into HAVING" : nil,
        at: range)
    }
    let members = call.arguments.compactMap(\.expression)
    guard !call.isStar, members.count == aggregate.argumentCount,
      call.arguments.count == members.count, call.withinGroup.isEmpty
    else {
      throw QueryError(
        .type,
        "\(name) takes \(aggregate.argumentCount) argument"
          + (aggregate.argumentCount == 1 ? "" : "s") + ", found \(call.arguments.count)",
        at: range)
    }
    if let function = aggregate.listFunction {
      let list = try bind(
        part(of: call, "list", members, where: [Expression(.isNull(members[0], negated: true))]),
        in: context, at: range)
      // An untyped NULL has no values to speak of.
      if members[0].kind == .literal(.null), aggregate != .entropy {
        return .constant(.null, .double)
      }
      let value = try bind(function: function, [list], at: range)
      guard aggregate == .entropy else { return value }
      return .caseWhen(
        [.init(condition: .isNull(value, negated: true), result: value)],
        otherwise: .constant(.double(0), .double), .double)
    }
    return try bind(composition(of: aggregate, call, members), in: context)
  }

  /// The aggregate as an expression of plain ones.
  private func composition(
    of aggregate: ComposedAggregate, _ call: FunctionCall, _ members: [Expression]
  ) -> Expression {
    func part(_ name: String, _ arguments: [Expression], _ conditions: [Expression] = [])
      -> Expression
    {
      Expression(.call(self.part(of: call, name, arguments, where: conditions)))
    }
    func scalar(_ name: String, _ argument: Expression) -> Expression {
      let name = QualifiedName([Identifier(name)])
      return Expression(.call(FunctionCall(name: name, arguments: [Argument(argument)])))
    }
    func double(_ value: Expression) -> Expression {
      Expression(.cast(CastExpression(value: value, type: TypeName(.double))))
    }
    func divided(_ dividend: Expression, _ divisor: Expression) -> Expression {
      Expression(.binary(dividend, .divide, divisor))
    }
    let value = double(members[0])
    switch aggregate {
    case .countIf: return part("count", [], [members[0]])
    case .standardError:
      return divided(part("stddev_pop", [value]), scalar("sqrt", part("count", [members[0]])))
    case .geometricMean: return scalar("exp", part("avg", [scalar("ln", value)]))
    case .argMinNull, .argMaxNull:
      // The list of one keeps a NULL, which arg_min passes over.
      let picked = part(
        aggregate == .argMinNull ? "arg_min" : "arg_max",
        [Expression(.list([members[0]])), members[1]])
      let one = Expression(.literal(.number(NumberLiteral(1))))
      return Expression(.element(picked, index: one))
    default:
      let weight = double(members[1])
      let known = members.map { Expression(.isNull($0, negated: true)) }
      let total = part("sum", [weight], known)
      let nothing = Expression(.literal(.number(NumberLiteral(0))))
      let name = QualifiedName([Identifier("nullif")])
      let divisor = Expression(
        .call(FunctionCall(name: name, arguments: [Argument(total), Argument(nothing)])))
      return divided(
        part("sum", [Expression(.binary(value, .multiply, weight))], known), divisor)
    }
  }

  /// A plain aggregate with the call's DISTINCT, FILTER, ORDER BY and OVER.
  private func part(
    of call: FunctionCall, _ name: String, _ arguments: [Expression],
    where conditions: [Expression]
  ) -> FunctionCall {
    var result = call
    result.name = QualifiedName([Identifier(name)])
    result.arguments = arguments.map { Argument($0) }
    result.isStar = arguments.isEmpty
    let filters = (call.filter.map { [$0] } ?? []) + conditions
    result.filter = filters.count > 1 ? Expression(.and(filters)) : filters.first
    return result
  }
}
