import FileStorage
import Ingest
import LakeCatalog
import MaterializedViews
import QueryEngine

/// Takes what is new and whole from a landing folder, file by file, each in a commit of its own.
///
/// A file that cannot be loaded leaves the lake as it was and stops no other. Any number of ticks can
/// look at one folder: one of them takes files at a time, and the catalog knows each by its bytes.
struct LandingIntake {
  private let session: Session
  private let lake: Lake
  private let host: LakeTickHost
  private let folder: LandingFolder
  private let directory: String
  /// What the folder is called in the catalog: the lake's own has no name, so that a lake can move.
  private let name: String

  /// What a tick found there.
  struct Outcome {
    /// Files that were loaded, and those whose bytes had been loaded before.
    var loaded: [Ingester.Report] = []
    /// Refused by this tick.
    var refused: [RefusedFile] = []
    /// Refused before and not tried again yet.
    var standing: [RefusedFile] = []
    /// Paths below the folder of files that are still changing.
    var waiting: [String] = []
    /// Whether another tick is taking files there, so that this one took none.
    var isTakenByOther = false
    /// Set when a fault was of the lake rather than of a file.
    var isDamaged = false
  }

  init(_ session: Session, lake: Lake, host: LakeTickHost, _ folder: LandingFolder) {
    self.session = session
    self.lake = lake
    self.host = host
    self.folder = folder
    directory = folder.directory ?? joinPath(lake.root, "landing")
    name = folder.directory.map { Paths.resolved($0) } ?? ""
  }

  /// - Throws: What no other file would escape: a lake that can only be read, a cancellation; what
  ///   happens to one file is in the outcome.
  func take(_ progress: (String) -> Void) throws(LakeError) -> Outcome {
    let lease = "landing:" + name
    do throws(QueryError) {
      try session.workspace.checkWritable()
      guard try host.takeLease(lease, until: host.now() + Tick.leaseLength) else {
        return Outcome(isTakenByOther: true)
      }
    } catch {
      throw LakeError(error)
    }
    let outcome: Outcome
    do throws(LakeError) { outcome = try takeAll(progress) } catch {
      // What cannot be given back ends by itself.
      try? host.releaseLease(lease)
      throw error
    }
    do throws(QueryError) { try host.releaseLease(lease) } catch { throw LakeError(error) }
    return outcome
  }

  private func takeAll(_ progress: (String) -> Void) throws(LakeError) -> Outcome {
    let before = try memory()
    var after = LandingMemory(bytes: nil, done: nil)
    var outcome = Outcome()
    do throws(LakeError) {
      let found = try look(before, &after, &outcome)
      let ingester = Ingester(session, lake: lake)
      for (index, file) in found.enumerated() {
        progress("loading \(index + 1) of \(found.count): \(file.path)")
        try load(file, ingester, before, &after, &outcome)
      }
    } catch {
      // What was done is remembered, and the rest is found again.
      try? remember(after, insteadOf: before)
      throw error
    }
    try remember(after, insteadOf: before)
    return outcome
  }

  /// A file that is to be loaded.
  private struct Found {
    /// Below the folder.
    var path: String
    /// Nil: it does not lie where a landing file does.
    var landing: LandingFile?
    var status: FileStatus
    var declaredIn: Int64
  }

  // MARK: Looking

  /// Of what the disk does not tell about.
  private static let unknown = FileStatus(size: 0, isDirectory: false, modifiedMicroseconds: 0)

  /// Files to be tried, in the order of arrival; others are noted.
  private func look(
    _ before: LandingMemory, _ after: inout LandingMemory, _ outcome: inout Outcome
  ) throws(LakeError) -> [Found] {
    let listing: LandingScanner.Listing
    do throws(IngestError) {
      listing = try LandingScanner(directory).list(in: lake.store)
    } catch {
      after = before
      refuse(
        "", at: directory, Self.unknown, 0, LakeError(QueryError(error)), before, &after, &outcome)
      return []
    }
    let declared = try declarations()
    let all =
      listing.files.map { ($0.relativePath, $0) }
      + listing.misplaced.map { ($0, nil as LandingFile?) }
    var found: [Found] = []
    for (path, landing) in all {
      let status: FileStatus?
      let place = joinPath(directory, path)
      do throws(FileError) { status = try lake.store.status(place) } catch {
        refuse(path, at: place, Self.unknown, 0, LakeError(error), before, &after, &outcome)
        continue
      }
      // Gone since the folder was listed: whoever took it away knows why.
      guard let status else { continue }
      let mark = LandingMemory.mark(path, status)
      let file = Found(
        path: path, landing: landing, status: status,
        declaredIn: landing.flatMap { declared[$0.feed.lowercased()] } ?? 0)
      if before.done.contains(mark) {
        after.done.insert(mark)
      } else if !isWhole(path, status, listing.marked, before) {
        wait(path, status, before, &after, &outcome)
      } else if let refused = before.refused[path], isStanding(refused, file) {
        after.refused[path] = refused
        outcome.standing.append(refused)
      } else {
        found.append(file)
      }
    }
    return found
  }

