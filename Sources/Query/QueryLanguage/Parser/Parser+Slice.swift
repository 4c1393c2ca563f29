extension Parser {
  /// Whether a slice clause begins at a token; its words are free as names otherwise.
  func startsSlice(at position: Int) -> Bool {
    let next = tokens[min(position + 1, tokens.count - 1)]
    switch tokens[position].keyword {
    case "COMPARE":
      let points = ["T", "DATE", "VERSION", "TAG", "SNAPSHOT", "RUN", "TIMESTAMP", "REPORTED"]
      return points.contains(next.keyword) || next.isSymbol(.colon) || next.kind == .string
    case "TOP":
      return next.kind == .number(.integer) || next.isSymbol(.colon)
    case "ACROSS":
      return next.isName && !Keywords.isReserved(next)
        && !Keywords.notBareAliases.contains(next.keyword)
    default:
      return false
    }
  }

  func slices() throws(Diagnostic) -> [Slice] {
    var slices: [Slice] = []
    while startsSlice(at: index) {
      let start = index
      let kind: Slice.Kind
      if accept("COMPARE") {
        kind = .compare(try compare())
      } else if accept("TOP") {
        kind = .top(try top())
      } else {
        advance()
        kind = .across(try across())
      }
      slices.append(Slice(kind: kind, range: range(from: start)))
    }
    return slices
  }

  private func compare() throws(Diagnostic) -> CompareSlice {
    let start = index
    let kind: KnowledgePoint.Kind
    if accept("VERSION") {
      kind = .version(try numberOperand("a version number"))
    } else if accept("REPORTED") {
      kind = .reported
    } else if ["TAG", "SNAPSHOT", "RUN", "TIMESTAMP"].contains(token.keyword) {
      kind = try namedPoint("a point in time")
    } else {
      return .businessDate(try businessDatePoint())
    }
    return .knowledge(KnowledgePoint(kind, range: range(from: start)))
  }

  private func top() throws(Diagnostic) -> TopSlice {
    let count = try numberOperand("a number of rows")
    try expect("BY")
    var top = TopSlice(
      count: count, measure: try expression(), direction: .descending, per: [], withOthers: false,
      withTotal: false)
    if accept("ASC") { top.direction = .ascending } else { _ = accept("DESC") }
    if accept("PER") { top.per = try list { () throws(Diagnostic) in try expression() } }
    while accept("WITH") {
      if accept("OTHERS") {
        top.withOthers = true
      } else if accept("TOTAL") || accept("TOTALS") {
        top.withTotal = true
      } else {
        throw unexpected("OTHERS or TOTAL after WITH")
      }
    }
    return top
  }

  private func across() throws(Diagnostic) -> AcrossSlice {
    let dimensions = try list { () throws(Diagnostic) in try expression() }
    var withTotals = false
    if accept("WITH") {
      guard accept("TOTALS") || accept("TOTAL") else { throw unexpected("TOTALS after WITH") }
      withTotals = true
    }
    return AcrossSlice(dimensions: dimensions, withTotals: withTotals)
  }
}
