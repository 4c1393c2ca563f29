import QueryLanguage

// var, es, component and incremental: aggregates that are written as functions of summed vectors.

extension Binder {
  /// The measures that `var` and `es` stand for, as functions of vectors.
  private static let tails = ["var": "var", "es": "es"]

  /// `var(pnl, 0.99)` becomes `vector_var(vsum(pnl), 0.99)`; of something that is an aggregate
  /// already, `var(vsum(pnl), 0.99)`, only the function is exchanged.
  func tail(_ call: FunctionCall, at range: SourceRange) throws(QueryError) -> Expression? {
    let name = call.name.name.key
    guard call.name.parts.count == 1, let tail = Binder.tails[name] else { return nil }
    let arguments = call.arguments.compactMap(\.expression)
    guard arguments.count == call.arguments.count, arguments.count == 2 || arguments.count == 3
    else {
      let help =
        name == "var" && arguments.count == 1
        ? "the statistical variance is variance(x)" : "\(name)(pnl, 0.99, 'linear')"
      throw QueryError(
        .type,
        "\(name) takes a P&L vector, a level and optionally a convention, found "
          + "\(arguments.count) argument\(arguments.count == 1 ? "" : "s")", help: help, at: range)
    }
    var vector = arguments[0]
    if !vector.hasAggregate, !vector.isLiteralList {
      var sum = call
      sum.name = QualifiedName([Identifier("vsum")], range: call.name.range)
      sum.arguments = [call.arguments[0]]
      vector = Expression(.call(sum), range: range)
    } else if call.filter != nil || call.over != nil {
      throw QueryError(
        .type, "\(name) of an aggregate takes no FILTER and no OVER",
        help: "write them behind the inner aggregate", at: range)
    }
    return .call("vector_" + tail, [vector] + arguments.dropFirst(), range: range)
  }

  /// `component(var(pnl, 0.99) [, column …])`: the group's part of the measure of all rows of the
  /// query (of all rows with the same values of the columns).
  func contribution(
    _ call: FunctionCall, in select: Select, at range: SourceRange,
    _ change: (Expression) throws(QueryError) -> Expression
  ) throws(QueryError) -> Expression? {
    let name = call.name.name.key
    guard call.name.parts.count == 1, name == "component" || name == "incremental" else {
      return nil
    }
    let arguments = call.arguments.compactMap(\.expression)
    guard let first = arguments.first, arguments.count == call.arguments.count else {
      throw QueryError(
        .type, "\(name) takes a value at risk or expected shortfall",
        help: "\(name)(var(pnl, 0.99)), or the name of such a measure", at: range)
    }
    guard case .call(let measure) = try change(first).kind,
      ["vector_var", "vector_es"].contains(measure.name.name.key),
      let part = measure.arguments.first?.expression, case .call(let sum) = part.kind,
      sum.name.name.key == "vsum"
    else {
      throw QueryError(
        .type,
        "\(name) takes var(…) or es(…) of summed vectors, not "
          + SyntaxPrinter.text(of: first), help: "\(name)(var(pnl, 0.99))", at: first.range)
    }
    let total =
      arguments.count == 1
      ? try total(of: part, in: select) : try total(of: part, by: Array(arguments.dropFirst()))
    let kind = measure.name.name.key.dropFirst("vector_".count)
    let rest = measure.arguments.dropFirst().compactMap(\.expression)
    return .call("vector_\(name)_\(kind)", [part, total] + rest, range: range)
  }

  /// The vector of all rows, as a query of its own: right in every part of a TOP, too.
  private func total(of part: Expression, in select: Select) throws(QueryError) -> Expression {
    let all = Select(items: [SelectItem(part)], from: select.from, filter: select.filter)
    return Expression(.scalarSubquery(Query(body: .select(all))), range: part.range)
  }

  private func total(
    of part: Expression, by columns: [Expression]
  ) throws(QueryError) -> Expression {
    let window = WindowSpecification(partitionBy: columns)
    return Expression(
      .call(
        FunctionCall(
          name: QualifiedName([Identifier("vsum")]), arguments: [Argument(part)],
          over: .specification(window))), range: part.range)
  }
}

extension Expression {
  /// `[1, 2, 3]`, which is one vector and no column of them.
  fileprivate var isLiteralList: Bool {
    switch kind {
    case .list: true
    case .cast(let cast): cast.value.isLiteralList
    default: false
    }
  }
}
