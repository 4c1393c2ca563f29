import Reports

/// The help of the command and of each subcommand.
package enum HelpText {
  package static let version = "tarn 0.1.0"

  package static func overview() -> String {
    var text = """
      tarn: a lakehouse in one binary, for risk numbers that must be explained later

      usage: tarn [COMMAND] [OPTION…]
             tarn -c "SELECT …"      tarn FILE.sql      echo "SELECT 1" | tarn

      commands:

      """
    for command in Subcommand.allCases { text += line(command.rawValue, command.summary, 13) }
    text += "\noptions everywhere:\n"
    for option in CommandOption.common { text += line(option.usage, option.summary, 26) }
    text += """

      On a terminal results are box tables; into a pipe or file they are CSV with a header.
      exit codes: 0 done, 1 failed, 2 not understood, 3 a check or limit is breached, 4 stale,
                  5 integrity broken, 75 try again, 130 interrupted
      example: tarn -c "SELECT legal_entity, lcr, status FROM gold.lcr AS OF T" --lake /tmp/bank
      tarn COMMAND --help tells more about one; tarn help bash, zsh, fish or man prints what
      completes these words in a shell, and the manual page.

      """
    return text
  }

  package static func text(for command: Subcommand) -> String {
    let arguments = command.arguments.isEmpty ? "" : " " + command.arguments
    var text = "tarn \(command.rawValue): \(command.summary)\n\n"
    text += "usage: tarn \(command.rawValue)\(arguments) [OPTION…]\n"
    if !command.options.isEmpty {
      text += "\noptions:\n"
      for option in command.options { text += line(option.usage, option.summary, 26) }
    }
    if let details = details(command) { text += "\n" + details + "\n" }
    text += "\noptions everywhere:\n"
    for option in CommandOption.common { text += line(option.usage, option.summary, 26) }
    return text + "\nexample: \(command.example)\n"
  }

  private static func details(_ command: Subcommand) -> String? {
    switch command {
    case .query:
      "formats:\n"
        + ResultFormat.allCases.map { line($0.rawValue, $0.summary, 10) }.joined().dropLast()
    case .shell: "In the shell, .help lists its commands; Ctrl-D leaves."
    case .ingest:
      "A file under landing/FEED/REGION/YYYY/MM/DD/ says its feed itself. A file is loaded once:\n"
        + "the same bytes a second time are skipped. Rows that break the contract go to\n"
        + "system.quarantine and never sink their file."
    case .tick:
      "With --landing, files under DIR/FEED/REGION/YYYY/MM/DD/ are loaded first, each once and in a\n"
        + "commit of its own. Write a file as NAME.tmp and rename it, or put NAME.done beside it when it\n"
        + "is whole; others are taken when they have not changed for --settle seconds. A file that cannot\n"
        + "be loaded is named, stops nothing else, and is tried again when it or its table changes.\n"
        + "Exit code 1 when a file or a view that was due failed, 4 when numbers are older than\n"
        + "FRESH WITHIN allows, or the last refresh of a view failed, or a refused file still lies there.\n"
        + "Any number of ticks can run at once. Views that a due view reads are refreshed with it."
    case .scheduler:
      "Definitions are read anew by every tick. SIGTERM or Ctrl-C ends it: a refresh that runs then\n"
        + "is abandoned, nothing of it is published, and the next tick does it."
    case .replayMarket:
      "The ticks have a column tick_time (with a zone, or UTC) and the table's columns; rows of one\n"
        + "time are one tick and one commit, which replaces rows of the same key. A tick is recorded\n"
        + "in market.replays by the same commit: the same command goes on where it ended, and a tick\n"
        + "is never there twice. Ctrl-C ends it between two commits."
    case .schedule:
      "Prints tarn-tick.service and tarn-tick.timer, and the commands that turn them on. With\n"
        + "--landing, every tick loads what has landed, as tarn tick does."
    case .diff:
      "FROM and TO are version numbers, tags, dates or times of knowledge (with a zone), or snapshot:N.\n"
        + "Without TO the newest version is meant, without FROM the one before. Rows with a KEY are\n"
        + "compared by it: 'before' and 'after' stand together, _changed names the columns. --as-of\n"
        + "keeps to one business date. In SQL: FROM diff('silver.positions', 11, 12)."
    case .vacuum:
      "What a tag, a sealed day, a retention rule or a running reader needs is never taken."
    case .restore: "A new version with the rows and columns of the old one; nothing is lost."
    case .verify:
      "Exit code 5 when anything does not agree; the words name the file and the commit. With\n"
        + "--repair, commits, log entries and checkpoints that are missing or damaged are written\n"
        + "again from the catalog; altered ones are kept under a name that starts with a dot."
    case .report:
      "Comments before a statement say how it is shown:\n"
        + "  -- title: Value by desk\n  -- chart: tiles|bars|lines|curve|heat|waterfall|pivot|table\n"
        + "The page needs no network. Without -o it goes to standard output."
    case .extract:
      "Writes DIR/v1, the next time DIR/v2 and so on: for each statement a CSV and an XML file (only\n"
        + "one of them with --format), manifest.json with snapshot, versions, hashes and build, and\n"
        + "SHA256SUMS: sha256sum -c SHA256SUMS. A comment -- file: NAME before a statement names its\n"
        + "files. All statements read one snapshot; the directory appears whole or not at all."
    case .replay:
      "Exit code 0 when every bit is the same, 3 when another method or build is the reason that it\n"
        + "is not, 5 when an input, a record or a certificate was altered. --using names a method of\n"
        + "a calculator; one that this build does not have is refused."
    default: nil
    }
  }

  private static func line(_ name: String, _ summary: String, _ width: Int) -> String {
    let padding = String(repeating: " ", count: max(1, width - name.count))
    return "  \(name)\(padding)\(summary)\n"
  }
}
