/// What `tarn` can be told to do, in the order in which data travels. Help, parsing and completion
/// read this one table.
package enum Subcommand: String, Sendable, CaseIterable {
  case initialize = "init"
  case apply, ingest, refresh, plan, backfill, restate
  case tick, scheduler, schedule
  case replayMarket = "replay-market"
  case query, shell
  case status, runs, replay, report, extract
  case history, diff, tag, restore, files, optimize, vacuum, verify, rebuild, backup, ducklake
  case calculators, demo, help, version

  /// One line for the overview.
  package var summary: String {
    switch self {
    case .initialize: "create an empty lake"
    case .apply: "create what the definition files of a directory say"
    case .ingest: "load files into the tables of their feeds"
    case .refresh: "rebuild what is stale of the views"
    case .plan: "say what a refresh would rebuild, and why"
    case .backfill: "rebuild what is stale of a range of business dates, date by date"
    case .restate: "make published business dates again, with a reason that is kept"
    case .tick: "load what has landed and refresh the views that are due, once"
    case .scheduler: "tick again and again until told to stop"
    case .replayMarket: "put recorded quotes into a table tick by tick, and refresh what reads it"
    case .schedule: "print what systemd needs to tick every minute"
    case .query: "run statements from -c, -f, a file or standard input"
    case .shell: "ask interactively (what tarn does on a terminal)"
    case .status: "tell how fresh the views are and which limits are breached"
    case .runs: "list the recorded runs of the views"
    case .replay: "compute recorded runs or a certificate again and compare every bit"
    case .report: "write the results of saved queries as one page of HTML"
    case .extract: "write saved queries as CSV and XML with checksums, version and manifest"
    case .history: "list the commits of a table, or the snapshots of the lake"
    case .diff: "tell what differs between two versions of a table"
    case .restore: "bring a table back to what it was"
    case .optimize: "put small files of a table together"
    case .vacuum: "remove files that no version in reach needs"
    case .tag: "give a snapshot a name that keeps it"
    case .files: "list the data files of a table, for other engines"
    case .verify: "compare checksums and chains; find what was tampered with"
    case .backup: "copy the lake, or what is new of it, while it is written to"
    case .ducklake: "let DuckDB read all tables at one snapshot, as a DuckLake"
    case .rebuild: "make a lost catalog again from the logs"
    case .calculators: "list the calculators, or describe one"
    case .demo: "build a sample bank in a fresh lake and show it around"
    case .help: "explain a command"
    case .version: "print the version"
    }
  }

  /// The arguments as the usage line shows them.
  package var arguments: String {
    switch self {
    case .apply: "DIR"
    case .ingest: "FILE… | --landing [DIR]"
    case .refresh, .plan: "[VIEW…]"
    case .backfill, .restate: "VIEW…"
    case .tick, .scheduler: "[--landing [DIR]]"
    case .schedule: "install [--landing [DIR]]"
    case .query: "[FILE.sql…]"
    case .replay: "RUN | CERTIFICATE.json | --all"
    case .replayMarket: "FILE|TABLE"
    case .backup: "DIR"
    case .report, .extract: "FILE.sql|DIR…"
    case .history: "[TABLE]"
    case .diff: "TABLE [FROM [TO]]"
    case .restore: "TABLE VERSION|TAG|TIME"
    case .optimize: "TABLE"
    case .vacuum: "[TABLE]"
    case .tag: "NAME"
    case .files: "TABLE"
    case .calculators: "[NAME]"
    case .help: "[COMMAND]"
    case .initialize, .shell, .status, .runs, .verify, .rebuild, .ducklake,
      .demo,
      .version:
      ""
    }
  }

  /// How many arguments there may be.
  var argumentCount: ClosedRange<Int> {
    switch self {
    case .schedule: 1...2
    case .tick, .scheduler: 0...1
    case .apply, .replayMarket, .tag, .files, .optimize, .backup: 1...1
    case .diff: 1...3
    case .restore: 2...2
    case .vacuum, .history, .calculators, .help, .replay: 0...1
    case .ingest, .refresh, .plan, .query: 0...Int.max
    case .report, .extract, .backfill, .restate: 1...Int.max
    case .initialize, .shell, .status, .runs, .verify, .rebuild, .ducklake,
      .demo,
      .version:
      0...0
    }
  }

  /// Options of this command besides the common ones.
  package var options: [CommandOption] {
    switch self {
    case .apply: [.dryRun, .prune]
    case .ingest: [.landing, .feed, .filter]
    case .refresh: [.date, .force, .dryRun]
    case .plan: [.date, .force]
    case .backfill: [.from, .to, .date, .force, .dryRun, .keepGoing]
    case .restate: [.from, .to, .date, .reason, .dryRun, .keepGoing]
    case .tick: [.landing, .settle, .notify, .metrics, .lineage]
    case .scheduler: [.poll, .landing, .settle, .notify, .metrics, .lineage]
    case .schedule: [.systemd, .landing, .settle, .notify, .metrics, .lineage]
    case .replayMarket: [.table, .refresh, .speed, .fast, .until]
    case .query: [.command, .file]
    case .shell: [.command, .file]
    case .status: [.check]
    case .replay: [.all, .using]
    case .verify: [.deep, .repair, .known, .exportHead]
    case .backup: [.link]
    case .tag: [.snapshot]
    case .diff: [.columns, .byDate]
    case .optimize: [.condition, .zOrder, .log]
    case .vacuum: [.retain, .dryRun]
    case .demo: [.batch, .source]
    case .initialize, .runs, .report, .extract, .history, .restore, .files,
      .rebuild, .ducklake, .calculators, .help, .version:
      []
    }
  }

  /// What people type.
  package var example: String {
    switch self {
    case .initialize: "tarn init --lake /srv/bank"
    case .apply: "tarn apply lake --dry-run"
    case .ingest: "tarn ingest --landing --filter positions/EMEA/2025/06/23"
    case .refresh: "tarn refresh gold.lcr --date 2025-06-23"
    case .plan: "tarn plan gold.lcr"
    case .backfill: "tarn backfill gold.lcr --from 2025-06-02 --to 2025-06-23 --keep-going"
    case .restate: "tarn restate gold.lcr --date 2025-06-20 --reason 'late trade T-4711'"
    case .tick: "tarn tick --landing /srv/landing --lake /srv/bank"
    case .scheduler:
      "tarn scheduler --poll 30 --notify 'mail -s tarn desk@bank.example' --lake /srv/bank"
    case .schedule: "tarn schedule install --systemd --landing /srv/landing --lake /srv/bank"
    case .replayMarket:
      "tarn replay-market ticks.csv --refresh gold.swap_risk --speed 60"
    case .query:
      "tarn query -c \"SELECT desk, COUNT(*) FROM 'positions.csv' GROUP BY desk\" --format json"
    case .shell: "tarn shell --lake /srv/bank --as-of 2025-06-23"
    case .status: "tarn status --check || mail -s 'LCR under 100 %' desk@bank.example"
    case .runs: "tarn runs --format csv"
    case .replay: "tarn replay 12"
    case .report: "tarn report queries/morning.sql -o morning.html"
    case .extract: "tarn extract returns/lcr.sql -o filed/lcr-2025-06-23 --as-of 2025-06-23"
    case .history: "tarn history silver.positions"
    case .diff: "tarn diff silver.positions eod-2025-06-20 eod-2025-06-23 --by-date"
    case .restore: "tarn restore silver.positions 11"
    case .optimize: "tarn optimize silver.positions --where \"as_of_date < DATE '2025-06-01'\""
    case .vacuum: "tarn vacuum silver.positions --dry-run"
    case .tag: "tarn tag eod-2025-06-23 --snapshot 42"
    case .files: "tarn files silver.positions --format json"
    case .verify: "tarn verify --deep --known /safe/bank.head --export-head /safe/bank.head"
    case .ducklake: "tarn ducklake --lake /srv/bank"
    case .backup: "tarn backup /backup/bank --lake /srv/bank"
    case .rebuild: "tarn rebuild --lake /data/lake"
    case .calculators: "tarn calculators lcr"
    case .demo: "tarn demo --batch --lake /tmp/bank"
    case .help: "tarn help ingest"
    case .version: "tarn version"
    }
  }
}
