import Columnar
import Ingest
import Testing
import TestSupport

@Suite("Delimited text")
struct CSVTests {
  /// RFC 4180 §2, rule by rule, and what is found beside it.
  @Test(
    "is cut as RFC 4180 says",
    arguments: [
      ("a,b\nx,y\n", [["x", "y"]]),
      ("a,b\r\nx,y\r\n", [["x", "y"]]),
      ("a,b\rx,y\r", [["x", "y"]]),
      ("a,b\nx,y", [["x", "y"]]),
      ("\u{FEFF}a,b\nx,y\n", [["x", "y"]]),
      ("a,b\n\"x\",\"y\"\n", [["x", "y"]]),
      ("a,b\n\"x,1\",y\n", [["x,1", "y"]]),
      ("a,b\n\"x\n1\",y\n", [["x\n1", "y"]]),
      ("a,b\n\"x\r\n1\",y\r\n", [["x\r\n1", "y"]]),
      ("a,b\n\"say \"\"no\"\"\",y\n", [["say \"no\"", "y"]]),
      ("a,b\n\"\"\"\",y\n", [["\"", "y"]]),
      ("a,b\n,y\n", [["-", "y"]]),
      ("a,b\n\"\",y\n", [["", "y"]]),
      ("a,b\n x , y \n", [[" x ", " y "]]),
      ("a,b\n5\" pipe,y\n", [["5\" pipe", "y"]]),
      ("a,b\n\nx,y\n\n\nz,w\n\n", [["x", "y"], ["z", "w"]]),
      ("b,a\ny,x\n", [["x", "y"]]),
      ("A, B \nx,y\n", [["x", "y"]]),
      ("a;b\nx;1,5\n", [["x", "1,5"]]),
      ("a\tb\nx\ty\n", [["x", "y"]]),
      ("a|b\nx|y\n", [["x", "y"]]),
      ("a,b\n", []),
      ("", []),
    ])
  func cutting(text: String, expected: [[String]]) throws {
    for pieceBytes in [1, 2, 3, 5, 7, 64, 1 << 20] {
      var options = ReadOptions()
      options.pieceBytes = pieceBytes
      let reading = try Reading(text, contract("a string,b string"), options: options)
      #expect(reading.rows.map { $0.map(shown) } == expected, "pieces of \(pieceBytes)")
      #expect(reading.rejects == [])
    }
  }

