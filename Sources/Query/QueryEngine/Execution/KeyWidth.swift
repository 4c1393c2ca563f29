/// How many words a key has, known to the compiler for the usual widths.
protocol KeyWidth {
  var width: Int { get }
  /// - Precondition: the key lies inside the words.
  @unsafe func hash(_ words: UnsafeBufferPointer<UInt64>, _ at: Int) -> UInt64
  /// - Precondition: both keys lie inside their words.
  @unsafe func equal(
    _ words: UnsafeBufferPointer<UInt64>, _ at: Int, _ keys: [UInt64], _ key: Int
  ) -> Bool
}

struct One: KeyWidth {
  @inline(__always) var width: Int { 1 }

  @unsafe @inline(__always)
  func hash(_ words: UnsafeBufferPointer<UInt64>, _ at: Int) -> UInt64 {
    unsafe mixHash(words[at])
  }

  @unsafe @inline(__always)
  func equal(
    _ words: UnsafeBufferPointer<UInt64>, _ at: Int, _ keys: [UInt64], _ key: Int
  ) -> Bool {
    unsafe words[at] == keys[key]
  }
}

struct Two: KeyWidth {
  @inline(__always) var width: Int { 2 }

  @unsafe @inline(__always)
  func hash(_ words: UnsafeBufferPointer<UInt64>, _ at: Int) -> UInt64 {
    unsafe mixHash(mixHash(words[at]) ^ words[at &+ 1])
  }

  @unsafe @inline(__always)
  func equal(
    _ words: UnsafeBufferPointer<UInt64>, _ at: Int, _ keys: [UInt64], _ key: Int
  ) -> Bool {
    unsafe words[at] == keys[key] && words[at &+ 1] == keys[key &+ 1]
  }
}

struct Many: KeyWidth {
  let width: Int

  @unsafe @inline(__always)
  func hash(_ words: UnsafeBufferPointer<UInt64>, _ at: Int) -> UInt64 {
    var hash = unsafe mixHash(words[at])
    for word in 1..<max(1, width) { hash = unsafe mixHash(hash ^ words[at &+ word]) }
    return hash
  }

  @unsafe @inline(__always)
  func equal(
    _ words: UnsafeBufferPointer<UInt64>, _ at: Int, _ keys: [UInt64], _ key: Int
  ) -> Bool {
    for word in 0..<width where unsafe words[at &+ word] != keys[key &+ word] { return false }
    return true
  }
}
