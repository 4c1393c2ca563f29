import FileStorage
import JSONText
import LakeCatalog

/// What ticks remember of a landing folder.
///
/// That a file is loaded once does not rest on it: the catalog knows every file by the hash of its
/// bytes. It saves reading files again, tells waiting from refused, and keeps the refused ones in
/// sight.
struct LandingMemory: Sendable, Hashable {
  /// A file that was changing when it was looked at.
  struct Waiting: Sendable, Hashable {
    var size: Int
    var changed: Int64
    /// When it was first seen so, in microseconds since the epoch.
    var since: Int64
  }

  /// Files that need no further look, as `mark` writes them.
  var done: Set<String> = []
  /// By their paths below the folder.
  var waiting: [String: Waiting] = [:]
  /// By their paths below the folder; the folder itself by the empty path.
  var refused: [String: RefusedFile] = [:]

  private static let prefix = "landing:"
  private static let donePrefix = "landed:"

  /// - Parameter directory: Resolved, or empty for the lake's own folder.
  static func stateName(of directory: String) -> String { prefix + directory }
  /// Where `done` is kept, which is long and asked for by nobody else.
  static func doneName(of directory: String) -> String { donePrefix + directory }

  /// A file as it is: by size and time of change, which no writer can set back.
  static func mark(_ path: String, _ status: FileStatus) -> String {
    "\(status.size) \(status.changedMicroseconds) \(path)"
  }

  /// Bytes that cannot be read are as if nothing were remembered.
  init(bytes: [UInt8]?, done: [UInt8]?) {
    if let bytes, let known = LandingMemory(bytes: bytes) { self = known }
    self.done = Set(
      String(decoding: done ?? [], as: UTF8.self).split(separator: "\n").map(String.init))
  }

  private init?(bytes: [UInt8]) {
    guard let json = try? JSONValue(parsing: bytes) else { return nil }
    for member in json["waiting"]?.object?.members ?? [] {
      guard let size = member.value["size"]?.int, let changed = member.value["changed"]?.int64,
        let since = member.value["since"]?.int64
      else { return nil }
      waiting[member.key] = Waiting(size: size, changed: changed, since: since)
    }
    for member in json["refused"]?.object?.members ?? [] {
      guard let file = RefusedFile(member.value) else { return nil }
      refused[member.key] = file
    }
  }

  /// One mark a line; a name with a line break in it is read again each time.
  var doneBytes: [UInt8] {
    Array(done.filter { !$0.contains("\n") }.sorted().joined(separator: "\n").utf8)
  }

  /// All but what is done.
  var bytes: [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.key("waiting")
    json.beginObject()
    for path in waiting.keys.sorted() {
      guard let file = waiting[path] else { continue }
      json.key(path)
      json.beginObject()
      json.member("size", file.size)
      json.member("changed", file.changed)
      json.member("since", file.since)
      json.endObject()
    }
    json.endObject()
    json.key("refused")
    json.beginObject()
    for path in refused.keys.sorted() {
      json.key(path)
      refused[path]?.append(to: &json)
    }
    json.endObject()
    json.endObject()
    return json.bytes
  }

  /// Files of all folders that were refused and have not gone or changed since, as of the last tick
  /// that looked; by path.
  static func refused(of lake: Lake) throws(CatalogError) -> [RefusedFile] {
    try lake.catalog.states(under: prefix)
      .flatMap { LandingMemory(bytes: $0.value)?.refused.values.map { $0 } ?? [] }
      .sorted { $0.path < $1.path }
  }
}
