/// A file of `_delta_log`, told by its name alone.
///
/// ```
/// 00000000000000000042.json                                      commit
/// 00000000000000000042.checkpoint.parquet                        classic checkpoint
/// 00000000000000000042.checkpoint.0000000001.0000000003.parquet  part 1 of 3
/// 00000000000000000042.checkpoint.<uuid>.json|parquet            V2 checkpoint
/// 00000000000000000042.crc                                       version checksum
/// 00000000000000000040.00000000000000000042.compacted.json       log compaction
/// ```
package struct LogPath: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case commit
    case checkpoint
    case checkpointPart(Int64, of: Int64)
    /// Named by a UUID; `isJSON` else Parquet.
    case checkpointV2(isJSON: Bool)
    case checksum
    /// Holds what the commits from the path's version up to `to` amount to.
    case compacted(to: Int64)
  }

  package var version: Int64
  package var kind: Kind
  package var name: String

  /// Nil for anything that is not a log file: directories of ours, temporary files, other garbage.
  package init?(name: String) {
    if let version = LogPath.commitVersion(name) {
      self.version = version
      self.kind = .commit
      self.name = name
      return
    }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count >= 2, let version = LogPath.number(parts[0], digits: 20) else { return nil }
    self.version = version
    self.name = name
    switch (parts.count, parts[1]) {
    case (2, "crc"): kind = .checksum
    case (3, "checkpoint") where parts[2] == "parquet": kind = .checkpoint
    case (4, "checkpoint") where LogPath.isUUID(parts[2]):
      guard parts[3] == "json" || parts[3] == "parquet" else { return nil }
      kind = .checkpointV2(isJSON: parts[3] == "json")
    case (5, "checkpoint") where parts[4] == "parquet":
      guard let part = LogPath.number(parts[2], digits: 10),
        let count = LogPath.number(parts[3], digits: 10), part >= 1, part <= count
      else { return nil }
      kind = .checkpointPart(part, of: count)
    case (4, _) where parts[2] == "compacted" && parts[3] == "json":
      guard let end = LogPath.number(parts[1], digits: 20), end > version else { return nil }
      kind = .compacted(to: end)
    default: return nil
    }
  }

  /// The version of a commit file's name; the one kind that comes by the thousands.
  private static func commitVersion(_ name: String) -> Int64? {
    guard name.utf8.count == 25, name.hasSuffix(".json") else { return nil }
    var version: Int64 = 0
    for byte in name.utf8.prefix(20) {
      let digit = Int64(byte) - 0x30
      let (product, over) = version.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(digit)
      guard (0...9).contains(digit), !over, !carry else { return nil }
      version = sum
    }
    return version <= LogPath.versionMax ? version : nil
  }

  /// Nobody gets so far; and what follows it can still be counted.
  private static let versionMax = Int64.max / 2

  package static func commitName(_ version: Int64) -> String { padded(version, 20) + ".json" }
  package static func checksumName(_ version: Int64) -> String { padded(version, 20) + ".crc" }
  package static func checkpointName(_ version: Int64) -> String {
    padded(version, 20) + ".checkpoint.parquet"
  }
  package static func compactionName(_ first: Int64, to last: Int64) -> String {
    padded(first, 20) + "." + padded(last, 20) + ".compacted.json"
  }
  package static let directory = "_delta_log"
  package static let lastCheckpointName = "_last_checkpoint"
  package static let sidecarDirectory = "_sidecars"

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }

  private static func number(_ text: Substring, digits: Int) -> Int64? {
    guard text.utf8.count == digits, text.utf8.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
    return Int64(text).flatMap { $0 <= versionMax ? $0 : nil }
  }

  private static func isUUID(_ text: Substring) -> Bool {
    guard text.utf8.count == 36 else { return false }
    for (index, byte) in text.utf8.enumerated() {
      if index == 8 || index == 13 || index == 18 || index == 23 {
        guard byte == UInt8(ascii: "-") else { return false }
      } else {
        guard byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6 else { return false }
      }
    }
    return true
  }
}
