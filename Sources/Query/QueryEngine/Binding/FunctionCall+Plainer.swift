import QueryLanguage

extension FunctionCall {
  /// The same in plainer words; nil when it is plain already: `list_value(a, b)`, `count_star()`, and
  /// quantiles of several fractions over a window.
  func plainer(_ name: String) -> Expression? {
    switch name {
    case "list_value", "list_pack", "array_value":
      let members = arguments.compactMap(\.expression)
      guard members.count == arguments.count, !isStar, over == nil else { return nil }
      return Expression(.list(members))
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
      return Expression(
        .list(
          fractions.map { fraction in
            var call = self
            call.arguments[1] = Argument(fraction)
            return Expression(.call(call), range: self.name.range)
          }))
    }
  }
}
