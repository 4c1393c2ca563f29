import Columnar

// Functions over regular expressions; `RegexProgram` says which.

extension ScalarFunctions {
  static let regexFunctions: [ScalarFunction] =
    ["regexp_matches", "regexp_like"].map { name in
      ScalarFunction(
        name: name, usage: "\(name)(text, pattern [, options]): whether it occurs",
        resolve: anyOf(
          fixed([.string, .string], .boolean), fixed([.string, .string, .string], .boolean)),
        evaluate: { arguments, _, rowCount throws(QueryError) in
          let texts = arguments[0].texts
          let validity = presence(arguments)
          var patterns = PatternCache(arguments[1], arguments.count > 2 ? arguments[2] : nil)
          var bits = Bitmap(repeating: false, count: rowCount)
          for row in 0..<rowCount where isPresent(validity, row) {
            bits[row] = try patterns.withMatcher(row) {
              $0.matches(texts.string(row).unicodeScalars.map(\.value))
            }
          }
          return Column(.boolean, .boolean(bits), validity: validity)
        })
    } + [
      ScalarFunction(
        name: "regexp_extract",
        usage: "regexp_extract(text, pattern [, group int]): the first match, or '' without one",
        resolve: anyOf(
          fixed([.string, .string], .string), fixed([.string, .string, .int64], .string)),
        evaluate: { arguments, _, rowCount throws(QueryError) in
          let texts = arguments[0].texts
          let groups = arguments.count > 2 ? arguments[2].longs : nil
          let validity = presence(arguments)
          var patterns = PatternCache(arguments[1], nil)
          var result = TextBuilder(rowCount: rowCount)
          for row in 0..<rowCount {
            guard isPresent(validity, row) else {
              try result.finishRow()
              continue
            }
            let text = texts.string(row).unicodeScalars.map(\.value)
            let group = groups?[row] ?? 0
            let count = try patterns.withMatcher(row) { Int64($0.program.groupCount) }
            guard (0...count).contains(group) else {
              throw QueryError(
                .type, "the regular expression has \(count) groups, not \(group)")
            }
            if let places = try patterns.withMatcher(row, { $0.find(in: text) }) {
              result.add(RegexText.part(text, places, Int(group)))
            }
            try result.finishRow()
          }
          return result.finish(validity)
        }),
      ScalarFunction(
        name: "regexp_replace",
        usage: "regexp_replace(text, pattern, replacement [, options]): the first match, all with "
          + "option g; \\1 is a group",
        resolve: anyOf(
          fixed([.string, .string, .string], .string),
          fixed([.string, .string, .string, .string], .string)),
        evaluate: { arguments, _, rowCount throws(QueryError) in
          let (texts, replacements) = (arguments[0].texts, arguments[2].texts)
          let options = arguments.count > 3 ? arguments[3] : nil
          let validity = presence(arguments)
          var patterns = PatternCache(arguments[1], options)
          var result = TextBuilder(rowCount: rowCount)
          for row in 0..<rowCount {
            if isPresent(validity, row) {
              let text = texts.string(row).unicodeScalars.map(\.value)
              let isGlobal = options?.texts.string(row).contains("g") ?? false
              result.add(
                try patterns.withMatcher(row) {
                  RegexText.replaced(text, &$0, by: replacements.string(row), isGlobal: isGlobal)
                })
            }
            try result.finishRow()
          }
          return result.finish(validity)
        }),
    ]
}

/// The compiled pattern of the row before, which most often is the one of all rows.
private struct PatternCache {
  private let patterns: StringColumn
  private let options: StringColumn?
  private var known: (pattern: String, options: String, matcher: RegexMatcher)?

  init(_ patterns: Column, _ options: Column?) {
    self.patterns = patterns.texts
    self.options = options?.texts
  }

  mutating func withMatcher<Result>(
    _ row: Int, _ body: (inout RegexMatcher) -> Result
  ) throws(QueryError) -> Result {
    let pattern = patterns.string(row)
    let written = options?.string(row) ?? ""
    var matcher: RegexMatcher
    if let known, known.pattern == pattern, known.options == written {
      matcher = known.matcher
    } else {
      guard written.allSatisfy({ "icgs".contains($0) }) else {
        throw QueryError(
          .type, "the options of a regular expression are i, c and g, not '\(written)'")
      }
      matcher = RegexMatcher(try RegexProgram(pattern, options: written))
    }
    // Taken out while it works, so that its lists are changed in place.
    known = nil
    let result = body(&matcher)
    known = (pattern, written, matcher)
    return result
  }
}

private enum RegexText {
  static func bytes(_ scalars: ArraySlice<UInt32>) -> [UInt8] {
    var text = String.UnicodeScalarView()
    for value in scalars { if let scalar = Unicode.Scalar(value) { text.append(scalar) } }
    return Array(String(text).utf8)
  }

  static func part(_ text: [UInt32], _ places: [Int32], _ group: Int) -> [UInt8] {
    let (start, end) = (places[group * 2], places[group * 2 + 1])
    return start < 0 || end < start ? [] : bytes(text[Int(start)..<Int(end)])
  }

  static func replaced(
    _ text: [UInt32], _ matcher: inout RegexMatcher, by replacement: String, isGlobal: Bool
  ) -> [UInt8] {
    var result: [UInt8] = []
    var done = 0
    var from = 0
    while from <= text.count, let places = matcher.find(in: text, from: from) {
      let (start, end) = (Int(places[0]), Int(places[1]))
      result += bytes(text[done..<start])
      result += filled(replacement, text, places)
      done = end
      // After an empty match one character is passed over, so that the search goes on.
      from = end > start ? end : end + 1
      if !isGlobal { break }
    }
    return result + bytes(text[min(done, text.count)...])
  }

  /// `\1` … `\9` are groups, `\0` and `\&` the whole match.
  private static func filled(
    _ replacement: String, _ text: [UInt32], _ places: [Int32]
  ) -> [UInt8] {
    var result: [UInt8] = []
    var isEscaped = false
    for byte in replacement.utf8 {
      if isEscaped {
        isEscaped = false
        if (0x30...0x39).contains(byte) || byte == UInt8(ascii: "&") {
          let group = byte == UInt8(ascii: "&") ? 0 : Int(byte - 0x30)
          if group * 2 + 1 < places.count { result += part(text, places, group) }
        } else {
          result.append(byte)
        }
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else {
        result.append(byte)
      }
    }
    return result
  }
}
