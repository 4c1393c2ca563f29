/// Where SQLite finds the databases that lie on a file store.
///
/// SQLite does its own file access. A store that is not the machine's own disk registers a SQLite VFS
/// over itself, so that a fault reaches the database as it reaches every other file.
package struct DatabaseDisk: Sendable {
  /// The name of the VFS; nil is SQLite's own, which uses the machine's disk.
  package let vfs: String?
  /// The same files, for what is done to a database from outside.
  package let files: any SteppedFileStore

  package init(vfs: String?, files: any SteppedFileStore) {
    self.vfs = vfs
    self.files = files
  }

  /// The machine's disk.
  package static let local = DatabaseDisk(vfs: nil, files: LocalFileStore())
}

extension FileStore {
  package var databases: DatabaseDisk { .local }
}
