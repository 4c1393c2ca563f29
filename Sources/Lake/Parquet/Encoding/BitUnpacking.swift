/// Unpacks little-endian bit-packed numbers of a width known at compile time.
///
/// Reads up to eight bytes behind the last value's first byte: page buffers end in spare bytes.
enum Unpack<let width: Int> {
  /// Values `first ..< first + count` of the run at `source`.
  @inline(__always)
  static func run(
    _ source: UnsafeRawPointer, first: Int, count: Int, into output: UnsafeMutablePointer<Int32>
  ) {
    let mask = (UInt64(1) << UInt64(width)) &- 1
    var bit = first &* width
    for index in 0..<count {
      let word = unsafe source.loadUnaligned(fromByteOffset: bit &>> 3, as: UInt64.self)
      unsafe output[index] = Int32(
        truncatingIfNeeded: (UInt64(littleEndian: word) &>> UInt64(bit & 7)) & mask)
      bit &+= width
    }
  }

  /// The running sum of `step` and each of the values, from `last` on; returns the last sum.
  @inline(__always)
  static func sum<Element: FixedWidthInteger>(
    _ source: UnsafeRawPointer, first: Int, count: Int, from last: UInt64, step: UInt64,
    into output: UnsafeMutablePointer<Element>
  ) -> UInt64 {
    let mask = (UInt64(1) << UInt64(width)) &- 1
    var bit = first &* width
    var last = last
    for index in 0..<count {
      let word = unsafe source.loadUnaligned(fromByteOffset: bit &>> 3, as: UInt64.self)
      last = last &+ step &+ ((UInt64(littleEndian: word) &>> UInt64(bit & 7)) & mask)
      unsafe output[index] = Element(truncatingIfNeeded: last)
      bit &+= width
    }
    return last
  }
}

/// Unpacking with the width known at run time only.
enum BitUnpacking {
  /// - Precondition: `width` is in 0…32, and eight readable bytes follow the run.
  static func run(
    _ source: UnsafeRawPointer, width: Int, first: Int, count: Int,
    into output: UnsafeMutablePointer<Int32>
  ) {
    switch width {
    case 0: unsafe output.update(repeating: 0, count: count)
    case 1: unsafe Unpack<1>.run(source, first: first, count: count, into: output)
    case 2: unsafe Unpack<2>.run(source, first: first, count: count, into: output)
    case 3: unsafe Unpack<3>.run(source, first: first, count: count, into: output)
    case 4: unsafe Unpack<4>.run(source, first: first, count: count, into: output)
    case 5: unsafe Unpack<5>.run(source, first: first, count: count, into: output)
    case 6: unsafe Unpack<6>.run(source, first: first, count: count, into: output)
    case 7: unsafe Unpack<7>.run(source, first: first, count: count, into: output)
    case 8: unsafe Unpack<8>.run(source, first: first, count: count, into: output)
    case 9: unsafe Unpack<9>.run(source, first: first, count: count, into: output)
    case 10: unsafe Unpack<10>.run(source, first: first, count: count, into: output)
    case 11: unsafe Unpack<11>.run(source, first: first, count: count, into: output)
    case 12: unsafe Unpack<12>.run(source, first: first, count: count, into: output)
    case 13: unsafe Unpack<13>.run(source, first: first, count: count, into: output)
    case 14: unsafe Unpack<14>.run(source, first: first, count: count, into: output)
    case 15: unsafe Unpack<15>.run(source, first: first, count: count, into: output)
    case 16: unsafe Unpack<16>.run(source, first: first, count: count, into: output)
    case 17: unsafe Unpack<17>.run(source, first: first, count: count, into: output)
    case 18: unsafe Unpack<18>.run(source, first: first, count: count, into: output)
    case 19: unsafe Unpack<19>.run(source, first: first, count: count, into: output)
    case 20: unsafe Unpack<20>.run(source, first: first, count: count, into: output)
    default:
      let mask = (UInt64(1) << UInt64(width)) &- 1
      for index in 0..<count {
        let bit = (first &+ index) &* width
        let word = unsafe source.loadUnaligned(fromByteOffset: bit &>> 3, as: UInt64.self)
        unsafe output[index] = Int32(
          truncatingIfNeeded: (UInt64(littleEndian: word) &>> UInt64(bit & 7)) & mask)
      }
    }
  }

  /// Running sums as `Unpack.sum`, for widths 0…64.
  static func sum<Element: FixedWidthInteger>(
    _ source: UnsafeRawPointer, width: Int, first: Int, count: Int, from start: UInt64,
    step: UInt64, into output: UnsafeMutablePointer<Element>
  ) -> UInt64 {
    var last = start
    switch width {
    case 0:
      for index in 0..<count {
        last = last &+ step
        unsafe output[index] = Element(truncatingIfNeeded: last)
      }
      return last
    case 1:
      return unsafe Unpack<1>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 2:
      return unsafe Unpack<2>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 3:
      return unsafe Unpack<3>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 4:
      return unsafe Unpack<4>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 5:
      return unsafe Unpack<5>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 6:
      return unsafe Unpack<6>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 7:
      return unsafe Unpack<7>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 8:
      return unsafe Unpack<8>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 9:
      return unsafe Unpack<9>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 10:
      return unsafe Unpack<10>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 11:
      return unsafe Unpack<11>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 12:
      return unsafe Unpack<12>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 13:
      return unsafe Unpack<13>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 14:
      return unsafe Unpack<14>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 15:
      return unsafe Unpack<15>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 16:
      return unsafe Unpack<16>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 17:
      return unsafe Unpack<17>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 18:
      return unsafe Unpack<18>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 19:
      return unsafe Unpack<19>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 20:
      return unsafe Unpack<20>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 21:
      return unsafe Unpack<21>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 22:
      return unsafe Unpack<22>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 23:
      return unsafe Unpack<23>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 24:
      return unsafe Unpack<24>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 25:
      return unsafe Unpack<25>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 26:
      return unsafe Unpack<26>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 27:
      return unsafe Unpack<27>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 28:
      return unsafe Unpack<28>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 29:
      return unsafe Unpack<29>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 30:
      return unsafe Unpack<30>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 31:
      return unsafe Unpack<31>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    case 32:
      return unsafe Unpack<32>.sum(
        source, first: first, count: count, from: start, step: step, into: output)
    default:
      let mask = width == 64 ? UInt64.max : (UInt64(1) << UInt64(width)) &- 1
      for index in 0..<count {
        let bit = (first &+ index) &* width
        let shift = UInt64(bit & 7)
        let low = unsafe source.loadUnaligned(fromByteOffset: bit &>> 3, as: UInt64.self)
        var value = UInt64(littleEndian: low) >> shift
        // A value wider than 56 bits can reach into a ninth byte.
        if width + Int(shift) > 64 {
          let high = unsafe source.loadUnaligned(fromByteOffset: bit &>> 3 &+ 8, as: UInt8.self)
          value |= UInt64(high) << (64 - shift)
        }
        last = last &+ step &+ (value & mask)
        unsafe output[index] = Element(truncatingIfNeeded: last)
      }
      return last
    }
  }
}
