import FileStorage

/// Where things lie in a lake's directory.
package struct LakeLayout: Sendable, Hashable {
  /// The lake's directory.
  package let root: String

  package init(_ root: String) { self.root = root }

  package var catalog: String { joinPath(root, "tarn.db") }
  package var lockFile: String { joinPath(root, "tarn.lock") }
  package var log: String { joinPath(root, "log") }

  /// The file of one lake snapshot.
  package func logFile(_ snapshot: Int64) -> String {
    joinPath(log, LakeLayout.number(snapshot) + ".json")
  }

  /// A table's directory.
  package func table(_ path: String) -> String { joinPath(root, path) }

  package func deltaLog(_ path: String) -> String { joinPath(table(path), "_delta_log") }

  /// The file of one table version.
  package func commitFile(_ path: String, version: Int64) -> String {
    joinPath(deltaLog(path), LakeLayout.number(version) + ".json")
  }

  /// Twenty digits, so that names sort like numbers.
  static func number(_ number: Int64) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 20 - digits.utf8.count)) + digits
  }
}
