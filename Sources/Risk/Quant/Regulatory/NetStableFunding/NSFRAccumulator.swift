/// Columns of positions, one row each; all columns have the same length.
///
/// Amounts are carrying values (undrawn amounts of commitments) in one currency, not negative.
package struct NSFRPositions: Sendable {
  /// Codes of the parameter table.
  package var items: CodedColumn
  package var amounts: AmountColumn
  /// Index of the result that the row belongs to; `nil` says that all rows belong to group 0.
  package var groups: [Int32]?
  /// Spellings of `NSFREncumbrance`; `nil`, or a row without one, says not encumbered.
  package var encumbrance: CodedColumn?
  /// Added to row numbers in failures.
  package var firstRow: Int

  package init(
    items: CodedColumn, amounts: AmountColumn, groups: [Int32]? = nil,
    encumbrance: CodedColumn? = nil, firstRow: Int = 0
  ) {
    self.items = items
    self.amounts = amounts
    self.groups = groups
    self.encumbrance = encumbrance
    self.firstRow = firstRow
  }

  package var rowCount: Int { items.codes.count }
}

/// A row that counts nowhere, and why.
package struct NSFRFailure: Error, Sendable, Hashable {
  package enum Reason: Sendable, Hashable {
    case missing
    case unknown(String)
    /// The table has the item, but the rate is left to the national authority.
    case rateNotGiven(String)
    case negative(String)
    case outOfRange(Int)
    /// Only assets can be encumbered.
    case notEncumberable(String)
  }

  package var row: Int
  /// The column's name: `group`, `item`, `amount` or `encumbrance`.
  package var field: String
  package var reason: Reason
}

/// Sums positions exactly by group and item, in any order and in any number of batches.
///
/// Amounts are not negative, so a sum overflows on the way only when it overflows in the end, and
/// the order of rows or the split over workers cannot change a result.
package struct NSFRAccumulator: Sendable {
  package let table: NSFRFactorTable
  package let amountScale: Int
  package let groupCount: Int
  package private(set) var failures: [NSFRFailure] = []
  package private(set) var rowCounts: [Int]
  package private(set) var failureCounts: [Int]
  /// Three lanes for each item of each group.
  private var sums: [Int128]

  /// - Throws: `invalidParameter` for a scale outside 0...18 or no group.
  package init(
    table: NSFRFactorTable, amountScale: Int, groupCount: Int = 1
  ) throws(QuantError) {
    guard (0...18).contains(amountScale), groupCount > 0 else {
      throw QuantError.invalidParameter(
        name: "amountScale and groupCount", found: "\(amountScale) and \(groupCount)",
        expected: "a scale within 0...18 and one or more groups")
    }
    self.table = table
    self.amountScale = amountScale
    self.groupCount = groupCount
    rowCounts = Array(repeating: 0, count: groupCount)
    failureCounts = Array(repeating: 0, count: groupCount)
    sums = Array(repeating: 0, count: groupCount * table.factors.count * 3)
  }

  func sum(group: Int, item: Int, lane: Int) -> Int128 {
    sums[(group * table.factors.count + item) * 3 + lane]
  }

  /// - Throws: `unevenColumns` (nothing was added then) or `overflow`.
  package mutating func add(_ batch: NSFRPositions) throws(QuantError) {
    let lengths: [(String, Int?)] = [
      ("amount", batch.amounts.count), ("amount validity", batch.amounts.validityCount),
      ("group", batch.groups?.count), ("encumbrance", batch.encumbrance?.codes.count),
    ]
    for (name, length) in lengths {
      if let length, length != batch.rowCount {
        throw QuantError.unevenColumns(name: name, found: length, expected: batch.rowCount)
      }
    }
    let items = batch.items.texts.map { table.index(of: $0) ?? -1 }
    let kinds = batch.encumbrance?.texts.map { NSFREncumbrance(rawValue: $0) } ?? []
    // Locals, because a loop that mutates properties in place is several times slower.
    var sums: [Int128] = []
    swap(&sums, &self.sums)
    defer { swap(&sums, &self.sums) }
    for row in 0..<batch.rowCount {
      let group = Int(batch.groups?[row] ?? 0)
      let isKnown = group >= 0 && group < groupCount
      if isKnown { rowCounts[group] += 1 }
      do throws(NSFRFailure) {
        guard isKnown else {
          throw NSFRFailure(
            row: row, field: "group", reason: group < 0 ? .missing : .outOfRange(group))
        }
        let place = try self.place(row, of: batch, items: items, kinds: kinds)
        let amount = try NSFRAccumulator.amount(row, of: batch)
        let index = group * table.factors.count * 3 + place
        let (sum, overflow) = sums[index].addingReportingOverflow(amount)
        if overflow { throw NSFRFailure(row: row, field: "amount", reason: .outOfRange(row)) }
        sums[index] = sum
      } catch {
        var failure = error
        failure.row += batch.firstRow
        failures.append(failure)
        if isKnown { failureCounts[group] += 1 }
      }
    }
  }

  private static func amount(_ row: Int, of batch: NSFRPositions) throws(NSFRFailure) -> Int128 {
    guard let amount = batch.amounts.value(at: row) else {
      throw NSFRFailure(row: row, field: "amount", reason: .missing)
    }
    if amount < 0 { throw NSFRFailure(row: row, field: "amount", reason: .negative("\(amount)")) }
    return amount
  }

  /// The sum of the row's group that the row goes into.
  private func place(
    _ row: Int, of batch: NSFRPositions, items: [Int], kinds: [NSFREncumbrance?]
  ) throws(NSFRFailure) -> Int {
    let code = Int(batch.items.codes[row])
    if code < 0 { throw NSFRFailure(row: row, field: "item", reason: .missing) }
    let item = items[code]
    guard item >= 0 else {
      throw NSFRFailure(row: row, field: "item", reason: .unknown(batch.items.texts[code]))
    }
    if table.factors[item].rate == nil {
      throw NSFRFailure(row: row, field: "item", reason: .rateNotGiven(batch.items.texts[code]))
    }
    guard let column = batch.encumbrance, column.codes[row] >= 0 else { return item * 3 }
    let text = Int(column.codes[row])
    guard let kind = kinds[text] else {
      throw NSFRFailure(row: row, field: "encumbrance", reason: .unknown(column.texts[text]))
    }
    if kind != .none, table.factors[item].section != .required {
      throw NSFRFailure(
        row: row, field: "encumbrance", reason: .notEncumberable(batch.items.texts[code]))
    }
    return item * 3 + kind.lane
  }

  /// Adds what another accumulator has summed.
  ///
  /// - Precondition: both were made with equal arguments.
  /// - Throws: `overflow`.
  package mutating func merge(_ other: NSFRAccumulator) throws(QuantError) {
    precondition(groupCount == other.groupCount && amountScale == other.amountScale)
    precondition(table.factors == other.table.factors && table.rules == other.table.rules)
    for index in sums.indices {
      sums[index] = try sums[index].checkedAdded(to: other.sums[index], "a sum of positions")
    }
    failures += other.failures
    failures.sort { $0.row < $1.row }
    for group in 0..<groupCount {
      rowCounts[group] += other.rowCounts[group]
      failureCounts[group] += other.failureCounts[group]
    }
  }
}
