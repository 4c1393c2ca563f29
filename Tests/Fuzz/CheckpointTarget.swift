import Columnar
import Compression
import DeltaLake
import FileStorage
import Parquet
import TestSupport

/// The Parquet file of a checkpoint: as a Parquet file, as rows of actions, and as the state of a
/// table.
struct CheckpointTarget: FuzzTarget {
  static let name = "checkpoint"

  let seeds: [[UInt8]]
  private let mutation = ParquetMutation()

  init() throws {
    let batch = CheckpointBuilder(
      try OwnLog.snapshot(), now: Timestamp(milliseconds: 1_700_000_000_000)
    ).batch()
    var files = [try ParquetCheckpoints(in: MemoryFileStore()).encode(batch)]
    files.append(try CheckpointTarget.plain(batch))
    // Fewer columns make shorter work: most inputs come from these. Every checkpoint has the first two.
    let names = batch.schema.names
    let needed = ["protocol", "metaData"].compactMap { names.firstIndex(of: $0) }
    for column in batch.schema.fields.indices {
      let chosen = needed.contains(column) ? needed : needed + [column]
      files.append(try CheckpointTarget.plain(batch.projected(to: chosen)))
    }
    seeds = files
  }

  /// Text that is neither compressed nor coded can be changed in place.
  private static func plain(_ batch: Batch) throws -> [UInt8] {
    var options = WriterOptions()
    options.minimumGain = 2
    let output = MemoryOutput()
    let writer = try ParquetWriter(file: output, schema: batch.schema, options: options)
    try writer.write(batch)
    _ = try writer.finish()
    return output.bytes
  }

  func mutated(
    _ input: [UInt8], _ other: [UInt8], _ random: inout SeededGenerator
  ) -> [UInt8] { mutation.mutated(input, other, &random) }

  func accepts(_ input: [UInt8]) -> Bool {
    let store = MemoryFileStore()
    let log = "t/_delta_log/"
    try? store.plant(input, at: log + LogPath.checkpointName(2))
    guard let snapshot = try? DeltaTable(at: "t", in: store).snapshot() else { return false }
    return Snapshots.inspect(snapshot, in: store)
  }
}
