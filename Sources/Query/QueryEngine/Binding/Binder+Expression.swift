import Columnar
import QueryLanguage

// Expressions: names to positions, operands to common types.

extension Binder {
  func bind(
    _ expression: Expression, in context: ExpressionContext
  ) throws(QueryError) -> BoundExpression {
    let range = expression.range
    switch expression.kind {
    case .literal(let literal): return try bind(literal, at: range)
    case .column(let name): return try bind(column: name, in: context)
    case .parameter(let name): return try bind(parameter: name)
    case .unary(let operation, let operand):
      return try negated(try bind(operand, in: context), by: operation, at: range)
    case .binary(let left, let operation, let right):
      return try bind(binary: left, operation, right, in: context, at: range)
    case .and(let members): return .and(try predicates(members, in: context))
    case .or(let members): return .or(try predicates(members, in: context))
    case .not(let operand): return .not(try predicate(operand, in: context))
    case .isNull(let operand, let negated):
      return .isNull(try bind(operand, in: context), negated: negated)
    case .isBoolean(let operand, let value, let negated):
      return .isDistinct(
        try predicate(operand, in: context), .constant(.boolean(value), .boolean),
        negated: !negated)
    case .isDistinct(let left, let right, let negated):
      let (first, second) = try unified(
        try bind(left, in: context), try bind(right, in: context),
        what: "IS DISTINCT FROM", at: range)
      return .isDistinct(first, second, negated: negated)
    case .between(let between): return try bind(between, in: context, at: range)
    case .like(let like): return try bind(like, in: context, at: range)
    case .inList(let operand, let members, let negated):
      return try bind(operand, in: members, negated: negated, in: context, at: range)
    case .caseWhen(let expression): return try bind(expression, in: context, at: range)
    case .cast(let cast):
      return try bind(cast, in: context, at: range)
    case .call(let call): return try bind(call, in: context, at: range)
    case .list(let members): return try bind(list: members, in: context, at: range)
    case .element(let list, let index):
      let (base, place) = (try bind(list, in: context), try bind(index, in: context))
      if base.type == .string, !base.constantIsNull {
        return try bind(function: "string_slice", [base, place, place], at: range)
      }
      return try bind(function: "list_element", [base, place], at: range)
    case .star, .defaultValue:
      throw QueryError(.syntax, "\(context.clause) cannot have this here", at: range)
    case .scalarSubquery(let query): return try bind(scalar: query, in: context, at: range)
    case .exists(let query): return try bind(exists: query, in: context, at: range)
    case .inQuery(let value, let query, let negated):
      let any = try bind(value, .equal, anyOf: query, in: context, at: range)
      return negated ? .not(any) : any
    case .quantified(let comparison): return try bind(comparison, in: context, at: range)
    case .row:
      throw QueryError(
        .type, "a row of values can only be compared with a row of as many",
        help: "for a list of values write [a, b]", at: range)
    case .slice(let list, let from, let to):
      return try bind(slice: list, from: from, to: to, in: context, at: range)
    }
  }

  /// The value of a literal or parameter: operands of clauses that take constants only.
  func constant(_ expression: Expression) throws(QueryError) -> Value {
    let bound = FoldConstants.fold(
      try bind(expression, in: ExpressionContext(scope: Scope([]))))
    guard let value = bound.constant else {
      throw QueryError(
        .type, "this must be a constant: a literal or a parameter such as :n",
        at: expression.range)
    }
    return value
  }

  /// A boolean expression.
  func predicate(
    _ expression: Expression, in context: ExpressionContext
  ) throws(QueryError) -> BoundExpression {
    let bound = try bind(expression, in: context)
    if bound.type == .boolean { return bound }
    if case .constant(.null, _) = bound { return .constant(.null, .boolean) }
    throw QueryError(
      .type, "a condition is wanted here, this is \(bound.type.sqlName)",
      help: "compare it with something", at: expression.range)
  }

  private func predicates(
    _ members: [Expression], in context: ExpressionContext
  ) throws(QueryError) -> [BoundExpression] {
    var result: [BoundExpression] = []
    for member in members { result.append(try predicate(member, in: context)) }
    return result
  }

