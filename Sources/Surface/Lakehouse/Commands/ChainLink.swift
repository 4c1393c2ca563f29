import FileStorage
import JSONText
import LakeCatalog

/// A link of a lake's chain of snapshots, kept outside of the lake.
///
/// Whoever can write a lake can make it anew with a chain that agrees with itself; it will not pass
/// through a link that was kept elsewhere.
struct ChainLink: Sendable, Hashable {
  var lake: String
  var snapshot: Int64
  var hash: FileDigest

  init(lake: String, snapshot: Int64, hash: FileDigest) {
    self.lake = lake
    self.snapshot = snapshot
    self.hash = hash
  }

  /// Reads a file that `write` made.
  init(reading path: String, _ store: any FileStore) throws(LakeError) {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try store.read(path) } catch { throw LakeError(error) }
    guard let json = try? JSONValue(parsing: bytes), let lake = json["lake"]?.string,
      let snapshot = json["snapshot"]?.int64, snapshot >= 0,
      let hash = json["sha256"]?.string.flatMap(FileDigest.init(hex:))
    else {
      throw LakeError(
        .data, "'\(path)' is no head of a chain",
        help: "tarn verify --export-head FILE writes one")
    }
    self.init(lake: lake, snapshot: snapshot, hash: hash)
  }

  /// One line of JSON, durable, in place of what was there.
  func write(to path: String, _ store: any FileStore) throws(LakeError) {
    var json = JSONWriter(reservingCapacity: 200)
    json.beginObject()
    json.member("lake", lake)
    json.member("snapshot", snapshot)
    json.member("sha256", hash.hex)
    json.endObject()
    json.newline()
    do throws(FileError) { try store.replace(json.bytes, at: path) } catch {
      throw LakeError(error)
    }
  }
}
