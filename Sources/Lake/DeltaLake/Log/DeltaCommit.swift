import Glibc
import JSONText

/// The actions of one commit, in order: the content of one `N.json`.
package struct DeltaCommit: Sendable, Hashable {
  package var version: Int64
  package var actions: [Action]

  package init(version: Int64, actions: [Action]) {
    self.version = version
    self.actions = actions
  }

  /// Reads a commit file.
  ///
  /// A file of zero bytes or with torn JSON is an error: a reader that took it for an empty commit
  /// would silently lose what was acknowledged.
  package init(parsing bytes: [UInt8], version: Int64, table: String) throws(DeltaError) {
    let name = LogPath.commitName(version)
    let actions = try ActionLines.parse(bytes, table: table, file: name)
    guard !actions.isEmpty else {
      throw DeltaError.corrupt(
        "Delta Log Entries", table: table, file: name,
        bytes.isEmpty
          ? "the commit is empty (0 bytes); its content was lost or never written"
          : "the commit holds no action in its \(bytes.count) bytes")
    }
    self.version = version
    self.actions = actions
  }

  /// The commit as the bytes of its file.
  package var bytes: [UInt8] {
    var writer = JSONWriter(reservingCapacity: 256 * actions.count)
    for action in actions { action.write(to: &writer) }
    return writer.bytes
  }

  package var commitInfo: CommitInfo? {
    for case .commitInfo(let info) in actions { return info }
    return nil
  }

  package var adds: [Add] {
    actions.compactMap { if case .add(let add) = $0 { add } else { nil } }
  }

  package var removes: [Remove] {
    actions.compactMap { if case .remove(let remove) = $0 { remove } else { nil } }
  }

  package var transactions: [SetTransaction] {
    actions.compactMap { if case .txn(let txn) = $0 { txn } else { nil } }
  }

  package var metadata: Metadata? {
    for case .metaData(let metadata) in actions { return metadata }
    return nil
  }

  package var `protocol`: DeltaProtocol? {
    for case .protocol(let action) in actions { return action }
    return nil
  }

  /// Whether it changed rows, and did not only rearrange files.
  package var changesData: Bool {
    actions.contains {
      switch $0 {
      case .add(let add): add.dataChange
      case .remove(let remove): remove.dataChange
      default: false
      }
    }
  }
}

/// Newline-delimited actions: commits, compactions and V2 checkpoints in JSON.
enum ActionLines {
  static func parse(
    _ bytes: [UInt8], table: String, file: String
  ) throws(DeltaError) -> [Action] {
    var actions: [Action] = []
    var start = 0
    while start < bytes.count {
      let end = lineEnd(bytes, from: start)
      var cursor = JSONCursor(bytes, range: start..<end)
      if !cursor.isAtEnd() {
        do {
          let action = try Action(&cursor)
          try cursor.finish()
          if let action { actions.append(action) }
        } catch {
          throw DeltaError.corrupt(
            "Delta Log Entries", table: table, file: file,
            "\(error)" + (end == bytes.count ? " (the last line has no line feed: torn?)" : ""))
        }
      }
      start = end + 1
    }
    return actions
  }

  private static func lineEnd(_ bytes: [UInt8], from start: Int) -> Int {
    unsafe bytes.withUnsafeBytes { raw in
      // Safe: `start` is below the count, so the search stays inside the buffer.
      let rest = unsafe UnsafeRawBufferPointer(rebasing: raw[start...])
      guard let base = rest.baseAddress, let found = unsafe memchr(base, 0x0A, rest.count) else {
        return bytes.count
      }
      return unsafe start + (UnsafeRawPointer(found) - base)
    }
  }
}
