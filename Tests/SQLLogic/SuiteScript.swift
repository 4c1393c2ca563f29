/// A sqllogictest file as a tree: commands, and loops around them.
///
/// Reads SQLite's dialect and DuckDB's extensions of it.
package indirect enum SuiteNode: Sendable {
  case statement(StatementRecord)
  case query(QueryRecord)
  /// A word with its arguments: `require parquet`, `mode skip`, `halt`.
  case control(line: Int, words: [String], conditions: [SuiteCondition])
  /// The body once for each binding of the variables.
  case loop(line: Int, variables: [String], values: [[String]], body: [SuiteNode])
}

/// `skipif x` or `onlyif x` in front of a record.
package struct SuiteCondition: Sendable {
  package var isOnly: Bool
  package var text: String
}

/// `statement ok` and its kin.
package struct StatementRecord: Sendable {
  package enum Expectation: Sendable { case success, failure, either }
  package var line: Int
  package var expectation: Expectation
  package var connection: String
  package var sql: String
  package var conditions: [SuiteCondition]
}

/// `query TYPES [SORT] [LABEL]`.
package struct QueryRecord: Sendable {
  package enum Order: Sendable { case asGiven, rows, values }
  package var line: Int
  package var types: String
  package var order: Order
  package var label: String?
  package var connection: String
  package var sql: String
  /// The lines under `----`; nil when there is no such line.
  package var expected: [String]?
  package var conditions: [SuiteCondition]
}

/// Reads a sqllogictest file.
package struct SuiteScript {
  private let lines: [Substring]
  private var index = 0

  /// The file's records in order.
  package static func nodes(of text: String) -> [SuiteNode] {
    var script = SuiteScript(text)
    return script.body()
  }

  private init(_ text: String) {
    lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
  }

  private mutating func body() -> [SuiteNode] {
    var nodes: [SuiteNode] = []
    var conditions: [SuiteCondition] = []
    while index < lines.count {
      let words = lines[index].split { $0 == " " || $0 == "\t" }.map(String.init)
      let line = index + 1
      index += 1
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      switch first {
      case "skipif", "onlyif":
        conditions.append(
          SuiteCondition(
            isOnly: first == "onlyif",
            text: words.dropFirst().prefix { !$0.hasPrefix("#") }.joined(separator: " ")))
        continue
      case "statement": nodes.append(statement(words, line, conditions))
      case "query": nodes.append(query(words, line, conditions))
      case "loop", "concurrentloop":
        let low = words.count > 3 ? Int(words[2]) ?? 0 : 0
        let high = words.count > 3 ? Int(words[3]) ?? 0 : 0
        let values = low < high ? (low..<high).map { [String($0)] } : []
        nodes.append(
          .loop(
            line: line, variables: [words.count > 1 ? words[1] : "i"], values: values, body: body())
        )
      case "foreach", "concurrentforeach": nodes.append(forEach(words, line))
      case "endloop": return nodes
      default: nodes.append(.control(line: line, words: words, conditions: conditions))
      }
      conditions = []
    }
    return nodes
  }

  private mutating func forEach(_ words: [String], _ line: Int) -> SuiteNode {
    let variables = words.count > 1 ? words[1].split(separator: ",").map(String.init) : []
    let values = TypeGroups.expanded(Array(words.dropFirst(2))).map { value in
      variables.count == 1 ? [value] : value.split(separator: ",").map(String.init)
    }
    return .loop(line: line, variables: variables, values: values, body: body())
  }

  /// The lines up to an empty one, a comment or `----`.
  private mutating func text() -> String {
    let start = index
    while index < lines.count, !lines[index].isEmpty, lines[index] != "----",
      !lines[index].hasPrefix("# ")
    { index += 1 }
    return lines[start..<index].joined(separator: "\n")
  }

  /// The lines under `----`, when it comes next.
  private mutating func answer() -> [String]? {
    guard index < lines.count, lines[index] == "----" else { return nil }
    let start = index + 1
    index = start
    while index < lines.count, !lines[index].isEmpty { index += 1 }
    return lines[start..<index].map(String.init)
  }

  private mutating func statement(
    _ words: [String], _ line: Int, _ conditions: [SuiteCondition]
  ) -> SuiteNode {
    let expectation: StatementRecord.Expectation =
      switch words.count > 1 ? words[1] : "" {
      case "ok": .success
      case "error": .failure
      default: .either
      }
    let sql = text()
    _ = answer()
    return .statement(
      StatementRecord(
        line: line, expectation: expectation, connection: words.count > 2 ? words[2] : "",
        sql: sql, conditions: conditions))
  }

  private mutating func query(
    _ words: [String], _ line: Int, _ conditions: [SuiteCondition]
  ) -> SuiteNode {
    var order = QueryRecord.Order.asGiven
    var connection = ""
    var label: String?
    for word in words.dropFirst(2) {
      switch word {
      case "nosort": order = .asGiven
      case "rowsort", "sort": order = .rows
      case "valuesort": order = .values
      default:
        let isConnection = word.hasPrefix("con") && word.dropFirst(3).allSatisfy(\.isNumber)
        if isConnection { connection = word } else { label = word }
      }
    }
    let sql = text()
    return .query(
      QueryRecord(
        line: line, types: words.count > 1 ? words[1] : "", order: order, label: label,
        connection: connection, sql: sql, expected: answer(), conditions: conditions))
  }
}

/// DuckDB's names for groups of types in `foreach`.
enum TypeGroups {
  private static let signed = ["tinyint", "smallint", "integer", "bigint", "hugeint"]
  private static let unsigned = ["utinyint", "usmallint", "uinteger", "ubigint", "uhugeint"]

  static func expanded(_ words: [String]) -> [String] {
    var result: [String] = []
    for word in words {
      switch word.lowercased() {
      case "<signed>": result += signed
      case "<unsigned>": result += unsigned
      case "<integral>": result += signed + unsigned
      case "<numeric>": result += signed + unsigned + ["float", "double"]
      case "<alltypes>":
        result += signed + unsigned + ["float", "double", "bool", "interval", "varchar", "json"]
      case "<all_types_columns>": result += ["<all_types_columns>"]
      default:
        if word.hasPrefix("!") {
          result.removeAll { $0 == word.dropFirst() }
        } else if word.count > 1, word.hasPrefix("\""), word.hasSuffix("\"") {
          result.append(String(word.dropFirst().dropLast()))
        } else {
          result.append(word)
        }
      }
    }
    return result
  }
}
