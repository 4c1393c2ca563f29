import FileStorage
import Glibc

/// A catalog's database, opened for reading in whatever way the disk allows.
struct OpenedDatabase: ~Copyable {
  let connection: Connection
  let isReadOnly: Bool
  let copy: CatalogCopy?
  let state: State

  /// What every opening asks, in one query.
  struct State {
    var format: Int64
    /// The lake's name in its log.
    var lake: String
    /// Whether a crash left something to finish.
    var hasUnfinished: Bool
    var facts: HeadFacts
  }

  private init(
    _ connection: consuming Connection, isReadOnly: Bool, copy: CatalogCopy?, state: State
  ) {
    self.connection = connection
    self.isReadOnly = isReadOnly
    self.copy = copy
    self.state = state
  }

  static func open(
    _ layout: LakeLayout, _ access: CatalogAccess, on disk: DatabaseDisk
  ) throws(CatalogError) -> OpenedDatabase {
    let path = layout.catalog
    guard try exists(path, on: disk) else {
      if try exists(layout.logFile(0), on: disk) { throw .catalogLost(path: layout.root) }
      // A backup gives its catalog a name last, before the logs.
      if try exists(layout.unfinishedCatalog, on: disk) { throw .incompleteCopy(path: layout.root) }
      throw .noLake(path: layout.root)
    }
    let canWrite = isWritable(layout.root, on: disk) && isWritable(path, on: disk)
    if access == .automatic && canWrite {
      let connection = try Connection.open(path, .read, on: disk)
      return try check(connection, layout, isReadOnly: false, copy: nil)
    }
    if try hasLog(path, on: disk) {
      // Without a writable disk SQLite cannot use the write-ahead log, and without the log it would
      // answer with an older state of the lake.
      let copy = try CatalogCopy(of: path, on: disk)
      return try check(
        try Connection.open(copy.database, .read, on: .local), layout, isReadOnly: true, copy: copy)
    }
    let connection = try Connection.open(path, .immutable, on: disk)
    return try check(connection, layout, isReadOnly: true, copy: nil)
  }

  private static func check(
    _ connection: consuming Connection, _ layout: LakeLayout, isReadOnly: Bool, copy: CatalogCopy?
  ) throws(CatalogError) -> OpenedDatabase {
    let format = try Migrations.format(connection)
    if format == 0 { throw .noLake(path: layout.root) }
    if format > Migrations.supported {
      throw .newerCatalog(found: format, supported: Migrations.supported)
    }
    let state = try connection.row(
      """
      SELECT \(HeadFacts.columns),
        EXISTS (SELECT 1 FROM snapshots WHERE published = 0)
          OR EXISTS (SELECT 1 FROM table_versions WHERE published = 0)
          OR EXISTS (SELECT 1 FROM intents),
        (SELECT value FROM settings WHERE name = 'lake.id')
      FROM snapshots s ORDER BY s.id DESC LIMIT 1
      """
    ) { row throws(CatalogError) in
      State(
        format: format, lake: row.text(5), hasUnfinished: row.flag(4), facts: HeadFacts(row))
    }
    guard let state else { throw .corrupted("the lake has no first snapshot") }
    guard !state.lake.isEmpty else { throw .corrupted("the lake has no identity") }
    return OpenedDatabase(connection, isReadOnly: isReadOnly, copy: copy, state: state)
  }

  consuming func takeConnection() -> Connection { connection }

  private static func exists(
    _ path: String, on disk: DatabaseDisk
  ) throws(CatalogError) -> Bool {
    if disk.vfs == nil { return unsafe Glibc.access(path, F_OK) == 0 }
    return try CatalogError.files { () throws(FileError) in try disk.files.status(path) != nil }
  }

  /// A simulated disk takes every write, or fails in the middle of one.
  private static func isWritable(_ path: String, on disk: DatabaseDisk) -> Bool {
    unsafe disk.vfs != nil || Glibc.access(path, W_OK) == 0
  }

  private static func hasLog(
    _ path: String, on disk: DatabaseDisk
  ) throws(CatalogError) -> Bool {
    try CatalogError.files { () throws(FileError) in
      (try disk.files.status(path + "-wal")?.size ?? 0) > 0
    }
  }
}

/// A copy of a database and its write-ahead log, in a private temporary directory.
final class CatalogCopy: Sendable {
  let database: String
  private let directory: String

  init(of path: String, on disk: DatabaseDisk) throws(CatalogError) {
    var template = Array("/tmp/tarn-read-XXXXXX".utf8CString)
    // Safe: the template is a terminated, writable string, as mkdtemp asks.
    let isMade = unsafe template.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return false }
      return unsafe mkdtemp(base) != nil
    }
    guard isMade else { throw .readOnly(path: path) }
    directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    database = joinPath(directory, "tarn.db")
    try CatalogError.files { () throws(FileError) in
      for suffix in ["", "-wal"] {
        let file = try LocalFileStore().create(database + suffix)
        try file.append(try disk.files.read(path + suffix))
        try file.close()
      }
    }
  }

  deinit {
    let disk = LocalFileStore()
    for suffix in ["", "-wal", "-shm"] { try? disk.remove(database + suffix) }
    try? disk.remove(directory)
  }
}
