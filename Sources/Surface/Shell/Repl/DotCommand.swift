import QueryLanguage

/// The shell's own commands: a dot and a word, or what psql calls them.
enum DotCommand: String, CaseIterable {
  case help, tables, schema, mode, read, print, timer, rows, asof, knownat, set, quit, exit
  case expand, units, bars, last, once, output, excel, watch, edit, copy
  case hierarchy, slice, down, up, across, compare, movers, why, back, whatif

  /// The part of the help that a command belongs to.
  enum Topic: String, CaseIterable {
    case look = "looking around"
    case results = "results"
    case drill = "drilling, from the last grouped query on"
    case session = "the session"
  }

  /// What may stand behind the command, for completion.
  enum Argument {
    case table, file, tag, command
    case words([String])
  }

  var topic: Topic {
    switch self {
    case .tables, .schema: .look
    case .mode, .expand, .units, .bars, .rows, .timer, .last, .once, .output, .excel, .copy:
      .results
    case .hierarchy, .slice, .down, .up, .across, .compare, .movers, .why, .back, .whatif: .drill
    case .help, .read, .print, .asof, .knownat, .set, .watch, .edit, .quit, .exit: .session
    }
  }

  var completion: Argument? {
    switch self {
    case .schema, .copy: .table
    case .read, .once, .output, .excel: .file
    case .knownat: .tag
    case .help: .command
    case .mode: .words(["table", "csv", "tsv", "json", "ndjson", "markdown", "html"])
    case .timer, .bars, .expand: .words(["on", "off"])
    case .units: .words(["k", "m", "bn", "off"])
    case .compare: .words(["T-1", "TAG", "SNAPSHOT", "lake", "off"])
    case .whatif: .words(["merge", "drop", "off"])
    case .rows: .words(["all"])
    default: nil
    }
  }

  var arguments: String {
    switch self {
    case .tables, .quit, .exit, .last, .up, .back: ""
    case .help: "[COMMAND]"
    case .schema: "[TABLE]"
    case .mode: "[FORMAT]"
    case .read: "FILE"
    case .print: "TEXT"
    case .timer, .bars: "on|off"
    case .expand: "[on|off]"
    case .units: "k|m|bn|off"
    case .rows: "N|all"
    case .asof: "DATE|off"
    case .knownat: "POINT|off"
    case .set: "[NAME=VALUE]"
    case .once, .output: "[FILE | \"|COMMAND\"]"
    case .excel: "[FILE]"
    case .watch: "[SECONDS [TIMES]]"
    case .edit: "[FILE]"
    case .copy: "TABLE|(QUERY) to FILE"
    case .hierarchy: "[A > B > C]"
    case .slice: "[COLUMN=VALUE]"
    case .down: "[VALUE] [by COLUMN]"
    case .across: "COLUMN|off"
    case .compare: "T-1|lake|off"
    case .whatif: "[NAME|merge|drop|off]"
    case .movers: "[N]"
    case .why: "ROW"
    }
  }

  var summary: String {
    switch self {
    case .help: "this list, or one command with an example"
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
    case .expand: "each row as a list of its columns"
    case .units: "show amounts in thousands, millions or billions"
    case .bars: "a bar beside each amount, and lists as small curves"
    case .last: "the last result again with all rows and columns, in the pager"
    case .once: "the next result goes to a file or a command"
    case .output: "all results go to a file or a command; alone: back to the screen"
    case .excel: "the next result as a workbook, or as .csv that is safe against formulas"
    case .watch: "run the last statement again and again; Ctrl-C ends it"
    case .edit: "the last statement, or a file, in $EDITOR; then run it"
    case .copy: "write a table or a query to a file"
    case .hierarchy: "the levels that .down goes through; alone: show them"
    case .slice: "keep only the rows where a column has a value; alone: show the slice"
    case .down: "into one value of the last column, by the next level"
    case .up: "out of the last .down"
    case .across: "the values of a column as columns, with totals"
    case .compare: "beside another business date, tag, snapshot, or the lake of a what-if"
    case .movers: "the N groups that moved most (10), against T-1 or what .compare says"
    case .why: "the rows of the tables behind a row of the last result"
    case .back: "undo the last step"
    case .whatif: "change the book on a branch of the lake; merge, drop or leave it"
    }
  }

