import QueryLanguage

/// A grouped query that is sliced, drilled and compared step by step; it writes its own SQL.
struct DrillState: Equatable {
  /// The FROM clause with its pins in time.
  var from: String
  /// The table's name when FROM is one table, for the types of its columns.
  var table: String?
  var filters: [String]
  var dimensions: [String]
  /// As in the select list, and the name of each.
  var measures: [(text: String, name: String)]
  var compare: String?
  var across: String?
  var movers: Int?
  /// What `.down` and `.slice` chose, for the prompt.
  var crumbs: [String] = []

  static func == (left: DrillState, right: DrillState) -> Bool {
    left.sql == right.sql && left.crumbs == right.crumbs
  }

  /// The state that a query is in; nil when it is no grouped query of one SELECT.
  init?(_ text: String) {
    guard case .query(let query)? = (try? SyntaxParser.statement(in: text))?.kind,
      case .select(let select) = query.body, query.with == nil, query.slices.isEmpty,
      select.distinct == nil, select.having == nil, select.qualify == nil, select.windows.isEmpty,
      let from = select.from, let groupBy = select.groupBy
    else { return nil }
    self.from = SyntaxPrinter.text(of: from)
    if case .table(let name) = from.kind { table = name.dotted }
    filters = select.filter.map { [SyntaxPrinter.text(of: $0)] } ?? []
    dimensions = []
    measures = []
    var grouped: Set<String> = []
    if case .elements(let elements) = groupBy {
      for element in elements {
        guard case .expression(let expression) = element else { return nil }
        grouped.insert(SyntaxPrinter.text(of: expression).lowercased())
      }
    }
    for (index, item) in select.items.enumerated() {
      let text = SyntaxPrinter.text(of: item.expression)
      let name = item.alias.map { SyntaxPrinter.text(of: $0) }
      let isDimension: Bool
      if case .all = groupBy {
        isDimension = !text.contains("(")
      } else {
        isDimension =
          grouped.contains(text.lowercased()) || grouped.contains(String(index + 1))
          || name.map { grouped.contains($0.lowercased()) } ?? false
      }
      if isDimension {
        dimensions.append(text)
      } else {
        measures.append((text, name ?? DrillState.name(of: text, number: measures.count + 1)))
      }
    }
    if measures.isEmpty || text.isEmpty { return nil }
  }

  /// `SUM(market_value)` is called `sum_market_value`.
  private static func name(of text: String, number: Int) -> String {
    var name = ""
    for character in text.lowercased() {
      if character.isASCII, character.isLetter || character.isNumber || character == "_" {
        name.append(character)
      } else if name.last != "_", !name.isEmpty {
        name.append("_")
      }
    }
    while name.last == "_" { name.removeLast() }
    return name.isEmpty || name.first?.isNumber == true ? "measure_\(number)" : name
  }

  /// The statement, without its semicolon.
  var sql: String { clauses.joined(separator: " ") }

  /// Columns that a narrow terminal shows first: the move itself before what it is made of.
  var preferredColumns: [String] {
    guard compare != nil || movers != nil, across == nil, let first = measures.first?.name else {
      return []
    }
    let keys = dimensions.map { StatementOutline.split($0).name.unquotedName }
    return keys + ["\(first)_difference", first, "status", "\(first)_percent", "\(first)_previous"]
  }

  /// The statement in parts that may stand on lines of their own.
  var clauses: [String] {
    var grouping = dimensions
    if let across, !grouping.contains(across) { grouping.append(across) }
    let items = grouping + measures.map { "\($0.text) AS \($0.name)" }
    var parts = ["SELECT \(items.joined(separator: ", "))", "FROM \(from)"]
    if !filters.isEmpty {
      let terms = filters.count == 1 ? filters : filters.map(DrillState.term)
      parts.append("WHERE " + terms.joined(separator: " AND "))
    }
    if !grouping.isEmpty { parts.append("GROUP BY " + grouping.joined(separator: ", ")) }
    if let movers {
      let difference = measures[0].name + "_difference"
      return parts + ["COMPARE \(compare ?? "T-1")", "TOP \(movers) BY ABS(\(difference))"]
    }
    if let compare, !grouping.isEmpty { return parts + ["COMPARE \(compare)", "ORDER BY 1"] }
    if let across { return parts + ["ACROSS \(across) WITH TOTALS"] }
    return dimensions.isEmpty ? parts : parts + ["ORDER BY 1"]
  }

  /// The rows of the tables behind a group.
  func detail(_ conditions: [String], limit: Int) -> String {
    let all = (filters + conditions).map(DrillState.term)
    let filter = all.isEmpty ? "" : " WHERE " + all.joined(separator: " AND ")
    return "SELECT * FROM \(from)\(filter) LIMIT \(limit)"
  }

  /// OR binds weaker than the AND that joins filters.
  private static func term(_ text: String) -> String {
    text.uppercased().contains(" OR ") ? "(\(text))" : text
  }

  /// `column = 'value'`, with quotes unless the column is a number; `NULL` means missing.
  static func condition(_ column: String, _ value: String, isNumeric: Bool) -> String {
    if value.uppercased() == "NULL" { return "\(column) IS NULL" }
    let values = value.split(separator: ",").map { part -> String in
      let text = String(part).trimmedBlanks
      if text.first == "'" { return text }
      return isNumeric && Double(text) != nil ? text : SyntaxPrinter.literal(text)
    }
    return values.count == 1
      ? "\(column) = \(values[0])" : "\(column) IN (\(values.joined(separator: ", ")))"
  }
}

extension String {
  /// Without blanks at both ends.
  var trimmedBlanks: String {
    let start = drop { $0.isWhitespace }
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
  }
}
