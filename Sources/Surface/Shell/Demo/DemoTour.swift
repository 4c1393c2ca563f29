import Columnar
import FileStorage
import Lakehouse
import Reports

/// `tarn demo`: lands the sample bank stage by stage in a fresh lake and walks through what can be
/// asked of it. Each stop checks itself: a tour that ends with 0 has shown what it says.
struct DemoTour {
  private let console: Console
  private let invocation: Invocation
  private let options: Session.Options
  private let makeConversation: (Session.Options) -> any Conversation
  private let waits: Bool

  init(
    console: Console, invocation: Invocation, options: Session.Options,
    makeConversation: @escaping (Session.Options) -> any Conversation
  ) {
    self.console = console
    self.invocation = invocation
    self.options = options
    self.makeConversation = makeConversation
    waits =
      console.inputIsTerminal && console.outputIsTerminal && !invocation.flags.contains(.batch)
  }

  /// - Returns: 0, or the exit status of the first stop that did not show what it should.
  func run() throws(LakeError) -> Int32 {
    let sample = try SampleLake(
      directory: invocation.value(.source) ?? "./lake", files: console.files)
    let lake = try makeLake()
    var options = options
    options.lakePath = lake
    let conversation = makeConversation(options)
    let start = nanoseconds()
    try say(heading("A sample bank in \(lake)"))
    try land(sample, conversation)
    try say("ready after \(Footer.duration(nanoseconds() - start))\n")
    let status = try walk(sample, conversation, lake)
    try say(heading("The lake stays at \(lake). Three things to try:"))
    try say(
      """
        export TARN_LAKE=\(lake)
        tarn                                      the shell; .tables shows what there is
        tarn -c "SELECT legal_entity, lcr, status FROM gold.lcr AS OF T-1"
        tarn -c "SELECT * FROM silver.positions AS OF T LIMIT 1000" -o positions.parquet
      """)
    return status
  }

  private func makeLake() throws(LakeError) -> String {
    guard let path = invocation.lake else {
      return try TemporaryLake.make(in: console.environment("TMPDIR"))
    }
    let entries = ((try? console.files.list(path)) ?? [])
    guard entries.isEmpty else {
      throw LakeError(
        .usage,
        "expected an empty directory for the demo, found \(entries.count) entries in "
          + "'\(path)'", help: "name another directory, or none for a temporary one")
    }
    return path
  }

  /// Definitions, then stage after stage: ingest, refresh, tag.
  private func land(_ sample: SampleLake, _ conversation: any Conversation) throws(LakeError) {
    _ = try perform(.initialize, conversation)
    let applied = try perform(.apply(directory: sample.directory, dryRun: false), conversation)
    try say("  definitions: \(applied.lines.last ?? "applied")")
    for stage in sample.stages {
      let start = nanoseconds()
      _ = try perform(
        .ingest(files: stage.files.map(sample.path(of:)), feed: nil), conversation)
      var text = "  stage \(stage.number): \(Footer.count(stage.files.count, "file"))"
      if let tag = stage.tag {
        _ = try perform(.refresh(views: [], dates: [], force: false), conversation)
        _ = try perform(.tag(name: tag, snapshot: nil), conversation)
        text += ", views refreshed, tagged \(tag)"
      }
      try say(text + " · \(Footer.duration(nanoseconds() - start))")
    }
  }

  private func walk(
    _ sample: SampleLake, _ conversation: any Conversation, _ lake: String
  ) throws(LakeError) -> Int32 {
    var status: Int32 = 0
    for (index, step) in TourStep.all.enumerated() {
      if waits, !(try continues()) { return status }
      try say(heading("\(index + 1)/\(TourStep.all.count) \(step.title)"))
      let shown = try show(step, sample, conversation, lake)
      if status == 0 { status = shown }
      try say("→ \(step.meaning)\n")
    }
    return status
  }

  /// Whether to go on: Enter does, `q` does not.
  private func continues() throws(LakeError) -> Bool {
    try console.output.write("Enter for the next step, q to quit ")
    try console.output.flush()
    guard let line = console.input.nextLine() else { return false }
    return !line.lowercased().hasPrefix("q")
  }

  /// - Returns: 0 when the step showed what it should.
  private func show(
    _ step: TourStep, _ sample: SampleLake, _ conversation: any Conversation, _ lake: String
  ) throws(LakeError) -> Int32 {
    switch step.action {
    case .query(let name):
      let query = try SavedQuery.read(name, in: sample.queries, files: console.files)
      try say(indented(query.statement))
      try watching(conversation) { () throws(LakeError) in
        try conversation.run(query.statement, into: sink())
      }
      return 0
    case .command(let command, let spelling, let verdict):
      try say("  $ \(spelling)")
      return try expect(verdict, try outcome(of: command, conversation))
    case .tamper(let table): return try showTampering(table, lake)
    case .replay(let view): return try showReplay(view, conversation)
    }
  }

