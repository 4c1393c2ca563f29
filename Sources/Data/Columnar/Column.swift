/// The values of a column, by how they lie in memory.
///
/// | type | case |
/// |---|---|
/// | boolean | `boolean` |
/// | int32, date | `int32` |
/// | int64, timestamp, timestampNTZ, decimal up to 18 digits (mantissa) | `int64` |
/// | decimal above 18 digits (mantissa) | `int128` |
/// | float / double | `float` / `double` |
/// | string, binary | `string` |
/// | list, vector, map | `list`: row *i* holds child rows `offsets[i]..<offsets[i + 1]`; a map's child is a structure of key and value |
/// | structure | `structure`: one child a field, each as long as the column |
///
/// The slot of a null row holds any value of the type.
package indirect enum ColumnStorage: Sendable {
  case boolean(Bitmap)
  case int32([Int32])
  case int64([Int64])
  case int128([Int128])
  case float([Float])
  case double([Double])
  case string(StringColumn)
  case list(offsets: [Int32], child: Column)
  case structure([Column], count: Int)

  package var count: Int {
    switch self {
    case .boolean(let bits): bits.count
    case .int32(let values): values.count
    case .int64(let values): values.count
    case .int128(let values): values.count
    case .float(let values): values.count
    case .double(let values): values.count
    case .string(let strings): strings.count
    case .list(let offsets, _): offsets.count - 1
    case .structure(_, let count): count
    }
  }
}

/// A typed run of values with nulls: the unit in which layers hand data to each other.
///
/// Guarantees: the storage's case is the one `ColumnStorage` lists for the type; `validity` is nil
/// exactly when no row is null, else it has one bit a row, 1 = present.
package struct Column: Sendable {
  package let type: DataType
  package let storage: ColumnStorage
  package let validity: Bitmap?
  package let count: Int

  /// - Precondition: storage fits the type, validity (if any) has as many bits as there are rows.
  package init(_ type: DataType, _ storage: ColumnStorage, validity: Bitmap? = nil) {
    precondition(Column.storage(storage, fits: type), "storage does not fit \(type.sqlName)")
    self.type = type
    self.storage = storage
    count = storage.count
    if let validity {
      precondition(validity.count == storage.count)
      self.validity = validity.isAllSet ? nil : validity
    } else {
      self.validity = nil
    }
  }

  package var nullCount: Int { validity.map { $0.count - $0.setCount } ?? 0 }

  package func isNull(_ row: Int) -> Bool { validity.map { !$0[row] } ?? false }

  private static func storage(_ storage: ColumnStorage, fits type: DataType) -> Bool {
    switch (type, storage) {
    case (.boolean, .boolean), (.int32, .int32), (.date, .int32), (.int64, .int64),
      (.timestamp, .int64), (.timestampNTZ, .int64), (.float, .float), (.double, .double),
      (.string, .string), (.binary, .string), (.list, .list), (.vector, .list), (.map, .list),
      (.structure, .structure):
      true
    case (.decimal(let precision, _), .int64): precision <= DataType.maximumPrecisionInInt64
    case (.decimal(let precision, _), .int128): precision > DataType.maximumPrecisionInInt64
    default: false
    }
  }
}

extension Column {
  /// The value of one row, boxed: for display and tests, not for loops over many rows.
  package func value(_ row: Int) -> Value {
    if isNull(row) { return .null }
    switch storage {
    case .boolean(let bits): return .boolean(bits[row])
    case .int32(let values):
      return type == .date ? .date(CalendarDate(days: values[row])) : .int32(values[row])
    case .int64(let values):
      switch type {
      case .timestamp: return .timestamp(Timestamp(microseconds: values[row]))
      case .timestampNTZ: return .timestampNTZ(Timestamp(microseconds: values[row]))
      case .decimal(_, let scale):
        return .decimal(Decimal128(mantissa: Int128(values[row]), scale: scale))
      default: return .int64(values[row])
      }
    case .int128(let values):
      guard case .decimal(_, let scale) = type else { return .null }
      return .decimal(Decimal128(mantissa: values[row], scale: scale))
    case .float(let values): return .float(values[row])
    case .double(let values): return .double(values[row])
    case .string(let strings):
      return type == .binary ? .binary(Array(strings.bytes(row))) : .string(strings.string(row))
    case .list(let offsets, let child):
      let rows = Int(offsets[row])..<Int(offsets[row + 1])
      if case .map = type, case .structure(let members, _) = child.storage, members.count == 2 {
        return .map(keys: rows.map(members[0].value), values: rows.map(members[1].value))
      }
      return .list(rows.map(child.value))
    case .structure(let children, _): return .structure(children.map { $0.value(row) })
    }
  }

  /// A column of `count` nulls.
  package static func nulls(_ type: DataType, count: Int) -> Column {
    Column(
      type, ColumnStorage.blank(for: type, count: count),
      validity: Bitmap(repeating: false, count: count))
  }
}

extension ColumnStorage {
  /// Storage of `count` rows with arbitrary values, for rows that are all null.
  package static func blank(for type: DataType, count: Int) -> ColumnStorage {
    switch type {
    case .boolean: .boolean(Bitmap(repeating: false, count: count))
    case .int32, .date: .int32([Int32](repeating: 0, count: count))
    case .int64, .timestamp, .timestampNTZ: .int64([Int64](repeating: 0, count: count))
    case .float: .float([Float](repeating: 0, count: count))
    case .double: .double([Double](repeating: 0, count: count))
    case .decimal(let precision, _):
      precision <= DataType.maximumPrecisionInInt64
        ? .int64([Int64](repeating: 0, count: count))
        : .int128([Int128](repeating: 0, count: count))
    case .string, .binary:
      .string(
        StringColumn(
          values: StringValues([""] as [String]), codes: [Int32](repeating: 0, count: count)))
    case .list(let element):
      .list(
        offsets: [Int32](repeating: 0, count: count + 1), child: .nulls(element.type, count: 0))
    case .vector:
      .list(offsets: [Int32](repeating: 0, count: count + 1), child: .nulls(.double, count: 0))
    case .map(let key, let value):
      .list(
        offsets: [Int32](repeating: 0, count: count + 1),
        child: .nulls(.structure([key, value]), count: 0))
    case .structure(let fields):
      .structure(fields.map { .nulls($0.type, count: count) }, count: count)
    }
  }
}

// The storage by its case, nil when it is another one. The arrays are shared, not copied.
extension ColumnStorage {
  package var boolean: Bitmap? { if case .boolean(let bits) = self { bits } else { nil } }
  package var int32: [Int32]? { if case .int32(let values) = self { values } else { nil } }
  package var int64: [Int64]? { if case .int64(let values) = self { values } else { nil } }
  package var int128: [Int128]? { if case .int128(let values) = self { values } else { nil } }
  package var float: [Float]? { if case .float(let values) = self { values } else { nil } }
  package var double: [Double]? { if case .double(let values) = self { values } else { nil } }
  package var string: StringColumn? { if case .string(let values) = self { values } else { nil } }
}
