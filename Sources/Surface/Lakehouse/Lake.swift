import Compression
package import FileStorage
import Glibc
package import LakeCatalog
import Synchronization

/// A lake on disk: its catalog, its tables, and what sessions on it share.
package final class Lake: Sendable {
  package let catalog: Catalog
  package let store: any FileStore
  /// The lake's directory.
  package let root: String
  package let clock: @Sendable () -> Int64
  let decompressors = DecompressorPool()
  let schemas = SchemaCache()
  let footers = FooterCache()

  package init(
    catalog: Catalog, store: any FileStore, clock: @escaping @Sendable () -> Int64
  ) {
    self.catalog = catalog
    self.store = store
    self.clock = clock
    root = catalog.layout.root
  }

  /// Opens a lake, finishing what a crash left unfinished.
  package static func open(
    _ path: String, store: any FileStore = LocalFileStore(),
    clock: @escaping @Sendable () -> Int64 = SystemClock.microseconds, probe: CommitProbe? = nil,
    access: CatalogAccess = .automatic
  ) throws(CatalogError) -> Lake {
    let catalog = try Catalog(
      opening: path, store: store, clock: clock, access: access, probe: probe)
    return Lake(catalog: catalog, store: store, clock: clock)
  }

  /// Makes an empty lake.
  package static func create(
    _ path: String, actor: String, store: any FileStore = LocalFileStore(),
    clock: @escaping @Sendable () -> Int64 = SystemClock.microseconds, probe: CommitProbe? = nil
  ) throws(CatalogError) -> Lake {
    let catalog = try Catalog.create(
      at: path, store: store, clock: clock, actor: actor, probe: probe)
    return Lake(catalog: catalog, store: store, clock: clock)
  }

  /// The absolute or working-directory path of a table's directory.
  package func directory(of table: TableRecord) -> String {
    catalog.layout.table(table.definition.path)
  }
}

extension Lake {
  /// Removes data files that nothing refers to; one that cannot be removed is an orphan for vacuum.
  ///
  /// - Parameter table: Files that it has or had are no orphans: a RESTORE brings such back.
  func discard(_ files: [FileRow], of definition: TableDefinition, table: Int64?) {
    var known: Set<String> = []
    if let table {
      guard let all = try? catalog.allFiles(of: table) else { return }
      known = Set(all.map(\.file.path))
    }
    for file in files where !known.contains(file.path) {
      try? store.remove(joinPath(catalog.layout.table(definition.path), file.path))
    }
  }

  /// Removes the files of a change that will not be committed.
  func discardStaged(_ table: TableState) {
    discard(table.staged?.added ?? [], of: table.definition, table: table.record?.id)
    if table.record == nil { try? store.remove(catalog.layout.table(table.definition.path)) }
  }
}

/// The machine's clock; everything else is handed a clock.
package enum SystemClock {
  /// Microseconds since the epoch.
  package static func microseconds() -> Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }

  /// Nanoseconds of a clock that only goes forward.
  package static func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

/// Decompressors between uses: making one costs more than a small page.
final class DecompressorPool: Sendable {
  /// Safe: a decompressor is in the pool or with one worker, never both.
  private struct Idle: @unchecked Sendable {
    var decompressors: [Decompressor] = []
  }
  private let idle = Mutex(Idle())

  func take() -> Decompressor {
    let taken = idle.withLock { idle in
      TakenDecompressor(idle.decompressors.popLast())
    }
    return taken.decompressor ?? Decompressor()
  }

  func giveBack(_ decompressor: Decompressor) {
    let returned = TakenDecompressor(decompressor)
    idle.withLock { idle in
      if let decompressor = returned.decompressor { idle.decompressors.append(decompressor) }
    }
  }
}

/// Safe: carries one decompressor from the pool to its taker.
private struct TakenDecompressor: @unchecked Sendable {
  let decompressor: Decompressor?
  init(_ decompressor: Decompressor?) { self.decompressor = decompressor }
}
