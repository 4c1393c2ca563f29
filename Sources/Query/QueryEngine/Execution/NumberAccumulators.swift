import Columnar

final class CountAccumulator: Accumulator {
  private var counts: [Int64] = []
  override var byteCount: Int { counts.count * 8 }

  override func resize(_ count: Int) {
    counts.append(contentsOf: repeatElement(0, count: max(0, count - counts.count)))
  }

  override func update(_ input: AggregateInput) {
    guard let groups = input.groups else {
      counts[0] += Int64(input.arguments.first.map { $0.count - $0.nullCount } ?? input.rowCount)
      return
    }
    var own = counts
    counts = []
    if let validity = input.arguments.first?.validity {
      validity.forEachSet { own[Int(groups[$0])] &+= 1 }
    } else {
      for group in groups { own[Int(group)] &+= 1 }
    }
    counts = own
  }

  override func merge(_ other: Accumulator, groups: [Int32]) {
    guard let other = other as? CountAccumulator else { return }
    var own = counts
    counts = []
    let theirs = other.counts
    for (source, group) in groups.enumerated() { own[Int(group)] += theirs[source] }
    counts = own
  }

  override func finish(_ order: [Int32]) -> Column {
    Column(.int64, .int64(mapValues(order) { counts[Int($0)] }))
  }
}

/// SUM and AVG of integers and decimals: exact in 128 bits, or 192 for mantissas of 128.
final class IntegerSumAccumulator: Accumulator {
  private let source: DataType
  private let result: DataType
  private let isAverage: Bool
  private var sums: [Int128] = []
  private var counts: [Int64] = []
  /// Of 128-bit mantissas, `sums` takes the low 64 bits and this the rest.
  private var highs: [Int128] = []
  private let isWide: Bool

  convenience init(_ source: DataType, result: DataType, isAverage: Bool) {
    var isWide = false
    if case .decimal(let precision, _) = source {
      isWide = precision > DataType.maximumPrecisionInInt64
    }
    self.init(source, result: result, isAverage: isAverage, isWide: isWide)
  }

  private init(_ source: DataType, result: DataType, isAverage: Bool, isWide: Bool) {
    self.source = source
    self.result = result
    self.isAverage = isAverage
    self.isWide = isWide
  }

  /// States that are known already: one sum and count a group.
  convenience init(
    _ source: DataType, result: DataType, isAverage: Bool, sums: [Int128], counts: [Int64]
  ) {
    self.init(source, result: result, isAverage: isAverage, isWide: false)
    self.sums = sums
    self.counts = counts
  }

  override var byteCount: Int { sums.count * (isWide ? 40 : 24) }

  override func resize(_ count: Int) {
    let more = max(0, count - sums.count)
    sums.append(contentsOf: repeatElement(0, count: more))
    counts.append(contentsOf: repeatElement(0, count: more))
    if isWide { highs.append(contentsOf: repeatElement(0, count: more)) }
  }

  override func update(_ input: AggregateInput) {
    let input = input.withoutNulls()
    switch input.arguments[0].storage {
    case .int32(let values): add(values, input)
    case .int64(let values): add(values, input)
    case .int128(let values): addWide(values, input)
    default: break
    }
  }

  private func add<V: FixedWidthInteger & BitwiseCopyable>(_ values: [V], _ input: AggregateInput) {
    guard let groups = input.groups else {
      var sum: Int128 = 0
      for value in values { sum &+= Int128(truncatingIfNeeded: value) }
      sums[0] &+= sum
      counts[0] &+= Int64(values.count)
      return
    }
    var (sums, counts) = (self.sums, self.counts)
    (self.sums, self.counts) = ([], [])
    unsafe sums.withUnsafeMutableBufferPointer { sums in
      unsafe counts.withUnsafeMutableBufferPointer { counts in
        unsafe values.withUnsafeBufferPointer { values in
          unsafe groups.withUnsafeBufferPointer { groups in
            // Safe: groups lie inside the states, which `resize` made before.
            for row in 0..<values.count {
              let group = unsafe Int(groups[row])
              unsafe sums[group] &+= Int128(truncatingIfNeeded: values[row])
              unsafe counts[group] &+= 1
            }
          }
        }
      }
    }
    (self.sums, self.counts) = (sums, counts)
  }

  private func addWide(_ values: [Int128], _ input: AggregateInput) {
    var (low, high, counts) = (sums, highs, self.counts)
    (sums, highs, self.counts) = ([], [], [])
    input.forEachGroup { row, group in
      low[group] &+= Int128(UInt64(truncatingIfNeeded: values[row]))
      high[group] &+= values[row] >> 64
      counts[group] &+= 1
    }
    (sums, highs, self.counts) = (low, high, counts)
  }

