/// Reads the syntax of `RegexProgram`.
struct RegexParser {
  private static let repetitionsMax = 1_000
  private static let depthMax = 200

  private let pattern: String
  private let scalars: [UInt32]
  private var index = 0
  private var depth = 0
  private(set) var groupCount = 0
  private(set) var ignoresCase = false

  init(_ pattern: String) {
    self.pattern = pattern
    scalars = pattern.unicodeScalars.map(\.value)
  }

  mutating func parse() throws(QueryError) -> RegexNode {
    if scalars.starts(with: RegexParser.codes("(?i)")) {
      ignoresCase = true
      index = 4
    }
    let tree = try alternatives()
    guard index == scalars.count else { throw fault("a ) closes nothing") }
    return tree
  }

  private static func codes(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }
  private static func code(_ character: Unicode.Scalar) -> UInt32 { character.value }

  private func fault(_ what: String) -> QueryError {
    QueryError(
      .type,
      "the regular expression '\(pattern)' cannot be read: \(what) at character "
        + "\(min(index, scalars.count) + 1)",
      help: "put a backslash before characters that mean themselves")
  }

  private func peek(_ character: Unicode.Scalar, _ distance: Int = 0) -> Bool {
    index + distance < scalars.count && scalars[index + distance] == character.value
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    guard peek(character) else { return false }
    index += 1
    return true
  }

  private mutating func alternatives() throws(QueryError) -> RegexNode {
    depth += 1
    defer { depth -= 1 }
    guard depth <= RegexParser.depthMax else { throw fault("groups are nested too deep") }
    var members = [try sequence()]
    while accept("|") { members.append(try sequence()) }
    return members.count == 1 ? members[0] : .alternatives(members)
  }

  private mutating func sequence() throws(QueryError) -> RegexNode {
    var members: [RegexNode] = []
    while index < scalars.count, !peek("|"), !peek(")") {
      members.append(try repeated(try atom()))
    }
    return members.count == 1 ? members[0] : members.isEmpty ? .empty : .sequence(members)
  }

  private mutating func repeated(_ atom: RegexNode) throws(QueryError) -> RegexNode {
    let low: Int
    let high: Int?
    if accept("*") {
      (low, high) = (0, nil)
    } else if accept("+") {
      (low, high) = (1, nil)
    } else if accept("?") {
      (low, high) = (0, 1)
    } else if let counts = counts() {
      (low, high) = counts
    } else {
      return atom
    }
    guard low <= RegexParser.repetitionsMax, (high ?? 0) <= RegexParser.repetitionsMax,
      low <= high ?? low
    else { throw fault("a repetition goes from 0 to \(RegexParser.repetitionsMax)") }
    let isLazy = accept("?")
    if peek("*") || peek("+") || peek("?") { throw fault("a repetition repeats nothing") }
    return .repetition(atom, low: low, high: high, isLazy: isLazy)
  }

  /// `{m}`, `{m,}` or `{m,n}`; other braces mean themselves.
  private mutating func counts() -> (Int, Int?)? {
    guard peek("{") else { return nil }
    let start = index
    index += 1
    guard let low = number() else {
      index = start
      return nil
    }
    var high: Int? = low
    if accept(",") { high = number() }
    guard accept("}") else {
      index = start
      return nil
    }
    return (low, high)
  }

  private mutating func number() -> Int? {
    var value: Int?
    while index < scalars.count, (0x30...0x39).contains(scalars[index]) {
      value = min((value ?? 0) * 10 + Int(scalars[index] - 0x30), 1_000_000)
      index += 1
    }
    return value
  }

  private mutating func atom() throws(QueryError) -> RegexNode {
    if accept("(") { return try group() }
    if accept("[") { return .set(try set()) }
    if accept(".") { return .any }
    if accept("^") { return .textStart }
    if accept("$") { return .textEnd }
    if accept("\\") { return try escape() }
    if peek("*") || peek("+") || peek("?") { throw fault("a repetition repeats nothing") }
    defer { index += 1 }
    return .scalar(scalars[index])
  }

