package import Columnar

/// What the command `tarn` does besides running statements.
package enum LakeCommand: Sendable {
  /// Creates an empty lake.
  case initialize
  /// Creates what the definition files of a directory say.
  /// `prune` drops definitions that no file makes.
  case apply(directory: String, dryRun: Bool, prune: Bool = false)
  /// Loads files into the feed's tables; the feed comes from the landing path or is given.
  case ingest(files: [String], feed: String?)
  /// Loads what is new under a landing directory (nil: the lake's own), optionally only paths that
  /// contain `filter`.
  case ingestLanding(directory: String?, filter: String?)
  /// Rebuilds what is stale of the views (empty: of all), or everything when forced.
  case refresh(views: [String], dates: [CalendarDate], force: Bool)
  /// Says what `refresh` would rebuild, and why.
  case plan(views: [String], dates: [CalendarDate] = [], force: Bool = false)
  /// Rebuilds views date by date: `backfill` and `restate`.
  case backfill(BackfillRequest)
  /// Loads what is new and whole in a landing folder, when there is one, then refreshes the views
  /// that are due by their schedules, once.
  case tick(NoticeTargets = NoticeTargets(), landing: LandingFolder? = nil)
  /// Recomputes a run and compares every bit.
  case replay(run: Int64)
  /// The same by a method of a calculator: `lcr=2`.
  case replayUsing(run: Int64, method: String)
  /// Recomputes every run.
  case replayAll
  /// Recomputes what `PROVE` wrote into a file.
  case replayCertificate(file: String)
  case runs
  /// Freshness and limits; with `check`, `Outcome.verdict` says what is breached or stale.
  case status(check: Bool)
  /// Compares checksums and chains; `deep` reads every byte. `known` is a file that an earlier
  /// verification wrote with `exportHead`: the chain must still pass through its link.
  case verify(deep: Bool, known: String? = nil, exportHead: String? = nil)
  /// Puts published files and checkpoints right from the catalog, then does what `verify` does.
  case repair(deep: Bool)
  /// Lets DuckDB's extension ducklake read the catalog.
  case duckLake
  /// Copies the lake as it is now to a directory; what an earlier backup there has is kept. `links`
  /// gives data files a second name instead of copying them.
  case backup(directory: String, links: Bool)
  /// Makes the catalog again from the lake log and the tables' logs.
  case rebuild
  case history(table: String?)
  /// What differs between two versions of a table; the newest and the one before when nil.
  case diff(table: String, from: String?, to: String?, view: DiffView)
  /// Brings a table back to a version, tag or time.
  case restore(table: String, to: String)
  case optimize(table: String, condition: String?, zOrder: [String])
  /// Writes a Delta log compaction of the commits since a table's newest checkpoint.
  case compactLog(table: String)
  /// Nil: every table.
  case vacuum(table: String?, retain: String?, dryRun: Bool)
  case tag(name: String, snapshot: Int64?)
  /// The data files of a table at its newest version.
  case files(table: String)
  case calculators(name: String?)
}

/// Who is told what a tick found.
package struct NoticeTargets: Sendable, Hashable {
  /// For `/bin/sh`; gets alerts that began or ended as one JSON object on its standard input.
  package var command: String?
  /// A file for Prometheus' node exporter, written anew by every tick.
  package var metrics: String?
  /// A directory for files of OpenLineage events.
  package var lineage: String?

  package init(command: String? = nil, metrics: String? = nil, lineage: String? = nil) {
    self.command = command
    self.metrics = metrics
    self.lineage = lineage
  }
}

/// Where a tick looks for files.
package struct LandingFolder: Sendable, Hashable {
  package static let defaultSettle = 10

  /// Nil: the lake's own.
  package var directory: String?
  /// A file is whole when it has not changed for so long, in seconds.
  package var settle: Int

  package init(_ directory: String? = nil, settle: Int = LandingFolder.defaultSettle) {
    self.directory = directory
    self.settle = settle
  }
}

/// Business dates to rebuild, one after the other.
package struct BackfillRequest: Sendable, Hashable {
  package var views: [String]
  /// Those that have rows or are stale are rebuilt.
  package var dates: ClosedRange<CalendarDate>
  /// Rebuilds dates that are up to date, too.
  package var isForced = false
  /// Why numbers that were published are made again; goes into runs and the audit log. With it,
  /// everything is rebuilt.
  package var reason: String?
  package var isDryRun = false
  /// Goes on with the next date after one that failed.
  package var keepsGoing = false

  package init(views: [String], dates: ClosedRange<CalendarDate>) {
    self.views = views
    self.dates = dates
  }
}

/// What of a difference is shown.
package enum DiffView: Sendable, Hashable {
  case rows
  case columns
  case byDate
}

/// What a command has to say.
package struct Outcome: Sendable {
  /// Sentences for the person who asked, in order.
  package var lines: [String]
  /// A table to print, when there is one.
  package var table: Batch?
  /// Set when the command did its work and found something that its exit status must say.
  package var verdict: LakeError.Reason?

  package init(lines: [String] = [], table: Batch? = nil, verdict: LakeError.Reason? = nil) {
    self.lines = lines
    self.table = table
    self.verdict = verdict
  }
}
