import Columnar

extension ScalarFunctions {
  static let stringFunctions: [ScalarFunction] =
    caseFunctions + partFunctions + searchFunctions + composeFunctions

  private static let caseFunctions = [
    textMap("lower", "lower(text)") { Array($0.lowercased().utf8) },
    textMap("upper", "upper(text)") { Array($0.uppercased().utf8) },
    textMap("initcap", "initcap(text)") { capitalised($0) },
    textMap("reverse", "reverse(text)") { Array(String($0.reversed()).utf8) },
    textNumber("char_length", "char_length(text)") { Int64($0.unicodeScalars.count) },
    textNumber("octet_length", "octet_length(text)") { Int64($0.utf8.count) },
    textNumber("ascii", "ascii(text)") { Int64($0.unicodeScalars.first?.value ?? 0) },
    ScalarFunction(
      name: "chr", usage: "chr(code int)", resolve: fixed([.int32], .string),
      evaluate: { arguments, _, rowCount throws(QueryError) in
        let codes = arguments[0].longs
        return try texts(presence(arguments), rowCount) { row throws(QueryError) in
          guard let scalar = UInt32(exactly: codes[row]).flatMap(Unicode.Scalar.init) else {
            throw QueryError(.arithmetic, "\(codes[row]) is not a Unicode code point")
          }
          return Array(String(Character(scalar)).utf8)
        }
      }),
  ]

  // MARK: Parts

  private static let partFunctions =
    ["substring", "substr"].map { name in
      ScalarFunction(
        name: name, usage: "\(name)(text, start int [, length int])",
        resolve: anyOf(
          fixed([.string, .int64], .string), fixed([.string, .int64, .int64], .string)),
        evaluate: { arguments, _, rowCount throws(QueryError) in
          let (strings, starts) = (arguments[0].texts, arguments[1].longs)
          let lengths = arguments.count > 2 ? arguments[2].longs : nil
          return try texts(presence(arguments), rowCount) { row throws(QueryError) in
            try substring(strings.string(row), starts[row], lengths?[row])
          }
        })
    } + [
      sideFunction("left") { scalars, count in
        count >= 0 ? scalars.prefix(count) : scalars.dropLast(-count)
      },
      sideFunction("right") { scalars, count in
        count >= 0 ? scalars.suffix(count) : scalars.dropFirst(-count)
      },
      trimFunction("trim", front: true, back: true),
      trimFunction("btrim", front: true, back: true),
      trimFunction("ltrim", front: true, back: false),
      trimFunction("rtrim", front: false, back: true),
      ScalarFunction(
        name: "split_part", usage: "split_part(text, separator, part int)",
        resolve: fixed([.string, .string, .int64], .string),
        evaluate: { arguments, _, rowCount throws(QueryError) in
          let (strings, separators) = (arguments[0].texts, arguments[1].texts)
          let parts = arguments[2].longs
          return try texts(presence(arguments), rowCount) { row throws(QueryError) in
            splitPart(strings.bytes(row), Array(separators.bytes(row)), parts[row])
          }
        }),
    ]

  private static func sideFunction(
    _ name: String,
    _ cut: @escaping @Sendable (ArraySlice<Unicode.Scalar>, Int) -> ArraySlice<Unicode.Scalar>
  ) -> ScalarFunction {
    ScalarFunction(
      name: name, usage: "\(name)(text, count int)", resolve: fixed([.string, .int64], .string),
      evaluate: { arguments, _, rowCount throws(QueryError) in
        let (strings, counts) = (arguments[0].texts, arguments[1].longs)
        return try texts(presence(arguments), rowCount) { row throws(QueryError) in
          let scalars = Array(strings.string(row).unicodeScalars)
          let limit = Int64(scalars.count)
          return utf8(cut(scalars[...], Int(min(max(counts[row], -limit), limit))))
        }
      })
  }

