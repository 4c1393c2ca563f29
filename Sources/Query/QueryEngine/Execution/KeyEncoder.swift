import Columnar

/// Where each key column lies in the words of a key, in halves of 32 bits.
struct KeyLayout {
  let types: [DataType]
  /// The first half of each column; a text or nested column takes one, others as many as their
  /// storage.
  let halves: [Int]
  /// The first of the halves with one null bit a column, when some column is not coded.
  let flagHalf: Int?
  let wordCount: Int

  init(_ types: [DataType]) {
    self.types = types
    var next = 0
    var halves: [Int] = []
    for type in types {
      halves.append(next)
      next += KeyLayout.width(type)
    }
    self.halves = halves
    if types.contains(where: { !KeyLayout.isCoded($0) }) {
      flagHalf = next
      next += (types.count + 31) / 32
    } else {
      flagHalf = nil
    }
    wordCount = max(1, (next + 1) / 2)
  }

  /// Types whose values are interned: 0 is null, code + 1 otherwise.
  static func isCoded(_ type: DataType) -> Bool {
    type == .string || type == .binary || type == .boolean || type.isNested
  }

  private static func width(_ type: DataType) -> Int {
    switch type {
    case .int64, .timestamp, .timestampNTZ, .double: 2
    case .decimal(let precision, _): precision <= DataType.maximumPrecisionInInt64 ? 2 : 4
    default: 1
    }
  }
}

/// Codes of one column's interned values.
struct CodeBook {
  var strings = StringInterner()
  var nested: [Value: Int32] = [:]
  var nestedValues: [Value] = []
  /// The last dictionary, and the code + 1 of each of its entries, 0 when not yet known.
  private var lastDictionary: StringValues?
  private var map: [UInt32] = []
  /// Whether `map` knows every entry.
  private var isComplete = false

  func count(_ type: DataType) -> Int {
    type == .boolean ? 2 : (type.isNested ? nestedValues.count : strings.count)
  }

  /// Code + 1 of each row, 0 for nulls.
  mutating func codes(_ column: Column) throws(QueryError) -> [UInt32] {
    switch column.storage {
    case .boolean(let bits):
      return makeValues(column.count) { column.isNull($0) ? 0 : (bits[$0] ? 2 : 1) }
    case .string(let strings):
      return try textCodes(strings, column)
    default:
      var codes: [UInt32] = []
      codes.reserveCapacity(column.count)
      for row in 0..<column.count {
        codes.append(column.isNull(row) ? 0 : nestedCode(column.value(row)))
      }
      return codes
    }
  }

  private mutating func nestedCode(_ value: Value) -> UInt32 {
    if let known = nested[value] { return UInt32(known) + 1 }
    let code = Int32(nestedValues.count)
    nested[value] = code
    nestedValues.append(value)
    return UInt32(code) + 1
  }

  private mutating func textCodes(
    _ strings: StringColumn, _ column: Column
  ) throws(QueryError) -> [UInt32] {
    let values = strings.values
    guard let rows = strings.codes else {
      return try self.strings.intern(values, validity: column.validity)
    }
    if values !== lastDictionary {
      lastDictionary = values
      // A small dictionary is learned at once; of a large one few entries may be in use.
      isComplete = values.count <= rows.count
      map =
        isComplete
        ? try self.strings.intern(values, validity: nil)
        : [UInt32](repeating: 0, count: values.count)
    }
    if map.isEmpty { return [UInt32](repeating: 0, count: rows.count) }
    if !isComplete { try learn(rows, values, column) }
    let map = map
    let codes = mapValues(rows) { map[Int($0)] }
    return masked(codes, column.validity)
  }

  /// Interns the entries that the rows use and that are not yet known.
  private mutating func learn(
    _ rows: [Int32], _ values: StringValues, _ column: Column
  ) throws(QueryError) {
    var hasUnknown: UInt8 = 0
    unsafe map.withUnsafeBufferPointer { map in
      for row in rows { unsafe hasUnknown |= (map[Int(row)] == 0).bitValue }
    }
    if hasUnknown == 0 { return }
    for (row, entry) in rows.enumerated()
    where map[Int(entry)] == 0 && isPresent(column.validity, row) {
      map[Int(entry)] =
        UInt32(try strings.intern(values.bytes, values.range(Int(entry)))) + 1
    }
  }
}

/// Turns key columns into words and back.
struct KeyEncoder {
  let layout: KeyLayout
  var books: [CodeBook]

  init(_ layout: KeyLayout) {
    self.layout = layout
    books = layout.types.map { _ in CodeBook() }
  }

  var byteCount: Int { books.reduce(0) { $0 + $1.strings.byteCount } }

