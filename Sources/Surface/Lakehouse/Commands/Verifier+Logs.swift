import DeltaLake
import FileStorage
import LakeCatalog

// What lies beside the commits, and putting right what the catalog knows better.

extension Verifier {
  func audits() throws(CatalogError) -> [(TableRecord, LogAudit)] {
    try lake.catalog.everyTable().map { ($0, LogAudit($0, in: lake)) }
  }

  func faults(
    _ audit: LogAudit, _ table: TableRecord
  ) throws(CatalogError) -> [LogAudit.Fault] {
    do throws(DeltaError) { return try audit.faults() } catch {
      // A log directory that is gone has been reported commit by commit.
      if case .notATable = error.reason { return [] }
      throw .commitContent(table: table.qualifiedName, error)
    }
  }

  /// Commits of open tables that another engine cleaned up behind a checkpoint, as Delta allows: no
  /// fault, the catalog has them.
  func cleanedUp(
    _ faults: [VerificationFault]
  ) throws(CatalogError) -> Set<VerificationFault> {
    var found: Set<VerificationFault> = []
    for (table, audit) in try audits() where table.definition.mode == .open {
      let newest = audit.newestCheckpoint
      guard newest > 0 else { continue }
      let log = lake.catalog.layout.deltaLog(table.definition.path) + "/"
      for fault in faults {
        guard case .file(let file) = fault, file.finding == .missing, file.path.hasPrefix(log),
          let path = LogPath(name: lastComponent(of: file.path)), path.version < newest
        else { continue }
        found.insert(fault)
      }
    }
    return found
  }

  /// Puts right published files, checkpoints and pointers.
  ///
  /// - Returns: What was done, a line each.
  func repair(_ progress: (String) -> Void) throws(LakeError) -> [String] {
    var lines: [String] = []
    func name(_ path: String) -> String {
      let root = lake.root + "/"
      return path.hasPrefix(root) ? String(path.dropFirst(root.utf8.count)) : path
    }
    do throws(CatalogError) {
      let faults = try lake.catalog.verify().faults
      let cleanedUp = try cleanedUp(faults)
      for fault in faults where !cleanedUp.contains(fault) {
        guard case .file(let file) = fault else { continue }
        progress("repairing \(file.path)")
        if try lake.catalog.repairPublished(file.path) {
          lines.append("wrote \(name(file.path)) again: it was \(file.finding.rawValue)")
        }
      }
      for (table, audit) in try audits() {
        for fault in try self.faults(audit, table) {
          do throws(DeltaError) { try audit.repair(fault) } catch {
            throw .commitContent(table: table.qualifiedName, error)
          }
          lines.append("put \(name(fault.place)) right; \(fault.fault)")
        }
      }
    } catch {
      throw LakeError(error)
    }
    return lines
  }
}
