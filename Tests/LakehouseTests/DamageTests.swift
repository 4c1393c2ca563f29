import FileStorage
import Lakehouse
import TestSupport
import Testing

/// Files of the logs that were damaged behind Tarn's back.
@Suite("Damage")
struct DamageTests {
  enum Damage: String, CaseIterable, Sendable {
    case missing, empty, torn, zeros, altered

    func applied(to bytes: [UInt8]) -> [UInt8]? {
      switch self {
      case .missing: nil
      case .empty: []
      case .torn: Array(bytes.prefix(bytes.count / 2))
      case .zeros: bytes.prefix(bytes.count / 2) + [UInt8](repeating: 0, count: bytes.count / 2)
      case .altered:
        Array(String(decoding: bytes, as: UTF8.self).replacing("INSERT", by: "UPSERT").utf8)
      }
    }

    var words: String {
      switch self {
      case .missing: "is missing"
      case .empty: "is empty"
      case .torn: "ends early"
      case .zeros: "ends in zeros"
      case .altered: "differs from what was ratified"
      }
    }
  }

  private let bench: Workbench
  private let disk = LocalFileStore()

  init() throws {
    bench = try Workbench()
    try bench.rows(
      """
      CREATE TABLE s.t (x INT);
      CREATE TABLE s.o (x INT) OPEN;
      INSERT INTO s.t VALUES (1);
      INSERT INTO s.o VALUES (1);
      INSERT INTO s.t VALUES (2);
      INSERT INTO s.o VALUES (2)
      """)
  }

  private func log(_ table: String) -> String { bench.lake + "/tables/s/\(table)/_delta_log" }

  private func damage(_ path: String, _ damage: Damage) throws {
    let bytes = try disk.read(path)
    try disk.remove(path)
    guard let now = damage.applied(to: bytes) else { return }
    #expect(now != bytes)
    _ = try disk.putIfAbsent(now, at: path, modifiedMicroseconds: nil)
  }

  private func faults(_ command: LakeCommand = .verify(deep: false)) throws -> [String] {
    let outcome = try bench.perform(command)
    #expect((outcome.verdict == .integrity) == (outcome.table != nil))
    return CellText.rows(outcome.table)
  }

  /// What the tables say here, and what they say to a reader that knows only their directory.
  private func expectRows() throws {
    for table in ["t", "o"] {
      #expect(try bench.another().lines("SELECT x FROM s.\(table) ORDER BY x") == ["1", "2"])
      #expect(
        try bench.lines(
          "SELECT x FROM read_delta('\(bench.lake)/tables/s/\(table)', version => 1)") == ["1"])
      #expect(
        try bench.lines("SELECT x FROM read_delta('\(bench.lake)/tables/s/\(table)') ORDER BY x")
          == ["1", "2"])
    }
  }

  @Test(
    "a damaged commit or log entry is named, and repaired from the catalog",
    arguments: Damage.allCases, ["t", "o", "log"])
  func repaired(damage kind: Damage, place: String) throws {
    let number = ForeignEngine.number(place == "log" ? 3 : 1)
    let path = place == "log" ? bench.lake + "/log/\(number).json" : log(place) + "/\(number).json"
    let before = try disk.read(path)
    try damage(path, kind)
    // Queries do not depend on it.
    #expect(try bench.another().lines("SELECT x FROM s.t ORDER BY x") == ["1", "2"])
    let name = String(path.dropFirst(bench.lake.count + 1))
    #expect(try faults() == ["published file|\(name)|\(kind.words)"])
    #expect(try faults(.repair(deep: true)).isEmpty)
    #expect(try disk.read(path) == before)
    #expect(try faults(.verify(deep: true)).isEmpty)
    try expectRows()
    // What was altered is evidence: it is kept.
    let kept = try disk.list(parentDirectory(of: path)).map(\.name).filter {
      $0.contains("damaged")
    }
    #expect(kept.count == (kind == .altered ? 1 : 0))
  }

  @Test(
    "the newest commit is put right by the next start, unless somebody altered it",
    arguments: Damage.allCases)
  func newest(kind: Damage) throws {
    let path = log("o") + "/\(ForeignEngine.number(2)).json"
    try damage(path, kind)
    #expect(try bench.another().lines("SELECT x FROM s.o ORDER BY x") == ["1", "2"])
    let found = try faults()
    #expect(found.isEmpty == (kind != .altered), "\(found)")
    #expect(try faults(.repair(deep: false)).isEmpty)
    try expectRows()
    _ = try bench.another().allRows("INSERT INTO s.o VALUES (3); DELETE FROM s.o WHERE x = 3")
    #expect(try bench.lines("SELECT x FROM s.o ORDER BY x") == ["1", "2"])
  }

  @Test("a missing commit in the middle of another engine's and our commits is written again")
  func gap() throws {
    for version in 0...2 {
      try damage(log("t") + "/\(ForeignEngine.number(version)).json", .missing)
    }
    #expect(try faults().count == 3)
    #expect(try faults(.repair(deep: false)).isEmpty)
    try expectRows()
  }
}

