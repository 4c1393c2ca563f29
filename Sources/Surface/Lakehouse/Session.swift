package import Columnar
package import FileStorage
package import LakeCatalog
import QueryEngine
import QueryLanguage
import Synchronization

/// One user's conversation with a lake: settings, an open transaction, statements one at a time.
///
/// The lake is opened by the first statement that names one of its tables; statements over files
/// alone need none.
public final class Session {
  /// What the command line and `SET` decide.
  public struct Options: Sendable {
    /// The lake's directory.
    public var lakePath: String
    /// Worker threads; nil takes every processor.
    public var threads: Int?
    /// Bytes that operators may hold.
    public var memoryLimit: Int?
    /// Where rows go that exceed the memory limit; nil is the lake's folder `temp`.
    public var temporaryDirectory: String?
    /// `T`, as `YYYY-MM-DD`.
    public var businessDate: String?
    /// The default point of knowledge: a timestamp with zone, `tag:NAME`, `snapshot:N` or `run:N`.
    public var knownAt: String?
    /// Values of `:name`.
    public var parameters: [String: String]
    /// Who acts, for the audit log; nil takes the operating system's user.
    public var actor: String?
    /// Whom the operating system knows; nil asks it. Only tests say it: checkers must be others than
    /// makers, whatever anybody calls himself.
    package var user: String?
    /// Opens the lake as if its disk could not be written: queries work, changes are refused.
    public var isReadOnly = false

    /// Defaults for a lake at a path.
    public init(lakePath: String) {
      self.lakePath = lakePath
      parameters = [:]
    }
  }

  /// The settings; changes count from the next statement on.
  public var options: Options

  /// Writers of files for `COPY … TO`; Parquet needs none.
  package var fileSinks: FileSinkMaker?

  /// Of the lake, or of the branch in use.
  private(set) var workspace: Workspace
  /// Of the lake itself.
  let main: Workspace
  /// The branch in use; nil on the lake itself.
  package private(set) var branch: String?
  private(set) var transaction: Transaction?
  /// The running statement's, for cancelling and progress from other threads.
  private let running = RunningStatement()

  /// A session; nothing is opened yet.
  public convenience init(options: Options) {
    self.init(options: options, store: LocalFileStore())
  }

  /// A session on another disk or clock, for tests.
  package init(
    options: Options, store: any FileStore,
    clock: @escaping @Sendable () -> Int64 = SystemClock.microseconds, probe: CommitProbe? = nil
  ) {
    self.options = options
    main = Workspace(
      lakePath: options.lakePath, store: store, clock: clock, probe: probe,
      access: options.isReadOnly ? .readOnly : .automatic)
    workspace = main
  }

  deinit {
    discardTransaction()
    workspace.tidy()
    main.tidy()
  }

  /// Sends what follows to a branch, or with nil to the lake itself.
  func use(_ next: Workspace, branch name: String?) {
    workspace.leases.release()
    workspace.tidy()
    workspace = next
    branch = name
  }

  // MARK: Statements

  /// Runs every statement of the text in turn; the first that fails ends it.
  package func run(_ text: String, into sink: any ResultSink) throws(LakeError) {
    for piece in StatementSplitter.pieces(of: text) {
      let statements: [Statement]
      do throws(Diagnostic) { statements = try SyntaxParser.statements(in: piece.text) } catch {
        throw located(LakeError(error, in: piece.text), in: text, piece)
      }
      for statement in statements {
        workspace.beginStatement(isShort: true)
        defer { workspace.endStatement() }
        let runner = StatementRunner(session: self, text: piece.text, statement: statement)
        do throws(LakeError) { try runner.run(into: sink) } catch {
          throw located(error, in: text, piece)
        }
      }
    }
  }

  /// Points into the whole text rather than into one of its statements.
  private func located(
    _ error: LakeError, in text: String, _ piece: StatementSplitter.Piece
  ) -> LakeError {
    guard error.source != nil, let position = error.position else { return error }
    var moved = error
    moved.source = text
    moved.position = position.lowerBound + piece.offset..<position.upperBound + piece.offset
    return moved
  }

  /// Whether the text ends in the middle of a statement (an open string or parenthesis, no `;`).
  package func isIncomplete(_ text: String) -> Bool {
    if case .incomplete = StatementSplitter.completeness(of: text) { return true }
    return false
  }

  /// Asks the running statement to stop; safe from any thread.
  package func cancel() { running.cancel() }

  /// Morsels done and planned and rows scanned by the running statement, for a progress line.
  package var progress: (done: Int, planned: Int, rows: Int) {
    running.progress
  }

  /// A runner for the next plan of the running statement.
  var planRunner: PlanRunner {
    let runner = workspace.runner(
      threads: options.threads, memoryLimit: options.memoryLimit,
      temporaryDirectory: options.temporaryDirectory)
    running.begin(runner.context)
    return runner
  }

  // MARK: Settings

