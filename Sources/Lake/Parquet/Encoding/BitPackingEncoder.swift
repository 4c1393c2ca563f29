/// Bit packing, least significant bit first, as the RLE hybrid and the delta encodings use it.
///
/// Value *i* of width *w* takes bits `i·w ..< (i+1)·w` of the output, bit 0 of a byte first.
enum BitPackingEncoder {
  /// The bytes that `count` values of `width` bits take.
  static func byteCount(_ count: Int, width: Int) -> Int { (count &* width &+ 7) &>> 3 }

  /// Packs `count` values into `byteCount(count, width:)` bytes; up to 8 bytes behind them may be
  /// overwritten too.
  ///
  /// - Precondition: `0 ≤ width ≤ 64`, and every value is below 2^`width`.
  @inline(__always)
  @unsafe static func pack<Value: FixedWidthInteger & UnsignedInteger>(
    _ values: UnsafePointer<Value>, count: Int, width: Int, to target: UnsafeMutableRawPointer
  ) {
    if width == 0 || count == 0 { return }
    var word: UInt64 = 0
    var used = 0
    var offset = 0
    for index in 0..<count {
      let value = unsafe UInt64(truncatingIfNeeded: values[index])
      word |= value &<< UInt64(used)
      used &+= width
      if used >= 64 {
        unsafe target.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
        offset &+= 8
        used &-= 64
        // A shift by the width itself means that the value ended with the word.
        word = used == 0 ? 0 : value &>> UInt64(width &- used)
      }
    }
    if used > 0 {
      unsafe target.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
    }
  }
}
