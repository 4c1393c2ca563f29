import Columnar
import QueryLanguage

// Measures: names for aggregates of a table, computed anew in every group.

/// A measure as one query sees it: its columns belong to a table of that query's FROM.
struct MeasureInPlace {
  var measure: CreateMeasure
  /// What its columns are qualified with; empty when they need nothing.
  var qualifier: [Identifier]
}

extension Binder {
  /// The measures of the tables of FROM, by name, for the names that are mentioned.
  func measures(
    of select: Select, mentioned names: Set<String>
  ) throws(QueryError) -> [String: MeasureInPlace] {
    let known = try definitions().measures.filter { names.contains($0.name.key) }
    guard !known.isEmpty, let from = select.from else { return [:] }
    let tables = try namedTables(of: from)
    let scope = try scope(of: from)
    var result: [String: MeasureInPlace] = [:]
    for measure in known {
      let isColumn = (try? scope.resolve(QualifiedName([measure.name]))) ?? nil != nil
      let isAlias = select.items.contains { item in
        item.alias == measure.name
          && !item.expression.columnNames.contains { $0.parts == [measure.name] }
      }
      guard !isColumn, !isAlias else { continue }
      let places = tables.filter { table in
        measure.table.map { $0.dotted.lowercased() == table.name.lowercased() } ?? true
      }
      guard let place = places.first else { continue }
      guard places.count == 1 || measure.table == nil else {
        throw QueryError(
          .name, "measure \"\(measure.name.text)\" may be of either \(place.name) in FROM",
          help: "compute it in a subquery of one of them", at: measure.name.range)
      }
      result[measure.name.key] = MeasureInPlace(
        measure: measure, qualifier: measure.table == nil ? [] : place.qualifier)
    }
    return result
  }

  /// Tables that FROM names outside subqueries, with what qualifies their columns.
  func namedTables(
    of reference: TableReference
  ) throws(QueryError) -> [(name: String, qualifier: [Identifier])] {
    switch reference.kind {
    case .table(let name):
      guard
        name.parts.count > 1 || !commonTables.contains(where: { $0.expression.name == name.name })
      else { return [] }
      let full: String
      switch try resolver.resolve(name, knownAt: nil) {
      case .table(let table): full = table.name
      case .view(let view, _, _): full = view
      }
      return [(full, reference.alias.map { [$0.name] } ?? name.parts)]
    case .join(let join): return try namedTables(of: join.left) + namedTables(of: join.right)
    default: return []
    }
  }

  /// The aggregate that a measure stands for, at the place where it is named.
  func expression(
    of place: MeasureInPlace, _ all: [String: MeasureInPlace], depth: Int = 0,
    at range: SourceRange
  ) throws(QueryError) -> Expression {
    let measure = place.measure
    guard depth < 20 else {
      throw QueryError(
        .name, "measure \"\(measure.name.text)\" is defined by itself", at: range)
    }
    uses["measure \(measure.name.text)"] = SyntaxPrinter.text(
      of: Statement(.createMeasure(measure)))
    let others = try definitions().measures
    let expanded = try measure.expression.replaced { node throws(QueryError) in
      guard case .column(let name) = node.kind, name.parts.count == 1 else { return nil }
      if let other = others.first(where: { $0.name == name.name && $0.table == measure.table }),
        other.name != measure.name, all[name.name.key] == nil || other.expression.hasAggregate
      {
        let inner = MeasureInPlace(measure: other, qualifier: place.qualifier)
        return try expression(of: inner, all, depth: depth + 1, at: range)
      }
      return Expression(
        .column(QualifiedName(place.qualifier + [name.name], range: range)), range: range)
    }
    guard !measure.isStoredColumn else { return .onlyValue(of: expanded, measure) }
    guard case .semiAdditive(let column) = measure.additivity else { return expanded }
    let over = Expression(.column(QualifiedName(place.qualifier + [column], range: range)))
    return .unlessSpread(over, expanded, measure)
  }