  private static func trimFunction(_ name: String, front: Bool, back: Bool) -> ScalarFunction {
    ScalarFunction(
      name: name, usage: "\(name)(text [, characters])",
      resolve: anyOf(fixed([.string], .string), fixed([.string, .string], .string)),
      evaluate: { arguments, _, rowCount throws(QueryError) in
        let strings = arguments[0].texts
        let sets = arguments.count > 1 ? arguments[1].texts : nil
        return try texts(presence(arguments), rowCount) { row throws(QueryError) in
          let set = Set((sets?.string(row) ?? " ").unicodeScalars)
          var scalars = Array(strings.string(row).unicodeScalars)[...]
          if front { scalars = scalars.drop { set.contains($0) } }
          while back, let last = scalars.last, set.contains(last) { scalars.removeLast() }
          return utf8(scalars)
        }
      })
  }

  // MARK: Search

  private static let searchFunctions =
    ["position", "strpos", "instr"].map { name in
      ScalarFunction(
        name: name, usage: "\(name)(text, part): 1-based, 0 when absent",
        resolve: fixed([.string, .string], .int64),
        evaluate: { arguments, type, rowCount throws(QueryError) in
          let (strings, parts) = (arguments[0].texts, arguments[1].texts)
          let validity = presence(arguments)
          let values: [Int64] = makeValues(rowCount) { row in
            guard isPresent(validity, row) else { return 0 }
            let text = strings.bytes(row)
            guard let place = firstIndex(of: Array(parts.bytes(row)), in: text) else { return 0 }
            return Int64(text[..<place].count { $0 & 0xC0 != 0x80 }) + 1
          }
          return Column(type, .int64(values), validity: validity)
        })
    } + [
      textTest("starts_with") { $0.starts(with: $1) },
      textTest("ends_with") { $0.suffix($1.count).elementsEqual($1) },
      textTest("contains") { firstIndex(of: Array($1), in: $0) != nil },
      ScalarFunction(
        name: "replace", usage: "replace(text, from, to)",
        resolve: fixed([.string, .string, .string], .string),
        evaluate: { arguments, _, rowCount throws(QueryError) in
          let (strings, from, to) = (arguments[0].texts, arguments[1].texts, arguments[2].texts)
          return try texts(presence(arguments), rowCount) { row throws(QueryError) in
            replaced(strings.bytes(row), Array(from.bytes(row)), to.bytes(row))
          }
        }),
    ]

  private static func textTest(
    _ name: String, _ test: @escaping @Sendable (ArraySlice<UInt8>, ArraySlice<UInt8>) -> Bool
  ) -> ScalarFunction {
    ScalarFunction(
      name: name, usage: "\(name)(text, part)", resolve: fixed([.string, .string], .boolean),
      evaluate: { arguments, _, rowCount throws(QueryError) in
        let (strings, parts) = (arguments[0].texts, arguments[1].texts)
        let validity = presence(arguments)
        let bits = packBits(rowCount) { row in
          isPresent(validity, row) && test(strings.bytes(row), parts.bytes(row))
        }
        return Column(.boolean, .boolean(bits), validity: validity)
      })
  }

  // MARK: Composition

  private static let composeFunctions = [
    ScalarFunction(
      name: "concat_operator", usage: "a || b: null when one of them is",
      resolve: { types in
        types.count == 2 ? Signature(arguments: [.string, .string], result: .string) : nil
      },
      evaluate: { arguments, _, rowCount throws(QueryError) in
        let (left, right) = (arguments[0].texts, arguments[1].texts)
        return try texts(presence(arguments), rowCount) { row throws(QueryError) in
          Array(left.bytes(row)) + right.bytes(row)
        }
      }),
    ScalarFunction(
      name: "concat", usage: "concat(text, …): nulls are skipped",
      resolve: { types in
        Signature(arguments: types.map { _ in .string }, result: .string)
      },
      evaluate: { arguments, _, rowCount throws(QueryError) in
        let parts = arguments.map(\.texts)
        return try texts(nil, rowCount) { row throws(QueryError) in
          var result: [UInt8] = []
          for (index, part) in parts.enumerated() where !arguments[index].isNull(row) {
            result.append(contentsOf: part.bytes(row))
          }
          return result
        }
      }),
    ScalarFunction(
      name: "concat_ws", usage: "concat_ws(separator, text, …): nulls are skipped",
      resolve: { types in
        types.isEmpty ? nil : Signature(arguments: types.map { _ in .string }, result: .string)
      },
      evaluate: { arguments, _, rowCount throws(QueryError) in
        let parts = arguments.map(\.texts)
        return try texts(arguments[0].validity, rowCount) { row throws(QueryError) in
          var result: [UInt8] = []
          var isFirst = true
          for index in 1..<max(1, parts.count) where !arguments[index].isNull(row) {
            if !isFirst { result.append(contentsOf: parts[0].bytes(row)) }
            result.append(contentsOf: parts[index].bytes(row))
            isFirst = false
          }
          return result
        }
      }),
    ScalarFunction(
      name: "repeat", usage: "repeat(text, count int)",
      resolve: fixed([.string, .int64], .string),
      evaluate: { arguments, _, rowCount throws(QueryError) in
        let (strings, counts) = (arguments[0].texts, arguments[1].longs)
        return try texts(presence(arguments), rowCount) { row throws(QueryError) in
          let text = strings.bytes(row)
          let count = max(0, counts[row])
          guard count <= 1 << 28, Int(count) * text.count <= 1 << 28 else {
            throw QueryError(.memory, "REPEAT would give more than 256 MiB of text")
          }
          return Array(repeatElement(text, count: Int(count)).joined())
        }
      }),
    padFunction("lpad", atFront: true),
    padFunction("rpad", atFront: false),
    hashFunction,
  ]

