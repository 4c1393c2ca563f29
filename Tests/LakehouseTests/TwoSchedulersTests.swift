import FileStorage
import Glibc
import LakeCatalog
import Lakehouse
import Synchronization
import TestSupport
import Testing

@Suite("Two schedulers on one lake", .serialized)
struct TwoSchedulersTests {
  @Test("in 200 ticks, with refreshes by hand and new rows between them, no work is done twice")
  func once() throws {
    let bench = try Workbench()
    try bench.rows(
      """
      CREATE TABLE s.t (d DATE NOT NULL, k STRING, x INT) BUSINESS DATE d;
      CREATE MATERIALIZED VIEW g.a BUSINESS DATE d REFRESH ON COMMIT
        AS SELECT d, k, SUM(x) AS x FROM s.t GROUP BY d, k;
      CREATE MATERIALIZED VIEW g.b BUSINESS DATE d REFRESH ON COMMIT
        AS SELECT d, SUM(x) AS x FROM g.a GROUP BY d;
      CREATE MATERIALIZED VIEW g.c BUSINESS DATE d REFRESH ON COMMIT
        AS SELECT d, COUNT(*) AS n FROM s.t GROUP BY d;
      """)
    let options = bench.session.options
    let faults = Mutex<[String]>([])
    runThreads(4) { thread in
      let session = Session(options: options)
      do throws(LakeError) {
        switch thread {
        case 0, 1:
          for _ in 0..<100 {
            let outcome = try session.perform(.tick()) { _ in }
            if outcome.verdict != nil { faults.withLock { $0 += outcome.lines } }
          }
        case 2:
          for row in 1...15 {
            _ = try session.lines("INSERT INTO s.t VALUES ('2025-06-13', 'k', \(row))")
            usleep(100_000)
          }
        default:
          for _ in 0..<10 {
            _ = try session.perform(.refresh(views: ["g.b"], dates: [], force: false)) { _ in }
            usleep(150_000)
          }
        }
      } catch {
        faults.withLock { $0.append(error.message) }
      }
    }
    #expect(faults.withLock { $0 } == [])
    _ = try bench.perform(.tick())
    #expect(try bench.lines("SELECT b.x, c.n FROM g.b b JOIN g.c c ON b.d = c.d") == ["120|15"])
    let runs = try Lake.open(bench.lake).catalog.runs()
    #expect(runs.allSatisfy { $0.status == "succeeded" })
    for view in ["g.a", "g.b", "g.c"] {
      let inputs = runs.filter { $0.view == view }.map(\.inputs)
      #expect(inputs.count > 1)
      #expect(Set(inputs).count == inputs.count, "\(view) was built twice from the same inputs")
    }
    #expect(try bench.perform(.verify(deep: true)).verdict == nil)
  }
}