  /// Refuses `SUM(measure)`.
  func refuse(
    _ aggregate: String, of place: MeasureInPlace, at range: SourceRange
  ) -> QueryError {
    let name = place.measure.name.text
    if place.measure.addsUp {
      return QueryError(
        .type, "\"\(name)\" is a measure, and aggregated already", help: "write \(name) alone",
        at: range)
    }
    let isTail = place.measure.expression.isTailMeasure
    return QueryError(
      .type, "\"\(name)\" does not add up, so \(aggregate)(\(name)) has no meaning",
      help: "write \(name) alone: it is computed anew for each group and total"
        + (isTail ? "; component(\(name)) gives parts that add up" : ""), at: range)
  }
}

extension CreateMeasure {
  /// A column of the table that holds finished numbers, such as a ratio.
  package var isStoredColumn: Bool { if case .column = expression.kind { true } else { false } }

  /// Whether the sum over groups is the number of the groups together.
  package var addsUp: Bool {
    switch additivity {
    case .additive: true
    case .nonAdditive, .semiAdditive: false
    case nil: expression.addsUp
    }
  }

  /// As SHOW MEASURES says it.
  package var additivityName: String {
    if case .semiAdditive(let column) = additivity { return "semi additive over \(column.text)" }
    return addsUp ? "additive" : "non additive"
  }
}

extension Expression {
  /// Sums and counts, their sums and differences, and their multiples.
  package var addsUp: Bool {
    switch kind {
    case .call(let call):
      guard !call.isDistinct, call.over == nil else { return false }
      switch Aggregates.named(call.name.name.key) {
      case .sum, .count, .countStar, .vectorSum: return true
      default: return false
      }
    case .binary(let left, .add, let right), .binary(let left, .subtract, let right):
      return left.addsUp && right.addsUp
    case .binary(let left, .multiply, let right):
      return left.addsUp && right.isNumber || left.isNumber && right.addsUp
    case .binary(let left, .divide, let right): return left.addsUp && right.isNumber
    case .unary(_, let operand): return operand.addsUp
    default: return false
    }
  }

  private var isNumber: Bool {
    switch kind {
    case .literal(.number): true
    case .unary(_, let operand): operand.isNumber
    default: false
    }
  }

  /// `var(…)` or `es(…)`, as written or as functions of vectors.
  var isTailMeasure: Bool {
    guard case .call(let call) = kind else { return false }
    return ["var", "es", "vector_var", "vector_es"].contains(call.name.name.key)
  }

  /// The one value of a stored number in the group; several are an error.
  fileprivate static func onlyValue(of column: Expression, _ measure: CreateMeasure) -> Expression {
    unlessSpread(
      column, call("min", [column]),
      "measure \(measure.name.text) does not add up, and a group has several values of it; "
        + "group by what tells them apart, or filter to one")
  }

  /// The measure, but an error where the group has several values of a column it does not add up over.
  fileprivate static func unlessSpread(
    _ column: Expression, _ value: Expression, _ measure: CreateMeasure
  ) -> Expression {
    let name: String
    if case .column(let column) = column.kind { name = column.name.text } else { name = "it" }
    return unlessSpread(
      column, value,
      "measure \(measure.name.text) does not add up over \(name); group by it, or pick one value, "
        + "for a business date with AS OF")
  }

  /// `value`, computed only where the group has one value of the column. The inner CASE keeps the
  /// error from groups that have one.
  private static func unlessSpread(
    _ column: Expression, _ value: Expression, _ message: String
  ) -> Expression {
    let (least, most) = (call("min", [column]), call("max", [column]))
    func text(_ text: String) -> Expression { Expression(.literal(.string(text))) }
    let string = TypeName(.string)
    var words = text(message + ": ")
    for part in [
      Expression(.cast(CastExpression(value: least, type: string))), text(" to "),
      Expression(.cast(CastExpression(value: most, type: string))),
    ] { words = Expression(.binary(words, .concatenate, part)) }
    let raise = Expression(.isNull(call("error", [words]), negated: false))
    let check = CaseExpression(
      branches: [
        .init(condition: Expression(.isDistinct(least, most, negated: false)), result: raise)
      ], otherwise: Expression(.literal(.boolean(true))))
    return Expression(
      .caseWhen(
        CaseExpression(branches: [
          .init(condition: Expression(.caseWhen(check)), result: value)
        ])))
  }
}
