import FileStorage
import Lakehouse
import Reports
import Shell
import TestSupport
import Testing

@Suite struct ExtractTests {
  private let directory = TemporaryDirectory()

  private struct Run {
    var status: Int32
    var words: String
  }

  private func file(_ name: String, _ text: String) throws -> String {
    let path = joinPath(directory.path, name)
    try LocalFileStore().replace(Array(text.utf8), at: path)
    return path
  }

  /// With a real session, over files and literals alone.
  private func extract(_ arguments: [String]) -> Run {
    var words = ""
    let console = Console(
      output: MemoryOutput(), words: { words += $0 }, input: LineSource(text: ""))
    let lake = joinPath(directory.path, "no-lake")
    let tool = CommandLineTool(console: console) { Session(options: $0) }
    let status = tool.run(["extract"] + arguments + ["--lake", lake])
    return Run(status: status, words: words)
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try LocalFileStore().read(joinPath(directory.path, path)), as: UTF8.self)
  }

  private func names(_ path: String) throws -> [String] {
    try LocalFileStore().list(joinPath(directory.path, path)).map(\.name)
  }

  @Test func everyFileIsNamedWithItsHash() throws {
    let source = try file(
      "r.sql", "SELECT 1 AS n, 'a' AS t;\n-- file: second\nSELECT 2 AS n ORDER BY n;\n")
    let run = extract([source, "-o", joinPath(directory.path, "out")])
    #expect(run.status == 0, "\(run.words)")
    let files = try names("out/v1")
    #expect(
      files == ["SHA256SUMS", "manifest.json", "r.csv", "r.xml", "second.csv", "second.xml"])
    let lines = try text("out/v1/SHA256SUMS").split(separator: "\n")
    #expect(lines.count == 5)
    for line in lines {
      let name = String(line.dropFirst(66))
      #expect(line.dropFirst(64).hasPrefix("  "))
      let bytes = try LocalFileStore().read(joinPath(directory.path, "out/v1/" + name))
      #expect(line.hasPrefix(SHA256.digest(bytes).hex), "\(name)")
    }
    let manifest = try text("out/v1/manifest.json")
    #expect(manifest.contains("\"version\": 1,\n  \"supersedes\": null"))
    #expect(manifest.contains("\"statement\": \"SELECT 2 AS n ORDER BY n\""))
    #expect(manifest.contains("\"engine\": {\"name\": \"\(EngineVersion.name)\""))
    #expect(try text("out/v1/r.csv") == "n,t\n1,a\n")
  }

  @Test func theNextOneIsAnotherVersion() throws {
    let source = try file("r.sql", "SELECT 1 AS n;")
    let target = joinPath(directory.path, "out")
    #expect(extract([source, "-o", target]).status == 0)
    let first = try LocalFileStore().read(joinPath(target, "v1/manifest.json"))
    #expect(extract([source, "-o", target, "--format", "csv"]).status == 0)
    #expect(try names("out") == ["v1", "v2"])
    #expect(try names("out/v2") == ["SHA256SUMS", "manifest.json", "r.csv"])
    let digest = SHA256.digest(first).hex
    #expect(
      try text("out/v2/manifest.json").contains(
        "\"supersedes\": {\"version\": 1, \"manifest_sha256\": \"\(digest)\"}"))
  }

  @Test func textIsEscapedAndNamesAreXMLNames() throws {
    let source = try file(
      "odd.sql",
      """
      SELECT '=1+1' AS "a b", '<&>"' || chr(13) AS "1é", CAST(NULL AS STRING) AS n,
        CAST('-inf' AS DOUBLE) AS d, -1.50 AS m, DATE '2025-01-01' AS "_x", [1, 2] AS "xmlish";
      """)
    let run = extract([source, "-o", joinPath(directory.path, "out")])
    #expect(run.status == 0, "\(run.words)")
    let xml = try text("out/v1/odd.xml")
    #expect(
      xml.contains(
        """
        <row><a_x0020_b>=1+1</a_x0020_b><_x0031_é>&lt;&amp;&gt;&quot;&#13;</_x0031_é>\
        <n xsi:nil="true"/><d>-INF</d><m>-1.50</m><_x005F_x>2025-01-01</_x005F_x>\
        <_x0078_mlish>[1,2]</_x0078_mlish></row>
        """))
    #expect(
      xml.contains("<column name=\"xmlish\" element=\"_x0078_mlish\" type=\"list&lt;int&gt;\"/>"))
    #expect(xml.hasSuffix("</rows>\n</extract>\n"))
    // No spreadsheet computes it, and numbers stay numbers.
    let csv = try text("out/v1/odd.csv")
    #expect(csv.contains("\n'=1+1,"))
    #expect(csv.contains(",-1.50,"))
  }

  @Test(arguments: [
    ("SELECT chr(7) AS x;", [], 1, "U+0007, found in row 1, column \"x\""),
    ("SELECT 1 AS n", ["--format", "json"], 2, "expected --format csv or xml"),
    ("CREATE TABLE a.b (x INT)", [], 2, "does not only read"),
    ("-- file: ../up\nSELECT 1;", [], 2, "no name for a file"),
    ("SELECT 1;\n-- file: r\nSELECT 2;", [], 2, "two statements"),
    ("SELECT nonsense FROM nowhere.at_all;", [], 1, "nowhere.at_all"),
    ("-- nothing\n", [], 2, "no statement"),
  ])
  func whatFailsLeavesNothing(
    _ statement: String, _ options: [String], _ status: Int32, _ words: String
  ) throws {
    let source = try file("r.sql", statement)
    let run = extract([source, "-o", joinPath(directory.path, "out")] + options)
    #expect(run.status == status, "\(run.words)")
    #expect(run.words.contains(words), "\(run.words)")
    #expect(try names("") == ["r.sql"])
  }

  @Test func aFileIsNoTarget() throws {
    let source = try file("r.sql", "SELECT 1;")
    #expect(extract([source, "-o", source]).status == 2)
    #expect(extract([source]).status == 2)
    #expect(try text("r.sql") == "SELECT 1;")
  }
}
