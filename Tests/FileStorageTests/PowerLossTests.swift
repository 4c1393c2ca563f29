import FileStorage
import TestSupport
import Testing

@Suite("Power loss")
struct PowerLossTests {
  private let old: [UInt8] = Array("old content".utf8)
  private let new: [UInt8] = Array("new content, longer than before".utf8)

  @Test("putIfAbsent is all or nothing at every step, and stays once acknowledged")
  func publishing() throws {
    var faultsMet = 0
    for operation in 1... {
      let memory = MemoryFileStore()
      try memory.makeDirectory("/lake")
      let store = FaultyStore(over: memory, fault: .crash(at: operation))
      let acknowledged =
        (try? store.putIfAbsent(new, at: "/lake/0.json", modifiedMicroseconds: 7)) == true
      for seed in 0..<40 as Range<UInt64> {
        let found = MemoryFileStore(memory.disk.afterPowerLoss(seed: seed))
        let bytes = try? found.read("/lake/0.json")
        #expect(bytes == nil || bytes == new, "operation \(operation), seed \(seed)")
        if acknowledged { #expect(bytes == new, "operation \(operation), seed \(seed)") }
      }
      faultsMet += store.faultsMet
      if acknowledged { break }
    }
    #expect(faultsMet == 8)  // create, append, time, sync, close, link, remove, directory
  }

  @Test("replace shows the old bytes or the new at every step")
  func replacing() throws {
    var faultsMet = 0
    for operation in 1... {
      let memory = MemoryFileStore()
      try memory.plant(old, at: "/lake/a")
      let store = FaultyStore(over: memory, fault: .crash(at: operation))
      let acknowledged = (try? store.replace(new, at: "/lake/a")) != nil
      for seed in 0..<40 as Range<UInt64> {
        let found = MemoryFileStore(memory.disk.afterPowerLoss(seed: seed))
        let bytes = try found.read("/lake/a")
        #expect(bytes == new || (bytes == old && !acknowledged), "\(operation), seed \(seed)")
      }
      faultsMet += store.faultsMet
      if acknowledged { break }
    }
    #expect(faultsMet == 6)
  }

  /// The double must be able to show every kind of loss, or the sweeps above prove nothing.
  @Test("a file that was never synced is seen whole, missing, empty, torn and as zeros")
  func losses() throws {
    let memory = MemoryFileStore()
    try memory.makeDirectory("/lake")
    try memory.create("/lake/a").append(new)
    var seen: Set<String> = []
    for seed in 0..<200 as Range<UInt64> {
      let found = MemoryFileStore(memory.disk.afterPowerLoss(seed: seed))
      guard let bytes = try? found.read("/lake/a") else {
        seen.insert("missing")
        continue
      }
      if bytes == new { seen.insert("whole") }
      if bytes.isEmpty { seen.insert("empty") }
      if !bytes.isEmpty, bytes.count < new.count { seen.insert("torn") }
      if bytes.count == new.count, bytes.contains(0) { seen.insert("zeros") }
    }
    #expect(seen == ["missing", "whole", "empty", "torn", "zeros"])
  }

  @Test("a failed step leaves no temporary file and the old content", arguments: 1...5)
  func failures(operation: Int) throws {
    let memory = MemoryFileStore()
    try memory.plant(old, at: "/lake/a")
    let store = FaultyStore(over: memory, fault: .failure(at: operation, .noSpace))
    let failure = #expect(throws: FileError.self) { try store.replace(new, at: "/lake/a") }
    #expect(failure?.reason == .noSpace)
    #expect(try memory.read("/lake/a") == old)
    #expect(try memory.list("/lake").count == 1)
  }
}