  private func showTampering(_ table: String, _ lake: String) throws(LakeError) -> Int32 {
    let copies = LakeCopy(files: console.files)
    let parent = try TemporaryLake.make(in: console.environment("TMPDIR"))
    let copy = joinPath(parent, "copy")
    try copies.copy(lake, to: copy)
    let place = try copies.flipByte(in: copy, table: table)
    let name = place.path.dropFirst(copy.utf8.count + 1)
    try say("  $ cp -r LAKE COPY; flip a bit of byte \(place.offset) in COPY/\(name)")
    try say("  $ tarn verify --deep --lake COPY")
    var options = options
    options.lakePath = copy
    let outcome = try outcome(of: .verify(deep: true), makeConversation(options))
    // What cannot be removed lies in the directory for temporary files.
    try? console.files.removeTree(parent)
    return try expect(.integrity, outcome)
  }

  private func showReplay(
    _ view: String, _ conversation: any Conversation
  ) throws(LakeError) -> Int32 {
    let runs = try perform(.runs, conversation)
    guard let table = runs.table, let run = TourRuns.latest(of: view, in: table) else {
      throw LakeError(.data, "expected a recorded run of \(view), found none")
    }
    try say("  $ tarn replay \(run)")
    return try expect(nil, try outcome(of: .replay(run: run), conversation))
  }

  /// The outcome of a command; a breach or damage that is thrown is an outcome here.
  private func outcome(
    of command: LakeCommand, _ conversation: any Conversation
  ) throws(LakeError) -> Outcome {
    do throws(LakeError) {
      return try perform(command, conversation)
    } catch {
      guard [.integrity, .breached, .stale].contains(error.reason) else { throw error }
      return Outcome(lines: [error.message], verdict: error.reason)
    }
  }

  /// Shows an outcome and compares its verdict with the one that the tour is about.
  private func expect(
    _ verdict: LakeError.Reason?, _ outcome: Outcome
  ) throws(LakeError) -> Int32 {
    if let table = outcome.table {
      let sink = sink(showsFooter: false)
      try sink.begin(table.schema)
      try sink.rows(table)
      try sink.end(ResultSummary())
    }
    for line in outcome.lines { try say("  \(line)") }
    let status = outcome.verdict.map { LakeError($0, "").exitStatus } ?? 0
    try say("  exit code \(status)")
    if outcome.verdict == verdict { return 0 }
    let wanted = verdict.map { LakeError($0, "").exitStatus } ?? 0
    console.words("error: expected exit code \(wanted) here, found \(status)\n")
    return status == 0 ? 1 : status
  }

  private func perform(
    _ command: LakeCommand, _ conversation: any Conversation
  ) throws(LakeError) -> Outcome {
    // The log of a batch run tells stages and stops, not files.
    let line = PassingLine(
      console: console, isQuiet: invocation.isQuiet || !console.wordsAreTerminal)
    defer { line.clear() }
    return try Interrupts.cancelling(conversation) { () throws(LakeError) in
      try conversation.perform(command) { line.show($0) }
    }
  }

  private func watching<Result>(
    _ conversation: any Conversation, _ body: () throws(LakeError) -> Result
  ) throws(LakeError) -> Result {
    let isWanted = console.wordsAreTerminal && !invocation.isQuiet
    return try Interrupts.cancelling(conversation) { () throws(LakeError) in
      try ProgressLine.showing(conversation, isWanted: isWanted, body)
    }
  }

  private func sink(showsFooter: Bool = true) -> TableSink {
    let width = console.outputIsTerminal ? console.width() : 120
    var style = TableStyle.terminal(width: width, usesColor: usesColor)
    style.showsFooter = showsFooter
    return TableSink(output: console.output, style: style)
  }

  private var usesColor: Bool {
    console.usesColor(isTerminal: console.outputIsTerminal, isForbidden: invocation.noColor)
  }

  private func heading(_ text: String) -> String {
    usesColor ? "\u{1b}[1m\(text)\u{1b}[0m" : text
  }

  private func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }
      .joined(separator: "\n")
  }

  private func say(_ text: String) throws(LakeError) {
    try console.output.write(text + "\n")
    try console.output.flush()
  }
}

/// Finds runs in the table that `runs` returns.
enum TourRuns {
  /// The number of the latest run of a view; the table has columns `run` and `view`.
  static func latest(of view: String, in table: Batch) -> Int64? {
    guard let runs = table.schema.index(of: "run"), let views = table.schema.index(of: "view")
    else { return nil }
    var latest: Int64?
    for row in 0..<table.rowCount where table.columns[views].value(row) == .string(view) {
      if case .int64(let run) = table.columns[runs].value(row) { latest = max(latest ?? run, run) }
    }
    return latest
  }
}
