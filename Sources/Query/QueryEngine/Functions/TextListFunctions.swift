import Columnar

// Text cut into lists, code points, and digests of text.

extension ScalarFunctions {
  static let textListFunctions: [ScalarFunction] =
    ["string_split", "str_split", "string_to_array", "split"].map(splitFunction) + [
      codeFunction("unicode"), codeFunction("ascii"), codeFunction("ord"),
      ScalarFunction(
        name: "chr", usage: "chr(code int): the character of a Unicode code point",
        resolve: fixed([.int64], .string),
        evaluate: { arguments, _, rowCount throws(QueryError) in
          let codes = arguments[0].longs
          var builder = TextBuilder(rowCount: rowCount)
          for row in 0..<rowCount {
            if !arguments[0].isNull(row) {
              guard let code = UInt32(exactly: codes[row]), let scalar = Unicode.Scalar(code) else {
                throw QueryError(.type, "there is no character \(codes[row])")
              }
              builder.add(Character(scalar).utf8)
            }
            try builder.finishRow()
          }
          return builder.finish(arguments[0].validity)
        }),
      ScalarFunction(
        name: "hex", usage: "hex(text): its bytes in hexadecimal digits",
        resolve: fixed([.string], .string),
        evaluate: { arguments, _, rowCount throws(QueryError) in
          let texts = arguments[0].texts
          let digits = Array("0123456789ABCDEF".utf8)
          var builder = TextBuilder(rowCount: rowCount)
          for row in 0..<rowCount {
            if !arguments[0].isNull(row) {
              builder.add(
                texts.bytes(row).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
            }
            try builder.finishRow()
          }
          return builder.finish(arguments[0].validity)
        }),
      ScalarFunction(
        name: "md5", usage: "md5(text): the digest in hexadecimal digits (RFC 1321)",
        resolve: fixed([.string], .string),
        evaluate: { arguments, _, rowCount throws(QueryError) in
          let texts = arguments[0].texts
          var builder = TextBuilder(rowCount: rowCount)
          for row in 0..<rowCount {
            if !arguments[0].isNull(row) { builder.add(MD5.hex(Array(texts.bytes(row)))) }
            try builder.finishRow()
          }
          return builder.finish(arguments[0].validity)
        }),
    ]

  /// The parts between separators; an empty separator cuts into characters.
  private static func splitFunction(_ name: String) -> ScalarFunction {
    ScalarFunction(
      name: name, usage: "\(name)(text, separator): the list of the parts between separators",
      resolve: fixed([.string, .string], .list(element: Field("element", .string))),
      evaluate: { arguments, type, rowCount throws(QueryError) in
        let validity = presence(arguments)
        let (texts, separators) = (arguments[0].texts, arguments[1].texts)
        var builder = TextBuilder(rowCount: rowCount)
        var ends: [Int32] = [0]
        var count: Int32 = 0
        for row in 0..<rowCount {
          if isPresent(validity, row) {
            for part in parts(Array(texts.bytes(row)), Array(separators.bytes(row))) {
              try builder.append(part)
              count += 1
            }
          }
          ends.append(count)
        }
        return Column(type, .list(offsets: ends, child: builder.finish(nil)), validity: validity)
      })
  }

  private static func parts(_ text: [UInt8], _ separator: [UInt8]) -> [ArraySlice<UInt8>] {
    var parts: [ArraySlice<UInt8>] = []
    var start = 0
    if separator.isEmpty {
      for index in text.indices where index > 0 && text[index] & 0xC0 != 0x80 {
        parts.append(text[start..<index])
        start = index
      }
      return text.isEmpty ? [text[...]] : parts + [text[start...]]
    }
    var index = 0
    while index + separator.count <= text.count {
      if text[index..<(index + separator.count)].elementsEqual(separator) {
        parts.append(text[start..<index])
        index += separator.count
        start = index
      } else {
        index += 1
      }
    }
    return parts + [text[start...]]
  }

  /// The code point of the first character, 0 of none.
  private static func codeFunction(_ name: String) -> ScalarFunction {
    ScalarFunction(
      name: name, usage: "\(name)(text): the Unicode code point of its first character",
      resolve: fixed([.string], .int32),
      evaluate: { arguments, type, rowCount throws(QueryError) in
        let texts = arguments[0].texts
        let codes: [Int32] = makeValues(rowCount) { row in
          if arguments[0].isNull(row) { return 0 }
          let text = String(decoding: texts.bytes(row), as: UTF8.self)
          return text.unicodeScalars.first.map { Int32($0.value) } ?? 0
        }
        return Column(type, .int32(codes), validity: arguments[0].validity)
      })
  }
}
