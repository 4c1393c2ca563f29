/// Why bytes could not be compressed or decompressed.
package struct CompressionError: Error, Sendable, Hashable {
  package enum Reason: Sendable, Hashable {
    /// The codec is known by name only, or not for this direction.
    case unsupported
    /// The input is not what the codec writes.
    case damaged
    /// The input ends before the data does.
    case truncated
    /// The output has another size than the caller was promised.
    case wrongSize(expected: Int, found: Int)
    /// A stream decodes to more bytes than the caller allows.
    case overBudget(limit: Int)
    case outOfMemory
  }

  package var reason: Reason
  package var codec: CompressionCodec
  /// What the library said, if anything.
  package var detail: String

  package init(_ reason: Reason, _ codec: CompressionCodec, _ detail: String = "") {
    self.reason = reason
    self.codec = codec
    self.detail = detail
  }
}

extension CompressionError: CustomStringConvertible {
  package var description: String {
    let tail = detail.isEmpty ? "" : " (\(detail))"
    switch reason {
    case .unsupported: return "\(codec.name) compression is not supported\(tail)"
    case .damaged: return "damaged \(codec.name) data\(tail)"
    case .truncated: return "\(codec.name) data ends too early\(tail)"
    case .wrongSize(let expected, let found):
      return "\(codec.name) data should decompress to \(expected) bytes, found \(found)\(tail)"
    case .overBudget(let limit):
      return "\(codec.name) data decompresses to more than the allowed \(limit) bytes"
    case .outOfMemory: return "out of memory for \(codec.name)"
    }
  }
}
