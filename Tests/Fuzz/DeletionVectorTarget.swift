import DeltaLake
import FileStorage
import TestSupport

/// Deletion vectors: the bitmap, its inline text, and its file with length and checksum.
struct DeletionVectorTarget: FuzzTarget {
  static let name = "deletion-vector"

  let seeds: [[UInt8]]

  init() throws {
    seeds = [
      DeletionVectorTarget.portable(runs: [(5, 4), (100, 900)]),
      DeletionVectorTarget.portable(array: [1, 2, 3, 500, 65_535]),
      DeletionVectorTarget.portable(bits: 0x0101_0101_0001_0001),
      DeletionVectorTarget.file(DeletionVectorTarget.portable(array: [3, 4, 7, 11, 18, 29])),
      Array("wi5b=000010000siXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L".utf8),
      Array("^Bg9^0rr910000000000iXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L".utf8),
    ]
  }

  func mutated(
    _ input: [UInt8], _ other: [UInt8], _ random: inout SeededGenerator
  ) -> [UInt8] {
    var bytes = input
    let isFile = bytes.first == 1 && bytes.count > 9
    let range = isFile ? 5..<bytes.count - 4 : 0..<bytes.count
    Bending.bytes(&bytes, in: range, other: other, &random)
    // Length and checksum are made right again, so that what they cover is read.
    if isFile, bytes.count > 9, random.next() % 8 != 0 {
      return DeletionVectorTarget.file(Array(bytes[5..<bytes.count - 4]))
    }
    return bytes
  }

  func accepts(_ input: [UInt8]) -> Bool {
    var isValid = false
    if let vector = DeletionVector(parsing: input, rowLimit: 1 << 17) {
      isValid = true
      look(vector)
    }
    if let bytes = Z85.decode(input), let vector = DeletionVector(parsing: bytes, rowLimit: 1 << 17)
    {
      isValid = true
      look(vector)
    }
    if input.first == 1 { isValid = loads(input) || isValid }
    return isValid
  }

  private func look(_ vector: DeletionVector) {
    for start in [Int64(0), 3, 65_530, 1 << 32] { _ = vector.keptRows(in: start..<start + 64) }
  }

  /// As the file of a data file's deletion vector.
  private func loads(_ input: [UInt8]) -> Bool {
    let store = MemoryFileStore()
    try? store.plant(input, at: "/t/v.bin")
    guard input.count >= 9, var snapshot = try? OwnLog.snapshot(), !snapshot.files.isEmpty else {
      return false
    }
    let size = input[1..<5].reduce(0) { $0 << 8 | Int64($1) }
    let rows = DeletionVector(parsing: input[5..<input.count - 4], rowLimit: 1 << 17)?.rows.count
    snapshot.files[0].deletionVector = DeletionVectorDescriptor(
      storage: .absolute, pathOrInline: "file:///t/v.bin", offset: 1, sizeInBytes: size,
      cardinality: Int64(rows ?? 6))
    guard let scan = try? DeltaScan(snapshot, in: store), let file = scan.files.first,
      let vector = try? scan.deletedRows(of: file)
    else { return false }
    look(vector)
    return true
  }

  // MARK: Making some

  private static func little(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }

  private static var head: [UInt8] { little(1_681_511_377, 4) + little(1, 8) + little(0, 4) }

  private static func portable(runs: [(UInt64, UInt64)]) -> [UInt8] {
    let rows = runs.reduce(0) { $0 + $1.1 + 1 }
    return head + little(12347, 4) + [1] + little(0, 2) + little(rows - 1, 2)
      + little(UInt64(runs.count), 2) + runs.flatMap { little($0.0, 2) + little($0.1, 2) }
  }

  private static func portable(array: [UInt64]) -> [UInt8] {
    head + little(12346, 4) + little(1, 4) + little(0, 2) + little(UInt64(array.count - 1), 2)
      + little(16, 4) + array.flatMap { little($0, 2) }
  }

  private static func portable(bits: UInt64) -> [UInt8] {
    let words = (0..<1024).flatMap { _ in little(bits, 8) }
    return head + little(12346, 4) + little(1, 4) + little(0, 2)
      + little(UInt64(bits.nonzeroBitCount * 1024 - 1), 2) + little(16, 4) + words
  }

  private static func file(_ vector: [UInt8]) -> [UInt8] {
    func big(_ value: UInt32) -> [UInt8] {
      (0..<4).reversed().map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
    }
    return [1] + big(UInt32(vector.count)) + vector + big(checksum(vector))
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { state, byte in
      (0..<8).reduce(state ^ UInt32(byte)) { value, _ in
        value & 1 != 0 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
      }
    }
  }
}
