/// Sums positions exactly by group and item, in any order and in any number of batches.
///
/// Sums are 192 bits wide, so neither the order of rows nor the way they are split over batches or
/// workers can change a result, not even by an overflow on the way. A row that cannot be counted
/// becomes a failure and counts nowhere.
///
/// Cost: about 10 ns per row; codes are looked up once per batch and distinct text.
package struct LCRAccumulator: Sendable {
  package let table: LCRFactorTable
  package let rules: LCRRules
  /// Decimals of every amount that goes in.
  package let amountScale: Int
  package let groupCount: Int
  /// In the order of the batches and, within one, of the rows.
  package private(set) var failures: [LCRFailure] = []
  /// Rows seen, by group; rows whose group is missing are in `failures` only.
  package private(set) var rowCounts: [Int]
  /// Of these the rows that failed, by group.
  package private(set) var failureCounts: [Int]
  private var sums: Sums

  /// - Throws: `invalidParameter` for rules or a scale (0...18) outside their domain.
  package init(
    table: LCRFactorTable, rules: LCRRules = .basel, amountScale: Int, groupCount: Int = 1
  ) throws(QuantError) {
    try rules.check()
    guard (0...18).contains(amountScale) else {
      throw QuantError.invalidParameter(
        name: "amountScale", found: "\(amountScale)", expected: "within 0...18")
    }
    guard groupCount > 0 else {
      throw QuantError.invalidParameter(
        name: "groupCount", found: "\(groupCount)", expected: "1 or more")
    }
    self.table = table
    self.rules = rules
    self.amountScale = amountScale
    self.groupCount = groupCount
    rowCounts = Array(repeating: 0, count: groupCount)
    failureCounts = Array(repeating: 0, count: groupCount)
    sums = Sums(groups: groupCount, items: table.factors.count)
  }

  /// What happened to a row's amount. The raw value is its place beside the item's other sums.
  enum Lane: Int {
    case counted
    case encumbered
    case ineligible
    case beyondHorizon
    case undated
    case unwoundIn
    case unwoundOut
    static let stride = 8
  }

  /// - Throws: `unevenColumns`; nothing was added then.
  package mutating func add(_ batch: LiquidityPositions) throws(QuantError) {
    try batch.checkLengths()
    let reader = RowReader(batch: batch, table: table, rules: rules, groupCount: groupCount)
    // Locals, because a loop that mutates properties in place is several times slower.
    var sums = Sums(groups: 0, items: 0)
    swap(&sums, &self.sums)
    for row in 0..<batch.rowCount {
      let group = reader.group(of: row)
      if group >= 0 { rowCounts[group] += 1 }
      do throws(LCRFailure) {
        try reader.add(row, group: group, to: &sums)
      } catch {
        var failure = error
        failure.row += batch.firstRow
        failures.append(failure)
        if group >= 0 { failureCounts[group] += 1 }
      }
    }
    swap(&sums, &self.sums)
  }

  /// Adds what another accumulator has summed, for work that was split.
  ///
  /// - Precondition: both were made with equal arguments.
  package mutating func merge(_ other: LCRAccumulator) {
    precondition(groupCount == other.groupCount && amountScale == other.amountScale)
    precondition(table.factors == other.table.factors && rules == other.rules)
    sums.add(other.sums)
    failures += other.failures
    for group in 0..<groupCount {
      rowCounts[group] += other.rowCounts[group]
      failureCounts[group] += other.failureCounts[group]
    }
  }

  /// The exact sum of a lane; overflows when it needs more than 128 bits.
  func sum(group: Int, item: Int, lane: Lane) throws(QuantError) -> Int128 {
    guard let sum = sums.value(at: sums.index(group: group, item: item, lane: lane)) else {
      throw QuantError.overflow(in: "the sum of \(table.factors[item].code)")
    }
    return sum
  }
}

extension LCRAccumulator {
  /// Sums of 192 bits: the low 128 in one array, the carries in the other.
  struct Sums: Sendable {
    private let items: Int
    private var low: [Int128]
    private var carry: [Int64]

    init(groups: Int, items: Int) {
      self.items = items
      low = Array(repeating: 0, count: groups * items * Lane.stride)
      carry = Array(repeating: 0, count: low.count)
    }

    @inline(__always)
    func index(group: Int, item: Int, lane: Lane) -> Int {
      (group &* items &+ item) &* Lane.stride &+ lane.rawValue
    }

    @inline(__always)
    mutating func add(_ amount: Int128, at index: Int) {
      let (sum, overflow) = low[index].addingReportingOverflow(amount)
      low[index] = sum
      // Both terms had the same sign, so the lost part is one unit of the high word.
      if overflow { carry[index] &+= amount < 0 ? -1 : 1 }
    }

    mutating func add(_ other: Sums) {
      for index in low.indices {
        carry[index] &+= other.carry[index]
        add(other.low[index], at: index)
      }
    }

    func value(at index: Int) -> Int128? { carry[index] == 0 ? low[index] : nil }
  }
}
