/// Sums positions exactly by group and item, in any order and in any number of batches.
///
/// Sums are 192 bits wide, so neither the order of rows nor the way they are split over batches or
/// workers can change a result, not even by an overflow on the way. A row that cannot be counted
/// becomes a failure and counts nowhere.
///
/// Cost: about 15 ns per row (codes are looked up once per batch and distinct text), and 6 kB per
/// group.
package struct LCRAccumulator: Sendable {
  package let table: LCRFactorTable
  package let rules: LCRRules
  /// Decimals of every amount that goes in.
  package let amountScale: Int
  package let groupCount: Int
  /// In the order of the batches and, within one, of the rows; by row after a merge.
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
    sums = Sums(groups: groupCount, factors: table.factors)
  }

  /// What happened to a row's amount.
  enum Lane {
    case counted
    /// Assets only.
    case encumbered
    case ineligible
    case unwoundIn
    case unwoundOut
    /// Flows only.
    case beyondHorizon
    case undated

    /// The place among the item's sums; assets and flows share the places, as no item is both.
    var place: Int {
      switch self {
      case .counted: 0
      case .encumbered, .beyondHorizon: 1
      case .ineligible, .undated: 2
      case .unwoundIn: 3
      case .unwoundOut: 4
      }
    }

    static func count(for section: LCRFactor.Section) -> Int { section == .stock ? 5 : 3 }
  }

  /// - Throws: `unevenColumns`; nothing was added then.
  package mutating func add(_ batch: LiquidityPositions) throws(QuantError) {
    try batch.checkLengths()
    let reader = RowReader(batch: batch, table: table, rules: rules, groupCount: groupCount)
    // Locals, because a loop that mutates properties in place is several times slower.
    var sums = Sums(groups: 0, factors: [])
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
    failures.sort { $0.row < $1.row }
    for group in 0..<groupCount {
      rowCounts[group] += other.rowCounts[group]
      failureCounts[group] += other.failureCounts[group]
    }
  }

  /// The exact sum of a lane; overflows when it needs more than 128 bits.
  ///
  /// A lane of the other kind of item (see `Lane`) is 0.
  func sum(group: Int, item: Int, lane: Lane) throws(QuantError) -> Int128 {
    let isAsset = table.factors[item].section == .stock
    switch lane {
    case .counted: break
    case .encumbered, .ineligible, .unwoundIn, .unwoundOut: if !isAsset { return 0 }
    case .beyondHorizon, .undated: if isAsset { return 0 }
    }
    guard let sum = sums.value(at: sums.index(group: group, item: item, lane: lane)) else {
      throw QuantError.overflow(in: "the sum of \(table.factors[item].code)")
    }
    return sum
  }
}

extension LCRAccumulator {
  /// Sums of 192 bits: the low 128 in one array, the carries in the other.
  struct Sums: Sendable {
    /// First place of each item within a group, and the number of places of a group.
    private let offsets: [Int]
    private let stride: Int
    private var low: [Int128]
    private var carry: [Int64]

    init(groups: Int, factors: [LCRFactor]) {
      var offsets: [Int] = []
      var stride = 0
      for factor in factors {
        offsets.append(stride)
        stride += Lane.count(for: factor.section)
      }
      self.offsets = offsets
      self.stride = stride
      low = Array(repeating: 0, count: groups * stride)
      carry = Array(repeating: 0, count: low.count)
    }

    @inline(__always)
    func index(group: Int, item: Int, lane: Lane) -> Int {
      group &* stride &+ offsets[item] &+ lane.place
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
