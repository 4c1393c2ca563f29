import Columnar
import Quant

/// Positions of all batches with their texts numbered and their rows told apart by date.
struct LiquidityRows: Sendable {
  /// Rows of one batch; nil means all of them.
  struct Part: Sendable {
    var batch: Int
    var rows: [Int32]?
  }

  /// Work of one thread: rows of one business date.
  struct Piece: Sendable {
    /// Index in `dates`.
    var day: Int
    var parts: [Part]
  }

  /// Ascending.
  private(set) var dates: [CalendarDate] = []
  /// What the groups are: entities, or entities with a currency each.
  private(set) var entities: [String] = []
  /// By group; empty unless groups have currencies.
  private(set) var currencies: [String] = []
  /// The larger scale of the two columns of amounts.
  private(set) var amountScale = 0
  /// Rows without a date or an entity, which no group can count.
  private(set) var keyless: [LiquidityCoverageRun.Failure] = []
  private(set) var sideTexts: [String] = []
  private(set) var itemTexts: [String] = []
  private(set) var collateralTexts: [String] = []
  /// Codes by batch and row; −1 where the row has no text.
  private(set) var entityCodes: [[Int32]] = []
  private(set) var sideCodes: [[Int32]] = []
  private(set) var itemCodes: [[Int32]] = []
  private(set) var collateralCodes: [[Int32]] = []
  private var partsByDate: [CalendarDate: [Part]] = [:]
  private let rowCounts: [Int]

  init(_ batches: [Batch], byCurrency: Bool = false) {
    typealias Columns = LiquidityPositionColumns
    rowCounts = batches.map(\.rowCount)
    var entities = TextCoder()
    var sides = TextCoder()
    var items = TextCoder()
    var collaterals = TextCoder()
    for batch in batches {
      entityCodes.append(entities.codes(of: batch.columns[Columns.legalEntity]))
      sideCodes.append(sides.codes(of: batch.columns[Columns.side]))
      itemCodes.append(items.codes(of: batch.columns[Columns.item]))
      collateralCodes.append(collaterals.codes(of: batch.columns[Columns.collateralItem]))
      for place in [Columns.amount, Columns.collateralAmount] {
        if case .decimal(_, let scale) = batch.columns[place].type {
          amountScale = max(amountScale, scale)
        }
      }
    }
    self.entities = entities.texts
    if byCurrency { splitEntities(batches) }
    sideTexts = sides.texts
    itemTexts = items.texts
    collateralTexts = collaterals.texts
    for (index, batch) in batches.enumerated() { split(batch, at: index) }
    dates = partsByDate.keys.sorted()
  }

  /// Makes a group of each entity and currency; a row without a currency is in none.
  private mutating func splitEntities(_ batches: [Batch]) {
    var coder = TextCoder()
    var groups: [Int64: Int32] = [:]
    var names: [String] = []
    var currencies: [String] = []
    for (index, batch) in batches.enumerated() {
      var codes = entityCodes[index]
      let own = coder.codes(of: batch.columns[LiquidityPositionColumns.currency])
      for row in codes.indices where codes[row] >= 0 {
        guard own[row] >= 0, !coder.texts[Int(own[row])].isEmpty else {
          codes[row] = -1
          continue
        }
        let key = Int64(codes[row]) << 32 | Int64(own[row])
        if let group = groups[key] {
          codes[row] = group
          continue
        }
        let group = Int32(names.count)
        groups[key] = group
        names.append(entities[Int(codes[row])])
        currencies.append(coder.texts[Int(own[row])])
        codes[row] = group
      }
      entityCodes[index] = codes
    }
    entities = names
    self.currencies = currencies
  }

  /// Sorts the rows of a batch by date; a batch of one date stays whole.
  private mutating func split(_ batch: Batch, at index: Int) {
    let column = batch.columns[LiquidityPositionColumns.asOfDate]
    guard let days = column.storage.int32 else { return }
    let entityCodes = entityCodes[index]
    if column.validity == nil, let first = days.first, days.allSatisfy({ $0 == first }),
      !entityCodes.contains(-1)
    {
      partsByDate[CalendarDate(days: first), default: []].append(Part(batch: index, rows: nil))
      return
    }
    var rows: [Int32: [Int32]] = [:]
    for row in days.indices {
      if column.isNull(row) || entityCodes[row] < 0 {
        let hasEntity = !batch.columns[LiquidityPositionColumns.legalEntity].isNull(row)
        let field = column.isNull(row) ? "as_of_date" : hasEntity ? "currency" : "legal_entity"
        keyless.append(
          LiquidityCoverageRun.Failure(
            batch: index, row: row, field: field, reason: "has no value"))
        continue
      }
      rows[days[row], default: []].append(Int32(row))
    }
    for (day, rows) in rows {
      partsByDate[CalendarDate(days: day), default: []].append(Part(batch: index, rows: rows))
    }
  }

  /// Pieces by ascending date, of some hundred thousand rows at most where batches allow it.
  func pieces() -> [Piece] {
    let most = 1 << 17
    var pieces: [Piece] = []
    for (day, date) in dates.enumerated() {
      var piece = Piece(day: day, parts: [])
      var count = 0
      for part in partsByDate[date] ?? [] {
        let rows = part.rows?.count ?? rowCounts[part.batch]
        if count > 0, count + rows > most {
          pieces.append(piece)
          piece.parts = []
          count = 0
        }
        piece.parts.append(part)
        count += rows
      }
      pieces.append(piece)
    }
    return pieces
  }
}
