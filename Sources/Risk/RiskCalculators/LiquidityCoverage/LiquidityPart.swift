import Columnar
import Quant

/// The rows of one batch and one date, as Quant takes them, checked where only a table can err: the
/// side must be the item's section, and nothing has matured before its business date.
struct LiquidityPart {
  private typealias Columns = LiquidityPositionColumns

  let positions: LiquidityPositions
  /// What was found before Quant looks at the row, by row of the part.
  private var refused: [Int: (field: String, reason: String)] = [:]
  private let part: LiquidityRows.Part
  private let amountScale: Int

  init(
    _ part: LiquidityRows.Part, of coded: LiquidityRows, batches: [Batch], table: LCRFactorTable
  ) {
    self.part = part
    amountScale = coded.amountScale
    let whole = batches[part.batch]
    let batch = part.rows.map { whole.take($0) } ?? whole
    func pick(_ codes: [Int32]) -> [Int32] {
      part.rows.map { rows in rows.map { codes[Int($0)] } } ?? codes
    }
    var items = pick(coded.itemCodes[part.batch])
    let sides = pick(coded.sideCodes[part.batch])
    let maturity = LiquidityPart.maturityDays(batch)
    LiquidityPart.check(
      sides: sides, items: items, coded: coded, table: table, into: &refused)
    LiquidityPart.check(maturity, of: batch, into: &refused)
    // Quant refuses a row without an item, and so counts it as failed.
    for row in refused.keys { items[row] = -1 }
    positions = LiquidityPositions(
      items: CodedColumn(texts: coded.itemTexts, codes: items),
      amounts: LiquidityPart.amounts(batch.columns[Columns.amount], scale: amountScale),
      groups: pick(coded.entityCodes[part.batch]),
      isEncumbered: LiquidityPart.flags(batch.columns[Columns.encumbered]),
      maturityDays: maturity,
      collateralItems: CodedColumn(
        texts: coded.collateralTexts, codes: pick(coded.collateralCodes[part.batch])),
      collateralAmounts: LiquidityPart.amounts(
        batch.columns[Columns.collateralAmount], scale: amountScale))
  }

  /// Quant's failures of this part with the columns' names, and what was refused before.
  func failures(_ found: [LCRFailure]) -> [LiquidityCoverageRun.Failure] {
    found.map { failure in
      let (field, reason) = refused[failure.row] ?? words(for: failure)
      let row = part.rows.map { Int($0[failure.row]) } ?? failure.row
      return LiquidityCoverageRun.Failure(
        batch: part.batch, row: row, field: field, reason: reason)
    }
  }

  private func words(for failure: LCRFailure) -> (field: String, reason: String) {
    let reason =
      switch failure.reason {
      case .missing: "has no value"
      case .unknown(let text): "'\(text)' is not in the table of factors"
      case .rateNotGiven(let item): "'\(item)' has no rate: the national authority sets it"
      case .negative(let mantissa):
        "is \(amount(mantissa)), expected 0 or more"
      case .outOfRange(let group): "is group \(group), which is none of this run"
      case .notAnAsset(let item): "'\(item)' is not an item of the section hqla"
      }
    return (failure.field.rawValue, reason)
  }

  private func amount(_ mantissa: String) -> String {
    Int128(mantissa).map { Decimal128(mantissa: $0, scale: amountScale).description } ?? mantissa
  }

  private static func check(
    sides: [Int32], items: [Int32], coded: LiquidityRows, table: LCRFactorTable,
    into refused: inout [Int: (field: String, reason: String)]
  ) {
    let sections = coded.sideTexts.map { LCRFactor.Section(rawValue: $0) }
    let known = coded.itemTexts.map { table[code: $0]?.section }
    for row in sides.indices {
      let side = Int(sides[row])
      let item = Int(items[row])
      if side < 0 {
        refused[row] = ("side", "has no value")
        continue
      }
      guard let section = sections[side] else {
        let text = coded.sideTexts[side]
        refused[row] = ("side", "is '\(text)', expected hqla, outflow or inflow")
        continue
      }
      // An unknown item is left to Quant.
      guard item >= 0, let expected = known[item], expected != section else { continue }
      refused[row] = (
        "side",
        "is \(section.rawValue), but '\(coded.itemTexts[item])' is of the section "
          + expected.rawValue
      )
    }
  }

  private static func check(
    _ maturity: NullableColumn<Int32>, of batch: Batch,
    into refused: inout [Int: (field: String, reason: String)]
  ) {
    for row in maturity.values.indices where maturity.values[row] < 0 {
      if let isValid = maturity.isValid, !isValid[row] { continue }
      if refused[row] != nil { continue }
      let dates = [Columns.maturityDate, Columns.asOfDate].map { batch.columns[$0].value(row) }
      guard case .date(let due) = dates[0], case .date(let day) = dates[1] else { continue }
      refused[row] = ("maturity_date", "is \(due), before as_of_date \(day)")
    }
  }

  private static func maturityDays(_ batch: Batch) -> NullableColumn<Int32> {
    let due = batch.columns[Columns.maturityDate]
    guard let dueDays = due.storage.int32,
      let days = batch.columns[Columns.asOfDate].storage.int32
    else { return NullableColumn(Array(repeating: 0, count: batch.rowCount)) }
    var result = [Int32](repeating: 0, count: batch.rowCount)
    for row in result.indices {
      result[row] = Int32(clamping: Int64(dueDays[row]) - Int64(days[row]))
    }
    return NullableColumn(result, isValid: flags(due.validity))
  }

  /// - Returns: Amounts at `scale`, which is at least the column's own.
  static func amounts(_ column: Column, scale: Int) -> AmountColumn {
    let isValid = flags(column.validity)
    var own = 0
    if case .decimal(_, let decimals) = column.type { own = decimals }
    let factor = Decimal128.powersOfTen[scale - own]
    switch column.storage {
    case .int64(let values) where factor == 1:
      return .int64(NullableColumn(values, isValid: isValid))
    case .int128(let values) where factor == 1:
      return .int128(NullableColumn(values, isValid: isValid))
    case .int32(let values):
      return .int128(NullableColumn(values.map { Int128($0) * factor }, isValid: isValid))
    case .int64(let values):
      return .int128(NullableColumn(values.map { Int128($0) * factor }, isValid: isValid))
    case .int128(let values):
      return wide(values, factor: factor, isValid: isValid)
    default:
      return .int64(
        NullableColumn(
          Array(repeating: 0, count: column.count),
          isValid: Array(repeating: false, count: column.count)))
    }
  }

  /// Mantissas of up to 38 digits times a power of ten; what does not fit is a missing amount.
  private static func wide(
    _ values: [Int128], factor: Int128, isValid: [Bool]?
  ) -> AmountColumn {
    var isValid = isValid ?? Array(repeating: true, count: values.count)
    var result = values
    for row in values.indices {
      let (product, overflow) = values[row].multipliedReportingOverflow(by: factor)
      result[row] = overflow ? 0 : product
      if overflow { isValid[row] = false }
    }
    return .int128(NullableColumn(result, isValid: isValid))
  }

  private static func flags(_ column: Column) -> NullableColumn<Bool>? {
    guard let bits = column.storage.boolean else { return nil }
    return NullableColumn(flags(bits) ?? [], isValid: flags(column.validity))
  }

  private static func flags(_ bits: Bitmap?) -> [Bool]? {
    guard let bits else { return nil }
    let words = bits.words
    var result = [Bool](repeating: false, count: bits.count)
    for row in result.indices { result[row] = words[row >> 6] >> UInt64(row & 63) & 1 != 0 }
    return result
  }
}