  /// For each feed, in lower case, the snapshot that last changed what is declared about it.
  private func declarations() throws(LakeError) -> [String: Int64] {
    var declared: [String: Int64] = [:]
    do throws(CatalogError) {
      for table in try lake.catalog.tables(at: lake.catalog.head().id) {
        guard let feed = table.definition.feed?.lowercased() else { continue }
        declared[feed] = max(declared[feed] ?? 0, table.beginSnapshot)
      }
    } catch {
      throw LakeError(error)
    }
    return declared
  }

  /// Whether nobody is writing it any more, as far as can be told: its sender says so, or it has not
  /// changed for a while, by the disk's clock or by two looks at it.
  private func isWhole(
    _ path: String, _ status: FileStatus, _ marked: Set<String>, _ before: LandingMemory
  ) -> Bool {
    if folder.settle <= 0 || marked.contains(path) { return true }
    let settle = Int64(folder.settle) * 1_000_000
    let now = host.now()
    if now - status.changedMicroseconds >= settle { return true }
    guard let seen = before.waiting[path], seen.size == status.size,
      seen.changed == status.changedMicroseconds
    else { return false }
    return now - seen.since >= settle
  }

  private func wait(
    _ path: String, _ status: FileStatus, _ before: LandingMemory,
    _ after: inout LandingMemory, _ outcome: inout Outcome
  ) {
    var entry = LandingMemory.Waiting(
      size: status.size, changed: status.changedMicroseconds, since: host.now())
    if let seen = before.waiting[path], seen.size == entry.size, seen.changed == entry.changed {
      entry.since = min(seen.since, entry.since)
    }
    after.waiting[path] = entry
    outcome.waiting.append(path)
  }

  /// Whether trying again would only find the same: same file, same declarations, not time yet.
  private func isStanding(_ refused: RefusedFile, _ file: Found) -> Bool {
    refused.size == file.status.size && refused.changed == file.status.changedMicroseconds
      && refused.declaredIn == file.declaredIn && host.now() < refused.retryAt
  }

  // MARK: Loading

  private func load(
    _ file: Found, _ ingester: Ingester, _ before: LandingMemory, _ after: inout LandingMemory,
    _ outcome: inout Outcome
  ) throws(LakeError) {
    let path = joinPath(directory, file.path)
    do throws(LakeError) {
      guard let landing = file.landing else {
        throw LakeError(
          .data, "\(file.path) does not lie under FEED/REGION/YYYY/MM/DD/",
          help: "a file that is not to be loaded has a name that begins with _ or a dot")
      }
      outcome.loaded.append(try ingester.load(landing))
      after.done.insert(LandingMemory.mark(file.path, file.status))
    } catch {
      switch error.reason {
      case .cancelled, .readOnly, .noLake: throw error
      case .integrity: outcome.isDamaged = true
      case .statement, .usage, .data, .conflict, .breached, .stale, .storage: break
      }
      // A file that changed under the reading hands was still being written.
      let now = (try? lake.store.status(path)) ?? nil
      guard let now else { return }
      if LandingMemory.mark(file.path, now) != LandingMemory.mark(file.path, file.status) {
        wait(file.path, now, before, &after, &outcome)
      } else {
        refuse(
          file.path, at: path, file.status, file.declaredIn, error, before, &after, &outcome)
      }
    }
  }

  private func refuse(
    _ path: String, at place: String, _ status: FileStatus, _ declaredIn: Int64,
    _ error: LakeError, _ before: LandingMemory, _ after: inout LandingMemory,
    _ outcome: inout Outcome
  ) {
    let now = host.now()
    var refused = RefusedFile(
      path: place, size: status.size, changed: status.changedMicroseconds,
      message: error.message + (error.help.map { "; " + $0 } ?? ""), since: now, count: 1,
      retryAt: now, declaredIn: declaredIn)
    if let known = before.refused[path], known.size == refused.size,
      known.changed == refused.changed
    {
      refused.since = known.since
      refused.count = known.count + (known.count < 1000 ? 1 : 0)
    }
    switch error.reason {
    case .conflict, .storage: break
    default:
      refused.retryAt =
        now
        + Backoff(nil).delay(
          afterFailure: refused.count, seed: SHA256.digest(place))
    }
    after.refused[path] = refused
    outcome.refused.append(refused)
  }

  // MARK: Remembering

  private func memory() throws(LakeError) -> LandingMemory {
    do throws(QueryError) {
      return LandingMemory(
        bytes: try host.state(LandingMemory.stateName(of: name)),
        done: try host.state(LandingMemory.doneName(of: name)))
    } catch {
      throw LakeError(error)
    }
  }

  private func remember(
    _ after: LandingMemory, insteadOf before: LandingMemory
  ) throws(LakeError) {
    if after == before { return }
    do throws(QueryError) {
      try host.setStates([
        (LandingMemory.stateName(of: name), after.bytes),
        (LandingMemory.doneName(of: name), after.doneBytes),
      ])
    } catch {
      throw LakeError(error)
    }
  }
}
