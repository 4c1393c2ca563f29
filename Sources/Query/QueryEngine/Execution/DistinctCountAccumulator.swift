import Columnar

/// COUNT(DISTINCT x): one bit a group and value while there are few of both, else their pairs.
final class DistinctCountAccumulator: Accumulator {
  /// 16 MiB of bits; more groups or values go over to a table of pairs.
  private static let wordLimit = 1 << 21

  private let type: DataType
  private let values: KeyTable
  private var groupCount = 0
  /// `stride` words a group: a bit for each number of a value.
  private var bits: [UInt64] = []
  private var stride = 1
  private var pairs: DistinctAccumulator?

  init(_ type: DataType) {
    self.type = type
    values = KeyTable([type])
  }

  override var byteCount: Int { pairs?.byteCount ?? values.byteCount + bits.count * 8 }

  override func resize(_ count: Int) {
    groupCount = max(groupCount, count)
    pairs?.resize(groupCount)
  }

  override func update(_ input: AggregateInput) throws(QueryError) {
    let input = input.withoutNulls()
    if let pairs { return try pairs.update(input) }
    let numbers = try values.insert(
      input.arguments, rowCount: input.rowCount, position: { Int64($0) })
    guard makeRoom() else {
      let pairs = try spill()
      return try pairs.update(input)
    }
    set(numbers, input.groups)
  }

  private func set(_ numbers: [Int32], _ groups: [Int32]?) {
    var bits = bits
    self.bits = []
    let stride = stride
    let groups = groups ?? [Int32](repeating: 0, count: numbers.count)
    precondition(groups.count == numbers.count && bits.count >= groupCount * stride)
    unsafe bits.withUnsafeMutableBufferPointer { bits in
      unsafe groups.withUnsafeBufferPointer { groups in
        unsafe numbers.withUnsafeBufferPointer { numbers in
          // Safe: numbers lie below `stride * 64`, groups below `groupCount`.
          for row in 0..<numbers.count {
            let number = unsafe Int(numbers[row])
            unsafe bits[Int(groups[row]) &* stride &+ number >> 6] |= 1 &<< UInt64(number & 63)
          }
        }
      }
    }
    self.bits = bits
  }

  /// Room for all groups and values; false when that would be too much.
  private func makeRoom() -> Bool {
    var wanted = stride
    while wanted * 64 < values.count { wanted *= 2 }
    guard groupCount <= DistinctCountAccumulator.wordLimit / wanted else { return false }
    if wanted > stride {
      var wider = [UInt64](repeating: 0, count: bits.count / stride * wanted)
      for (word, value) in bits.enumerated() where value != 0 {
        wider[word / stride * wanted + word % stride] = value
      }
      bits = wider
      stride = wanted
    }
    let more = groupCount * stride - bits.count
    if more > 0 { bits.append(contentsOf: repeatElement(0, count: more)) }
    return true
  }

  private func ownPairs() throws(QueryError) -> DistinctAccumulator {
    if let pairs { return pairs }
    return try spill()
  }

  /// Goes over to pairs.
  private func spill() throws(QueryError) -> DistinctAccumulator {
    let pairs = DistinctAccumulator(CountAccumulator(), [type])
    pairs.resize(groupCount)
    var groups: [Int32] = []
    var numbers: [Int32] = []
    for (word, value) in bits.enumerated() {
      var rest = value
      while rest != 0 {
        groups.append(Int32(word / stride))
        numbers.append(Int32(word % stride * 64 + rest.trailingZeroBitCount))
        rest &= rest - 1
      }
    }
    try pairs.update(
      AggregateInput(
        arguments: values.columns(numbers), groups: groups, rowCount: groups.count, base: 0,
        rows: nil))
    bits = []
    self.pairs = pairs
    return pairs
  }

  override func merge(_ other: Accumulator, groups: [Int32]) throws(QueryError) {
    guard let other = other as? DistinctCountAccumulator else { return }
    if pairs == nil, other.pairs == nil {
      let mapped = try values.merge(other.values)
      if makeRoom() {
        let (words, width) = (other.bits, other.stride)
        for (word, value) in words.enumerated() {
          var rest = value
          while rest != 0 {
            let number = Int(mapped[word % width * 64 + rest.trailingZeroBitCount])
            bits[Int(groups[word / width]) * stride + number >> 6] |= 1 << UInt64(number & 63)
            rest &= rest - 1
          }
        }
        return
      }
    }
    try ownPairs().merge(try other.ownPairs(), groups: groups)
  }

  override func finish(_ order: [Int32]) throws(QueryError) -> Column {
    if let pairs { return try pairs.finish(order) }
    return Column(
      .int64,
      .int64(
        order.map { group in
          let start = Int(group) * stride
          guard start + stride <= bits.count else { return 0 }
          return bits[start..<start + stride].reduce(0) { $0 + Int64($1.nonzeroBitCount) }
        }))
  }
}
