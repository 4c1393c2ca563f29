import Columnar
import QueryLanguage

// Table functions in FROM: readers of files and logs, and calculators over table arguments.

extension Binder {
  func bind(
    tableFunction call: FunctionCall, time: TimeClause?, at range: SourceRange
  ) throws(QueryError) -> Bound {
    let name = call.name.name.key
    if let function = resolver.tableFunction(named: name) {
      guard time == nil else {
        throw QueryError(
          .time, "a calculator has no versions of its own",
          help: "put the time clause after the TABLE argument", at: time?.range)
      }
      return try bind(calculator: function, call, at: range)
    }
    var positional: [Value] = []
    var named: [(name: String, value: Value)] = []
    for argument in call.arguments {
      guard let expression = argument.expression else {
        throw QueryError(
          .name, "there is no calculator \(name)", help: nearestFunction(name),
          at: call.name.range)
      }
      let value = try constant(expression)
      if let label = argument.name {
        named.append((label.key, value))
      } else {
        positional.append(value)
      }
    }
    let reader = ReaderCall(name: name, positional: positional, named: named, range: range)
    guard let table = try resolver.reader(reader) else {
      throw QueryError(
        .name, "there is no table function \(name)", help: nearestFunction(name),
        at: call.name.range)
    }
    return try bind(pinned: table, time: time, at: range)
  }

  private func nearestFunction(_ name: String) -> String? {
    Suggestion.nearest(to: name, among: resolver.tableFunctionNames).map { "did you mean \($0)?" }
      ?? "there are \(resolver.tableFunctionNames.joined(separator: ", "))"
  }

  private func bind(
    calculator function: any TableFunction, _ call: FunctionCall, at range: SourceRange
  ) throws(QueryError) -> Bound {
    let given = try matched(call.arguments, of: function, at: range)
    var plans: [(parameter: String, plan: LogicalPlan)] = []
    var schemas: [String: Schema] = [:]
    var scalars: [(parameter: String, value: Value)] = []
    for parameter in function.parameters {
      switch parameter.kind {
      case .table(let defaultName):
        let bound = try table(parameter, given[parameter.name], defaultName, of: function, range)
        plans.append((parameter.name, bound.plan))
        schemas[parameter.name] = bound.plan.schema
      case .scalar(let type, let defaultValue):
        let value = try scalar(
          parameter, given[parameter.name], type, defaultValue, function, range)
        scalars.append((parameter.name, value))
      }
    }
    let arguments = TableFunctionArguments(
      tables: schemas, scalars: Dictionary(uniqueKeysWithValues: scalars.map { ($0, $1) }))
    let bound: BoundTableFunction
    do throws(QueryError) { bound = try function.bind(arguments) } catch {
      var pointed = error
      pointed.range = error.range ?? range
      throw pointed
    }
    let inputs = plans.map { parameter, plan in
      let columns = bound.columns[parameter] ?? Array(0..<plan.schema.count)
      return (parameter: parameter, plan: project(plan, to: columns))
    }
    let node = TableFunctionNode(
      name: function.name, inputs: inputs, bound: bound, scalars: scalars,
      methodVersion: function.methodVersion, window: function.window)
    return Bound(plan: .tableFunction(node), scope: Scope(schema: bound.schema, qualifier: []))
  }

  private func project(_ plan: LogicalPlan, to columns: [Int]) -> LogicalPlan {
    let schema = plan.schema
    return .project(
      plan, columns.map { ProjectedExpression(schema[$0].name, .column($0, schema[$0].type)) })
  }

  /// Arguments by parameter name; positional ones fill the table parameters without a default, then
  /// the scalars, in order.
  private func matched(
    _ arguments: [Argument], of function: any TableFunction, at range: SourceRange
  ) throws(QueryError) -> [String: Argument] {
    var result: [String: Argument] = [:]
    var free = function.parameters.filter { parameter in
      if case .table(let name?) = parameter.kind { name.isEmpty } else { true }
    }
    for argument in arguments {
      let parameter: TableFunctionParameter?
      if let name = argument.name {
        parameter = function.parameters.first { name.matches($0.name) }
        guard parameter != nil else {
          let known = function.parameters.map(\.name)
          throw QueryError(
            .name, "\(function.name) has no parameter \"\(name.text)\"",
            help: Suggestion.nearest(to: name.text, among: known).map { "did you mean \($0)?" }
              ?? "it has \(known.joined(separator: ", "))", at: argument.range)
        }
      } else {
        parameter = free.first
      }
      guard let parameter else {
        throw QueryError(.type, "\(function.name) takes no more arguments", at: argument.range)
      }
      free.removeAll { $0.name == parameter.name }
      guard result.updateValue(argument, forKey: parameter.name) == nil else {
        throw QueryError(.type, "\"\(parameter.name)\" is given twice", at: argument.range)
      }
    }
    return result
  }

  private func table(
    _ parameter: TableFunctionParameter, _ argument: Argument?, _ defaultName: String?,
    of function: any TableFunction, _ range: SourceRange
  ) throws(QueryError) -> Bound {
    if let argument {
      guard case .table(let reference) = argument.value else {
        throw QueryError(
          .type, "\(function.name): \"\(parameter.name)\" is a table",
          help: "write TABLE before its name", at: argument.range)
      }
      return try bind(reference)
    }
    guard let defaultName, !defaultName.isEmpty else {
      throw QueryError(
        .type, "\(function.name) needs the table argument \"\(parameter.name)\"",
        help: parameter.documentation, at: range)
    }
    let parts = defaultName.split(separator: ".").map { Identifier(String($0), range: range) }
    do throws(QueryError) {
      return try bind(
        TableReference(.table(QualifiedName(parts, range: range)), range: range))
    } catch {
      throw QueryError(
        error.reason,
        "\(function.name) reads its parameters from \(defaultName): \(error.message)",
        help: "create that table, or pass \(parameter.name) => TABLE …", at: range)
    }
  }

  private func scalar(
    _ parameter: TableFunctionParameter, _ argument: Argument?, _ type: DataType,
    _ defaultValue: Value?, _ function: any TableFunction, _ range: SourceRange
  ) throws(QueryError) -> Value {
    guard let argument else {
      guard let defaultValue else {
        throw QueryError(
          .type, "\(function.name) needs the argument \"\(parameter.name)\"",
          help: parameter.documentation, at: range)
      }
      return defaultValue
    }
    guard let expression = argument.expression else {
      throw QueryError(
        .type, "\(function.name): \"\(parameter.name)\" is a \(type.sqlName), not a table",
        at: argument.range)
    }
    let value = try constant(expression)
    guard let converted = Coercion.constant(value, to: type) else {
      throw QueryError(
        .type,
        "\(function.name): \"\(parameter.name)\" is a \(type.sqlName), found "
          + ValueText.sql(value), at: argument.range)
    }
    return converted
  }
}
