/// Byte strings one after the other: value *i* is `bytes[offsets[i]..<offsets[i + 1]]`.
///
/// Unlike `StringValues` it grows, and counts beyond 2 GiB.
package struct PackedStrings {
  private(set) var bytes: [UInt8] = []
  /// `count + 1` ascending positions, the first of them 0.
  private(set) var offsets: [Int] = [0]

  package init() {}

  init(bytes: [UInt8], offsets: [Int]) {
    precondition(offsets.first == 0 && offsets[offsets.count - 1] == bytes.count)
    self.bytes = bytes
    self.offsets = offsets
  }

  package var count: Int { offsets.count - 1 }

  func byteCount(_ range: Range<Int>) -> Int {
    offsets[range.upperBound] - offsets[range.lowerBound]
  }

  subscript(_ index: Int) -> ArraySlice<UInt8> { bytes[offsets[index]..<offsets[index + 1]] }

  package mutating func append(_ value: some Collection<UInt8>) {
    bytes.append(contentsOf: value)
    offsets.append(bytes.count)
  }

  @unsafe func withUnsafeBytes<Result>(
    _ body: (UnsafeRawPointer, UnsafePointer<Int>) -> Result
  ) -> Result {
    unsafe bytes.withUnsafeBytes { buffer in
      unsafe offsets.withUnsafeBufferPointer { offsets in
        // Both have an address: `offsets` is never empty, and no byte is read when there is none.
        let none = unsafe UnsafeRawPointer(bitPattern: 1)
        guard let start = unsafe buffer.baseAddress ?? none, let first = offsets.baseAddress else {
          preconditionFailure("an offset array is never empty")
        }
        return unsafe body(start, first)
      }
    }
  }
}
