import FileStorage
import JSONText

/// A landing file that could not be loaded, for as long as it lies there as it was.
struct RefusedFile: Sendable, Hashable {
  /// As it would be opened, or the folder itself when it cannot be read.
  var path: String
  var size: Int
  /// Of the file, as `FileStatus` has it.
  var changed: Int64
  var message: String
  /// When it was first refused, in microseconds since the epoch.
  var since: Int64
  /// Failures in a row.
  var count: Int
  /// When it is tried again although nothing changed, in microseconds since the epoch.
  var retryAt: Int64
  /// The snapshot that made what is declared about its feed.
  var declaredIn: Int64

  func append(to json: inout JSONWriter) {
    json.beginObject()
    json.member("path", path)
    json.member("size", size)
    json.member("changed", changed)
    json.member("message", message)
    json.member("since", since)
    json.member("count", count)
    json.member("retryAt", retryAt)
    json.member("declaredIn", declaredIn)
    json.endObject()
  }

  init(
    path: String, size: Int, changed: Int64, message: String, since: Int64, count: Int,
    retryAt: Int64, declaredIn: Int64
  ) {
    self.path = path
    self.size = size
    self.changed = changed
    self.message = message
    self.since = since
    self.count = count
    self.retryAt = retryAt
    self.declaredIn = declaredIn
  }

  /// Nil for what `append` did not write.
  init?(_ json: JSONValue) {
    guard let path = json["path"]?.string, let size = json["size"]?.int,
      let changed = json["changed"]?.int64, let message = json["message"]?.string,
      let since = json["since"]?.int64, let count = json["count"]?.int,
      let retryAt = json["retryAt"]?.int64, let declaredIn = json["declaredIn"]?.int64
    else { return nil }
    self.init(
      path: path, size: size, changed: changed, message: message, since: since, count: count,
      retryAt: retryAt, declaredIn: declaredIn)
  }
}