  private static func padFunction(_ name: String, atFront: Bool) -> ScalarFunction {
    ScalarFunction(
      name: name, usage: "\(name)(text, length int [, fill])",
      resolve: anyOf(
        fixed([.string, .int64], .string), fixed([.string, .int64, .string], .string)),
      evaluate: { arguments, _, rowCount throws(QueryError) in
        let (strings, lengths) = (arguments[0].texts, arguments[1].longs)
        let fills = arguments.count > 2 ? arguments[2].texts : nil
        return try texts(presence(arguments), rowCount) { row throws(QueryError) in
          let text = Array(strings.string(row).unicodeScalars)
          let fill = Array((fills?.string(row) ?? " ").unicodeScalars)
          guard lengths[row] <= 1 << 26 else {
            throw QueryError(.memory, "a text cannot be padded to \(lengths[row]) characters")
          }
          let length = Int(max(0, lengths[row]))
          if text.count >= length || fill.isEmpty { return utf8(text.prefix(length)) }
          let padding = (0..<(length - text.count)).map { fill[$0 % fill.count] }
          return utf8((atFront ? padding + text : text + padding)[...])
        }
      })
  }

  /// A 64-bit hash that is the same in every run and on every machine; a null has one too.
  private static let hashFunction = ScalarFunction(
    name: "hash", usage: "hash(value, …)",
    resolve: { types in
      types.isEmpty ? nil : Signature(arguments: types.map { $0 ?? .string }, result: .int64)
    },
    evaluate: { arguments, type, rowCount throws(QueryError) in
      var hashes = [UInt64](repeating: 0, count: rowCount)
      for argument in arguments {
        for row in 0..<rowCount { hashes[row] = mixHash(hashes[row] ^ rowHash(argument, row)) }
      }
      return Column(type, .int64(mapValues(hashes) { Int64(bitPattern: $0) }))
    })
}

// MARK: Shared pieces

/// Text of every present row.
private func texts(
  _ validity: Bitmap?, _ rowCount: Int, _ make: (Int) throws(QueryError) -> [UInt8]
) throws(QueryError) -> Column {
  var builder = TextBuilder(rowCount: rowCount)
  for row in 0..<rowCount {
    if isPresent(validity, row) { builder.add(try make(row)) }
    try builder.finishRow()
  }
  return builder.finish(validity)
}

private func textMap(
  _ name: String, _ usage: String, _ map: @escaping @Sendable (String) -> [UInt8]
) -> ScalarFunction {
  ScalarFunction(
    name: name, usage: usage, resolve: fixed([.string], .string),
    evaluate: { arguments, _, rowCount throws(QueryError) in
      let strings = arguments[0].texts
      return try texts(arguments[0].validity, rowCount) { row throws(QueryError) in
        map(strings.string(row))
      }
    })
}

