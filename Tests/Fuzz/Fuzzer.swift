import Glibc
import TestSupport

/// Runs a target over its corpus and over mutations of it.
struct Fuzzer {
  /// Mutations that were valid serve as seeds again, at most so many.
  private static let poolLimit = 512
  /// An input that takes more processor time than this hangs: the signal ends the process. The
  /// clock on the wall would blame it for the machine's other work.
  private static let patienceSeconds = 20

  let target: any FuzzTarget
  let name: String
  let corpus: String
  let blackBox: BlackBox

  /// Returns the report; damage ends the process.
  func run(executions: Int, seed: UInt64) -> String {
    let files = CorpusFiles.inputs(in: corpus + "/" + name)
    var valid = 0
    for input in files.map(\.bytes) + target.seeds { if tried(input) { valid += 1 } }
    let base = files.filter { !$0.name.hasPrefix("crash-") }.map(\.bytes) + target.seeds
    guard !base.isEmpty else { return "\(name): no seeds in \(corpus)/\(name)" }
    var pool: [[UInt8]] = []
    var random = SeededGenerator(seed: seed)
    var accepted = 0
    var slowest = 0.0
    let start = now()
    for execution in 0..<executions {
      if execution & 63 == 0 { limit(seconds: Fuzzer.patienceSeconds) }
      let fromPool = !pool.isEmpty && random.next() & 1 == 0
      let source = fromPool ? pick(pool, &random) : pick(base, &random)
      let input = target.mutated(source, pick(base, &random), &random)
      guard input.count <= 1 << 16 else { continue }
      let before = execution & 15 == 0 ? now() : 0
      if tried(input) {
        accepted += 1
        if pool.count < Fuzzer.poolLimit {
          pool.append(input)
        } else {
          pool[Bending.below(pool.count, &random)] = input
        }
      }
      if before > 0 { slowest = max(slowest, now() - before) }
    }
    limit(seconds: 0)
    let seconds = now() - start
    return """
      \(name): \(executions) executions in \(Int(seconds)) s \
      (\(Int(seconds * 1e6 / Double(max(1, executions)))) µs each, \
      slowest of a sample \(Int(slowest * 1000)) ms), \(accepted) accepted, \
      \(files.count + target.seeds.count) seeds of which \(valid) valid: clean
      """
  }

  /// 0 lifts the limit.
  private func limit(seconds: Int) {
    var timer = itimerval()
    timer.it_value.tv_sec = seconds
    unsafe setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &timer, nil)
  }

  private func tried(_ input: [UInt8]) -> Bool {
    blackBox.note(input)
    return target.accepts(input)
  }

  private func pick(_ inputs: [[UInt8]], _ random: inout SeededGenerator) -> [UInt8] {
    inputs[Bending.below(inputs.count, &random)]
  }

  private func now() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
