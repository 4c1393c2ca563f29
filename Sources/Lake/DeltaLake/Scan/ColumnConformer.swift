import Columnar

/// Makes a data file's column into what the table's schema says it is.
///
/// Handles what Delta allows a file to differ in: missing or reordered nested members, physical
/// names, and types that were widened after the file was written ("Type Widening").
struct ColumnConformer {
  struct Fault: Error {
    var detail: String
  }

  let mapping: ColumnMapping
  /// Names in the file by field id, for tables that map columns by id.
  var namesByFieldId: [Int32: String] = [:]

  func conform(_ column: Column, to field: DeltaField) throws(Fault) -> Column {
    try conform(column, to: field.type, field.columnar.type)
  }

  private func conform(
    _ column: Column, to type: DeltaType, _ target: DataType
  ) throws(Fault) -> Column {
    switch (type, column.storage) {
    case (.structure(let fields), .structure(let children, _)):
      return try structure(column, children, fields, target)
    case (.array(let element, _), .list(let offsets, let child)):
      guard case .list(let field) = target else {
        return try vector(column, offsets, try conform(child, to: .double, .double), target)
      }
      let inner = try conform(child, to: element, field.type)
      return Column(target, .list(offsets: offsets, child: inner), validity: column.validity)
    case (.map(let key, let value, _), .list(let offsets, let child)):
      guard case .map(let keyField, let valueField) = target,
        case .structure(let parts, let count) = child.storage, parts.count == 2
      else { throw mismatch(column, target) }
      let keys = try conform(parts[0], to: key, keyField.type)
      let values = try conform(parts[1], to: value, valueField.type)
      let entries = Column(
        .structure([keyField, valueField]), .structure([keys, values], count: count))
      return Column(target, .list(offsets: offsets, child: entries), validity: column.validity)
    default: return try ColumnConformer.primitive(column, target)
    }
  }

  /// A vector has one fixed number of doubles in every row, and no nulls among them.
  private func vector(
    _ column: Column, _ offsets: [Int32], _ child: Column, _ target: DataType
  ) throws(Fault) -> Column {
    guard case .vector(let length) = target else { throw mismatch(column, target) }
    guard child.validity == nil else { throw Fault(detail: "a vector holds a null") }
    for row in 0..<column.count where Int(offsets[row + 1] - offsets[row]) != length {
      if column.isNull(row) { continue }
      throw Fault(
        detail: "a row has \(offsets[row + 1] - offsets[row]) numbers instead of \(length)")
    }
    return Column(target, .list(offsets: offsets, child: child), validity: column.validity)
  }

  private func structure(
    _ column: Column, _ children: [Column], _ fields: [DeltaField], _ target: DataType
  ) throws(Fault) -> Column {
    guard case .structure(let members) = column.type else { throw mismatch(column, target) }
    let schema = Schema(members)
    var result: [Column] = []
    for field in fields {
      let name = mapping.fileName(of: field, names: namesByFieldId)
      if let index = name.flatMap({ schema.index(of: $0) }) {
        result.append(try conform(children[index], to: field))
      } else {
        result.append(.nulls(field.columnar.type, count: column.count))
      }
    }
    return Column(target, .structure(result, count: column.count), validity: column.validity)
  }

  private static func primitive(_ column: Column, _ target: DataType) throws(Fault) -> Column {
    if column.type == target { return column }
    let validity = column.validity
    switch (column.type, target, column.storage) {
    case (.int32, .int64, .int32(let values)):
      return Column(target, .int64(values.map(Int64.init)), validity: validity)
    case (.int32, .double, .int32(let values)):
      return Column(target, .double(values.map(Double.init)), validity: validity)
    case (.float, .double, .float(let values)):
      return Column(target, .double(values.map(Double.init)), validity: validity)
    case (.date, .timestampNTZ, .int32(let days)):
      return Column(
        target, .int64(days.map { Int64($0) * Timestamp.microsecondsPerDay }), validity: validity)
    case (.timestamp, .timestampNTZ, let storage), (.timestampNTZ, .timestamp, let storage),
      (.binary, .string, let storage), (.string, .binary, let storage):
      // Older files do not say which of the two they mean; the table does.
      return Column(target, storage, validity: validity)
    case (.int32, .decimal, .int32(let values)):
      return try decimal(values.map { Int128($0) }, scale: 0, column, target)
    case (.int64, .decimal, .int64(let values)):
      return try decimal(values.map { Int128($0) }, scale: 0, column, target)
    case (.decimal(_, let scale), .decimal, .int64(let values)):
      return try decimal(values.map { Int128($0) }, scale: scale, column, target)
    case (.decimal(_, let scale), .decimal, .int128(let values)):
      return try decimal(values, scale: scale, column, target)
    default: throw mismatch(column, target)
    }
  }

  private static func decimal(
    _ values: [Int128], scale: Int, _ column: Column, _ target: DataType
  ) throws(Fault) -> Column {
    guard case .decimal(let precision, let targetScale) = target, targetScale >= scale else {
      throw mismatch(column, target)
    }
    let factor = Decimal128.powersOfTen[targetScale - scale]
    let limit = Decimal128.powersOfTen[precision]
    var lifted = [Int128]()
    lifted.reserveCapacity(values.count)
    for (row, value) in values.enumerated() {
      let (product, overflow) = value.multipliedReportingOverflow(by: factor)
      if overflow || product >= limit || product <= -limit {
        guard column.isNull(row) else {
          throw Fault(detail: "a value does not fit \(target.sqlName)")
        }
        lifted.append(0)
      } else {
        lifted.append(product)
      }
    }
    if precision <= DataType.maximumPrecisionInInt64 {
      return Column(
        target, .int64(lifted.map { Int64(truncatingIfNeeded: $0) }), validity: column.validity)
    }
    return Column(target, .int128(lifted), validity: column.validity)
  }

  private func mismatch(_ column: Column, _ target: DataType) -> Fault {
    ColumnConformer.mismatch(column, target)
  }

  private static func mismatch(_ column: Column, _ target: DataType) -> Fault {
    Fault(
      detail: "the table's type is \(target.sqlName), the file's is \(column.type.sqlName), "
        + "which does not widen to it")
  }
}

extension ColumnMapping {
  /// The name of a column or member in a data file; nil when the file does not have it.
  ///
  /// - Parameter names: The file's names by field id; used in mode `id` only.
  func fileName(of field: DeltaField, names: [Int32: String]) -> String? {
    switch self {
    case .none: field.name
    case .name: field.physicalName
    case .id: field.columnMappingId.flatMap { Int32(exactly: $0) }.flatMap { names[$0] }
    }
  }
}