private func textNumber(
  _ name: String, _ usage: String, _ map: @escaping @Sendable (String) -> Int64
) -> ScalarFunction {
  ScalarFunction(
    name: name, usage: usage, resolve: fixed([.string], .int64),
    evaluate: { arguments, type, rowCount throws(QueryError) in
      let strings = arguments[0].texts
      let validity = arguments[0].validity
      let values: [Int64] = makeValues(rowCount) { row in
        isPresent(validity, row) ? map(strings.string(row)) : 0
      }
      return Column(type, .int64(values), validity: validity)
    })
}

private func utf8(_ scalars: some Sequence<Unicode.Scalar>) -> [UInt8] {
  var text = String.UnicodeScalarView()
  text.append(contentsOf: scalars)
  return Array(String(text).utf8)
}

private func capitalised(_ text: String) -> [UInt8] {
  var result = ""
  var isInWord = false
  for character in text {
    let isWordPart = character.isLetter || character.isNumber
    result += isWordPart && !isInWord ? character.uppercased() : character.lowercased()
    isInWord = isWordPart
  }
  return Array(result.utf8)
}

/// SQL's SUBSTRING: positions before the first count toward the length.
private func substring(
  _ text: String, _ start: Int64, _ length: Int64?
) throws(QueryError) -> [UInt8] {
  if let length, length < 0 {
    throw QueryError(.arithmetic, "SUBSTRING needs a length of at least 0, found \(length)")
  }
  let scalars = Array(text.unicodeScalars)
  let count = Int64(scalars.count)
  let first = min(max(start, 1), count + 1)
  let (sum, overflow) = start.addingReportingOverflow(length ?? .max)
  let end = overflow ? count + 1 : min(max(sum, first), count + 1)
  return utf8(scalars[Int(first - 1)..<Int(end - 1)])
}

/// Part `number` (from 1, or from the end when negative); empty when there is none.
private func splitPart(
  _ text: ArraySlice<UInt8>, _ separator: [UInt8], _ number: Int64
) -> [UInt8] {
  if separator.isEmpty { return number == 1 || number == -1 ? Array(text) : [] }
  var parts: [ArraySlice<UInt8>] = []
  var rest = text
  while let place = firstIndex(of: separator, in: rest) {
    parts.append(rest[..<place])
    rest = rest[(place + separator.count)...]
  }
  parts.append(rest)
  let index = number > 0 ? number - 1 : Int64(parts.count) + number
  return number != 0 && parts.indices.contains(Int(clamping: index)) ? Array(parts[Int(index)]) : []
}

private func replaced(
  _ text: ArraySlice<UInt8>, _ from: [UInt8], _ to: ArraySlice<UInt8>
) -> [UInt8] {
  if from.isEmpty { return Array(text) }
  var result: [UInt8] = []
  var rest = text
  while let place = firstIndex(of: from, in: rest) {
    result.append(contentsOf: rest[..<place])
    result.append(contentsOf: to)
    rest = rest[(place + from.count)...]
  }
  result.append(contentsOf: rest)
  return result
}

/// A stable hash of one row; equal values of one type hash alike.
func rowHash(_ column: Column, _ row: Int) -> UInt64 {
  if column.isNull(row) { return 0x9e37_79b9_7f4a_7c15 }
  switch column.storage {
  case .boolean(let bits): return mixHash(bits[row] ? 2 : 1)
  case .int32(let values): return mixHash(values[row].identityWord)
  case .int64(let values): return mixHash(values[row].identityWord)
  case .int128(let values):
    return mixHash(
      mixHash(UInt64(truncatingIfNeeded: values[row]))
        ^ UInt64(truncatingIfNeeded: values[row] >> 64))
  case .float(let values): return mixHash(values[row].identityWord)
  case .double(let values): return mixHash(values[row].identityWord)
  case .string(let strings):
    return hashBytes(strings.values.bytes, strings.values.range(strings.code(row)))
  case .list(let offsets, let child):
    return (offsets[row]..<offsets[row + 1]).reduce(1) { mixHash($0 ^ rowHash(child, Int($1))) }
  case .structure(let children, _):
    return children.reduce(2) { mixHash($0 ^ rowHash($1, row)) }
  }
}
