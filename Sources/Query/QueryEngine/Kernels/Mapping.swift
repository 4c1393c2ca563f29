import Columnar

// The loops that all element-wise kernels share. The closures are inlined, so each use becomes a
// loop over raw memory that the compiler can vectorise.

/// One result a value.
@inline(__always)
func mapValues<A: BitwiseCopyable, R: BitwiseCopyable>(_ values: [A], _ transform: (A) -> R) -> [R]
{
  let count = values.count
  return unsafe [R](unsafeUninitializedCapacity: count) { output, initialized in
    unsafe values.withUnsafeBufferPointer { input in
      for index in 0..<count { unsafe output[index] = transform(input[index]) }
    }
    initialized = count
  }
}

/// One result a pair of values.
@inline(__always)
func zipValues<A: BitwiseCopyable, B: BitwiseCopyable, R: BitwiseCopyable>(
  _ left: [A], _ right: [B], _ transform: (A, B) -> R
) -> [R] {
  let count = min(left.count, right.count)
  return unsafe [R](unsafeUninitializedCapacity: count) { output, initialized in
    unsafe left.withUnsafeBufferPointer { a in
      unsafe right.withUnsafeBufferPointer { b in
        for index in 0..<count { unsafe output[index] = transform(a[index], b[index]) }
      }
    }
    initialized = count
  }
}

/// One result an index.
@inline(__always)
func makeValues<R: BitwiseCopyable>(_ count: Int, _ make: (Int) -> R) -> [R] {
  unsafe [R](unsafeUninitializedCapacity: count) { output, initialized in
    for index in 0..<count { unsafe output[index] = make(index) }
    initialized = count
  }
}

/// One bit an index, packed 64 to a word without a branch.
@inline(__always)
func packBits(_ count: Int, _ bit: (Int) -> Bool) -> Bitmap {
  let wordCount = Bitmap.wordCount(for: count)
  let words = unsafe [UInt64](unsafeUninitializedCapacity: wordCount) { output, initialized in
    let whole = count >> 6
    for word in 0..<whole {
      var bits: UInt64 = 0
      let base = word &<< 6
      for offset in 0..<64 {
        bits |= UInt64(truncatingIfNeeded: bit(base &+ offset).bitValue) &<< UInt64(offset)
      }
      unsafe output[word] = bits
    }
    if whole < wordCount {
      var bits: UInt64 = 0
      for index in (whole << 6)..<count where bit(index) { bits |= 1 << UInt64(index & 63) }
      unsafe output[whole] = bits
    }
    initialized = wordCount
  }
  return Bitmap(words: words, count: count)
}

@inline(__always)
func packBits<A: BitwiseCopyable>(_ values: [A], _ bit: (A) -> Bool) -> Bitmap {
  unsafe values.withUnsafeBufferPointer { input in
    packBits(input.count) { unsafe bit(input[$0]) }
  }
}

@inline(__always)
func packBits<A: BitwiseCopyable, B: BitwiseCopyable>(
  _ left: [A], _ right: [B], _ bit: (A, B) -> Bool
) -> Bitmap {
  precondition(left.count == right.count)
  return unsafe left.withUnsafeBufferPointer { a in
    unsafe right.withUnsafeBufferPointer { b in
      packBits(a.count) { unsafe bit(a[$0], b[$0]) }
    }
  }
}

extension Bool {
  /// 1 or 0 without a branch.
  @inline(__always) var bitValue: UInt8 { unsafe unsafeBitCast(self, to: UInt8.self) }
}

extension Bitmap {
  /// Calls `body` with each set bit's position, ascending.
  @inline(__always)
  func forEachSet(_ body: (Int) -> Void) {
    for (position, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        body(position &* 64 &+ rest.trailingZeroBitCount)
        rest &= rest &- 1
      }
    }
  }

  var isAllClear: Bool { words.allSatisfy { $0 == 0 } }

  /// The rows whose bit is set and that `validity` says are present.
  static func present(_ bits: Bitmap, _ validity: Bitmap?) -> Bitmap {
    validity.map { bits & $0 } ?? bits
  }
}

/// Where both are present; nil when everything is.
func bothValid(_ left: Bitmap?, _ right: Bitmap?) -> Bitmap? {
  switch (left, right) {
  case (nil, nil): nil
  case (let one?, nil), (nil, let one?): one
  case (let one?, let other?): one & other
  }
}
