import JSONText
import Testing

@Suite("Parsing JSON into a tree")
struct JSONValueTests {
  @Test(
    "what is written back is what was read, without white space",
    arguments: [
      ("null", "null"), (" [ ] ", "[]"), ("{ }", "{}"), ("[1,2.50,-0,1E+2]", "[1,2.50,-0,1E+2]"),
      ("{\"b\":1,\"a\":[true,false,null],\"b\":2}", "{\"b\":1,\"a\":[true,false,null],\"b\":2}"),
      ("\"a\\/b\\u0041\\ud83d\\ude00\\n\\\"\"", "\"a/bA\u{1F600}\\n\\\"\""),
      ("\"\\u0001é漢\"", "\"\\u0001é漢\""),
      ("[123456789012345678901234567890.10]", "[123456789012345678901234567890.10]"),
    ])
  func roundTrip(input: String, expected: String) throws {
    let value = try JSONValue(parsing: input)
    #expect(value.text == expected)
    #expect(try JSONValue(parsing: value.bytes) == value)
  }

  @Test(
    "text that is not exactly one value is refused where it goes wrong",
    arguments: [
      ("", 0), ("  ", 2), ("[1,]", 3), ("[1 2]", 3), ("{\"a\":1,}", 7), ("{\"a\" 1}", 5),
      ("{a:1}", 1), ("01", 1), ("-", 1), ("1.", 2), ("1e", 2), ("+1", 0), (".5", 0), ("tru", 3),
      ("trux", 3), ("\"a", 2), ("\"\\x\"", 1), ("\"\\ud800\"", 1), ("\"\\udc00\"", 1),
      ("\"\\u12g4\"", 1), ("\"a\nb\"", 2), ("1 2", 2), ("{}\u{0}", 2), ("[NaN]", 1), ("[", 1),
      ("{\"a\":", 5), ("[,1]", 1), ("{,}", 1), ("]", 0), ("[1}", 2), ("{\"a\":1]", 6),
    ])
  func refused(input: String, offset: Int) {
    let error = #expect(throws: JSONError.self) { try JSONValue(parsing: input) }
    #expect(error?.byteOffset == offset, "\(input): \(error?.description ?? "")")
  }

  @Test("a string that is not UTF-8 is refused, read or skipped")
  func invalidUTF8() {
    for bad: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82]] {
      let bytes = [0x22] + bad + [0x22]
      #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
      var cursor = JSONCursor(bytes)
      #expect(throws: JSONError.self) { try cursor.skipValue() }
    }
  }

  @Test("nesting is limited")
  func depth() throws {
    let open = [UInt8](repeating: UInt8(ascii: "["), count: 200_000)
    let error = #expect(throws: JSONError.self) { try JSONValue(parsing: open) }
    #expect(error?.reason == .tooDeep(limit: 128))
    var cursor = JSONCursor(open)
    #expect(throws: JSONError.self) { try cursor.skipValue() }
    let allowed = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
    _ = try JSONValue(parsing: allowed)
  }

  @Test("an error counts lines from 1 and names a NUL byte")
  func place() {
    let error = #expect(throws: JSONError.self) { try JSONValue(parsing: "{\n\"a\":\n\u{0}}") }
    #expect(error?.line == 3)
    #expect(error?.byteOffset == 7)
    #expect(error?.description.contains("NUL") == true)
  }

  @Test("the last of several members of one name is found, and all are kept")
  func repeatedNames() throws {
    var object = try #require(try JSONValue(parsing: "{\"a\":1,\"b\":2,\"a\":3}").object)
    #expect(object["a"] == .integer(3))
    #expect(object.members.count == 3)
    object["b"] = .string("x")
    object["c"] = .bool(true)
    object["a"] = nil
    #expect(JSONValue.object(object).text == "{\"b\":\"x\",\"c\":true}")
  }

  @Test("no prefix and no single changed byte makes the parser trap")
  func mutations() {
    let text = Array("{\"a\":[1,-2.5e3,\"x\\u00e9\\n\",{\"k\":null}],\"é\":true}".utf8)
    var accepted = 0
    for cut in 0..<text.count {
      #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text[..<cut])) }
      for byte: UInt8 in [0, 0x22, 0x5C, 0x7B, 0x7D, 0x5B, 0x5D, 0x2C, 0x31, 0x80, 0xFF] {
        var changed = text
        changed[cut] = byte
        if (try? JSONValue(parsing: changed)) != nil { accepted += 1 }
      }
    }
    #expect(accepted > 0)
  }
}

@Suite("JSON numbers")
struct JSONNumberTests {
  @Test(
    "whole numbers are exact up to 64 bits",
    arguments: [
      ("0", 0), ("-0", 0), ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min),
      ("5.000", 5), ("1.5e1", 15), ("12e2", 1200), ("100e-2", 1),
    ])
  func whole(text: String, expected: Int64) throws {
    #expect(JSONNumber(text)?.int64 == expected)
    var cursor = JSONCursor(Array(text.utf8))
    #expect(try cursor.readInt64() == expected)
  }

  @Test(
    "what is not whole or does not fit has no integer",
    arguments: ["1.5", "9223372036854775808", "1e30", "1e-1"])
  func notWhole(text: String) {
    #expect(JSONNumber(text)?.int64 == nil)
    var cursor = JSONCursor(Array(text.utf8))
    #expect(throws: JSONError.self) { try cursor.readInt64() }
  }

  @Test(
    "the decimal text is exact and without exponent",
    arguments: [
      ("1.50", "1.50"), ("1.5e-3", "0.0015"), ("-2E3", "-2000"), ("12.345e1", "123.45"),
      ("0.05e3", "50"), ("3333333333.3333333333", "3333333333.3333333333"), ("5e0", "5"),
      ("-0.5E-1", "-0.05"),
    ])
  func decimal(text: String, expected: String) {
    #expect(JSONNumber(text)?.decimalText == expected)
  }

  @Test(
    "an absurd exponent is refused, not expanded", arguments: ["1e1001", "1e99999999999999999999"])
  func absurd(text: String) {
    #expect(JSONNumber(text)?.decimalText == nil)
  }
}
