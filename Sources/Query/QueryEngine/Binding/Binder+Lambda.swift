import Columnar
import QueryLanguage

// Lambdas: `list_transform(list, x -> x * rate)`. The body is bound with its parameters as columns of
// their own; the columns of the query that it reads become further arguments of the call.

extension ExpressionContext {
  /// The innermost parameter of that name, as a column.
  func lambdaParameter(_ name: Identifier) -> BoundExpression? {
    guard let index = lambdaParameters.lastIndex(where: { $0.name == name }) else { return nil }
    return .column(ExpressionContext.lambdaBase + index, lambdaParameters[index].type)
  }
}

extension Binder {
  func bind(
    _ function: LambdaFunction, _ call: FunctionCall, in context: ExpressionContext,
    at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    let counts = function == .reduce ? 2...3 : 2...2
    guard counts.contains(call.arguments.count), case .lambda(let lambda) = call.arguments[1].value,
      let written = call.arguments[0].expression, !call.isDistinct, call.orderBy.isEmpty,
      call.filter == nil
    else {
      throw QueryError(
        .type, "\(call.name.dotted) takes a list and a lambda",
        help: "it is used as \(function.usage)", at: range)
    }
    let list = try bind(written, in: context)
    guard let member = list.type.memberType else {
      throw QueryError(
        .type, "\(call.name.dotted) takes a list, found \(list.type.sqlName)",
        help: "it is used as \(function.usage)", at: call.arguments[0].range)
    }
    switch function {
    case .transform:
      let bound = try body(lambda, [member, .int64], 1...2, in: context, at: range)
      return lambdaCall(
        function, bound, [list], .list(element: Field("element", bound.body.type)))
    case .filter:
      var bound = try body(lambda, [member, .int64], 1...2, in: context, at: range)
      if bound.body.constantIsNull { bound.body = .constant(.null, .boolean) }
      guard bound.body.type == .boolean else {
        throw QueryError(
          .type, "a condition is wanted here, this is \(bound.body.type.sqlName)",
          help: "compare it with something", at: lambda.body.range)
      }
      return lambdaCall(function, bound, [list], .list(element: Field("element", member)))
    case .reduce:
      return try bind(
        reduction: lambda, of: list, member, start: call.arguments.dropFirst(2).first,
        in: context, at: range)
    }
  }

  /// The value so far has the type of the start, or of the members, widened to what the body gives.
  private func bind(
    reduction lambda: Lambda, of list: BoundExpression, _ member: DataType, start: Argument?,
    in context: ExpressionContext, at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    var first: BoundExpression?
    if let start {
      guard let written = start.expression else {
        throw QueryError(.type, "the start of list_reduce is a value", at: start.range)
      }
      first = try bind(written, in: context)
    }
    var type = first?.type ?? member
    var bound = try body(lambda, [type, member, .int64], 2...3, in: context, at: range)
    if bound.body.type != type {
      guard let common = Coercion.common(type, bound.body.type) else {
        throw QueryError(
          .type,
          "list_reduce begins with \(type.sqlName) and its lambda gives "
            + bound.body.type.sqlName, help: "cast one of them", at: lambda.body.range)
      }
      type = common
      bound = try body(lambda, [type, member, .int64], 2...3, in: context, at: range)
      bound.body = try coerced(bound.body, to: type, at: lambda.body.range)
    }
    var arguments = [list]
    if let first {
      arguments.append(try coerced(first, to: type, at: range))
    } else if type != member {
      arguments[0] = .cast(list, .list(element: Field("element", type)), isTry: false)
      bound = try body(lambda, [type, type, .int64], 2...3, in: context, at: range)
      bound.body = try coerced(bound.body, to: type, at: lambda.body.range)
    }
    return lambdaCall(.reduce, bound, arguments, type, hasStart: first != nil)
  }

  private struct BoundLambda {
    var body: BoundExpression
    var parameters: [Identifier]
    var types: [DataType]
    /// The first parameter's position while bound.
    var base: Int
  }

  private func body(
    _ lambda: Lambda, _ types: [DataType], _ counts: ClosedRange<Int>,
    in context: ExpressionContext, at range: SourceRange
  ) throws(QueryError) -> BoundLambda {
    guard counts.contains(lambda.parameters.count) else {
      throw QueryError(
        .type,
        "this lambda takes \(counts.lowerBound) or \(counts.upperBound) parameters, found "
          + "\(lambda.parameters.count)", at: range)
    }
    let known = context.lambdaParameters.count
    let (hadSubqueries, hadAggregates, hadWindows) = (
      context.allowsSubqueries, context.allowsAggregates, context.allowsWindows
    )
    defer {
      context.lambdaParameters.removeLast(context.lambdaParameters.count - known)
      context.allowsSubqueries = hadSubqueries
      context.allowsAggregates = hadAggregates
      context.allowsWindows = hadWindows
    }
    // A lambda runs for each member, after the rows are made: it reads columns, nothing wider.
    context.allowsSubqueries = false
    context.allowsAggregates = false
    context.allowsWindows = false
    for (name, type) in zip(lambda.parameters, types) {
      context.lambdaParameters.append((name, type))
    }
    let bound = try bind(lambda.body, in: context)
    return BoundLambda(
      body: FoldConstants.fold(bound), parameters: lambda.parameters,
      types: Array(types.prefix(lambda.parameters.count)),
      base: ExpressionContext.lambdaBase + known)
  }

  private func lambdaCall(
    _ function: LambdaFunction, _ lambda: BoundLambda, _ arguments: [BoundExpression],
    _ type: DataType, hasStart: Bool = false
  ) -> BoundExpression {
    let count = lambda.types.count
    var positions: [Int: Int] = [:]
    for index in 0..<count { positions[lambda.base + index] = index }
    var captured: [BoundExpression] = []
    for column in lambda.body.columns.sorted() where positions[column] == nil {
      positions[column] = count + captured.count
      captured.append(.column(column, lambda.body.type(ofColumn: column) ?? .boolean))
    }
    let body = lambda.body.remapped(positions)
    let names = lambda.parameters.map(\.text)
    let text =
      (names.count == 1 ? names[0] : "(" + names.joined(separator: ", ") + ")") + " -> "
      + PlanPrinter.text(body, Schema(zip(names, lambda.types).map { Field($0, $1) }))
    return .call(
      function.function(body, parameters: lambda.types, text: text, hasStart: hasStart),
      arguments + captured, type)
  }
}

extension BoundExpression {
  /// The type of the column at a position that the expression reads.
  fileprivate func type(ofColumn position: Int) -> DataType? {
    if case .column(position, let type) = self { return type }
    for child in children {
      if let type = child.type(ofColumn: position) { return type }
    }
    return nil
  }
}
