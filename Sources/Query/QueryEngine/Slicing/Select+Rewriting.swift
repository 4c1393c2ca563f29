import QueryLanguage

extension Select {
  /// Every expression after FROM and WHERE replaced, those of the list without its aliases.
  func mapped(
    _ change: (Expression) throws(QueryError) -> Expression
  ) throws(QueryError) -> Select {
    var result = self
    for index in items.indices {
      result.items[index].expression = try change(items[index].expression)
    }
    result.having = try having.map { value throws(QueryError) in try change(value) }
    result.qualify = try qualify.map { value throws(QueryError) in try change(value) }
    if case .on(let keys)? = distinct {
      var changed: [Expression] = []
      for key in keys { changed.append(try change(key)) }
      result.distinct = .on(changed)
    }
    for index in windows.indices {
      result.windows[index].specification = try windows[index].specification.mapped(change)
    }
    if case .elements(let elements)? = groupBy {
      var changed: [GroupingElement] = []
      for element in elements { changed.append(try element.mapped(change)) }
      result.groupBy = .elements(changed)
    }
    return result
  }

  /// Every expression outside FROM.
  var expressions: [Expression] {
    var all: [Expression] = []
    let collect = { (expression: Expression) throws(QueryError) -> Expression in
      all.append(expression)
      return expression
    }
    _ = try? mapped(collect)
    return all + (filter.map { [$0] } ?? [])
  }
}

extension GroupingElement {
  func mapped(
    _ change: (Expression) throws(QueryError) -> Expression
  ) throws(QueryError) -> GroupingElement {
    func each(_ members: [Expression]) throws(QueryError) -> [Expression] {
      var result: [Expression] = []
      for member in members { result.append(try change(member)) }
      return result
    }
    func levels(_ members: [[Expression]]) throws(QueryError) -> [[Expression]] {
      var result: [[Expression]] = []
      for member in members { result.append(try each(member)) }
      return result
    }
    switch self {
    case .expression(let expression): return .expression(try change(expression))
    case .set(let members): return .set(try each(members))
    case .rollup(let members): return .rollup(try levels(members))
    case .cube(let members): return .cube(try levels(members))
    case .groupingSets(let members):
      var result: [GroupingElement] = []
      for member in members { result.append(try member.mapped(change)) }
      return .groupingSets(result)
    }
  }
}

extension OrderBy {
  func mapped(
    _ change: (Expression) throws(QueryError) -> Expression
  ) throws(QueryError) -> OrderBy {
    guard case .items(var items) = self else { return self }
    for index in items.indices { items[index].expression = try change(items[index].expression) }
    return .items(items)
  }
}

extension WindowSpecification {
  func mapped(
    _ change: (Expression) throws(QueryError) -> Expression
  ) throws(QueryError) -> WindowSpecification {
    var result = self
    for index in partitionBy.indices { result.partitionBy[index] = try change(partitionBy[index]) }
    for index in orderBy.indices {
      result.orderBy[index].expression = try change(orderBy[index].expression)
    }
    return result
  }
}

extension Expression {
  /// As `rewritten`, also inside OVER, and with errors.
  func replaced(
    _ change: (Expression) throws(QueryError) -> Expression?
  ) throws(QueryError) -> Expression {
    var failure: QueryError?
    let result = rewritten { node in
      guard failure == nil else { return nil }
      do throws(QueryError) {
        if let changed = try change(node) { return changed }
        // The shared walk does not look into windows.
        guard case .call(var call) = node.kind, case .specification(let window)? = call.over else {
          return nil
        }
        let moved = try window.mapped { inner throws(QueryError) in try inner.replaced(change) }
        guard moved != window else { return nil }
        call.over = .specification(moved)
        return try Expression(.call(call), range: node.range).replacedOutsideWindow(change)
      } catch {
        failure = error
        return nil
      }
    }
    if let failure { throw failure }
    return result
  }

  /// The arguments replaced; the window is done already.
  private func replacedOutsideWindow(
    _ change: (Expression) throws(QueryError) -> Expression?
  ) throws(QueryError) -> Expression {
    guard case .call(var call) = kind else { return self }
    for index in call.arguments.indices {
      if let argument = call.arguments[index].expression {
        call.arguments[index].value = .expression(try argument.replaced(change))
      }
    }
    call.filter = try call.filter.map { value throws(QueryError) in try value.replaced(change) }
    return Expression(.call(call), range: range)
  }

  /// A call of a function by its name.
  static func call(
    _ name: String, _ arguments: [Expression], range: SourceRange = .synthesized
  ) -> Expression {
    Expression(
      .call(
        FunctionCall(
          name: QualifiedName([Identifier(name)], range: range),
          arguments: arguments.map { Argument($0) })), range: range)
  }

  static func column(_ parts: [String], range: SourceRange = .synthesized) -> Expression {
    Expression(
      .column(QualifiedName(parts.map { Identifier.exact($0) }, range: range)), range: range)
  }
}