  /// Bits a column for a dense index, when every column is coded and all fit the limit.
  func denseWidths(limit: Int) -> [Int]? {
    guard layout.flagHalf == nil else { return nil }
    var widths: [Int] = []
    for (type, book) in zip(layout.types, books) {
      let count = book.count(type)
      widths.append(max(4, Int.bitWidth - count.leadingZeroBitCount))
    }
    return widths.reduce(0, +) <= limit ? widths : nil
  }

  mutating func encode(_ columns: [Column], rowCount: Int) throws(QueryError) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: rowCount * layout.wordCount)
    for (index, column) in columns.enumerated() {
      if KeyLayout.isCoded(layout.types[index]) {
        let codes = try books[index].codes(column)
        put(codes, half: layout.halves[index], &words)
      } else {
        putValues(column, index, &words)
      }
    }
    return words
  }

  func put(_ codes: [UInt32], half: Int, _ words: inout [UInt64]) {
    let width = layout.wordCount
    let word = half >> 1
    let shift = UInt64((half & 1) * 32)
    unsafe words.withUnsafeMutableBufferPointer { words in
      unsafe codes.withUnsafeBufferPointer { codes in
        // Safe: there are `width` words a code.
        for row in 0..<codes.count {
          unsafe words[row &* width &+ word] |= UInt64(codes[row]) &<< shift
        }
      }
    }
  }

  /// Values by their bits, 0 and a flag for nulls.
  func putValues(_ column: Column, _ index: Int, _ words: inout [UInt64]) {
    let half = layout.halves[index]
    switch column.storage {
    case .int32(let values):
      put(masked(mapValues(values) { UInt32(bitPattern: $0) }, column), half: half, &words)
    case .float(let values):
      put(
        masked(mapValues(values) { UInt32(truncatingIfNeeded: $0.identityWord) }, column),
        half: half, &words)
    case .int64(let values):
      putLong(mapValues(values) { UInt64(bitPattern: $0) }, column, half, &words)
    case .double(let values): putLong(mapValues(values) { $0.identityWord }, column, half, &words)
    case .int128(let values):
      putLong(
        mapValues(values) { UInt64(truncatingIfNeeded: $0) }, column, half, &words)
      putLong(
        mapValues(values) { UInt64(truncatingIfNeeded: $0 >> 64) }, column, half + 2, &words)
    default: break
    }
    guard let validity = column.validity, let flagHalf = layout.flagHalf else { return }
    let own = flagHalf + (index >> 5)
    let bit = UInt64(1) << UInt64(index & 31 + (own & 1) * 32)
    (~validity).forEachSet { words[$0 * layout.wordCount + (own >> 1)] |= bit }
  }

  private func putLong(
    _ values: [UInt64], _ column: Column, _ half: Int, _ words: inout [UInt64]
  ) {
    let present = masked(values, column)
    if half & 1 == 0 {
      let width = layout.wordCount
      let word = half >> 1
      unsafe words.withUnsafeMutableBufferPointer { words in
        unsafe present.withUnsafeBufferPointer { values in
          // Safe: there are `width` words a value.
          for row in 0..<values.count { unsafe words[row &* width &+ word] |= values[row] }
        }
      }
    } else {
      put(mapValues(present) { UInt32(truncatingIfNeeded: $0) }, half: half, &words)
      put(mapValues(present) { UInt32(truncatingIfNeeded: $0 >> 32) }, half: half + 1, &words)
    }
  }

  private func masked<V: FixedWidthInteger & BitwiseCopyable>(
    _ values: [V], _ column: Column
  ) -> [V] {
    guard let validity = column.validity else { return values }
    var result = values
    (~validity).forEachSet { result[$0] = 0 }
    return result
  }

  /// The key columns of the given numbers.
  func decode(_ keys: [UInt64], _ order: [Int32]) -> [Column] {
    layout.types.indices.map { index in
      let type = layout.types[index]
      let half = layout.halves[index]
      if KeyLayout.isCoded(type) {
        return decodeCodes(
          type, books[index], makeValues(order.count) { take(keys, order[$0], half) })
      }
      var validity: Bitmap?
      if let flagHalf = layout.flagHalf {
        validity = packBits(order.count) { row in
          take(keys, order[row], flagHalf + (index >> 5)) >> UInt32(index & 31) & 1 == 0
        }
      }
      return Column(type, decodeValues(type, keys, order, half), validity: validity)
    }
  }

  private func take(_ keys: [UInt64], _ number: Int32, _ half: Int) -> UInt32 {
    UInt32(
      truncatingIfNeeded:
        keys[Int(number) * layout.wordCount + (half >> 1)] >> UInt64((half & 1) * 32))
  }

  private func takeLong(_ keys: [UInt64], _ number: Int32, _ half: Int) -> UInt64 {
    UInt64(take(keys, number, half)) | UInt64(take(keys, number, half + 1)) << 32
  }

  private func decodeValues(
    _ type: DataType, _ keys: [UInt64], _ order: [Int32], _ half: Int
  ) -> ColumnStorage {
    switch ColumnStorage.blank(for: type, count: 0) {
    case .int32:
      return .int32(makeValues(order.count) { Int32(bitPattern: take(keys, order[$0], half)) })
    case .float:
      return .float(makeValues(order.count) { Float(bitPattern: take(keys, order[$0], half)) })
    case .double:
      return .double(
        makeValues(order.count) { Double(bitPattern: takeLong(keys, order[$0], half)) })
    case .int128:
      return .int128(
        makeValues(order.count) { row in
          Int128(truncatingIfNeeded: takeLong(keys, order[row], half))
            | Int128(Int64(bitPattern: takeLong(keys, order[row], half + 2))) << 64
        })
    default:
      return .int64(
        makeValues(order.count) { Int64(bitPattern: takeLong(keys, order[$0], half)) })
    }
  }

  private func decodeCodes(_ type: DataType, _ book: CodeBook, _ codes: [UInt32]) -> Column {
    let validity = packBits(codes) { $0 != 0 }
    if type == .boolean {
      return Column(type, .boolean(packBits(codes) { $0 == 2 }), validity: validity)
    }
    let rows: [Int32] = mapValues(codes) { $0 == 0 ? 0 : Int32($0 - 1) }
    if type.isNested {
      if book.nestedValues.isEmpty { return .nulls(type, count: codes.count) }
      let values =
        Column.of(type, book.nestedValues) ?? .nulls(type, count: book.nestedValues.count)
      return values.take(rows).withValidity(validity)
    }
    if book.strings.count == 0 { return .nulls(type, count: codes.count) }
    return Column(
      type, .string(StringColumn(values: book.strings.values(), codes: rows)), validity: validity)
  }
}

