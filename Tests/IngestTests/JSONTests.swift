import Columnar
import Ingest
import Testing
import TestSupport

@Suite("JSON records")
struct JSONTests {
  @Test(
    "are found in every layout, at any size of piece",
    arguments: [
      "{\"a\":\"x\",\"b\":1}\n{\"a\":\"y\",\"b\":2}\n",
      "{\"a\":\"x\",\"b\":1}\r\n\r\n{\"a\":\"y\",\"b\":2}",
      "[{\"a\":\"x\",\"b\":1},{\"a\":\"y\",\"b\":2}]",
      "\u{FEFF} [\n {\"a\":\"x\",\n \"b\":1 }\n,\n{\"B\":2,\"A\":\"\\u0079\"}\n]\n",
      "{\n\"a\":\"x\",\"b\":1}\n{\"a\":\"y\",\n\"b\":2\n}\n",
    ])
  func layouts(text: String) throws {
    for pieceBytes in [1, 2, 3, 7, 1 << 20] {
      var options = ReadOptions()
      options.pieceBytes = pieceBytes
      let reading = try Reading(text, contract("a string,b int"), options: options)
      #expect(reading.rows.map { $0.map(shown) } == [["x", "1"], ["y", "2"]])
      #expect(reading.rejects == [])
    }
  }

  @Test("keep numbers exact, and nest where the type says so")
  func exact() throws {
    let reading = try Reading(
      "{\"n\":12345678901234567890.1234,\"m\":\"0.10\",\"d\":1e-3,\"v\":[1,2.5],\"s\":\"a\\n\"}\n"
        + "{\"n\":null,\"m\":7,\"v\":null}\n",
      contract("n large,m money,d double,v doubles,s string"))
    #expect(
      reading.rows.map { $0.map(shown) } == [
        ["12345678901234567890.1234", "0.10", "0.001", "[1.0 2.5]", "a\n"],
        ["-", "7.00", "-", "-", "-"],
      ])
  }

  @Test(
    "of the wrong kind are rejected with their column",
    arguments: [
      ("{\"a\":1,\"b\":1}", "1 type a"), ("{\"a\":\"x\",\"b\":\"1\"}", "1 type b"),
      ("{\"a\":\"x\",\"b\":1.5}", "1 type b"), ("{\"a\":\"x\",\"b\":true}", "1 type b"),
      ("{\"a\":\"x\",\"b\":[1]}", "1 type b"), ("{\"b\":1}", "1 not null a"),
      ("{\"a\":null,\"b\":1}", "1 not null a"), ("{\"a\":\"x\",\"b\":", "1 json"),
      ("{\"a\":\"x\" \"b\":1}", "1 json"), ("{\"a\":\"x\",\"b\":1}}", "1 json"),
      ("{\"a\":\"\\q\",\"b\":1}", "1 json"), ("5", "1 json"), ("{\"a\":\"x\",\"b\":NaN}", "1 json"),
    ])
  func kinds(record: String, reject: String) throws {
    let reading = try Reading(
      record + "\n{\"a\":\"ok\",\"b\":2}\n", contract("a string!,b int"),
      options: ReadOptions(format: .json))
    #expect(reading.rejects == [reject])
    #expect(reading.result.rejected[0].rawText == record)
    #expect(reading.rows.map { $0.map(shown) } == [["ok", "2"]])
    #expect(reading.lines == [2])
  }

  @Test("of an array go on behind a broken one, and a missing end is told")
  func arrays() throws {
    let reading = try Reading(
      "[\n{\"a\":1},\n{\"a\":tru},\n7,\n{\"a\":{},\n{\"a\":3},\n{\"a\":4}\n",
      contract("a int"))
    #expect(reading.rows.map { shown($0[0]) } == ["1", "3", "4"])
    #expect(reading.lines == [2, 6, 7])
    #expect(reading.rejects == ["3 json", "4 json", "5 json", "8 json"])
    #expect(reading.result.rejected.last?.reason.contains("expected ']'") == true)
  }

  @Test("take defaults only for members that are not there")
  func defaults() throws {
    var contract = contract("a int,b string")
    contract.columns[1].defaultValue = { count in
      Column.repeating(.string("new"), type: .string, count: count) ?? .nulls(.string, count: count)
    }
    let json = try Reading("{\"a\":1}\n{\"a\":2,\"b\":null}\n{\"a\":3,\"b\":\"x\"}\n", contract)
    #expect(json.rows.map { shown($0[1]) } == ["new", "-", "x"])
    let csv = try Reading("a\n1\n2\n", contract)
    #expect(csv.rows.map { shown($0[1]) } == ["new", "new"])
    let present = try Reading("a,b\n1,\n", contract)
    #expect(present.rows.map { shown($0[1]) } == ["-"])
  }

  @Test("tell members that no column takes, once")
  func unknown() throws {
    let reading = try Reading("{\"a\":1,\"z\":{\"y\":[]}}\n{\"a\":2,\"z\":3}\n", contract("a int"))
    #expect(reading.rows.count == 2)
    #expect(
      reading.result.summary.notes == [
        "member 'z' of the file is not in the table and was ignored"
      ])
  }
}
