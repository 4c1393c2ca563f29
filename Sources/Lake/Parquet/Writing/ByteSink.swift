import Glibc

/// Bytes being produced: grows by doubling, and is emptied without giving its memory back.
///
/// Encoders reserve a worst case once a block, write through the pointer, and advance. Eight bytes
/// of slack behind every reservation let them store whole words.
@safe package final class ByteSink {
  private var base: UnsafeMutableRawPointer
  private var capacity: Int
  package private(set) var count = 0

  private static let slack = 8

  package init(capacity: Int = 4096) {
    self.capacity = max(capacity, 64)
    unsafe base = UnsafeMutableRawPointer.allocate(
      byteCount: self.capacity + ByteSink.slack, alignment: 16)
  }

  deinit { unsafe base.deallocate() }

  /// Where the next byte goes, with room for `bytes` bytes and eight bytes of slack.
  ///
  /// Valid until the next call on this sink.
  @unsafe func reserve(_ bytes: Int) -> UnsafeMutableRawPointer {
    if count + bytes > capacity { grow(to: count + bytes) }
    return unsafe base + count
  }

  /// Takes `bytes` bytes, written behind the last one, into the content.
  ///
  /// - Precondition: they were reserved.
  func advance(_ bytes: Int) {
    precondition(bytes >= 0 && count + bytes <= capacity)
    count += bytes
  }

  func removeAll() { count = 0 }

  /// Forgets everything from byte `count` on.
  func truncate(to count: Int) {
    precondition(count <= self.count)
    self.count = count
  }

  func append(_ byte: UInt8) {
    let target = unsafe reserve(1)
    unsafe target.storeBytes(of: byte, as: UInt8.self)
    count += 1
  }

  /// Appends a fixed-width integer, least significant byte first.
  func append<Word: FixedWidthInteger & BitwiseCopyable>(littleEndian word: Word) {
    let size = MemoryLayout<Word>.size
    let target = unsafe reserve(size)
    unsafe target.storeBytes(of: word.littleEndian, as: Word.self)
    count += size
  }

  /// Appends an unsigned LEB128 number.
  func append(varint value: UInt64) {
    let target = unsafe reserve(10)
    var rest = value
    var length = 0
    while rest >= 0x80 {
      unsafe target.storeBytes(
        of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: length, as: UInt8.self)
      rest &>>= 7
      length += 1
    }
    unsafe target.storeBytes(
      of: UInt8(truncatingIfNeeded: rest), toByteOffset: length, as: UInt8.self)
    count += length + 1
  }

  /// Appends a signed number as zigzag LEB128.
  func append(zigzag value: Int64) {
    append(varint: UInt64(bitPattern: (value &<< 1) ^ (value &>> 63)))
  }

  func append(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBytes { unsafe append($0) }
  }

  func append(_ other: ByteSink) { unsafe append(other.content) }

  @unsafe func append(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress, bytes.count > 0 else { return }
    let target = unsafe reserve(bytes.count)
    unsafe memcpy(target, source, bytes.count)
    count += bytes.count
  }

  /// Overwrites four bytes, least significant first.
  func overwrite(littleEndian word: UInt32, at offset: Int) {
    precondition(offset >= 0 && offset + 4 <= count)
    unsafe base.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt32.self)
  }

  /// The bytes so far; valid until the next call that appends.
  @unsafe var content: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: base, count: count)
  }

  /// A copy of the bytes so far.
  package var bytes: [UInt8] { unsafe [UInt8](content) }

  private func grow(to needed: Int) {
    let larger = max(needed, capacity * 2)
    let moved = UnsafeMutableRawPointer.allocate(
      byteCount: larger + ByteSink.slack, alignment: 16)
    unsafe memcpy(moved, base, count)
    unsafe base.deallocate()
    unsafe base = moved
    capacity = larger
  }
}
