package import Columnar
package import FileStorage

/// A hash of a set of rows that does not depend on their order, on batches or on files: the SHA-256
/// of every row's canonical bytes, read as big-endian numbers and added modulo 2^256.
///
/// Equal rows add up, so a row that stands twice differs from one that stands once. The canonical
/// bytes of a row are those of its columns in order; the names and types of the columns come first
/// into the sum, as one row of their own, so that an empty set has a hash that depends on
/// its columns. A value is a tag byte followed by:
///
/// | type | tag | bytes |
/// |---|---|---|
/// | null | 0 | none |
/// | boolean | 1 | one byte, 0 or 1 |
/// | int32 | 2 | 4 bytes |
/// | int64 | 3 | 8 bytes |
/// | float | 4 | 4 bytes, IEEE 754, each NaN as 0x7fc00000; -0 stays apart from 0 |
/// | double | 5 | 8 bytes, the same, NaN as 0x7ff8000000000000 |
/// | decimal | 6 | 16 bytes: the mantissa at the column's scale |
/// | string | 7 | length in 4 bytes, then UTF-8 |
/// | binary | 8 | length in 4 bytes, then the bytes |
/// | date | 9 | 4 bytes: days since 1970-01-01 |
/// | timestamp | 10 | 8 bytes: microseconds |
/// | timestamp_ntz | 11 | 8 bytes: microseconds |
/// | list, vector, map | 12 | number of members in 4 bytes, then the members |
/// | structure | 13 | the fields |
///
/// Integers are big-endian, in two's complement. Decimals of one value have one encoding whatever
/// their precision, because the scale is the column's and stands in the header.
///
/// Cost: about half a microsecond a row of ten columns, most of it SHA-256.
package struct ContentHash: Sendable, Hashable {
  /// Little-endian words of the sum.
  private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
  private let header: FileDigest
  package private(set) var rows: Int64 = 0

  /// The hash of no rows of that schema.
  package init(_ schema: Schema) {
    var header: [UInt8] = []
    for field in schema.fields {
      RowBytes.append(text: Array(field.name.utf8), tag: 7, to: &header)
      RowBytes.append(text: Array(ContentHash.typeName(field.type).utf8), tag: 7, to: &header)
    }
    self.header = SHA256.digest(header)
  }

  /// Decimals by scale alone, because a value does not change with the precision.
  private static func typeName(_ type: DataType) -> String {
    if case .decimal(_, let scale) = type { return "decimal(\(scale))" }
    return type.sqlName
  }

  /// Adds the rows of a batch of the same schema.
  package mutating func add(_ batch: Batch) {
    add(batch, rows: nil)
  }

  /// Adds some rows of a batch; nil adds all.
  package mutating func add(_ batch: Batch, rows picked: [Int32]?) {
    let part = picked.map { batch.take($0) } ?? batch
    // Assembled some thousand rows at a time, so that the bytes stay in the cache.
    let step = 2048
    var start = 0
    while start < part.rowCount {
      let range = start..<min(start + step, part.rowCount)
      let bytes = RowBytes(part.columns.map { $0.slice(range) }, count: range.count)
      for row in 0..<range.count { add(bytes.digest(of: row)) }
      start = range.upperBound
    }
    rows += Int64(part.rowCount)
  }

  /// Adds what another hash of the same schema has; the two were given different rows.
  package mutating func merge(_ other: ContentHash) {
    add(other.words)
    rows += other.rows
  }

  /// The sum as 32 bytes, most significant first.
  package var digest: FileDigest {
    var bytes: [UInt8] = []
    var total = self
    total.add(header)
    for word in [total.words.3, total.words.2, total.words.1, total.words.0] {
      for shift in stride(from: 56, through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
      }
    }
    return FileDigest(bytes: bytes) ?? .zero
  }

  /// Sixty-four hexadecimal digits.
  package var hex: String { digest.hex }

  private mutating func add(_ digest: FileDigest) {
    let bytes = digest.bytes
    func word(_ from: Int) -> UInt64 {
      bytes[from..<(from + 8)].reduce(0) { $0 << 8 | UInt64($1) }
    }
    add((word(24), word(16), word(8), word(0)))
  }

  private mutating func add(_ other: (UInt64, UInt64, UInt64, UInt64)) {
    var carry: UInt64 = 0
    func sum(_ left: UInt64, _ right: UInt64) -> UInt64 {
      let (first, over) = left.addingReportingOverflow(right)
      let (second, again) = first.addingReportingOverflow(carry)
      carry = over || again ? 1 : 0
      return second
    }
    words.0 = sum(words.0, other.0)
    words.1 = sum(words.1, other.1)
    words.2 = sum(words.2, other.2)
    words.3 = sum(words.3, other.3)
  }

  package static func == (left: ContentHash, right: ContentHash) -> Bool {
    left.words == right.words && left.rows == right.rows && left.header == right.header
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(rows)
  }
}
