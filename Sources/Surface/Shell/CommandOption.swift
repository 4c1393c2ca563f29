/// An option of the command line.
package enum CommandOption: String, Sendable, CaseIterable {
  // Common to all commands.
  case lake, format, output, parameter = "param"
  case asOf = "as-of"
  case knownAt = "known-at"
  case threads
  case memoryLimit = "memory-limit"
  case temporaryDirectory = "temp-directory"
  case actor, quiet
  case noColor = "no-color"
  case errors, help
  // Of some commands.
  case command, file, batch, source, landing, feed, filter
  case dryRun = "dry-run"
  case prune
  case columns, retain
  case byDate = "by-date"
  case condition = "where"
  case zOrder = "zorder"
  case log
  case date, force, check, deep, repair, snapshot, poll, settle, systemd, known, link
  case exportHead = "export-head"
  case all, using
  case table, speed, until, refresh
  case fast = "as-fast-as-possible"
  case from, to, reason, notify, metrics, lineage
  case keepGoing = "keep-going"

  /// Options that every command takes, in the order of the help.
  static let common: [CommandOption] = [
    .lake, .format, .output, .parameter, .asOf, .knownAt, .threads, .memoryLimit,
    .temporaryDirectory, .actor, .quiet, .noColor, .errors, .help,
  ]

  var letter: Character? {
    switch self {
    case .output: "o"
    case .command: "c"
    case .file: "f"
    case .quiet: "q"
    case .help: "h"
    default: nil
    }
  }

  /// What stands for the value in the help; nil when the option takes none.
  var value: String? {
    switch self {
    case .lake, .source, .lineage, .temporaryDirectory: "DIR"
    case .format: "FORMAT"
    case .output, .file, .known, .exportHead, .metrics: "FILE"
    case .parameter: "NAME=VALUE"
    case .asOf, .date, .from, .to: "DATE"
    case .knownAt: "POINT"
    case .threads, .snapshot: "N"
    case .memoryLimit: "SIZE"
    case .poll, .settle: "SECONDS"
    case .actor, .feed: "NAME"
    case .using: "METHOD"
    case .errors: "text|json"
    case .command: "SQL"
    case .notify: "COMMAND"
    case .filter, .reason: "TEXT"
    case .retain: "DURATION"
    case .condition: "CONDITION"
    case .table: "TABLE"
    case .speed: "FACTOR"
    case .until: "TIME"
    case .refresh: "VIEW,…|all|none"
    case .zOrder: "COLUMN,…"
    case .columns, .byDate, .quiet, .noColor, .help, .batch, .landing, .dryRun, .prune, .force,
      .check,
      .log, .deep, .repair, .systemd, .link, .keepGoing, .all, .fast:
      nil
    }
  }

  var summary: String {
    switch self {
    case .lake: "the lake; else $TARN_LAKE, else ./lake"
    case .format: "table, csv, tsv, json, ndjson, markdown, html, xml, parquet …"
    case .output: "write the result to FILE, whole or not at all"
    case .parameter: "value of :NAME; may be repeated"
    case .asOf: "the business date T, as 2025-06-23"
    case .knownAt: "a timestamp with zone, tag:NAME, snapshot:N or run:N"
    case .threads: "worker threads (default: every processor)"
    case .memoryLimit: "what operators may hold, such as 2GB; more goes to disk"
    case .temporaryDirectory: "where that goes (default: folder temp of the lake)"
    case .actor: "who acts, for the audit log (default: the user)"
    case .quiet: "no progress, notes or footers"
    case .noColor: "no colours; the variable NO_COLOR does the same"
    case .errors: "how errors are written"
    case .help: "this help"
    case .command: "run these statements; may be repeated"
    case .file: "run the statements of FILE; may be repeated"
    case .batch: "do not wait for Enter between the steps"
    case .source: "the sample definitions (default: ./lake)"
    case .landing: "load what is new under a landing directory (the lake's own without DIR)"
    case .settle: "take files that have not changed for so long (default: 10)"
    case .feed: "the feed of the files, when their path does not say it"
    case .filter: "only paths that contain TEXT"
    case .columns: "the columns that differ instead of the rows"
    case .byDate: "numbers of rows by business date instead of the rows"
    case .retain: "how long old versions stay readable, as '30 days'"
    case .condition: "only the business dates of this condition"
    case .zOrder: "bring rows together that are near in these columns"
    case .log: "only write what came since the checkpoint as one file, for Delta readers"
    case .dryRun: "show the plan, change nothing"
    case .prune: "drop views, measures and hierarchies that no file defines"
    case .date: "only this business date; may be repeated"
    case .notify: "gets alerts that began or ended as JSON on its standard input"
    case .metrics: "write where the lake stands for Prometheus' text file collector"
    case .lineage: "write runs as OpenLineage events to files of DIR"
    case .from: "the first business date"
    case .to: "the last business date (default: the first)"
    case .reason: "why, for the runs and the audit log"
    case .keepGoing: "go on with the next date after one that failed"
    case .force: "rebuild everything, stale or not"
    case .check: "exit 3 when a limit is breached, 4 when a view is stale"
    case .deep: "read every byte"
    case .repair: "put logs and checkpoints right from the catalog first"
    case .poll: "seconds between two ticks (default: 10)"
    case .systemd: "as a service and a timer of systemd"
    case .known: "check the chain against a head that was exported earlier"
    case .exportHead: "write the head of the chain to FILE, to be kept elsewhere"
    case .link: "give data files a second name instead of copying them (same disk)"
    case .all: "every run, with progress"
    case .using: "a method of a calculator, such as lcr=2"
    case .table: "where the ticks go (default: silver.curve_quotes)"
    case .speed: "this many times as fast as it was; 1: as it was"
    case .fast: "without waiting between ticks (the default)"
    case .until: "leave out ticks after this time"
    case .refresh: "what to refresh after each tick (default: all that read the table)"
    case .snapshot: "the snapshot to name (default: the latest)"
    }
  }

  /// `-o, --output FILE`.
  var usage: String {
    (letter.map { "-\($0), " } ?? "    ") + "--" + rawValue + (value.map { " " + $0 } ?? "")
  }
}
