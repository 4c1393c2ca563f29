import Columnar

/// Rows in all, and by business date where they have one.
struct DateTally {
  var rows: Int64 = 0
  var byDate: [CalendarDate: Int64] = [:]

  mutating func add(_ batch: Batch, dateColumn: Int?) {
    rows += Int64(batch.rowCount)
    guard let dateColumn, let days = batch.columns[dateColumn].storage.int32 else { return }
    add(days, validity: batch.columns[dateColumn].validity)
  }

  /// Counts days only, not rows.
  mutating func add(_ days: [Int32], validity: Bitmap?) {
    guard let first = days.first else { return }
    if validity == nil, days.allSatisfy({ $0 == first }) {
      byDate[CalendarDate(days: first), default: 0] += Int64(days.count)
      return
    }
    for (row, day) in days.enumerated() where validity.map({ $0[row] }) ?? true {
      byDate[CalendarDate(days: day), default: 0] += 1
    }
  }
}

extension StagedChange {
  /// Takes rows out of the account of what was added: they only moved into a new file.
  mutating func discount(carried: DateTally) {
    rowsAdded -= carried.rows
    for (date, count) in carried.byDate { dates[date, default: DateCount()].added -= count }
  }

  mutating func count(removed: DateTally) {
    rowsRemoved += removed.rows
    for (date, count) in removed.byDate { dates[date, default: DateCount()].removed += count }
  }
}
