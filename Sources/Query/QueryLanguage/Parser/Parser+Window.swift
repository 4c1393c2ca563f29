extension Parser {
  /// After `OVER`.
  func windowReference() throws(Diagnostic) -> WindowReference {
    if isSymbol(.leftParenthesis) { return .specification(try windowSpecification()) }
    return .named(try identifier("a window: \"(\" or the name of one"))
  }

  func windowSpecification() throws(Diagnostic) -> WindowSpecification {
    let opening = token
    try expect(.leftParenthesis)
    var window = WindowSpecification()
    if token.isName, !startsWindowClause {
      bareAlias = index
      window.base = try identifier("the name of a window")
    }
    if accept("PARTITION") {
      try expect("BY")
      window.partitionBy = try list { () throws(Diagnostic) in try expression() }
    }
    if accept("ORDER") {
      try expect("BY")
      window.orderBy = try list { () throws(Diagnostic) in try orderItem() }
    }
    if isWord("ROWS") || isWord("RANGE") || isWord("GROUPS") { window.frame = try frame() }
    try close(opening)
    return window
  }

  private var startsWindowClause: Bool {
    isWord("PARTITION") || isWord("ORDER") || isWord("ROWS") || isWord("RANGE")
      || isWord("GROUPS")
  }

  private func frame() throws(Diagnostic) -> WindowFrame {
    let start = index
    let unit = WindowFrame.Unit(rawValue: advance().keyword) ?? .rows
    let first: WindowFrame.Bound
    var last = WindowFrame.Bound.currentRow
    if accept("BETWEEN") {
      first = try bound()
      try expect("AND")
      last = try bound()
    } else {
      first = try bound()
    }
    let bounds = range(from: start)
    if let fault = Parser.fault(from: first, to: last) {
      throw Diagnostic(fault, at: bounds, help: "the first bound must not lie behind the second")
    }
    var frame = WindowFrame(unit: unit, start: first, end: last)
    if accept("EXCLUDE") { frame.exclusion = try exclusion() }
    frame.range = range(from: start)
    return frame
  }

  private static func fault(
    from first: WindowFrame.Bound, to last: WindowFrame.Bound
  ) -> String? {
    func rank(_ bound: WindowFrame.Bound) -> Int {
      switch bound {
      case .unboundedPreceding: 0
      case .preceding: 1
      case .currentRow: 2
      case .following: 3
      case .unboundedFollowing: 4
      }
    }
    if case .unboundedFollowing = first { return "a frame cannot start at UNBOUNDED FOLLOWING" }
    if case .unboundedPreceding = last { return "a frame cannot end at UNBOUNDED PRECEDING" }
    return rank(first) > rank(last) ? "this frame ends before it starts" : nil
  }

  private func bound() throws(Diagnostic) -> WindowFrame.Bound {
    if accept("CURRENT", "ROW") { return .currentRow }
    if accept("UNBOUNDED") {
      if accept("PRECEDING") { return .unboundedPreceding }
      try expect("FOLLOWING")
      return .unboundedFollowing
    }
    let offset = try expression(.otherOperator)
    if accept("PRECEDING") { return .preceding(offset) }
    guard accept("FOLLOWING") else { throw unexpected("PRECEDING or FOLLOWING") }
    return .following(offset)
  }

  private func exclusion() throws(Diagnostic) -> WindowFrame.Exclusion {
    if accept("NO", "OTHERS") { return .noOthers }
    if accept("CURRENT", "ROW") { return .currentRow }
    if accept("GROUP") { return .group }
    if accept("TIES") { return .ties }
    throw unexpected("NO OTHERS, CURRENT ROW, GROUP or TIES")
  }
}
