import Columnar
import LakeCatalog

/// The rows of a query, in memory: what a program that embeds Tarn works with.
public struct ResultTable: Sendable {
  /// A column's name and its type as the query language spells it.
  public struct Column: Sendable, Hashable {
    /// As the query names it.
    public let name: String
    /// Such as `decimal(18,2)`.
    public let type: String
  }

  /// In the order of the select list.
  public let columns: [Column]
  private let batch: Batch

  init(_ sink: CollectingSink) throws(LakeError) {
    batch = try Batch.gathered(sink.batches, schema: sink.schema)
    columns = batch.schema.fields.map { Column(name: $0.name, type: $0.type.sqlName) }
  }

  /// The number of rows.
  public var rowCount: Int { batch.rowCount }

  /// One cell.
  ///
  /// - Precondition: row and column exist.
  public subscript(row: Int, column: Int) -> ResultValue {
    ResultValue(batch.columns[column].value(row))
  }

  /// One cell by the column's name, ASCII case ignored; nil when there is no such column.
  public subscript(row: Int, column: String) -> ResultValue? {
    batch.schema.index(of: column).map { self[row, $0] }
  }
}

/// One value of a result.
public indirect enum ResultValue: Sendable, Hashable {
  /// SQL's NULL.
  case null
  /// A truth value.
  case boolean(Bool)
  /// An `int` or `bigint`.
  case integer(Int64)
  /// A `float` or `double`.
  case double(Double)
  /// Plain digits with all decimals: exact.
  case decimal(String)
  /// A string.
  case text(String)
  /// `YYYY-MM-DD`.
  case date(String)
  /// Microseconds since 1970-01-01T00:00:00Z.
  case timestamp(microseconds: Int64)
  /// Bytes.
  case binary([UInt8])
  /// A list, vector or structure, member by member.
  case list([ResultValue])
  /// A map, entry by entry.
  case map([ResultValue], [ResultValue])

  init(_ value: Value) {
    switch value {
    case .null: self = .null
    case .boolean(let bit): self = .boolean(bit)
    case .int32(let number): self = .integer(Int64(number))
    case .int64(let number): self = .integer(number)
    case .float(let number): self = .double(Double(number))
    case .double(let number): self = .double(number)
    case .decimal(let number): self = .decimal(number.description)
    case .string(let text): self = .text(text)
    case .binary(let bytes): self = .binary(bytes)
    case .date(let date): self = .date(date.description)
    case .timestamp(let time), .timestampNTZ(let time):
      self = .timestamp(microseconds: time.microseconds)
    case .list(let members), .structure(let members):
      self = .list(members.map { ResultValue($0) })
    case .map(let keys, let values):
      self = .map(keys.map { ResultValue($0) }, values.map { ResultValue($0) })
    }
  }
}

extension Session {
  /// Runs the statements of the text in turn, and gives the rows of the last one that has any.
  ///
  /// - Throws: For the first statement that fails; those before it have had their effect.
  @discardableResult
  public func query(_ text: String) throws(LakeError) -> ResultTable {
    let sink = CollectingSink()
    try run(text, into: sink)
    return try ResultTable(sink)
  }

  /// Makes an empty lake at the session's path.
  ///
  /// - Throws: `.statement` when there is one already, `.storage` when the disk refuses.
  public func createLake() throws(LakeError) { _ = try perform(.initialize) { _ in } }
}
