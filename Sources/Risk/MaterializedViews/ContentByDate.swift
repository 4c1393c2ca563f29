import Columnar
import FileStorage

/// Hashes of a run's rows, one for each business date.
struct ContentByDate {
  private let schema: Schema
  private let dateColumn: Int?
  private var hashes: [CalendarDate?: ContentHash] = [:]

  init(_ schema: Schema, businessDate: String?) {
    self.schema = schema
    dateColumn = businessDate.flatMap { schema.index(of: $0) }
  }

  mutating func add(_ batch: Batch) {
    guard let dateColumn, let days = batch.columns[dateColumn].storage.int32 else {
      add(batch, rows: nil, of: nil)
      return
    }
    let column = batch.columns[dateColumn]
    if column.validity == nil, let first = days.first, days.allSatisfy({ $0 == first }) {
      add(batch, rows: nil, of: CalendarDate(days: first))
      return
    }
    var rows: [CalendarDate?: [Int32]] = [:]
    for row in days.indices {
      let date = column.isNull(row) ? nil : CalendarDate(days: days[row])
      rows[date, default: []].append(Int32(row))
    }
    for (date, picked) in rows { add(batch, rows: picked, of: date) }
  }

  private mutating func add(_ batch: Batch, rows: [Int32]?, of date: CalendarDate?) {
    hashes[date, default: ContentHash(schema)].add(batch, rows: rows)
  }

  /// All dates together.
  var total: ContentHash {
    hashes.values.reduce(into: ContentHash(schema)) { $0.merge($1) }
  }

  var dates: [CalendarDate] { hashes.keys.compactMap { $0 }.sorted() }

  /// Rows without a date first, then by date.
  var parts: [RunDetail.Content] {
    let undated = hashes.filter { $0.key == nil }
    let dated = hashes.filter { $0.key != nil }
      .sorted { ($0.key?.days ?? 0) < ($1.key?.days ?? 0) }
    return (Array(undated) + dated).map {
      RunDetail.Content(date: $0.key, hash: $0.value.hex, rows: $0.value.rows)
    }
  }
}
