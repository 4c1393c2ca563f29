import QueryLanguage

/// The shell's own commands, beginning with a dot.
enum DotCommand: String, CaseIterable {
  case help, tables, schema, mode, read, print, timer, rows, asof, knownat, set, quit, exit

  var arguments: String {
    switch self {
    case .help, .tables, .quit, .exit: ""
    case .schema: "[TABLE]"
    case .mode: "[FORMAT]"
    case .read: "FILE"
    case .print: "TEXT"
    case .timer: "on|off"
    case .rows: "N|all"
    case .asof: "DATE|off"
    case .knownat: "POINT|off"
    case .set: "[NAME=VALUE]"
    }
  }

  var summary: String {
    switch self {
    case .help: "this list"
    case .tables: "the tables and views of the lake"
    case .schema: "the columns of a table, or of all"
    case .mode: "how results look: table, csv, json, markdown …"
    case .read: "run the statements of a file"
    case .print: "print words"
    case .timer: "whether the footer tells the time"
    case .rows: "how many rows of a long table are shown"
    case .asof: "the business date T of the statements that follow"
    case .knownat: "what was known then: a timestamp, tag:NAME, snapshot:N, run:N"
    case .set: "the value of :NAME in statements; alone: all values"
    case .quit, .exit: "leave; so does Ctrl-D"
    }
  }

  /// The command and its argument of a line that starts with a dot; nil for an unknown name.
  static func parse(_ line: String) -> (command: DotCommand?, name: String, argument: String) {
    let body = line.dropFirst()
    let name = body.prefix { !$0.isWhitespace }
    let argument = body[name.endIndex...].drop { $0.isWhitespace }
    var end = argument.endIndex
    while end > argument.startIndex, argument[argument.index(before: end)].isWhitespace {
      end = argument.index(before: end)
    }
    return (
      DotCommand(rawValue: name.lowercased()), String(name),
      String(argument[argument.startIndex..<end])
    )
  }

  static func nearest(to name: String) -> String? {
    Suggestion.nearest(to: name, among: allCases.map(\.rawValue))
  }

  static func help() -> String {
    var text = "Statements end with a semicolon and may take several lines.\n"
    for command in allCases where command != .exit {
      let usage = ".\(command.rawValue) \(command.arguments)"
      text += usage + String(repeating: " ", count: max(1, 21 - usage.count))
      text += command.summary + "\n"
    }
    return text + """
      for example:
        .asof 2025-06-23
        SELECT desk, SUM(market_value) FROM silver.positions AS OF T GROUP BY desk;

      """
  }
}