/// One thread's way to look up keys of a table that no longer changes.
struct KeyProbe {
  /// Rows of the last encoding with a value that the table does not hold.
  private(set) var missingRows: [Int32] = []
  private var lastDictionaries: [StringValues?] = []
  private var maps: [[UInt32]] = []

  mutating func encode(
    _ columns: [Column], rowCount: Int, _ encoder: KeyEncoder
  ) throws(QueryError) -> [UInt64] {
    let layout = encoder.layout
    if maps.isEmpty {
      maps = layout.types.map { _ in [] }
      lastDictionaries = layout.types.map { _ in nil }
    }
    missingRows = []
    var words = [UInt64](repeating: 0, count: rowCount * layout.wordCount)
    for (index, column) in columns.enumerated() {
      if KeyLayout.isCoded(layout.types[index]) {
        encoder.put(
          codes(column, index, encoder.books[index]), half: layout.halves[index], &words)
      } else {
        encoder.putValues(column, index, &words)
      }
    }
    return words
  }

  private mutating func codes(_ column: Column, _ index: Int, _ book: CodeBook) -> [UInt32] {
    switch column.storage {
    case .boolean(let bits):
      return makeValues(column.count) { column.isNull($0) ? 0 : (bits[$0] ? 2 : 1) }
    case .string(let strings):
      let values = strings.values
      if values !== lastDictionaries[index] {
        lastDictionaries[index] = values
        maps[index] = book.strings.find(values)
      }
      let map = maps[index]
      if map.isEmpty { return [UInt32](repeating: 0, count: column.count) }
      let codes = strings.codes.map { mapValues($0) { map[Int($0)] } } ?? map
      return noted(masked(codes, column.validity))
    default:
      var codes: [UInt32] = []
      for row in 0..<column.count {
        codes.append(
          column.isNull(row)
            ? 0 : book.nested[column.value(row)].map { UInt32($0) + 1 } ?? .max)
      }
      return noted(codes)
    }
  }

  /// Notes the rows whose code is not in the table.
  private mutating func noted(_ codes: [UInt32]) -> [UInt32] {
    let missing = packBits(codes) { $0 == .max }
    if !missing.isAllClear { missingRows += missing.setIndices() }
    return codes
  }
}

/// 0 where the row is null.
private func masked(_ codes: [UInt32], _ validity: Bitmap?) -> [UInt32] {
  guard let validity else { return codes }
  var result = codes
  (~validity).forEachSet { result[$0] = 0 }
  return result
}
