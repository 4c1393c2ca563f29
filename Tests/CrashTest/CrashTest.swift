import CrashSweep
import FileStorage
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
    if options.failures, !failDisks(options) { failed = true }
    exit(failed ? 1 : 0)
  }

  /// Fails every operation of changes of one commit, SQLite's too.
  private static func failDisks(_ options: CrashOptions) -> Bool {
    let kinds = [
      "append", "upsert", "overwrite", "multi-table", "delete", "merge", "optimize", "ingest",
    ]
    var violations = 0
    for scenario in CrashScenario.all
    where kinds.contains(scenario.name) && (options.kind ?? scenario.name) == scenario.name {
      do {
        let sweep = try DiskFailureSweep(scenario)
        for reason in [FileError.Reason.noSpace, .system(code: EIO)] {
          let tally = sweep.run(reason)
          print(
            "\(scenario.name), \(reason): \(tally.refused) refused, \(tally.acknowledged) held, "
              + "\(tally.unknown) unknown, \(tally.violations.count) violations")
          for violation in tally.violations.prefix(10) { print(violation) }
          violations += tally.violations.count
        }
      } catch {
        print("\(scenario.name): \(error)")
        violations += 1
      }
    }
    return violations == 0
  }

  /// Sweeps of all kinds, until there are as many crashes as asked for.
  private static func simulate(_ options: CrashOptions) -> Bool {
    let kinds = CrashScenario.all.filter { options.kind == nil || $0.name == options.kind }
    guard !kinds.isEmpty else {
      print("there is no kind '\(options.kind ?? "")'")
      return false
    }
    let start = monotonicSeconds()
    let total = Mutex(CrashTally())
    var seed = options.seed
    repeat {
      let next = Mutex(0)
      let first = seed
      runThreads(options.threads) { _ in
        while true {
          let index = next.withLock { next in
            next += 1
            return next - 1
          }
          guard index < kinds.count else { return }
          let tally = sweep(kinds[index], seeds: first..<first + seedsPerRound, options)
          total.withLock { $0 += tally }
        }
      }
      seed += seedsPerRound
      let now = total.withLock { $0 }
      report("seeds up to \(seed)", now, seconds: monotonicSeconds() - start)
      if options.point != nil || !now.violations.isEmpty { break }
    } while total.withLock({ $0.crashes }) < options.crashes
    let tally = total.withLock { $0 }
    let lost = tally.violations.filter { $0.contains("lost: ") }
    let partial = tally.violations.filter { $0.contains("partial: ") }
    let other = tally.violations.filter { !$0.contains("lost: ") && !$0.contains("partial: ") }
    // Of each sort some, so that many of a harmless sort do not hide a grave one.
    for sort in [lost, partial, other] {
      for violation in sort.prefix(20) { print(violation) }
    }
    print(
      "\(tally.crashes) simulated crashes, \(lost.count) lost, \(partial.count) partial, "
        + "\(other.count) other violations")
    let met = tally.power
    let isMet =
      tally.old > 0 && tally.new > 0 && met.namesLost > 0 && met.tailsLost > 0
      && met.writesLost > 0 && met.writesTorn > 0 && met.writesReordered > 0
    if !isMet, options.kind == nil { print("the sweep did not meet its faults") }
    return tally.violations.isEmpty && (isMet || options.kind != nil)
  }

  /// Seeds after which a change is recorded anew, with other file names.
  private static let seedsPerRound: UInt64 = 2

  private static func sweep(
    _ scenario: CrashScenario, seeds: Range<UInt64>, _ options: CrashOptions
  ) -> CrashTally {
    do {
      var sweep = try CrashSweep(scenario)
      if let point = options.point {
        sweep.crash(at: point, by: .kill, seed: options.seed)
        sweep.crash(at: point, by: .powerLoss, seed: options.seed)
        return sweep.tally
      }
      for seed in seeds {
        for point in stride(
          from: Int(seed) % options.every, to: sweep.pointCount, by: options.every)
        {
          if seed == seeds.lowerBound { sweep.crash(at: point, by: .kill, seed: seed) }
          sweep.crash(at: point, by: .powerLoss, seed: seed)
        }
      }
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
