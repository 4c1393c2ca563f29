import Columnar
import FileStorage
import Glibc
import Lakehouse
import Reports
import Synchronization
import TestSupport

/// The sample lake of `lake/`, all stages landed as `lake/stages.csv` says; made once a process.
final class SampleLake: Sendable {
  static let shared = Result { try SampleLake() }

  /// Gone at exit: nobody lets go of what is shared.
  private static let directory = Mutex<TemporaryDirectory?>(nil)

  /// The repository.
  static let repository: String = {
    let here = parentDirectory(of: #filePath)
    return parentDirectory(of: parentDirectory(of: here))
  }()

  let path: String
  /// What ingesting each stage's files gave, row by row.
  let reports: [Int: [String]]
  /// Moments between the stages, in microseconds since the epoch: after the stage of that number.
  let times: [Int: Int64]

  static let days = ["", "13", "16", "17", "18", "20", "23"]

  private init() throws {
    let directory = TemporaryDirectory()
    path = directory.path + "/lake"
    SampleLake.directory.withLock { $0 = directory }
    atexit { SampleLake.directory.withLock { $0 = nil } }
    let clock = FixedClock(microseconds: 1_750_000_000_000_000, step: 1_000_000)
    let session = Session(
      options: SampleLake.options(path, threads: 2), store: LocalFileStore(),
      clock: { clock.now() })
    func perform(_ command: LakeCommand) throws -> Outcome {
      try session.perform(command) { _ in }
    }
    _ = try perform(.initialize)
    _ = try perform(.apply(directory: SampleLake.repository + "/lake", dryRun: false))
    var reports: [Int: [String]] = [:]
    var times: [Int: Int64] = [:]
    for (stage, files) in try SampleLake.stages().enumerated() {
      let loaded = try perform(
        .ingest(files: files.map { SampleLake.repository + "/lake/landing/" + $0 }, feed: nil))
      reports[stage] = CellText.rows(loaded.table)
      if stage > 0 {
        let refreshed = try perform(.refresh(views: [], dates: [], force: false))
        guard refreshed.verdict == nil else {
          throw LakeError(.data, "stage \(stage): \(refreshed.lines)")
        }
        let tag = stage < 7 ? "eod-2025-06-\(SampleLake.days[stage])" : "restated-2025-06-17"
        _ = try perform(.tag(name: tag, snapshot: nil))
      }
      times[stage] = clock.now()
    }
    self.reports = reports
    self.times = times
  }

  private static func options(_ path: String, threads: Int) -> Session.Options {
    var options = Session.Options(lakePath: path)
    options.actor = "ann"
    options.threads = threads
    return options
  }

  /// A session of its own for each test: sessions belong to one thread.
  func session(threads: Int = 2) -> Session {
    Session(options: SampleLake.options(path, threads: threads))
  }

  /// Files of each stage, in the order of the list.
  static func stages() throws -> [[String]] {
    let text = try LocalFileStore().read(repository + "/lake/stages.csv")
    var stages: [[String]] = []
    for line in String(decoding: text, as: UTF8.self).split(separator: "\n").dropFirst() {
      let parts = line.split(separator: ",", maxSplits: 1).map(String.init)
      guard parts.count == 2, let stage = Int(parts[0]) else { continue }
      while stages.count <= stage { stages.append([]) }
      stages[stage].append(parts[1])
    }
    return stages
  }

  /// The answer as CSV, as `tarn` writes it to a pipe.
  static func csv(_ query: String, _ session: Session) throws -> String {
    let output = MemoryOutput()
    try session.run(query, into: RowTextSink(output: output, dialect: .csv))
    return output.text
  }

  static func read(_ path: String) throws -> String {
    String(decoding: try LocalFileStore().read(repository + "/" + path), as: UTF8.self)
  }

  /// A copy of the lake that a test may change.
  func copy() throws -> (directory: TemporaryDirectory, path: String) {
    let target = TemporaryDirectory()
    try SampleLake.copy(path, to: target.path + "/lake")
    return (target, target.path + "/lake")
  }

  private static func copy(_ source: String, to target: String) throws {
    let store = LocalFileStore()
    try store.makeDirectory(target)
    // Leases of sessions that read the shared lake meanwhile come and go, and are none of the copy's.
    for entry in try store.list(source) where entry.name != "readers" {
      let (from, to) = (source + "/" + entry.name, target + "/" + entry.name)
      if entry.isDirectory {
        try copy(from, to: to)
      } else if !entry.name.hasSuffix("-shm") {
        let file = try store.create(to)
        try file.append(try store.read(from))
        try file.close()
      }
    }
  }
}
