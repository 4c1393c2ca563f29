package import Columnar

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
    /// `T`, as `YYYY-MM-DD`.
    public var businessDate: String?
    /// The default point of knowledge: a timestamp with zone, `tag:NAME`, `snapshot:N` or `run:N`.
    public var knownAt: String?
    /// Values of `:name`.
    public var parameters: [String: String]
    /// Who acts, for the audit log; nil takes the operating system's user.
    public var actor: String?

    /// Defaults for a lake at a path.
    public init(lakePath: String) {
      self.lakePath = lakePath
      parameters = [:]
    }
  }

  /// The settings; changes count from the next statement on.
  public var options: Options

  /// A session; nothing is opened yet.
  public init(options: Options) { self.options = options }

  /// Runs every statement of the text in turn; the first that fails ends it.
  package func run(_ text: String, into sink: any ResultSink) throws(LakeError) {
    throw LakeError(.statement, "not there yet")
  }

  /// Whether the text ends in the middle of a statement (an open string or parenthesis, no `;`).
  package func isIncomplete(_ text: String) -> Bool { false }

  /// Asks the running statement to stop; safe from any thread.
  package func cancel() {}

  /// Morsels done and planned and rows scanned by the running statement, for a progress line.
  package var progress: (done: Int, planned: Int, rows: Int) { (0, 0, 0) }

  /// `schema.table` of every table and view, with its columns: for completion and `.schema`.
  package func tableNames() throws(LakeError) -> [String] { [] }
  package func describe(_ table: String) throws(LakeError) -> Schema { Schema([]) }

  /// One of the commands `ingest`, `apply`, `refresh` …; see `LakeCommand`.
  package func perform(_ command: LakeCommand, progress: @escaping (String) -> Void)
    throws(LakeError) -> Outcome
  {
    throw LakeError(.statement, "not there yet")
  }
}
