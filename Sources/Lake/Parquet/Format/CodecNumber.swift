package import Compression

/// A codec as the file numbers it; an unknown one is kept, and refused when a page uses it.
package struct CodecNumber: RawRepresentable, Sendable, Hashable {
  package var rawValue: Int32

  package init(rawValue: Int32) { self.rawValue = rawValue }

  package init(_ codec: CompressionCodec) {
    switch codec {
    case .none: rawValue = 0
    case .snappy: rawValue = 1
    case .gzip: rawValue = 2
    case .lzo: rawValue = 3
    case .brotli: rawValue = 4
    case .lz4Hadoop: rawValue = 5
    case .zstd: rawValue = 6
    case .lz4Raw: rawValue = 7
    }
  }

  /// Nil for a number that the format does not define.
  package var codec: CompressionCodec? {
    switch rawValue {
    case 0: CompressionCodec.none
    case 1: .snappy
    case 2: .gzip
    case 3: .lzo
    case 4: .brotli
    case 5: .lz4Hadoop
    case 6: .zstd
    case 7: .lz4Raw
    default: nil
    }
  }
}
