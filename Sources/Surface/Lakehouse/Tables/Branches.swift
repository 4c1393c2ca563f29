import Columnar
import FileStorage
import LakeCatalog
import QueryEngine

/// What-if branches: lakes under `branches/<name>/` that share data files with the lake by hard links.
///
/// A branch starts as the lake was at a snapshot, history and tags included, and goes its own way. The
/// lake's log knows which branches there are, by settings `branch.<name>` that hold the snapshot; the
/// branch's log knows its own beginning.
struct Branches {
  let lake: Lake

  private static let lead = "branch."
  /// Inside a branch: the lake's snapshot that it started from.
  private static let fork = "fork"

  static func root(of name: String, in root: String) -> String {
    joinPath(joinPath(root, "branches"), name)
  }

  static func setting(_ name: String) -> String { lead + name }

  /// By name.
  func names() throws(CatalogError) -> [String] {
    try lake.catalog.settings(prefix: Branches.lead).map {
      String($0.name.dropFirst(Branches.lead.count))
    }
  }

  /// The branches as `system.branches`.
  func batch() throws(CatalogError) -> Batch {
    var rows = RowBuilder([("name", .string), ("snapshot", .int64), ("merged", .boolean)])
    for setting in try lake.catalog.settings(prefix: Branches.lead) {
      let value = setting.value ?? ""
      rows.append([
        .string(String(setting.name.dropFirst(Branches.lead.count))),
        Int64(value.prefix { $0.isNumber }).map { .int64($0) } ?? .null,
        .boolean(value.hasSuffix(Branches.merged)),
      ])
    }
    return rows.batch
  }

  /// Ends the setting of a branch that was merged.
  static let merged = " merged"

  func isMerged(_ name: String) throws(CatalogError) -> Bool {
    try lake.catalog.setting(Branches.setting(name))?.hasSuffix(Branches.merged) ?? false
  }

  /// Makes the branch's lake; it counts once the lake's log names it.
  ///
  /// - Parameter snapshot: Nil takes the newest.
  /// - Returns: the snapshot it starts from.
  func create(
    _ name: String, from snapshot: Int64?, committer: (Lake) -> LakeCommitter, statement: String
  ) throws(QueryError) -> Int64 {
    let root = Branches.root(of: name, in: lake.root)
    let leases = ReaderLeases(root: lake.root, store: lake.store)
    leases.hold(ReaderLeases.everything)
    defer { leases.release() }
    do throws(CatalogError) {
      // A branch that no log names is what a crash left.
      try remove(name)
      let copy = LakeCopy(of: lake.catalog, to: root, links: true, upTo: snapshot)
      let head = try copy.run { _ in }.head
      let branch = try Lake.open(root, store: lake.store, clock: lake.clock)
      var commit = LakeCommit(
        actor: committer(branch).actor, operation: "CREATE BRANCH", statement: statement)
      commit.settings = [SettingRecord(name: Branches.fork, value: String(head.id))]
      commit.settings += try branch.catalog.settings(prefix: Branches.lead).map {
        SettingRecord(name: $0.name, value: nil)
      }
      try branch.catalog.commit(commit)
      branch.catalog.tidy()
      return head.id
    } catch {
      throw QueryError(error)
    }
  }

  /// Opens a branch, with the snapshot of the lake that it started from.
  func open(_ name: String) throws(CatalogError) -> (branch: Lake, fork: Int64) {
    let root = Branches.root(of: name, in: lake.root)
    let branch = try Lake.open(root, store: lake.store, clock: lake.clock)
    guard let fork = try Branches.start(of: branch) else {
      throw .corrupted("the branch '\(name)' does not say where it began")
    }
    return (branch, fork)
  }

  /// In a branch: the lake's snapshot that it started from; nil in the lake itself.
  static func start(of branch: Lake) throws(CatalogError) -> Int64? {
    try branch.catalog.setting(fork).flatMap { Int64($0) }
  }

  /// Removes a branch's directory; data files that the lake has stay.
  func remove(_ name: String) throws(CatalogError) {
    let root = Branches.root(of: name, in: lake.root)
    do throws(FileError) {
      if try lake.store.status(root) != nil { try lake.store.removeTree(root) }
    } catch {
      throw .file(error)
    }
  }
}
