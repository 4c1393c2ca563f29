import JSONText
import Testing

@Suite("Pulling JSON through a cursor")
struct JSONCursorTests {
  @Test("members are read and skipped in order, without a tree")
  func members() throws {
    var cursor = JSONCursor(
      Array(
        "{\"skip\":{\"a\":[1,{\"b\":\"}\"}],\"c\":{}},\"n\": 42 ,\"s\":\"x\\ty\",\"l\":[true,null]}"
          .utf8))
    try cursor.beginObject()
    var seen: [String] = []
    while let key = try cursor.nextKey() {
      seen.append(key)
      switch key {
      case "n": #expect(try cursor.readInt64() == 42)
      case "s": #expect(try cursor.readStringBytes() == Array("x\ty".utf8))
      case "l":
        try cursor.beginArray()
        #expect(try cursor.nextElement())
        #expect(try cursor.readBool())
        #expect(try cursor.nextElement())
        #expect(try cursor.skipNull())
        #expect(try !cursor.nextElement())
      default: try cursor.skipValue()
      }
    }
    try cursor.finish()
    #expect(seen == ["skip", "n", "s", "l"])
  }

  @Test("a skipped value tells where it stands")
  func extent() throws {
    let bytes = Array(" {\"k\": [1, 2 ] }".utf8)
    var cursor = JSONCursor(bytes)
    try cursor.beginObject()
    _ = try cursor.nextKey()
    let range = try cursor.skipValue()
    #expect(String(decoding: bytes[range], as: UTF8.self) == "[1, 2 ]")
    #expect(try cursor.nextKey() == nil)
    let isDone = cursor.isAtEnd()
    #expect(isDone)
  }

  @Test("only the given range is looked at; places count from the start of all bytes")
  func range() throws {
    let bytes = Array("{}\n[7]\n".utf8)
    var cursor = JSONCursor(bytes, range: 3..<6)
    #expect(try cursor.readValue() == .array([.integer(7)]))
    try cursor.finish()
    var cut = JSONCursor(bytes, range: 3..<5)
    let error = #expect(throws: JSONError.self) { try cut.skipValue() }
    #expect(error?.byteOffset == 5)
    #expect(error?.line == 2)
  }

  @Test(
    "skipping refuses what reading refuses",
    arguments: ["[1,]", "{\"a\":01}", "[\"\\q\"]", "[tru]", "{\"a\":}", "[1"])
  func strict(text: String) {
    var cursor = JSONCursor(Array(text.utf8))
    #expect(throws: JSONError.self) {
      try cursor.skipValue()
      try cursor.finish()
    }
  }

  @Test("another kind than asked for is named")
  func kinds() {
    var cursor = JSONCursor(Array("\"5\"".utf8))
    let error = #expect(throws: JSONError.self) { try cursor.readInt64() }
    #expect(error?.reason == .unexpectedKind(found: .string, expected: "a number"))
  }

  @Test("the writer puts commas and escapes where they belong")
  func writer() throws {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("a", "q\"\\\n\u{1}é")
    writer.member("b", ["x", "y"])
    writer.key("c")
    writer.beginArray()
    writer.integer(Int64.min)
    writer.double(0.1)
    writer.double(.nan)
    writer.raw(Array("{\"r\":1}".utf8))
    writer.endArray()
    writer.member("d", true)
    writer.endObject()
    writer.newline()
    writer.null()
    #expect(
      String(decoding: writer.bytes, as: UTF8.self)
        == "{\"a\":\"q\\\"\\\\\\n\\u0001é\",\"b\":[\"x\",\"y\"],"
        + "\"c\":[-9223372036854775808,0.1,\"NaN\",{\"r\":1}],\"d\":true}\nnull")
  }
}
