import Columnar

/// Rows of `first` where the mask is set, of `second` elsewhere; both have the mask's length and one
/// type. Nil for types without a kernel.
func blend(_ mask: Bitmap, _ first: Column, _ second: Column) -> Column? {
  let storage: ColumnStorage
  switch (first.storage, second.storage) {
  case (.boolean(let a), .boolean(let b)): storage = .boolean((a & mask) | (b & ~mask))
  case (.int32(let a), .int32(let b)): storage = .int32(blend(mask, a, b))
  case (.int64(let a), .int64(let b)): storage = .int64(blend(mask, a, b))
  case (.int128(let a), .int128(let b)): storage = .int128(blend(mask, a, b))
  case (.float(let a), .float(let b)): storage = .float(blend(mask, a, b))
  case (.double(let a), .double(let b)): storage = .double(blend(mask, a, b))
  default: return nil
  }
  if first.validity == nil, second.validity == nil { return Column(first.type, storage) }
  let all = Bitmap(repeating: true, count: mask.count)
  let validity = ((first.validity ?? all) & mask) | ((second.validity ?? all) & ~mask)
  return Column(first.type, storage, validity: validity)
}

/// Both values are loaded before one is chosen, so that no branch is left.
private func blend<V: BitwiseCopyable>(_ mask: Bitmap, _ a: [V], _ b: [V]) -> [V] {
  precondition(a.count == mask.count && b.count == mask.count)
  let words = mask.words
  return unsafe words.withUnsafeBufferPointer { words in
    unsafe a.withUnsafeBufferPointer { a in
      unsafe b.withUnsafeBufferPointer { b in
        makeValues(mask.count) { row in
          // Safe: rows lie below the common length, checked above.
          let (x, y) = unsafe (a[row], b[row])
          let isFirst = unsafe words[row &>> 6] &>> UInt64(truncatingIfNeeded: row & 63) & 1 != 0
          return isFirst ? x : y
        }
      }
    }
  }
}
