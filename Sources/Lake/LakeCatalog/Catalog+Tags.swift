package import Columnar

extension Catalog {
  /// All tags, by name. Tags are made and dropped by `commit`.
  package func tags() throws(CatalogError) -> [TagRecord] {
    try readOnce { connection throws(CatalogError) in
      try connection.rows("SELECT name, snapshot, retain_until, created FROM tags ORDER BY name") {
        row throws(CatalogError) in
        TagRecord(
          name: row.text(0), snapshot: row.integer(1),
          retainUntilMicroseconds: row.optionalInteger(2), createdMicroseconds: row.integer(3))
      }
    }
  }

  /// The tag of that name; the error lists names like it.
  package func tag(_ name: String) throws(CatalogError) -> TagRecord {
    let tags = try tags()
    if let tag = tags.first(where: { $0.name == name }) { return tag }
    throw .unknownTag(name: name, known: CatalogError.near(name, among: tags.map(\.name)))
  }

  /// The newest seal of a business date; nil while the day is open.
  package func seal(of date: CalendarDate) throws(CatalogError) -> SealRecord? {
    try readOnce { connection throws(CatalogError) in
      try connection.row(
        "SELECT snapshot, tag FROM seals WHERE date = ? ORDER BY sealed_at DESC LIMIT 1",
        [.integer(Int64(date.days))]
      ) { row throws(CatalogError) in
        SealRecord(businessDate: date, snapshot: row.integer(0), tag: row.optionalText(1))
      }
    }
  }

  /// A setting of the lake. Settings are changed by `commit`.
  package func setting(_ name: String) throws(CatalogError) -> String? {
    try readOnce { connection throws(CatalogError) in
      try connection.row("SELECT value FROM settings WHERE name = ?", [.text(name)]) {
        row throws(CatalogError) in row.text(0)
      }
    }
  }

  /// Settings whose names start with a text, by name.
  package func settings(prefix: String) throws(CatalogError) -> [SettingRecord] {
    try readOnce { connection throws(CatalogError) in
      try connection.rows(
        "SELECT name, value FROM settings WHERE substr(name, 1, ?) = ? ORDER BY name",
        [.integer(Int64(prefix.unicodeScalars.count)), .text(prefix)]
      ) { row throws(CatalogError) in SettingRecord(name: row.text(0), value: row.text(1)) }
    }
  }
}
