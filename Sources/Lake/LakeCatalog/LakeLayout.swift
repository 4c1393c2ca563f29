import FileStorage

/// Where things lie in a lake's directory.
package struct LakeLayout: Sendable, Hashable {
  /// The lake's directory.
  package let root: String

  package init(_ root: String) { self.root = root }

  package var catalog: String { joinPath(root, "tarn.db") }
  /// A catalog that a rebuild or a backup is making; it takes its name when it is whole.
  package var unfinishedCatalog: String { catalog + ".new" }
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

  /// A name with all but ASCII letters, digits, `_` and `-` replaced, so that it stays one component.
  static func directoryName(_ name: String) -> String {
    let safe = name.utf8.map { byte -> UInt8 in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
        byte
      default: UInt8(ascii: "_")
      }
    }
    return safe.isEmpty ? "_" : String(decoding: safe, as: UTF8.self)
  }

  /// Whether a table may lie there: a relative path that stays inside the lake.
  static func isTablePath(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count > 1 && !parts.contains { $0.isEmpty || $0 == "." || $0 == ".." }
  }

  /// Twenty digits, so that names sort like numbers.
  static func number(_ number: Int64) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 20 - digits.utf8.count)) + digits
  }
}