  private mutating func group() throws(QueryError) -> RegexNode {
    var number: Int?
    if accept("?") {
      guard accept(":") else {
        throw fault("looking around, names and flags inside are not supported")
      }
    } else {
      groupCount += 1
      number = groupCount
    }
    let body = try alternatives()
    guard accept(")") else { throw fault("a ( is not closed") }
    return number.map { .group($0, body) } ?? body
  }

  private mutating func escape() throws(QueryError) -> RegexNode {
    guard index < scalars.count, let character = Unicode.Scalar(scalars[index]) else {
      throw fault("a backslash ends it")
    }
    index += 1
    switch character {
    case "b": return .wordBoundary(isNegated: false)
    case "B": return .wordBoundary(isNegated: true)
    case "A": return .textStart
    case "z", "Z": return .textEnd
    case "1"..."9":
      index -= 1
      throw fault("back references are not supported")
    default: break
    }
    if let set = RegexParser.namedSet(character) { return .set(set) }
    return .scalar(try literal(character))
  }

  private func literal(_ character: Unicode.Scalar) throws(QueryError) -> UInt32 {
    switch character {
    case "n": return 0x0A
    case "t": return 0x09
    case "r": return 0x0D
    case "f": return 0x0C
    case "a"..."z", "A"..."Z", "0": throw fault("\\\(character) is unknown")
    default: return character.value
    }
  }

  private static func namedSet(_ character: Unicode.Scalar) -> ScalarSet? {
    let isNegated = ("A"..."Z").contains(character)
    let ranges: [ClosedRange<UInt32>]
    switch character {
    case "d", "D": ranges = [0x30...0x39]
    case "w", "W": ranges = [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]
    case "s", "S": ranges = [0x09...0x0D, 0x20...0x20]
    default: return nil
    }
    return ScalarSet(ranges: ranges, isNegated: isNegated)
  }

  /// What follows `[`.
  private mutating func set() throws(QueryError) -> ScalarSet {
    var set = ScalarSet()
    set.isNegated = accept("^")
    var isFirst = true
    while isFirst || !peek("]") {
      guard index < scalars.count else { throw fault("a [ is not closed") }
      if peek("["), peek(":", 1) {
        set.ranges += try posixClass()
      } else if peek("\\"), index + 1 < scalars.count,
        let named = Unicode.Scalar(scalars[index + 1]).flatMap(RegexParser.namedSet)
      {
        guard !named.isNegated else { throw fault("an opposite class stands inside [ ]") }
        set.ranges += named.ranges
        index += 2
      } else {
        let low = try member()
        if peek("-"), !peek("]", 1), index + 1 < scalars.count {
          index += 1
          let high = try member()
          guard low <= high else { throw fault("a range goes backwards") }
          set.ranges.append(low...high)
        } else {
          set.ranges.append(low...low)
        }
      }
      isFirst = false
    }
    index += 1
    return set
  }

  private mutating func member() throws(QueryError) -> UInt32 {
    if accept("\\") {
      guard index < scalars.count, let character = Unicode.Scalar(scalars[index]) else {
        throw fault("a backslash ends it")
      }
      index += 1
      return try literal(character)
    }
    defer { index += 1 }
    return scalars[index]
  }

  private mutating func posixClass() throws(QueryError) -> [ClosedRange<UInt32>] {
    index += 2
    var name = ""
    while index < scalars.count, !peek(":"), let character = Unicode.Scalar(scalars[index]) {
      name.unicodeScalars.append(character)
      index += 1
    }
    guard accept(":"), accept("]") else { throw fault("a [: is not closed") }
    switch name {
    case "alpha": return [0x41...0x5A, 0x61...0x7A]
    case "digit": return [0x30...0x39]
    case "alnum": return [0x30...0x39, 0x41...0x5A, 0x61...0x7A]
    case "upper": return [0x41...0x5A]
    case "lower": return [0x61...0x7A]
    case "space": return [0x09...0x0D, 0x20...0x20]
    case "punct": return [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E]
    case "xdigit": return [0x30...0x39, 0x41...0x46, 0x61...0x66]
    default: throw fault("there is no class [:\(name):]")
    }
  }
}
