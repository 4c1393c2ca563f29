extension SyntaxPrinter {
  mutating func write(_ call: FunctionCall) {
    write(call.name)
    text += "("
    if call.isDistinct { text += "DISTINCT " }
    if call.isStar { text += "*" }
    list(call.arguments) { $0.write($1) }
    if !call.orderBy.isEmpty {
      text += " ORDER BY "
      list(call.orderBy) { $0.write($1) }
    }
    text += ")"
    if !call.withinGroup.isEmpty {
      text += " WITHIN GROUP (ORDER BY "
      list(call.withinGroup) { $0.write($1) }
      text += ")"
    }
    if let filter = call.filter {
      text += " FILTER (WHERE "
      write(filter)
      text += ")"
    }
    switch call.nulls {
    case .ignore: text += " IGNORE NULLS"
    case .respect: text += " RESPECT NULLS"
    case nil: break
    }
    switch call.over {
    case .named(let name):
      text += " OVER "
      write(name)
    case .specification(let window):
      text += " OVER "
      write(window)
    case nil: break
    }
  }

  private mutating func write(_ argument: Argument) {
    if let name = argument.name {
      write(name)
      text += " => "
    }
    switch argument.value {
    case .expression(let expression): write(expression)
    case .table(let table):
      text += "TABLE "
      operand(table)
    case .lambda(let lambda): write(lambda)
    }
  }

  private mutating func write(_ lambda: Lambda) {
    if lambda.parameters.count == 1 {
      write(lambda.parameters[0])
    } else {
      names(lambda.parameters)
    }
    text += " -> "
    write(lambda.body)
  }

  mutating func write(_ item: OrderItem) {
    write(item.expression)
    write(item.direction, item.nulls)
  }

  mutating func write(_ direction: SortDirection, _ nulls: NullsOrder?) {
    if direction == .descending { text += " DESC" }
    switch nulls {
    case .first: text += " NULLS FIRST"
    case .last: text += " NULLS LAST"
    case nil: break
    }
  }

  mutating func write(_ window: WindowSpecification) {
    var parts: [String] = []
    if let base = window.base { parts.append(SyntaxPrinter.text(of: base)) }
    if !window.partitionBy.isEmpty {
      var part = SyntaxPrinter()
      part.write("PARTITION BY ")
      part.expressions(window.partitionBy)
      parts.append(part.text)
    }
    if !window.orderBy.isEmpty {
      var part = SyntaxPrinter()
      part.write("ORDER BY ")
      part.list(window.orderBy) { $0.write($1) }
      parts.append(part.text)
    }
    if let frame = window.frame {
      var part = SyntaxPrinter()
      part.write(frame)
      parts.append(part.text)
    }
    text += "(" + parts.joined(separator: " ") + ")"
  }

  private mutating func write(_ frame: WindowFrame) {
    text += frame.unit.rawValue + " BETWEEN "
    write(frame.start)
    text += " AND "
    write(frame.end)
    if frame.exclusion != .noOthers { text += " EXCLUDE " + frame.exclusion.rawValue }
  }

  private mutating func write(_ bound: WindowFrame.Bound) {
    switch bound {
    case .unboundedPreceding: text += "UNBOUNDED PRECEDING"
    case .preceding(let offset):
      write(offset, .otherOperator)
      text += " PRECEDING"
    case .currentRow: text += "CURRENT ROW"
    case .following(let offset):
      write(offset, .otherOperator)
      text += " FOLLOWING"
    case .unboundedFollowing: text += "UNBOUNDED FOLLOWING"
    }
  }
}
