/// Moves values that lie densely to the slots that are not null.
enum NullSpreading {
  /// Slots `0 ..< slots` of `values` get the first `count` values in order where the bit is 1, and 0
  /// where it is not.
  ///
  /// - Precondition: bits `offset ..< offset + slots` of `words` have `count` ones; there is room for
  ///   all slots.
  static func spread<Element: FixedWidthInteger>(
    _ values: UnsafeMutablePointer<Element>, words: UnsafePointer<UInt64>, offset: Int,
    slots: Int, count: Int
  ) {
    guard count < slots else { return }
    var source = count
    var slot = slots
    unsafe values[count] = 0
    // From the back, so that nothing is overwritten before it moved; done when all are in place.
    // Without a branch on the bit, which would be guessed wrong too often.
    while source < slot {
      slot &-= 1
      let bit = offset &+ slot
      let isPresent = unsafe words[bit &>> 6] &>> UInt64(bit & 63) & 1
      source &-= Int(truncatingIfNeeded: isPresent)
      unsafe values[slot] = values[source] & (0 &- Element(truncatingIfNeeded: isPresent))
    }
  }

  /// As above for values of `width` 4, 8 or 16 bytes.
  static func spread(
    _ values: UnsafeMutableRawPointer, width: Int, words: UnsafePointer<UInt64>, offset: Int,
    slots: Int, count: Int
  ) {
    switch width {
    case 4:
      unsafe spread(
        values.assumingMemoryBound(to: UInt32.self), words: words, offset: offset, slots: slots,
        count: count)
    case 8:
      unsafe spread(
        values.assumingMemoryBound(to: UInt64.self), words: words, offset: offset, slots: slots,
        count: count)
    default:
      unsafe spread(
        values.assumingMemoryBound(to: UInt128.self), words: words, offset: offset, slots: slots,
        count: count)
    }
  }
}