  override func merge(_ other: Accumulator, groups: [Int32]) {
    guard let other = other as? IntegerSumAccumulator else { return }
    // Local arrays: those of a class are checked and counted at every element.
    var (own, counts, highs) = (sums, self.counts, self.highs)
    (sums, self.counts, self.highs) = ([], [], [])
    let (theirs, theirCounts, theirHighs) = (other.sums, other.counts, other.highs)
    for (source, group) in groups.enumerated() {
      own[Int(group)] &+= theirs[source]
      counts[Int(group)] &+= theirCounts[source]
      if isWide { highs[Int(group)] &+= theirHighs[source] }
    }
    (sums, self.counts, self.highs) = (own, counts, highs)
  }

  /// The whole sum from its low 64 bits and the rest; nil when it needs more than 128 bits.
  private static func total(_ low: Int128, _ high: Int128) -> Int128? {
    let high = high + (low >> 64)
    let (shifted, overflow) = high.multipliedReportingOverflow(by: Int128(1) << 64)
    let (sum, carry) = shifted.addingReportingOverflow(Int128(UInt64(truncatingIfNeeded: low)))
    return overflow || carry ? nil : sum
  }

  override func finish(_ order: [Int32]) throws(QueryError) -> Column {
    let (sums, counts, highs) = (self.sums, self.counts, self.highs)
    let total = { [isWide] (group: Int) -> Int128? in
      isWide ? IntegerSumAccumulator.total(sums[group], highs[group]) : sums[group]
    }
    let validity = packBits(order) { counts[Int($0)] != 0 }
    let scale = source.decimalShape?.scale ?? 0
    switch result {
    case .double, .float:
      let values: [Double] = mapValues(order) { group in
        let count = counts[Int(group)]
        guard let sum = total(Int(group)), count != 0 else { return 0 }
        let value = Decimal128(mantissa: sum, scale: scale).double
        return isAverage ? value / Double(count) : value
      }
      return result == .double
        ? Column(result, .double(values), validity: validity)
        : Column(result, .float(mapValues(values) { Float($0) }), validity: validity)
    case .int32, .int64:
      var values: [Int64] = []
      for group in order {
        let sum = sums[Int(group)]
        let limit = result == .int32 ? Int128(Int32.max) : Int128(Int64.max)
        guard sum <= limit, sum >= -limit - 1 else { throw overflow("\(sum)") }
        values.append(Int64(truncatingIfNeeded: sum))
      }
      return result == .int64
        ? Column(result, .int64(values), validity: validity)
        : Column(result, .int32(mapValues(values) { Int32($0) }), validity: validity)
    case .decimal(let precision, let target):
      var values: [Int128] = []
      let limit = decimalLimit(precision)
      for group in order {
        let count = Int128(counts[Int(group)])
        guard let sum = total(Int(group)) else { throw overflow("the total") }
        let value =
          isAverage && count != 0
          ? scaledQuotient(sum, power: target - scale, by: count)
          : Decimal128(mantissa: sum, scale: scale).rescaled(to: target)?.mantissa
        guard let value, value < limit, value > -limit else {
          throw overflow(Decimal128(mantissa: sum, scale: scale).description)
        }
        values.append(value)
      }
      return .decimal(values, type: result, validity: validity)
    default: throw QueryError(.type, "SUM does not give \(result.sqlName)")
    }
  }

  private func overflow(_ value: String) -> QueryError {
    QueryError(
      .arithmetic,
      "overflow: \(isAverage ? "AVG" : "SUM") of \(source.sqlName) gives \(value), outside "
        + result.sqlName,
      help: result.isInteger
        ? "cast the argument to DECIMAL(38,0) or DOUBLE" : "cast the argument to DOUBLE")
  }
}

/// SUM and AVG of doubles: the correctly rounded exact sum; AVG divides it by the count.
final class FloatSumAccumulator: Accumulator {
  private let result: DataType
  private let isAverage: Bool
  private var sums = DoubleSums()
  private var present: [Int64] = []

  init(_ result: DataType, isAverage: Bool) {
    self.result = result
    self.isAverage = isAverage
  }

  override var byteCount: Int { sums.byteCount + present.count * 8 }

  override func resize(_ count: Int) {
    sums.resize(to: count)
    present.append(contentsOf: repeatElement(0, count: max(0, count - present.count)))
  }

  override func update(_ input: AggregateInput) {
    let input = input.withoutNulls()
    let values = input.arguments[0].doubles
    if let groups = input.groups {
      sums.add(values, groups: groups)
      var counts = present
      present = []
      for group in groups { counts[Int(group)] &+= 1 }
      present = counts
    } else {
      sums.add(values, group: 0)
      present[0] += Int64(values.count)
    }
  }

  override func merge(_ other: Accumulator, groups: [Int32]) {
    guard let other = other as? FloatSumAccumulator else { return }
    var (own, counts) = (sums, present)
    (sums, present) = (DoubleSums(), [])
    let (theirs, theirCounts) = (other.sums, other.present)
    for (source, group) in groups.enumerated() {
      own.merge(theirs, source: source, into: Int(group))
      counts[Int(group)] += theirCounts[source]
    }
    (sums, present) = (own, counts)
  }

