import CSQLite
import FileStorage

/// One prepared SQL statement; values come in only as bound parameters.
@safe struct Statement: ~Copyable {
  private let handle: OpaquePointer
  private let database: OpaquePointer
  private let sql: String
  private let kept: PreparedStatements

  /// Prepares `sql`, which must be a single statement, or takes what the connection has kept of it.
  init(_ sql: String, on connection: borrowing Connection) throws(CatalogError) {
    let database = unsafe connection.handle
    unsafe self.database = database
    self.sql = sql
    kept = connection.prepared
    if let known = unsafe kept.take(sql) {
      unsafe handle = known
      return
    }
    var handle: OpaquePointer?
    let code = unsafe sqlite3_prepare_v2(database, sql, -1, &handle, nil)
    guard code == SQLITE_OK, let handle = unsafe handle else {
      throw unsafe Connection.failure(database, code, sql)
    }
    unsafe self.handle = handle
  }

  deinit { unsafe kept.give(handle, sql) }

  /// Binds all parameters, from the first on, and starts from the beginning.
  func bind(_ values: [SQLValue]) throws(CatalogError) {
    unsafe sqlite3_reset(handle)
    for (position, value) in values.enumerated() {
      let code = bind(value, at: Int32(position + 1))
      if code != SQLITE_OK { throw unsafe Connection.failure(database, code, sql) }
    }
  }

  private func bind(_ value: SQLValue, at index: Int32) -> Int32 {
    switch value {
    case .null: return unsafe sqlite3_bind_null(handle, index)
    case .integer(let number): return unsafe sqlite3_bind_int64(handle, index, number)
    case .real(let number): return unsafe sqlite3_bind_double(handle, index, number)
    case .text(var text):
      // Safe: SQLite copies the bytes before the call returns.
      return text.withUTF8 { buffer in
        unsafe tarn_sqlite_bind_text(handle, index, buffer.baseAddress, Int64(buffer.count))
      }
    case .blob(let bytes):
      return unsafe bytes.withUnsafeBytes { buffer in
        unsafe tarn_sqlite_bind_blob(handle, index, buffer.baseAddress, Int64(buffer.count))
      }
    }
  }

  /// Moves to the next row; false when there is none.
  func step() throws(CatalogError) -> Bool {
    let code = unsafe sqlite3_step(handle)
    if code == SQLITE_ROW { return true }
    if code == SQLITE_DONE { return false }
    throw unsafe Connection.failure(database, code, sql)
  }

  /// Binds, and runs to the end.
  func run(_ values: [SQLValue]) throws(CatalogError) {
    try bind(values)
    while try step() {}
    // A statement left at its end would keep the read transaction open.
    unsafe sqlite3_reset(handle)
  }

  func isNull(_ column: Int32) -> Bool {
    unsafe sqlite3_column_type(handle, column) == SQLITE_NULL
  }

  func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }
  func real(_ column: Int32) -> Double { unsafe sqlite3_column_double(handle, column) }
  func flag(_ column: Int32) -> Bool { integer(column) != 0 }

  func text(_ column: Int32) -> String {
    guard let start = unsafe sqlite3_column_blob(handle, column) else { return "" }
    let count = Int(unsafe sqlite3_column_bytes(handle, column))
    // Safe: SQLite keeps `count` bytes there until the next step; they are copied here.
    let bytes = unsafe start.assumingMemoryBound(to: UInt8.self)
    return unsafe String(
      decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }

  /// Nil unless the column holds exactly 32 bytes.
  func digest(_ column: Int32) -> FileDigest? {
    guard let start = unsafe sqlite3_column_blob(handle, column) else { return nil }
    let count = Int(unsafe sqlite3_column_bytes(handle, column))
    // Safe: as above.
    return unsafe FileDigest(bytes: UnsafeRawBufferPointer(start: start, count: count))
  }

  /// The bytes of a blob or text; empty for null.
  func blob(_ column: Int32) -> [UInt8] {
    guard let start = unsafe sqlite3_column_blob(handle, column) else { return [] }
    let count = Int(unsafe sqlite3_column_bytes(handle, column))
    // Safe: SQLite keeps `count` bytes there until the next step; they are copied here.
    return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  }

  func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }
  func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

  var columnCount: Int32 { unsafe sqlite3_column_count(handle) }

  func value(_ column: Int32) -> SQLValue {
    switch unsafe sqlite3_column_type(handle, column) {
    case SQLITE_INTEGER: .integer(integer(column))
    case SQLITE_FLOAT: .real(real(column))
    case SQLITE_TEXT: .text(text(column))
    case SQLITE_BLOB: .blob(blob(column))
    default: .null
    }
  }
}
