import Columnar
import FileStorage
import LakeCatalog

/// Compares what is on disk with what was ratified.
struct Verifier {
  let lake: Lake
  /// Puts right what can be put right from the catalog.
  var repairs = false

  /// - Parameter deep: Reads every byte of every data file that a table has or had and that no vacuum
  ///   took; otherwise sizes are compared.
  func run(deep: Bool, _ progress: (String) -> Void) throws(LakeError) -> Outcome {
    let repaired = repairs ? try repair(progress) : []
    var rows = RowBuilder([("what", .string), ("where", .string), ("fault", .string)])
    var faults = 0
    func report(_ what: String, _ place: String, _ fault: String) {
      faults += 1
      // Below the lake's directory, so that a line fits a screen.
      let root = lake.root + "/"
      let place = place.hasPrefix(root) ? String(place.dropFirst(root.utf8.count)) : place
      rows.append([.string(what), .string(place), .string(fault)])
    }
    do throws(CatalogError) {
      let verification = try lake.catalog.verify()
      let cleanedUp = try cleanedUp(verification.faults)
      for fault in verification.faults where !cleanedUp.contains(fault) {
        try describe(fault, report)
      }
      for (table, audit) in try audits() {
        progress("checking the checkpoints of \(table.qualifiedName)")
        for fault in try self.faults(audit, table) { report("log", fault.place, fault.fault) }
      }
      let (files, bytes) = try verifyFiles(deep: deep, progress, report)
      var lines = repaired
      lines += [
        "\(verification.snapshots) snapshots, \(verification.versions) table versions, \(files) data "
          + "files" + (deep ? ", \(bytes) bytes read" : "")
      ]
      lines.append("head of the chain: \(verification.head.hex)")
      lines.append(
        faults == 0 ? "everything agrees" : "\(faults) fault\(faults == 1 ? "" : "s") found")
      return Outcome(
        lines: lines, table: faults == 0 ? nil : rows.batch,
        verdict: faults == 0 ? nil : .integrity)
    } catch {
      throw LakeError(error)
    }
  }

  private func describe(
    _ fault: VerificationFault, _ report: (String, String, String) -> Void
  ) throws(CatalogError) {
    switch fault {
    case .alteredEntry(let snapshot):
      report("lake log", "snapshot \(snapshot)", "its entry does not have the recorded hash")
    case .brokenChain(let snapshot):
      report("lake log", "snapshot \(snapshot)", "does not follow the snapshot before it")
    case .foreignChain(let snapshot):
      report("lake log", "snapshot \(snapshot)", "is of another chain")
    case .alteredCommit(let table, let version):
      report(
        "commit", try name(table) + " version \(version)", "does not have the recorded hash")
    case .missingVersion(let table, let version):
      report("commit", try name(table) + " version \(version)", "is missing")
    case .file(let file):
      report("published file", file.path, Verifier.text(file.finding))
    }
  }

  private static func text(_ finding: DamagedFile.Finding) -> String {
    switch finding {
    case .missing: "is missing"
    case .empty: "is empty"
    case .torn: "ends early"
    case .zeros: "ends in zeros"
    case .altered: "differs from what was ratified"
    }
  }

  private func name(_ table: Int64) throws(CatalogError) -> String {
    let head = try lake.catalog.head()
    return try lake.catalog.table(id: table, at: head.id)?.qualifiedName ?? "table \(table)"
  }

  private func verifyFiles(
    deep: Bool, _ progress: (String) -> Void, _ report: (String, String, String) -> Void
  ) throws(CatalogError) -> (files: Int, bytes: Int64) {
    var files = 0
    var bytes: Int64 = 0
    // Dropped tables can still be asked for as they were known.
    for table in try lake.catalog.everyTable() {
      progress("checking \(table.qualifiedName)")
      for record in try lake.catalog.allFiles(of: table.id) where !record.isVacuumed {
        files += 1
        let path = lake.directory(of: table) + "/" + record.file.path
        if let fault = self.fault(path, record.file, deep: deep) {
          report("data file", path, fault)
        } else if deep {
          bytes += record.file.bytes
        }
      }
    }
    return (files, bytes)
  }

  private func fault(_ path: String, _ file: FileRow, deep: Bool) -> String? {
    do throws(FileError) {
      guard let status = try lake.store.status(path) else { return "is missing" }
      guard Int64(status.size) == file.bytes else {
        return "has \(status.size) bytes instead of \(file.bytes)"
      }
      guard deep else { return nil }
      let digest = try SHA256.digest(of: lake.store.open(path))
      return digest == file.sha256 ? nil : "its bytes were altered: SHA-256 is \(digest.hex)"
    } catch {
      return FileErrorText.message(error)
    }
  }
}
