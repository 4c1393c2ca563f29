/// Reads a checkpoint of any naming and either spec into actions ("Checkpoint Specs").
struct CheckpointReader {
  let table: DeltaTable

  /// The actions file by file: the checkpoint's own first, then those of its sidecars.
  func read(
    _ checkpoint: LogListing.Checkpoint
  ) throws(DeltaError) -> [(file: String, actions: [Action])] {
    var result: [(file: String, actions: [Action])] = []
    for path in checkpoint.files {
      if case .checkpointV2(isJSON: true) = path.kind {
        let actions = try ActionLines.parse(
          try table.read(path.name), table: table.root, file: path.name)
        result.append((path.name, actions))
      } else {
        result.append((path.name, try parquet(path.name)))
      }
    }
    try check(result, of: checkpoint)
    for actions in result.map(\.actions) {
      for case .sidecar(let sidecar) in actions {
        let name = try sidecarName(sidecar, of: checkpoint)
        result.append((name, try parquet(name)))
      }
    }
    return result
  }

  private func parquet(_ name: String) throws(DeltaError) -> [Action] {
    do throws(CheckpointFault) {
      var actions: [Action] = []
      let path = table.logDirectory + "/" + name
      for batch in try table.checkpoints.read(path, columns: CheckpointRows.columns) {
        actions += try CheckpointRows.actions(in: batch)
      }
      return actions
    } catch {
      throw DeltaError.corrupt(
        "Checkpoints", table: table.root, file: name,
        "the checkpoint cannot be read: \(error.detail)")
    }
  }

  private func check(
    _ files: [(file: String, actions: [Action])], of checkpoint: LogListing.Checkpoint
  ) throws(DeltaError) {
    var hasProtocol = false
    var hasMetadata = false
    for (file, actions) in files {
      for action in actions {
        switch action {
        case .protocol: hasProtocol = true
        case .metaData: hasMetadata = true
        case .checkpointMetadata(let version) where version != checkpoint.version:
          throw DeltaError.corrupt(
            "Checkpoint Metadata", table: table.root, file: file,
            "the checkpoint says it is of version \(version)")
        default: break
        }
      }
    }
    guard hasProtocol, hasMetadata else {
      throw DeltaError.corrupt(
        "Checkpoints", table: table.root, file: checkpoint.files[0].name,
        "the checkpoint has no \(hasProtocol ? "metaData" : "protocol") action")
    }
  }

  /// The sidecar's file below the log directory.
  private func sidecarName(
    _ sidecar: Sidecar, of checkpoint: LogListing.Checkpoint
  ) throws(DeltaError) -> String {
    guard let decoded = DeltaPath.decoded(sidecar.path),
      let name = decoded.split(separator: "/").last, name != ".."
    else {
      throw DeltaError.corrupt(
        "Sidecar File Information", table: table.root, file: checkpoint.files[0].name,
        "the sidecar's path '\(sidecar.path)' is not a URI")
    }
    return LogPath.sidecarDirectory + "/" + name
  }
}
