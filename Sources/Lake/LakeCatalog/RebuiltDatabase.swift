import FileStorage

/// Puts a rebuilt database in the place of the old one, so that a crash leaves one of the two, whole,
/// or none; never one without its write-ahead log or with the other's.
///
/// Call all of it under the lake's writer lock.
struct RebuiltDatabase {
  let layout: LakeLayout
  let store: any FileStore

  /// Where the rebuilt database is made.
  var fresh: String { layout.unfinishedCatalog }
  private var kept: String { layout.catalog + ".replaced" }
  private var disk: any SteppedFileStore { store.databases.files }

  /// Publishes what the old catalog has ratified and not published, for the logs are all that a
  /// rebuild reads; then everything of it is in its one file. A catalog that is damaged is left
  /// alone: it is the reason for the rebuild.
  func finishOld() {
    do throws(CatalogError) {
      guard
        try CatalogError.files({ () throws(FileError) in try disk.status(layout.catalog) }) != nil
      else { return }
      let old = try Connection.open(layout.catalog, .write, on: store.databases)
      let format = try Migrations.format(old)
      guard format > 0, format <= Migrations.supported else { return }
      let check = try old.row("PRAGMA quick_check(1)") { row throws(CatalogError) in row.text(0) }
      guard check == "ok" else { return }
      _ = Recovery(layout: layout, store: store, probe: nil).finish(old)
      old.checkpoint()
    } catch {
      // Whatever is wrong with the old catalog, the logs tell what there is.
    }
  }

  /// Moves the rebuilt database into place; the old one stays beside it as `tarn.db.replaced`.
  func replaceOld() throws(FileError) {
    let catalog = layout.catalog
    let freshLog = try disk.status(fresh + "-wal")?.size ?? 0
    guard freshLog == 0 else {
      throw FileError(.system(code: 5), path: fresh, operation: "write")
    }
    if try disk.status(catalog) == nil {
      // An earlier rebuild died here: the old database is put away, its log perhaps not.
      try move("-wal")
    } else {
      try remove(kept)
      if try disk.status(catalog + "-wal")?.size ?? 0 == 0 {
        _ = try disk.link(catalog, to: kept)
      } else {
        // The database goes first: without its log it would answer with an older state.
        try move("")
        try move("-wal")
      }
    }
    for suffix in ["-shm", "-wal"] where try disk.status(catalog + suffix) != nil {
      try disk.remove(catalog + suffix)
    }
    // A log must not meet a database that it does not belong to.
    try disk.syncDirectory(layout.root)
    try disk.rename(fresh, to: catalog)
    try disk.syncDirectory(layout.root)
    try remove(fresh)
  }

  private func move(_ suffix: String) throws(FileError) {
    guard try disk.status(layout.catalog + suffix) != nil else { return }
    try disk.rename(layout.catalog + suffix, to: kept + suffix)
    try disk.syncDirectory(layout.root)
  }

  /// Removes a database and the files SQLite keeps beside it, as far as they are there.
  func remove(_ path: String) throws(FileError) {
    for suffix in ["-shm", "-wal", "-journal", ""] where try disk.status(path + suffix) != nil {
      try disk.remove(path + suffix)
    }
  }
}
