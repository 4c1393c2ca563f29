import Columnar
import Lakehouse

extension LakeCommand {
  /// The command that the arguments ask for; nil for those that run statements.
  init?(_ invocation: Invocation) throws(LakeError) {
    let arguments = invocation.arguments
    let flags = invocation.flags
    switch invocation.subcommand {
    case .initialize: self = .initialize
    case .apply:
      self = .apply(
        directory: arguments[0], dryRun: flags.contains(.dryRun), prune: flags.contains(.prune))
    case .ingest:
      if flags.contains(.landing) {
        guard arguments.count <= 1 else {
          throw LakeError(
            .usage, "expected one directory after --landing, found \(arguments.count)")
        }
        self = .ingestLanding(directory: arguments.first, filter: invocation.value(.filter))
      } else {
        self = .ingest(files: arguments, feed: invocation.value(.feed))
      }
    case .refresh:
      let dates = (invocation.values[.date] ?? []).compactMap { CalendarDate($0) }
      let force = flags.contains(.force)
      self =
        flags.contains(.dryRun)
        ? .plan(views: arguments, dates: dates, force: force)
        : .refresh(views: arguments, dates: dates, force: force)
    case .plan:
      let dates = (invocation.values[.date] ?? []).compactMap { CalendarDate($0) }
      self = .plan(views: arguments, dates: dates, force: flags.contains(.force))
    case .backfill, .restate: self = .backfill(try BackfillRequest(invocation))
    case .tick:
      self = .tick(NoticeTargets(invocation), landing: try LandingFolder(invocation))
    case .replay: self = try LakeCommand.replay(invocation)
    case .runs: self = .runs
    case .status: self = .status(check: flags.contains(.check))
    case .verify:
      let deep = flags.contains(.deep)
      self =
        flags.contains(.repair)
        ? .repair(deep: deep)
        : .verify(
          deep: deep, known: invocation.value(.known), exportHead: invocation.value(.exportHead))
    case .ducklake: self = .duckLake
    case .backup: self = .backup(directory: arguments[0], links: flags.contains(.link))
    case .rebuild: self = .rebuild
    case .history: self = .history(table: arguments.first)
    case .tag:
      let text = invocation.value(.snapshot)
      let snapshot = text.flatMap { Int64($0) }
      if let text, snapshot == nil {
        throw LakeError(.usage, "expected the number of a snapshot, found '\(text)'")
      }
      self = .tag(name: arguments[0], snapshot: snapshot)
    case .diff:
      let view: DiffView =
        flags.contains(.columns) ? .columns : flags.contains(.byDate) ? .byDate : .rows
      self = .diff(
        table: arguments[0], from: arguments.count > 1 ? arguments[1] : nil,
        to: arguments.count > 2 ? arguments[2] : nil, view: view)
    case .restore: self = .restore(table: arguments[0], to: arguments[1])
    case .optimize where flags.contains(.log):
      guard invocation.value(.condition) == nil, invocation.value(.zOrder) == nil else {
        throw LakeError(
          .usage, "--log goes alone", help: "optimize the table's files apart from it")
      }
      self = .compactLog(table: arguments[0])
    case .optimize:
      let columns = invocation.value(.zOrder)?.split(separator: ",").map {
        String($0).trimmed
      }
      self = .optimize(
        table: arguments[0], condition: invocation.value(.condition), zOrder: columns ?? [])
    case .vacuum:
      self = .vacuum(
        table: arguments.first, retain: invocation.value(.retain),
        dryRun: flags.contains(.dryRun))
    case .files: self = .files(table: arguments[0])
    case .calculators: self = .calculators(name: arguments.first)
    case .report, .extract, .scheduler, .schedule, .replayMarket, .query, .shell, .demo, .help,
      .version,
      nil:
      return nil
    }
  }
}

extension NoticeTargets {
  init(_ invocation: Invocation) {
    self.init(
      command: invocation.value(.notify), metrics: invocation.value(.metrics),
      lineage: invocation.value(.lineage))
  }
}

extension LandingFolder {
  /// Nil without `--landing`.
  ///
  /// - Throws: `.usage` for a directory or `--settle` without it.
  init?(_ invocation: Invocation) throws(LakeError) {
    let directory = invocation.arguments.dropFirst(invocation.subcommand == .schedule ? 1 : 0).first
    let settle = invocation.value(.settle)
    guard invocation.flags.contains(.landing) else {
      if let found = directory ?? settle.map({ "--settle " + $0 }) {
        throw LakeError(
          .usage, "there is no place for '\(found)' without --landing",
          help: "for example: \((invocation.subcommand ?? .tick).example)")
      }
      return nil
    }
    self.init(directory, settle: settle.flatMap { Int($0) } ?? LandingFolder.defaultSettle)
  }
}

extension BackfillRequest {
  /// - Throws: `.usage` without dates, for a range that ends before it begins, and for a restatement
  ///   without a reason.
  fileprivate init(_ invocation: Invocation) throws(LakeError) {
    let days = (invocation.values[.date] ?? []).compactMap { CalendarDate($0) }
    let from = (invocation.value(.from) ?? invocation.value(.to)).flatMap { CalendarDate($0) }
    let to = (invocation.value(.to) ?? invocation.value(.from)).flatMap { CalendarDate($0) }
    let command = invocation.subcommand ?? .backfill
    guard let first = from ?? days.first, let last = to ?? days.first,
      days.count == (from == nil ? 1 : 0)
    else {
      throw LakeError(
        .usage, "expected --from and --to, or one --date", help: command.example)
    }
    guard first <= last else {
      throw LakeError(.usage, "--from \(first) is after --to \(last)", help: "turn them round")
    }
    self.init(views: invocation.arguments, dates: first...last)
    isForced = invocation.flags.contains(.force)
    isDryRun = invocation.flags.contains(.dryRun)
    keepsGoing = invocation.flags.contains(.keepGoing)
    reason = invocation.value(.reason)?.trimmed
    if command == .restate, reason?.isEmpty ?? true {
      throw LakeError(
        .usage, "expected --reason TEXT: why are published numbers made again?",
        help: command.example)
    }
  }
}

extension String {
  /// Without spaces around.
  fileprivate var trimmed: String {
    var text = self[...]
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}

/// Runs a command on the lake: its words to standard error, its table as the format says.
struct LakeCommandRunner {
  let results: ResultWriter

  /// - Returns: The exit status that the outcome asks for.
  func run(_ command: LakeCommand, _ conversation: any Conversation) throws(LakeError) -> Int32 {
    let outcome = try results.telling(conversation) { progress throws(LakeError) in
      try conversation.perform(command, progress: progress)
    }
    if let table = outcome.table { try results.show(table) }
    // The answer of the command, not chatter: --quiet keeps it.
    for line in outcome.lines { results.say(line) }
    return outcome.verdict.map { LakeError($0, "").exitStatus } ?? 0
  }
}
