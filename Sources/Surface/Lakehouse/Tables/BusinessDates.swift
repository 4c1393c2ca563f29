import Columnar
import LakeCatalog
import QueryEngine
import QueryLanguage

/// Which business dates a table has rows for, and which days its calendar takes off.
enum BusinessDates {
  /// Dates with at least one row, ascending.
  ///
  /// The catalog remembers by commit how many rows of each date came and went; their sums say what
  /// is there.
  static func dates(of state: TableState, in lake: Lake) throws(QueryError) -> [CalendarDate] {
    var counts: [CalendarDate: Int64] = [:]
    if let record = state.record, state.version >= 0 {
      do throws(CatalogError) {
        let changes = try lake.catalog.dateChanges(
          of: record.id, after: -1, upTo: state.version)
        for change in changes { counts[change.date] = change.rowsAdded - change.rowsRemoved }
      } catch {
        throw QueryError(error)
      }
    }
    for (date, count) in state.staged?.dates ?? [:] {
      counts[date, default: 0] += count.added - count.removed
    }
    return counts.filter { $0.value > 0 }.keys.sorted()
  }

  /// The days off besides weekends: rows of `ref.holidays(calendar, date, name)`.
  ///
  /// No calendar means weekends only. A named calendar without rows is an error: stepping back over
  /// a holiday unawares would be a wrong answer.
  static func holidays(
    of calendar: String?, resolver: LakeResolver, in lake: Lake
  ) throws(QueryError) -> Set<CalendarDate> {
    guard let calendar else { return [] }
    let name = QualifiedName([Identifier("ref"), Identifier("holidays")])
    let missing = QueryError(
      .time, "the calendar \(calendar) has no rows in ref.holidays(calendar, date, name)",
      help: "load its holidays, or declare the table without CALENDAR for weekends only")
    let table: PinnedTable
    do throws(QueryError) {
      guard case .table(let found) = try resolver.resolve(name, knownAt: nil) else {
        throw missing
      }
      table = found
    } catch {
      throw error.reason == .name ? missing : error
    }
    guard let key = table.source.schema.index(of: "calendar"),
      let date = table.source.schema.index(of: "date"),
      table.source.schema[key].type == .string, table.source.schema[date].type == .date
    else { throw missing }
    var days: Set<CalendarDate> = []
    let scan = try table.source.scan(ScanRequest(columns: [key, date]))
    for morsel in 0..<scan.morselCount {
      let stream = try scan.open(morsel: morsel)
      while let batch = try stream.next() {
        for row in 0..<batch.rowCount {
          guard case .string(calendar) = batch.columns[0].value(row),
            case .date(let day) = batch.columns[1].value(row)
          else { continue }
          days.insert(day)
        }
      }
    }
    if days.isEmpty { throw missing }
    return days
  }
}
