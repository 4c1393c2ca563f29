import Columnar
import Quant
import QueryEngine

/// One evaluation of `nsfr`: positions of all dates to exact sums by date and entity.
///
/// The sums are integers, so the result does not depend on the order of rows.
struct NetStableFundingRun {
  static let columns = [
    ColumnRequirement(
      "as_of_date", .date, "the business date; with legal_entity the group of one result row"),
    ColumnRequirement("legal_entity", .text, "whose ratio the row counts in"),
    ColumnRequirement("position_id", .text, "names the row in the failures"),
    ColumnRequirement("item", .text, "code in factors"),
    ColumnRequirement(
      "amount", .amount,
      "in reporting currency, not negative: carrying value, or undrawn amount of a commitment"),
    ColumnRequirement(
      "encumbrance", .text,
      "assets: none, under_6_months, 6_to_12_months or 1_year_or_more; NULL is none"),
  ]

  /// One business date's result.
  struct Day {
    var date: CalendarDate
    var minimumRatio: ExactDecimal
    /// Sorted by name.
    var entities: [(name: String, funding: NetStableFunding)]
  }

  /// A row that counts nowhere.
  struct Failure {
    var batch: Int
    var row: Int
    var field: String
    var reason: String
  }

  private(set) var days: [Day] = []
  private(set) var failures: [Failure] = []
  let batches: [Batch]

  init(
    parameters: NetStableFundingParameters, batches: [Batch], context: ExecutionContext
  ) throws(QueryError) {
    self.batches = batches
    var scale = 0
    for batch in batches {
      if case .decimal(_, let decimals) = batch.columns[4].type { scale = max(scale, decimals) }
    }
    var entities = TextCoder()
    let entityCodes = batches.map { entities.codes(of: $0.columns[1]) }
    var sums: [CalendarDate: NSFRAccumulator] = [:]
    var regimes: [CalendarDate: NetStableFundingParameters.Regime] = [:]
    for (index, batch) in batches.enumerated() {
      try context.checkCancelled()
      for (date, rows) in rowsByDate(of: index, entityCodes[index]) {
        let regime: NetStableFundingParameters.Regime
        if let known = regimes[date] {
          regime = known
        } else {
          regime = try parameters.regime(on: date)
          regimes[date] = regime
        }
        do throws(QuantError) {
          var accumulator: NSFRAccumulator
          if let started = sums.removeValue(forKey: date) {
            accumulator = started
          } else {
            accumulator = try NSFRAccumulator(
              table: regime.table, amountScale: scale, groupCount: max(1, entities.texts.count))
          }
          let before = accumulator.failures.count
          let part = batch.take(rows)
          try accumulator.add(
            Self.positions(part, groups: rows.map { entityCodes[index][Int($0)] }, scale: scale))
          for failure in accumulator.failures[before...] {
            failures.append(
              Failure(
                batch: index, row: Int(rows[failure.row]), field: failure.field,
                reason: Self.words(failure.reason, scale: scale)))
          }
          sums[date] = accumulator
        } catch {
          throw QueryError(.arithmetic, "nsfr on \(date): \(error)")
        }
      }
    }
    try finish(sums, regimes, entities.texts)
  }

  private mutating func finish(
    _ sums: [CalendarDate: NSFRAccumulator],
    _ regimes: [CalendarDate: NetStableFundingParameters.Regime], _ names: [String]
  ) throws(QueryError) {
    for date in sums.keys.sorted() {
      guard let total = sums[date], let regime = regimes[date] else { continue }
      var day = Day(date: date, minimumRatio: regime.minimumRatio, entities: [])
      for (group, name) in names.enumerated() where total.rowCounts[group] > 0 {
        do throws(QuantError) {
          day.entities.append((name, try total.funding(ofGroup: group)))
        } catch {
          throw QueryError(.arithmetic, "nsfr of \(name) on \(date): \(error)")
        }
      }
      day.entities.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
      days.append(day)
    }
  }

  /// Rows with a date and an entity; the others fail here.
  private mutating func rowsByDate(
    of index: Int, _ entities: [Int32]
  ) -> [(CalendarDate, [Int32])] {
    let column = batches[index].columns[0]
    guard let values = column.storage.int32 else { return [] }
    var rows: [Int32: [Int32]] = [:]
    for row in values.indices {
      if column.isNull(row) || entities[row] < 0 {
        let field = column.isNull(row) ? "as_of_date" : "legal_entity"
        failures.append(Failure(batch: index, row: row, field: field, reason: "has no value"))
        continue
      }
      rows[values[row], default: []].append(Int32(row))
    }
    return rows.keys.sorted().map { (CalendarDate(days: $0), rows[$0] ?? []) }
  }

  private static func positions(_ batch: Batch, groups: [Int32], scale: Int) -> NSFRPositions {
    var items = TextCoder()
    var kinds = TextCoder()
    let itemCodes = items.codes(of: batch.columns[3])
    let kindCodes = kinds.codes(of: batch.columns[5])
    return NSFRPositions(
      items: CodedColumn(texts: items.texts, codes: itemCodes),
      amounts: LiquidityPart.amounts(batch.columns[4], scale: scale), groups: groups,
      encumbrance: CodedColumn(texts: kinds.texts, codes: kindCodes))
  }

  private static func words(_ reason: NSFRFailure.Reason, scale: Int) -> String {
    switch reason {
    case .missing: "has no value"
    case .unknown(let text): "'\(text)' is not known"
    case .rateNotGiven(let item): "'\(item)' has no rate: the national authority sets it"
    case .negative(let mantissa):
      "is \(Int128(mantissa).map { Decimal128(mantissa: $0, scale: scale).description } ?? mantissa)"
        + ", expected 0 or more"
    case .outOfRange: "does not fit in the sum of its item"
    case .notEncumberable(let item): "is given for '\(item)', which is no asset"
    }
  }
}