  private func bind(
    _ literal: Literal, at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    switch literal {
    case .null: return .constant(.null, .string)
    case .boolean(let value): return .constant(.boolean(value), .boolean)
    case .string(let text): return .constant(.string(text), .string)
    case .number(let number): return try bind(number, at: range)
    case .date(let text):
      guard let date = CalendarDate(text) else {
        throw QueryError(.type, "there is no date '\(text)'", at: range)
      }
      return .constant(.date(date), .date)
    case .timestamp(let text):
      guard let parsed = TimestampText(text) else {
        throw QueryError(
          .type, "'\(text)' is not a timestamp", help: "write it as 2025-10-01T18:00:00Z",
          at: range)
      }
      return .constant(.timestamp(Timestamp(microseconds: parsed.microseconds)), .timestamp)
    case .interval:
      throw QueryError(
        .type, "an interval can only be added to a date or timestamp, or taken from one",
        at: range)
    }
  }

  private func bind(
    _ number: NumberLiteral, at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    if number.form == .double {
      guard let value = Double(number.digits), value.isFinite else {
        throw QueryError(.type, "\(number.digits) is not a double", at: range)
      }
      return .constant(.double(value), .double)
    }
    if number.form == .integer, let value = Int64(number.digits) {
      return Int32(exactly: value).map { .constant(.int32($0), .int32) }
        ?? .constant(.int64(value), .int64)
    }
    guard let value = Decimal128(number.digits) else {
      throw QueryError(
        .type, "\(number.digits) has more than 38 digits",
        help: "write it with an exponent to make it a double", at: range)
    }
    let precision = max(value.digits, value.scale, 1)
    return .constant(.decimal(value), .decimal(precision: precision, scale: value.scale))
  }

  private func bind(
    column name: QualifiedName, in context: ExpressionContext
  ) throws(QueryError) -> BoundExpression {
    if name.parts.count == 1, let parameter = context.lambdaParameter(name.name) {
      return parameter
    }
    if let index = try context.scope.resolve(name) {
      context.columnRanges[index] = name.range
      return .column(index, context.scope.columns[index].type)
    }
    if name.parts.count == 1, !context.openAliases.contains(name.name),
      let alias = context.aliases.first(where: { $0.name == name.name })
    {
      context.openAliases.append(name.name)
      defer { context.openAliases.removeLast() }
      return try bind(alias: alias, written: name, in: context)
    }
    if let outer = try outerColumn(name, level: outerFrames.count - 1) { return outer }
    if let only = context.scope.onlyColumn(of: name) {
      context.columnRanges[only] = name.range
      return .column(only, context.scope.columns[only].type)
    }
    if let outer = try outerColumn(name, level: outerFrames.count - 1, byTable: true) {
      return outer
    }
    throw unknownColumn(name, in: context)
  }

  /// An alias of the select list in place of its expression; what cannot stand here is told of the
  /// alias, not of the select list.
  private func bind(
    alias: (name: Identifier, expression: Expression), written name: QualifiedName,
    in context: ExpressionContext
  ) throws(QueryError) -> BoundExpression {
    if context.clause == "WHERE", !context.allowsAggregates, alias.expression.hasAggregate {
      throw QueryError(
        .type,
        "WHERE cannot use \"\(name.name.text)\": it is the aggregate "
          + SyntaxPrinter.text(of: alias.expression),
        help: "conditions on aggregates go into HAVING", at: name.range)
    }
    return try bind(alias.expression, in: context)
  }

