import FileStorage
import LakeCatalog

/// Writes runs as OpenLineage events, one file of JSON lines for each tick that found new ones.
struct LineageExport {
  private let lake: Lake

  /// Runs in one file.
  private static let runsMax = 10_000

  init(_ lake: Lake) { self.lake = lake }

  /// Writes what has been recorded since the last time. After a crash between the file and the note
  /// that it was written, the same file is written again.
  func run(to directory: String) throws(LakeError) {
    do throws(CatalogError) {
      let name = "lineage:" + directory
      let text = try lake.catalog.state(name).map { String(decoding: $0, as: UTF8.self) }
      let last = text.flatMap { Int64($0) } ?? 0
      guard let newest = try lake.catalog.runs(limit: 1).first, newest.id > last else { return }
      var bytes: [UInt8] = []
      let end = min(newest.id, last + Int64(LineageExport.runsMax))
      for id in (last + 1)...end {
        guard let run = try lake.catalog.run(id: id) else { continue }
        bytes += try LineageEvents(run, lake).bytes
      }
      let file = joinPath(directory, "openlineage-\(LineageExport.padded(end)).ndjson")
      do throws(FileError) {
        try lake.store.makeDirectory(directory)
        try lake.store.replace(bytes, at: file)
      } catch {
        throw .file(error)
      }
      try lake.catalog.setState(name, Array(String(end).utf8))
    } catch {
      throw LakeError(error)
    }
  }

  /// So that files sort by their runs.
  private static func padded(_ number: Int64) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, 12 - text.count)) + text
  }
}
