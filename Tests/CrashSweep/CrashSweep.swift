import FileStorage
import Synchronization
package import TestSupport

/// What a sweep met and found.
package struct CrashTally: Sendable {
  /// Crashes simulated: power losses, kills, and those of recoveries.
  package var crashes = 0
  package var kills = 0
  package var recoveries = 0
  /// Different disks among what the crashes left; equal ones are judged once.
  package var disks = 0
  /// Crashes after which the newest state that they could leave was found, and an older one.
  package var new = 0
  package var old = 0
  package var points = 0
  package var power = PowerLossTally()
  /// What was broken, with what reruns it.
  package var violations: [String] = []

  package init() {}

  package static func += (left: inout CrashTally, right: CrashTally) {
    left.crashes += right.crashes
    left.kills += right.kills
    left.recoveries += right.recoveries
    left.disks += right.disks
    left.new += right.new
    left.old += right.old
    left.points += right.points
    left.power += right.power
    left.violations += right.violations
  }
}

/// Crashes one scenario at every step.
package struct CrashSweep {
  package let recording: CrashRecording
  private var known: [Known: CrashJudge.Finding] = [:]
  package private(set) var tally = CrashTally()

  private struct Known: Hashable {
    var disk: FileDigest
    var acknowledged: Int
    var reached: Int
  }

  package init(_ scenario: CrashScenario) throws { recording = try CrashRecording(scenario) }

  package var pointCount: Int { recording.points.count }

  /// How a process is ended.
  package enum Ending: Sendable {
    /// What was not synced is still in the memory of the machine.
    case kill
    /// What was not synced may be lost.
    case powerLoss
  }

  /// Crashes before one step, and then the recovery that follows at one of its steps.
  package mutating func crash(at position: Int, by ending: Ending, seed: UInt64) {
    let point = recording.points[position]
    if tally.points <= position { tally.points = position + 1 }
    let place = "--kind '\(recording.scenario.name)' --point \(position) --seed \(seed)"
    let own = seed &* 0x1_0001 &+ UInt64(position)
    switch ending {
    case .kill:
      tally.kills += 1
      follow(point.disk, point, own, "\(place): killed before '\(point.operation)'")
    case .powerLoss:
      let survivor = point.disk.afterPowerLoss(seed: own, &tally.power)
      follow(survivor, point, own, "\(place): power lost before '\(point.operation)'")
    }
  }

  private mutating func follow(
    _ disk: MemoryDisk, _ point: CrashRecording.Point, _ seed: UInt64, _ place: String
  ) {
    guard let finding = judge(disk, point, seed, place), !finding.recovery.isEmpty else { return }
    // The last step is the opened lake, with nothing to lose where the recovery had nothing to do.
    let step = finding.recovery[Int(seed / 7 % UInt64(finding.recovery.count))]
    tally.recoveries += 1
    let survivor = step.disk.afterPowerLoss(seed: seed &+ 1, &tally.power)
    _ = judge(
      survivor, step, seed, "\(place), then power lost in the recovery before '\(step.operation)'")
  }

  /// A disk in every step of every recovery would fill the memory: of each a few steps are kept, and
  /// of all findings as many as fit.
  private mutating func remember(
    _ finding: CrashJudge.Finding, _ key: Known, _ seed: UInt64
  ) {
    var kept = finding
    let count = UInt64(finding.recovery.count)
    if count > 2 {
      let picked = [seed / 11 % count, seed / 13 % count]
      kept.recovery = picked.map { finding.recovery[Int($0)] }
    }
    if known.count == CrashSweep.memory { known.removeAll(keepingCapacity: true) }
    known[key] = kept
  }

  private static let memory = 256

  private mutating func judge(
    _ disk: MemoryDisk, _ point: CrashRecording.Point, _ seed: UInt64, _ place: String
  ) -> CrashJudge.Finding? {
    tally.crashes += 1
    let key = Known(
      disk: disk.digest, acknowledged: point.acknowledged, reached: point.reached)
    do {
      let finding: CrashJudge.Finding
      if let before = known[key], !disk.hasUnsynced {
        finding = before
      } else {
        finding = try CrashJudge(recording: recording).judge(
          disk, acknowledged: point.acknowledged, reached: point.reached, seed: seed)
        tally.disks += 1
        remember(finding, key, seed)
      }
      if finding.state > point.acknowledged { tally.new += 1 } else { tally.old += 1 }
      return finding
    } catch {
      tally.violations.append("\(place): \(error)")
      return nil
    }
  }
}