  private func unknownColumn(_ name: QualifiedName, in context: ExpressionContext) -> QueryError {
    let tables = Set(context.scope.columns.compactMap(\.qualifier.last)).sorted()
    if let table = name.qualifier.last, !tables.isEmpty,
      !tables.contains(where: { table.matches($0) })
    {
      return QueryError(
        .name, "there is no table \"\(name.qualifier.map(\.text).joined(separator: "."))\" in FROM",
        help: Suggestion.nearest(to: table.text, among: tables).map {
          "did you mean \"\($0).\(name.name.text)\"?"
        } ?? "the tables are \(tables.joined(separator: ", "))", at: name.range)
    }
    let visible = context.scope.columns.filter { !$0.isHidden }.map(\.name)
    let measures = (try? definitions().measures) ?? []
    // An alias of the very name, which an aggregate's argument cannot mean, would be no help.
    let candidates =
      visible
      + (context.aliases.map(\.name.text) + measures.map(\.name.text)).filter {
        !name.name.matches($0)
      }
    let help: String?
    if name.parts.count == 1, let known = measures.first(where: { $0.name == name.name }) {
      help = "it is a measure of \(known.table?.dotted ?? "a table"): name that table in FROM"
    } else if let near = Suggestion.nearest(to: name.name.text, among: candidates) {
      let qualifier = name.qualifier.map { $0.text + "." }.joined()
      help = "did you mean \"\(qualifier + near)\"?"
    } else if name.parts.count == 1, name.name.isQuoted {
      help = "double quotes are for names; a text stands in single quotes: '\(name.name.text)'"
    } else if visible.isEmpty {
      help = nil
    } else {
      let shown = visible.prefix(12).joined(separator: ", ")
      let isText = name.parts.count == 1 && name.name.text == name.name.text.uppercased()
      help =
        "the columns are \(shown)" + (visible.count > 12 ? ", …" : "")
        + (isText ? "; a text stands in single quotes: '\(name.name.text)'" : "")
    }
    return QueryError(.name, "there is no column \"\(name.dotted)\"", help: help, at: name.range)
  }

  private func bind(parameter name: Identifier) throws(QueryError) -> BoundExpression {
    guard let value = settings.parameters[name.key] else {
      let known = settings.parameters.keys.sorted()
      throw QueryError(
        .name, "parameter :\(name.text) has no value",
        help: Suggestion.nearest(to: name.key, among: known).map { "did you mean :\($0)?" }
          ?? "give it with --param \(name.text)=value", at: name.range)
    }
    return .constant(value, Binder.type(of: value))
  }

  /// The type of a value by itself; an untyped NULL is text.
  static func type(of value: Value) -> DataType {
    switch value {
    case .null, .string, .structure, .map: .string
    case .boolean: .boolean
    case .int32: .int32
    case .int64: .int64
    case .float: .float
    case .double: .double
    case .decimal(let number):
      .decimal(precision: max(number.digits, number.scale, 1), scale: number.scale)
    case .binary: .binary
    case .date: .date
    case .timestamp: .timestamp
    case .timestampNTZ: .timestampNTZ
    case .list(let members):
      .list(element: Field("element", members.first.map(type(of:)) ?? .string))
    }
  }

  private func bind(
    _ between: BetweenExpression, in context: ExpressionContext, at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    let value = try bind(between.value, in: context)
    let low = try bind(between.low, in: context)
    let high = try bind(between.high, in: context)
    func within(
      _ low: BoundExpression, _ high: BoundExpression
    ) throws(QueryError) -> BoundExpression {
      .and([
        try comparison(.greaterOrEqual, value, low, at: range),
        try comparison(.lessOrEqual, value, high, at: range),
      ])
    }
    var result = try within(low, high)
    if between.symmetric { result = .or([result, try within(high, low)]) }
    return between.negated ? .not(result) : result
  }

  private func bind(
    _ like: LikeExpression, in context: ExpressionContext, at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    let value = try bind(like.value, in: context)
    let pattern = try bind(like.pattern, in: context)
    guard value.type == .string, pattern.type == .string else {
      let other = value.type == .string ? pattern.type : value.type
      throw QueryError(
        .type, "LIKE compares text, not \(other.sqlName)", help: "cast it to string", at: range)
    }
    switch like.kind {
    case .like, .ilike:
      var escape: UInt8? = UInt8(ascii: "\\")
      if let written = like.escape {
        guard case .string(let text) = try constant(written), text.utf8.count <= 1 else {
          throw QueryError(.type, "ESCAPE takes one character", at: written.range)
        }
        escape = text.utf8.first
      }
      return .like(
        value, pattern: pattern, escape: escape, ignoreCase: like.kind == .ilike,
        negated: like.negated)
    case .regex, .regexIgnoringCase:
      var arguments = [value, pattern]
      if like.kind == .regexIgnoringCase { arguments.append(.constant(.string("i"), .string)) }
      // A pattern that cannot be read is told now, not at the first row.
      if case .string(let text)? = pattern.constant {
        try pointing(at: like.pattern.range) { () throws(QueryError) in
          _ = try RegexProgram(text)
        }
      }
      let matches = try bind(function: "regexp_matches", arguments, at: range)
      return like.negated ? .not(matches) : matches
    }
  }

