package import FileStorage

extension Catalog {
  /// Makes a lake in `path`, which may exist: its first snapshot is 0.
  ///
  /// Whatever a crash leaves of this can be created again.
  package static func create(
    at path: String, store: any FileStore, clock: @escaping @Sendable () -> Int64, actor: String,
    statement: String? = nil, probe: CommitProbe? = nil
  ) throws(CatalogError) -> Catalog {
    let layout = LakeLayout(path)
    let lock = try CatalogError.files { () throws(FileError) in
      try store.makeDirectory(layout.root)
      try store.makeDirectory(layout.log)
      return try store.lock(layout.lockFile, waits: true)
    }
    defer { lock.release() }
    let (catalog, unfinished) = try CatalogError.files { () throws(FileError) in
      let files = store.databases.files
      return (try files.status(layout.catalog), try files.status(layout.unfinishedCatalog))
    }
    if catalog == nil, unfinished != nil { throw .incompleteCopy(path: path) }
    let connection = try Connection.open(layout.catalog, .create, on: store.databases)
    if try Migrations.format(connection) > 0 { throw .lakeExists(path: path) }
    let first = try CatalogError.files { () throws(FileError) in
      try store.status(layout.logFile(0))
    }
    if first != nil { throw .catalogLost(path: path) }
    let entry = firstEntry(time: clock(), actor: actor, statement: statement)
    try connection.transaction(probe: probe) { () throws(CatalogError) in
      try Migrations.apply(to: connection)
      try entry.apply(to: connection, bytes: entry.encoded(), commits: [], isPublished: false)
    }
    try CatalogError.files { () throws(FileError) in try store.syncDirectory(layout.root) }
    let publisher = Publisher(layout: layout, store: store, probe: probe)
    try publisher.publishPending(connection).throwIfFailed()
    connection.checkpoint()
    lock.release()
    return try Catalog(opening: path, store: store, clock: clock, probe: probe)
  }

  private static func firstEntry(
    time: Int64, actor: String, statement: String?
  ) -> LakeLogEntry {
    var generator = SystemRandomNumberGenerator()
    let identity = [generator.next(), generator.next()].flatMap { word in
      (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) }
    }.hex
    var entry = LakeLogEntry(
      lake: identity, snapshot: 0, timeMicroseconds: time, actor: actor,
      operation: "CREATE LAKE", statement: statement, previous: .zero)
    entry.settings = [SettingRecord(name: "lake.id", value: identity)]
    return entry
  }
}