  @Test("parses every type from its text")
  func types() throws {
    let reading = try Reading(
      "i,l,d,f,m,n,t,z,b,s,v\n"
        + "1,-9223372036854775808,0.1,1.5,-12.50,12345678901234567890.1234,2025-06-23,"
        + "2025-06-23T18:00:00Z,true,x,\"[1, 2.5]\"\n"
        + " 7 ,+5,1e-3,-2,.5,1e3,2024-02-29,2025-06-23 18:00:00.25+02:00,F,\"\",\"[0,-1]\"\n"
        + ",,,,,,,,,,\n",
      contract(
        "i int,l bigint,d double,f float,m money,n large,t date,z timestamp,b boolean,s string,"
          + "v pair"))
    #expect(reading.rejects == [])
    #expect(
      reading.rows.map { $0.map(shown) } == [
        [
          "1", "-9223372036854775808", "0.1", "1.5", "-12.50", "12345678901234567890.1234",
          "2025-06-23", "2025-06-23T18:00:00Z", "true", "x", "[1.0 2.5]",
        ],
        [
          "7", "5", "0.001", "-2.0", "0.50", "1000.0000", "2024-02-29",
          "2025-06-23T16:00:00.25Z", "false", "", "[0.0 -1.0]",
        ],
        [String](repeating: "-", count: 11),
      ])
  }

  @Test(
    "rejects what is not of the type, with column and words",
    arguments: [
      ("int", "1.0", "expected int, found '1.0'"),
      ("int", "2147483648", "expected int, found '2147483648', which is out of range"),
      ("int", "-", "expected int, found '-'"),
      ("bigint", "9223372036854775808", "which is out of range"),
      ("bigint", "0x10", "expected bigint, found '0x10'"),
      ("money", "1.005", "expected decimal(18,2), found '1.005', which has more decimals"),
      ("money", "12,3O0.00", "expected decimal(18,2), found '12,3O0.00'"),
      ("money", "10000000000000000.00", "which is out of range"),
      ("money", "1e99999", "which is out of range"),
      ("money", "nan", "expected decimal(18,2), found 'nan'"),
      ("large", "1e34", "which is out of range"),
      ("double", "1e999", "which is out of range"),
      ("double", "0x1p3", "expected double, found '0x1p3'"),
      ("double", "1.2.3", "expected double"),
      ("date", "2025-02-30", "which is no day of the calendar"),
      ("date", "30/06/2025", "dates are written YYYY-MM-DD unless a format is given"),
      ("date", "2025-6-3", "dates are written YYYY-MM-DD"),
      ("timestamp", "2025-06-23T25:00:00Z", "expected timestamp"),
      ("boolean", "maybe", "expected boolean, found 'maybe'"),
      ("pair", "[1]", "expected vector(2), found '[1]'"),
    ])
  func rejects(name: String, text: String, reason: String) throws {
    let reading = try Reading("k;v\n1;2\n3;\(text)\n", contract("k int,v string"))
    #expect(reading.rejects == [])
    let bad = try Reading("k;v\n3;\(text)\n4;\n", contract("k int,v \(name)"))
    #expect(bad.rejects == ["2 type v"])
    #expect(bad.result.rejected[0].reason.contains(reason), "\(bad.result.rejected[0].reason)")
    #expect(bad.result.rejected[0].rawText == "3;\(text)")
    #expect(bad.rows.map { $0.map(shown) } == [["4", "-"]])
    #expect(bad.lines == [3])
  }

  @Test("takes decimals exactly: zeros behind the scale are no digits")
  func decimals() throws {
    let reading = try Reading(
      "v\n1.500\n9999999999999999.99\n-0.01\n000000000000000000001\n1.5e1\n",
      contract("v money"))
    #expect(
      reading.rows.map { shown($0[0]) } == [
        "1.50", "9999999999999999.99", "-0.01", "1.00", "15.00",
      ])
  }

  @Test("rejects a record by its shape, its quotes or its bytes, and goes on")
  func shapes() throws {
    let text =
      "a,b\nx,1\nx\nx,1,2\n\"x\"y,1\nok,2\n\"lost,3\nstill,4\n"
    let reading = try Reading(text, contract("a string,b int"))
    #expect(reading.rejects == ["3 field count", "4 field count", "5 quote", "7 quote"])
    #expect(reading.rows.map { shown($0[0]) } == ["x", "ok", "still"])
    #expect(reading.lines == [2, 6, 8])
    #expect(reading.result.rejected[0].reason == "expected 2 fields, found 1")

    let bytes = Array("a,b\nx\0,1\n".utf8) + [0x63, 0xFF, 0x2C, 0x31, 0x0A] + Array("é,2\n".utf8)
    let encoded = try Reading(bytes: bytes, contract("a string,b int"))
    #expect(encoded.rejects == ["2 encoding", "3 encoding"])
    #expect(encoded.rows.map { $0.map(shown) } == [["é", "2"]])
  }

  @Test("counts the lines of quoted fields and blank lines")
  func lines() throws {
    for end in ["\n", "\r\n", "\r"] {
      let text = ["a,b", "\"x", "y\",1", "", "z,2", "w,q"].joined(separator: end)
      for pieceBytes in [1, 4, 1 << 20] {
        var options = ReadOptions()
        options.pieceBytes = pieceBytes
        let reading = try Reading(text, contract("a string,b int"), options: options)
        #expect(reading.lines == [2, 5])
        #expect(reading.rejects == ["6 type b"])
      }
    }
  }

  @Test("takes NULL, dates, quotes and delimiters as told")
  func options() throws {
    var options = ReadOptions(
      delimiter: "~", header: false, nullText: "NULL", dateFormat: "%d/%m/%Y")
    options.quote = UInt8(ascii: "'")
    let reading = try Reading(
      "NULL~31/12/2025~'it''s'\nNULL~NULL~'NULL'\n1~1/2/2025~\"\n",
      contract("a int,b date,c string"), options: options)
    #expect(
      reading.rows.map { $0.map(shown) } == [
        ["-", "2025-12-31", "it's"], ["-", "-", "NULL"], ["1", "2025-02-01", "\""],
      ])
  }

  @Test("reads without a header when the first record is a row of the table")
  func headerless() throws {
    let reading = try Reading("1,2025-06-23\n2,2025-06-24\n", contract("a int,b date"))
    #expect(reading.rows.count == 2)
    #expect(reading.lines == [1, 2])
  }
}