  private func bind(
    _ operand: Expression, in members: [Expression], negated: Bool, in context: ExpressionContext,
    at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    if case .row(let values) = operand.kind {
      return try bind(row: values, in: members, negated: negated, in: context, at: range)
    }
    let value = try bind(operand, in: context)
    var bound: [BoundExpression] = []
    for member in members { bound.append(try bind(member, in: context)) }
    let type = try commonType([value] + bound, what: "the members of IN", at: range)
    var constants: [Value] = []
    var hasNull = false
    for (index, member) in bound.enumerated() {
      let converted = try coerced(member, to: type, at: members[index].range)
      guard let constant = converted.constant else {
        // Computed members: a chain of equalities says the same.
        var equalities: [BoundExpression] = []
        for member in bound {
          equalities.append(try comparison(.equal, value, member, at: range))
        }
        let any: BoundExpression = equalities.count == 1 ? equalities[0] : .or(equalities)
        return negated ? .not(any) : any
      }
      if constant.isNull { hasNull = true } else { constants.append(constant) }
    }
    return .inList(
      try coerced(value, to: type, at: operand.range), constants, hasNull: hasNull,
      negated: negated)
  }

  private func bind(
    _ expression: CaseExpression, in context: ExpressionContext, at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    var conditions: [BoundExpression] = []
    var results: [BoundExpression] = []
    for branch in expression.branches {
      if let operand = expression.operand {
        conditions.append(
          try comparison(
            .equal, try bind(operand, in: context), try bind(branch.condition, in: context),
            at: branch.condition.range))
      } else {
        conditions.append(try predicate(branch.condition, in: context))
      }
      results.append(try bind(branch.result, in: context))
    }
    var otherwise: BoundExpression?
    if let written = expression.otherwise { otherwise = try bind(written, in: context) }
    let all = results + (otherwise.map { [$0] } ?? [])
    let type = try commonType(all, what: "the results of CASE", at: range)
    var branches: [BoundExpression.CaseBranch] = []
    for (condition, result) in zip(conditions, results) {
      let place = expression.branches[branches.count].result.range
      branches.append(
        .init(condition: condition, result: try coerced(result, to: type, at: place)))
    }
    return .caseWhen(
      branches,
      otherwise: try otherwise.map { value throws(QueryError) in
        try coerced(value, to: type, at: expression.otherwise?.range ?? range)
      }, type)
  }

  private func bind(
    _ cast: CastExpression, in context: ExpressionContext, at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    let value = try bind(cast.value, in: context)
    let type = try DataType(cast.type)
    if case .constant(.null, _) = value { return .constant(.null, type) }
    if value.type == type { return value }
    // Text constants read in the one format of that type fold here; all else is the cast kernel's.
    if case .string? = value.constant, !cast.isTry, let constant = value.constant {
      guard let converted = Coercion.constant(constant, to: type) else {
        throw QueryError(
          .type, "\(ValueText.sql(constant)) is not \(article(type)) \(type.sqlName)",
          help: "TRY_CAST gives NULL instead", at: range)
      }
      return .constant(converted, type)
    }
    return .cast(value, type, isTry: cast.isTry)
  }

  private func article(_ type: DataType) -> String { type == .int32 ? "an" : "a" }

  private func bind(
    list members: [Expression], in context: ExpressionContext, at range: SourceRange
  ) throws(QueryError) -> BoundExpression {
    var bound: [BoundExpression] = []
    for member in members { bound.append(try bind(member, in: context)) }
    let type = try commonType(bound, what: "the members of a list", at: range)
    var converted: [BoundExpression] = []
    for member in bound { converted.append(try coerced(member, to: type, at: range)) }
    let constants = converted.compactMap(\.constant)
    if constants.count == converted.count {
      return .constant(.list(constants), .list(element: Field("element", type)))
    }
    return .list(converted, element: type)
  }
}
