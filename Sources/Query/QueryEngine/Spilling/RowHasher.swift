import Columnar

/// Hashes of rows over some columns: equal keys have equal hashes, whatever their dictionaries.
///
/// Nulls, NaNs and zeros are equal as in a `KeyTable`. One worker's, because it keeps the hashes of
/// the last dictionary of each column.
final class RowHasher {
  private var dictionaries: [StringValues?]
  private var dictionaryHashes: [[UInt64]]

  init(columnCount: Int) {
    dictionaries = [StringValues?](repeating: nil, count: columnCount)
    dictionaryHashes = [[UInt64]](repeating: [], count: columnCount)
  }

  func hashes(_ columns: [Column], rowCount: Int) -> [UInt64] {
    var result = [UInt64](repeating: 0x9e37_79b9_7f4a_7c15, count: rowCount)
    for (index, column) in columns.enumerated() {
      var words = words(column, index)
      if let validity = column.validity { (~validity).forEachSet { words[$0] = 1 } }
      result = zipValues(result, words) { mixHash($0 ^ mixHash($1)) }
    }
    return result
  }

  private func words(_ column: Column, _ index: Int) -> [UInt64] {
    switch column.storage {
    case .boolean(let bits): return makeValues(column.count) { bits[$0] ? 3 : 2 }
    case .int32(let values): return mapValues(values) { $0.identityWord }
    case .int64(let values): return mapValues(values) { $0.identityWord }
    case .int128(let values):
      return mapValues(values) {
        UInt64(truncatingIfNeeded: $0) ^ mixHash(UInt64(truncatingIfNeeded: $0 >> 64))
      }
    case .float(let values): return mapValues(values) { $0.identityWord }
    case .double(let values): return mapValues(values) { $0.identityWord }
    case .string(let strings): return words(strings, index)
    default:
      return makeValues(column.count) { row in
        column.isNull(row) ? 0 : UInt64(bitPattern: Int64(column.value(row).hashValue))
      }
    }
  }

  private func words(_ strings: StringColumn, _ index: Int) -> [UInt64] {
    let values = strings.values
    guard let codes = strings.codes else {
      return makeValues(values.count) { hashBytes(values.bytes, values.range($0)) }
    }
    if dictionaries[index] !== values {
      // Few rows of a large dictionary: only the entries in use are hashed.
      if values.count > codes.count {
        return mapValues(codes) { code in
          Int(code) < values.count ? hashBytes(values.bytes, values.range(Int(code))) : 0
        }
      }
      dictionaries[index] = values
      dictionaryHashes[index] = makeValues(values.count) {
        hashBytes(values.bytes, values.range($0))
      }
    }
    let hashes = dictionaryHashes[index]
    return mapValues(codes) { Int($0) < hashes.count ? hashes[Int($0)] : 0 }
  }
}
