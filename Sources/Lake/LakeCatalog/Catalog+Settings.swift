import Columnar

extension Catalog {
  /// The settings whose names begin so, by name.
  package func settings(from prefix: String) throws(CatalogError) -> [SettingRecord] {
    try readOnce { connection throws(CatalogError) in
      try connection.rows(
        "SELECT name, value FROM settings WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name",
        [.text(prefix)]
      ) { row throws(CatalogError) in
        SettingRecord(name: row.text(0), value: row.text(1))
      }
    }
  }

  /// The results of the checks whose subjects begin so, up to a lake snapshot, in the order they
  /// came.
  package func checks(
    of prefix: String, at snapshot: Int64
  ) throws(CatalogError) -> [CheckResult] {
    try checks(at: snapshot).filter { $0.subject.hasPrefix(prefix) }
  }

  /// The newest seals of all business dates that were ever closed, by date.
  package func seals() throws(CatalogError) -> [SealRecord] {
    try readOnce { connection throws(CatalogError) in
      try connection.rows(
        """
        SELECT date, snapshot, tag, MAX(sealed_at) FROM seals GROUP BY date ORDER BY date
        """
      ) { row throws(CatalogError) in
        SealRecord(
          businessDate: CalendarDate(days: Int32(clamping: row.integer(0))),
          snapshot: row.integer(1), tag: row.optionalText(2))
      }
    }
  }
}
