import Columnar
import FileStorage
import JSONText
import Lakehouse
import TestSupport
import Testing

@Suite("PROVE and replay")
struct ProveTests {
  private let directory = TemporaryDirectory()
  private var file: String { directory.path + "/cert.json" }

  private func bench() throws -> Workbench {
    let bench = try Workbench(actor: "ann")
    try bench.rows(
      """
      CREATE TABLE s.t (d DATE NOT NULL, id INT NOT NULL, k STRING, x DECIMAL(12,2))
        BUSINESS DATE d KEY (d, id);
      INSERT INTO s.t VALUES ('2025-06-12', 1, 'a', 1.50), ('2025-06-12', 2, 'b', 2),
        ('2025-06-13', 1, 'a', 9);
      CREATE MATERIALIZED VIEW g.v BUSINESS DATE d AS SELECT d, k, SUM(x) AS v FROM s.t GROUP BY d, k;
      """)
    try bench.perform(.refresh(views: [], dates: [], force: false))
    return bench
  }

  private func replay(_ bench: Workbench) throws -> Outcome {
    try bench.perform(.replayCertificate(file: file))
  }

  private func json() throws -> JSONValue {
    try JSONValue(parsing: String(decoding: try LocalFileStore().read(file), as: UTF8.self))
  }

  /// Writes the certificate with another text in it, sealed anew if asked.
  private func alter(_ from: String, _ to: String, seals: Bool) throws {
    let store = LocalFileStore()
    var text = String(decoding: try store.read(file), as: UTF8.self)
    text = text.replacing(from, with: to)
    if seals, var body = try JSONValue(parsing: text).object {
      let old = body["certificate"]?.string ?? ""
      body["certificate"] = nil
      text = text.replacing(old, with: SHA256.digest(JSONValue.object(body).bytes).hex)
    }
    try store.replace(Array(text.utf8), at: file)
  }

  @Test("a certificate names statement, versions, files, engine and rows, and replays identically")
  func identical() throws {
    let bench = try bench()
    let message = try bench.message(
      "PROVE select k, sum(v) as v from g.v as of T-1 group by k INTO '\(file)'")
    #expect(message.contains("2 rows from 1 input with 1 file"))
    let json = try json()
    #expect(json["statement"]?.string == "SELECT k, sum(v) AS v FROM g.v AS OF T-1 GROUP BY k")
    #expect(json["inputs"]?.array?.first?["name"]?.string == "g.v")
    #expect(json["inputs"]?.array?.first?["run"]?.int64 == 1)
    #expect(json["engine"]?.string == EngineVersion.name)
    #expect(json["rows"]?.array?.count == 2)
    // What comes later changes nothing: neither rows, nor their files, nor T.
    try bench.rows(
      """
      INSERT INTO s.t VALUES ('2025-06-12', 3, 'a', 5), ('2025-06-16', 1, 'a', 5);
      """)
    try bench.perform(.refresh(views: [], dates: [], force: false))
    try bench.rows("OPTIMIZE g.v; OPTIMIZE s.t")
    let outcome = try replay(bench)
    #expect(outcome.verdict == nil, "\(outcome.lines)")
    #expect(CellText.rows(outcome.table)[0].contains("|identical|"))
    #expect(bench.failure("PROVE SELECT 1 INTO '\(file)'")?.message.contains("already") == true)
  }

  @Test("parameters and the session's date and point of knowledge are part of it")
  func settings() throws {
    let bench = try bench()
    try bench.rows("TAG 'then'; UPDATE s.t SET x = x + 1")
    let other = bench.another {
      $0.parameters = ["k": "a"]
      $0.businessDate = "2025-06-12"
      $0.knownAt = "tag:then"
    }
    let query = "SELECT SUM(x) FROM s.t AS OF T WHERE k = :k"
    #expect(try other.lines(query) == ["1.50"])
    try other.run("PROVE \(query) INTO '\(file)'", into: CollectingSink())
    try bench.rows("DROP TAG 'then'")
    #expect(try replay(bench).verdict == nil)
    #expect(try json()["rows"]?.array?.first?.array?.first?.string == "1.50")
  }

