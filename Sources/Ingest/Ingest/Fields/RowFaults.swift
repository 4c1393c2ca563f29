/// Why a field was not taken, as the parsers say it; the words are made only for the report.
enum FieldFault: UInt8, Sendable {
  case none
  /// Not written as a value of the type.
  case notOfType
  /// Of the type, but too large for it.
  case outOfRange
  /// Digits behind the point that the scale has no room for.
  case tooManyDecimals
  /// Written as a date, but no day of the calendar.
  case noSuchDay
  /// A JSON value of another kind.
  case wrongKind
  /// Missing where the column is NOT NULL.
  case missing
}

/// The first fault of each record of a block.
struct RowFaults {
  struct Entry {
    /// Position among the columns being parsed, nil when the record as a whole is at fault.
    var column: Int?
    var fault: FieldFault
    /// For faults of whole records.
    var rule = ""
    var reason = ""
  }

  private(set) var entries: [Int: Entry] = [:]

  var isEmpty: Bool { entries.isEmpty }

  /// Keeps the first fault of a record.
  mutating func add(_ record: Int, _ column: Int, _ fault: FieldFault) {
    if entries[record] == nil { entries[record] = Entry(column: column, fault: fault) }
  }

  mutating func add(_ record: Int, rule: String, reason: String) {
    if entries[record] == nil {
      entries[record] = Entry(column: nil, fault: .none, rule: rule, reason: reason)
    }
  }
}
