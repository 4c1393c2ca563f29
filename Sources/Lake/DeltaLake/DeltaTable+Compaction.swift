import FileStorage

/// Log compactions ("Log Compaction Files"): one file that says what a range of commits amounts to.
///
/// Nobody acknowledged such a file, and nothing in it tells that it is whole: one that lost its last
/// lines is still a list of actions. So one is used only where the version checksum of the version
/// that is asked for confirms what comes out, and everywhere else the commits are read, which stay.
extension DeltaTable {
  /// A piece of the log between a checkpoint and a version.
  enum LogPiece: Sendable, Hashable {
    case commit(Int64)
    case compaction(LogPath)
  }

  /// The longest compactions that fit into a run of commits, and the commits between them.
  static func pieces(of commits: [Int64], _ compactions: [LogPath]) -> [LogPiece] {
    guard var next = commits.first, let last = commits.last else { return [] }
    var longest: [Int64: (end: Int64, path: LogPath)] = [:]
    for path in compactions {
      guard case .compacted(let end) = path.kind, end <= last else { continue }
      if let known = longest[path.version], known.end >= end { continue }
      longest[path.version] = (end, path)
    }
    var pieces: [LogPiece] = []
    while next <= last {
      if let found = longest[next] {
        pieces.append(.compaction(found.path))
        next = found.end + 1
      } else {
        pieces.append(.commit(next))
        next += 1
      }
    }
    return pieces
  }

  /// The table at a segment's version by way of compactions.
  ///
  /// - Returns: nil without a compaction that helps, when one is damaged, or when no checksum confirms
  ///   the state.
  func compactedSnapshot(_ segment: LogSegment, listing: LogListing) -> DeltaSnapshot? {
    guard listing.checksums.contains(segment.version) else { return nil }
    let pieces = DeltaTable.pieces(of: segment.commits, listing.compactions)
    guard pieces.count < segment.commits.count else { return nil }
    do throws(DeltaError) {
      guard
        let checksum = VersionChecksum(parsing: try read(LogPath.checksumName(segment.version)))
      else { return nil }
      var replay = try start(segment)
      for piece in pieces {
        switch piece {
        case .commit(let version):
          try replay.apply(try commit(version).actions, file: LogPath.commitName(version))
        case .compaction(let path):
          guard let actions = try actions(of: path) else { return nil }
          try replay.apply(actions, file: path.name)
        }
      }
      // Again, where a compaction has it: its commitInfo is in no compaction, and what it adds and
      // removes is the newest word on these files.
      let newest = try commit(segment.version)
      try replay.apply(newest.actions, file: LogPath.commitName(segment.version))
      let snapshot = try replay.snapshot(version: segment.version)
      return checksum.confirms(snapshot) ? snapshot : nil
    } catch {
      // Whatever is wrong with a compaction, the commits tell; what is wrong with them is said then.
      return nil
    }
  }

  /// What a segment's checkpoint says; nothing without one.
  func start(_ segment: LogSegment) throws(DeltaError) -> LogReplay {
    var replay = LogReplay(table: root)
    if let checkpoint = segment.checkpoint {
      for (file, actions) in try CheckpointReader(table: self).read(checkpoint) {
        try replay.apply(actions, file: file)
      }
    }
    return replay
  }

  /// Nil for a file that is empty or torn.
  private func actions(of path: LogPath) throws(DeltaError) -> [Action]? {
    let bytes = try read(path.name)
    guard bytes.last == UInt8(ascii: "\n") else { return nil }
    let actions = try ActionLines.parse(bytes, table: root, file: path.name)
    return actions.isEmpty ? nil : actions
  }
}

extension VersionChecksum {
  /// Whether it has all that a state is made of beside its files, and says the same of everything.
  fileprivate func confirms(_ snapshot: DeltaSnapshot) -> Bool {
    guard contradiction(of: snapshot) == nil, metadata == snapshot.metadata,
      `protocol` == snapshot.protocol
    else { return false }
    if let transactions {
      let own = transactions.sorted { $0.appId < $1.appId }
      guard own.map(\.appId) == snapshot.transactions.map(\.appId),
        own.map(\.version) == snapshot.transactions.map(\.version)
      else { return false }
    }
    return true
  }
}