  @Test("an altered result, statement or file is found", arguments: [true, false])
  func altered(_ seals: Bool) throws {
    let bench = try bench()
    try bench.rows("PROVE SELECT SUM(x) AS total FROM s.t INTO '\(file)'")
    try alter("[[\"12.50\"]]", "[[\"13.50\"]]", seals: seals)
    let outcome = try replay(bench)
    #expect(outcome.verdict == .integrity)
    #expect(
      outcome.lines.contains { $0.contains(seals ? "result was altered" : "certificate itself") },
      "\(outcome.lines)")
  }

  @Test("an input file with a flipped byte is named")
  func flipped() throws {
    let bench = try bench()
    try bench.rows("PROVE SELECT SUM(x) AS total FROM s.t INTO '\(file)'")
    let files = try bench.perform(.files(table: "s.t")).table
    let found = String(try #require(CellText.rows(files).first).prefix { $0 != "|" })
    let store = LocalFileStore()
    var bytes = try store.read(found)
    bytes[bytes.count / 2] ^= 1
    try store.replace(bytes, at: found)
    let outcome = try replay(bench)
    #expect(outcome.verdict == .integrity)
    #expect(outcome.lines.contains { $0.contains("other bytes") }, "\(outcome.lines)")
  }

  @Test("another method or build is named as the reason, with exit 3")
  func method() throws {
    let bench = try bench()
    try bench.rows("PROVE SELECT SUM(x) AS total FROM s.t INTO '\(file)'")
    try alter(EngineVersion.name, "Tarn/0.0.1", seals: true)
    // The same rows from another build are the same rows.
    let same = try replay(bench)
    #expect(same.verdict == nil && same.lines.contains { $0.contains("Tarn/0.0.1") })
    let hash = try json()["hash"]?.string ?? ""
    try alter(hash, String(repeating: "0", count: 64), seals: true)
    let other = try replay(bench)
    #expect(other.verdict == .breached && LakeError(.breached, "").exitStatus == 3)
    #expect(other.lines.contains { $0.contains("Tarn/0.0.1") })
  }

  @Test("files outside the lake are certified by their bytes; what nobody can look at is refused")
  func files() throws {
    let bench = try bench()
    let path = try bench.write("a,b\n1,2\n3,4\n".utf8, to: "x.csv")
    try bench.rows("PROVE SELECT SUM(b) FROM '\(path)' INTO '\(file)'")
    #expect(try replay(bench).verdict == nil)
    try bench.write("a,b\n1,2\n3,5\n".utf8, to: "x.csv")
    let outcome = try replay(bench)
    #expect(outcome.verdict == .integrity && outcome.lines[0].contains("x.csv"))
    let refused = bench.failure("PROVE SELECT COUNT(*) FROM system.tables INTO '\(file)2'")
    #expect(refused?.message.contains("system.tables") == true)
    try bench.write("{}".utf8, to: "no.json")
    let none = directory.path + "/none.json"
    #expect(bench.failure(.replayCertificate(file: none))?.message.contains("no file") == true)
    #expect(bench.failure(.replayCertificate(file: path))?.message.contains("certificate") == true)
  }

  @Test("every run is replayed, also after OPTIMIZE; one whose inputs a vacuum took is told")
  func all() throws {
    let bench = try bench()
    try bench.rows("UPDATE s.t SET x = 3 WHERE d = DATE '2025-06-12'")
    try bench.perform(.refresh(views: [], dates: [], force: false))
    try bench.rows("OPTIMIZE s.t; OPTIMIZE g.v")
    var told: [String] = []
    let outcome = try bench.session.perform(.replayAll) { told.append($0) }
    #expect(outcome.verdict == nil && outcome.lines == ["2 of 2 runs give the same bits again"])
    #expect(told.contains { $0.contains("2 of 2") })
    do {
      // Gone with what it reads before the vacuum.
      let alone = bench.another { $0.threads = 1 }
      #expect(try alone.perform(.replayAll) { _ in }.verdict == nil)
    }
    try bench.rows("RETAIN '0 days' FOR RUNS; VACUUM s.t RETAIN 0 HOURS")
    let later = try bench.perform(.replayAll)
    #expect(later.verdict == .data && later.lines.contains { $0.contains("vacuum") })
  }

  @Test("a method that the build or the run does not have is refused by name")
  func using() throws {
    let session = try SampleLake.shared.get().session()
    let run = try session.allRows(
      "SELECT MIN(run) FROM system.runs WHERE view = 'gold.lcr' AND status = 'succeeded'")[0][0]
    guard case .int64(let id) = run else {
      Issue.record("no run")
      return
    }
    func failure(_ method: String) -> String {
      do {
        _ = try session.perform(.replayUsing(run: id, method: method)) { _ in }
        return ""
      } catch { return error.message + " " + (error.help ?? "") }
    }
    #expect(failure("lcr=99").contains("no '99'"))
    #expect(failure("nsfr=1").contains("used no calculator 'nsfr'"))
    #expect(failure("lcr").contains("one method of lcr"))
    let current = Int(failure("lcr=99").split(separator: " ").last ?? "") ?? 0
    #expect(failure("lcr=\(current)") == "")
  }
}
