import CrashSweep
import Glibc
import Synchronization
import TestSupport

/// `crash-test`: simulated crashes of every kind of commit, and real processes that are killed.
@main
struct CrashTest {
  static func main() {
    let options: CrashOptions
    do { options = try CrashOptions(Array(CommandLine.arguments.dropFirst())) } catch {
      print(error)
      exit(2)
    }
    if let worker = options.worker { KillWorker(worker).run() }
    var failed = false
    if options.crashes > 0 || options.point != nil { failed = !simulate(options) }
    if options.kills > 0, !KillLoop(options).run() { failed = true }
    exit(failed ? 1 : 0)
  }

  /// One sweep of all kinds for each seed, until there are as many crashes as asked for.
  private static func simulate(_ options: CrashOptions) -> Bool {
    let kinds = CrashScenario.all.filter { options.kind == nil || $0.name == options.kind }
    guard !kinds.isEmpty else {
      print("there is no kind '\(options.kind ?? "")'")
      return false
    }
    let start = monotonicSeconds()
    let share = options.crashes / kinds.count
    let next = Mutex(0)
    let total = Mutex(CrashTally())
    runThreads(options.threads) { _ in
      while true {
        let index = next.withLock { next in
          next += 1
          return next - 1
        }
        guard index < kinds.count else { return }
        let tally = sweep(kinds[index], share: share, options)
        total.withLock { $0 += tally }
      }
    }
    let tally = total.withLock { $0 }
    report("all kinds", tally, seconds: monotonicSeconds() - start)
    for violation in tally.violations.prefix(20) { print(violation) }
    let lost = tally.violations.count { $0.contains("lost: ") }
    let partial = tally.violations.count { $0.contains("partial: ") }
    print(
      "\(tally.crashes) simulated crashes, \(lost) lost, \(partial) partial, "
        + "\(tally.violations.count - lost - partial) other violations")
    let met = tally.power
    let isMet =
      tally.old > 0 && tally.new > 0 && met.namesLost > 0 && met.tailsLost > 0
      && met.writesLost > 0 && met.writesTorn > 0 && met.writesReordered > 0
    if !isMet, options.kind == nil { print("the sweep did not meet its faults") }
    return tally.violations.isEmpty && (isMet || options.kind != nil)
  }

  private static func sweep(
    _ scenario: CrashScenario, share: Int, _ options: CrashOptions
  ) -> CrashTally {
    let start = monotonicSeconds()
    do {
      var sweep = try CrashSweep(scenario)
      if let point = options.point {
        sweep.crash(at: point, by: .kill, seed: options.seed)
        sweep.crash(at: point, by: .powerLoss, seed: options.seed)
        return sweep.tally
      }
      for seed in options.seed... {
        for point in 0..<sweep.pointCount {
          if seed % 8 == 0 { sweep.crash(at: point, by: .kill, seed: seed) }
          sweep.crash(at: point, by: .powerLoss, seed: seed)
        }
        if sweep.tally.crashes >= share || sweep.tally.violations.count > 50 { break }
      }
      report(scenario.name, sweep.tally, seconds: monotonicSeconds() - start)
      return sweep.tally
    } catch {
      var tally = CrashTally()
      tally.violations = ["--kind '\(scenario.name)': cannot be recorded: \(error)"]
      return tally
    }
  }

  private static func report(_ name: String, _ tally: CrashTally, seconds: Double) {
    let power = tally.power
    print(
      "\(name): \(tally.points) points, \(tally.crashes) crashes (\(tally.kills) kills, "
        + "\(tally.recoveries) of a recovery, \(tally.disks) different disks) in "
        + "\(Int(seconds)) s; old state \(tally.old), new \(tally.new); lost \(power.namesLost) "
        + "names, \(power.tailsLost) tails, \(power.writesLost) writes; torn \(power.writesTorn), "
        + "reordered \(power.writesReordered); kept \(power.filesKept) whole")
    fflush(nil)
  }
}
