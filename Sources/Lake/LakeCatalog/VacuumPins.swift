/// Snapshots and versions that files are kept for, whatever their age.
///
/// Made once for a table; a file is then judged in the logarithm of their number.
struct VacuumPins {
  private struct Pin {
    var at: Int64
    var reason: VacuumReason
  }

  /// Both ascending.
  private var snapshots: [Pin] = []
  private var versions: [Pin] = []

  /// Tags in force, sealed days, and the inputs of recorded runs.
  ///
  /// - Parameters:
  ///   - now: Microseconds; a tag whose time is over pins nothing.
  ///   - runsSince: Runs that finished before are not kept replayable; nil keeps all.
  init(
    of table: Int64, now: Int64, runsSince: Int64?, _ connection: borrowing Connection
  ) throws(CatalogError) {
    snapshots = try connection.rows(
      "SELECT snapshot, name FROM tags WHERE retain_until IS NULL OR retain_until > ?",
      [.integer(now)]
    ) { row throws(CatalogError) in Pin(at: row.integer(0), reason: .tag(row.text(1))) }
    snapshots += try connection.rows("SELECT snapshot, date FROM seals") {
      row throws(CatalogError) in
      Pin(at: row.integer(0), reason: .sealedDay(days: Int32(clamping: row.integer(1))))
    }
    snapshots.sort { $0.at < $1.at }
    versions = try connection.rows(
      """
      SELECT t.version, t.run_id FROM run_tables t JOIN runs r ON r.id = t.run_id
      WHERE t.is_output = 0 AND t.table_id = ? AND r.status = 'succeeded' AND r.finished >= ?
      ORDER BY t.version
      """, [.integer(table), .integer(runsSince ?? Int64.min)]
    ) { row throws(CatalogError) in Pin(at: row.integer(0), reason: .run(row.integer(1))) }
  }

  /// Adds the snapshots that running readers look at.
  mutating func add(readers: [Int64]) {
    snapshots += readers.map { Pin(at: $0, reason: .reader(snapshot: $0)) }
    snapshots.sort { $0.at < $1.at }
  }

  /// What keeps a file that the table has from the first up to before the second of each pair.
  func reason(
    snapshots range: (begin: Int64, end: Int64), versions span: (begin: Int64, end: Int64)
  ) -> VacuumReason? {
    VacuumPins.first(in: snapshots, from: range.begin, before: range.end)
      ?? VacuumPins.first(in: versions, from: span.begin, before: span.end)
  }

  private static func first(in pins: [Pin], from begin: Int64, before end: Int64) -> VacuumReason? {
    var low = 0
    var high = pins.count
    while low < high {
      let middle = (low + high) / 2
      if pins[middle].at < begin { low = middle + 1 } else { high = middle }
    }
    return low < pins.count && pins[low].at < end ? pins[low].reason : nil
  }
}

/// Why a vacuum leaves a data file that the newest version does not have.
package enum VacuumReason: Sendable, Hashable {
  /// A retention rule or the statement's own keeps the versions that had it until then.
  case retention(untilMicroseconds: Int64)
  case tag(String)
  /// Days since the epoch.
  case sealedDay(days: Int32)
  /// The run could not be replayed without it.
  case run(Int64)
  /// A reader, of this or another process, is looking at a snapshot that has it.
  case reader(snapshot: Int64)
}
