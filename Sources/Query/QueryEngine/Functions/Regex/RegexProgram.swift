/// A regular expression compiled for a machine that follows all its alternatives at once, so that
/// matching takes time proportional to text times pattern, never more (Pike 1994; Cox 2007).
///
/// Syntax, a subset of RE2's: literals, `.`, `[a-z]`, `[^…]`, `[[:alpha:]]`, `\d \w \s \b` and their
/// opposites, `^ $ \A \z`, groups `( )` and `(?: )`, `|`, `* + ? {m,n}` and their lazy forms, `(?i)`
/// in front. What a linear machine cannot do, back references and looking around, is refused.
/// Of several matches the leftmost counts, and there the alternatives in the order written.
struct RegexProgram: Sendable {
  enum Instruction: Sendable {
    case scalar(UInt32)
    /// Anything but a line feed.
    case any
    case set(Int)
    /// Tries the first, then the second.
    case split(Int, Int)
    case jump(Int)
    case save(Int)
    case textStart
    case textEnd
    case wordBoundary(isNegated: Bool)
    case match
  }

  /// Largest compiled pattern.
  static let instructionsMax = 20_000

  var instructions: [Instruction] = []
  var sets: [ScalarSet] = []
  var groupCount = 0
  var ignoresCase = false

  /// - Parameter options: `i` ignores case, `c` minds it, `g` is for the caller.
  init(_ pattern: String, options: String = "") throws(QueryError) {
    ignoresCase = options.contains("i")
    var parser = RegexParser(pattern)
    let tree = try parser.parse()
    if parser.ignoresCase { ignoresCase = true }
    groupCount = parser.groupCount
    instructions.append(.save(0))
    try emit(tree, pattern)
    instructions += [.save(1), .match]
  }

  private mutating func emit(_ node: RegexNode, _ pattern: String) throws(QueryError) {
    guard instructions.count < RegexProgram.instructionsMax else {
      throw QueryError(
        .type, "the regular expression '\(pattern)' is too large",
        help: "lower the counts of its repetitions")
    }
    switch node {
    case .empty: break
    case .scalar(let scalar):
      instructions.append(.scalar(ignoresCase ? ScalarSet.folded(scalar) : scalar))
    case .any: instructions.append(.any)
    case .set(let set):
      sets.append(set)
      instructions.append(.set(sets.count - 1))
    case .textStart: instructions.append(.textStart)
    case .textEnd: instructions.append(.textEnd)
    case .wordBoundary(let isNegated): instructions.append(.wordBoundary(isNegated: isNegated))
    case .sequence(let members): for member in members { try emit(member, pattern) }
    case .group(let number, let body):
      instructions.append(.save(number * 2))
      try emit(body, pattern)
      instructions.append(.save(number * 2 + 1))
    case .alternatives(let members): try emit(alternatives: members, pattern)
    case .repetition(let body, let low, let high, let isLazy):
      for _ in 0..<low { try emit(body, pattern) }
      guard let high else { return try emit(star: body, isLazy, pattern) }
      var splits: [Int] = []
      for _ in 0..<max(0, high - low) {
        splits.append(instructions.count)
        instructions.append(.jump(0))
        try emit(body, pattern)
      }
      for place in splits { branch(at: place, to: instructions.count, isLazy) }
    }
  }

  private mutating func emit(
    star body: RegexNode, _ isLazy: Bool, _ pattern: String
  ) throws(QueryError) {
    let start = instructions.count
    instructions.append(.jump(0))
    try emit(body, pattern)
    instructions.append(.jump(start))
    branch(at: start, to: instructions.count, isLazy)
  }

  /// Into the next instruction or out to `exit`, by preference.
  private mutating func branch(at place: Int, to exit: Int, _ isLazy: Bool) {
    instructions[place] = isLazy ? .split(exit, place + 1) : .split(place + 1, exit)
  }

  private mutating func emit(
    alternatives members: [RegexNode], _ pattern: String
  ) throws(QueryError) {
    var ends: [Int] = []
    for (index, member) in members.enumerated() {
      guard index < members.count - 1 else {
        try emit(member, pattern)
        break
      }
      let place = instructions.count
      instructions.append(.jump(0))
      try emit(member, pattern)
      ends.append(instructions.count)
      instructions.append(.jump(0))
      instructions[place] = .split(place + 1, instructions.count)
    }
    for end in ends { instructions[end] = .jump(instructions.count) }
  }
}

/// The characters that a class allows.
struct ScalarSet: Sendable {
  var ranges: [ClosedRange<UInt32>] = []
  var isNegated = false

  func contains(_ scalar: UInt32, ignoringCase: Bool) -> Bool {
    var isIn = ranges.contains { $0.contains(scalar) }
    if !isIn, ignoringCase {
      let other = ScalarSet.folded(scalar)
      let upper = ScalarSet.raised(scalar)
      isIn = ranges.contains { $0.contains(other) || $0.contains(upper) }
    }
    return isIn != isNegated
  }

  /// The lower-case form of one character, when that is one character.
  static func folded(_ scalar: UInt32) -> UInt32 {
    if scalar < 0x80 { return (0x41...0x5A).contains(scalar) ? scalar + 0x20 : scalar }
    guard let character = Unicode.Scalar(scalar) else { return scalar }
    let lower = character.properties.lowercaseMapping.unicodeScalars
    return lower.count == 1 ? lower.first?.value ?? scalar : scalar
  }

  static func raised(_ scalar: UInt32) -> UInt32 {
    if scalar < 0x80 { return (0x61...0x7A).contains(scalar) ? scalar - 0x20 : scalar }
    guard let character = Unicode.Scalar(scalar) else { return scalar }
    let upper = character.properties.uppercaseMapping.unicodeScalars
    return upper.count == 1 ? upper.first?.value ?? scalar : scalar
  }

  static func isWord(_ scalar: UInt32) -> Bool {
    (0x30...0x39).contains(scalar) || (0x41...0x5A).contains(scalar)
      || (0x61...0x7A).contains(scalar) || scalar == 0x5F
  }
}

indirect enum RegexNode: Sendable {
  case empty
  case scalar(UInt32)
  case any
  case set(ScalarSet)
  case textStart
  case textEnd
  case wordBoundary(isNegated: Bool)
  case sequence([RegexNode])
  case alternatives([RegexNode])
  case group(Int, RegexNode)
  /// `high` nil: without end.
  case repetition(RegexNode, low: Int, high: Int?, isLazy: Bool)
}
