import FileStorage
import LakeCatalog

extension Session {
  /// Copies the lake, with its branches and landed files, to a directory; what an earlier backup of it
  /// there has is kept. The copy is a lake: to restore it, back it up to the place it shall have.
  func backup(
    to directory: String, links: Bool, _ progress: (String) -> Void
  ) throws(LakeError) -> Outcome {
    let lake = try lake()
    try refuseNested(directory, in: lake)
    let leases = ReaderLeases(root: lake.root, store: lake.store)
    leases.hold(ReaderLeases.everything)
    defer { leases.release() }
    do throws(CatalogError) {
      var report = try LakeCopy(of: lake.catalog, to: directory, links: links).run(progress)
      for name in try Branches(lake: lake).names() {
        progress("copying branch \(name)")
        let branch = try Lake.open(Branches.root(of: name, in: lake.root), store: lake.store)
        let copy = LakeCopy(
          of: branch.catalog, to: Branches.root(of: name, in: directory), links: links,
          sibling: directory)
        let copied = try copy.run(progress)
        report.files += copied.files
        report.bytes += copied.bytes
        report.filesKept += copied.filesKept
        report.damaged += copied.damaged.map { "branches/\(name)/\($0)" }
      }
      let landed: Int
      do throws(FileError) {
        landed = try copyLanding(lake, to: directory, progress)
      } catch {
        throw CatalogError.file(error)
      }
      return try outcome(report, landed, directory, lake)
    } catch {
      throw LakeError(error)
    }
  }

  func duckLake() throws(LakeError) -> Outcome {
    let lake = try lake()
    do throws(CatalogError) {
      let hidden = try lake.catalog.makeDuckLakeFace(root: Paths.resolved(lake.root))
      let path = joinPath(Paths.resolved(lake.root), "tarn.db")
      var lines = ["in DuckDB: ATTACH 'ducklake:sqlite:\(path)' AS lake (READ_ONLY)"]
      if !hidden.isEmpty {
        lines.append(
          "not shown, because DuckLake could not read them right: " + hidden.joined(separator: ", ")
        )
      }
      return Outcome(lines: lines)
    } catch {
      throw LakeError(error)
    }
  }

  private func refuseNested(_ directory: String, in lake: Lake) throws(LakeError) {
    let (root, place) = (Paths.resolved(lake.root), Paths.resolved(directory))
    guard place == root || place.hasPrefix(root + "/") else { return }
    throw LakeError(
      .usage, "'\(directory)' is inside the lake", help: "name a directory outside of '\(root)'")
  }

  private func outcome(
    _ report: LakeCopy.Report, _ landed: Int, _ directory: String, _ lake: Lake
  ) throws(CatalogError) -> Outcome {
    let copy = try Lake.open(directory, store: lake.store)
    let verification = try copy.catalog.verify()
    var lines = [
      "copied snapshot \(report.head.id) to \(directory): \(report.files) data files with "
        + "\(report.bytes) bytes, \(report.filesKept) were there already"
        + (landed > 0 ? "; \(landed) landed files" : ""),
      "head of the chain: \(verification.head.hex) at snapshot \(report.head.id)",
    ]
    lines += report.damaged.map { "not copied, because it is missing or was altered: \($0)" }
    lines += verification.faults.map { "the copy is not right: \($0)" }
    let isGood = report.damaged.isEmpty && verification.faults.isEmpty
    return Outcome(lines: lines, verdict: isGood ? nil : .integrity)
  }

  /// Copies files that the copy does not have or has with another size or time.
  private func copyLanding(
    _ lake: Lake, to directory: String, _ progress: (String) -> Void
  ) throws(FileError) -> Int {
    let from = joinPath(lake.root, "landing")
    guard try lake.store.status(from)?.isDirectory == true else { return 0 }
    progress("copying landed files")
    return try copyTree(from, to: joinPath(directory, "landing"), lake.store)
  }

  private func copyTree(
    _ from: String, to: String, _ store: any FileStore
  ) throws(FileError) -> Int {
    var count = 0
    try store.makeDirectory(to)
    for entry in try store.list(from) {
      let (source, target) = (joinPath(from, entry.name), joinPath(to, entry.name))
      if entry.isDirectory {
        count += try copyTree(source, to: target, store)
        continue
      }
      guard let status = try store.status(source) else { continue }
      if let there = try store.status(target) {
        if there.size == status.size, there.modifiedMicroseconds == status.modifiedMicroseconds {
          continue
        }
        try store.remove(target)
      }
      let isNew = try store.putIfAbsent(
        try store.read(source), at: target, modifiedMicroseconds: status.modifiedMicroseconds)
      if isNew { count += 1 }
    }
    return count
  }
}
