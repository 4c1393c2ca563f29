/// Runs a program over texts; one a worker, because it keeps its lists.
struct RegexMatcher {
  private struct Thread {
    var place: Int
    var captures: [Int32]
    var advanced: Thread { Thread(place: place + 1, captures: captures) }
  }

  let program: RegexProgram
  private var marks: [Int]
  private var generation = 0
  private var current: [Thread] = []
  private var next: [Thread] = []
  private var stack: [Thread] = []

  init(_ program: RegexProgram) {
    self.program = program
    marks = [Int](repeating: 0, count: program.instructions.count)
  }

  /// Whether the pattern occurs in the text.
  mutating func matches(_ text: [UInt32]) -> Bool { run(text, from: 0, wantsGroups: false) != nil }

  /// Starts and ends of the match and its groups in the text from `start` on; -1 for a group that took
  /// no part. Nil without a match.
  mutating func find(in text: [UInt32], from start: Int = 0) -> [Int32]? {
    run(text, from: start, wantsGroups: true)
  }

  private mutating func run(
    _ text: [UInt32], from start: Int, wantsGroups: Bool
  ) -> [Int32]? {
    let slots = wantsGroups ? (program.groupCount + 1) * 2 : 0
    let empty = [Int32](repeating: -1, count: slots)
    var found: [Int32]?
    current.removeAll(keepingCapacity: true)
    generation += 1
    var position = start
    while true {
      // Every position may begin a match until there is one.
      if found == nil { add(0, empty, text, position, toNext: false) }
      if current.isEmpty { return found }
      generation += 1
      next.removeAll(keepingCapacity: true)
      let scalar = position < text.count ? text[position] : nil
      for thread in current {
        if case .match = program.instructions[thread.place] {
          found = thread.captures
          if !wantsGroups { return found }
          // What stands behind is less preferred.
          break
        }
        if let scalar, accepts(program.instructions[thread.place], scalar) {
          add(thread.place + 1, thread.captures, text, position + 1, toNext: true)
        }
      }
      guard scalar != nil else { return found }
      swap(&current, &next)
      position += 1
    }
  }

  private func accepts(_ instruction: RegexProgram.Instruction, _ scalar: UInt32) -> Bool {
    switch instruction {
    case .scalar(let wanted):
      return wanted == (program.ignoresCase ? ScalarSet.folded(scalar) : scalar)
    case .any: return scalar != 0x0A
    case .set(let index):
      return program.sets[index].contains(scalar, ignoringCase: program.ignoresCase)
    default: return false
    }
  }

  /// Adds a thread and all it reaches without reading, in order of preference.
  private mutating func add(
    _ place: Int, _ captures: [Int32], _ text: [UInt32], _ position: Int, toNext: Bool
  ) {
    stack.append(Thread(place: place, captures: captures))
    while var thread = stack.popLast() {
      guard marks[thread.place] != generation else { continue }
      marks[thread.place] = generation
      switch program.instructions[thread.place] {
      case .jump(let target):
        stack.append(Thread(place: target, captures: thread.captures))
      case .split(let first, let second):
        stack.append(Thread(place: second, captures: thread.captures))
        stack.append(Thread(place: first, captures: thread.captures))
      case .save(let slot):
        if slot < thread.captures.count { thread.captures[slot] = Int32(position) }
        thread.place += 1
        stack.append(thread)
      case .textStart: if position == 0 { stack.append(thread.advanced) }
      case .textEnd: if position == text.count { stack.append(thread.advanced) }
      case .wordBoundary(let isNegated):
        let before = position > 0 && ScalarSet.isWord(text[position - 1])
        let after = position < text.count && ScalarSet.isWord(text[position])
        if (before != after) != isNegated { stack.append(thread.advanced) }
      case .scalar, .any, .set, .match:
        if toNext { next.append(thread) } else { current.append(thread) }
      }
    }
  }
}
