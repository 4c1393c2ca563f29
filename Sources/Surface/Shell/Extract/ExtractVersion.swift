import FileStorage
import Glibc
import Lakehouse
import Reports

/// The directory of one extract: written under a name of its own, then renamed to `v1`, `v2`, … in one step.
struct ExtractVersion {
  let target: String
  let number: Int
  /// The digest of the manifest of the version before it; nil for the first.
  let superseded: FileDigest?

  private let files: any SteppedFileStore
  private let isTargetNew: Bool

  /// Where it is written until it is finished.
  var draft: String { joinPath(target, ".v\(number).\(getpid()).partial") }
  var path: String { joinPath(target, "v\(number)") }

  /// One more than the newest version in `target`, which need not exist.
  ///
  /// Throws `usage` when `target` is a file.
  static func next(
    in target: String, files: any SteppedFileStore
  ) throws(LakeError) -> ExtractVersion {
    do throws(FileError) {
      guard let status = try files.status(target) else {
        return ExtractVersion(
          target: target, number: 1, superseded: nil, files: files, isTargetNew: true)
      }
      guard status.isDirectory else {
        throw FileError(.notADirectory, path: target, operation: "list")
      }
      let versions = try files.list(target).compactMap { entry in
        entry.isDirectory && entry.name.first == "v" ? Int(entry.name.dropFirst()) : nil
      }
      let newest = max(versions.max() ?? 0, 0)
      let manifest = joinPath(joinPath(target, "v\(newest)"), "manifest.json")
      return ExtractVersion(
        target: target, number: newest + 1,
        superseded: newest > 0 ? SHA256.digest(try files.read(manifest)) : nil, files: files,
        isTargetNew: false)
    } catch {
      if error.reason == .notADirectory {
        throw LakeError(.usage, "expected a directory after -o, found the file '\(target)'")
      }
      throw LakeError(.storage, "could not read '\(error.path)': \(error.reason)")
    }
  }

  func begin() throws(LakeError) {
    do throws(FileError) { try files.makeDirectory(draft) } catch {
      throw LakeError(.storage, "could not make '\(draft)': \(error.reason)")
    }
  }

  /// Writes one file of it.
  func put(_ bytes: [UInt8], _ name: String) throws(LakeError) {
    let file = try FileOutput(path: joinPath(draft, name), store: files)
    try file.write(bytes)
    try file.finish()
  }

  /// Gives the finished directory its name; another extract may have taken it.
  func publish() throws(LakeError) {
    do throws(FileError) {
      if try files.status(path) != nil {
        throw FileError(.alreadyExists, path: path, operation: "create")
      }
      try files.rename(draft, to: path)
      try files.syncDirectory(parentDirectory(of: path))
    } catch {
      throw LakeError(
        .conflict, "could not publish '\(path)': \(error.reason)",
        help: "another extract may have been first: run it again")
    }
  }

  /// Removes what was written; what is left of a failure is not worth another message.
  ///
  /// A directory that this extract made stays only with something in it.
  func discard() {
    try? files.removeTree(draft)
    if isTargetNew, (try? files.list(target))?.isEmpty ?? false { try? files.remove(target) }
  }
}
