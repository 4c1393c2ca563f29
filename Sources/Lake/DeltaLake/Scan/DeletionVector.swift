package import Columnar

/// The rows of one data file that no longer count, by position in the file from 0.
///
/// Serialised form ("Deletion Vector Format"), little endian:
/// ```
/// 0   magic 1681511377
/// 4   number of buckets (64 bits)
///     per bucket: key = upper 32 bits of its rows, then a 32-bit Roaring bitmap:
///       cookie 12347 with the number of containers - 1 above it and one bit a container that is
///         run-encoded, or cookie 12346 and the number of containers
///       per container: key (16 bits), cardinality - 1 (16 bits)
///       per container: offset (32 bits), unless there are runs and fewer than 4 containers
///       containers: runs (start, length - 1), or 8192 bytes of bits above 4096 rows, or an array
/// ```
package struct DeletionVector: Sendable, Hashable {
  /// Ascending, without repetition.
  package let rows: [Int64]

  package init(rows: [Int64]) { self.rows = rows }

  /// Reads a serialised bitmap; nil when it is not one.
  ///
  /// - Parameter rowLimit: More rows than this are refused before memory is taken for them: a few
  ///   bytes of runs can stand for billions of rows.
  package init?(parsing bytes: some Collection<UInt8>, rowLimit: Int64 = Int64(Int32.max)) {
    var reader = RoaringReader(Array(bytes), rowLimit: rowLimit)
    guard let rows = reader.readArray() else { return nil }
    self.rows = rows
  }

  /// Which of the file's rows `range` remain; nil when all do.
  package func keptRows(in range: Range<Int64>) -> Bitmap? {
    let first = lowerBound(range.lowerBound)
    let last = lowerBound(range.upperBound)
    if first == last { return nil }
    var kept = Bitmap(repeating: true, count: range.count)
    for row in rows[first..<last] { kept[Int(row - range.lowerBound)] = false }
    return kept
  }

  /// The index of the first entry that is not below `row`.
  private func lowerBound(_ row: Int64) -> Int {
    var low = 0
    var high = rows.count
    while low < high {
      let middle = (low + high) / 2
      if rows[middle] < row { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

private struct RoaringReader {
  private let bytes: [UInt8]
  private let rowLimit: Int64
  private var position = 0

  init(_ bytes: [UInt8], rowLimit: Int64) {
    self.bytes = bytes
    self.rowLimit = rowLimit
  }

  mutating func readArray() -> [Int64]? {
    guard let magic = number(4) else { return nil }
    var rows: [Int64] = []
    if magic == 1_681_511_377 {
      guard readPortable(&rows) else { return nil }
    } else if let order = RoaringReader.nativeOrder(magic) {
      guard readNative(&rows, order) else { return nil }
    } else {
      return nil
    }
    // Containers and buckets ascend in a valid bitmap; anything else is damage.
    for index in rows.indices.dropFirst() where rows[index] <= rows[index - 1] { return nil }
    return rows
  }

  private mutating func readPortable(_ rows: inout [Int64]) -> Bool {
    guard let buckets = number(8), buckets <= UInt64(Int32.max) else { return false }
    for _ in 0..<Int(buckets) {
      guard let key = number(4), key < 1 << 31, readBitmap(Int64(key) << 32, &rows) else {
        return false
      }
    }
    return true
  }

  private enum ByteOrder {
    case little
    case big
  }

  /// The older form has another magic number, in the byte order of its two kinds of header field.
  private static func nativeOrder(_ magic: UInt64) -> ByteOrder? {
    if magic == 1_681_511_376 { return .little }
    return UInt32(truncatingIfNeeded: magic).byteSwapped == 1_681_511_376 ? .big : nil
  }

  /// The older form, which PROTOCOL.md still shows inline: the number of 32-bit bitmaps, then each
  /// with its size in front; a bitmap's position is the upper half of its rows.
  private mutating func readNative(_ rows: inout [Int64], _ order: ByteOrder) -> Bool {
    func host(_ value: UInt64) -> UInt64 {
      order == .little ? value : UInt64(UInt32(truncatingIfNeeded: value).byteSwapped)
    }
    guard let count = number(4).map(host), count <= UInt64(Int32.max) else { return false }
    for key in 0..<Int64(count) {
      guard number(4) != nil, readBitmap(key << 32, &rows) else { return false }
    }
    return true
  }

  private mutating func readBitmap(_ base: Int64, _ rows: inout [Int64]) -> Bool {
    guard let cookie = number(4) else { return false }
    var runs: [UInt8] = []
    let count: Int
    if cookie & 0xFFFF == 12347 {
      count = Int(cookie >> 16) + 1
      guard let flags = take((count + 7) / 8) else { return false }
      runs = Array(flags)
    } else if cookie == 12346 {
      guard let size = number(4), size <= 1 << 16 else { return false }
      count = Int(size)
    } else {
      return false
    }
    var headers: [(key: Int64, cardinality: Int)] = []
    for _ in 0..<count {
      guard let key = number(2), let cardinality = number(2) else { return false }
      headers.append((Int64(key) << 16, Int(cardinality) + 1))
    }
    if runs.isEmpty || count >= 4 {
      guard take(4 * count) != nil else { return false }
    }
    for (index, header) in headers.enumerated() {
      let isRun = !runs.isEmpty && runs[index >> 3] >> UInt8(index & 7) & 1 != 0
      guard readContainer(base + header.key, header.cardinality, isRun: isRun, &rows) else {
        return false
      }
    }
    return true
  }

  private mutating func readContainer(
    _ base: Int64, _ cardinality: Int, isRun: Bool, _ rows: inout [Int64]
  ) -> Bool {
    if isRun {
      guard let count = number(2) else { return false }
      for _ in 0..<Int(count) {
        guard let start = number(2), let length = number(2), start + length <= 0xFFFF else {
          return false
        }
        guard Int64(rows.count) + Int64(length) < rowLimit else { return false }
        for value in Int64(start)...Int64(start + length) { rows.append(base + value) }
      }
      return true
    }
    if cardinality > 4096 {
      for word in 0..<1024 {
        guard var bits = number(8) else { return false }
        while bits != 0 {
          rows.append(base + Int64(word * 64 + bits.trailingZeroBitCount))
          bits &= bits - 1
        }
      }
      return true
    }
    for _ in 0..<cardinality {
      guard let value = number(2) else { return false }
      rows.append(base + Int64(value))
    }
    return true
  }

  private mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count <= bytes.count - position else { return nil }
    defer { position += count }
    return bytes[position..<position + count]
  }

  private mutating func number(_ count: Int) -> UInt64? {
    take(count).map { $0.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
  }
}
