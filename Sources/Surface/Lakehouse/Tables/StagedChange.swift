import Columnar
import LakeCatalog

/// What a statement or an open transaction does to one table, not committed yet.
///
/// Its data files are on disk and durable; nothing refers to them before the commit.
struct StagedChange: Sendable {
  var added: [FileRow] = []
  /// Files of the base version that the change takes out, by path.
  var removed: [String: FileRow] = [:]
  var rowsAdded: Int64 = 0
  var rowsRemoved: Int64 = 0
  var dates: [CalendarDate: DateCount] = [:]
  /// The last operation, as the table's history names it.
  var operation = "WRITE"
  /// Whether nothing of the table was read to make it.
  var isBlindAppend = true
  /// False when rows only moved between files.
  var changesData = true

  struct DateCount: Sendable {
    var added: Int64 = 0
    var removed: Int64 = 0
  }

  var isEmpty: Bool { added.isEmpty && removed.isEmpty }

  /// Adds another change on top; a file that this one added and the other removes never was, and one
  /// that this one removed and the other adds stays.
  mutating func merge(_ other: StagedChange) {
    let gone = Set(added.map(\.path)).intersection(other.removed.keys)
    added.removeAll { gone.contains($0.path) }
    for file in other.added where removed.removeValue(forKey: file.path) == nil {
      added.append(file)
    }
    for (path, file) in other.removed where !gone.contains(path) { removed[path] = file }
    rowsAdded += other.rowsAdded
    rowsRemoved += other.rowsRemoved
    for (date, count) in other.dates {
      dates[date, default: DateCount()].added += count.added
      dates[date, default: DateCount()].removed += count.removed
    }
    operation = other.operation
    isBlindAppend = isBlindAppend && other.isBlindAppend
    changesData = changesData || other.changesData
  }

  /// By date, for the catalog; dates whose rows did not change are left out.
  var dateChanges: [DateChange] {
    dates.filter { $0.value.added != 0 || $0.value.removed != 0 }
      .map { DateChange(date: $0.key, rowsAdded: $0.value.added, rowsRemoved: $0.value.removed) }
      .sorted { $0.date < $1.date }
  }
}
