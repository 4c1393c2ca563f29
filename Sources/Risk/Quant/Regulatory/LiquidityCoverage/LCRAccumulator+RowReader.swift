extension LCRAccumulator {
  /// Reads rows of one batch, with all codes looked up beforehand.
  struct RowReader {
    /// What a row needs to know of its item, without reference counting.
    private struct Item {
      var section: LCRFactor.Section
      var countsOnlyWithin: Bool
      var unwind: LCRFactor.Unwind
      var hasRate: Bool
    }

    private let batch: LiquidityPositions
    private let table: LCRFactorTable
    private let horizonDays: Int32
    private let groupCount: Int
    private let items: [Item]
    /// Index in the table by code of the batch; −1 where the table has no such item.
    private let itemIndex: [Int]
    private let collateralIndex: [Int]
    private let againstIndex: [Int]

    init(batch: LiquidityPositions, table: LCRFactorTable, rules: LCRRules, groupCount: Int) {
      self.batch = batch
      self.table = table
      self.groupCount = groupCount
      horizonDays = rules.horizonDays
      items = table.factors.map {
        Item(
          section: $0.section, countsOnlyWithin: $0.horizon == .within, unwind: $0.unwind,
          hasRate: $0.rate != nil)
      }
      itemIndex = batch.items.texts.map { table.index(of: $0) ?? -1 }
      collateralIndex = (batch.collateralItems?.texts ?? []).map { table.index(of: $0) ?? -1 }
      againstIndex = (batch.against?.texts ?? []).map { table.index(of: $0) ?? -1 }
    }

    /// The row's group, or −1 where it has none of this run.
    @inline(__always)
    func group(of row: Int) -> Int {
      guard let groups = batch.groups else { return 0 }
      let group = Int(groups[row])
      return group < groupCount ? max(group, -1) : -1
    }

    @inline(__always)
    func add(_ row: Int, group: Int, to sums: inout Sums) throws(LCRFailure) {
      guard group >= 0 else { throw groupFailure(row) }
      let item = try resolve(row, batch.items, itemIndex, .item)
      let amount = try amount(row, batch.amounts, .amount)
      if items[item].section == .stock {
        let lane = try stockLane(row)
        sums.add(amount, at: sums.index(group: group, item: item, lane: lane))
        return
      }
      let lane = try flowLane(row, items[item])
      let unwinding: Unwinding? =
        items[item].unwind != .none && lane == .counted
        ? try unwinding(row, item, amount) : nil
      sums.add(amount, at: sums.index(group: group, item: item, lane: lane))
      if let unwinding {
        sums.add(
          unwinding.amountIn,
          at: sums.index(group: group, item: unwinding.itemIn, lane: .unwoundIn))
        sums.add(
          unwinding.amountOut,
          at: sums.index(group: group, item: unwinding.itemOut, lane: .unwoundOut))
      }
    }

    private func stockLane(_ row: Int) throws(LCRFailure) -> Lane {
      if let column = batch.isEncumbered {
        guard let isEncumbered = column.value(at: row) else {
          throw LCRFailure(row: row, field: .encumbered, reason: .missing)
        }
        if isEncumbered { return .encumbered }
      }
      return try isEligible(row) ? .counted : .ineligible
    }

    private func isEligible(_ row: Int) throws(LCRFailure) -> Bool {
      guard let column = batch.isEligible else { return true }
      guard let isEligible = column.value(at: row) else {
        throw LCRFailure(row: row, field: .eligible, reason: .missing)
      }
      return isEligible
    }

    private func flowLane(_ row: Int, _ item: Item) throws(LCRFailure) -> Lane {
      guard item.countsOnlyWithin, let column = batch.maturityDays else { return .counted }
      guard let days = column.value(at: row) else {
        return item.section == .outflow ? .counted : .undated
      }
      if days < 0 {
        throw LCRFailure(row: row, field: .maturityDays, reason: .negative("\(days)"))
      }
      return days <= horizonDays ? .counted : .beyondHorizon
    }

    private struct Unwinding {
      var itemIn: Int
      var amountIn: Int128
      var itemOut: Int
      var amountOut: Int128
    }

    /// The two legs that change hands when the transaction ends, or `nil` where it does not
    /// exchange assets of the stock that meet the requirements (LCR30.37).
    private func unwinding(
      _ row: Int, _ item: Int, _ amount: Int128
    ) throws(LCRFailure) -> Unwinding? {
      guard let column = batch.collateralItems else { return nil }
      if column.codes[row] < 0, items[item].unwind == .fundingAnyCollateral { return nil }
      let collateral = try resolve(row, column, collateralIndex, .collateralItem, asset: true)
      guard let amounts = batch.collateralAmounts else {
        throw LCRFailure(row: row, field: .collateralAmount, reason: .missing)
      }
      let collateralAmount = try self.amount(row, amounts, .collateralAmount)
      var against = table.cashIndex ?? 0
      if let column = batch.against, column.codes[row] >= 0 {
        against = try resolve(row, column, againstIndex, .againstItem, asset: true)
      }
      guard try isEligible(row) else { return nil }
      if items[item].unwind == .lending {
        return Unwinding(
          itemIn: against, amountIn: amount, itemOut: collateral, amountOut: collateralAmount)
      }
      return Unwinding(
        itemIn: collateral, amountIn: collateralAmount, itemOut: against, amountOut: amount)
    }

    @inline(__always)
    private func resolve(
      _ row: Int, _ column: CodedColumn, _ indices: [Int], _ field: LCRFailure.Field,
      asset: Bool = false
    ) throws(LCRFailure) -> Int {
      let code = Int(column.codes[row])
      guard code >= 0, code < indices.count else {
        throw LCRFailure(row: row, field: field, reason: .missing)
      }
      let index = indices[code]
      if index < 0 {
        throw LCRFailure(row: row, field: field, reason: .unknown(column.texts[code]))
      }
      if asset, items[index].section != .stock {
        throw LCRFailure(row: row, field: field, reason: .notAnAsset(column.texts[code]))
      }
      if !items[index].hasRate {
        throw LCRFailure(row: row, field: field, reason: .rateNotGiven(column.texts[code]))
      }
      return index
    }

    @inline(__always)
    private func amount(
      _ row: Int, _ column: AmountColumn, _ field: LCRFailure.Field
    ) throws(LCRFailure) -> Int128 {
      guard let amount = column.value(at: row) else {
        throw LCRFailure(row: row, field: field, reason: .missing)
      }
      if amount < 0 { throw LCRFailure(row: row, field: field, reason: .negative("\(amount)")) }
      return amount
    }

    private func groupFailure(_ row: Int) -> LCRFailure {
      let group = Int(batch.groups?[row] ?? 0)
      return LCRFailure(
        row: row, field: .group, reason: group < 0 ? .missing : .outOfRange(group))
    }
  }
}
