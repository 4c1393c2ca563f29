import Columnar
import Glibc

/// APPROX_COUNT_DISTINCT: exact up to 256 different values a group, then HyperLogLog with 4,096
/// registers (standard error 1.6 %).
///
/// Which of the two it is, and the estimate, depend only on the set of values: not on threads, order
/// or files. Estimated as O. Ertl, "New cardinality estimation algorithms for HyperLogLog sketches"
/// (2017), section 3.
final class SketchAccumulator: Accumulator {
  private static let exactLimit = 256
  private static let indexBits = 12
  private static let registerCount = 1 << indexBits

  private var small: [Set<UInt64>] = []
  /// Empty while the group is small.
  private var registers: [[UInt8]] = []
  private var bytes = 0

  override var byteCount: Int { small.count * 64 + bytes }

  override func resize(_ count: Int) {
    let more = max(0, count - small.count)
    small.append(contentsOf: repeatElement([], count: more))
    registers.append(contentsOf: repeatElement([], count: more))
  }

  override func update(_ input: AggregateInput) {
    let input = input.withoutNulls()
    guard input.rowCount > 0 else { return }
    let column = input.arguments[0]
    let hashes: [UInt64] = makeValues(input.rowCount) { mixHash(rowHash(column, $0)) }
    var (small, registers) = (small, registers)
    (self.small, self.registers) = ([], [])
    input.forEachGroup { row, group in
      add(hashes[row], group, &small, &registers)
    }
    (self.small, self.registers) = (small, registers)
  }

  private func add(
    _ hash: UInt64, _ group: Int, _ small: inout [Set<UInt64>], _ registers: inout [[UInt8]]
  ) {
    if registers[group].isEmpty {
      if small[group].insert(hash).inserted { bytes += 16 }
      if small[group].count > SketchAccumulator.exactLimit { grow(group, &small, &registers) }
      return
    }
    SketchAccumulator.note(hash, &registers[group])
  }

  private func grow(
    _ group: Int, _ small: inout [Set<UInt64>], _ registers: inout [[UInt8]]
  ) {
    registers[group] = [UInt8](repeating: 0, count: SketchAccumulator.registerCount)
    bytes += SketchAccumulator.registerCount - 16 * small[group].count
    for hash in small[group] { SketchAccumulator.note(hash, &registers[group]) }
    small[group] = []
  }

  private static func note(_ hash: UInt64, _ registers: inout [UInt8]) {
    let index = Int(truncatingIfNeeded: hash >> (64 - indexBits))
    // A bit behind the rest bounds the rank.
    let rest = hash << indexBits | 1 << (indexBits - 1)
    let rank = UInt8(rest.leadingZeroBitCount + 1)
    if rank > registers[index] { registers[index] = rank }
  }

  override func merge(_ other: Accumulator, groups: [Int32]) {
    guard let other = other as? SketchAccumulator else { return }
    for (source, target) in groups.enumerated() {
      let group = Int(target)
      if !other.registers[source].isEmpty {
        if registers[group].isEmpty { grow(group, &small, &registers) }
        for index in 0..<SketchAccumulator.registerCount
        where other.registers[source][index] > registers[group][index] {
          registers[group][index] = other.registers[source][index]
        }
      }
      for hash in other.small[source] { add(hash, group, &small, &registers) }
    }
  }

  override func finish(_ order: [Int32]) -> Column {
    Column(
      .int64,
      .int64(
        mapValues(order) { number in
          let group = Int(number)
          return registers[group].isEmpty
            ? Int64(small[group].count) : SketchAccumulator.estimate(registers[group])
        }))
  }

  private static func estimate(_ registers: [UInt8]) -> Int64 {
    let depth = 64 - indexBits
    var counts = [Double](repeating: 0, count: depth + 2)
    for register in registers { counts[min(Int(register), depth + 1)] += 1 }
    let m = Double(registerCount)
    var z = m * tau(1 - counts[depth + 1] / m)
    for rank in stride(from: depth, through: 1, by: -1) { z = 0.5 * (z + counts[rank]) }
    z += m * sigma(counts[0] / m)
    return Int64((m * m / (2 * log(2) * z)).rounded())
  }

  /// x + Σ 2^(k−1) x^(2^k), to convergence.
  private static func sigma(_ start: Double) -> Double {
    if start == 1 { return .infinity }
    var (x, y, z) = (start, 1.0, start)
    while true {
      x *= x
      let before = z
      z += x * y
      y += y
      if z == before { return z }
    }
  }

  /// ⅓ (1 − x − Σ 2^−k (1 − x^(2^−k))²), to convergence.
  private static func tau(_ start: Double) -> Double {
    if start == 0 || start == 1 { return 0 }
    var (x, y, z) = (start, 1.0, 1 - start)
    while true {
      x = x.squareRoot()
      let before = z
      y *= 0.5
      z -= (1 - x) * (1 - x) * y
      if z == before { return z / 3 }
    }
  }
}
