import DeltaLake
import FileStorage
import TestSupport

/// The commits of a Delta log, joined by lines of `----`: their JSON, the schemas and statistics in
/// it, and the replay to a snapshot.
struct LogTarget: FuzzTarget {
  static let name = "log"
  private static let separator = Array("\n----\n".utf8)
  private static let root = "t"

  let seeds: [[UInt8]]

  init() throws {
    var commits: [[UInt8]] = []
    for version in 0..<3 { commits.append(try OwnLog.commit(Int64(version)).bytes) }
    seeds = [Array(commits.joined(separator: LogTarget.separator))]
  }

  func mutated(
    _ input: [UInt8], _ other: [UInt8], _ random: inout SeededGenerator
  ) -> [UInt8] { JSONMutation.mutated(input, other, &random) }

  func accepts(_ input: [UInt8]) -> Bool {
    let store = MemoryFileStore()
    for (version, commit) in LogTarget.split(input).prefix(8).enumerated() {
      let path = LogTarget.root + "/_delta_log/" + LogPath.commitName(Int64(version))
      try? store.plant(commit, at: path)
      // A checksum file has the same kind of content; nearly all of them are no such thing.
      _ = VersionChecksum(parsing: commit)
      inspect(commit, Int64(version))
    }
    let table = DeltaTable(at: LogTarget.root, in: store)
    _ = try? table.history()
    guard let snapshot = try? table.snapshot() else { return false }
    return Snapshots.inspect(snapshot, in: store)
  }

  /// Each commit alone too: a replay stops at the first that is damaged.
  private func inspect(_ bytes: [UInt8], _ version: Int64) {
    guard let commit = try? DeltaCommit(parsing: bytes, version: version, table: LogTarget.root)
    else { return }
    _ = commit.bytes
    if let text = commit.metadata?.schemaString, let schema = try? DeltaSchema(parsing: text) {
      _ = schema.text
      _ = schema.columnar
      for add in commit.adds { _ = add.stats.map { FileStatistics(parsing: $0, schema: schema) } }
    }
  }

  private static func split(_ input: [UInt8]) -> [[UInt8]] {
    var parts: [[UInt8]] = []
    var start = 0
    var index = 0
    while index + separator.count <= input.count {
      if input[index] == 0x0A, input[index..<index + separator.count].elementsEqual(separator) {
        parts.append(Array(input[start..<index]))
        index += separator.count
        start = index
      } else {
        index += 1
      }
    }
    return parts + [Array(input[start...])]
  }
}

/// What is asked of any snapshot.
enum Snapshots {
  /// Whether a scan of it can be planned.
  static func inspect(_ snapshot: DeltaSnapshot, in store: any FileStore) -> Bool {
    _ = VersionChecksum(snapshot)
    guard let scan = try? DeltaScan(snapshot, in: store) else { return false }
    for file in scan.files.prefix(8) {
      _ = scan.statistics(of: file)
      _ = file.rowCount
      if let deleted = try? scan.deletedRows(of: file) { _ = deleted.keptRows(in: 0..<100) }
    }
    return true
  }
}