  func statementSettings() throws(QueryError) -> StatementSettings {
    var settings = StatementSettings()
    if let text = options.businessDate {
      guard let date = CalendarDate(text) else {
        throw QueryError(
          .time, "the business date '\(text)' is no date", help: "write it as 2025-09-30")
      }
      settings.businessDate = date
    }
    if let text = options.knownAt { settings.knowledge = try KnowledgeText.parse(text) }
    for (name, value) in options.parameters {
      settings.parameters[name.lowercased()] = .string(value)
    }
    // Not the statement's own runner: progress stays with the query itself.
    let options = options
    settings.evaluate = { [workspace, running] plan throws(QueryError) in
      let runner = workspace.runner(
        threads: options.threads, memoryLimit: options.memoryLimit,
        temporaryDirectory: options.temporaryDirectory)
      running.beginLookup(runner.context)
      defer { running.endLookup() }
      return try runner.collect(plan)
    }
    return settings
  }

  func set(_ name: QualifiedName, to value: Value) throws(QueryError) -> String {
    let text: String? =
      switch value {
      case .null: nil
      case .string(let text): text
      default: ValueText.sql(value)
      }
    switch name.dotted.lowercased() {
    case "threads":
      guard let count = text.flatMap({ Int($0) }), (1...256).contains(count) else {
        throw QueryError(.type, "threads is a number from 1 to 256", at: name.range)
      }
      options.threads = count
    case "as_of", "business_date":
      if case .date(let date) = value {
        options.businessDate = date.description
      } else {
        options.businessDate = text
      }
      _ = try statementSettings()
    case "known_at":
      options.knownAt = text
      _ = try statementSettings()
    default:
      let known = ["threads", "as_of", "known_at"]
      throw QueryError(
        .name, "there is no setting \"\(name.dotted)\"",
        help: Suggestion.nearest(to: name.dotted, among: known).map { "did you mean \($0)?" }
          ?? "there are \(known.joined(separator: ", "))", at: name.range)
    }
    return "set \(name.dotted) to \(text ?? "its default")"
  }

  /// Who acts, for the audit log.
  package var actor: String { options.actor ?? user }

  /// Who acts by the operating system's word, whatever `--actor` says.
  package var user: String { options.user ?? OperatingSystem.userName }

  func committer(_ lake: Lake) -> LakeCommitter { LakeCommitter(lake: lake, actor: actor) }

  // MARK: Transactions

  func begin() throws(QueryError) -> String {
    guard transaction == nil else {
      throw QueryError(
        .unsupported, "a transaction is open already", help: "COMMIT or ROLLBACK it first")
    }
    do throws(CatalogError) {
      let head = try workspace.statementSnapshot(of: workspace.lake())
      workspace.leases.pin(head.id)
      transaction = Transaction(at: head)
    } catch {
      throw QueryError(error)
    }
    return "began a transaction"
  }

  func commit(statement: String) throws(QueryError) -> String {
    guard let open = transaction else {
      throw QueryError(.unsupported, "there is no transaction to commit", help: "BEGIN one")
    }
    transaction = nil
    workspace.leases.pin(nil)
    let changed = open.changed
    if changed.isEmpty, open.schemas.isEmpty { return "committed; nothing was changed" }
    let lake: Lake
    do throws(CatalogError) { lake = try workspace.lake() } catch { throw QueryError(error) }
    let committer = committer(lake)
    var commit = committer.prepare(changed, operation: "TRANSACTION", statement: statement)
    commit.schemas = open.schemas
    let outcome = try committer.commit(commit)
    return "committed \(changed.count) table\(changed.count == 1 ? "" : "s") "
      + "(snapshot \(outcome.snapshot.id))"
  }

  func rollback() throws(QueryError) -> String {
    guard transaction != nil else {
      throw QueryError(.unsupported, "there is no transaction to roll back")
    }
    discardTransaction()
    return "rolled back"
  }

  private func discardTransaction() {
    guard let open = transaction else { return }
    transaction = nil
    workspace.leases.pin(nil)
    guard let lake = try? workspace.lake() else { return }
    for table in open.changed { lake.discardStaged(table) }
  }

  // MARK: Completion

  /// `schema.table` of every table and view, with its columns: for completion and `.schema`.
  package func tableNames() throws(LakeError) -> [String] {
    do throws(CatalogError) {
      let lake = try workspace.lake()
      return try lake.catalog.relationNames(at: try lake.catalog.head().id)
    } catch {
      throw LakeError(error)
    }
  }

  /// The columns of a table.
  package func describe(_ table: String) throws(LakeError) -> Schema {
    let name = QualifiedName(table.split(separator: ".").map { Identifier(String($0)) })
    guard (1...2).contains(name.parts.count) else {
      throw LakeError(.statement, "'\(table)' is no table's name")
    }
    do throws(QueryError) {
      workspace.beginStatement(isShort: true)
      defer { workspace.endStatement() }
      let resolver = LakeResolver(workspace, transaction: transaction)
      switch try resolver.resolve(name, knownAt: nil) {
      case .table(let pinned): return pinned.source.schema
      case .view(_, let query, _):
        return try Binder.bind(query, resolver: resolver, settings: statementSettings()).schema
      }
    } catch {
      throw LakeError(error)
    }
  }
}
