package import Lakehouse

/// Where a renderer's bytes go, in order. Belongs to one thread at a time.
package protocol ByteOutput: AnyObject {
  /// Takes bytes; they may be held back until `flush` or `finish`.
  func write(_ bytes: [UInt8]) throws(LakeError)
  /// Hands over what is held back.
  func flush() throws(LakeError)
  /// Everything was written: a file appears under its name now.
  func finish() throws(LakeError)
  /// The result is not whole: a file never appears. Does nothing after `finish`.
  func abandon()
}

extension ByteOutput {
  package func write(_ text: String) throws(LakeError) { try write(Array(text.utf8)) }
}

/// Keeps the bytes in memory.
package final class MemoryOutput: ByteOutput {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package var text: String { String(decoding: bytes, as: UTF8.self) }

  package func write(_ bytes: [UInt8]) { self.bytes += bytes }
  package func flush() {}
  package func finish() {}
  package func abandon() {}
}