  override func finish(_ order: [Int32]) -> Column {
    let values: [Double] = mapValues(order) { group in
      let sum = sums.rounded(Int(group))
      let count = present[Int(group)]
      return isAverage && count > 0 ? sum / Double(count) : sum
    }
    let validity = packBits(order) { present[Int($0)] != 0 }
    return result == .float
      ? Column(.float, .float(mapValues(values) { Float($0) }), validity: validity)
      : Column(.double, .double(values), validity: validity)
  }
}

extension Column {
  /// The values as doubles, whatever the numeric type.
  var doubles: [Double] {
    switch storage {
    case .double(let values): values
    case .float(let values): mapValues(values) { Double($0) }
    default: (try? cast(self, to: .double, isTry: true))?.storage.double ?? []
    }
  }
}

/// MIN and MAX of numbers, dates and times; NaN is above all numbers, -0 below +0.
final class ExtremeAccumulator<V: KernelOrdered>: Accumulator {
  private let result: DataType
  private let isMinimum: Bool
  private let storage: ([V]) -> ColumnStorage
  private let values: (ColumnStorage) -> [V]?
  private var best: [V] = []
  private var isPresent: [UInt8] = []

  init(
    _ result: DataType, _ isMinimum: Bool, _ values: @escaping (ColumnStorage) -> [V]?,
    _ storage: @escaping ([V]) -> ColumnStorage
  ) {
    self.values = values
    self.result = result
    self.isMinimum = isMinimum
    self.storage = storage
  }

  override var byteCount: Int { best.count * (MemoryLayout<V>.stride + 1) }

  override func resize(_ count: Int) {
    guard count > best.count, let blank = values(ColumnStorage.blank(for: result, count: 1)) else {
      return
    }
    isPresent.append(contentsOf: repeatElement(0, count: count - best.count))
    best.append(contentsOf: repeatElement(blank[0], count: count - best.count))
  }

  override func update(_ input: AggregateInput) {
    let input = input.withoutNulls()
    guard let values = values(input.arguments[0].storage) else { return }
    var (own, seen) = (best, isPresent)
    (best, isPresent) = ([], [])
    let isMinimum = isMinimum
    input.forEachGroup { row, group in
      let value = values[row]
      if seen[group] == 0 || ExtremeAccumulator.isBetter(value, own[group], isMinimum) {
        own[group] = value
        seen[group] = 1
      }
    }
    (best, isPresent) = (own, seen)
  }

  @inline(__always)
  private static func isBetter(_ value: V, _ known: V, _ isMinimum: Bool) -> Bool {
    if isMinimum ? V.isLess(value, known) : V.isLess(known, value) { return true }
    guard V.isEqual(value, known) else { return false }
    return isMinimum
      ? value.tieRank < known.tieRank : value.tieRank > known.tieRank
  }

  override func merge(_ other: Accumulator, groups: [Int32]) {
    guard let other = other as? ExtremeAccumulator<V> else { return }
    for (source, group) in groups.enumerated() {
      let group = Int(group)
      guard other.isPresent[source] != 0 else { continue }
      let value = other.best[source]
      if isPresent[group] == 0 || ExtremeAccumulator.isBetter(value, best[group], isMinimum) {
        best[group] = value
        isPresent[group] = 1
      }
    }
  }

  override func finish(_ order: [Int32]) -> Column {
    Column(
      result, storage(mapValues(order) { best[Int($0)] }),
      validity: packBits(order) { isPresent[Int($0)] != 0 })
  }
}

/// BOOL_AND and BOOL_OR.
final class BooleanAccumulator: Accumulator {
  private let isAnd: Bool
  /// 0 nothing yet, 1 false, 2 true.
  private var states: [UInt8] = []

  init(isAnd: Bool) { self.isAnd = isAnd }
  override var byteCount: Int { states.count }

  override func resize(_ count: Int) {
    states.append(contentsOf: repeatElement(0, count: max(0, count - states.count)))
  }

  override func update(_ input: AggregateInput) {
    let input = input.withoutNulls()
    guard let bits = input.arguments[0].storage.boolean else { return }
    var own = states
    states = []
    input.forEachGroup { row, group in own[group] = combined(own[group], bits[row] ? 2 : 1) }
    states = own
  }

  private func combined(_ a: UInt8, _ b: UInt8) -> UInt8 {
    if a == 0 || b == 0 { return a | b }
    return isAnd ? min(a, b) : max(a, b)
  }

  override func merge(_ other: Accumulator, groups: [Int32]) {
    guard let other = other as? BooleanAccumulator else { return }
    for (source, group) in groups.enumerated() {
      states[Int(group)] = combined(states[Int(group)], other.states[source])
    }
  }

  override func finish(_ order: [Int32]) -> Column {
    Column(
      .boolean, .boolean(packBits(order) { states[Int($0)] == 2 }),
      validity: packBits(order) { states[Int($0)] != 0 })
  }
}
