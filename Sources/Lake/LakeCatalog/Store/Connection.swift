import CSQLite
import FileStorage
import Glibc

/// One connection to the catalog's database.
///
/// SQLite 3.40 can corrupt a write-ahead log when one connection writes while another moves the log
/// into the database. So nothing moves it by itself, neither after a commit nor on closing: only
/// `checkpoint` does, and its caller holds the lake's writer lock.
@safe struct Connection: ~Copyable, @unchecked Sendable {
  // Safe to send: the owner keeps the connection behind a lock, one thread at a time.
  let handle: OpaquePointer
  let prepared = PreparedStatements()

  enum Mode {
    case create
    case write
    case read
    /// For a disk that cannot be written: no locks, no shared memory, and no write-ahead log.
    case immutable
  }

  private init(handle: OpaquePointer) { unsafe self.handle = handle }

  static func open(
    _ path: String, _ mode: Mode, on disk: DatabaseDisk
  ) throws(CatalogError) -> Connection {
    if mode == .create, disk.vfs == nil { try makePrivateFile(path) }
    let connection = unsafe Connection(handle: try openHandle(path, mode, disk.vfs))
    try connection.configure(mode)
    return connection
  }

  /// Once a process, before the first connection.
  private static let isSetUp = tarn_sqlite_count_no_memory() == SQLITE_OK

  private static func openHandle(
    _ path: String, _ mode: Mode, _ vfs: String?
  ) throws(CatalogError) -> OpaquePointer {
    _ = isSetUp
    var handle: OpaquePointer?
    let isImmutable = mode == .immutable
    let name = isImmutable ? "file:" + uriEncoded(path) + "?immutable=1" : path
    var access = isImmutable ? SQLITE_OPEN_READONLY | SQLITE_OPEN_URI : SQLITE_OPEN_READWRITE
    if mode == .create { access |= SQLITE_OPEN_CREATE }
    let code = unsafe sqlite3_open_v2(name, &handle, access | SQLITE_OPEN_NOMUTEX, vfs)
    if code == SQLITE_OK, let handle = unsafe handle { return unsafe handle }
    let error = unsafe failure(handle, code, "open \(path)")
    unsafe sqlite3_close_v2(handle)
    throw error
  }

  private func configure(_ mode: Mode) throws(CatalogError) {
    unsafe sqlite3_extended_result_codes(handle, 1)
    // The writer lock is the queue; this only covers another process that recovers the log.
    unsafe sqlite3_busy_timeout(handle, 30_000)
    unsafe _ = tarn_sqlite_keep_wal_on_close(handle)
    unsafe _ = sqlite3_wal_autocheckpoint(handle, 0)
    unsafe _ = tarn_sqlite_trust_no_schema(handle)
    switch mode {
    case .create:
      try execute("PRAGMA journal_mode=WAL")
      try execute("PRAGMA synchronous=FULL")
    case .write:
      try execute("PRAGMA synchronous=FULL")
      // The triggers of `DuckLakeFace` parse JSON, which this SQLite does not call innocuous.
      try execute("PRAGMA trusted_schema=ON")
    case .read, .immutable: try execute("PRAGMA query_only=ON")
    }
  }

  deinit {
    prepared.finalize()
    unsafe sqlite3_close_v2(handle)
  }

  /// Runs one statement without parameters and ignores its rows.
  func execute(_ sql: String) throws(CatalogError) {
    let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
    if code != SQLITE_OK { throw unsafe Connection.failure(handle, code, sql) }
  }

  func run(_ sql: String, _ values: [SQLValue]) throws(CatalogError) {
    try Statement(sql, on: self).run(values)
  }

  /// All rows of a query, each turned into a value.
  func rows<Row>(
    _ sql: String, _ values: [SQLValue] = [],
    _ row: (borrowing Statement) throws(CatalogError) -> Row
  ) throws(CatalogError) -> [Row] {
    let statement = try Statement(sql, on: self)
    try statement.bind(values)
    var rows: [Row] = []
    while try statement.step() { rows.append(try row(statement)) }
    return rows
  }

  /// The first row of a query.
  func row<Row>(
    _ sql: String, _ values: [SQLValue] = [],
    _ row: (borrowing Statement) throws(CatalogError) -> Row
  ) throws(CatalogError) -> Row? {
    let statement = try Statement(sql, on: self)
    try statement.bind(values)
    return try statement.step() ? try row(statement) : nil
  }

  /// The first column of the first row; nil when there is no row or it is null.
  func integer(_ sql: String, _ values: [SQLValue] = []) throws(CatalogError) -> Int64? {
    let statement = try Statement(sql, on: self)
    try statement.bind(values)
    return try statement.step() ? statement.optionalInteger(0) : nil
  }

  /// The rowid of the last insert.
  var lastRow: Int64 { unsafe sqlite3_last_insert_rowid(handle) }

  /// Takes back an open transaction; one that SQLite took back itself is fine.
  func rollback() { unsafe _ = sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }

  /// Moves the write-ahead log into the database, as far as readers allow.
  ///
  /// - Precondition: the caller holds the lake's writer lock.
  func checkpoint() {
    // A reader that blocks the last step is no error: the next checkpoint goes on.
    unsafe _ = sqlite3_busy_timeout(handle, 0)
    unsafe _ = sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
    unsafe _ = sqlite3_busy_timeout(handle, 30_000)
  }

  static func failure(
    _ handle: OpaquePointer?, _ code: Int32, _ sql: String
  ) -> CatalogError {
    let extended = unsafe handle == nil ? code : sqlite3_extended_errcode(handle)
    let message = unsafe String(cString: sqlite3_errmsg(handle))
    switch code & 0xFF {
    case SQLITE_CORRUPT, SQLITE_NOTADB: return .corrupted(message)
    case SQLITE_FULL:
      return .file(FileError(.noSpace, path: "tarn.db", operation: "write"))
    default:
      return .database(code: extended == 0 ? code : extended, message: message, sql: sql)
    }
  }

  /// The catalog may name customers and desks: nobody but the owner reads it.
  static func makePrivateFile(_ path: String) throws(CatalogError) {
    let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .noLake(path: path) }
    close(descriptor)
  }

  private static func uriEncoded(_ path: String) -> String {
    var text = ""
    for scalar in path.unicodeScalars {
      switch scalar {
      case "%": text += "%25"
      case "?": text += "%3f"
      case "#": text += "%23"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
