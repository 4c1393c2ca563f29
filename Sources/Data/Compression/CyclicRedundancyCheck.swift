import CZlib

/// The checksum of gzip and of Parquet's pages.
package enum CyclicRedundancyCheck {
  /// CRC-32 with the polynomial 0x04C11DB7, reflected.
  package static func crc32(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    unsafe UInt32(
      truncatingIfNeeded: crc32_z(
        0, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count))
  }
}
