package import QueryLanguage

// Syntax rewritten before it is bound.

extension Expression {
  /// The tree with every expression that `change` answers for replaced, outermost first; subqueries
  /// are left alone.
  package func rewritten(_ change: (Expression) -> Expression?) -> Expression {
    if let replaced = change(self) { return replaced }
    func each(_ members: [Expression]) -> [Expression] { members.map { $0.rewritten(change) } }
    var result = self
    switch kind {
    case .literal, .column, .parameter, .star, .defaultValue, .exists, .scalarSubquery: break
    case .unary(let operation, let operand):
      result.kind = .unary(operation, operand.rewritten(change))
    case .binary(let left, let operation, let right):
      result.kind = .binary(left.rewritten(change), operation, right.rewritten(change))
    case .and(let members): result.kind = .and(each(members))
    case .or(let members): result.kind = .or(each(members))
    case .not(let operand): result.kind = .not(operand.rewritten(change))
    case .isNull(let operand, let negated):
      result.kind = .isNull(operand.rewritten(change), negated: negated)
    case .isBoolean(let operand, let value, let negated):
      result.kind = .isBoolean(operand.rewritten(change), value, negated: negated)
    case .isDistinct(let left, let right, let negated):
      result.kind = .isDistinct(left.rewritten(change), right.rewritten(change), negated: negated)
    case .between(var between):
      between.value = between.value.rewritten(change)
      between.low = between.low.rewritten(change)
      between.high = between.high.rewritten(change)
      result.kind = .between(between)
    case .like(var like):
      like.value = like.value.rewritten(change)
      like.pattern = like.pattern.rewritten(change)
      result.kind = .like(like)
    case .inList(let operand, let members, let negated):
      result.kind = .inList(operand.rewritten(change), each(members), negated: negated)
    case .inQuery(let operand, let query, let negated):
      result.kind = .inQuery(operand.rewritten(change), query, negated: negated)
    case .quantified(var comparison):
      comparison.value = comparison.value.rewritten(change)
      result.kind = .quantified(comparison)
    case .caseWhen(var expression):
      expression.operand = expression.operand?.rewritten(change)
      expression.branches = expression.branches.map {
        .init(condition: $0.condition.rewritten(change), result: $0.result.rewritten(change))
      }
      expression.otherwise = expression.otherwise?.rewritten(change)
      result.kind = .caseWhen(expression)
    case .cast(var cast):
      cast.value = cast.value.rewritten(change)
      result.kind = .cast(cast)
    case .call(let call): result.kind = .call(call.rewritten(change))
    case .list(let members): result.kind = .list(each(members))
    case .row(let members): result.kind = .row(each(members))
    case .element(let list, let index):
      result.kind = .element(list.rewritten(change), index: index.rewritten(change))
    case .slice(let list, let from, let to):
      result.kind = .slice(
        list.rewritten(change), from: from?.rewritten(change), to: to?.rewritten(change))
    }
    return result
  }

  /// Names of columns that it mentions, outside subqueries.
  package var columnNames: [QualifiedName] {
    var names: [QualifiedName] = []
    _ = rewritten { node in
      if case .column(let name) = node.kind { names.append(name) }
      return nil
    }
    return names
  }

  /// Whether an aggregate is called in it, window functions aside.
  var hasAggregate: Bool {
    var found = false
    _ = rewritten { node in
      guard case .call(let call) = node.kind else { return nil }
      if call.over == nil, Aggregates.isAggregate(call.name.name.key) { found = true }
      return nil
    }
    return found
  }

  /// Whether a subquery stands in it.
  var hasSubquery: Bool {
    var found = false
    _ = rewritten { node in
      switch node.kind {
      case .exists, .scalarSubquery, .inQuery: found = true
      case .quantified(let comparison):
        if case .query = comparison.operand { found = true }
      default: break
      }
      return nil
    }
    return found
  }

  /// Every aggregate also filtered by `condition`.
  func filtering(aggregatesBy condition: Expression) -> Expression {
    rewritten { node in
      guard case .call(var call) = node.kind, call.over == nil,
        Aggregates.isAggregate(call.name.name.key)
      else { return nil }
      call.filter = call.filter.map { Expression(.and([$0, condition])) } ?? condition
      return Expression(.call(call), range: node.range)
    }
  }
}

extension Lambda {
  /// A name that is one of the parameters stays as it is.
  fileprivate func rewritten(_ change: (Expression) -> Expression?) -> Lambda {
    let changed = body.rewritten { node in
      if case .column(let name) = node.kind, name.parts.count == 1,
        parameters.contains(name.name)
      {
        return node
      }
      return change(node)
    }
    return Lambda(parameters, changed)
  }
}

extension FunctionCall {
  fileprivate func rewritten(_ change: (Expression) -> Expression?) -> FunctionCall {
    var result = self
    for index in arguments.indices {
      switch arguments[index].value {
      case .expression(let expression):
        result.arguments[index].value = .expression(expression.rewritten(change))
      case .lambda(let lambda):
        result.arguments[index].value = .lambda(lambda.rewritten(change))
      case .table: break
      }
    }
    for index in orderBy.indices {
      result.orderBy[index].expression = orderBy[index].expression.rewritten(change)
    }
    for index in withinGroup.indices {
      result.withinGroup[index].expression = withinGroup[index].expression.rewritten(change)
    }
    result.filter = filter?.rewritten(change)
    return result
  }
}