/// Checkpoints and checksums that were damaged, or that other engines wrote wrongly.
@Suite("Damaged checkpoints")
struct CheckpointDamageTests {
  private let bench: Workbench
  private let disk = LocalFileStore()
  private let log: String

  init() throws {
    bench = try Workbench()
    log = bench.lake + "/tables/s/t/_delta_log"
    try bench.rows("CREATE TABLE s.t (x INT)")
    for x in 1...50 { try bench.rows("INSERT INTO s.t VALUES (\(x))") }
  }

  private var checkpoint: String { log + "/\(ForeignEngine.number(50)).checkpoint.parquet" }

  private func faults(_ command: LakeCommand = .verify(deep: false)) throws -> [String] {
    CellText.rows(try bench.perform(command).table)
  }

  private func read() throws -> [String] {
    try bench.another().lines("SELECT COUNT(*), SUM(x) FROM read_delta('\(bench.lake)/tables/s/t')")
  }

  /// - Parameter words: What `verify` says of it.
  private func expectRepair(_ words: String) throws {
    let found = try faults()
    #expect(found.count == 1 && found[0].contains(words), "\(found)")
    #expect(try bench.another().lines("SELECT COUNT(*), SUM(x) FROM s.t") == ["50|1275"])
    #expect(try faults(.repair(deep: false)).isEmpty)
    #expect(try read() == ["50|1275"])
    #expect(try disk.status(checkpoint) != nil)
    #expect(try faults().isEmpty)
  }

  @Test("a damaged checkpoint is named and written anew")
  func damaged() throws {
    #expect(try faults().isEmpty)
    let bytes = try disk.read(checkpoint)
    try disk.replace(Array(bytes.prefix(bytes.count / 2)), at: checkpoint)
    try expectRepair("cannot be read")
    try disk.replace([], at: checkpoint)
    try expectRepair("cannot be read")
  }

  @Test("a foreign checkpoint that contradicts the commits is found, set aside and replaced")
  func contradicting() throws {
    // The state of another table, or of an earlier version, under the name of this one.
    try bench.rows("CREATE TABLE s.u (x INT)")
    for x in 1...50 { try bench.rows("INSERT INTO s.u VALUES (\(x))") }
    let other = bench.lake + "/tables/s/u/_delta_log/\(ForeignEngine.number(50)).checkpoint.parquet"
    try disk.replace(try disk.read(other), at: checkpoint)
    try expectRepair("another schema or table id")
    #expect(try disk.list(log).contains { $0.name.contains("damaged") })
  }

  @Test("the next checkpoint does not build on a damaged one")
  func notInherited() throws {
    try disk.replace(Array(try disk.read(checkpoint).dropLast(100)), at: checkpoint)
    for x in 51...100 { try bench.rows("INSERT INTO s.t VALUES (\(x))") }
    #expect(try read() == ["100|5050"])
    let found = try faults()
    #expect(found.count == 1 && found[0].contains("50.checkpoint.parquet"), "\(found)")
  }

  @Test("_last_checkpoint that is gone, torn or points nowhere is written again")
  func pointer() throws {
    let path = log + "/_last_checkpoint"
    try disk.remove(path)
    try expectRepair("is missing: the newest checkpoint is 50")
    try disk.replace(Array("{\"ver".utf8), at: path)
    try expectRepair("cannot be read")
    try disk.replace(Array(#"{"version":40,"size":42}"#.utf8), at: path)
    try expectRepair("points to version 40")
  }

  @Test("a checkpoint of a version that never was is set aside")
  func beyond() throws {
    let path = log + "/\(ForeignEngine.number(70)).checkpoint.parquet"
    _ = try disk.putIfAbsent(try disk.read(checkpoint), at: path, modifiedMicroseconds: nil)
    try expectRepair("there is no version 70")
    #expect(try disk.status(path) == nil)
  }

  @Test("a checksum that does not fit is set aside")
  func checksum() throws {
    let path = log + "/\(ForeignEngine.number(50)).crc"
    let text = String(decoding: try disk.read(path), as: UTF8.self)
    try disk.replace(
      Array(text.replacing("\"numFiles\":50", by: "\"numFiles\":49").utf8), at: path)
    try expectRepair("it counts 49 files")
  }
}
