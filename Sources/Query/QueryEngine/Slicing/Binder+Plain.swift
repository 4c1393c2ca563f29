import QueryLanguage

// Measures, tail functions and names of hierarchies, written with plain aggregates and columns.

extension Binder {
  /// A SELECT without measures, `var`, `es`, `component`, `incremental` and bare hierarchies; members
  /// of hierarchies (`org.entity`) stay.
  ///
  /// - Returns: also the names of output columns that must not be summed again, with the measure.
  func plain(
    _ select: Select, orderBy: OrderBy? = nil
  ) throws(QueryError) -> (select: Select, orderBy: OrderBy?, marks: [String: String]) {
    var keys: [Expression] = []
    _ = try orderBy?.mapped { key throws(QueryError) in
      keys.append(key)
      return key
    }
    let mentioned = Mentions(select.expressions + keys)
    guard mentioned.mayNeedRewriting else { return (select, orderBy, [:]) }
    let readsLake = select.from.map { readsTables($0) } ?? false
    let known = mentioned.names.isEmpty || !readsLake ? .none : try definitions()
    let measures =
      known.measures.isEmpty ? [:] : try measures(of: select, mentioned: mentioned.names)
    let hierarchies = try bareHierarchies(of: select, mentioned.names, known)
    guard !measures.isEmpty || !hierarchies.isEmpty || mentioned.hasTail else {
      return (select, orderBy, [:])
    }
    if let filter = select.filter { try refuse(measures, in: filter, clause: "WHERE") }
    var result = try listed(hierarchies, in: select)
    if case .elements(let elements)? = result.groupBy {
      for element in elements {
        _ = try element.mapped { key throws(QueryError) in
          try refuse(measures, in: key, clause: "GROUP BY")
          return key
        }
      }
    }
    var marks: [String: String] = [:]
    for index in result.items.indices {
      let item = result.items[index]
      if case .column(let name) = item.expression.kind, let place = measures[name.name.key],
        name.parts.count == 1
      {
        result.items[index].alias = item.alias ?? Identifier.exact(place.measure.name.text)
        if !place.measure.addsUp {
          marks[(item.alias ?? name.name).key] = place.measure.name.text
        }
      } else if item.expression.isTailMeasure {
        let printed = SyntaxPrinter.text(of: item.expression)
        if item.alias == nil { result.items[index].alias = Identifier(printed, isQuoted: true) }
        marks[item.alias?.key ?? printed] = item.alias?.text ?? printed
      } else if item.expression.isContribution, item.alias == nil {
        let printed = SyntaxPrinter.text(of: item.expression)
        result.items[index].alias = Identifier(printed, isQuoted: true)
      }
    }
    let source = result
    let change = { (expression: Expression) throws(QueryError) -> Expression in
      try self.plain(expression, measures, in: source)
    }
    result = try result.mapped(change)
    return (result, try orderBy?.mapped(change), marks)
  }

  /// Whether a reference names a table of the lake, also inside: only then there are definitions.
  func readsTables(_ reference: TableReference, depth: Int = 0) -> Bool {
    switch reference.kind {
    case .table(let name):
      guard depth < 20, name.parts.count == 1,
        let table = commonTables.last(where: { $0.expression.name == name.name })
      else { return depth < 20 }
      return !table.isRecursive && readsTables(table.expression.query, depth: depth + 1)
    case .join(let join): return readsTables(join.left, depth: depth) || readsTables(join.right)
    case .query(let query, _): return readsTables(query, depth: depth + 1)
    case .file, .function, .pivot, .unpivot: return false
    }
  }

  private func readsTables(_ query: Query, depth: Int) -> Bool {
    switch query.body {
    case .select(let select): select.from.map { readsTables($0, depth: depth) } ?? false
    case .query(let inner): readsTables(inner, depth: depth)
    default: false
    }
  }

  private func plain(
    _ expression: Expression, _ measures: [String: MeasureInPlace], in select: Select
  ) throws(QueryError) -> Expression {
    try expression.replaced { node throws(QueryError) in
      switch node.kind {
      case .column(let name):
        guard name.parts.count == 1, let place = measures[name.name.key] else { return nil }
        let aggregate = try self.expression(of: place, measures, at: name.range)
        return try self.plain(aggregate, [:], in: select)
      case .call(let call):
        if Aggregates.isAggregate(call.name.name.key), call.over == nil || call.name.isSum {
          for argument in call.arguments.compactMap(\.expression) {
            for name in argument.columnNames where name.parts.count == 1 {
              guard let place = measures[name.name.key], call.over == nil || !place.measure.addsUp
              else { continue }
              throw self.refuse(call.name.name.text, of: place, at: node.range)
            }
          }
        }
        let inner = { (expression: Expression) throws(QueryError) -> Expression in
          try self.plain(expression, measures, in: select)
        }
        if let part = try self.contribution(call, in: select, at: node.range, inner) {
          return part
        }
        guard let tail = try self.tail(call, at: node.range) else { return nil }
        return try self.plain(tail, measures, in: select)
      default: return nil
      }
    }
  }

  private func refuse(
    _ measures: [String: MeasureInPlace], in expression: Expression, clause: String
  ) throws(QueryError) {
    for name in expression.columnNames where name.parts.count == 1 {
      guard let place = measures[name.name.key] else { continue }
      throw QueryError(
        .type, "\(clause) cannot have the measure \"\(place.measure.name.text)\"",
        help: clause == "WHERE" ? "conditions on measures go into HAVING" : nil, at: name.range)
    }
  }
}

extension QualifiedName {
  fileprivate var isSum: Bool { name.key == "sum" }
}

extension Expression {
  fileprivate var isContribution: Bool {
    guard case .call(let call) = kind else { return false }
    return ["component", "incremental"].contains(call.name.name.key)
  }
}

/// Names and calls that expressions mention: whether definitions must be looked at, at all.
struct Mentions {
  private(set) var names: Set<String> = []
  private(set) var qualifiers: Set<String> = []
  private(set) var hasTail = false
  private static let tails: Set<String> = ["var", "es", "component", "incremental"]

  init(_ expressions: [Expression]) {
    for expression in expressions { note(expression) }
  }

  private mutating func note(_ expression: Expression) {
    var found: [Expression] = []
    _ = expression.rewritten { node in
      found.append(node)
      return nil
    }
    for node in found {
      switch node.kind {
      case .column(let name):
        if name.parts.count == 1 { names.insert(name.name.key) }
        if name.parts.count == 2 { qualifiers.insert(name.parts[0].key) }
      case .call(let call):
        if Mentions.tails.contains(call.name.name.key) { hasTail = true }
        if call.name.name.key == "under", let first = call.arguments.first?.expression,
          case .column(let name) = first.kind
        {
          qualifiers.insert(name.name.key)
        }
        if case .specification(let window)? = call.over {
          for inner in window.partitionBy + window.orderBy.map(\.expression) { note(inner) }
        }
      default: break
      }
    }
  }

  var mayNeedRewriting: Bool { hasTail || !names.isEmpty }
}
