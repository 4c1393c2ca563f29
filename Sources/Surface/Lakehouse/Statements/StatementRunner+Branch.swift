import LakeCatalog
import QueryEngine
import QueryLanguage

// Branches: what-if copies of the whole lake that share its data files.

extension StatementRunner {
  func branch(_ branch: BranchStatement) throws(QueryError) -> String {
    if let used = session.branch {
      throw QueryError(
        .unsupported, "this is said on the lake itself, and branch '\(used)' is in use",
        help: "USE MAIN first", at: statement.range)
    }
    switch branch {
    case .create(let name, let point): return try create(name, from: point)
    case .merge(let name): return try merge(name)
    case .drop(let name, let ifExists): return try drop(name, ifExists: ifExists)
    case .use(let name): return try use(name)
    case .useMain: return try use(nil)
    }
  }

  /// Sends the session's next statements to a branch, or back to the lake.
  func use(_ name: Identifier?) throws(QueryError) -> String {
    guard session.transaction == nil else {
      throw QueryError(
        .unsupported, "a transaction is open", help: "COMMIT or ROLLBACK it first",
        at: statement.range)
    }
    guard let name else {
      session.use(session.main, branch: nil)
      return "using the lake itself"
    }
    let lake = try mainLake(name)
    let found = try known(name, in: lake)
    let root = Branches.root(of: found, in: lake.root)
    let workspace = session.main.moved(to: root)
    do throws(CatalogError) { _ = try workspace.lake() } catch {
      throw QueryError(error, at: name.range)
    }
    session.use(workspace, branch: found)
    return "using branch '\(found)'"
  }

  private func mainLake(_ name: Identifier) throws(QueryError) -> Lake {
    try session.main.lake(for: QualifiedName([name], range: name.range))
  }

  private func known(_ name: Identifier, in lake: Lake) throws(QueryError) -> String {
    let names: [String]
    do throws(CatalogError) { names = try Branches(lake: lake).names() } catch {
      throw QueryError(error, at: name.range)
    }
    if let found = names.first(where: { name.matches($0) }) { return found }
    throw QueryError(
      .name, "there is no branch \"\(name.text)\"",
      help: names.isEmpty
        ? "CREATE BRANCH \(name.text) makes one" : "there are \(names.joined(separator: ", "))",
      at: name.range)
  }

  private func create(
    _ name: Identifier, from point: KnowledgePoint?
  ) throws(QueryError) -> String {
    let lake = try mainLake(name)
    let isPlain = name.text.utf8.allSatisfy { byte in
      UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
        || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || byte == UInt8(ascii: "_")
        || byte == UInt8(ascii: "-")
    }
    guard isPlain, (1...64).contains(name.text.utf8.count), !name.matches("main") else {
      throw QueryError(
        .name, "'\(name.text)' is no name for a branch",
        help: "letters, digits, _ and -, at most 64, and not main", at: name.range)
    }
    do throws(CatalogError) {
      if try Branches(lake: lake).names().contains(where: { name.matches($0) }) {
        throw CatalogError.alreadyExists(what: "branch", name: name.text)
      }
    } catch {
      throw QueryError(error, at: name.range)
    }
    var snapshot: Int64?
    if let point {
      let resolved = try Binder.knowledge(point, resolver: resolver(), settings: try settings)
      do throws(CatalogError) {
        snapshot = try resolver().snapshot(of: resolved, in: lake).id
      } catch {
        throw QueryError(error, at: point.range)
      }
    }
    let fork = try Branches(lake: lake).create(
      name.text, from: snapshot, committer: session.committer, statement: text)
    try record(name.text, String(fork), "CREATE BRANCH", in: lake)
    return "made branch '\(name.text)' from snapshot \(fork)"
  }

  private func merge(_ name: Identifier) throws(QueryError) -> String {
    let lake = try mainLake(name)
    let found = try known(name, in: lake)
    let committer = session.committer(lake)
    let fork: Int64
    let changes: BranchMerge.Changes
    do throws(CatalogError) {
      if try Branches(lake: lake).isMerged(found) {
        throw CatalogError.invalid(
          "branch '\(found)' was merged already; DROP BRANCH \(found), and make another")
      }
      let opened = try Branches(lake: lake).open(found)
      fork = opened.fork
      let merge = BranchMerge(lake: lake, branch: opened.branch, name: found, fork: fork)
      do throws(CatalogError) { changes = try merge.changes() } catch {
        guard case .invalid(let both) = error else { throw error }
        let conflict = QueryError(.conflict, both, at: name.range)
        throw CatalogError.commitContent(table: found, conflict)
      }
    } catch {
      throw QueryError(error, at: name.range)
    }
    guard !changes.isEmpty else { return "branch '\(found)' changed nothing" }
    var commit = committer.prepare(changes.tables, operation: "MERGE BRANCH", statement: text)
    commit.droppedTables = changes.dropped
    commit.views = changes.views
    commit.droppedViews = changes.droppedViews
    commit.settings = [
      SettingRecord(name: Branches.setting(found), value: "\(fork)" + Branches.merged)
    ]
    let count = changes.tables.count + changes.dropped.count
    commit.message = "branch '\(found)' of snapshot \(fork), \(count) tables"
    let snapshot = try committer.commit(commit).snapshot.id
    return "merged branch '\(found)': \(count) table\(count == 1 ? "" : "s") changed "
      + "(snapshot \(snapshot))"
  }

  private func drop(_ name: Identifier, ifExists: Bool) throws(QueryError) -> String {
    let lake = try mainLake(name)
    let found: String
    do throws(QueryError) { found = try known(name, in: lake) } catch {
      guard ifExists, error.reason == .name else { throw error }
      return "branch '\(name.text)' is not there"
    }
    // A directory that no log names is removed by whoever makes a branch of that name.
    try record(found, nil, "DROP BRANCH", in: lake)
    do throws(CatalogError) { try Branches(lake: lake).remove(found) } catch {
      throw QueryError(error)
    }
    return "dropped branch '\(found)'"
  }

  private func record(
    _ name: String, _ value: String?, _ operation: String, in lake: Lake
  ) throws(QueryError) {
    let committer = session.committer(lake)
    var commit = committer.prepare([], operation: operation, statement: text)
    commit.settings = [SettingRecord(name: Branches.setting(name), value: value)]
    commit.message = "branch '\(name)'"
    _ = try committer.commit(commit)
  }
}
