import Columnar
import FileStorage
import Ingest
import Testing
import TestSupport

/// Columns and rows of files read without a contract.
private func read(
  _ files: KeyValuePairs<String, String>, _ pattern: String, options: ReadOptions = ReadOptions()
) throws -> (columns: String, rows: [[String]]) {
  let store = MemoryFileStore()
  for (path, text) in files { try store.plant(Array(text.utf8), at: path) }
  let table = try TextTable.open(pattern, in: store, options: options)
  var rows: [[String]] = []
  for index in table.files.indices {
    let reader = try table.reader(ofFile: index)
    while let (batch, _) = try reader.next() {
      rows += (0..<batch.rowCount).map { batch.row($0).map(shown) }
    }
  }
  let columns = table.schema.fields.map { "\($0.name) \($0.type.sqlName)" }
  return (columns.joined(separator: ", "), rows)
}

@Suite("Files without a contract")
struct TextTableTests {
  @Test(
    "have the narrowest types that hold all values",
    arguments: [
      ("a,b\n1,x\n2,y\n", "a bigint, b string"),
      ("a,b\n1,2.5\n2,3\n", "a bigint, b double"),
      ("a\n1\n2.5\n", "a double"),
      ("a\n1\nx\n", "a string"),
      ("a\n2025-01-01\n\n2025-01-02\n", "a date"),
      ("a\n2025-01-01\n2025-01-02 10:00:00\n", "a timestamp"),
      ("a\ntrue\nFalse\n", "a boolean"),
      ("a\n1\n0\n", "a bigint"),
      ("a,b\n1,\n2,\n", "a bigint, b string"),
      ("a\n9223372036854775808\n", "a double"),
      ("x,y\np,q\n", "x string, y string"),
      ("1,2\n3,4\n", "column0 bigint, column1 bigint"),
      ("a,a,\n1,2,3\n", "a bigint, a_1 bigint, column2 bigint"),
      (
        "{\"a\":1,\"b\":\"x\"}\n{\"b\":\"y\",\"c\":[1,2.5]}\n", "a bigint, b string, c list<double>"
      ),
      ("[{\"a\":1},{\"a\":\"x\"},{\"a\":{\"b\":2}}]", "a string"),
      ("{\"d\":\"2025-01-01\",\"t\":true}\n", "d date, t boolean"),
    ])
  func types(text: String, columns: String) throws {
    #expect(try read(["/d/f": text], "/d/f").columns == columns)
  }

  @Test("widen for a late value, because every record is looked at")
  func widening() throws {
    let text = "a\n" + (0..<50_000).map { "\($0)\n" }.joined() + "1.5\n"
    var options = ReadOptions()
    options.pieceBytes = 1 << 12
    #expect(try read(["/d/f": text], "/d/f", options: options).columns == "a double")
    options.sampleRecords = 1000
    #expect {
      _ = try read(["/d/f": text], "/d/f", options: options)
    } throws: { error in
      (error as? IngestError)?.kind == .inference && (error as? IngestError)?.line == 50_002
    }
  }

  @Test("of any kind become text when kinds are mixed")
  func mixed() throws {
    let found = try read(["/d/f": "{\"a\":1}\n{\"a\":\"x\"}\n{\"a\":[1, 2]}\n"], "/d/f")
    #expect(found.rows == [["1"], ["x"], ["[1, 2]"]])
  }

  @Test("are found by pattern, matched by name, and read in order")
  func patterns() throws {
    let found = try read(
      [
        "/d/b.csv": "y,x\n2,b\n", "/d/a.csv": "x,y\na,1\n", "/d/c.txt": "z\n1\n",
        "/d/.h.csv": "z\n1\n",
      ],
      "/d/[ab].c?v")
    #expect(found.columns == "x string, y bigint")
    #expect(found.rows == [["a", "1"], ["b", "2"]])
    #expect(
      try read(["/d/1/a.csv": "x,y\n1,2\n", "/d/2/a.csv": "x,z\n1.5,q\n"], "/d/*/*.csv").columns
        == "x double, y bigint, z string")
    #expect {
      _ = try read(["/d/a": "x\n"], "/d/*.csv")
    } throws: { error in
      "\(error)".contains("a file that fits the pattern")
    }
  }

  @Test("do not lose a bad record silently")
  func bad() throws {
    #expect {
      _ = try read(["/d/f": "a,b\n1,2\n3\n"], "/d/f")
    } throws: { error in
      (error as? IngestError)?.line == 3 && "\(error)".contains("expected 2 fields, found 1")
    }
  }
}
