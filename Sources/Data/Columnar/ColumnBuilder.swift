/// Grows a column value by value: for literals, small results and text formats without a fast path.
///
/// A kernel fills arrays itself; this costs an enum switch a value.
package struct ColumnBuilder {
  package let type: DataType
  package private(set) var count = 0
  private var validity: [Bool] = []
  private var hasNulls = false
  private var booleans: [Bool] = []
  private var int32s: [Int32] = []
  private var int64s: [Int64] = []
  private var int128s: [Int128] = []
  private var floats: [Float] = []
  private var doubles: [Double] = []
  private var offsets: [Int32] = [0]
  private var bytes: [UInt8] = []
  private var children: [ColumnBuilder] = []

  package init(_ type: DataType) {
    self.type = type
    switch type {
    case .list(let element): children = [ColumnBuilder(element.type)]
    case .vector: children = [ColumnBuilder(.double)]
    case .map(let key, let value): children = [ColumnBuilder(.structure([key, value]))]
    case .structure(let fields): children = fields.map { ColumnBuilder($0.type) }
    default: break
    }
  }

  /// Appends a value that has the builder's type (a decimal of any scale that rescales exactly), or
  /// null.
  ///
  /// - Returns: false, with nothing appended, when the value does not fit the type.
  @discardableResult
  package mutating func append(_ value: Value) -> Bool {
    guard store(value) else { return false }
    validity.append(!value.isNull)
    if value.isNull { hasNulls = true }
    count += 1
    return true
  }

  private mutating func store(_ value: Value) -> Bool {
    switch (type, value) {
    case (_, .null): storeBlank()
    case (.boolean, .boolean(let bit)): booleans.append(bit)
    case (.int32, .int32(let number)): int32s.append(number)
    case (.date, .date(let date)): int32s.append(date.days)
    case (.int64, .int64(let number)): int64s.append(number)
    case (.int64, .int32(let number)): int64s.append(Int64(number))
    case (.timestamp, .timestamp(let time)), (.timestampNTZ, .timestampNTZ(let time)):
      int64s.append(time.microseconds)
    case (.float, .float(let number)): floats.append(number)
    case (.double, .double(let number)): doubles.append(number)
    case (.decimal(let precision, let scale), .decimal(let number)):
      return store(number, precision: precision, scale: scale)
    case (.string, .string(let text)): return store(text.utf8)
    case (.binary, .binary(let data)): return store(data)
    case (.list, .list(let values)), (.vector, .list(let values)):
      return storeChildren(values)
    case (.map, .map(let keys, let values)):
      return storeChildren(zip(keys, values).map { .structure([$0, $1]) })
    case (.structure, .structure(let values)):
      guard values.count == children.count else { return false }
      for (index, value) in values.enumerated() where !children[index].append(value) {
        return false
      }
    default: return false
    }
    return true
  }

  private mutating func store(_ number: Decimal128, precision: Int, scale: Int) -> Bool {
    guard let rescaled = number.rescaled(to: scale), rescaled.fits(precision: precision),
      Decimal128.compare(rescaled, number) == 0
    else { return false }
    if precision <= DataType.maximumPrecisionInInt64 {
      int64s.append(Int64(rescaled.mantissa))
    } else {
      int128s.append(rescaled.mantissa)
    }
    return true
  }

  private mutating func store(_ data: some Collection<UInt8>) -> Bool {
    guard bytes.count + data.count <= Int(Int32.max) else { return false }
    bytes.append(contentsOf: data)
    offsets.append(Int32(bytes.count))
    return true
  }

  private mutating func storeChildren(_ values: [Value]) -> Bool {
    for value in values where !children[0].append(value) { return false }
    offsets.append(Int32(children[0].count))
    return true
  }

  private mutating func storeBlank() {
    switch type {
    case .boolean: booleans.append(false)
    case .int32, .date: int32s.append(0)
    case .int64, .timestamp, .timestampNTZ: int64s.append(0)
    case .float: floats.append(0)
    case .double: doubles.append(0)
    case .decimal(let precision, _):
      if precision <= DataType.maximumPrecisionInInt64 {
        int64s.append(0)
      } else {
        int128s.append(0)
      }
    case .string, .binary: offsets.append(Int32(bytes.count))
    case .list, .vector, .map: offsets.append(Int32(children[0].count))
    case .structure: for index in children.indices { children[index].append(.null) }
    }
  }

  /// The column built so far; the builder is used up.
  package consuming func finish() -> Column {
    let bitmap = hasNulls ? Bitmap(validity) : nil
    return Column(type, storage(), validity: bitmap)
  }

  private func storage() -> ColumnStorage {
    switch type {
    case .boolean: .boolean(Bitmap(booleans))
    case .int32, .date: .int32(int32s)
    case .int64, .timestamp, .timestampNTZ: .int64(int64s)
    case .float: .float(floats)
    case .double: .double(doubles)
    case .decimal(let precision, _):
      precision <= DataType.maximumPrecisionInInt64 ? .int64(int64s) : .int128(int128s)
    case .string, .binary:
      .string(StringColumn(values: StringValues(offsets: offsets, bytes: bytes), codes: nil))
    case .list, .vector, .map: .list(offsets: offsets, child: children[0].finish())
    case .structure: .structure(children.map { $0.finish() }, count: count)
    }
  }
}

extension Column {
  /// A column of the given values.
  ///
  /// - Returns: nil when a value does not fit the type.
  package static func of(_ type: DataType, _ values: [Value]) -> Column? {
    var builder = ColumnBuilder(type)
    for value in values where !builder.append(value) { return nil }
    return builder.finish()
  }

  /// A column that repeats one value.
  package static func repeating(_ value: Value, type: DataType, count: Int) -> Column? {
    guard !value.isNull else { return .nulls(type, count: count) }
    guard let one = of(type, [value]) else { return nil }
    return one.take([Int32](repeating: 0, count: count))
  }
}
