import QueryLanguage

extension FunctionCall {
  /// The same in plainer words; nil when it is plain already: `list_value(a, b)`, `count_star()`,
  /// `mode` with an order, and quantiles of several fractions over a window.
  func plainer(_ name: String) -> Expression? {
    switch name {
    case "list_value", "list_pack", "array_value":
      let members = arguments.compactMap(\.expression)
      guard members.count == arguments.count, !isStar, over == nil else { return nil }
      return Expression(.list(members))
    case "mode" where over == nil && !(orderBy + withinGroup).isEmpty: return orderedMode
    case "count_star":
      guard arguments.isEmpty, !isStar else { return nil }
      var call = self
      call.name = QualifiedName([Identifier("count", range: self.name.range)])
      call.isStar = true
      return Expression(.call(call), range: self.name.range)
    default:
      guard over != nil, let function = Aggregates.named(name), function.isQuantile,
        arguments.count == 2, case .list(let fractions)? = arguments[1].expression?.kind
      else { return nil }
      let quantiles = Expression(
        .list(
          fractions.map { fraction in
            var call = self
            call.arguments[1] = Argument(fraction)
            return Expression(.call(call), range: self.name.range)
          }))
      // No values have no list of quantiles.
      var count = self
      count.name = QualifiedName([Identifier("count", range: self.name.range)])
      (count.arguments, count.orderBy) = ([arguments[0]], [])
      let zero = Expression(.literal(.number(NumberLiteral(0))))
      let isThere = Expression(
        .binary(Expression(.call(count), range: self.name.range), .greater, zero))
      return Expression(
        .caseWhen(CaseExpression(branches: [.init(condition: isThere, result: quantiles)])))
    }
  }

  /// `mode(x ORDER BY k)`: the first in that order of several most frequent values.
  private var orderedMode: Expression? {
    guard let value = arguments.isEmpty ? withinGroup.first?.expression : arguments[0].expression,
      arguments.count + withinGroup.count < 2
    else { return nil }
    var list = self
    list.name = QualifiedName([Identifier("list", range: name.range)])
    list.arguments = [Argument(value)]
    (list.orderBy, list.withinGroup) = (orderBy + withinGroup, [])
    let isThere = Expression(.isNull(value, negated: true))
    list.filter = filter.map { Expression(.and([$0, isThere])) } ?? isThere
    let mode = FunctionCall(
      name: QualifiedName([Identifier("list_mode", range: name.range)]),
      arguments: [Argument(Expression(.call(list), range: name.range))])
    return Expression(.call(mode), range: name.range)
  }
}
