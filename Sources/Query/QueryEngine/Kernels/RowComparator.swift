import Columnar
import Glibc

// Comparison of single rows of any type: for picking winners, nested values and merges, where a
// vectorised kernel does not apply.

/// -1, 0 or 1 in the order of the language; neither row is null.
func compareRows(_ left: Column, _ i: Int, _ right: Column, _ j: Int) -> Int {
  switch (left.storage, right.storage) {
  case (.boolean(let a), .boolean(let b)): return threeWay(a[i] ? 1 : 0, b[j] ? 1 : 0)
  case (.int32(let a), .int32(let b)): return threeWay(a[i], b[j])
  case (.int64(let a), .int64(let b)): return threeWay(a[i], b[j])
  case (.int128(let a), .int128(let b)): return threeWay(a[i], b[j])
  case (.float(let a), .float(let b)): return threeWay(a[i], b[j])
  case (.double(let a), .double(let b)): return threeWay(a[i], b[j])
  case (.string(let a), .string(let b)):
    return compareStrings(a.values, a.code(i), b.values, b.code(j))
  case (.list(let a, let childA), .list(let b, let childB)):
    let rowsA = Int(a[i])..<Int(a[i + 1])
    let rowsB = Int(b[j])..<Int(b[j + 1])
    for (x, y) in zip(rowsA, rowsB) {
      let order = compareNullable(childA, x, childB, y)
      if order != 0 { return order }
    }
    return threeWay(Int64(rowsA.count), Int64(rowsB.count))
  case (.structure(let a, _), .structure(let b, _)):
    for (x, y) in zip(a, b) {
      let order = compareNullable(x, i, y, j)
      if order != 0 { return order }
    }
    return 0
  default: return 0
  }
}

/// As `compareRows`, with nulls equal to each other and above everything.
func compareNullable(_ left: Column, _ i: Int, _ right: Column, _ j: Int) -> Int {
  switch (left.isNull(i), right.isNull(j)) {
  case (true, true): 0
  case (true, false): 1
  case (false, true): -1
  case (false, false): compareRows(left, i, right, j)
  }
}

@inline(__always)
func threeWay<V: KernelOrdered>(_ left: V, _ right: V) -> Int {
  V.isLess(left, right) ? -1 : (V.isLess(right, left) ? 1 : 0)
}

/// Orders two values of dictionaries by their bytes.
func compareStrings(_ left: StringValues, _ i: Int, _ right: StringValues, _ j: Int) -> Int {
  if left === right, i == j { return 0 }
  return compareBytes(left.bytes, left.range(i), right.bytes, right.range(j))
}

/// Orders two byte ranges as `memcmp` does, the shorter first when one begins the other.
func compareBytes(
  _ left: [UInt8], _ a: Range<Int>, _ right: [UInt8], _ b: Range<Int>
) -> Int {
  let order = unsafe left.withUnsafeBytes { x in
    unsafe right.withUnsafeBytes { y in
      let length = min(a.count, b.count)
      guard length > 0 else { return Int32(0) }
      // Safe: the slices are checked against their buffers.
      guard let from = unsafe x[a].base, let to = unsafe y[b].base else { return 0 }
      return unsafe memcmp(from, to, length)
    }
  }
  if order != 0 { return order < 0 ? -1 : 1 }
  return threeWay(Int64(a.count), Int64(b.count))
}

extension Slice<UnsafeRawBufferPointer> {
  /// Where a slice that is not empty begins.
  fileprivate var base: UnsafeRawPointer? {
    unsafe UnsafeRawBufferPointer(rebasing: self).baseAddress
  }
}
