import CSQLite
import Columnar
import FileStorage
import LakeCatalog
import TestSupport
import Testing

/// What planning asks of a run follows from the run.
@Suite("Heads of runs")
struct RunHeadTests {
  private func run(_ view: String, _ status: String, _ number: Int64) -> NewRun {
    NewRun(
      RunRecord(
        view: view, status: status, startedMicroseconds: number, finishedMicroseconds: number,
        inputSnapshot: number, definitionHash: .zero, engineVersion: "e",
        parameters: #"{"content":[{"hash":"a","rows":1}],"reasons":[],"pending":{"x":"y"}}"#,
        inputs: [TableVersionReference(tableID: 1, version: number)]), outputChanges: [])
  }

  private func scene(_ lake: TestLake) throws -> Catalog {
    let catalog = try lake.create()
    for number: Int64 in 1...4 {
      var commit = LakeCommit("REFRESH")
      commit.runs = [
        run("g.a", number == 4 ? "failed" : "succeeded", number), run("g.b", "failed", 9),
      ]
      try catalog.commit(commit)
    }
    return catalog
  }

  private func execute(_ sql: String, _ lake: TestLake) {
    var handle: OpaquePointer?
    #expect(unsafe sqlite3_open(lake.path + "/tarn.db", &handle) == SQLITE_OK)
    defer { unsafe sqlite3_close_v2(handle) }
    #expect(unsafe sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK, "\(sql)")
  }

  private func check(_ catalog: Catalog) throws {
    let last = try #require(try catalog.lastRun(of: "g.a"))
    #expect(last.status == "failed" && last.startedMicroseconds == 4)
    let good = try #require(try catalog.lastRun(of: "g.a", status: "succeeded"))
    #expect(good.inputs == [TableVersionReference(tableID: 1, version: 3)] && good.outputs == [])
    #expect(good.inputSnapshot == 3 && good.facts.contains(#""pending":{"x":"y"}"#))
    #expect(try catalog.lastRun(of: "g.b", status: "succeeded") == nil)
    #expect(try catalog.lastRun(of: "g.c") == nil)
  }

  @Test("the newest is found by view and end, without what was written by date")
  func newest() throws {
    let lake = TestLake()
    let catalog = try scene(lake)
    try check(catalog)
    #expect(try catalog.lastRun(of: "g.a")?.facts.contains("content") == false)
    let before = try catalog.fingerprint()
    let (rebuilt, _) = try Catalog.rebuild(at: lake.path, store: lake.memory, clock: lake.now())
    #expect(try rebuilt.fingerprint() == before)
    try check(rebuilt)
  }

  @Test("a lake of an older format answers from its runs, and gets heads with its next commit")
  func upgrade() throws {
    let lake = TestLake()
    _ = try scene(lake)
    execute("DROP TABLE run_heads; PRAGMA user_version = 2", lake)
    do {
      let old = try lake.open()
      try check(old)
      #expect(try old.verify().faults == [])
      try old.commit(LakeCommit("TAG"))
      try check(old)
    }
    let new = try lake.open()
    try check(new)
    #expect(try new.lastRun(of: "g.a")?.facts.contains("content") == false)
    #expect(try new.verify().faults == [])
  }

  @Test("a head that somebody altered is found")
  func tampering() throws {
    let lake = TestLake()
    _ = try scene(lake)
    execute("UPDATE run_heads SET facts = '{}' WHERE run_id = 3", lake)
    #expect(
      try lake.open().verify().faults.contains { fault in
        if case .alteredRecord("run_heads", _) = fault { return true }
        return false
      })
  }
}
