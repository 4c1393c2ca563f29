import Columnar

extension ScalarFunctions {
  /// `text[a:b]` in characters, as of a list: from 1, both ends included, from the end when negative.
  static let textSliceFunctions: [ScalarFunction] = [
    ScalarFunction(
      name: "string_slice",
      usage: "string_slice(text, first int, last int): both included, from the end when negative",
      resolve: fixed([.string, .int64, .int64], .string),
      evaluate: { arguments, _, rowCount throws(QueryError) in
        let validity = presence(arguments)
        let (texts, firsts, lasts) = (arguments[0].texts, arguments[1].longs, arguments[2].longs)
        var builder = TextBuilder(rowCount: rowCount)
        for row in 0..<rowCount {
          if isPresent(validity, row) {
            let scalars = Array(String(decoding: texts.bytes(row), as: UTF8.self).unicodeScalars)
            let count = Int64(scalars.count)
            let first = firsts[row] < 0 ? max(firsts[row], -count) + count : firsts[row] - 1
            let last = lasts[row] < 0 ? max(lasts[row], -count - 1) + count + 1 : lasts[row]
            // Place 0 is before the first character.
            let start = max(first, 0)
            let end = max(start, min(last, count))
            for place in start..<end where firsts[row] != 0 || lasts[row] != 0 {
              builder.add(Character(scalars[Int(place)]).utf8)
            }
          }
          try builder.finishRow()
        }
        return builder.finish(validity)
      })
  ]
}
