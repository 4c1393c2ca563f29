import Columnar

/// Byte strings being appended one after the other, as `StringValues` holds them.
struct PackedBytes {
  var offsets: [Int32] = [0]
  var bytes: [UInt8] = []

  var longest: Int {
    var longest: Int32 = 0
    for index in 1..<max(1, offsets.count) {
      longest = max(longest, offsets[index] - offsets[index - 1])
    }
    return Int(longest)
  }

  func finished() -> StringValues { StringValues(offsets: offsets, bytes: bytes) }

  /// Refuses bytes that 32-bit offsets cannot address, and more than the budget allows.
  func checkRoom(for count: Int, budget: ReadBudget) throws(ParquetError) {
    guard count <= min(Int(Int32.max), budget.batchBytes) - bytes.count else {
      throw ParquetError(
        .overBudget,
        "strings of a batch take more than \(budget.batchBytes) bytes; smaller batches"
          + " may help")
    }
  }

  /// Makes room for null slots among the last `present` strings: afterwards there are `slots`, empty
  /// where the bit is 0.
  mutating func spread(_ words: [UInt64], offset: Int, slots: Int, present: Int) {
    guard present < slots else { return }
    let base = offsets.count - present
    offsets.append(contentsOf: repeatElement(0, count: slots - present))
    var source = present
    var slot = slots
    while source < slot {
      slot -= 1
      let bit = offset + slot
      offsets[base + slot] = offsets[base + source - 1]
      if words[bit >> 6] >> UInt64(bit & 63) & 1 != 0 { source -= 1 }
    }
  }
}
