import FileStorage
import Lakehouse

/// Another engine that commits to a table's directory: it knows Delta and nothing of the lake.
///
/// Rows come from queries of a session of its own; what is written is the least that Delta asks for.
struct ForeignEngine {
  private let root: String
  private let options: Session.Options
  /// The table's directory.
  let table: String
  private let store = LocalFileStore()

  init(_ bench: Workbench, table: String) {
    root = bench.lake
    options = bench.session.options
    self.table = bench.lake + "/tables/" + table
  }

  var log: String { table + "/_delta_log" }

  static func number(_ version: Int) -> String {
    let digits = String(version)
    return String(repeating: "0", count: 20 - digits.count) + digits
  }

  func commitPath(_ version: Int) -> String { log + "/\(ForeignEngine.number(version)).json" }

  /// Writes the query's rows as a data file, and says so in an `add` action.
  func add(
    _ query: String, as name: String, change: Bool = true, more: String = ""
  ) throws -> String {
    let path = table + "/" + name
    _ = try Session(options: options).allRows("COPY (\(query)) TO '\(path)'")
    let size = try store.status(path)?.size ?? -1
    return """
      {"add":{"path":"\(name)","partitionValues":{},"size":\(size),"modificationTime":1,\
      "dataChange":\(change)\(more)}}
      """
  }

  func remove(_ name: String, change: Bool = true) -> String {
    """
    {"remove":{"path":"\(name)","deletionTimestamp":1,"dataChange":\(change)}}
    """
  }

  /// The data files of the newest version, as the lake knows them, relative to the table.
  func files() throws -> [String] {
    let lead = table.dropFirst(root.count + 1) + "/"
    return try Session(options: options).lines("SELECT path FROM system.files ORDER BY path")
      .filter { $0.hasPrefix(lead) }.map { String($0.dropFirst(lead.count)) }
  }

  /// Commits the actions as a version.
  func commit(_ version: Int, _ actions: [String], operation: String = "WRITE") throws {
    let info = """
      {"commitInfo":{"timestamp":1700000000000,"operation":"\(operation)",\
      "engineInfo":"other-engine:1"}}
      """
    try write(([info] + actions).map { $0 + "\n" }.joined(), version)
  }

  /// Puts any text in the place of a version's commit.
  func write(_ text: String, _ version: Int) throws {
    let path = commitPath(version)
    if try store.status(path) != nil { try store.remove(path) }
    _ = try store.putIfAbsent(Array(text.utf8), at: path, modifiedMicroseconds: nil)
  }

  func erase(_ path: String) throws { try store.remove(path) }

  /// The `metaData` action of the table's first commit, altered.
  func metadata(_ change: (String) -> String) throws -> String {
    let text = String(decoding: try store.read(commitPath(0)), as: UTF8.self)
    let line = text.split(separator: "\n").first { $0.hasPrefix("{\"metaData\"") } ?? ""
    return change(String(line))
  }
}

extension String {
  /// The text with every occurrence of another replaced.
  func replacing(_ old: String, by new: String) -> String {
    var result = ""
    var rest = self[...]
    while let first = old.first, let start = rest.firstIndex(of: first) {
      result += rest[..<start]
      rest = rest[start...]
      if rest.hasPrefix(old) {
        result += new
        rest = rest.dropFirst(old.count)
      } else {
        result.append(first)
        rest = rest.dropFirst()
      }
    }
    return result + rest
  }
}
