import FileStorage
import JSONText
import LakeCatalog
import Lakehouse
import TestSupport
import Testing

@Suite("What a tick tells others")
struct NoticeTests {
  private let directory = TemporaryDirectory()

  private func bench() throws -> Workbench {
    let bench = try Workbench()
    try bench.rows(
      """
      CREATE TABLE s.t (d DATE NOT NULL, desk STRING, x DECIMAL(12,2)) BUSINESS DATE d;
      INSERT INTO s.t VALUES ('2025-06-12', 'FX', 10);
      CREATE MATERIALIZED VIEW g.a BUSINESS DATE d REFRESH ON COMMIT
        EXPECT positive CHECK (x > 0) ON VIOLATION FAIL
        AS SELECT d, desk, SUM(x) AS x FROM s.t GROUP BY d, desk;
      CREATE LIMIT net ON g.a MEASURE x BY desk MAX 100 OWNER 'head of desk';
      """)
    return bench
  }

  private var told: String { directory.path + "/told" }

  private func hook(_ bench: Workbench, _ command: String? = nil) throws -> Outcome {
    let targets = NoticeTargets(command: command ?? "cat >> '\(told)'")
    return try bench.perform(.tick(targets))
  }

  /// `state kind view date name` of each alert, in the order told.
  private func alerts() throws -> [String] {
    guard let bytes = try? LocalFileStore().read(told) else { return [] }
    return try bytes.split(separator: UInt8(ascii: "\n")).flatMap { line in
      let json = try JSONValue(parsing: Array(line))
      return (json["alerts"]?.array ?? []).map { alert in
        ["state", "kind", "view", "business_date", "name", "owner"]
          .compactMap { alert[$0]?.string }.joined(separator: " ")
      }
    }
  }

  @Test("an alert is told once when it begins and once when it ends")
  func once() throws {
    let bench = try bench()
    #expect(try hook(bench).verdict == nil)
    #expect(try alerts() == [])
    try bench.rows("INSERT INTO s.t VALUES ('2025-06-13', 'FX', 150)")
    for _ in 0..<3 { _ = try hook(bench) }
    let breach = "limit g.a 2025-06-13 net desk=FX head of desk"
    #expect(try alerts() == ["raised \(breach)"])
    try bench.rows("INSERT INTO s.t VALUES ('2025-06-13', 'FX', -200)")
    #expect(try hook(bench).verdict == .data)
    let failure = "failed g.a"
    let before = try alerts()
    #expect(before.contains("raised \(failure)"), "\(before)")
    try bench.rows("INSERT INTO s.t VALUES ('2025-06-13', 'FX', 90)")
    _ = try hook(bench)
    let all = try alerts()
    #expect(all.contains("resolved \(breach)") && all.contains("resolved \(failure)"), "\(all)")
    #expect(all.count { $0.hasPrefix("raised") } == all.count { $0.hasPrefix("resolved") })
  }

  @Test("a command that fails, or takes nothing, gets the alerts again at the next tick")
  func failing() throws {
    let bench = try bench()
    try bench.rows("INSERT INTO s.t VALUES ('2025-06-13', 'FX', 150)")
    let outcome = try hook(bench, "exit 3")
    #expect(outcome.verdict == .data)
    #expect(
      outcome.lines.last == "alerts were not taken: 'exit 3' ended with status 3",
      "\(outcome.lines)")
    #expect(try hook(bench).verdict == nil)
    #expect(try alerts().count == 1)
    #expect(try hook(bench, "exit 3").verdict == nil, "nothing is left to tell")
  }

  @Test("where the lake stands, as Prometheus reads it")
  func metrics() throws {
    let bench = try bench()
    try bench.rows("INSERT INTO s.t VALUES ('2025-06-13', 'F\"X', 150)")
    let path = directory.path + "/tarn.prom"
    #expect(try bench.perform(.tick(NoticeTargets(metrics: path))).verdict == nil)
    let text = String(decoding: try LocalFileStore().read(path), as: UTF8.self)
    for line in [
      "# TYPE tarn_view_stale gauge", "tarn_view_stale{view=\"g.a\"} 0",
      "tarn_view_last_run_success{view=\"g.a\"} 1", "tarn_view_last_run_rows{view=\"g.a\"} 2",
      "tarn_limit_breached{limit=\"net\",view=\"g.a\",by=\"desk=F\\\"X\"} 1",
      "tarn_limit_utilisation{limit=\"net\",view=\"g.a\",by=\"desk=F\\\"X\"} 1.5",
      "tarn_view_business_date_timestamp_seconds{view=\"g.a\"} 1749772800",
    ] {
      #expect(text.split(separator: "\n").map(String.init).contains(line), "\(line) in\n\(text)")
    }
  }

  @Test("runs as OpenLineage events, each told in one file, failures with their message")
  func lineage() throws {
    let bench = try bench()
    let targets = NoticeTargets(lineage: directory.path + "/events")
    _ = try bench.perform(.tick(targets))
    _ = try bench.perform(.tick(targets))
    try bench.rows("INSERT INTO s.t VALUES ('2025-06-13', 'FX', -1)")
    _ = try bench.perform(.tick(targets))
    let store = LocalFileStore()
    let files = try store.list(directory.path + "/events").map(\.name).sorted()
    #expect(files.count == 2)
    var events: [JSONValue] = []
    for file in files {
      let bytes = try store.read(directory.path + "/events/" + file)
      for line in bytes.split(separator: UInt8(ascii: "\n")) {
        events.append(try JSONValue(parsing: Array(line)))
      }
    }
    #expect(events.map { $0["eventType"]?.string } == ["START", "COMPLETE", "START", "FAIL"])
    #expect(events[0]["run"]?["runId"] == events[1]["run"]?["runId"])
    #expect(events[0]["run"]?["runId"] != events[2]["run"]?["runId"])
    #expect(events[1]["inputs"]?.array?.first?["name"]?.string == "s.t")
    let output = try #require(events[1]["outputs"]?.array?.first)
    #expect(output["name"]?.string == "g.a")
    #expect(output["outputFacets"]?["outputStatistics"]?["rowCount"]?.int64 == 1)
    let fields = try #require(
      output["facets"]?["columnLineage"]?["fields"]?["x"]?["inputFields"]?.array)
    #expect(fields.map { $0["field"]?.string } == ["x"])
    #expect(
      events[3]["run"]?["facets"]?["errorMessage"]?["message"]?.string?.contains("positive")
        == true)
  }
}
