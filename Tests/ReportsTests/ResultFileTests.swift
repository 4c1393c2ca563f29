import FileStorage
import Lakehouse
import Reports
import TestSupport
import Testing

@Suite("COPY to files of every format")
struct ResultFileTests {
  @Test(
    "the format follows from FORMAT or from the name",
    arguments: [
      ("a.csv", "", "x,y\n1,b\n"), ("a.json", "", "[\n  {\"x\":1,\"y\":\"b\"}\n]\n"),
      ("b.csv", "(HEADER false)", "1,b\n"), ("c.csv", "(DELIMITER '|', HEADER)", "x|y\n1|b\n"),
      ("a.ndjson", "", "{\"x\":1,\"y\":\"b\"}\n"), ("a.out", "(FORMAT csv)", "x,y\n1,b\n"),
    ])
  func formats(name: String, options: String, text: String) throws {
    let directory = TemporaryDirectory()
    let store = LocalFileStore()
    let session = Session(options: Session.Options(lakePath: directory.path + "/lake"))
    session.fileSinks = ResultFile.maker(store)
    let path = directory.path + "/" + name
    let sink = CollectingSink()
    try session.run("COPY (SELECT 1 AS x, 'b' AS y) TO '\(path)' \(options)", into: sink)
    #expect(sink.messages == ["copied 1 row to '\(path)'"])
    let written = String(decoding: try store.read(path), as: UTF8.self)
    #expect(
      written.filter { !$0.isWhitespace } == text.filter { !$0.isWhitespace }, "\(written)")
    #expect(throws: LakeError.self) {
      try session.run("COPY (SELECT CAST('x' || 'y' AS INT)) TO '\(path)'", into: sink)
    }
    #expect(String(decoding: try store.read(path), as: UTF8.self) == written)
    #expect(try store.list(directory.path).map(\.name) == [name])
  }

  @Test("NULLs, separators and texts that look like them stay apart in CSV")
  func delimited() throws {
    let directory = TemporaryDirectory()
    let store = LocalFileStore()
    let session = Session(options: Session.Options(lakePath: directory.path + "/lake"))
    session.fileSinks = ResultFile.maker(store)
    let path = directory.path + "/a.csv"
    try session.run(
      """
      COPY (VALUES ('a;b', NULL, '-', 'x,y', ''))
      TO '\(path)' (HEADER false, DELIMITER ';', NULLSTR '-')
      """, into: CollectingSink())
    #expect(String(decoding: try store.read(path), as: UTF8.self) == "\"a;b\";-;\"-\";x,y;\n")
    for options in ["DELIMITER '5'", "DELIMITER ';;'", "HEADER 'no'", "QUOTE 'x'"] {
      #expect(throws: LakeError.self, "\(options)") {
        try session.run("COPY (SELECT 1) TO '\(path)' (\(options))", into: CollectingSink())
      }
    }
    #expect(throws: LakeError.self) {
      try session.run(
        "COPY (SELECT 1) TO '\(directory.path)/a.json' (HEADER false)", into: CollectingSink())
    }
  }

  @Test("a name that says nothing and an unknown format are refused")
  func refusals() throws {
    let store = LocalFileStore()
    #expect(throws: LakeError.self) {
      _ = try ResultFile(format: nil, path: "/tmp/x.unknown", store: store)
    }
    #expect(throws: LakeError.self) {
      _ = try ResultFile(format: "avro", path: "/tmp/x.csv", store: store)
    }
  }
}