  var example: String? {
    switch self {
    case .mode: ".mode markdown"
    case .schema: ".schema silver.positions"
    case .read: ".read queries/morning.sql"
    case .asof: ".asof 2025-06-23"
    case .knownat: ".knownat tag:eod-2025-06-23"
    case .set: ".set desk=FX_LDN    then    SELECT … WHERE desk = :desk;"
    case .units: ".units m"
    case .once: ".once movers.csv    or    .once \"|sort -u\"    or    SELECT …; > movers.csv"
    case .output: ".output morning.txt"
    case .excel: ".excel book.xlsx"
    case .watch: ".watch 5"
    case .copy: ".copy (SELECT desk, book FROM silver.positions) to books.parquet"
    case .hierarchy: ".hierarchy legal_entity > desk > book > trade_id"
    case .slice: ".slice legal_entity=LE_UK"
    case .down: ".down FX    or    .down FX by counterparty"
    case .across: ".across currency"
    case .compare: ".compare T-1    or    .compare TAG 'eod'"
    case .movers: ".movers 10"
    case .why: ".why 3"
    case .whatif:
      ".whatif fx-shock    then    UPDATE …;    .compare lake    .whatif merge"
    case .rows: ".rows 200"
    default: nil
    }
  }

  /// The spelling that psql's users know.
  var backslash: String? {
    switch self {
    case .help: "?"
    case .tables: "dt"
    case .schema: "d"
    case .expand: "x"
    case .timer: "timing"
    case .watch: "watch"
    case .read: "i"
    case .output: "o"
    case .copy: "copy"
    case .edit: "e"
    case .print: "echo"
    case .set: "set"
    case .quit: "q"
    default: nil
    }
  }

  static let allSpellings: [String] =
    allCases.map { "." + $0.rawValue } + allCases.compactMap { $0.backslash.map { "\\" + $0 } }

  /// The command and its argument of a line that starts with a dot or backslash; nil for an unknown name.
  static func parse(_ line: String) -> (command: DotCommand?, name: String, argument: String) {
    let body = line.dropFirst()
    var name = body.prefix { !$0.isWhitespace }
    let argument = body[name.endIndex...].drop { $0.isWhitespace }
    var end = argument.endIndex
    while end > argument.startIndex, argument[argument.index(before: end)].isWhitespace {
      end = argument.index(before: end)
    }
    var text = String(argument[argument.startIndex..<end])
    // `\d+` tells no more than `\d`, and a statement's semicolon is no part of a command.
    if line.first == "\\", name.last == "+" { name.removeLast() }
    if line.first == "\\", text.last == ";" { text.removeLast() }
    let lower = name.lowercased()
    var command = DotCommand(rawValue: lower)
    if line.first == "\\" || command == nil {
      command = allCases.first { $0.backslash == String(name) } ?? command
    }
    if line.first == "\\", command == .schema, text.isEmpty { command = .tables }
    return (command, String(name), text)
  }

  static func nearest(to name: String) -> String? {
    Suggestion.nearest(to: name, among: allCases.map(\.rawValue))
  }

  /// - Parameter width: Of the terminal; what a command does goes on below itself.
  static func help(_ name: String = "", width: Int = 100) -> String {
    if !name.isEmpty,
      let command = parse(name.first == "." || name.first == "\\" ? name : "." + name).command
    {
      var text = ".\(command.rawValue) \(command.arguments)\n  \(command.summary)\n"
      if let backslash = command.backslash { text += "  also: \\\(backslash)\n" }
      if let example = command.example { text += "  example: \(example)\n" }
      return text
    }
    var text = "Statements end with a semicolon and may take several lines.\n"
    for topic in Topic.allCases {
      text += "\n\(topic.rawValue):\n"
      for command in allCases where command != .exit && command.topic == topic {
        let usage = ".\(command.rawValue) \(command.arguments)"
        let psql = command.backslash.map { "\\" + $0 } ?? ""
        var line = "  " + usage + String(repeating: " ", count: max(1, 31 - usage.count))
        line += psql + String(repeating: " ", count: max(1, 9 - psql.count))
        let indent = line.count
        for word in command.summary.split(separator: " ") {
          if line.count + word.count >= width, line.count > indent {
            text += line + "\n"
            line = String(repeating: " ", count: indent)
          }
          line += (line.count == indent ? "" : " ") + word
        }
        text += line + "\n"
      }
    }
    return text + """

      Behind a statement:  SELECT …; | COMMAND    and    SELECT …; > FILE.csv
      Keys: Tab completes, Ctrl-R searches history, Ctrl-X Ctrl-E opens $EDITOR,
      Alt-Enter breaks the line, Ctrl-_ undoes, Ctrl-C drops what is typed or stops
      what runs.
      for example:
        .asof 2025-06-23
        SELECT desk, SUM(market_value) AS value
          FROM silver.positions AS OF T GROUP BY desk;
        .down FX_LDN by book

      """
  }
}
